from datetime import UTC, datetime

import pytest

from tracker.alerts.schedule import next_run


def at(text):
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


RUNS = {
    "this morning": ("daily", "UTC", "2026-11-24T06:59", "2026-11-24T07:00"),
    "tomorrow, once it is past": ("daily", "UTC", "2026-11-24T07:00", "2026-11-25T07:00"),
    "not on Saturday": ("daily", "UTC", "2026-11-27T08:00", "2026-11-30T07:00"),
    "the reader's morning": ("daily", "Asia/Tokyo", "2026-11-24T12:00", "2026-11-24T22:00"),
    "before summer time": ("daily", "Europe/Brussels", "2026-03-27T12:00", "2026-03-30T05:00"),
    "after summer time": ("daily", "Europe/Brussels", "2026-10-23T12:00", "2026-10-26T06:00"),
    "Monday": ("weekly", "UTC", "2026-11-24T12:00", "2026-11-30T07:00"),
    "over the year's end": ("weekly", "UTC", "2026-12-29T12:00", "2027-01-04T07:00"),
    "the first of the month": ("monthly", "UTC", "2026-11-01T07:00", "2026-12-01T07:00"),
    "leap day": ("daily", "UTC", "2028-02-28T12:00", "2028-02-29T07:00"),
}


@pytest.mark.parametrize(("rate", "zone", "now", "run"), RUNS.values(), ids=RUNS)
def test_the_next_run(rate, zone, now, run):
    assert next_run(rate, zone, at(now)) == at(run)


def test_an_instant_alert_runs_when_there_is_a_hit():
    assert next_run("instant", "UTC", at("2026-11-24T12:00")) is None


def test_a_run_is_at_the_hour_that_the_reader_chose():
    run = next_run("daily", "Asia/Kolkata", at("2026-11-24T12:00"), 18)
    assert run == at("2026-11-24T12:30")
