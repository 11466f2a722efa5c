from datetime import timedelta

import pytest
from axes.models import AccessAttempt
from django.contrib.sessions.models import Session

from tests import make
from tests.conftest import NOW
from tracker.alerts.models import Delivery, Hit
from tracker.feeds.models import Entry, Poll
from tracker.operations.retention import forget

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def delivery(days, **values):
    at = NOW - days * DAY
    given = {"type": "confirm", "state": "sent", "ended_at": at} | values
    return Delivery.objects.create(
        subscriber=make.reader(),
        message_id=f"<{days}-{given['type']}@x>",
        since=at,
        created_at=at,
        next_try_at=at,
        **given,
    )


def test_polls_are_kept_for_sixty_days():
    feed = make.feed()
    for days in (1, 59, 61, 400):
        Poll.objects.create(feed=feed, at=NOW - days * DAY, state="working")
    assert forget(NOW)["polls"] == 2
    assert Poll.objects.count() == 2


def test_mails_go_but_digests_that_say_what_was_told_stay():
    old, digest = delivery(500), delivery(500, type="digest")
    waiting = delivery(500, type="manage", state="due", ended_at=None)
    new = delivery(10)
    hit = Hit.objects.create(alert=make.alert(), event=make.event(), at=NOW, delivery=digest)
    assert forget(NOW)["deliveries"] == 1
    assert set(Delivery.objects.all()) == {digest, waiting, new}
    assert not Delivery.objects.filter(pk=old.pk).exists()
    hit.refresh_from_db()
    assert hit.delivery == digest


def test_entries_are_kept_for_ever_unless_a_setting_says_otherwise(settings):
    old = {"first_seen_at": NOW - 100 * DAY, "process_at": None}
    make.entry("Rain", **old)
    used = make.entry("Act", **old)
    make.report(make.event(), used)
    make.entry("Waits", first_seen_at=NOW - 100 * DAY)
    make.entry("New", process_at=None)
    forget(NOW)
    assert Entry.objects.count() == 4
    settings.KEEP_ENTRIES = 90
    assert forget(NOW)["entries"] == 1
    assert sorted(Entry.objects.values_list("title", flat=True)) == ["Act", "New", "Waits"]


def test_sessions_that_ended_and_failed_sign_ins_go():
    for days in (-1, 1):
        Session.objects.create(session_key=str(days), session_data="", expire_date=NOW + days * DAY)
        AccessAttempt.objects.create(
            username=str(days), ip_address="127.0.0.1", failures_since_start=1
        )
    AccessAttempt.objects.update(attempt_time=NOW - 2 * DAY)
    told = forget(NOW)
    assert (told["sessions"], told["sign-ins"]) == (1, 2)
