"""S11: machines whose clocks are wrong, and a clock that jumps: the digest stays on its morning."""

import os
from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.auth.models import User
from django.core import mail
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests import make
from tracker import database_time
from tracker.alerts.delivery import sending
from tracker.alerts.models import Alert, Machine, MatchingProgress
from tracker.alerts.schedule import next_run, shift_run
from tracker.feeds.models import Feed
from tracker.operations import clock, owners

MINUTES, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
SATURDAY = datetime(2026, 11, 28, 9, 0, tzinfo=UTC)
MONDAY = datetime(2026, 11, 30, 7, 0, tzinfo=UTC)
SKEWS = [timedelta(0), *(sign * n * MINUTES for n in (9, 11, 60) for sign in (1, -1))]
EXAMPLES = int(os.environ.get("SKEW_EXAMPLES", "8"))


@pytest.fixture
def machine(monkeypatch):
    """Says which machine this is."""

    def name_it(name):
        monkeypatch.setattr("socket.gethostname", lambda: name)

    return name_it


@pytest.mark.django_db
@pytest.mark.parametrize("behind", [9 * MINUTES, 11 * MINUTES, HOUR])
def test_s11_machines_that_differ_move_nothing(machine, behind):
    MatchingProgress.objects.create(pk=1, matched_until=SATURDAY, seen_at=SATURDAY)
    feed = make.feed(next_poll_at=SATURDAY + DAY)
    alert = make.alert("", rate="weekly", next_run_at=MONDAY)
    for minute in range(60):
        now = SATURDAY + minute * MINUTES
        for name, skew in (("right", timedelta(0)), ("behind", -behind), ("ahead", behind)):
            machine(name)
            assert clock.follow(now + skew, now) == timedelta(0)
    for row in (feed, alert):
        row.refresh_from_db()
    assert (alert.next_run_at, feed.next_poll_at) == (MONDAY, SATURDAY + DAY)
    skews = dict(Machine.objects.values_list("name", "skew"))
    assert skews == {"right": timedelta(0), "behind": -behind, "ahead": behind}


def machine_times(skews, steps):
    """What each of the machines' turns sees: (the machine's clock, the database's clock)."""
    at = SATURDAY
    for minutes, who, jump in steps:
        at += minutes * MINUTES + jump * MINUTES
        yield at + skews[who % len(skews)], at


steps = st.lists(
    st.tuples(st.integers(1, 300), st.integers(0, 2), st.sampled_from([0, 0, 0, 0, 45, -45, -180])),
    max_size=40,
)


@pytest.mark.django_db
@settings(
    max_examples=EXAMPLES,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(skews=st.lists(st.sampled_from(SKEWS), min_size=2, max_size=3), steps=steps)
def test_s11_over_days_with_jumps_a_weekly_run_stays_on_its_monday(machine, skews, steps):
    for model in (Alert, Feed, MatchingProgress, Machine):
        model.objects.all().delete()
    MatchingProgress.objects.create(pk=1, matched_until=SATURDAY, seen_at=SATURDAY)
    alert = make.alert("", rate="weekly", next_run_at=MONDAY)
    feed = make.feed(next_poll_at=SATURDAY + DAY)
    jumped, last = timedelta(0), SATURDAY
    for turn, (machine_time, now) in enumerate(machine_times(skews, steps)):
        machine(f"m{turn % len(skews)}")
        back = clock.follow(machine_time, now)
        assert back == (last - now if last - now >= clock.STEP else timedelta(0))
        jumped, last = jumped + back, now
        alert.refresh_from_db()
        run_at = alert.next_run_at
        if run_at <= now:  # as a digest is made
            run_at = next_run("weekly", "UTC", now)
            Alert.objects.update(next_run_at=run_at)
        assert (run_at.weekday(), run_at.hour, run_at.minute) == (0, 7, 0)
        assert timedelta(0) < run_at - now <= 7 * DAY
        feed.refresh_from_db()
        if feed.next_poll_at > now:  # moved once for each jump, and by no machine's clock
            assert feed.next_poll_at == SATURDAY + DAY - jumped


@pytest.mark.django_db
def test_s11_a_jump_of_the_reference_is_followed_once_by_all_machines(machine):
    MatchingProgress.objects.create(pk=1, matched_until=SATURDAY, seen_at=SATURDAY)
    feed = make.feed(next_poll_at=SATURDAY + 6 * HOUR)
    daily = make.alert("", rate="daily", next_run_at=MONDAY)
    instant = make.alert("", address="b@example.org", next_run_at=SATURDAY + MINUTES)
    earlier = SATURDAY - 2 * HOUR
    moved = []
    for n, name in enumerate(("one", "two", "three", "one", "two")):
        machine(name)
        now = earlier + n * MINUTES
        moved.append(clock.follow(now + SKEWS[n], now))
    assert moved == [2 * HOUR, *[timedelta(0)] * 4]
    for row in (feed, daily, instant):
        row.refresh_from_db()
    assert feed.next_poll_at == SATURDAY + 4 * HOUR
    assert daily.next_run_at == MONDAY
    assert instant.next_run_at == earlier + MINUTES


@pytest.mark.parametrize(
    ("rate", "zone", "run_at", "back", "now", "told"),
    [
        # far ahead by a wrong clock: the first Monday that is due by the right one
        ("weekly", "UTC", MONDAY + 21 * DAY, 21 * DAY, SATURDAY, MONDAY),
        ("weekly", "Asia/Tokyo", MONDAY - 9 * HOUR, HOUR, SATURDAY, MONDAY - 9 * HOUR),
        ("daily", "UTC", MONDAY, 2 * DAY, MONDAY - 3 * DAY - HOUR, MONDAY - 3 * DAY),
        # waits a minute behind a mail that is on its way
        ("weekly", "UTC", MONDAY + MINUTES, HOUR, MONDAY - HOUR, MONDAY - HOUR + MINUTES),
        ("instant", "UTC", MONDAY, HOUR, SATURDAY, MONDAY - HOUR),
    ],
)
def test_q9_a_run_by_the_calendar_keeps_its_morning(rate, zone, run_at, back, now, told):
    assert shift_run(rate, zone, run_at, back, now) == told


@pytest.mark.django_db
def test_s11_status_metrics_and_owners_are_told(client, settings, machine):
    settings.OWNERS, settings.METRICS_TOKEN = ["owner@example.org"], "t"
    now = database_time.now()
    for name, skew in (("good", 29), ("slow", -31)):
        machine(name)
        clock.note_machine(timedelta(seconds=skew), now)
    client.force_login(User.objects.create_superuser("owner"))
    page = client.get("/status").content.decode()
    assert "slow" in page
    assert "31.0 seconds behind the database" in page
    assert "29.0 seconds ahead of the database" in page
    text = client.get("/metrics", headers={"Authorization": "Bearer t"}).content.decode()
    assert 'tracker_clock_skew_seconds{machine="slow"} -31.0' in text
    assert owners.tell_owners(now) == 1
    sending.send_due_mails(now)
    (it,) = mail.outbox
    assert "slow: 31 seconds behind the database." in it.body
    machine("slow")
    clock.note_machine(timedelta(seconds=1), now)
    owners.tell_owners(now)
    assert owners.tell_owners(now) == 0


@pytest.mark.django_db
def test_s11_now_is_the_databases_whatever_this_machine_says(monkeypatch):
    monkeypatch.setattr(database_time, "asked", database_time.Asked())
    real = database_time.now()
    monkeypatch.setattr("django.utils.timezone.now", lambda: real + HOUR)
    is_apart = connection.vendor == "postgresql"  # SQLite has no clock but this one
    ahead = database_time.now() - real
    assert ahead < MINUTES if is_apart else ahead == HOUR
    assert (database_time.skew() > 59 * MINUTES) == is_apart
