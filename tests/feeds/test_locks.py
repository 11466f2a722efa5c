"""Workers that meet at the same feeds wait in one order or not at all, so never in a circle."""

import threading

import pytest
from django.db import OperationalError, connection, transaction

from tests import make
from tests.conftest import NOW, Answer
from tests.processes import wait_for
from tests.threads import beside, is_one_waiting
from tracker.feeds.models import Feed
from tracker.feeds.polling.claims import claim_due
from tracker.feeds.polling.polls import poll


@pytest.fixture(autouse=True)
def _has_row_locks(transactional_db):
    if connection.vendor != "postgresql":
        pytest.skip("SQLite locks the whole file")


def is_free(feed):
    try:
        with transaction.atomic():
            Feed.objects.select_for_update(nowait=True).get(pk=feed.pk)
    except OperationalError:
        return False
    return True


class Holder:
    """Another transaction, which holds a feed until it is let go."""

    def __init__(self, feed):
        self.let_go, has_it = threading.Event(), threading.Event()

        def hold():
            with transaction.atomic():
                Feed.objects.select_for_update().get(pk=feed.pk)
                has_it.set()
                self.let_go.wait(30)

        self.held = beside(hold)
        assert has_it.wait(30)

    def end(self):
        self.let_go.set()
        self.held.result(30)


def test_a_claim_that_waits_for_a_feed_holds_no_later_one():
    first, second = make.feed("https://a.example/"), make.feed("https://b.example/")
    Feed.objects.filter(pk=first.pk).update(title="moved")  # now it lies behind the other one
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE feeds_feed")  # so that few rows are read as they lie
    holder = Holder(first)
    claim = beside(lambda: claim_due(NOW))
    wait_for(is_one_waiting)
    was_free = is_free(second)
    holder.end()
    assert was_free
    assert claim.result(30) == [first, second]


def test_h7_a_domain_is_held_back_without_waiting_for_what_another_worker_holds(server, local):
    server.pages["/busy"] = Answer(status=503, headers={"Retry-After": "7200"})
    busy = make.feed(f"{server.url}/busy")
    held, free = (make.feed(f"{server.url}/{n}", next_poll_at=NOW) for n in range(2))
    claimed = claim_due(NOW, limit=1)
    assert claimed == [busy]
    holder = Holder(held)
    list(poll(claimed))
    holder.end()
    times = dict(Feed.objects.values_list("pk", "next_poll_at"))
    assert times[free.pk] > times[held.pk] == NOW


def test_what_killed_its_workers_is_quarantined_by_whom_it_does_not_keep_waiting():
    poison = make.feed("https://a.example/", attempts=9)
    holder = Holder(poison)
    try:
        assert beside(lambda: claim_due(NOW, only=10**6)).result(30) == []
    finally:
        holder.end()
