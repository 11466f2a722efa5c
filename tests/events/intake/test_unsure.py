"""Unsure events: on no list unless they are asked for, and first in a queue of their own."""

from datetime import date, timedelta

import pytest

from tests import make
from tests.conftest import NOW
from tracker.events.editing.actions import Editor, accept_event
from tracker.events.models import Event
from tracker.events.record.derived.columns import review_queue_of
from tracker.events.review import queue
from tracker.events.search import find
from tracker.events.search.language.parsing import parse
from tracker.events.search.query import Query

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 24)
MINUTE = timedelta(minutes=1)


def headlines(text=""):
    return [row.headline for row in find.find_events(parse(text), today=TODAY).rows]


def test_lists_leave_them_out_unless_they_are_asked_for():
    make.event("sure")
    make.event("unsure", state="unsure", occurred="2017-10-25")
    assert headlines() == headlines("-state:unsure") == ["sure"]
    assert headlines("state:unsure") == ["unsure"]
    assert headlines("state:unsure state:machine") == ["sure", "unsure"]
    assert headlines("-state:reviewed") == ["sure"]
    assert headlines("state:unsure -kind:ad_ban") == []


def test_the_facet_of_states_counts_them_and_the_others_do_not():
    make.event("sure")
    make.event("unsure", state="unsure", platforms=["youtube"])
    found = find.find_events(Query(), today=TODAY)
    assert {c.value: c.count for c in found.facets["state"]} == {
        "reviewed": 0,
        "machine": 1,
        "unsure": 1,
    }
    assert {c.value: c.count for c in found.facets["platform"] if c.count} == {"twitter": 1}
    assert sum(bar.total for bar in found.chart.bars) == 1
    shown = find.find_events(parse("state:unsure"), today=TODAY)
    assert {c.value: c.count for c in shown.facets["platform"] if c.count} == {"youtube": 1}


def test_what_was_unsure_then_is_so_in_the_answer_of_that_moment():
    event = make.event("later accepted", state="unsure", confidence=0.3)
    accept_event(event.pk, Editor("ed", NOW + 2 * MINUTE))
    for minutes, chosen in ((1, []), (3, [event.pk])):
        found = find.find_events_as_of(Query(), NOW + minutes * MINUTE)
        assert [row.id for row in found.rows] == chosen
    then = find.find_events_as_of(parse("state:unsure"), NOW + MINUTE)
    assert [row.state for row in then.rows] == ["unsure"]


def test_events_of_entities_and_feeds_count_what_is_shown():
    event = make.event(state="unsure")
    make.report(event)
    entity = event.entities.get(type="platform")
    assert find.events_of_entities([entity.pk]) == {entity.pk: 0}
    assert find.events_of_feeds(NOW) == {}


LANES = [
    ({"state": "unsure", "confidence": 0.3}, "unsure"),
    ({"state": "unsure", "confidence": 0.3, "kind_confidence": 0.4}, "unsure"),
    ({"state": "machine", "confidence": 0.6, "kind_confidence": 0.9}, "new"),
    ({"state": "machine", "confidence": 0.97, "kind_confidence": 0.9}, ""),
    ({"state": "machine", "confidence": 0.97, "kind_confidence": 0.7}, "kind"),
    ({"state": "machine", "confidence": 0.97, "kind_confidence": None}, ""),
    ({"state": "reviewed", "confidence": 0.3, "kind_confidence": 0.3}, ""),
]


@pytest.mark.parametrize(("values", "expected"), LANES)
def test_an_editor_is_asked_about_what_is_doubtful(values, expected):
    event = Event(kind="ad_ban", **values)
    assert review_queue_of(event, has_target=True)[0] == expected


def test_without_a_target_the_target_is_asked_for_once_the_act_is_sure():
    event = Event(kind="ad_ban", state="machine", confidence=0.97, kind_confidence=0.9)
    assert review_queue_of(event, has_target=False)[0] == "target"


def test_the_most_widely_reported_come_first_then_the_likeliest():
    likely = make.event("likely", state="unsure", confidence=0.45)
    unlikely = make.event("unlikely", state="unsure", confidence=0.15)
    wide = make.event("wide", state="unsure", confidence=0.12)
    for number, event in enumerate((likely, unlikely, wide, wide)):
        feed = make.feed(f"https://p{number}.example/rss", host=f"p{number}.example")
        make.report(event, make.entry(f"Report {number}", feed=feed))
    assert [e.headline for e in queue.queued_events("unsure")] == ["wide", "likely", "unlikely"]
    counts = {one.name: one.count for one in queue.summarize_queues()}
    assert counts["unsure"] == 3
    accept_event(wide.pk, Editor("ed", NOW))
    assert [e.headline for e in queue.queued_events("unsure")] == ["likely", "unlikely"]
