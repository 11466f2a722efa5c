"""The queue of editors, its small decisions, and what they leave behind."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.utils import timezone

from tests import make
from tests.conftest import NOW
from tracker.events.editing.actions import (
    Editor,
    accept_event,
    last_revision_id,
    merge_events,
    split_event,
)
from tracker.events.models import Change, Event, Link, Suggestion
from tracker.events.review import queue

pytestmark = pytest.mark.django_db
ED = Editor("ed", NOW)


@pytest.fixture
def editor(client):
    client.force_login(User.objects.create_user("ed", is_staff=True))
    return client


@pytest.fixture
def event():
    """One whose kind is in doubt."""
    made = Event.objects.get(pk=make.processed("Twitter bans ads from RT and Sputnik"))
    Event.objects.filter(pk=made.pk).update(review_queue="kind", weight=0.4, confidence=0.6)
    made.refresh_from_db()
    return made


def sent(event, **values):
    return {
        "read_version": last_revision_id(event),
        "next": f"/review?lane=kind&event={event.pk}",
    } | values


def test_the_queue_shows_lanes_the_event_with_marked_words_and_its_neighbours(editor, event):
    near = make.event("Twitter bars TASS", targets=[], occurred="2017-10-27")
    page = editor.get("/review").content.decode()
    assert "Kind in doubt <b" in page
    assert '<mark data-fact="kinds" title="kind">bans</mark>' in page
    assert near.headline in page
    assert "same platform: X (Twitter)" in page
    assert 'aria-pressed="true"' in page


def test_what_review_changes_most_stands_first(event):
    more = make.event("Facebook suspends someone", confidence=0.5)
    Event.objects.filter(pk=more.pk).update(review_queue="kind", weight=3)
    assert [e.pk for e in queue.queued_events("kind")] == [more.pk, event.pk]


def test_a_lane_ends_when_its_events_are_decided(editor, event):
    editor.post(f"/events/{event.pk}/accept", sent(event))
    event.refresh_from_db()
    assert (event.state, event.review_queue) == ("reviewed", "")
    assert queue.queued_events("kind") == []


def test_the_kind_is_changed_by_one_button(editor, event):
    answer = editor.post(f"/events/{event.pk}/kind", sent(event, kind="demonetization"))
    assert answer["Location"] == f"/review?lane=kind&event={event.pk}"
    assert Event.objects.get(pk=event.pk).kind == "demonetization"


def test_an_unknown_name_becomes_a_target_by_one_button(editor):
    title = "Instagram disables the account of Marla Quint over a photo"
    event = make.event(targets=[], confidence=0.97, kind="account_suspension")
    make.report(event, make.entry(title))
    assert [one.pk for one in queue.queued_events("target")] == [event.pk]
    assert "+ Marla Quint" in editor.get(f"/review?event={event.pk}").content.decode()
    editor.post(f"/events/{event.pk}/target", sent(event, name="Marla Quint"))
    assert event.entities.filter(type="target", name="Marla Quint").exists()


def test_a_refusal_goes_back_to_the_queue_with_its_reason(editor, event):
    reason = {"refusal": "refused_satire"}
    answer = editor.post(f"/events/{event.pk}/refuse", sent(event, **reason))
    assert answer["Location"].startswith("/review")
    assert "Satire or a rumour" in editor.get(f"/events/{event.pk}").content.decode()


def test_a_merge_shows_what_it_will_do_and_the_old_address_leads_on(editor, event):
    kept = make.event("Twitter bars RT", occurred="2017-10-26", targets=["RT"])
    asked = editor.get(f"/events/{event.pk}/merge", {"into": f"http://x.example/events/{kept.pk}"})
    assert "1 report moves to event" in asked.content.decode()
    assert "RT → RT, Sputnik" in asked.content.decode()
    told = sent(event, into=kept.pk, reason="one act")
    assert editor.post(f"/events/{event.pk}/merge", told)["Location"] == f"/events/{kept.pk}"
    moved = editor.get(f"/events/{event.pk}")
    assert (moved.status_code, moved["Location"]) == (301, f"/events/{kept.pk}")
    for form in ("cite.bib", "cite.json"):
        assert editor.get(f"/events/{event.pk}/{form}").status_code == 301
    editor.post(f"/changes/{Change.objects.get(verb='merge').pk}/undo", follow=True)
    assert editor.get(f"/events/{event.pk}").status_code == 200


def test_a_chain_of_merges_leads_straight_to_its_end(client, event):
    middle, last = make.event("A"), make.event("B")
    merge_events(event.pk, middle.pk, ED)
    merge_events(middle.pk, last.pk, ED)
    assert client.get(f"/events/{event.pk}")["Location"] == f"/events/{last.pk}"


def test_after_a_split_both_addresses_say_which_one(editor, event):
    other = make.report(event, make.entry("Twitter suspends Infowars"))
    editor.post(f"/events/{event.pk}/split", sent(event, report=[other.pk]))
    new = Event.objects.get(split_from=event)
    page = editor.get(f"/events/{event.pk}").content.decode()
    assert "Which event do you mean?" in page
    assert f'href="/events/{new.pk}"' in page
    assert f'href="/events/{event.pk}"' in editor.get(f"/events/{new.pk}").content.decode()


def test_a_proposed_link_is_confirmed_and_says_how_long_it_lasted(editor):
    ban = make.event("Twitter suspends Trump", kind="account_suspension", occurred="2021-01-08")
    lifted = make.event("Twitter restores Trump", kind="reinstatement", occurred="2022-11-19")
    Link.objects.create(source=lifted, target=ban, type="undoes", reasons=[["same_target", ["RT"]]])
    assert queue.summarize_queues()[-1].count == 1
    told = sent(lifted, type="undoes", other=ban.pk, state="confirmed")
    editor.post(f"/events/{lifted.pk}/link", told)
    page = editor.get(f"/events/{ban.pk}").content.decode()
    assert "until 19 November 2022, 680 days" in page
    assert "Twitter suspends Trump" in editor.get("/?in_force=2021-03-01").content.decode()
    assert "Twitter suspends Trump" not in editor.get("/?in_force=2023-03-01").content.decode()


def test_a_rejected_link_is_shown_no_more(editor):
    one, other = make.event("A"), make.event("B")
    Link.objects.create(source=one, target=other, type="same")
    assert [e.pk for e in queue.queued_events("same")] == [one.pk]
    editor.post(f"/events/{one.pk}/link", sent(one, type="same", other=other.pk, state="rejected"))
    assert queue.queued_events("same") == []
    assert "Timeline of related events" not in editor.get(f"/events/{one.pk}").content.decode()


BAD = {
    "kind": ("kind", {"kind": "nonsense"}),
    "split": ("split", {"report": ["x", "99999"]}),
    "link": ("link", {"type": "undoes", "other": "9" * 30, "state": "confirmed"}),
    "target": ("target", {"name": " "}),
    "read_version": ("accept", {"read_version": "x"}),
}


@pytest.mark.parametrize(("act", "values"), BAD.values(), ids=BAD)
def test_what_cannot_be_done_is_said_and_nothing_is_stored(editor, event, act, values):
    answer = editor.post(f"/events/{event.pk}/{act}", sent(event) | values, follow=True)
    assert 'class="told"' in answer.content.decode()
    event.refresh_from_db()
    assert event.state == "machine"


@pytest.mark.parametrize("into", ["", "999999"])
def test_a_merge_into_nothing_is_not_found(editor, event, into):
    assert editor.get(f"/events/{event.pk}/merge", {"into": into}).status_code == 404


def test_of_two_editors_the_second_is_told_what_changed(editor, event):
    old = sent(event)
    accept_event(event.pk, Editor("ann", timezone.now()))
    text = editor.post(f"/events/{event.pk}/kind", old | {"kind": "demonetization"}, follow=True)
    assert "ann changed state" in text.content.decode()
    assert Event.objects.get(pk=event.pk).kind == "ad_ban"


def test_who_looks_at_an_event_is_told_to_the_next_one(client, editor, event):
    editor.get(f"/review?event={event.pk}")
    client.force_login(User.objects.create_user("ann", is_staff=True))
    assert "ed has this event open" in client.get(f"/review?event={event.pk}").content.decode()


def test_program_and_editors_are_compared_by_kind_and_language(event):
    accept_event(event.pk, ED)
    other = Event.objects.get(pk=make.processed("YouTube sperrt Kanal von RT", language="de"))
    from tracker.events.editing.actions import refuse_event  # noqa: PLC0415

    refuse_event(other.pk, Editor("ed", NOW, "no act"))
    told = queue.measure_agreement(NOW + timedelta(days=1))
    assert [(a.name, a.agreed, a.decided) for a in told["kind"]] == [
        ("Ad ban", 1, 1),
        ("No event", 0, 1),
    ]
    assert [(a.name, a.agreed, a.decided) for a in told["language"]] == [
        ("de", 0, 1),
        ("en", 1, 1),
    ]
    assert queue.measure_agreement(NOW + timedelta(days=31)) == {"kind": [], "language": []}


def test_w4_the_queue_and_its_acts_are_for_editors(client, event):
    acts = ["accept", "kind", "target", "link", "split", "merge"]
    change = Change.objects.create(verb="edit", by="ed", at=NOW)
    asked = Suggestion.objects.create(event=event, field="kind", text="t", at=NOW, origin="o")
    addresses = [f"/events/{event.pk}/{act}" for act in acts]
    addresses += [f"/changes/{change.pk}/undo", f"/suggestions/{asked.pk}"]
    assert client.get("/review")["Location"].startswith("/login")
    for address in addresses:
        assert client.post(address, sent(event))["Location"].startswith("/login")


def test_a_way_back_never_leads_to_another_site(editor, event):
    told = sent(event, next="https://evil.example/")
    assert editor.post(f"/events/{event.pk}/accept", told)["Location"] == "/review"


def test_an_undo_that_would_lose_a_report_says_what_to_do(editor, event):
    make.report(event)
    first = event.reports.order_by("pk").first()
    change, new = split_event(event.pk, [first.pk], Editor("ed", timezone.now()))
    joined = make.report(new)
    new.revisions.create(
        at=timezone.now(), field="report", after=[joined.pk, "https://a.example/"], by="program"
    )
    answer = editor.post(f"/changes/{change.pk}/undo", follow=True)
    assert (
        f"merge it into event {event.pk} instead. (program changed report: https://a.example/)"
        in (answer.content.decode())
    )
    assert new.reports.count() == 2


def test_each_change_can_be_undone_where_the_history_shows_it(client, editor, event):
    editor.post(f"/events/{event.pk}/kind", sent(event, kind="demonetization"))
    change = Change.objects.get()
    undo = f'action="/changes/{change.pk}/undo"'
    assert editor.get(f"/events/{event.pk}").content.decode().count(undo) == 1
    editor.post(f"/changes/{change.pk}/undo", {"next": f"/events/{event.pk}"})
    assert Event.objects.get(pk=event.pk).kind == "ad_ban"
    assert undo not in editor.get(f"/events/{event.pk}").content.decode()
    client.logout()
    assert "/undo" not in client.get(f"/events/{event.pk}").content.decode()


def test_a_measure_says_how_long_it_held_or_that_no_end_is_known(client):
    for extent, words in (
        ("", "no end on record"),
        ("permanent", "permanent, no end on record"),
        ("temporary", "temporary, end unknown"),
    ):
        event = make.event(extent=extent, occurred=f"{timezone.now():%Y-%m-%d}")
        assert words in client.get(f"/events/{event.pk}").content.decode()
    rule = make.event(kind="policy_change")
    assert "In force" not in client.get(f"/events/{rule.pk}").content.decode()
