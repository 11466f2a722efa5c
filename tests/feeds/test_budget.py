"""S12: a flood is polled less often, and costs and keeps little; what is news of a feed stays."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.utils import timezone

from tests import make
from tests.conftest import NOW, Answer
from tests.feeds.test_plan import OK, entry, planned
from tracker import database_time
from tracker.feeds.budget import BURST, DAY, DAYS, Budget, turns, usual
from tracker.feeds.health import flooding, troubles
from tracker.feeds.identity.recognise import StoredEntry
from tracker.feeds.models import Entry, Feed
from tracker.feeds.plan import CEILING, INTERVAL, JITTER
from tracker.feeds.polling.claims import claim_due
from tracker.feeds.polling.polls import poll
from tracker.operations.retention import forget

DAILY = Budget(daily=500)
HOUR = timedelta(hours=1)


def counted(budget, count, *, is_first=False):
    """How many entries of a poll are read at once, later and never; whether it is too much."""
    found = turns(budget, count, is_first=is_first)
    assert len(found.waits) == count
    at_once, never = found.waits.count(timedelta(0)), found.waits.count(None)
    return at_once, count - at_once - never, never, found.is_over


@pytest.mark.parametrize(
    ("budget", "count", "told"),
    [
        (DAILY, 50, (50, 0, 0, False)),  # an ordinary poll
        (DAILY, 400, (BURST, 350, 0, False)),  # after a night without us
        (DAILY, 1_900, (BURST, 1_850, 0, True)),
        (replace(DAILY, taken=480), 40, (20, 20, 0, True)),
        (replace(DAILY, taken=500), 1_900, (0, 1_900, 0, True)),
        (replace(DAILY, taken=500, waiting=3_000), 1_900, (0, 500, 1_400, True)),
        (replace(DAILY, usual=1_200), 1_650, (BURST, 1_600, 0, False)),  # a big newspaper
        (replace(DAILY, usual=10**6), 2_000, (BURST, 1_950, 0, False)),
        (replace(DAILY, usual=10**6, taken=2_000), 10, (0, 10, 0, True)),  # a flood is no rhythm
        (replace(DAILY, days=3), 1_400, (BURST, 1_350, 0, False)),  # nobody asked it for days
        (Budget(), 5_000, (5_000, 0, 0, False)),  # the owner wants no limit
    ],
)
def test_s12_what_a_poll_brings_is_read_at_once_later_or_not_at_all(budget, count, told):
    assert counted(budget, count) == told


def test_s12_a_first_poll_is_stored_whole():
    assert counted(replace(DAILY, daily=10), 2_000, is_first=True) == (BURST, 1_950, 0, False)


def test_s12_of_what_waits_no_more_than_the_budget_has_its_turn_in_a_day():
    waits = turns(replace(DAILY, taken=500, waiting=100), 1_900, is_first=False).waits
    for start in range(DAYS * 24):
        hour = timedelta(hours=1)
        assert sum(start * hour < wait <= (start + 1) * hour for wait in waits if wait) <= 21


def test_a_newspaper_whose_rhythm_is_not_known_yet_loses_nothing():
    """40 polls a day of 25 new entries each; what waits has its turn meanwhile."""
    ends: list[float] = []
    for number in range(60 * 40):
        now = number / 40
        ends = [end for end in ends if end > now]
        budget = replace(DAILY, waiting=len(ends), taken=25 * (number % 40))
        waits = turns(budget, 25, is_first=False).waits
        assert None not in waits
        ends += [now + wait / DAY for wait in waits if wait]


def test_the_rhythm_is_the_middle_of_the_weeks():
    assert usual([]) == 0
    assert usual([70, 7_000, 77]) == 11


def interval(*, new, total=None, known=(), budget=DAILY, since=INTERVAL, **values):
    entries = [entry(str(n)) for n in range(new)]
    return planned(
        OK, *entries, total=total or new, budget=budget, succeeded_at=NOW - since, **values
    )


def test_s12_a_flood_is_polled_less_often_each_time():
    each, wait = INTERVAL, timedelta(0)
    for _ in range(5):
        decided = interval(new=1_900, interval=each, budget=replace(DAILY, taken=500))
        assert decided.turns.is_over
        assert decided.is_flood  # its hits wait for an owner
        assert decided.interval > each or each == CEILING
        assert decided.next_poll_at - NOW > wait or each == CEILING
        each, wait = decided.interval, decided.next_poll_at - NOW
    assert CEILING <= wait <= CEILING * (1 + JITTER)


def test_s12_a_body_of_nothing_but_new_entries_does_not_shorten_the_interval():
    assert interval(new=200).interval == INTERVAL
    assert interval(new=200).next_poll_at - NOW >= HOUR
    assert interval(new=20).interval == INTERVAL  # 20 in 15 minutes are 1,920 a day
    assert interval(new=5, total=20).interval < INTERVAL  # some are known: an ordinary poll
    assert interval(new=20, since=timedelta(hours=24)).interval < INTERVAL  # 20 a day


def test_s12_changed_entries_count_too():
    rows = [StoredEntry(str(n), title="t", hashes=frozenset({"old"})) for n in range(1_900)]
    decided = interval(new=1_900, rows=rows)
    assert (len(decided.new), len(decided.changed), decided.turns.is_over) == (0, 1_900, True)


@pytest.mark.django_db
class TestStored:
    @pytest.fixture
    def feed(self, server, local, settings, monkeypatch):
        settings.FEED_BUDGET = 20
        monkeypatch.setattr(database_time, "now", lambda: NOW + HOUR)
        return make.feed(f"{server.url}/", succeeded_at=NOW, polled_at=NOW)

    def poll(self, server, feed, count, name="x"):
        items = [{"title": f"Rain {name} {n}", "guid": f"{name}{n}"} for n in range(count)]
        server.pages["/"] = Answer(make.rss(*items))
        Feed.objects.filter(pk=feed.pk).update(next_poll_at=NOW, interval=INTERVAL)
        (found,) = poll(claim_due(NOW))
        assert found.error == ""
        feed.refresh_from_db()
        return found

    def test_s12_it_is_stored_waits_and_is_told(self, server, feed):
        self.poll(server, feed, 30, "a")
        now = NOW + HOUR
        assert Entry.objects.filter(process_at=now).count() == 20
        waiting = Entry.objects.filter(process_at__gt=now).order_by("process_at")
        turn = DAY / 20
        assert [e.process_at for e in waiting] == [now + turn * n for n in range(1, 11)]
        assert feed.day_entries == 30
        assert feed.next_poll_at - now >= HOUR
        assert troubles(now)["flood"] == {feed.pk}
        self.poll(server, feed, 200, "b")
        assert Entry.objects.count() == 20 + DAYS * 20
        assert feed.polls.latest("pk").skipped == 30 + 200 - 20 - DAYS * 20
        later = now + 3 * DAY
        assert not flooding(later).exists()

    def test_s12_what_is_no_report_is_forgotten(self, server, feed, settings):
        self.poll(server, feed, 30)
        kept = make.entry("Of a report", feed=feed, expires_at=NOW)
        make.report(make.event(), kept)
        forget(feed.flooded_at + timedelta(days=settings.KEEP_FLOOD + 1))
        assert list(Entry.objects.values_list("pk", flat=True)) == [kept.pk]

    def test_an_ordinary_feed_is_taken_whole_and_at_once(self, server, feed):
        self.poll(server, feed, 20)
        assert Entry.objects.filter(expires_at=None, process_at__isnull=False).count() == 20
        assert feed.flooded_at is None
        assert feed.interval == INTERVAL / 2 or feed.interval == INTERVAL

    def test_a_first_poll_is_taken_whole(self, server, feed):
        Feed.objects.update(succeeded_at=None)
        self.poll(server, feed, 90)
        assert Entry.objects.count() == 90
        assert (feed.day_entries, feed.flooded_at) == (0, None)
        assert feed.next_poll_at - NOW >= HOUR  # what it brought is read first

    def test_pages_say_it(self, client, feed):
        Feed.objects.update(flooded_at=timezone.now())
        assert "more new entries than are taken in a day" in client.get("/sources").content.decode()
        assert "polled less often" in client.get(f"/sources/{feed.pk}").content.decode()
