"""What holds of the record whatever is done to it, by random sequences of reports and of what two
editors do. `INVARIANT_SEQUENCES=2000 INVARIANT_STEPS=30` tries longer, from the seed
INVARIANT_FIRST on; what was asked of the past takes most of the time, and is compared for the first
seeds only.
"""

import os
import random
from dataclasses import replace
from datetime import timedelta
from functools import cache

import pytest
from django.db import transaction

from tests import make
from tests.conftest import NOW
from tests.thorough import examples
from tracker import classify
from tracker.events.editing import actions
from tracker.events.editing.actions import EditError, Editor
from tracker.events.intake.processing import process_entry
from tracker.events.models import Change, Event, EventEntity, EventVersion, Link, Report, Revision
from tracker.events.record import records as record_rows
from tracker.events.record.derived.columns import reindex
from tracker.events.record.derived.versions import fill
from tracker.events.record.records import records_of
from tracker.events.record.values import SETS, row_key
from tracker.events.record.write import ConflictError
from tracker.events.search import find
from tracker.events.search.index.events import index
from tracker.events.search.language.parsing import parse
from tracker.events.search.past.snapshot import past_snapshots

pytestmark = pytest.mark.django_db
SEQUENCES = int(os.environ.get("INVARIANT_SEQUENCES", examples(2, 16)))
FIRST = int(os.environ.get("INVARIANT_FIRST", "0"))
STEPS = int(os.environ.get("INVARIANT_STEPS", "8"))
PASTS = 16
TITLES = [
    "Twitter bans all advertising from RT",
    "Twitter bans all advertising from Sputnik",
    "Twitter bans ads from RT and Sputnik",
    "Twitter lets RT advertise again",
    "YouTube suspends the account of Infowars",
    "Germany fines Facebook 2 million euros over hate speech",
]
FOLLOWS = ("title_words", "summary_words", "ended", "review_queue", "weight")  # from the record
FREQUENT = ["report", "merge", "split", "undo", "undo"]
VERBS = [*FREQUENT, "edit", "accept", "refuse", "back", "link"]
READ = cache(classify.classify)


@pytest.fixture(autouse=True)
def _reads_each_title_once(monkeypatch):
    monkeypatch.setattr(classify, "classify", READ)


@pytest.fixture(scope="module")
def start(django_db_setup, django_db_blocker):
    """Feeds and events that all sequences start with, made once: each test rolls back its own."""
    with django_db_blocker.unblock(), transaction.atomic(), pytest.MonkeyPatch.context() as patch:
        patch.setattr(classify, "classify", READ)
        yield Start()
        transaction.set_rollback(True)


@pytest.mark.parametrize("seed", range(FIRST, FIRST + SEQUENCES))
def test_whatever_is_done_nothing_is_lost_and_an_undo_is_exact_or_refused(seed, start):
    at_random = random.Random(seed)
    played = Played(start, asks_the_past=seed < PASTS)
    for _ in range(STEPS):
        played.play((at_random.choice(VERBS), *(at_random.randrange(12) for _ in range(3))))
    played.check_the_end()


class Start:
    """What there is before a sequence."""

    def __init__(self):
        self.feeds = [
            make.feed(f"https://p{n}.example/rss", host=f"p{n}.example") for n in range(3)
        ]
        make.event("Twitter bars Ruptly", targets=["Ruptly"], ref="history-1")
        for n in range(4):
            report(self.feeds, n, n, 0, NOW)
        self.without_reports = set(Event.objects.filter(reports=None).values_list("pk", flat=True))
        self.record = everything()


class Played:
    """One sequence: what was done, and how the record stood after each step."""

    def __init__(self, start, *, asks_the_past):
        self.start, self.last = start, start.record
        self.now = NOW
        self.asks_the_past = asks_the_past
        self.states = []  # (moment, records)
        self.answers = []  # (moment, what queries chose)
        self.around = {}  # change -> everything before and after it

    def play(self, act):
        verb, a, b, n = act
        self.now += timedelta(minutes=1)
        if verb == "report":
            report(self.start.feeds, a, b, n, self.now)
            self.last = everything()
        elif verb == "undo":
            self.last = self.undo(n)
        else:
            self.last = self.edit(verb, a, b, n)
        check_the_record(self.last, self.start.without_reports)
        self.states.append((self.now, {pk: told for pk, (told, *_) in self.last.items()}))
        if self.asks_the_past:
            self.answers.append((self.now, chosen()))

    def edit(self, verb, a, b, n):
        events = list(Event.objects.order_by("pk"))
        event, other = events[a % len(events)], events[b % len(events)]
        seen = (
            None if n % 3 else actions.last_revision_id(event) - n
        )  # of the second, perhaps too old
        editor = Editor(("ann", "ben")[n % 2], self.now, "because", seen)
        change, error = attempt(lambda: do(verb, event, other, n, editor))
        if error is not None:
            assert everything() == self.last
            return self.last
        stands = everything()
        if change is not None:
            self.around[change.pk] = (self.last, stands)
        return stands

    def undo(self, n):
        changes = list(Change.objects.order_by("-pk")[: 1 + n])
        if not changes:
            return self.last
        change = changes[-1]
        before, after = self.around[change.pk]
        is_untouched = self.last == after
        undone, error = attempt(lambda: actions.undo_change(change.pk, Editor("ann", self.now)))
        if error is not None:
            self.check_refused(error, change, is_untouched)
            return self.last
        stands = everything()
        self.around[undone.pk] = (self.last, stands)
        if is_untouched:
            assert without_new(stands, before) == before
        check_exactly_undone(change, undone, (before, after), self.last, stands)
        return stands

    def check_refused(self, error, change, is_untouched):
        """Nothing was stored, and it says why: undone before, or what to do."""
        assert everything() == self.last
        if isinstance(error, EditError):
            assert Change.objects.filter(undoes=change).exists()
        else:
            assert not is_untouched
            assert any(word in error.words for word in ("Undo", "instead", "Restore"))

    def check_the_end(self):
        events = list(Event.objects.all())
        reindex(event.pk for event in events)
        assert everything() == self.last
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(record_rows, "records_of", read_once())
            for moment, then in self.states:
                assert record_rows.all_as_of(events, moment) == then
        check_the_past(self.answers[::3])
        found = chosen()
        index.forget()
        assert chosen() == found
        assert set(found[""]) == set(Event.objects.shown().values_list("pk", flat=True))


def report(feeds, a, b, n, now):
    entry = make.entry(
        TITLES[a % len(TITLES)],
        feed=feeds[b % 3],
        published_at=make.DAY + timedelta(days=n % 3),
    )
    process_entry(entry, now)


def read_once():
    """`records_of` for a while in which nothing is written."""
    known = {}

    def read(events):
        key = tuple(event.pk for event in events)
        if key not in known:
            known[key] = records_of(events)
        return dict(known[key])

    return read


QUERIES = ["", "sputnik", "rt", "kind:ad_ban", "target:RT", "platform:twitter", "state:reviewed"]


# Of the past also what is looked up when it is asked for, as the end of a measure.
PAST = [
    *QUERIES,
    *(
        "-kind:ad_ban",
        "in_force:2018-01-01",
        "lang:en",
        "in_force:unknown",
        "source:p1.example",
        "-source:p1.example",
    ),
    *("in_force:yes", "in_force:ended", "in_force:2019-06-01"),
    *("since:2017-10-27 -rt", "until:2017-10", "state:unsure", '"all adv"', "names:off rt", "!"),
    *(
        "advertised",
        "rt OR kind:reinstatement",
        "-(rt platform:twitter) (sputnik OR lang:en)",
    ),
    *(
        "(state:unsure OR rt)",
        "rt OR in_force:ended",
        "recorded:..2026-11-25",
        "recorded:2026-11-26.. OR sputnik",
    ),
]


def check_the_past(answers):
    """The past is as it was answered then; and the same from stored versions, without any, which
    makes all records anew, and from those that are filled in afterwards.
    """
    for moment, answer in answers:
        assert chosen_as_of(moment) == answer
    stored = [past_rows(moment) for moment, _ in answers]
    versions = EventVersion.objects.count()
    EventVersion.objects.all().delete()
    assert [past_rows(moment) for moment, _ in answers] == stored
    fill()
    assert EventVersion.objects.count() == versions
    assert [past_rows(moment) for moment, _ in answers] == stored


def chosen_as_of(moment):
    return {
        words: sorted(row.id for row in find.all_events_as_of(parse(words), moment))
        for words in QUERIES
    }


def past_rows(moment):
    past_snapshots.forget()
    rows = {words: list(find.all_events_as_of(parse(words), moment)) for words in PAST}
    for words in ("", "rt", "state:unsure"):
        by_day = find.ViewOptions(sort="occurred", size=2)
        first = find.find_events_as_of(parse(words), moment, by_day)
        assert first.total == len(rows[words])
        assert [row.id for row in first.rows] == [row.id for row in rows[words][:2]]
    return rows


def chosen():
    events = index.snapshot()
    return {words: sorted(events.choose(parse(words))) for words in QUERIES}


def attempt(act):
    """What it returns, or why it was refused."""
    try:
        return act(), None
    except (EditError, ConflictError) as error:
        return None, error


def do(verb, event, other, n, editor):
    pk = event.pk
    acts = {
        "edit": lambda: actions.edit_event(pk, edited(event, n), editor),
        "accept": lambda: actions.accept_event(pk, editor),
        "refuse": lambda: actions.refuse_event(pk, editor),
        "back": lambda: actions.restore_event(pk, editor),
        "merge": lambda: actions.merge_events(pk, other.pk, editor),
        "split": lambda: actions.split_event(pk, some_reports(event, n), editor)[0],
        "link": lambda: actions.set_link(
            pk,
            ("undoes", "follows", "extends", "same")[n % 4],
            other.pk,
            ("confirmed", "rejected")[n % 2],
            editor,
        ),
    }
    return acts[verb]()


def edited(event, n):
    edit = actions.current_values(event)
    return (
        replace(edit, own_headline=f"A headline of {n}"),
        replace(edit, targets=("RT", "sputnik", "Ruptly")[: 1 + n % 3]),
        replace(edit, kinds=("demonetization", *edit.kinds[1:2])[: 1 + n % 2]),
        replace(edit, occurred=("", "2017-10", "2017-10-20")[n % 3]),
    )[n % 4]


def some_reports(event, n):
    reports = sorted(event.reports.values_list("pk", flat=True))
    return [pk for i, pk in enumerate(reports) if (i + n) % 2]


def everything():
    """Each event's record, what follows from it, its parties and why its links were proposed."""
    events = list(Event.objects.order_by("pk"))
    told = records_of(events)
    parties: dict[int, list[object]] = {}
    links: dict[int, list[object]] = {}
    for pk, *row in EventEntity.objects.order_by("entity__type", "pk").values_list(
        "event", "entity", "kind", "around"
    ):
        parties.setdefault(pk, []).append(row)
    for pk, *row in Link.objects.order_by("type", "target").values_list(
        "source", "target", "type", "state", "reasons", "score"
    ):
        links.setdefault(pk, []).append(row)
    follows = {event.pk: [getattr(event, name) for name in FOLLOWS] for event in events}
    return {pk: (told[pk], follows[pk], parties.get(pk), links.get(pk)) for pk in told}


def without_new(stands, before):
    """The events that there were before; the others lead to one of them, and hold nothing."""
    for pk in stands.keys() - before.keys():
        told = stands[pk][0]
        assert told.merged_into is not None
        assert (told.reports, told.links, told.linked_from) == ({}, {}, {})
    return {pk: row for pk, row in stands.items() if pk in before}


def check_exactly_undone(change, undone, around, last, stands):
    """What the change said is as it was before it, but for a check that was given anew since;
    everything else is as it was before the undo.
    """
    before, after = around
    since = Revision.objects.filter(event__in=stands, change=None, pk__gt=first_of(undone))
    told_anew = set(since.values_list("event", "field"))
    said = {(r.event_id, r.field, key(r)) for r in change.revisions.exclude(field="linked_from")}
    for pk, (told, *_) in stands.items():
        for name in vars(told):
            now = getattr(told, name)
            # What other events say, and the entities behind the names that are compared.
            if name in {"linked_from", "entity_ids"}:
                continue
            field = next((f for f, attribute in SETS.items() if attribute == name), name)
            if field == name:
                is_said = (pk, name, None) in said
                is_new = (pk, "event", None) in said and name == "merged_into"
                if not is_new:
                    was = before if is_said else last
                    is_told_anew = not is_said and (pk, name) in told_anew
                    assert is_told_anew or now == getattr(was[pk][0], name), (pk, name)
                continue
            for row in {*now, *getattr(last[pk][0], name)}:
                # A report that moves takes its role with it.
                fields = {field, "report"} if name == "roles" else {field}
                is_said = any((pk, f, row) in said for f in fields)
                if is_said and field == "check":
                    is_said = last[pk][0].checks.get(row) == after[pk][0].checks.get(row)
                was = before if is_said else last
                old = getattr(was[pk][0], name) if pk in was else {}
                is_told_anew = row not in old and (pk, field) in told_anew
                assert is_told_anew or now.get(row) == old.get(row), (pk, name, row)


def first_of(change):
    first = change.revisions.first()
    return first.pk if first else Revision.objects.latest("pk").pk


def key(revision):
    if revision.field not in SETS:
        return None
    return row_key(revision.field, revision.after or revision.before)


def check_the_record(stands, without_reports):
    events = {pk: told for pk, (told, *_) in stands.items()}
    entries = list(Report.objects.values_list("entry", flat=True))
    assert sum(len(told.reports) for told in events.values()) == len(entries)
    assert len(entries) == len(set(entries)), "an entry is in two events"
    gone = {pk for pk, told in events.items() if told.merged_into}
    for pk, told in events.items():
        passed, end = set(), pk
        while end in gone:
            assert end not in passed, "addresses lead in a circle"
            passed.add(end)
            end = events[end].merged_into
        if pk in gone:
            assert not told.reports, "a report is on no page"
            assert not told.links, "a link from an event that was merged"
        elif told.state != Event.State.REFUSED and pk not in without_reports:
            assert told.reports, "an event without a report is shown"
        assert not gone & {other for _, other in told.links}, "a link to an event that was merged"
