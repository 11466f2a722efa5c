"""A merge that is undone sends nobody anything: matched, queued and sent, whatever came between."""

from datetime import timedelta

import pytest
from django.core import mail

from tests import make
from tests.conftest import NOW
from tracker.alerts import hits
from tracker.alerts.delivery import calling, queueing, sending
from tracker.alerts.models import Delivery, Hit
from tracker.events.editing.actions import Editor, merge_events, undo_change
from tracker.events.models import Link

pytestmark = pytest.mark.django_db
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)


@pytest.fixture(autouse=True)
def clock(monkeypatch):
    """What the sender takes for now; a test moves it."""

    class Clock:
        now = NOW

    monkeypatch.setattr("django.utils.timezone.now", lambda: Clock.now)
    return Clock


def reported(number, **values):
    event = make.event(f"Twitter suspends Person {number}", targets=[f"Person {number}"], **values)
    make.report(event, make.entry(f"Twitter suspends Person {number}"))
    return event


@pytest.fixture
def followed():
    """Two events, both mailed, and a reader for each way to follow them."""
    one, two = reported(1), reported(2, platforms=["youtube"])
    back = reported(3, kind="reinstatement")
    Link.objects.create(source=back, target=one, type="undoes")
    options = {"on_changed": True, "on_undone": True}
    for number, (query, rate) in enumerate(
        [
            ("", "instant"),
            ("", "daily"),
            (f"event:{one.pk}", "instant"),
            (f"event:{two.pk}", "instant"),
            ('target:"Person 1" platform:youtube', "instant"),  # as only the merged event is
            ('target:"Person 1"', "instant"),
            ("platform:youtube", "daily"),
        ]
    ):
        later = {"next_run_at": NOW + DAY / 2} if rate == "daily" else {}
        make.alert(query, rate=rate, address=f"r{number}@example.org", **options, **later)
    hits.record_hits([one.pk, two.pk, back.pk], NOW)
    return one, two


def work(clock, now):
    """What the clock has workers do."""
    clock.now = now
    hits.match_changed_events(now)
    queueing.queue_digests(now)
    sending.send_due_mails(now)


@pytest.mark.parametrize("between", [(), ("match",), ("match", "queue")], ids=repr)
@pytest.mark.parametrize("turned", [False, True], ids=["one into two", "two into one"])
def test_merge_then_undo_sends_nobody_anything(clock, followed, between, turned):
    one, two = reversed(followed) if turned else followed
    for day in range(3):
        work(clock, NOW + day * DAY)
    mailed = len(mail.outbox)
    assert mailed >= 4
    known = set(Hit.objects.values_list("pk", flat=True))

    at = NOW + 3 * DAY
    change = merge_events(one.pk, two.pk, Editor("ed", at))
    if "match" in between:
        hits.match_changed_events(at + MINUTE)
    if "queue" in between:
        queueing.queue_digests(at + MINUTE)
    undo_change(change.pk, Editor("ed", at + 2 * MINUTE))
    for day in range(4):
        work(clock, at + 3 * MINUTE + day * DAY)
    told = [(sent.to, sent.subject, sent.body) for sent in mail.outbox[mailed:]]
    assert told == []
    new = Hit.objects.exclude(pk__in=known)
    assert not new.filter(delivery__state=Delivery.State.SENT).exists()


def test_a_hook_that_waits_is_not_called_for_it(monkeypatch):
    called = []

    def note_calls(calls, now):
        del now
        called.extend(calls)
        return {}

    monkeypatch.setattr(calling, "make_calls", note_calls)
    one, two = reported(1), reported(2, platforms=["youtube"])
    make.alert('target:"Person 1" platform:youtube', hook_url="https://hooks.example/")
    make.alert(
        f"event:{two.pk}",
        hook_url="https://hooks.example/",
        on_changed=True,
        address="b@example.org",
    )
    change = merge_events(one.pk, two.pk, Editor("ed", NOW + DAY))
    assert hits.record_hits([one.pk, two.pk], NOW + DAY) == 2
    undo_change(change.pk, Editor("ed", NOW + DAY + MINUTE))
    calling.call_due_hooks(NOW + DAY + 2 * MINUTE)
    assert called == []
    assert set(Delivery.objects.filter(type="hook").values_list("state", flat=True)) == {
        "cancelled"
    }
