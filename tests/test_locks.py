"""Leases: whoever's conditional update moves the time of a row has it."""

from datetime import timedelta

import pytest

from tests import make
from tests.conftest import NOW
from tracker.feeds.models import Entry
from tracker.locks import LEASE, LOST_TRIES, claim_rows, lease_rows

pytestmark = pytest.mark.django_db
LATER = NOW + LEASE + timedelta(seconds=1)


def due(now=NOW):
    return Entry.objects.due(now)


@pytest.fixture
def entries():
    return [make.entry(f"act {n}", process_at=NOW - timedelta(minutes=n)) for n in range(3)]


def test_two_callers_never_get_the_same_row(entries):
    first = lease_rows(due(), "process_at", NOW, 2)
    second = lease_rows(due(), "process_at", NOW, 2)
    assert (first.count, second.count) == (2, 1)
    assert first.claim != second.claim
    assert set(Entry.objects.values_list("claim", flat=True)) == {first.claim, second.claim}


def test_a_row_whose_worker_died_is_due_again_when_its_lease_ends(entries):
    lease_rows(due(), "process_at", NOW, 10)
    assert lease_rows(due(), "process_at", NOW, 10).count == 0
    assert lease_rows(due(LATER), "process_at", LATER, 10).count == 3


def test_one_that_ended_its_workers_again_and_again_is_handed_out_as_lost(entries):
    lease_rows(due(), "process_at", NOW, 10)
    suspect = entries[0]
    Entry.objects.filter(pk=suspect.pk).update(attempts=LOST_TRIES)
    lease = lease_rows(due(LATER), "process_at", LATER, 10)
    assert (lease.lost, lease.count) == ((suspect.pk,), 2)
    # Attempts that ended with an outcome are no sign of that.
    Entry.objects.update(claim=None, attempts=LOST_TRIES)
    much_later = LATER + 2 * LEASE
    assert lease_rows(due(much_later), "process_at", much_later, 10).lost == ()


def test_more_is_written_with_the_claim(entries):
    claim, count = claim_rows(due().filter(pk=entries[0].pk), "process_at", NOW, attempts=3)
    (row,) = Entry.objects.filter(claim=claim)
    assert (row.pk, row.attempts, row.process_at, count) == (entries[0].pk, 3, NOW + LEASE, 1)
