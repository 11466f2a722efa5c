"""Q15: an event that cannot be matched costs no other event its mails."""

from datetime import timedelta

import pytest
from django.utils import timezone

from tests import make
from tests.outages import OUTAGES
from tracker.alerts import attempts, hits
from tracker.alerts.followups.news import record_news
from tracker.alerts.models import Alert, Hit, MatchAttempt
from tracker.feeds.models import Activity
from tracker.locks import LEASE, LOST_TRIES
from tracker.operations.health.status import watch

pytestmark = pytest.mark.django_db


def reported(headline):
    event = make.event(headline)
    make.report(event)
    return event


def fails_for(monkeypatch, event, error):
    """Has the comparison of any batch with this event fail."""
    choose = record_news

    def choose_or_fail(ids, now):
        if event.pk in ids:
            raise error
        return choose(ids, now)

    monkeypatch.setattr(hits, "record_news", choose_or_fail)


@pytest.fixture
def now():
    return timezone.now()


def matched():
    return set(Hit.objects.values_list("event", flat=True))


def test_q15_an_event_that_always_fails_is_set_aside_and_the_others_are_matched(monkeypatch, now):
    make.alert()
    bad, good = reported("Bad"), reported("Good")
    fails_for(monkeypatch, bad, ZeroDivisionError("a bug"))
    for n in range(1, attempts.TRIES + 1):
        with pytest.raises(ExceptionGroup):
            hits.match_changed_events(now)
        attempt = MatchAttempt.objects.get()
        assert (attempt.event, attempt.attempts) == (bad, n)
        assert attempt.error == "ZeroDivisionError: a bug"
        assert matched() == {good.pk}
        now += timedelta(hours=2)
    assert attempt.next_try_at is None
    late = reported("Late")
    assert hits.record_hits([bad.pk, late.pk], now) == 1
    assert matched() == {good.pk, late.pk}
    noted = Activity.objects.get(work_type="matches")
    assert (noted.set_aside, noted.succeeded_at, noted.failing_since) == (1, now, None)
    (part,) = [part for part in watch(now).parts if part.name == "matches"]
    assert (part.set_aside, part.is_well, part.waiting) == (1, True, 0)


def test_q15_nothing_is_tried_again_before_its_time(monkeypatch, now):
    make.alert()
    bad = reported("Bad")
    fails_for(monkeypatch, bad, ZeroDivisionError())
    with pytest.raises(ExceptionGroup):
        hits.record_hits([bad.pk], now)
    assert hits.record_hits([bad.pk], now + timedelta(seconds=30)) == 0
    assert hits.match_changed_events(now + timedelta(seconds=30)) == 0
    assert MatchAttempt.objects.get().attempts == 1


def test_q15_an_event_that_failed_once_is_matched_at_its_next_try(monkeypatch, now):
    make.alert()
    bad = reported("Bad")
    with monkeypatch.context() as patch:
        fails_for(patch, bad, ZeroDivisionError())
        with pytest.raises(ExceptionGroup):
            hits.match_changed_events(now)
    assert hits.match_changed_events(now + timedelta(days=1)) == 1
    assert not MatchAttempt.objects.exists()


def test_q15_an_event_whose_workers_are_killed_is_set_aside_alone(monkeypatch, now):
    make.alert()
    bad, good = reported("Bad"), reported("Good")
    fails_for(monkeypatch, bad, KeyboardInterrupt())  # as a kill: nothing is done after it
    for _ in range(LOST_TRIES):
        with pytest.raises(KeyboardInterrupt):
            hits.match_changed_events(now)
        hits.match_changed_events(now)  # it is left alone for a while
        now += LEASE + timedelta(seconds=1)
    hits.match_changed_events(now)
    assert matched() == {good.pk}
    attempt = MatchAttempt.objects.get()
    assert (attempt.event, attempt.next_try_at) == (bad, None)
    assert "without an outcome" in attempt.error


@OUTAGES
def test_q15_a_database_that_does_not_answer_sets_no_event_aside(monkeypatch, now, outage):
    make.alert()
    event = reported("Rain")
    with monkeypatch.context() as patch:
        fails_for(patch, event, outage)
        for _ in range(LOST_TRIES + 2):
            with pytest.raises(ExceptionGroup):
                hits.match_changed_events(now)
            now += timedelta(hours=1)
    assert MatchAttempt.objects.get().attempts == 0
    assert hits.match_changed_events(now) == 1


def test_nothing_waits_for_alerts_that_are_gone(monkeypatch, now):
    make.alert()
    bad = reported("Bad")
    fails_for(monkeypatch, bad, ZeroDivisionError())
    with pytest.raises(ExceptionGroup):
        hits.match_changed_events(now)
    Alert.objects.update(state="stopped")
    hits.match_changed_events(now + timedelta(days=1))
    assert not MatchAttempt.objects.exists()
