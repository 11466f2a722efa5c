"""Q9: the host's clock is set back; nothing waits for the old time."""

from datetime import timedelta

import pytest
from django.utils import timezone

from tests import make
from tracker.alerts.models import Delivery, MatchingProgress
from tracker.celery import app
from tracker.operations import clock

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture
def now():
    return timezone.now()


def waiting(now):
    """A row of each sort that waits ten minutes from `now` on."""
    later = now + timedelta(minutes=10)
    feed = make.feed(next_poll_at=later)
    entry = make.entry("Rain", feed=feed, process_at=later)
    alert = make.alert("", rate="daily", next_run_at=later)
    mail = Delivery.objects.create(
        type="confirm", message_id="<1>", since=now, created_at=now, next_try_at=later
    )
    MatchingProgress.objects.create(pk=1, matched_until=now, seen_at=now)
    return (
        (feed, "next_poll_at"),
        (entry, "process_at"),
        (alert, "next_run_at"),
        (mail, "next_try_at"),
    )


def test_q9_what_waits_is_moved_by_as_much_as_the_clock(now):
    rows = waiting(now)
    earlier = now - 2 * HOUR
    assert clock.follow(earlier, earlier) == 2 * HOUR
    for row, column in rows:
        row.refresh_from_db()
        assert getattr(row, column) == earlier + timedelta(minutes=10)
    assert MatchingProgress.objects.get().matched_until == earlier


@pytest.mark.parametrize("step", [timedelta(minutes=-9), timedelta(0), HOUR, 3 * HOUR])
def test_q9_a_clock_that_goes_on_or_lies_a_little_behind_moves_nothing(now, step):
    rows = waiting(now)
    assert clock.follow(now + step, now + step) == timedelta(0)
    for row, column in rows:
        row.refresh_from_db()
        assert getattr(row, column) == now + timedelta(minutes=10)
    assert MatchingProgress.objects.get().seen_at == now + step


def test_q9_the_second_look_after_a_step_moves_nothing(now):
    waiting(now)
    clock.follow(now - HOUR, now - HOUR)
    assert clock.follow(now - HOUR + timedelta(minutes=1)) == timedelta(0)


def test_q9_ticks_are_told_by_a_clock_that_nobody_sets(monkeypatch):
    tick = app.conf.beat_schedule["poll_due_feeds"]["schedule"]
    before = tick.now()
    monkeypatch.setattr("time.time", lambda: 0.0)
    assert timedelta(0) <= tick.now() - before < timedelta(seconds=5)
    assert tick.is_due(before - timedelta(seconds=11)).is_due
