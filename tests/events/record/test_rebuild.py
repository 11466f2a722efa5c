"""Searched texts of before the folding changed are made anew without losing a row."""

import hashlib

import pytest
from django.contrib.auth.models import User
from django.core.management import call_command

from tests import make
from tracker.classify.letters import folding
from tracker.events.models import Entity, Event, SearchText
from tracker.events.record.derived import rebuild
from tracker.events.record.entities import get_entity
from tracker.events.search.fulltext import find_words
from tracker.events.search.index.events import index

# Counts on with folding.VERSION. Of every plain letter and mark of the alphabets we read, and of
# sentences where letters meet.
ANSWERS = "92ccccef5ab8e722"
SENTENCES = (
    "Straße, ẞ, Œuvre; Face\u00adbook sus\u200bpends",
    "Ｔｗｉｔｔｅｒ 𝐛𝐚𝐧𝐬 Fасеbооk",
    "نمی\u200cخواهم أُغلِقَ",
    "פֵייסבוק חָסמה",
    "फ़ेसबुक ने बंद किया",
    "ツイッターが削除した ﾂｲｯﾀｰ",
    "트위터가 차단",
)
RANGES = ((0x20, 0x250), (0x370, 0x530), (0x5D0, 0x5EB), (0x620, 0x6D4), (0x900, 0x970))


def digest():
    text = [chr(code) for start, end in RANGES for code in range(start, end)] + list(SENTENCES)
    return hashlib.sha256("\n".join(map(folding.fold, text)).encode()).hexdigest()[:16]


def test_a_change_of_the_folding_counts_its_version_on():
    assert (folding.VERSION, digest()) == (2, ANSWERS), "Count VERSION on, then note both here."


@pytest.fixture
def old():
    """Two events as an older version folded them."""
    events = [
        make.event(f"Twitter bars Straße {n} from ads", targets=[f"Gruppe {n}"]) for n in "ab"
    ]
    for event in events:
        old_words = event.title_words.replace("strasse", "straße")
        Event.objects.filter(pk=event.pk).update(title_words=old_words)
    SearchText.objects.all().delete()
    return events


def found(word):
    index.forget()
    ((anywhere, _),) = find_words([word])
    return len(anywhere)


@pytest.mark.django_db
def test_old_texts_are_found_again_and_no_row_is_lost(old, monkeypatch):
    monkeypatch.setattr(rebuild, "CHUNK", 1)
    assert found("strasse") == 0
    assert rebuild.rebuild_progress() == rebuild.RebuildProgress(0, old[1].pk)
    assert rebuild.run_rebuild_step(seconds=0) == 1
    assert found("strasse") == 1
    assert rebuild.rebuild_progress() == rebuild.RebuildProgress(old[0].pk, old[1].pk)
    assert rebuild.run_rebuild_step() == 1  # the next one goes on
    assert found("strasse") == Event.objects.count() == 2
    assert rebuild.rebuild_progress() is None
    assert rebuild.run_rebuild_step() == 0


@pytest.mark.django_db
def test_what_did_not_change_is_not_touched(old):
    plain = make.event("Twitter bars RT")
    before = plain.indexed_at
    rebuild.run_rebuild_step()
    plain.refresh_from_db()
    assert plain.indexed_at == before
    assert Event.objects.filter(indexed_at__gt=before).count() == 2


@pytest.mark.django_db
def test_a_new_database_has_nothing_to_do():
    assert rebuild.run_rebuild_step() == 0
    make.event()
    assert rebuild.rebuild_progress() is None


@pytest.mark.django_db
def test_a_later_version_begins_anew(old, monkeypatch):
    rebuild.run_rebuild_step()
    monkeypatch.setattr(rebuild, "VERSION", 9_999)
    assert rebuild.rebuild_progress() == rebuild.RebuildProgress(0, old[1].pk)
    assert rebuild.run_rebuild_step() == 2
    assert SearchText.objects.get().version == 9_999


@pytest.mark.django_db
def test_whoever_was_overtaken_stops(old, monkeypatch):
    monkeypatch.setattr(rebuild, "CHUNK", 1)
    chunks = rebuild.rebuild_chunks()
    next(chunks)
    rebuild.run_rebuild_step()  # another process ends it
    assert list(chunks) == []
    assert rebuild.rebuild_progress() is None


@pytest.mark.django_db
def test_names_are_found_by_the_new_folding(old):
    Entity.objects.create(type="target", slug="straße", name="Straße")
    taken = Entity.objects.create(type="target", slug="gruße", name="Gruße")
    get_entity(Entity.Type.TARGET, "Grusse")
    rebuild.run_rebuild_step()
    assert get_entity(Entity.Type.TARGET, "Straße").slug == "strasse"
    taken.refresh_from_db()
    assert taken.slug == "gruße"  # an editor may merge the two
    assert Entity.objects.filter(name="Straße").count() == 1


@pytest.mark.django_db
def test_status_says_it_and_a_command_does_it_at_once(client, old, capsys):
    client.force_login(User.objects.create_superuser("owner"))
    assert "0 of" in client.get("/status").content.decode()
    call_command("reindex")
    assert "Events checked: 2." in capsys.readouterr().out
    assert "made anew after an update" not in client.get("/status").content.decode()
    call_command("reindex", "--all")
    assert "Events checked: 2." in capsys.readouterr().out


@pytest.mark.django_db
def test_headlines_of_an_older_version_are_made_anew():
    events = [make.event("", occurred="2017-10-26") for _ in range(2)]
    Event.objects.update(headline="Twitter restricts advertising", distinction="")
    SearchText.objects.all().delete()
    assert rebuild.run_rebuild_step() == 2
    assert list(Event.objects.order_by("pk").values_list("headline", flat=True)) == [
        "Twitter bars RT from advertising",
        f"Twitter bars RT from advertising (event {events[1].pk})",
    ]
