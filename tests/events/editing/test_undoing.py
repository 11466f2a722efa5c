"""An undo gives back exactly what was, or says what stands in the way and what to do."""

from dataclasses import replace
from datetime import timedelta

import pytest

from tests import make
from tests.conftest import NOW
from tracker.events.editing.actions import (
    EditError,
    Editor,
    accept_event,
    current_values,
    edit_event,
    merge_events,
    refuse_event,
    restore_event,
    set_link,
    split_event,
    undo_change,
)
from tracker.events.intake.history_import import import_history
from tracker.events.models import Change, Correction, Entity, Event, Link, Report
from tracker.events.reasons import Reason
from tracker.events.record.entities import get_entity, merge_entities
from tracker.events.record.records import record_of, records_of
from tracker.events.record.write import ConflictError, write_by_program

pytestmark = pytest.mark.django_db


class Desk:
    """Two editors at two events: A, with three reports, and X, with two; later N, split from A."""

    def __init__(self):
        self.minutes = 0
        self.a, self.x = make.event("Twitter bars RT"), make.event("Twitter bars Sputnik")
        for event, count in ((self.a, 3), (self.x, 2)):
            for _ in range(count):
                make.report(event)
        self.n = None

    def ed(self, by="ann"):
        self.minutes += 1
        return Editor(by, NOW + timedelta(minutes=self.minutes), "because")

    def split(self, event=None):
        event = event or self.a
        first = event.reports.order_by("pk").first()
        change, self.n = split_event(event.pk, [first.pk], self.ed())
        return change

    def merge(self, event, into):
        return merge_events(event.pk, into.pk, self.ed())

    def edit(self, event, **values):
        edit = replace(current_values(fresh(event)), **values)
        return edit_event(event.pk, edit, self.ed("ben"))

    def undo(self, change):
        return undo_change(change.pk, self.ed())

    def state(self):
        return records_of(list(Event.objects.order_by("pk")))


@pytest.fixture
def desk():
    return Desk()


def fresh(event):
    return Event.objects.get(pk=event.pk)


def on_pages():
    """How many reports stand in an event that has a page."""
    return Report.objects.filter(event__merged_into=None).count()


# What is done after A was split, and what an undo of the split then says.
AFTER_A_SPLIT = {
    "X merged into N": (lambda d: d.merge(d.x, d.n), "merge it into event {a} instead"),
    "a report joined N": (lambda d: joined(d.n), "merge it into event {a} instead"),
    "N edited": (lambda d: d.edit(d.n, own_headline="N"), "merge it into event {a} instead"),
    "N linked": (
        lambda d: set_link(d.n.pk, "follows", d.x.pk, "confirmed", d.ed()),
        "merge it into event {a} instead",
    ),
    "N linked from another": (
        lambda d: set_link(d.x.pk, "follows", d.n.pk, "confirmed", d.ed()),
        "merge it into event {a} instead",
    ),
    "N refused": (
        lambda d: refuse_event(d.n.pk, d.ed()),
        "Event {n} was refused since. Restore it first",
    ),
    "A refused": (
        lambda d: refuse_event(d.a.pk, d.ed()),
        "Event {a} was refused since. Restore it first",
    ),
    "A merged into X": (
        lambda d: d.merge(d.a, d.x),
        "Event {a} was merged into event {x} since. Undo that first",
    ),
    "N merged into X": (
        lambda d: d.merge(d.n, d.x),
        "Event {n} was merged into event {x} since. Undo that first",
    ),
    "N merged back by hand": (
        lambda d: d.merge(d.n, d.a),
        "Event {n} was merged into event {a} since. Undo that first",
    ),
    "X, of one of N's articles, merged into A": (
        lambda d: (make.report(d.x, d.n.reports.get().entry), d.merge(d.x, d.a)),
        "Event {a} would have two reports of one article",
    ),
}


@pytest.mark.parametrize(("act", "words"), AFTER_A_SPLIT.values(), ids=AFTER_A_SPLIT)
def test_a_split_is_not_undone_over_what_was_built_on_it(desk, act, words):
    change = desk.split()
    act(desk)
    before, count = desk.state(), on_pages()
    with pytest.raises(ConflictError) as told:
        desk.undo(change)
    named = {"a": desk.a.pk, "n": desk.n.pk, "x": desk.x.pk}
    assert words.format(**named) in str(told.value)
    assert desk.state() == before
    assert on_pages() == count


BESIDE_A_SPLIT = {
    "nothing": lambda d: None,
    "a report joined A": lambda d: joined(d.a),
    "A edited": lambda d: d.edit(d.a, own_headline="Another headline"),
    "A linked": lambda d: set_link(d.a.pk, "follows", d.x.pk, "confirmed", d.ed()),
    "X merged into A": lambda d: d.merge(d.x, d.a),
    "A split again": lambda d: split_event(d.a.pk, [d.a.reports.order_by("pk").last().pk], d.ed()),
    "N edited and the edit undone": lambda d: d.undo(d.edit(d.n, own_headline="N")),
    "N linked and the link undone": lambda d: d.undo(
        set_link(d.n.pk, "follows", d.x.pk, "confirmed", d.ed())
    ),
    "N refused and brought back by an undo": lambda d: d.undo(refuse_event(d.n.pk, d.ed())),
}


@pytest.mark.parametrize("act", BESIDE_A_SPLIT.values(), ids=BESIDE_A_SPLIT)
def test_what_was_done_beside_a_split_stays_when_it_is_undone(desk, act):
    before = set(desk.a.reports.values_list("pk", flat=True))
    change = desk.split()
    mine = desk.n
    act(desk)
    last, count = desk.state(), on_pages()
    desk.undo(change)
    assert fresh(mine).merged_into == desk.a
    moved = last[mine.pk].reports
    assert record_of(fresh(desk.a)) == replace(
        last[desk.a.pk], reports={**last[desk.a.pk].reports, **moved}
    )
    assert moved.keys() < before
    assert not record_of(fresh(mine)).reports
    assert on_pages() == count


def joined(event):
    """What a worker does: one more report."""
    entry = make.entry()
    make.report(event, entry)
    event.revisions.create(
        at=NOW, field="report", after=[entry.reports.get().pk, entry.link], by="program"
    )


AFTER_A_MERGE = {
    "A merged on": (
        lambda d, third: d.merge(d.a, third),
        "Event {a} was merged into event {third} since. Undo that first",
    ),
    "A refused": (lambda d, third: refuse_event(d.a.pk, d.ed()), "Restore it first"),
    "X's reports split off": (lambda d, third: d.split(), "was changed since"),
    "all but X's reports split off": (
        lambda d, third: split_event(d.a.pk, d.own, d.ed()),
        "Event {a} would be left without a report. Undo first what took its other reports away",
    ),
}


@pytest.mark.parametrize(("act", "words"), AFTER_A_MERGE.values(), ids=AFTER_A_MERGE)
def test_a_merge_is_not_undone_over_what_was_built_on_it(desk, act, words):
    third = make.event("Twitter bars TASS")
    make.report(third)
    desk.own = list(desk.a.reports.values_list("pk", flat=True))
    Report.objects.filter(event=desk.a).exclude(pk=desk.own[0]).update(event=third)
    desk.own = desk.own[:1]
    change = desk.merge(desk.x, desk.a)
    if "was changed" in words:
        report = Report.objects.filter(event=desk.a).exclude(pk__in=desk.own).latest("pk")
        split_event(desk.a.pk, [report.pk], desk.ed())
    else:
        act(desk, third)
    before, count = desk.state(), on_pages()
    with pytest.raises(ConflictError) as told:
        desk.undo(change)
    assert words.format(a=desk.a.pk, third=third.pk) in str(told.value)
    assert desk.state() == before
    assert on_pages() == count


def test_reports_that_joined_since_a_merge_stay_where_they_are(desk):
    start = desk.state()
    change = desk.merge(desk.x, desk.a)
    joined(desk.a)
    desk.undo(change)
    assert record_of(fresh(desk.x)) == start[desk.x.pk]
    assert desk.a.reports.count() == 4


def test_an_event_that_had_no_report_of_its_own_has_none_again(desk):
    bare = make.event("Twitter bars Ruptly", ref="history-1")
    start = desk.state()
    change = desk.merge(desk.x, bare)
    desk.undo(change)
    assert desk.state() == start


def test_a_merge_the_other_way_round_since_is_no_circle(desk):
    bare = make.event("Twitter bars RT", targets=["RT"])  # nothing of it is left at the other one
    taken_back = desk.undo(desk.merge(bare, desk.a))
    desk.merge(desk.a, bare)
    with pytest.raises(
        ConflictError, match=f"Event {desk.a.pk} was merged into event {bare.pk} since"
    ):
        desk.undo(taken_back)
    assert fresh(desk.a).itself == bare


def test_an_undone_merge_is_not_done_again_over_what_came_since(desk):
    taken_back = desk.undo(desk.merge(desk.x, desk.a))
    joined(desk.x)
    with pytest.raises(ConflictError, match=f"merge it into event {desk.a.pk} instead"):
        desk.undo(taken_back)
    assert desk.x.reports.count() == 3


def test_a_link_is_not_given_back_to_an_event_that_was_merged(desk):
    third = make.event("Twitter bars TASS")
    link = set_link(desk.a.pk, "follows", desk.x.pk, "confirmed", desk.ed())
    taken_back = desk.undo(link)
    desk.merge(desk.x, third)
    with pytest.raises(ConflictError, match=f"Event {desk.x.pk} was merged into event {third.pk}"):
        desk.undo(taken_back)
    assert not Link.objects.exists()


def test_an_edit_of_an_event_that_was_merged_is_not_undone_unseen(desk):
    change = desk.edit(desk.x, own_headline="Another headline")
    desk.merge(desk.x, desk.a)
    with pytest.raises(ConflictError, match="was merged into"):
        desk.undo(change)


def test_undoings_of_undoings_go_to_and_fro(desk):
    start = desk.state()
    split = desk.split()
    parted = desk.state()
    first = desk.undo(split)
    second = desk.undo(first)
    assert desk.state() == parted
    third = desk.undo(second)
    assert {pk: row for pk, row in desk.state().items() if pk in start} == start
    desk.undo(third)
    assert desk.state() == parted


def test_whether_a_change_holds_follows_the_whole_chain_of_undoings():
    event = Event.objects.get(pk=make.processed())
    desk = Desk()
    change = edit_event(event.pk, current_values(event), desk.ed())
    for holds in (False, True, False, True):
        change = desk.undo(change)
        assert Correction.objects.standing().exists() == holds
    assert len(Change.objects.all().undone()) == 3 - 1


def test_other_spellings_and_merged_entities_are_no_conflict(desk):
    start = current_values(desk.a)
    change = desk.edit(desk.a, targets=("rt", "Sputnik", "SPUTNIK"))
    assert current_values(fresh(desk.a)).targets == ("RT", "Sputnik")
    assert change.revisions.get(field="targets").after == ["RT", "Sputnik"]
    into = get_entity(Entity.Type.TARGET, "Sputnik International")
    merge_entities(get_entity(Entity.Type.TARGET, "Sputnik").pk, into.pk)
    desk.undo(change)
    assert current_values(fresh(desk.a)) == start


def test_an_article_whose_address_changed_since_is_no_conflict(desk):
    change = desk.split()
    entry = desk.n.reports.get().entry
    entry.link = "https://news.example/moved"
    entry.save()
    desk.undo(change)
    assert desk.a.reports.count() == 3


def test_a_link_that_a_merge_moved_is_proposed_for_the_same_reasons(desk):
    lifted = make.event("Twitter lets RT advertise again", kind="reinstatement")
    reasons = [["same_platform", []], ["same_target", ["RT"]]]
    Link.objects.create(source=lifted, target=desk.x, type="undoes", reasons=reasons)
    start = desk.state()
    change = desk.merge(desk.x, desk.a)
    assert Link.objects.get().reasons == reasons
    desk.undo(change)
    assert desk.state() == start
    assert Link.objects.get().reasons == reasons


def proposed(source, target, kind, percent, state="proposed"):
    reasons = [[f"why_{percent}", []], ["certainty", [percent]]]
    return Link.objects.create(
        source=source, target=target, type=kind, state=state, reasons=reasons, score=percent / 100
    )


def link_rows():
    rows = Link.objects.order_by("source", "type", "target")
    return list(rows.values_list("source", "type", "target", "state", "reasons", "score"))


def percents():
    """The certainty of each link, which is also in its reasons."""
    links = {(link.source_id, link.type, link.target_id): link for link in Link.objects.all()}
    for link in links.values():
        assert link.reasons[-1] == ["certainty", [round(100 * (link.score or 0))]]
        assert link.reasons[0] == [f"why_{round(100 * (link.score or 0))}", []]
    return {key: round(100 * (link.score or 0)) for key, link in links.items()}


def test_each_link_that_a_merge_moves_keeps_its_own_certainty(desk):
    a, x = desk.a, desk.x
    others = [make.event(f"Other {n}") for n in range(4)]
    proposed(x, a, "same", 11)  # is gone: both ends are one event then
    proposed(x, others[0], "same", 22)
    proposed(x, others[1], "same", 33)
    proposed(others[2], x, "same", 44)
    proposed(others[3], x, "same", 55)
    proposed(x, others[0], "undoes", 66)
    proposed(others[3], x, "follows", 77)
    start, rows = desk.state(), link_rows()
    change = desk.merge(x, a)
    moved = {
        (a.pk, "same", others[0].pk): 22,
        (a.pk, "same", others[1].pk): 33,
        (others[2].pk, "same", a.pk): 44,
        (others[3].pk, "same", a.pk): 55,
        (a.pk, "undoes", others[0].pk): 66,
        (others[3].pk, "follows", a.pk): 77,
    }
    assert percents() == moved
    undone = desk.undo(change)
    assert (desk.state(), link_rows()) == (start, rows)
    desk.undo(undone)
    assert percents() == moved


@pytest.mark.parametrize("is_outgoing", [True, False], ids=["outgoing", "incoming"])
@pytest.mark.parametrize(
    ("moved", "own", "staying"),
    [
        ((30, "proposed"), (80, "proposed"), (80, "proposed")),
        ((80, "proposed"), (30, "proposed"), (80, "proposed")),
        ((50, "proposed"), (50, "proposed"), (50, "proposed")),
        ((30, "confirmed"), (80, "proposed"), (30, "confirmed")),
        ((80, "proposed"), (30, "rejected"), (30, "rejected")),
        ((80, "rejected"), (30, "confirmed"), (30, "confirmed")),
    ],
)
def test_of_two_links_that_fall_together_the_surer_stays(desk, moved, own, staying, is_outgoing):
    other = make.event("Other")
    for event, (percent, state) in ((desk.x, moved), (desk.a, own)):
        ends = (event, other) if is_outgoing else (other, event)
        proposed(*ends, "same", percent, state)
    start, rows = desk.state(), link_rows()
    change = desk.merge(desk.x, desk.a)
    link = Link.objects.get()
    assert (round(100 * (link.score or 0)), link.state) == staying
    assert link.reasons[0] == [f"why_{staying[0]}", []]
    desk.undo(change)
    assert (desk.state(), link_rows()) == (start, rows)


def test_links_of_two_merges_are_restored_one_after_the_other(desk):
    other, last = make.event("Other"), make.event("Last")
    make.report(last)
    for event, percent in ((desk.x, 80), (desk.a, 60), (last, 40)):
        proposed(other, event, "follows", percent)
    start = link_rows()
    first = desk.merge(desk.x, desk.a)
    between = link_rows()
    second = desk.merge(desk.a, last)
    assert percents() == {(other.pk, "follows", last.pk): 80}
    desk.undo(second)
    assert link_rows() == between
    desk.undo(first)
    assert link_rows() == start


def test_what_the_program_said_of_both_is_said_anew_of_what_stays():
    first, second = (
        Event.objects.get(pk=make.processed("Twitter bans ads from RT", published_at=make.day(d)))
        for d in ("2017-10-27", "2018-11-27")
    )
    start = current_values(first)
    desk = Desk()
    change = desk.merge(second, first)
    locked = fresh(first)
    of_both = replace(record_of(locked), targets=("RT", "Sputnik"))
    write_by_program(locked, of_both, (Reason("reports_together"),), NOW + timedelta(hours=1))
    desk.undo(change)
    assert current_values(fresh(first)) == start
    assert current_values(fresh(second)) == current_values(second)


MERGED = {
    "edit": lambda d: d.edit(d.x, own_headline="A"),
    "accept": lambda d: accept_event(d.x.pk, d.ed()),
    "refuse": lambda d: refuse_event(d.x.pk, d.ed()),
    "bring back": lambda d: restore_event(d.x.pk, d.ed()),
    "split": lambda d: split_event(d.x.pk, [1], d.ed()),
    "link": lambda d: set_link(d.x.pk, "follows", d.a.pk, "confirmed", d.ed()),
    "link to it": lambda d: set_link(d.a.pk, "follows", d.x.pk, "confirmed", d.ed()),
    "merge": lambda d: d.merge(d.x, d.a),
    "merge into it": lambda d: d.merge(d.a, d.x),
}


@pytest.mark.parametrize("act", MERGED.values(), ids=MERGED)
def test_nothing_is_done_to_an_event_that_was_merged(desk, act):
    desk.merge(desk.x, make.event("Twitter bars TASS"))
    before = desk.state()
    with pytest.raises(EditError, match="merged"):
        act(desk)
    assert desk.state() == before


HISTORY = (
    b"ref,kind,platforms,targets,target_kind,countries,grounds,occurred,precision,headline,undoes,"
    b"sources\n"
    b"h-1,ad_ban,twitter,RT,,RU,,2017-10-26,day,Twitter bars RT,,https://a.example/1\n"
    b"h-2,reinstatement,twitter,RT,,RU,,2018-10-26,day,Twitter lets RT back,h-1,https://a.example/3\n"
)


def test_a_history_read_again_gives_nothing_to_an_event_that_was_merged(desk):
    import_history(HISTORY, NOW)
    event = Event.objects.get(ref="h-1")
    desk.merge(event, desk.a)
    before = desk.state()
    import_history(HISTORY.replace(b"a.example/1", b"a.example/2"), NOW)
    assert desk.state() == before
