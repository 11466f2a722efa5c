"""Nobody is told of what the program is not sure of; once it is sure it is news."""

from datetime import timedelta

import pytest
from django.utils import timezone

from tests import make
from tests.conftest import NOW
from tracker.alerts import hits
from tracker.alerts.delivery import composing, queueing
from tracker.alerts.followups import days
from tracker.alerts.models import Delivery, Hit
from tracker.events.editing.actions import Editor, accept_event, refuse_event, undo_change
from tracker.events.models import Event, Link
from tracker.events.record.derived.columns import reindex
from tracker.events.record.values import PROGRAM
from tracker.events.record.write import revise

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def unsure_event(**values):
    event = make.event(state="unsure", confidence=0.3, **values)
    make.report(event)
    return event


def lift(event, at, state="machine"):
    """As the program does when a second publisher reports it."""
    Event.objects.filter(pk=event.pk).update(state=state)
    revise(event, at, PROGRAM, "a second publisher", [("state", "unsure", state)])
    reindex([event.pk])


@pytest.mark.parametrize("query", ["", "state:unsure", "state:unsure state:machine", "rt"])
def test_an_unsure_event_is_no_hit_whatever_is_asked_for(query):
    make.alert(query)
    assert hits.record_hits([unsure_event().pk], NOW) == 0


def test_an_alert_on_an_unsure_event_by_its_number_waits():
    event = unsure_event()
    make.alert(f"event:{event.pk}", on_reports=True, confirmed_at=NOW - DAY)
    assert hits.record_hits([event.pk], NOW) == 0
    lift(event, NOW + DAY)
    assert hits.record_hits([event.pk], NOW + DAY) == 1


def test_what_is_lifted_later_is_told_once_also_to_who_subscribed_meanwhile():
    event = unsure_event()
    make.alert("platform:twitter", confirmed_at=NOW + DAY)
    assert hits.record_hits([event.pk], NOW + DAY) == 0
    lift(event, NOW + 2 * DAY)
    assert hits.record_hits([event.pk], NOW + 2 * DAY) == 1
    assert hits.record_hits([event.pk], NOW + 3 * DAY) == 0


def test_what_was_lifted_before_the_subscription_is_no_news():
    event = unsure_event()
    lift(event, NOW + DAY)
    make.alert("platform:twitter", confirmed_at=NOW + 2 * DAY)
    assert hits.record_hits([event.pk], NOW + 2 * DAY) == 0


def test_an_editors_acceptance_is_told_by_the_next_sweep():
    make.alert()
    event = unsure_event()
    assert hits.match_changed_events(timezone.now()) == 0
    accept_event(event.pk, Editor("ed", NOW))
    assert hits.match_changed_events(timezone.now()) == 1


def test_an_old_report_stays_no_news_when_an_editor_accepts_the_event():
    make.alert()
    event = make.event(state="unsure", confidence=0.3)
    make.report(event, make.entry(is_news=False))
    accept_event(event.pk, Editor("ed", NOW))
    assert hits.match_changed_events(timezone.now()) == 0


def test_what_an_editor_takes_back_before_the_mail_goes_is_not_mailed():
    make.alert()
    event = unsure_event()
    change = accept_event(event.pk, Editor("ed", NOW))
    hits.match_changed_events(NOW)
    queueing.queue_digests(NOW)
    undo_change(change.pk, Editor("ed", NOW))
    (delivery,) = Delivery.objects.filter(type="digest")
    assert composing.current_digest(delivery, NOW)[1] == []


def test_an_unsure_end_is_no_end_and_tells_nobody():
    ban = make.event("Ban")
    make.report(ban)
    make.alert("kind:ad_ban", on_undone=True)
    hits.record_hits([ban.pk], NOW)
    end = unsure_event(headline="Lifted", kind="reinstatement", occurred="2018-01-01")
    Link.objects.create(source=end, target=ban, type="undoes", state="confirmed")
    reindex([end.pk])
    assert hits.record_hits([end.pk], NOW) == 0
    assert Event.objects.get(pk=ban.pk).ended == ""
    lift(end, NOW)
    assert hits.record_hits([end.pk], NOW) == 1
    assert Event.objects.get(pk=ban.pk).ended == "2018-01-01"


def test_what_an_unsure_event_lacks_is_not_missed_by_silence():
    make.alert("state:unsure", silent_days=2, confirmed_at=NOW - 9 * DAY)
    occurred = f"{NOW - 3 * DAY:%Y-%m-%d}"
    unsure_event(occurred=occurred)
    assert days.record_silent(NOW) == 0


def test_a_refused_one_is_told_to_nobody():
    make.alert()
    event = unsure_event()
    refuse_event(event.pk, Editor("ed", NOW, "no act"))
    assert hits.match_changed_events(timezone.now()) == 0
    assert not Hit.objects.exists()
