"""Editors confirm and dispute single facts; what follows for the program, the past and undoing."""

from dataclasses import replace
from datetime import timedelta

import pytest

from tests import make
from tests.conftest import NOW
from tracker.events.editing.actions import (
    EditError,
    Editor,
    accept_event,
    check_fact,
    current_values,
    edit_event,
    last_revision_id,
    merge_events,
    undo_change,
)
from tracker.events.intake.history_csv import COLUMNS
from tracker.events.intake.history_import import import_history
from tracker.events.models import Entity, Event, EventVersion
from tracker.events.publish.trust import check_of_event, fact_words, trust_of_fact, trust_word
from tracker.events.reasons import Reason
from tracker.events.record.records import record_of
from tracker.events.record.write import ConflictError, write_by_program
from tracker.events.search import find
from tracker.events.search.language.parsing import parse
from tracker.events.search.load import load_rows
from tracker.events.search.past.rows import past_row

pytestmark = pytest.mark.django_db


def later(minutes, by="ann", **values):
    return Editor(by, NOW + timedelta(minutes=minutes), **values)


def row_of(event):
    (row,) = load_rows([Event.objects.get(pk=event.pk)])
    return row


def states(event):
    return {fact: row[1] for fact, row in row_of(event).checks.items()}


@pytest.fixture
def event():
    return make.event("", occurred_source="text")


def edit(event, minutes=1, **values):
    current = current_values(Event.objects.get(pk=event.pk))
    return edit_event(event.pk, replace(current, **values), later(minutes))


def test_confirming_the_target_does_not_confirm_the_day(event):
    check_fact(event.pk, "targets", "confirmed", later(1))
    row = row_of(event)
    assert trust_of_fact(row, "targets").check == "confirmed"
    assert trust_of_fact(row, "occurred").check == "unchecked"
    assert (row.state, check_of_event(row), trust_word(row)) == (
        "machine",
        "unchecked",
        "Not checked",
    )
    assert fact_words(row, "targets") == f"Confirmed by an editor on {NOW.day} {NOW:%B %Y}"


def test_a_disputed_fact_makes_the_event_disputed(event):
    check_fact(event.pk, "occurred", "disputed", later(1))
    row = row_of(event)
    assert (check_of_event(row), trust_word(row)) == ("disputed", "Disputed")
    assert fact_words(row, "occurred").startswith("Disputed by an editor on ")


def test_an_edit_notes_what_it_wrote_and_confirms_kind_and_platforms(event):
    edit(event, targets=("Sputnik",))
    row = row_of(event)
    assert states(event) == {
        "kinds": "confirmed",
        "platforms": "confirmed",
        "targets": "confirmed",
    }
    assert {f: trust_of_fact(row, f).origin for f in ("targets", "kinds", "occurred")} == {
        "targets": "editor",
        "kinds": "machine",
        "occurred": "machine",
    }
    assert row.origin == "editor"
    check_fact(event.pk, "targets", "disputed", later(2, "ben"))
    assert trust_of_fact(row_of(event), "targets").origin == "editor"


def test_accepting_confirms_no_more_than_it_says(event):
    accept_event(event.pk, later(1))
    assert states(event) == {"kinds": "confirmed", "platforms": "confirmed"}


def test_undoing_takes_back_one_check_and_leaves_the_others(event):
    first = check_fact(event.pk, "targets", "confirmed", later(1))
    check_fact(event.pk, "occurred", "disputed", later(2))
    undoing = undo_change(first.pk, later(3))
    assert states(event) == {"occurred": "disputed"}
    undo_change(undoing.pk, later(4))
    assert states(event) == {"targets": "confirmed", "occurred": "disputed"}
    change = edit(event, 5, occurred="2017-10-27")
    undo_change(change.pk, later(6))
    assert states(event) == {"targets": "confirmed", "occurred": "disputed"}


def test_a_check_that_was_decided_again_since_stands_in_the_way(event):
    first = check_fact(event.pk, "targets", "confirmed", later(1))
    check_fact(event.pk, "targets", "disputed", later(2, "ben"))
    with pytest.raises(ConflictError):
        undo_change(first.pk, later(3))


@pytest.mark.parametrize(("fact", "state"), [("state", "confirmed"), ("targets", "reviewed")])
def test_only_facts_are_checked_and_only_so(event, fact, state):
    with pytest.raises(EditError):
        check_fact(event.pk, fact, state, later(1))


def test_whoever_read_an_older_event_checks_nothing(event):
    read = last_revision_id(event)
    edit(event, targets=("Sputnik",))
    with pytest.raises(ConflictError):
        check_fact(event.pk, "targets", "confirmed", later(2, read_version=read))


def test_the_program_leaves_what_was_confirmed_and_drops_the_dispute_of_what_it_changes(event):
    check_fact(event.pk, "occurred", "confirmed", later(1))
    check_fact(event.pk, "targets", "disputed", later(2))
    check_fact(event.pk, "countries", "disputed", later(2))
    event = Event.objects.get(pk=event.pk)
    voted = replace(
        record_of(event), occurred="2018-01-01", occurred_source="published", targets=("Sputnik",)
    )
    write_by_program(event, voted, (Reason("reports_together"),), NOW + timedelta(minutes=3))
    row = row_of(event)
    assert (row.occurred, row.occurred_source) == ("2017-10-26", "text")
    assert [target.name for target in row.targets] == ["Sputnik"]
    assert states(event) == {"occurred": "confirmed", "countries": "disputed"}


def test_the_past_says_what_was_checked_then(event):
    edit(event, 1, targets=("Sputnik",))
    check_fact(event.pk, "targets", "disputed", later(3))
    event = Event.objects.get(pk=event.pk)
    words = []
    for minutes in (0, 2, 4):
        at = NOW + timedelta(minutes=minutes)
        row = past_row(event.pk, at)
        assert row is not None
        words.append((row.origin, trust_of_fact(row, "targets").check))
    assert words == [("machine", "unchecked"), ("editor", "confirmed"), ("editor", "disputed")]


@pytest.mark.parametrize("is_stored", [True, False])
def test_queries_of_the_past_choose_by_the_origin_of_then(event, is_stored):
    edit(event, 1, targets=("Sputnik",))
    make.event("Known", ref="known")
    if not is_stored:
        EventVersion.objects.all().delete()
    chosen = {}
    for minutes in (0, 2):
        at = NOW + timedelta(minutes=minutes)
        for origin in ("history", "machine", "editor"):
            result = find.find_events_as_of(parse(f"origin:{origin}"), at)
            chosen[minutes, origin] = (len(result.rows), result.total)
    assert chosen == {
        (0, "history"): (1, 1),
        (0, "machine"): (1, 1),
        (0, "editor"): (0, 0),
        (2, "history"): (1, 1),
        (2, "machine"): (0, 0),
        (2, "editor"): (1, 1),
    }


def test_a_merge_keeps_the_checks_that_still_hold(event):
    other = make.event("", targets=["Sputnik"], occurred="2017-10")
    check_fact(event.pk, "occurred", "confirmed", later(1))
    check_fact(event.pk, "targets", "confirmed", later(1))
    check_fact(other.pk, "platforms", "confirmed", later(1))
    check_fact(other.pk, "targets", "confirmed", later(1))
    merge_events(event.pk, other.pk, later(2))
    # Both targets together nobody confirmed.
    assert states(other) == {"occurred": "confirmed", "platforms": "confirmed"}


def test_confirming_targets_takes_their_names_for_known(event):
    Entity.objects.filter(parties__event=event, type="target").update(is_reported=True)
    check_fact(event.pk, "occurred", "confirmed", later(1))
    assert Entity.objects.filter(is_reported=True).exists()
    check_fact(event.pk, "targets", "confirmed", later(2))
    assert not Entity.objects.filter(is_reported=True).exists()


HISTORY = """{columns}
known,ad_ban,twitter,{targets},state_media,RU,other,{day},day,Twitter bars RT,,https://a.example/
"""


def read_history(targets, day, now):
    import_history(
        HISTORY.format(columns=",".join(COLUMNS), targets=targets, day=day).encode(), now
    )


def test_a_history_read_again_leaves_what_an_editor_confirmed():
    read_history("RT", "2017-10-26", NOW)
    event = Event.objects.get()
    check_fact(event.pk, "targets", "confirmed", later(1))
    check_fact(event.pk, "occurred", "disputed", later(2))
    read_history("Sputnik", "2017-10-27", NOW + timedelta(minutes=3))
    row = row_of(event)
    assert [target.name for target in row.targets] == ["RT"]
    assert row.occurred == "2017-10-27"
    assert states(event) == {"targets": "confirmed"}
    then = past_row(event.pk, NOW + timedelta(minutes=2))
    assert then is not None
    assert then.checks["occurred"][1] == "disputed"


def test_an_undone_edit_leaves_the_checks_that_were_given_since(event):
    first = edit(event, 1, targets=("Sputnik",))
    edit(event, 2, kinds=("demonetization",))
    check_fact(event.pk, "occurred", "confirmed", later(3))
    undo_change(first.pk, later(4))
    row = row_of(event)
    assert [target.name for target in row.targets] == ["RT"]
    assert trust_of_fact(row, "kinds").origin == "editor"
    assert states(event) == {"kinds": "confirmed", "occurred": "confirmed"}
