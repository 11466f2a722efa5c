import csv
import io
import re
import zipfile

import docx
import pytest
from django.contrib.auth.models import User
from django.utils.translation import override
from lxml import etree

from tests import make
from tests.conftest import NOW
from tracker.alerts import subscribing, tokens
from tracker.alerts.collecting.brief import build_brief
from tracker.alerts.collecting.collections import add_event, create_collection
from tracker.alerts.collecting.models import CollectedEvent, Collection
from tracker.alerts.collecting.word import write_docx
from tracker.alerts.models import Delivery, Subscriber
from tracker.alerts.tokens import sign_token
from tracker.events.editing.actions import Editor, merge_events, refuse_event
from tracker.site.name import site_name

pytestmark = pytest.mark.django_db


@pytest.fixture
def ours():
    """A reader's collection with one reported event and a note."""
    collection = create_collection("Our memo", make.reader(), NOW)
    event = make.event()
    make.report(event)
    add_event(collection, event.pk, "Ask the ministry", NOW)
    return collection


def owner(collection):
    return f"/collections/edit/{sign_token(tokens.COLLECT, collection)}"


def readers(collection, form=""):
    return f"/collections/{sign_token(tokens.READ, collection)}{form}"


def read(answer):
    return b"".join(answer.streaming_content) if answer.streaming else answer.content


def test_a_reader_without_alerts_gets_a_link_and_begins_a_collection(client):
    client.post("/collections", {"address": "new@example.org"})
    assert Delivery.objects.get().type == "manage"
    reader = Subscriber.objects.get()
    page = f"/alerts/manage/{sign_token(tokens.MANAGE, reader)}"
    client.post(page, {"act": "collect", "title": "Our memo"})
    subscribing.delete_unconfirmed(NOW.replace(year=NOW.year + 1))
    collection = Collection.objects.get()
    assert owner(collection) in client.get(page).content.decode()


def test_an_editor_begins_one_on_the_site(client):
    client.force_login(User.objects.create_user("ed", is_staff=True))
    answer = client.post("/collections", {"title": "Our memo"})
    collection = Collection.objects.get()
    assert answer.headers["Location"] == owner(collection)
    assert "Our memo" in client.get("/collections").content.decode()


@pytest.mark.parametrize("form", ["{}", "/events/{}", "https://site.example/events/{}?as_of=2026"])
def test_an_event_is_added_by_number_or_address_once(client, ours, form):
    event = make.event("Another act")
    for note in ("first", "second"):
        client.post(owner(ours), {"act": "add", "address": form.format(event.pk), "note": note})
    assert ours.events.get(event=event).note == "second"
    client.post(owner(ours), {"act": "remove", "event": event.pk})
    assert ours.events.count() == 1


@pytest.mark.parametrize("address", ["999", "nothing", "", "9" * 40])
def test_what_is_no_event_is_named_at_its_field(client, ours, address):
    answer = client.post(owner(ours), {"act": "add", "address": address})
    text = answer.content.decode()
    assert answer.status_code == 400
    assert 'role="alert"' in text
    assert re.search(r"<title>\s*Error:", text)


def test_it_is_read_as_page_brief_feed_table_and_word_file(client, ours):
    for form in ("", "/brief"):
        text = client.get(readers(ours, form)).content.decode()
        for words in ("Our memo", "Ask the ministry", "Twitter bars RT", "Twitter bans ads from"):
            assert words in text
    assert "version of" in client.get(readers(ours, "/brief")).content.decode()
    feed = etree.fromstring(read(client.get(readers(ours, "/events.atom"))))
    assert "Twitter bars RT from advertising" in "".join(feed.itertext())
    table = read(client.get(readers(ours, "/events.csv"))).decode("utf-8-sig")
    (row,) = csv.DictReader(io.StringIO(table))
    assert (row["headline"], row["note"]) == (
        "Twitter bars RT from advertising",
        "Ask the ministry",
    )
    document = docx.Document(io.BytesIO(read(client.get(readers(ours, "/brief.docx")))))
    text = "\n".join(paragraph.text for paragraph in document.paragraphs)
    for words in ("Our memo", "Ask the ministry", "https://news.example/", "version of"):
        assert words in text


def test_an_event_that_was_merged_since_is_one_row_and_can_be_removed(client, ours):
    gone, kept = ours.events.get().event, make.event("Kept")
    add_event(ours, kept.pk, "Both", NOW)
    merge_events(gone.pk, kept.pk, Editor("ed", NOW))
    client.post(owner(ours), {"act": "add", "address": kept.pk, "note": "Once"})
    assert [row.note for row in ours.events.all()] == ["Once"]
    client.post(owner(ours), {"act": "remove", "event": kept.pk})
    assert not ours.events.exists()


def test_it_follows_merged_events_and_leaves_out_removed_ones(client, ours):
    gone, kept = CollectedEvent.objects.get().event, make.event("The same act")
    merge_events(gone.pk, kept.pk, Editor("ed", NOW))
    text = client.get(readers(ours)).content.decode()
    assert "The same act" in text
    assert "Ask the ministry" in text
    refuse_event(kept.pk, Editor("ed", NOW, reason="No act"))
    text = client.get(readers(ours)).content.decode()
    assert "The same act" not in text
    assert "1 event of this collection was removed" in text


def test_only_an_editors_public_one_is_listed_and_indexed(client, ours):
    editor = User.objects.create_user("ed", is_staff=True)
    theirs = create_collection("Official memo", editor, NOW)
    client.force_login(editor)
    public = {"act": "save", "is_public": "on"}
    for collection in (ours, theirs):
        assert "noindex" in client.get(readers(collection)).headers["X-Robots-Tag"]
        client.post(owner(collection), public | {"title": collection.title})
    text = client.get("/collections").content.decode()
    assert "Official memo" in text
    assert "Our memo" not in text
    assert "X-Robots-Tag" not in client.get(readers(theirs)).headers
    assert 'name="is_public"' not in client.get(owner(ours)).content.decode()


@pytest.mark.parametrize("change", [{"is_active": False}, {"is_staff": False}], ids=str)
def test_what_a_former_editor_published_is_no_longer_listed(client, change):
    editor = User.objects.create_user("ed", is_staff=True)
    theirs = create_collection("Official memo", editor, NOW)
    Collection.objects.update(is_public=True)
    assert "Official memo" in client.get("/collections").content.decode()
    User.objects.filter(pk=editor.pk).update(**change)
    assert "Official memo" not in client.get("/collections").content.decode()
    answer = client.get(readers(theirs))
    assert "noindex" in answer.headers["X-Robots-Tag"]
    assert answer.headers["Cache-Control"] == "private, no-store"


def test_a_readers_link_changes_nothing_and_a_forged_one_shows_nothing(client, ours):
    token = sign_token(tokens.READ, ours)
    assert client.get(f"/collections/edit/{token}").status_code == 404
    assert client.post(readers(ours), {"act": "delete"}).status_code == 405
    assert client.get(f"/collections/{token}x").status_code == 404
    assert Collection.objects.exists()


def test_an_editors_link_works_for_editors_who_are_signed_in(client):
    editor = User.objects.create_user("ed", is_staff=True)
    theirs = create_collection("Official memo", editor, NOW)
    for answer in (client.get(owner(theirs)), client.post(owner(theirs), {"act": "delete"})):
        assert answer.headers["Location"].startswith("/login?next=/collections/edit/")
    client.force_login(User.objects.create_user("reader"))
    assert client.post(owner(theirs), {"act": "delete"}).status_code == 302
    client.force_login(User.objects.create_user("colleague", is_staff=True))
    assert client.get(owner(theirs)).status_code == 200
    for change in ({"is_active": False}, {"is_staff": False, "is_active": True}):
        User.objects.filter(pk=editor.pk).update(**change)
        assert client.get(owner(theirs)).status_code == 404
        assert client.post(owner(theirs), {"act": "delete"}).status_code == 404
    assert Collection.objects.get() == theirs


def test_deleting_and_leaving_take_it_away(client, ours):
    other = create_collection("Second", ours.subscriber, NOW)
    client.post(owner(other), {"act": "delete"})
    assert Collection.objects.get() == ours
    assert subscribing.subscriber_data(ours.subscriber)["collections"][0]["title"] == "Our memo"
    subscribing.erase_subscriber(ours.subscriber_id)
    assert not Collection.objects.exists()


def test_the_word_file_says_its_language_author_and_dates(ours):
    with override("fr"):
        content = write_docx(build_brief(ours, NOW))
    document = docx.Document(io.BytesIO(content))
    about = document.core_properties
    assert (about.title, about.author, about.comments) == ("Our memo", site_name(), "")
    assert about.created == about.modified == NOW.replace(microsecond=0)
    assert about.language == "fr-FR"
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        assert not [name for name in packed.namelist() if "thumbnail" in name]
        assert b'w:val="fr-FR"' in packed.read("word/styles.xml")
        assert b'w:val="en-US"' not in packed.read("word/styles.xml")
