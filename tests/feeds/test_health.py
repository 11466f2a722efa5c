from datetime import timedelta

import pytest

from tests import make
from tests.conftest import NOW
from tracker.feeds.health import (
    WEEKS,
    coverage,
    failed_days,
    is_quiet,
    lateness,
    record_days,
    troubles,
    weekly,
)
from tracker.feeds.models import Poll, ReadDay

RHYTHMS = {
    "steady": ([5] * 10 + [5, 0], False),
    "stopped": ([5, 6, 4, 5, 6, 5, 4, 5, 0, 0], True),
    "a little less": ([5, 9, 1, 5, 8, 2, 4, 5, 2, 0], False),
    "bursts": ([0, 20, 0, 0, 20, 0, 0, 20, 0, 0], False),
    "too young to tell": ([0] * 20 + [5, 5, 5, 0, 0], False),
    "never anything": ([0] * WEEKS, False),
}


@pytest.mark.parametrize(("weeks", "answer"), RHYTHMS.values(), ids=RHYTHMS)
def test_quiet_is_two_deviations_below_the_feeds_own_rhythm(weeks, answer):
    assert is_quiet(weeks) is answer


@pytest.mark.django_db
def test_weeks_count_what_came_after_the_first_poll():
    feed = make.feed()
    for days, is_news in ((0, True), (1, True), (7, True), (7, False), (400, True)):
        make.entry("x", first_seen_at=NOW - timedelta(days=days), is_news=is_news)
    found = weekly(NOW)
    assert len(found[feed.pk]) == WEEKS
    assert found[feed.pk][-2:] == (1, 2)
    assert sum(found[feed.pk]) == 3


@pytest.mark.django_db
def test_lateness_is_the_median_from_publication_to_reading():
    feed = make.feed()
    assert lateness(feed, NOW) is None
    for minutes in (5, 10, 600):
        make.entry("x", published_at=NOW - timedelta(minutes=minutes), first_seen_at=NOW)
    assert lateness(feed, NOW) == timedelta(minutes=10)


@pytest.mark.django_db
def test_coverage_counts_read_silent_failing_and_waiting_feeds():
    day = timedelta(days=1)
    make.feed("https://a.example/", succeeded_at=NOW, polled_at=NOW, new_entry_at=NOW)
    make.feed("https://b.example/", succeeded_at=NOW, polled_at=NOW, new_entry_at=NOW - 40 * day)
    make.feed("https://c.example/", succeeded_at=NOW - 5 * day, polled_at=NOW, failures=3)
    make.feed("https://d.example/")
    found = coverage(NOW - day, NOW)
    assert (found.feeds, found.read, found.silent) == (4, 2, 1)
    assert (found.failing, found.waiting) == (1, 1)


@pytest.mark.django_db
def test_a_day_counts_feeds_that_were_tried_and_those_that_answered_once():
    day = NOW - timedelta(days=1)
    feeds = [make.feed(f"https://n{n}.example/rss", host=f"n{n}.example") for n in range(3)]
    for feed, error in [(0, ""), (0, ""), (1, "timed out"), (1, ""), (2, "timed out")]:
        Poll.objects.create(feed=feeds[feed], at=day, state="working", error=error)
    for _ in range(2):
        record_days(NOW)
    (told,) = ReadDay.objects.all()
    assert (told.day, told.tried, told.read) == (day.date(), 3, 2)
    assert failed_days(day.date(), NOW.date()) == [day.date()]


@pytest.mark.django_db
def test_a_day_on_which_four_of_five_answered_is_a_good_one():
    ReadDay.objects.create(day=NOW.date(), tried=10, read=8)
    assert failed_days(NOW.date(), NOW.date()) == []


@pytest.mark.django_db
def test_owners_hear_of_what_fails_or_stops_workers_and_not_of_what_waits_for_its_first_entry():
    long_ago = NOW - timedelta(days=5)
    waits = {"state": "no_entries", "succeeded_at": NOW, "created_at": long_ago}
    make.feed("https://a.example/rss", **waits)
    gone = make.feed("https://b.example/rss", state="gone", failures=9, created_at=long_ago)
    stopped = make.feed("https://c.example/rss", state="quarantined", created_at=long_ago)
    failing = make.feed("https://d.example/rss", state="failing", failures=9, created_at=long_ago)
    told = troubles(NOW)
    assert told["failing"] == {stopped.pk, failing.pk}
    assert (told["gone"], told["quiet"]) == ({gone.pk}, set())
