"""One article in several events: added, in a role, taken out, undone, and as it was before."""

from datetime import timedelta

import pytest

from tests import make
from tests.conftest import NOW
from tracker.events.editing.actions import (
    EditError,
    Editor,
    EventEdit,
    add_entry,
    merge_events,
    record_event,
    set_role,
    undo_change,
    withdraw_report,
)
from tracker.events.models import Event, Report
from tracker.events.record.write import ConflictError
from tracker.events.search.load import load_rows
from tracker.events.search.past.rows import past_row

pytestmark = pytest.mark.django_db


def later(minutes, by="ann"):
    return Editor(by, NOW + timedelta(minutes=minutes))


def titles(event):
    (row,) = load_rows([Event.objects.get(pk=event.pk)])
    return [report.title for report in row.reports]


def then(event, minutes):
    row = past_row(event.pk, NOW + timedelta(minutes=minutes))
    assert row is not None
    return [(report.title, report.role) for report in row.reports]


@pytest.fixture
def both():
    """Two events; the first one's article reports the other act, too."""
    first, second = make.event("India bans TikTok"), make.event("Russia fines Google")
    make.report(first, make.entry("India bans TikTok, Russia fines Google"))
    make.report(second, make.entry("Google is fined"))
    return first, second


def test_an_article_stands_in_two_events_until_it_is_taken_out(both):
    first, second = both
    entry = first.reports.get().entry
    added = add_entry(second.pk, entry.pk, "report", later(1))
    assert titles(second) == ["Google is fined", "India bans TikTok, Russia fines Google"]
    assert titles(first) == ["India bans TikTok, Russia fines Google"]
    assert {r.field for r in added.revisions.all()} == {"report"}
    report = second.reports.get(entry=entry)
    set_role(second.pk, report.pk, "analysis", later(2))
    taken = withdraw_report(second.pk, report.pk, later(3))
    assert titles(second) == ["Google is fined"]
    # The past is as it was, also in its roles.
    assert then(second, 0) == [("Google is fined", "report")]
    assert ("India bans TikTok, Russia fines Google", "report") in then(second, 1)
    assert ("India bans TikTok, Russia fines Google", "analysis") in then(second, 2)
    undo_change(taken.pk, later(4))
    assert second.reports.get(entry=entry).role == "analysis"
    assert then(second, 3) == [("Google is fined", "report")]


def test_adding_is_undone_and_done_again_with_the_same_report(both):
    first, second = both
    entry = first.reports.get().entry
    added = add_entry(second.pk, entry.pk, "report", later(1))
    number = second.reports.get(entry=entry).pk
    undo_change(added.pk, later(2))
    assert titles(second) == ["Google is fined"]
    add_entry(second.pk, entry.pk, "report", later(3))
    assert second.reports.get(entry=entry).pk == number
    assert Report.stored.count() == 3


def test_no_article_is_left_without_an_event(both):
    first, second = both
    report = first.reports.get()
    with pytest.raises(ConflictError, match="left without a report"):
        withdraw_report(first.pk, report.pk, later(1))
    alone = make.report(first, make.entry("Of this event alone"))
    with pytest.raises(ConflictError, match="in no other event"):
        withdraw_report(first.pk, alone.pk, later(1))
    added = add_entry(second.pk, alone.entry_id, "report", later(2))
    withdraw_report(first.pk, alone.pk, later(3))
    with pytest.raises(ConflictError, match="in no other event"):
        undo_change(added.pk, later(4))
    assert "Of this event alone" in titles(second)


@pytest.mark.parametrize(
    ("values", "words"),
    [((0, "report"), "Choose an article"), ((None, "hero"), "Choose report, reaction")],
)
def test_what_cannot_be_added_is_named(both, values, words):
    first, second = both
    entry = first.reports.get().entry_id if values[0] is None else values[0]
    with pytest.raises(EditError, match=words):
        add_entry(second.pk, entry, values[1], later(1))
    with pytest.raises(EditError, match="already in event"):
        add_entry(first.pk, first.reports.get().entry_id, "report", later(1))


def test_a_merge_of_both_events_is_undone_with_the_article_in_each(both):
    first, second = both
    add_entry(second.pk, first.reports.get().entry_id, "report", later(1))
    before = titles(first), titles(second)
    merged = merge_events(first.pk, second.pk, later(2))
    assert len(titles(second)) == 2
    undo_change(merged.pk, later(3))
    assert (titles(first), titles(second)) == before


FACTS = EventEdit("", ("ad_ban",), ("youtube",), ("RT",), "2026-11-20", countries=("DE",))


def test_an_event_is_recorded_from_an_article_and_undone(both):
    first, _second = both
    entry = first.reports.get().entry
    change, event = record_event(entry.pk, FACTS, later(1))
    assert (event.state, event.origin, event.split_from) == ("reviewed", "editor", first)
    assert event.headline == "YouTube bars RT from advertising"
    assert {row[0] for row in event.checks} >= {"kinds", "platforms", "targets", "countries"}
    undo_change(change.pk, later(2))
    event.refresh_from_db()
    assert (event.itself, titles(first)) == (first, ["India bans TikTok, Russia fines Google"])


def test_an_event_by_hand_is_refused_rather_than_undone():
    change, event = record_event(make.entry("A new story").pk, FACTS, later(1))
    with pytest.raises(ConflictError, match="Refuse it instead"):
        undo_change(change.pk, later(2))
    assert event.reports.count() == 1


def test_an_article_that_was_taken_out_comes_back_in_the_role_that_was_chosen(both):
    first, second = both
    entry = first.reports.get().entry
    add_entry(second.pk, entry.pk, "report", later(1))
    withdraw_report(second.pk, second.reports.get(entry=entry).pk, later(2))
    add_entry(second.pk, entry.pk, "analysis", later(3))
    assert second.reports.get(entry=entry).role == "analysis"
    title = "India bans TikTok, Russia fines Google"
    assert (title, "report") in then(second, 1)


def test_a_merge_brings_back_what_was_taken_out_of_the_other_event(both):
    first, second = both
    entry = first.reports.get().entry
    add_entry(second.pk, entry.pk, "report", later(1))
    withdraw_report(second.pk, second.reports.get(entry=entry).pk, later(2))
    merge_events(first.pk, second.pk, later(3))
    assert titles(second) == ["Google is fined", "India bans TikTok, Russia fines Google"]
