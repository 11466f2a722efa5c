"""The desk: what it shows, and what editors do on it beside deciding one event."""

import pytest
from django.contrib.auth.models import User
from django.utils import timezone

from tests import make
from tests.conftest import NOW, Answer
from tracker.alerts.collecting.models import Collection
from tracker.events.editing.actions import Editor, accept_event, last_revision_id
from tracker.events.models import Change, Event, Report, ReviewNote, SubmittedLink
from tracker.events.review.suggestions import AT_MOST
from tracker.feeds.models import Entry
from tracker.people.models import AuditLine

pytestmark = pytest.mark.django_db


@pytest.fixture
def editor(client):
    client.force_login(User.objects.create_user("ed", is_staff=True))
    return client


def doubted(headline="Twitter bars RT", weight=1, **values):
    event = make.event(headline, **values)
    make.report(event, make.entry(f"Report of {headline}", summary="It did so. More follows."))
    Event.objects.filter(pk=event.pk).update(review_queue="kind", weight=weight, confidence=0.6)
    return event


def selected(*events):
    return [f"{event.pk}:{last_revision_id(event)}" for event in events]


def test_the_queue_names_the_article_and_the_proposal(editor):
    doubted(weight=2)
    doubted("Other", platforms=["youtube"])
    page = editor.get("/review").content.decode()
    assert "Report of Other" in page
    assert "Ad ban · YouTube · RT · 26 October 2017" in page
    assert "It did so." in page
    assert "More follows" not in page


def test_the_nearest_event_stands_beside_with_its_article(editor):
    own = make.processed("Twitter bans ads from RT and Sputnik")
    Event.objects.filter(pk=own).update(review_queue="kind", weight=2)
    near = make.event("Twitter bars TASS", targets=[], occurred="2017-10-27")
    make.report(near, make.entry("Of the other event"))
    page = editor.get("/review").content.decode()
    assert "Of the other event" in page
    assert f"into event {near.pk}" in page


def test_selected_events_are_accepted_each_by_its_own_change(editor):
    one, two, three = doubted("A"), doubted("B"), doubted("C")
    chosen = selected(one, two, three)
    accept_event(two.pk, Editor("ann", timezone.now()))
    text = editor.post("/review/selected", {"selected": chosen}, follow=True).content.decode()
    assert "Accepted 2 events." in text
    assert f"Event {two.pk}: Someone else edited" in text
    assert Change.objects.filter(by="ed", verb="accept").count() == 2
    # Sent again, it changes nothing: each was changed since it was read.
    editor.post("/review/selected", {"selected": chosen})
    assert Change.objects.count() == 3


def test_selected_events_are_refused_for_one_reason(editor):
    one, two = doubted("A"), doubted("B")
    values = {"selected": selected(one, two), "refusal": "refused_old"}
    assert (
        "Refused 2 events." in editor.post("/review/selected", values, follow=True).content.decode()
    )
    assert not Event.objects.shown().exists()


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({}, "Select at least one event"),
        ({"selected": "x:y"}, "Select at least one event"),
        ({"selected": f"{'9' * 5_000}:{'9' * 5_000}"}, "Select at least one event"),
        ({"selected": "999:0"}, "It was merged or refused"),
        ({"selected": "1:0", "refusal": "envy"}, "Choose a reason from the list"),
    ],
)
def test_a_selection_that_is_none_changes_nothing(editor, values, words):
    assert words in editor.post("/review/selected", values, follow=True).content.decode()
    assert not Change.objects.exists()


def test_editors_see_each_other_s_notes_and_who_takes_an_event(client, editor):
    event = doubted()
    for _ in range(2):  # sent twice, stored once
        editor.post(f"/events/{event.pk}/note", {"text": "Ask the company"})
        editor.post(f"/events/{event.pk}/take")
    assert ReviewNote.objects.count() == 2
    client.force_login(User.objects.create_user("ann", is_staff=True))
    page = client.get("/review").content.decode()
    assert "Ask the company" in page
    assert "ed takes this event." in page
    client.post(f"/events/{event.pk}/take", {"release": "1"})
    assert "takes this event" not in client.get("/review").content.decode()
    assert client.get(f"/events/{event.pk}").content.decode().count("Ask the company") == 0


@pytest.mark.parametrize(
    ("type_", "typed", "value"),
    [
        ("platform", "twit", "X (Twitter)"),
        ("country", "germ", "Germany"),
        ("target", "rt", "RT"),
        ("event", "bars", "1: Twitter bars RT"),
        ("event", "1", "1: Twitter bars RT"),
        ("nothing", "rt", None),
        ("platform", "", None),
    ],
)
def test_a_picker_offers_what_fits(editor, type_, typed, value):
    event = doubted()
    words = typed.replace("1", str(event.pk))
    choices = editor.get("/find", {"type": type_, "q": words}).json()["choices"]
    wanted = value and value.replace("1:", f"{event.pk}:")
    assert wanted in [c["value"] for c in choices] if value else choices == []


def test_names_are_typed_and_no_codes(editor):
    event = doubted()
    values = {
        "kind": "ad_ban",
        "platforms": "YouTube\nИнстаграм",
        "countries": "Germany\nfrance",
        "targets": "RT",
        "occurred": "2017-10-26",
        "read_version": last_revision_id(event),
    }
    editor.post(f"/events/{event.pk}/edit", values)
    slugs = set(event.entities.values_list("slug", flat=True))
    assert slugs >= {"youtube", "instagram", "DE", "FR"}
    answer = editor.post(f"/events/{event.pk}/edit", values | {"countries": "Atlantis"})
    assert "Unknown country: Atlantis" in answer.content.decode()


def test_words_choose_the_event_to_merge_into_or_to_link_to(editor):
    one, other = doubted("Twitter bars RT"), doubted("YouTube removes Sputnik")
    page = editor.get(f"/events/{one.pk}/merge", {"into": "sputnik"}).content.decode()
    assert f"?into={other.pk}%3A" in page
    sent = {"read_version": last_revision_id(one), "type": "follows", "state": "confirmed"}
    editor.post(f"/events/{one.pk}/link", sent | {"other": "sputnik"})
    assert one.links.get().target == other


def test_an_article_is_added_from_its_page_to_another_event(editor):
    one, other = doubted("A"), doubted("B")
    entry = one.reports.get().entry
    editor.post(f"/articles/{entry.pk}", {"act": "add", "event": str(other.pk), "role": "reaction"})
    assert other.reports.get(entry=entry).role == "reaction"
    report = other.reports.get(entry=entry)
    sent = {"read_version": last_revision_id(other), "report": report.pk}
    editor.post(f"/events/{other.pk}/role", sent | {"role": "analysis"})
    editor.post(f"/events/{other.pk}/withdraw", sent | {"read_version": 10**9})
    assert list(Change.objects.order_by("pk").values_list("verb", flat=True)) == [
        "add",
        "role",
        "withdraw",
    ]
    answer = editor.post(f"/articles/{entry.pk}", {"act": "add", "event": "9999", "role": "report"})
    assert "No event matches" in answer.content.decode()


def test_an_event_is_recorded_from_an_article(editor):
    entry = make.entry("A story that the program did not understand")
    values = {"act": "record", "kind": "ad_ban", "platforms": "YouTube", "targets": "RT"}
    answer = editor.post(f"/articles/{entry.pk}", values, follow=True)
    assert "YouTube bars RT from advertising" in answer.content.decode()
    assert Event.objects.get().origin == "editor"


@pytest.mark.parametrize("act", ["record", "add", "split", "note", "decline", "create"])
def test_a_form_sent_twice_does_what_it_does_once(editor, act):
    entry, event = make.entry("A story that the program did not understand"), doubted("A")
    reports = [make.report(event, make.entry(title)).pk for title in ("A fair", "Another fair")]
    link = SubmittedLink.objects.create(url="https://a.example/", at=NOW, origin="o")
    facts = {"kind": "ad_ban", "platforms": "YouTube\nTikTok", "targets": "rt"}
    sent = {"read_version": last_revision_id(event)}
    address, form = {
        "record": (f"/articles/{entry.pk}", {"act": "record", **facts}),
        "add": (f"/articles/{entry.pk}", {"act": "add", "event": event.pk, "role": "report"}),
        "split": (f"/events/{event.pk}/split", sent | {"report": reports}),
        "note": (f"/events/{event.pk}/note", {"text": "Look"}),
        "decline": (f"/submitted/{link.pk}/decline", {}),
        "create": ("/collections", {"title": "Our memo"}),
    }[act]
    first = editor.post(address, form, follow=True)
    changes, events = Change.objects.count(), Event.objects.count()
    rows = ReviewNote.objects.count(), Collection.objects.count(), Report.objects.count()
    second = editor.post(address, form, follow=True)
    assert first.redirect_chain == second.redirect_chain
    assert (Change.objects.count(), Event.objects.count()) == (changes, events)
    assert rows == (ReviewNote.objects.count(), Collection.objects.count(), Report.objects.count())
    assert all(message.level_tag != "error" for message in second.context["messages"])


def test_another_act_of_the_same_article_is_recorded(editor):
    entry = make.entry("A story that the program did not understand")
    values = {"act": "record", "kind": "ad_ban", "platforms": "YouTube", "targets": "RT"}
    for target in ("RT", "Sputnik"):
        editor.post(f"/articles/{entry.pk}", values | {"targets": target})
    assert Event.objects.count() == 2


def test_a_reader_s_link_waits_for_an_editor_and_is_fetched_once_asked(client, server, local):
    server.pages["/story"] = Answer(b"<title>X suspends Marla Quint</title>")
    sent = {"url": f"{server.url}/story", "note": "a ban"}
    for _ in range(2):
        assert client.post("/submit", sent).status_code == 302
    link = SubmittedLink.objects.get()
    assert server.seen == []
    client.force_login(User.objects.create_user("ed", is_staff=True))
    assert "a ban" in client.get("/review?lane=submitted").content.decode()
    client.post("/articles/new", {"url": link.url, "link": link.pk})
    link.refresh_from_db()
    assert (link.state, link.by, link.entry) == ("added", "ed", Entry.objects.get())
    answer = client.post(f"/submitted/{link.pk}/decline", follow=True)
    assert "already been decided" in answer.content.decode()


def test_a_password_in_a_readers_link_is_neither_stored_nor_shown(editor):
    url = "https://user:TOPSECRET@a.example/story"
    SubmittedLink.objects.create(url=url + "?old", at=NOW, origin="o")
    editor.post("/submit", {"url": url})
    assert SubmittedLink.objects.filter(url="https://a.example/story").exists()
    assert "TOPSECRET" not in editor.get("/review?lane=submitted").content.decode()


def test_readers_links_are_limited(client):
    for number in range(AT_MOST[0]):
        assert client.post("/submit", {"url": f"https://a.example/{number}"}).status_code == 302
    answer = client.post("/submit", {"url": "https://a.example/more"})
    assert (answer.status_code, answer["Retry-After"]) == (429, answer["Retry-After"])
    assert SubmittedLink.objects.count() == AT_MOST[0]


def test_a_link_that_is_declined_is_never_fetched(editor, canary):
    link = SubmittedLink.objects.create(url=f"{canary.url}/", at=NOW, origin="o")
    editor.post(f"/submitted/{link.pk}/decline")
    link.refresh_from_db()
    assert (link.state, link.by) == ("declined", "ed")


def test_an_undo_says_which_event(editor):
    event = doubted()
    accept_event(event.pk, Editor("ed", timezone.now()))
    page = editor.get("/review").content.decode()
    assert f">{event.pk}: <span" in page
    change = Change.objects.get()
    text = editor.post(f"/changes/{change.pk}/undo", follow=True).content.decode()
    assert f"Undone: event {event.pk}." in text


def test_the_language_of_an_article_is_set_and_it_is_read_again(editor):
    entry = make.entry("Twitter bans ads from RT")
    Entry.objects.filter(pk=entry.pk).update(process_at=None, language="de")
    answer = editor.post(f"/articles/{entry.pk}/language", {"language": "pt-BR"}, follow=True)
    assert "Language saved." in answer.content.decode()
    entry.refresh_from_db()
    assert entry.language == "pt-BR"
    assert entry.process_at is not None
    line = AuditLine.objects.get(verb="article_language")
    assert (line.before, line.after) == ("de", "pt-BR")
    assert line.about.startswith(f"{entry.pk} Twitter")


@pytest.mark.parametrize("tag", ["no tag", "x" * 11, "<b>", "pt-BR"])
def test_what_is_no_language_changes_nothing(editor, tag):
    entry = make.entry("Twitter bans ads from RT")
    Entry.objects.filter(pk=entry.pk).update(language="pt-BR", process_at=None)
    editor.post(f"/articles/{entry.pk}/language", {"language": tag})
    entry.refresh_from_db()
    assert (entry.language, entry.process_at) == ("pt-BR", None)
    assert not AuditLine.objects.filter(verb="article_language").exists()


def test_the_desk_asks_few_questions_however_long_the_queue(editor, django_assert_max_num_queries):
    for number in range(40):
        Event.objects.filter(pk=doubted(f"Twitter bars Person {number}").pk).update(
            review_queue="kind", weight=number
        )
    first = Event.objects.order_by("-weight")[0]
    editor.get("/review?lane=kind")
    with django_assert_max_num_queries(15):
        editor.get("/review?lane=kind")
    with django_assert_max_num_queries(15):
        editor.get(f"/review?lane=kind&event={first.pk}")


def test_the_desk_leads_to_a_submitted_article_and_to_what_is_learnt(editor):
    url = "https://a.example/story?a=1&b=2"
    SubmittedLink.objects.create(url=url, at=NOW, origin="o")
    page = " ".join(editor.get("/review?lane=submitted").content.decode().split())
    assert '<a href="https://a.example/story?a=1&amp;b=2" rel="noopener nofollow"' in page
    assert 'href="/review/learning"' in page
