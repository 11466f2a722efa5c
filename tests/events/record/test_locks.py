"""Editors and workers lock in one order; who meets another tries again, and nobody is told."""

import os
import random
import threading
import time
from concurrent.futures import Future
from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import OperationalError, connection, transaction
from django.utils import timezone

from tests import make
from tests.conftest import NOW
from tests.processes import wait_for
from tests.threads import beside, is_one_waiting
from tracker.events.consensus.neighbours import neighbouring_events
from tracker.events.editing import actions
from tracker.events.editing.actions import EditError, Editor
from tracker.events.intake import processing
from tracker.events.intake.processing import Processed, process_entries, process_entry
from tracker.events.models import Change, Event, Link, Report
from tracker.events.record import locks
from tracker.events.record.locks import EventMovedError, in_transaction, lock
from tracker.events.record.write import ConflictError
from tracker.feeds.models import Entry

SECONDS = float(os.environ.get("RACE_SECONDS", "2"))
ED = Editor("ed", NOW, "because")


@pytest.fixture
def postgresql(transactional_db):
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has one writer at a time")


def failing(times, error):
    """A function that raises so often, then gives its argument; each time in a transaction."""
    left = [error] * times

    @in_transaction
    def run(value):
        assert connection.in_atomic_block
        make.event()
        if left:
            raise left.pop()
        return value

    return run


def contention(code="40P01"):
    error, cause = OperationalError("deadlock detected"), Exception()
    cause.sqlstate = code  # type: ignore[attr-defined]
    error.__cause__ = cause
    return error


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("code", sorted(locks.CONTENTION))
def test_what_met_another_transaction_is_done_again_and_once(monkeypatch, code):
    monkeypatch.setattr(locks, "PAUSE", 0)
    assert failing(3, contention(code))("stored") == "stored"
    assert failing(1, EventMovedError("merged"))("stored") == "stored"
    assert Event.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_other_errors_and_a_row_that_is_never_free_are_raised(monkeypatch):
    monkeypatch.setattr(locks, "PAUSE", 0)
    for times, error in ((1, OperationalError("gone")), (99, contention())):
        with pytest.raises(OperationalError):
            failing(times, error)("stored")
    assert not Event.objects.exists()


@pytest.mark.django_db
def test_within_a_transaction_that_decides():
    with pytest.raises(OperationalError), transaction.atomic():
        failing(1, contention())("stored")


def test_a_deadlock_is_retried_not_told(postgresql):
    both = [make.event().pk, make.event().pk]
    meet = threading.Barrier(2)
    attempts = []

    @in_transaction
    def take(order):
        attempts.append(order)
        lock(events=order[:1])
        if len(attempts) <= 2:
            meet.wait(30)
        lock(events=order[1:])
        return order

    other = beside(lambda: take(both[::-1]))
    assert take(both) == both
    assert other.result(30) == both[::-1]
    assert len(attempts) > 2


def test_a_report_that_meets_a_merge_ends_at_the_event_that_is_kept(postgresql, monkeypatch):
    kept = make.processed("YouTube bans all advertising from Sputnik")
    gone = make.processed("Twitter bans all advertising from RT")
    find, merges = neighbouring_events, [lambda: actions.merge_events(gone, kept, ED)]

    def slow(*args):
        found = find(*args)
        if merges:
            beside(merges.pop()).result(30)
        return found

    monkeypatch.setattr(processing, "neighbouring_events", slow)
    entry = make.entry("Twitter bans all ads from RT")
    process_entry(entry, NOW)
    assert not merges
    assert entry.reports.get().event.merged_into is None
    assert not Report.objects.filter(event=gone).exists()


def test_a_report_that_meets_a_refusal_is_not_hidden_with_it(postgresql, monkeypatch):
    refused = make.processed("Twitter bans all advertising from RT")
    find, refusals = neighbouring_events, [lambda: actions.refuse_event(refused, ED)]

    def slow(*args):
        found = find(*args)
        if refusals:
            beside(refusals.pop()).result(30)
        return found

    monkeypatch.setattr(processing, "neighbouring_events", slow)
    entry = make.entry("Twitter bans all ads from RT")
    assert process_entry(entry, NOW) not in (None, refused)


ONE_ACT = {
    "social media as such, which no row stands for": "Australia bans social media for under-16s",
    "a company that was never named before": "Snapchat bans all advertising from RT",
}


@pytest.mark.parametrize("title", ONE_ACT.values(), ids=ONE_ACT)
def test_two_workers_open_one_event_for_one_act(postgresql, monkeypatch, title):
    first, second = make.entry(title), make.entry(title)
    find = neighbouring_events
    others: list[Future[object]] = []

    def slow(*args):
        found = find(*args)
        if not others:
            others.append(beside(lambda: process_entry(second, NOW)))
            wait_for(lambda: beside(is_one_waiting).result(30))
        return found

    monkeypatch.setattr(processing, "neighbouring_events", slow)
    process_entry(first, NOW)
    others[0].result(30)
    assert first.reports.get().event == second.reports.get().event == Event.objects.get()


def test_a_new_report_waits_for_nobody_who_only_edits_another_event(postgresql):
    """Both name the same platform and target: rows that they refer to are not locked."""
    event = make.event("Twitter bars RT", occurred="2010-01-01")
    entry = make.entry("Twitter bans all advertising from RT")
    with transaction.atomic():
        edit = replace(actions.current_values(event), targets=("RT", "TASS"))
        actions.edit_event(event.pk, edit, ED)
        assert beside(lambda: process_entry(entry, NOW)).result(30) is not None


class Racer:
    """One of several editors and workers at once."""

    def __init__(self, seed, end):
        self.random, self.end, self.seed = random.Random(seed), end, seed
        self.count, self.done = 0, 0

    def run(self):
        while time.monotonic() < self.end:
            act = self.random.choice(
                [
                    *(self.merge, self.split, self.undo, self.undo, self.edit, self.link),
                    *(self.refuse, self.report, self.report),
                ]
            )
            try:
                act(Editor(f"editor {self.seed}", timezone.now(), "because"))
            except (EditError, ConflictError):
                continue
            self.done += 1
        return self.done

    def any_event(self):
        return self.random.choice(list(Event.objects.values_list("pk", flat=True)))

    def merge(self, editor):
        actions.merge_events(self.any_event(), self.any_event(), editor)

    def split(self, editor):
        event = self.any_event()
        reports = list(Report.objects.filter(event=event).values_list("pk", flat=True))
        actions.split_event(event, reports[: len(reports) // 2], editor)

    def undo(self, editor):
        latest = list(Change.objects.order_by("-pk").values_list("pk", flat=True)[:12])
        if latest:
            actions.undo_change(self.random.choice(latest), editor)

    def edit(self, editor):
        event = self.any_event()
        self.count += 1
        edit = actions.current_values(Event.objects.get(pk=event))
        targets = tuple({*edit.targets, f"Name {self.count % 5}"})[-3:]
        headline = f"{self.seed} {self.count}"
        actions.edit_event(event, replace(edit, own_headline=headline, targets=targets), editor)

    def link(self, editor):
        kind = self.random.choice(["undoes", "follows"])
        actions.set_link(self.any_event(), kind, self.any_event(), "confirmed", editor)

    def refuse(self, editor):
        event = self.any_event()
        actions.refuse_event(event, editor)
        actions.restore_event(event, replace(editor, now=timezone.now()))

    def report(self, editor):
        self.count += 1
        who = self.random.choice(WHO)
        title = f"Twitter bans all advertising from {who} ({self.seed}.{self.count})"
        key = f"{self.seed} {self.count}"
        make.entry(title, key=key, content_hash=key, link=f"https://news.example/{key}")
        process_entries(editor.now, limit=5)


WHO = ["RT", "Sputnik", "Huawei", "Infowars", "Donald Trump", "Alex Jones", "TASS", "Ruptly"]


def test_six_at_once_meet_no_deadlock_and_lose_nothing(postgresql):
    make.feed()
    for n, who in enumerate(WHO):
        for i in range(3):
            make.processed(f"Twitter bans all advertising from {who} (start {n} {i})")
    racers = [Racer(seed, time.monotonic() + SECONDS) for seed in range(6)]
    done = [beside(racer.run) for racer in racers]
    assert sum(one.result(60 + SECONDS) for one in done) > 0
    Entry.objects.exclude(process_at=None).update(process_at=NOW)
    while process_entries(NOW + timedelta(minutes=1)) != Processed(0, ()):
        pass
    assert Entry.objects.count() == Report.objects.count()
    assert not Report.objects.filter(event__merged_into__isnull=False).exists()
    assert not Event.objects.visible().filter(reports=None).exists()
    assert not Link.objects.filter(target__merged_into__isnull=False).exists()
    assert not Link.objects.filter(source__merged_into__isnull=False).exists()
    gone = Event.objects.filter(merged_into__isnull=False)
    into: dict[int, int | None] = dict(gone.values_list("pk", "merged_into"))
    for start, first in into.items():
        passed, end = {start}, first
        while end in into:
            assert end not in passed, "addresses lead in a circle"
            passed.add(end)
            end = into[end]
