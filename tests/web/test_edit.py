"""What editors do to events, on the pages and in the services below them."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.utils import timezone

from tests import make
from tests.conftest import NOW
from tracker.classify import Kind, Role
from tracker.events.editing.actions import (
    EditError,
    Editor,
    current_values,
    edit_event,
    last_revision_id,
    undo_change,
)
from tracker.events.learning import corrections
from tracker.events.models import Correction, Event, Revision, SecondOpinion
from tracker.events.record.write import ConflictError

pytestmark = pytest.mark.django_db


@pytest.fixture
def editor(client):
    client.force_login(User.objects.create_user("ed", password="a long password", is_staff=True))
    return client


@pytest.fixture
def event():
    return Event.objects.get(pk=make.processed("Twitter bans ads from RT and Sputnik"))


def form(event, **changes):
    now = current_values(event)
    return {
        "headline": now.own_headline,
        "kind": now.kinds[0],
        "other_kinds": list(now.kinds[1:]),
        "platforms": ", ".join(now.platforms),
        "targets": "\n".join(now.targets),
        "occurred": now.occurred,
        "extent": now.extent,
        "countries": "\n".join(now.countries),
        "grounds": now.grounds,
        "read_version": last_revision_id(event),
        "reason": "as the company says",
    } | changes


def test_an_edit_is_stored_reviewed_and_told_in_the_history(editor, event):
    changes = {"kind": "demonetization", "targets": "RT\nSputnik\nRuptly", "occurred": "2017-10-26"}
    sent = form(event, **changes, accept="1")
    text = editor.post(f"/events/{event.pk}/edit", sent, follow=True)
    assert "Saved and marked as reviewed" in text.content.decode()
    event.refresh_from_db()
    assert (event.kind, event.occurred, event.occurred_source, event.state) == (
        "demonetization",
        "2017-10-26",
        "editor",
        "reviewed",
    )
    assert current_values(event).targets == ("RT", "Sputnik", "Ruptly")
    told = {r.field: (r.before, r.after, r.by) for r in Revision.objects.filter(by="ed")}
    assert told["kinds"] == (["ad_ban"], ["demonetization"], "ed")
    assert told["state"] == ("machine", "reviewed", "ed")
    assert set(told) == {"kinds", "targets", "occurred", "occurred_source", "state", "check"}
    page = editor.get(f"/events/{event.pk}").content.decode()
    assert "as the company says" in page
    assert "✓ Checked" in page


def test_saving_without_a_change_confirms(editor, event):
    editor.post(f"/events/{event.pk}/edit", form(event, reason="", accept="1"))
    assert Event.objects.get().state == "reviewed"
    assert {r.field for r in Revision.objects.filter(by="ed")} == {"state", "check"}


BAD = {
    "headline": ({"headline": "x" * 301}, "300"),
    "kind": ({"kind": "add_ban"}, "Select a valid choice"),
    "platform": ({"platforms": "twiter"}, "Unknown platform: twiter"),
    "no platform": ({"platforms": " , "}, "Choose at least one platform"),
    "day": ({"occurred": "26/10/2017"}, "Enter a day like 2017-10-26"),
    "no such day": ({"occurred": "2017-02-30"}, "Enter a day like 2017-10-26"),
    "no currency": ({"amount": "5", "currency": "xxx"}, "Enter a currency that is paid in"),
    "test currency": ({"amount": "5", "currency": "XTS"}, "Enter a currency that is paid in"),
    "early start": (
        {"occurred": "2017-10-26", "effective_on": "2016-10-24"},
        "at most a year before",
    ),
    "start after end": (
        {"occurred": "2017-10-26", "effective_on": "2017-12-02", "ended_on": "2017-12-01"},
        "a start that is not after the end",
    ),
    "long ago": ({"occurred": "1066-10-14"}, "Enter a day like 2017-10-26"),
}


@pytest.mark.parametrize(("change", "words"), BAD.values(), ids=BAD)
def test_a_bad_value_is_named_and_nothing_is_stored(editor, event, change, words):
    answer = editor.post(f"/events/{event.pk}/edit", form(event, **change))
    assert answer.status_code == 400
    assert words in answer.content.decode()
    assert Event.objects.get().state == "machine"
    assert not Correction.objects.exists()


def test_a_start_within_a_year_before_the_act_or_in_the_month_of_the_end_is_taken(editor, event):
    days = {"occurred": "2017-10-26", "effective_on": "2016-10-25", "ended_on": "2017-10"}
    assert editor.post(f"/events/{event.pk}/edit", form(event, **days)).status_code == 302


def test_of_two_editors_the_second_is_told_what_changed(editor, event):
    second = form(event, headline="Of the second")
    editor.post(f"/events/{event.pk}/edit", form(event, headline="Of the first"))
    answer = editor.post(f"/events/{event.pk}/edit", second)
    text = answer.content.decode()
    assert answer.status_code == 409
    assert "Someone else changed this event" in text
    assert "ed changed headline: Of the first" in text
    assert Event.objects.get().headline == "Of the first"


def shown(page, name):
    return page.context["form"][name].value()


def test_in_a_conflict_what_was_entered_stays_beside_what_was_stored(client, event):
    entered = {"headline": "Of bob", "targets": "RT\nSputnik\nTASS", "reason": "as the law says"}
    second = form(event, **entered)
    first = form(event, targets="RT", occurred="2017-10-25")
    for name, sent in (("ann", first), ("bob", second)):
        client.force_login(User.objects.create_user(name, is_staff=True))
        answer = client.post(f"/events/{event.pk}/edit", sent)
    assert answer.status_code == 409
    assert {name: shown(answer, name) for name in entered} == entered
    assert shown(answer, "occurred") == "2017-10-25"  # which bob did not touch
    words = answer.context["meanwhile"]
    assert "ann changed targets: RT, Sputnik → RT" in words
    assert not [text for text in words if "[" in text or "check" in text]
    again = {
        name: "" if value is None else value
        for name, value in answer.context["form"].initial.items()
    }
    assert client.post(f"/events/{event.pk}/edit", again).status_code == 302
    event.refresh_from_db()
    assert current_values(event).targets == ("RT", "Sputnik", "TASS")
    assert (event.occurred, event.headline) == ("2017-10-25", "Of bob")


def test_an_edit_that_is_sent_twice_is_saved_once(editor, event):
    sent = form(event, headline="Of the first", accept="1")
    answers = [editor.post(f"/events/{event.pk}/edit", sent) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [302, 302]
    assert Revision.objects.filter(field="own_headline").count() == 1


def test_a_refusal_in_a_conflict_keeps_its_reason(editor, event):
    seen = last_revision_id(event)
    editor.post(f"/events/{event.pk}/edit", form(event, headline="Of the first"))
    sent = {"read_version": seen, "reason": "A rumour"}
    answer = editor.post(f"/events/{event.pk}/refuse", sent)
    assert (answer.status_code, answer.context["refusal"]) == (409, "A rumour")


def test_a_refused_event_says_why_and_can_be_brought_back(editor, client, event):
    seen = last_revision_id(event)
    why = {"read_version": seen, "reason": "A rumour, denied <b>since</b>"}
    text = editor.post(f"/events/{event.pk}/refuse", why, follow=True).content.decode()
    assert "A rumour, denied &lt;b&gt;since&lt;/b&gt;" in text
    client.logout()
    answer = client.get(f"/events/{event.pk}")
    assert answer.status_code == 410
    assert "Restore" not in answer.content.decode()
    assert f"/events/{event.pk}" not in client.get("/").content.decode()
    client.force_login(User.objects.get())
    event.refresh_from_db()
    since = {"read_version": last_revision_id(event)}
    client.post(f"/events/{event.pk}/back", since)
    assert client.get(f"/events/{event.pk}").status_code == 200
    assert [r.after for r in Revision.objects.filter(field="state")] == ["refused", "reviewed"]


def test_a_second_opinion_is_shown_to_whoever_decides(editor, event):
    entry = event.reports.get().entry
    given = {"entry": entry, "model": "m", "at": NOW}
    SecondOpinion.objects.create(
        content_hash="1", state="answered", kinds=["demonetization"], quote="<b>", **given
    )
    SecondOpinion.objects.create(content_hash="2", state="refused", quote="not shown", **given)
    text = editor.get(f"/events/{event.pk}/edit").content.decode()
    assert "demonetization: “&lt;b&gt;”" in text
    assert "not shown" not in text


def test_a_refusal_needs_a_reason(editor, event):
    seen = {"read_version": last_revision_id(event), "reason": " "}
    text = editor.post(f"/events/{event.pk}/refuse", seen, follow=True).content.decode()
    assert "Give a reason for the refusal" in text
    assert Event.objects.get().state == "machine"


@pytest.mark.parametrize("act", ["edit", "refuse", "back"])
def test_w4_others_are_sent_to_sign_in(client, event, act):
    answer = client.post(f"/events/{event.pk}/{act}", form(event))
    assert answer["Location"].startswith("/login?next=")
    assert Event.objects.get().state == "machine"
    assert "Edit, review or refuse" not in client.get(f"/events/{event.pk}").content.decode()


def test_every_decision_is_an_example_to_learn_from_the_latest_one(editor, event):
    editor.post(f"/events/{event.pk}/edit", form(event, kind="demonetization"))
    editor.post(
        f"/events/{event.pk}/refuse",
        {"read_version": last_revision_id(event), "reason": "not an act"},
    )
    ((_, one),) = corrections.correction_examples()
    assert one.text.title == "Twitter bans ads from RT and Sputnik"
    assert (one.kinds, one.coverage) == ((), Role.NONE)
    assert Correction.objects.filter(field="kinds").count() == 2
    event.refresh_from_db()
    editor.post(f"/events/{event.pk}/back", {"read_version": last_revision_id(event)})
    ((_, one),) = corrections.correction_examples()
    assert (one.kinds, one.coverage) == ((Kind.DEMONETIZATION,), Role.REPORT)


def test_a_report_that_comes_later_changes_nothing_that_an_editor_decided(event):
    now = timezone.now() + timedelta(minutes=1)
    edit = current_values(event)
    edit_event(event.pk, edit, Editor("ed", now))
    make.processed("Twitter bans RT ads on 25 October 2017", published_at=make.DAY)
    event.refresh_from_db()
    assert current_values(event) == edit
    assert event.state == "reviewed"


def test_the_services_refuse_what_was_not_seen_and_what_is_no_edit(event):
    edit = current_values(event)
    with pytest.raises(ConflictError):
        edit_event(event.pk, edit, Editor("ed", NOW, read_version=0))
    twice = type(edit)(**(vars(edit) | {"kinds": ("ad_ban", "ad_ban")}))
    with pytest.raises(EditError, match="each once"):
        edit_event(event.pk, twice, Editor("ed", NOW))


def test_an_editor_links_two_events_by_number(editor, event):
    lifted = make.event("Twitter lets RT advertise again", kind="reinstatement")
    assert "undoes" in editor.get(f"/events/{lifted.pk}/edit").content.decode()
    told = {
        "read_version": last_revision_id(lifted),
        "type": "undoes",
        "other": event.pk,
        "state": "confirmed",
    }
    editor.post(f"/events/{lifted.pk}/link", told)
    assert "Undone by" in editor.get(f"/events/{event.pk}").content.decode()


def test_nothing_is_learned_from_what_was_undone_unless_the_undoing_was(event):
    change = edit_event(event.pk, current_values(event), Editor("ed", NOW))
    assert len(corrections.correction_examples()) == 1
    taken_back = undo_change(change.pk, Editor("ed", NOW))
    assert corrections.correction_examples() == []
    undo_change(taken_back.pk, Editor("ed", NOW))
    assert len(corrections.correction_examples()) == 1
