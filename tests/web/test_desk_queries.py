"""A page of the desk asks few questions of the database: in every lane, with full rows."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.utils import timezone

from tests import make
from tests.conftest import NOW
from tracker.events.editing.actions import Editor, accept_event
from tracker.events.models import (
    Event,
    Link,
    ReportDispute,
    ReportVote,
    SecondAct,
    SubmittedLink,
    Suggestion,
)
from tracker.events.review.notes import add_note, assign_event
from tracker.events.review.queue import REVIEW_QUEUES, queued_events
from tracker.feeds.models import TranslatedTitle

pytestmark = pytest.mark.django_db
AT_MOST = 15
STORED = ("kind", "target", "new", "unsure")  # lanes that are a column of the event


@pytest.fixture(autouse=True)
def _one_moment(monkeypatch):
    """What is asked again once a minute is not, however slow the machine."""
    monkeypatch.setattr("tracker.index.snapshots.monotonic", lambda: 1_000.0)


@pytest.fixture
def editor(client):
    client.force_login(User.objects.create_user("ed", is_staff=True))
    return client


def full_record(settings):
    """A few events, each of which waits in every lane, beside events near it: with articles in two
    languages and their translated titles, notes, votes, links, suggestions and past decisions.
    """
    settings.TRANSLATE_URL = "http://127.0.0.1:1"
    events = [
        Event.objects.get(pk=make.processed(title))
        for title in (
            "Twitter bans ads from RT and Sputnik",
            "YouTube suspends the channel of Marla Quint",
            "Facebook removes a post of Viktor Orban",
        )
    ]
    history = make.event("Twitter bars RIA", targets=["RT"], occurred="2017-10-27")
    unnamed = make.event("", targets=["RT"], occurred="2017-10-28", state="unsure")
    make.report(unnamed, make.entry("Of the unsure event"))
    for number, event in enumerate(events):
        entry = make.entry(f"Twitter sperrt Werbung von RT {number}", language="de", link="")
        report = make.report(event, entry)
        TranslatedTitle.objects.create(
            entry=entry, language="en", title=entry.title, text="Twitter bars RT"
        )
        for type_ in Link.Type.values:
            for other in (history, unnamed):
                Link.objects.get_or_create(
                    source=event, target=other, type=type_, defaults={"state": "proposed"}
                )
        Suggestion.objects.create(event=event, field="kind", text="Wrong", origin="o", at=NOW)
        dispute = ReportDispute.objects.create(event=event, report=report, at=NOW)
        ReportVote.objects.create(
            report=report, voter="v", network="n", origin="o", at=NOW, dispute=dispute
        )
        second = {"entry": entry, "event": event, "words": "and YouTube", "kind": "ad_ban"}
        SecondAct.objects.create(position=1, at=NOW, other=history, **second)
        SecondAct.objects.create(position=2, at=NOW, other=unnamed, **second)
        merged = make.event("Twitter bars RT again")
        Event.objects.filter(pk=merged.pk).update(merged_into=event)
        add_note(event, "Ask the ministry", "bea", NOW)
        assign_event(event, "bea", "bea", NOW)
        accept_event(event.pk, Editor("bea", timezone.now()))
    SubmittedLink.objects.create(url="https://news.example/x", note="", origin="o", at=NOW)
    return events


@pytest.mark.parametrize("taker", ["", "bea"], ids=["free", "open at another editor's"])
def test_every_lane_asks_few_questions(editor, settings, django_assert_max_num_queries, taker):
    events = full_record(settings)
    last = events[-1]
    # Far down in every list, or in none, and chosen by its number.
    unlisted = make.event("Twitter bars Interfax", targets=["RT"], occurred="2017-10-29")
    until = timezone.now() + timedelta(hours=1) if taker else None
    for lane in ("", *REVIEW_QUEUES):
        Event.objects.filter(pk__in=[event.pk for event in events]).update(
            review_queue=lane if lane in STORED else "kind", claimed_by=taker, claimed_until=until
        )
        editor.get(f"/review?lane={lane}")  # reads what changed since
        for chosen in ("", f"&event={last.pk}", f"&event={unlisted.pk}"):
            Event.objects.update(claimed_by=taker, claimed_until=until)
            with django_assert_max_num_queries(AT_MOST):
                page = editor.get(f"/review?lane={lane}{chosen}").content.decode()
            if lane != "submitted":
                assert "Nearest events" in page or "The event" in page


def test_a_page_after_a_decision_asks_no_more(editor, settings, django_assert_max_num_queries):
    events = full_record(settings)
    Event.objects.filter(pk__in=[event.pk for event in events]).update(review_queue="kind")
    editor.get("/review?lane=kind")
    accept_event(events[0].pk, Editor("ed", timezone.now()))
    with django_assert_max_num_queries(AT_MOST):
        editor.get("/review?lane=kind")


def test_a_queue_is_read_by_its_index(django_assert_num_queries):
    with django_assert_num_queries(1) as asked:
        queued_events("kind")
    if connection.vendor == "sqlite":  # PostgreSQL scans a table as small as this one
        with connection.cursor() as cursor:
            cursor.execute(f"EXPLAIN QUERY PLAN {asked.captured_queries[0]['sql']}")
            assert "event_lane" in str(cursor.fetchall())
