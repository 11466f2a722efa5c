"""How sure an event and its facts are, on pages and in what leaves the site."""

import csv

import pytest
from django.contrib.auth.models import User

from tests import make
from tracker.events.editing.actions import last_revision_id
from tracker.events.models import Event

pytestmark = pytest.mark.django_db


@pytest.fixture
def event():
    return Event.objects.get(pk=make.processed("Twitter bans ads from RT and Sputnik"))


@pytest.fixture
def editor(client):
    client.force_login(User.objects.create_user("ed", password="a long password", is_staff=True))
    return client


def page_of(client, event):
    return client.get(f"/events/{event.pk}").content.decode()


def check(client, event, fact, state):
    given = {
        "fact": fact,
        "check": state,
        "read_version": last_revision_id(event),
        "next": f"/events/{event.pk}",
    }
    return client.post(f"/events/{event.pk}/check", given, follow=True).content.decode()


def test_each_fact_says_in_plain_words_how_sure_it_is(client, event):
    page = page_of(client, event)
    assert "Read by the program in 1 report, not checked" in page
    assert "Inferred by the program, not checked" in page
    assert "/check" not in page


def test_the_history_says_on_how_many_sources_it_rests(client):
    event = make.event("Known", ref="known", occurred_source="history")
    for number in (1, 2):
        event.reports.create(url=f"https://news.example/{number}", added_at=event.recorded_at)
    page = page_of(client, event)
    assert "From the history, with 2 sources" in page
    assert "Machine" not in page
    assert '<span class="state history">From the history</span>' in client.get("/").content.decode()


def test_an_editor_confirms_disputes_and_undoes_on_the_page(editor, event):
    assert 'aria-label="Confirm: Target"' in page_of(editor, event)
    page = check(editor, event, "targets", "confirmed")
    assert "The fact was confirmed." in page
    assert "Confirmed by an editor on " in page
    page = check(editor, event, "occurred", "disputed")
    assert "Disputed by an editor on " in page
    assert "day of the act (disputed)" in page
    change = event.revisions.filter(field="check").latest("pk").change
    editor.post(f"/changes/{change.pk}/undo")
    page = page_of(editor, event)
    assert "Disputed by an editor" not in page
    assert "Confirmed by an editor on " in page


@pytest.mark.parametrize(("fact", "state"), [("state", "confirmed"), ("targets", ""), ("", "x")])
def test_what_is_no_fact_or_no_answer_is_refused(editor, event, fact, state):
    assert "Choose a fact of the event" in check(editor, event, fact, state)
    assert Event.objects.get().checks == []


def test_readers_check_nothing(client, event):
    assert "Sign in" in check(client, event, "targets", "confirmed")
    assert Event.objects.get().checks == []


def test_the_api_and_the_table_say_origin_and_check(editor, event):
    check(editor, event, "targets", "confirmed")
    told = editor.get(f"/api/v1/events/{event.pk}").json()
    assert (told["origin"], told["check"]) == ("machine", "unchecked")
    assert told["facts"]["targets"]["check"] == "confirmed"
    assert told["facts"]["targets"]["checked_at"].endswith("Z")
    assert told["facts"]["occurred"] == {
        "origin": "machine",
        "check": "unchecked",
        "checked_at": None,
    }
    lines = b"".join(editor.get("/events.csv?origin=machine").streaming_content).decode("utf-8-sig")
    rows = [line for line in lines.splitlines() if not line.startswith("#")]
    row = next(csv.DictReader(rows))
    assert (row["origin"], row["check"], row["state"]) == ("machine", "unchecked", "machine")
    assert editor.get("/api/v1/events?origin=history").json()["total"] == 0
