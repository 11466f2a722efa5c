"""Every text of the site and the mails goes through gettext, and each translation is complete."""

import re
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from babel.messages.mofile import read_mo
from babel.messages.pofile import read_po
from django.contrib.auth.models import User
from django.core import mail
from django.utils import timezone, translation
from django.utils.translation import trans_real
from lxml import html

import tracker
from tests import make
from tests.conftest import NOW
from tracker.alerts import hits, subscribing
from tracker.alerts.delivery import queueing, sending
from tracker.alerts.models import Alert, Delivery, Subscriber
from tracker.alerts.tokens import CONFIRM, FEED, MANAGE, PERIOD, STOP, sign_token
from tracker.classify import Kind
from tracker.classify.words.lists import listed_rows
from tracker.events.intake.processing import process_entry
from tracker.events.models import Entity, EntryClassification, Event, Link
from tracker.events.wording import terms
from tracker.events.wording.names import month_name, short_month_name
from tracker.events.wording.targets import translated_targets
from tracker.feeds.models import FeedChange, Poll
from tracker.people.audit import Actor, Verb, record_line
from tracker.people.invitations import invite, sign_invitation

pytestmark = pytest.mark.django_db
LOCALES = Path(tracker.__file__).parent / "locale"
TRANSLATED = ["ar", "de", "es", "fr"]
FRENCH = {"headers": {"accept-language": "fr"}}


@cache
def catalogue(language="fr"):
    with (LOCALES / language / "LC_MESSAGES" / "django.po").open("rb") as file:
        return read_po(file, locale=language, charset="utf-8")


def messages(language="fr"):
    return [one for one in catalogue(language) if one.id]


def test_the_languages_of_the_site_are_those_with_a_translation(settings):
    assert [code for code, _ in settings.LANGUAGES if code != "en"] == TRANSLATED
    assert sorted(place.name for place in LOCALES.iterdir()) == TRANSLATED


@pytest.mark.parametrize("language", TRANSLATED)
def test_every_translation_has_the_same_texts(language):
    assert keys(messages(language)) == keys(messages())


def keys(found):
    return {(context_of(one), *ids(one)) for one in found}


@pytest.mark.parametrize("language", TRANSLATED)
def test_every_text_has_a_translation_that_fits_it(language):
    for one in messages(language):
        asked = ids(one)
        assert all(strings(one)), one.id
        assert not one.fuzzy, one.id
        for text in strings(one):
            assert set(re.findall(r"%\(\w+\)s|%s|\{\w+\}", text)) <= set(
                re.findall(r"%\(\w+\)s|%s|\{\w+\}", " ".join(asked))
            ), one.id
            assert re.findall(r"<(/?\w+)", text) == re.findall(r"<(/?\w+)", asked[-1]), one.id


@pytest.mark.parametrize("language", TRANSLATED)
def test_what_is_compiled_is_what_is_written(language):
    with (LOCALES / language / "LC_MESSAGES" / "django.mo").open("rb") as file:
        compiled = read_mo(file)
    assert told(compiled) == told(catalogue(language))


def told(found):
    return {(context_of(one), *ids(one)): strings(one) for one in found if one.id}


def context_of(one):
    return one.context.decode() if isinstance(one.context, bytes) else one.context


def strings(one):
    return (one.string,) if isinstance(one.string, str) else tuple(one.string)


def test_the_words_of_the_lists_are_marked():
    assert {kind.label for kind in Kind} == {label for label, _ in terms.KINDS.values()}
    assert {one.name for one in listed_rows("ground").values()} <= set(terms.GROUNDS)
    assert {one.name for one in listed_rows("extent").values()} == set(terms.EXTENTS)
    assert {one.value for one in listed_rows("ads").values()} <= set(translated_targets())
    kinds = {one.type.replace("_", " ") for one in listed_rows("target").values()}
    assert kinds <= set(terms.TARGET_KINDS)


# --- every page, with each text between brackets that gettext was asked for

OURS = re.compile(r"[A-Za-zÀ-ÿ]{2,}")
ADDRESS = re.compile(r"https?://\S+")
NOT_WORDS = {"Platform", "Policy", "Tracker", "UTC", "English", "Français", "Español"}
# Names of the data, and what CLDR says.
DATA = {"RT", "Sputnik", "Twitter", "news", "example", "ed", "Russia", "Russian"}
DATA |= {"Euro", "Today", "Rt", "Deutsch", "En", "Francais", "France", "today", "testserver"}
DATA |= {name for n in range(1, 13) for name in (month_name(n), short_month_name(n))}
CODE = ("code", "kbd", "pre", "script", "style", "textarea", "option")


class Brackets:
    """Stands for gettext; notes what the French lacks."""

    def __init__(self):
        self.known = {(one.context, i) for one in messages() for i in ids(one)}
        self.djangos = trans_real.translation("fr")._catalog  # type: ignore[attr-defined]
        self.missing = set()

    def gettext(self, text):
        return self.told(None, text)

    def ngettext(self, one, many, n):
        # Django's own plurals stand under the singular and the number of the form.
        is_djangos = (one, 1) in self.djangos
        return self.told(None, one if n == 1 or is_djangos else many, is_known=is_djangos)

    def pgettext(self, context, text):
        return self.told(context, text)

    def told(self, context, text, *, is_known=False):
        key = f"{context}\4{text}" if context else text
        is_known |= (context, text) in self.known or key in self.djangos
        if not is_known:
            self.missing.add(text)
        return f"⟦{text}⟧"


def ids(one):
    return (one.id,) if isinstance(one.id, str) else tuple(one.id)


@pytest.fixture
def brackets(monkeypatch):
    it, trans = Brackets(), translation._trans  # type: ignore[attr-defined]
    monkeypatch.setattr(trans, "gettext", it.gettext, raising=False)
    monkeypatch.setattr(trans, "ngettext", it.ngettext, raising=False)
    monkeypatch.setattr(trans, "pgettext", it.pgettext, raising=False)
    # Words of the record may be anything.
    monkeypatch.setattr(terms, "gettext", lambda text: f"⟦{text}⟧")
    return it


def bare(page):
    """Words of a page outside all brackets that are no code, and attributes likewise."""
    tree, depth, found = html.fromstring(page), 0, []
    for element in tree.iter():
        if isinstance(element.tag, str):
            for name in ("aria-label", "placeholder", "title", "alt", "data-label"):
                text = re.sub(r"⟦.*⟧", "", element.get(name) or "")
                found += [text] if OURS.search(text) else []
    for text in tree.xpath("//text()"):
        owner = text.getparent()
        inside = [owner, *owner.iterancestors()] if text.is_text else list(owner.iterancestors())
        is_data = any(e.tag in CODE or e.get("lang") not in {None, "en"} for e in inside)
        for piece in re.split(r"([⟦⟧])", str(text)):
            depth += {"⟦": 1, "⟧": -1}.get(piece, 0)
            words = set(OURS.findall(ADDRESS.sub("", piece))) - NOT_WORDS - DATA
            if depth == 0 and words and not is_data:
                found.append(" ".join(piece.split()))
    return found


def world():
    """Rows whose own words are in no Latin letters; the addresses of all pages that show them."""
    feed = make.feed("https://news.example/rss", title="Новости", language="ru")
    invited = invite("new@example.org", "editor", "en", Actor("ed"), timezone.now())
    record_line(Verb.ROLE, Actor("ed"), NOW, "ed", "reader", "editor")
    feed.source.name = "Новости"
    feed.source.save()
    removed = make.feed(
        "https://news.example/2", title="Старые", removed_at=NOW, group="Группа", country="RU"
    )
    kept = make.feed("https://news.example/3", title="Другие", paused_at=NOW, is_active=False)
    FeedChange.objects.create(feed=feed, at=NOW, verb="renamed", before="Были", after="Новости")
    Poll.objects.create(feed=feed, at=NOW, state="working", seconds=0.1, bytes=1, entries=1)
    pk = make.processed(
        "Твиттер запретил рекламу RT и Sputnik", summary="Так решили там.", language="ru", feed=feed
    )
    make.processed("В Кремле осудили запрет Твиттера на рекламу RT", language="ru", feed=feed)
    other = make.event("Другое")
    Event.objects.filter(pk=pk).update(own_headline="Запрет", extent="temporary", grounds="hate")
    Link.objects.create(source=other, target_id=pk, type="undoes", state="confirmed")
    unsure = make.event("Сомнение", state="unsure", confidence=0.3, targets=["Имя"])
    Entity.objects.filter(name="Имя").update(is_reported=True)
    Event.objects.filter(pk=unsure.pk).update(
        kind_confidence=0.5,
        effective_on="2026-12-01",
        amount=5,
        currency="EUR",
        affected=2,
        affected_what="posts",
        authority="Суд",
        authority_type="court",
    )
    EntryClassification.objects.update(
        readers=[{"reader": "words", "event": 1.0, "kind": "ad_ban", "kind_probability": 0.5}]
    )
    reader = make.reader("9@9.99")
    alert = make.alert("kind:ad_ban", subscriber=reader, created_at=NOW, told_from=NOW, name="Имя")
    waiting = make.alert("", subscriber=reader, state="pending")
    hits.record_hits([pk], timezone.now())
    queueing.queue_digests(timezone.now())
    digest = Delivery.objects.filter(type="digest").first()
    entity = Entity.objects.get(slug="rt")
    return [
        "/",
        "/?kind=ad_ban&since=2017&until=2018&in_force=2018-01-01&not=kind:legal_action",
        "/?q=нетникакого",
        "/?q=решили",
        "/?sort=recorded&chart=platform",
        "/?kind=nonsense",
        f"/events/{pk}",
        f"/events/{other.pk}",
        f"/events/{unsure.pk}",
        "/?state=unsure",
        "/alerts/new?state=unsure",
        "/review?lane=unsure",
        f"/events/{pk}/suggest",
        f"/events/{pk}/edit",
        f"/events/{pk}/merge?into={other.pk}",
        f"/entities/{entity.pk}",
        "/review",
        "/sources",
        f"/sources/{feed.pk}",
        f"/sources/{removed.pk}",
        f"/sources/{feed.pk}/edit",
        f"/sources/{feed.pk}/merge?into={kept.pk}",
        "/sources?state=removed&group=Группа",
        "/sources?q=nothing",
        "/sources/import",
        "/sources/new",
        "/alerts",
        "/alerts?sent",
        "/alerts?asked",
        "/alerts/new?kind=ad_ban",
        f"/alerts/confirm/{sign_token(CONFIRM, waiting.pk)}",
        f"/alerts/stop/{sign_token(STOP, alert.pk)}",
        f"/alerts/manage/{sign_token(MANAGE, reader.pk)}",
        f"/alerts/manage/{sign_token(MANAGE, reader.pk)}/erase",
        f"/alerts/period/{sign_token(PERIOD, digest.pk)}" if digest else "/about",
        "/deliveries",
        "/status",
        "/account",
        "/account/address",
        "/account/password",
        "/people",
        "/people/log",
        "/password",
        f"/join/{sign_invitation(invited)}",
        "/about",
        "/accessibility",
        "/data",
        "/login",
        "/embed?kind=ad_ban",
        "/nowhere",
    ]


def test_no_page_says_a_word_past_gettext(client, brackets):
    client.force_login(User.objects.create_superuser("ed"))
    found = {}
    for path in world():
        page = client.get(path).content.decode()
        if said := bare(page):
            found[path] = said
    assert found == {}
    assert brackets.missing == set()


# --- who reads what in which language


def test_the_browser_is_asked_and_the_reader_decides(client):
    make.event("Twitter bars RT from advertising")
    assert '<html lang="en">' in client.get("/").content.decode()
    page = client.get("/", **FRENCH).content.decode()
    assert '<html lang="fr">' in page
    assert "Cherchez" not in page
    assert "1 événement" in page.replace('<span class="num">1</span>', "1")
    answer = client.get("/language/en?next=/about", **FRENCH)
    assert (answer.status_code, answer["Location"]) == (302, "/about")
    assert '<html lang="en">' in client.get("/", **FRENCH).content.decode()


@pytest.mark.parametrize("target", ["https://evil.example/", "//evil.example", "javascript:1"])
def test_the_choice_leads_to_no_other_site(client, target):
    assert client.get("/language/fr", {"next": target})["Location"] == "/"


def test_a_language_that_is_none_of_ours_is_not_found(client):
    assert client.get("/language/xx").status_code == 404


@pytest.mark.parametrize(
    "path", ["/events.atom", "/events.csv", "/events.json", "/events.ics", "/api/v1/events"]
)
def test_what_programs_read_is_the_same_for_all(client, path):
    make.processed("Twitter bans ads from RT and Sputnik")
    answers = [client.get(path, **asked) for asked in ({}, FRENCH)]
    plain, french = (
        re.sub(
            rb"20\d\d-\d\d-\d\dT[\d:.]+",
            b"",
            b"".join(a.streaming_content) if a.streaming else a.content,
        )
        for a in answers
    )
    assert plain == french
    assert "Accept-Language" not in answers[1].get("Vary", "")


def test_the_private_feed_of_an_alert_is_the_same_for_all(client):
    alert = make.alert("kind:ad_ban")
    answer = client.get(f"/alerts/feed/{sign_token(FEED, alert.pk)}", **FRENCH)
    assert "Ad bans" in answer.content.decode()


def test_a_headline_of_the_program_is_told_in_the_readers_language_a_persons_own_is_not(client):
    pk = make.processed("Twitter bans ads from RT and Sputnik")
    own = make.event("Twitter thinks again")
    page = client.get("/", **FRENCH).content.decode()
    assert ">Twitter interdit de publicité\u00a0: RT, Sputnik</a>" in page
    assert f'<a href="/events/{own.pk}" lang="en">Twitter thinks again</a>' in page
    assert f'<a href="/events/{pk}">' in page
    assert "Twitter bars RT, Sputnik from advertising" in client.get("/").content.decode()


def test_so_are_the_headlines_of_linked_events(client):
    told = (
        ("Twitter permanently suspends the account of Donald Trump", "2021-01-08"),
        ("Twitter reinstates the account of Donald Trump", "2022-11-19"),
    )
    pk, later = (make.processed(title, published_at=make.day(day)) for title, day in told)
    of_program = f'<a href="/events/{pk}">Twitter suspend Donald Trump</a>'
    for path in (f"/events/{later}", f"/events/{later}?as_of={NOW:%Y-%m-%dT%H:%M:%SZ}"):
        assert of_program in client.get(path, **FRENCH).content.decode()
    Event.objects.filter(pk=pk).update(own_headline="A first")
    page = client.get(f"/events/{later}", **FRENCH).content.decode()
    assert f'<a href="/events/{pk}" lang="en">A first</a>' in page


def test_dates_countries_and_numbers_follow_cldr(client):
    make.processed("Russia blocks Twitter", published_at=make.day("2022-03-04"))
    page = client.get("/", **FRENCH).content.decode()
    assert "4 mars" in page
    assert "Russie\u00a0: blocage de" in page


def test_mails_come_in_the_language_of_the_sign_up(client, settings):
    told = {"rate": "instant", "zone": "UTC", "address": "r@example.org"}
    client.post("/alerts/new?kind=ad_ban", told, **FRENCH)
    assert Subscriber.objects.get().language == "fr"
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    sending.send_due_mails(timezone.now())
    asked: Any = mail.outbox[0]
    assert asked.subject == "Confirmez votre alerte : 1 type d’acte"
    assert "Ouvrez cette page" in asked.body
    assert 'lang="fr"' in str(asked.alternatives)
    with translation.override("fr"):
        subscribing.confirm_alert(Alert.objects.get().pk, timezone.now())
    now = timezone.now()
    entry = make.entry("Twitter bans ads from RT and Sputnik", first_seen_at=now)
    pk = process_entry(entry, now)
    assert pk is not None
    hits.record_hits([pk], timezone.now())
    translation.activate("en")
    sending.send_due_mails(timezone.now())
    digest = mail.outbox[-1]
    assert digest.subject.startswith("Nouveau : Twitter interdit de publicité : RT")
    assert "Arrêter cette alerte" in digest.body
    assert translation.get_language() == "en"
