"""Merging, splitting, linking and undoing; edits and refusals are in tests/web/test_edit.py."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests import make
from tests.conftest import NOW
from tests.thorough import examples
from tracker.events.editing import actions
from tracker.events.editing.actions import (
    EditError,
    Editor,
    accept_event,
    check_fact,
    claim_event,
    current_values,
    edit_event,
    merge_events,
    refuse_event,
    restore_event,
    set_link,
    split_event,
    undo_change,
)
from tracker.events.intake.processing import process_entry
from tracker.events.models import Change, Correction, Event, EventEntity, Link, Revision
from tracker.events.record.records import all_as_of, record_of
from tracker.events.record.write import ConflictError

pytestmark = pytest.mark.django_db
ED = Editor("ed", NOW, "because")
MINUTE = timedelta(minutes=1)


def at(minutes):
    return Editor("ed", NOW + minutes * MINUTE, "because")


@pytest.fixture
def two():
    """Two events: one with two reports, one with a report of its own and one that both have."""
    first = make.event("Twitter bars RT from advertising", targets=["RT"])
    second = make.event("Twitter bars Sputnik", targets=["Sputnik"], occurred="2017-10")
    shared = make.entry("Twitter bars ads of Russian media")
    for event, entry in ((first, None), (first, shared), (second, None), (second, shared)):
        make.report(event, entry)
    return first, second


def fresh(event):
    return Event.objects.get(pk=event.pk)


def record_as_of(event, at):
    return all_as_of([fresh(event)], at).get(event.pk)


def test_a_merge_moves_reports_parties_and_the_better_day(two):
    kept, gone = fresh(two[1]), fresh(two[0])
    merge_events(gone.pk, kept.pk, ED)
    kept, gone = fresh(kept), fresh(gone)
    assert gone.merged_into == kept
    assert (kept.occurred, current_values(kept).targets) == ("2017-10-26", ("Sputnik", "RT"))
    assert (kept.reports.count(), gone.reports.count()) == (3, 1)
    assert "twitter bars rt from advertising" not in kept.search_text
    assert {r.field for r in kept.revisions.filter(by="ed")} == {
        "occurred",
        "targets",
        "report",
    }


def test_links_to_a_merged_event_lead_to_the_one_that_is_kept(two):
    gone, kept = two
    lifted = make.event("Twitter lets RT advertise again", kind="reinstatement")
    set_link(lifted.pk, "undoes", gone.pk, "confirmed", ED)
    set_link(gone.pk, "follows", kept.pk, "proposed", at(1))
    merge_events(gone.pk, kept.pk, at(2))
    (link,) = Link.objects.all()
    assert (link.source, link.target, link.state) == (lifted, kept, "confirmed")
    assert fresh(kept).ended == "2017-10-26"
    undo_change(Change.objects.latest("pk").pk, at(3))
    assert Link.objects.get(source=lifted).target == gone
    assert Link.objects.get(type="follows").source == gone
    assert fresh(kept).ended == ""


def test_events_merged_twice_lead_to_the_last(two):
    last = make.event("Twitter bars Russian state media from advertising")
    merge_events(two[0].pk, two[1].pk, ED)
    merge_events(two[1].pk, last.pk, at(1))
    assert fresh(two[0]).itself == last


NO_MERGE = {"itself": (0, 0), "one merged before": (0, 1)}


@pytest.mark.parametrize("which", NO_MERGE.values(), ids=NO_MERGE)
def test_what_cannot_be_merged_is_said(two, which):
    merge_events(two[1].pk, make.event().pk, ED)
    with pytest.raises(EditError):
        merge_events(two[which[0]].pk, two[which[1]].pk, ED)


def test_a_split_makes_an_event_of_what_its_reports_say():
    first = Event.objects.get(pk=make.processed("Twitter bans ads from RT and Sputnik"))
    entry = make.entry("Twitter suspends the account of Infowars")
    process_entry(entry, NOW)
    other = Event.objects.get(reports__entry=entry)
    merge_events(other.pk, first.pk, ED)
    report = first.reports.get(entry=entry)
    change, new = split_event(first.pk, [report.pk], at(1))
    assert (new.kind, new.headline) == ("account_suspension", "Twitter suspends Infowars")
    assert (new.split_from, new.state) == (first, "machine")
    assert list(new.reports.all()) == [report]
    assert Correction.objects.filter(entry=entry, field="event", value=new.pk).exists()
    undo_change(change.pk, at(2))
    new.refresh_from_db()
    assert new.merged_into == first
    assert set(first.reports.values_list("entry", flat=True)) >= {entry.pk}


@pytest.mark.parametrize("is_accepted", [False, True])
def test_a_split_confirms_nothing_and_keeps_the_checks_of_the_same_facts(is_accepted):
    event = Event.objects.get(pk=make.processed("Twitter bans ads from RT and Sputnik"))
    entry = make.entry("Twitter suspends the account of Infowars")
    process_entry(entry, NOW)
    merge_events(Event.objects.get(reports__entry=entry).pk, event.pk, ED)
    same = make.report(event, make.entry("RT and Sputnik"))
    check_fact(event.pk, "platforms", "confirmed", at(1))
    if is_accepted:
        accept_event(event.pk, at(2))
    _, other = split_event(event.pk, [event.reports.get(entry=entry).pk], at(3))
    assert (other.state, other.kind) == ("machine", "account_suspension")
    assert [row[:3] for row in other.checks] == [["platforms", "confirmed", "ed"]]
    _, copied = split_event(event.pk, [same.pk], at(4))
    event.refresh_from_db()
    assert (copied.state, copied.checks, copied.origin) == (event.state, event.checks, event.origin)


@pytest.mark.parametrize("chosen", [[], [0, 1], [2]], ids=["none", "all", "another's"])
def test_a_split_takes_some_of_the_events_reports(two, chosen):
    reports = [*two[0].reports.order_by("pk"), *two[1].reports.order_by("pk")]
    with pytest.raises(EditError, match="at least one report of the event"):
        split_event(two[0].pk, [reports[i].pk for i in chosen], ED)


def test_an_undoing_can_be_undone(two):
    change = merge_events(two[0].pk, two[1].pk, ED)
    taken_back = undo_change(change.pk, at(1))
    assert fresh(two[0]).merged_into is None
    undo_change(taken_back.pk, at(2))
    assert fresh(two[0]).merged_into == two[1]


def test_what_was_changed_again_is_not_undone_unseen(two):
    change = edit_event(two[0].pk, replace(current_values(two[0]), own_headline="A"), ED)
    edit_event(two[0].pk, replace(current_values(fresh(two[0])), own_headline="B"), at(1))
    with pytest.raises(ConflictError) as told:
        undo_change(change.pk, at(2))
    assert [r.after for r in told.value.revisions] == ["B"]
    assert fresh(two[0]).headline == "B"


def test_an_undo_leaves_what_others_changed_beside_it(two):
    change = edit_event(two[0].pk, replace(current_values(two[0]), own_headline="A"), ED)
    edit_event(two[0].pk, replace(current_values(fresh(two[0])), occurred="2017-10-20"), at(1))
    undo_change(change.pk, at(2))
    assert fresh(two[0]).headline == "Twitter bars RT from advertising"
    assert fresh(two[0]).occurred == "2017-10-20"


def test_a_change_can_be_undone_for_thirty_days_and_once(two):
    change = accept_event(two[0].pk, ED)
    with pytest.raises(EditError, match="30 days"):
        undo_change(change.pk, Editor("ed", NOW + timedelta(days=31)))
    undo_change(change.pk, at(1))
    with pytest.raises(EditError, match="already"):
        undo_change(change.pk, at(2))


def test_a_report_that_came_meanwhile_is_no_conflict(two):
    seen = actions.last_revision_id(two[0])
    Revision.objects.create(event=two[0], at=NOW, field="report", after=[1, "x"], by="program")
    accept_event(two[0].pk, replace(ED, read_version=seen))
    with pytest.raises(ConflictError):
        refuse_event(two[0].pk, replace(ED, read_version=seen))


def test_a_claim_is_soft_and_ends(two):
    assert claim_event(two[0].pk, "ed", NOW) == ""
    assert claim_event(two[0].pk, "ann", NOW + 19 * MINUTE) == "ed"
    assert claim_event(two[0].pk, "ann", NOW + 21 * MINUTE) == ""
    accept_event(two[0].pk, ED)


LINKS = {"itself": ("undoes", 0), "no such event": ("undoes", 10**6), "no such type": ("likes", 1)}


@pytest.mark.parametrize("link", LINKS.values(), ids=LINKS)
def test_a_link_needs_another_event_and_a_type(two, link):
    kind, other = link
    target = two[other].pk if other < 2 else other
    with pytest.raises(EditError):
        set_link(two[0].pk, kind, target, "confirmed", ED)


def test_an_editor_gives_an_event_no_more_than_a_page_can_show(two):
    many = tuple(f"Name {n}" for n in range(101))
    with pytest.raises(EditError, match="targets: an event can have at most 100"):
        edit_event(two[0].pk, replace(current_values(two[0]), targets=many), ED)
    for event, names in zip(two, (many[:60], many[60:]), strict=True):
        edit_event(event.pk, replace(current_values(event), targets=names), ED)
    with pytest.raises(EditError, match="targets: an event can have at most 100"):
        merge_events(two[0].pk, two[1].pk, ED)
    assert fresh(two[0]).merged_into is None


def test_a_headline_and_names_are_one_line_each_whoever_sends_them(two):
    given = replace(
        current_values(two[0]), own_headline="Twitter bars RT\nBcc: x", targets=("R\r\nT ",)
    )
    edit_event(two[0].pk, given, ED)
    event = fresh(two[0])
    assert (event.headline, current_values(event).targets) == ("Twitter bars RT Bcc: x", ("R T",))


def test_what_the_program_recorded_may_stay_above_the_bound(two):
    event = make.event(targets=[f"Name {n}" for n in range(120)])
    edit = replace(current_values(event), own_headline="Shorter")
    edit_event(event.pk, replace(edit, targets=edit.targets[:110]), ED)
    assert len(current_values(fresh(event)).targets) == 110


@pytest.mark.parametrize("way", ["from one event", "to one event"])
def test_links_of_one_event_have_a_bound(two, way):
    others = [make.event() for _ in range(3)]
    field, other = ("source", "target") if way == "from one event" else ("target", "source")
    limit = actions.LIMITS["links" if way == "from one event" else "linked_from"][0]
    given = {field: two[0], "type": "follows", "state": "confirmed"}
    rows = Event.objects.bulk_create(
        Event(kind="ad_ban", own_headline="Another", recorded_at=NOW, changed_at=NOW)
        for _ in range(limit)
    )
    Link.objects.bulk_create(Link(**given, **{other: row}) for row in rows)
    ends = (two[0], others[0]) if way == "from one event" else (others[0], two[0])
    with pytest.raises(EditError, match=f"links: an event can have at most {limit}"):
        set_link(ends[0].pk, "follows", ends[1].pk, "confirmed", ED)


def test_a_days_record_is_what_stood_then(two):
    first, second = two
    start = record_of(first)
    edit_event(first.pk, replace(current_values(first), own_headline="A", targets=("TASS",)), at(1))
    merge_events(first.pk, second.pk, at(3))
    then = record_as_of(first, NOW + 2 * MINUTE)
    assert then is not None
    assert (then.own_headline, then.targets, then.merged_into) == ("A", ("TASS",), None)
    assert then.reports == start.reports
    assert record_as_of(first, NOW) == start
    assert record_as_of(first, NOW + 3 * MINUTE) == record_of(fresh(first))
    assert record_as_of(first, NOW - MINUTE) is None


ACTS = st.lists(
    st.tuples(
        st.sampled_from(["edit", "accept", "refuse", "back", "merge", "split", "link"]),
        st.integers(0, 5),
        st.integers(0, 5),
        st.integers(0, 3),
    ),
    min_size=1,
    max_size=10,
)


@settings(
    max_examples=examples(4, 12),
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(acts=ACTS)
def test_whatever_editors_do_undoing_all_of_it_brings_back_every_field(two, acts):
    with transaction.atomic():
        third = make.event("YouTube cuts off RT", platforms=["youtube"], kind="demonetization")
        make.report(third)
        start = state()
        known = set(Event.objects.values_list("pk", flat=True))
        done = [
            change
            for minute, act in enumerate(acts)
            if (change := attempt(act, at(minute))) is not None
        ]
        for minute, change in enumerate(reversed(done)):
            undo_change(change.pk, at(100 + minute))
        assert {pk: row for pk, row in state().items() if pk in known} == start
        assert all(e.itself.pk in known for e in Event.objects.all())
        transaction.set_rollback(True)


def attempt(act, editor):
    """One act on some of the events; None if it cannot be done to them."""
    verb, a, b, n = act
    events = list(Event.objects.order_by("pk"))
    one, other = events[a % len(events)], events[b % len(events)]
    if one.merged_into_id or other.merged_into_id:
        return None
    edit = replace(
        current_values(one),
        kinds=(("ad_ban", "demonetization", "content_removal")[n % 3],),
        occurred=("", "2017-10", "2020-01-31", "2017-10-26")[n],
        targets=("RT", "TASS", "Ruptly", "Infowars")[: n + 1],
    )
    acts = {
        "edit": lambda: edit_event(one.pk, edit, editor),
        "accept": lambda: accept_event(one.pk, editor),
        "refuse": lambda: refuse_event(one.pk, editor),
        "back": lambda: restore_event(one.pk, editor),
        "merge": lambda: merge_events(one.pk, other.pk, editor),
        "split": lambda: split_event(one.pk, sorted(record_of(one).reports)[:n], editor)[0],
        "link": lambda: set_link(
            one.pk, ("undoes", "follows", "extends", "same")[n], other.pk, "confirmed", editor
        ),
    }
    try:
        return acts[verb]()
    except EditError:
        return None


def state():
    """Every field of every event, stored or following from the others."""
    followed = ("title_words", "summary_words", "ended", "review_queue", "weight")
    derived = (*followed, "confidence", "ref", "recorded_at")
    parties = EventEntity.objects.order_by("entity__type", "pk").values_list(
        "entity", "kind", "around"
    )
    return {
        event.pk: (
            record_of(event),
            [getattr(event, name) for name in derived],
            list(parties.filter(event=event)),
        )
        for event in Event.objects.order_by("pk")
    }
