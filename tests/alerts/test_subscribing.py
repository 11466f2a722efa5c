from datetime import date, timedelta

import pytest
from django.core import mail

from tests import make
from tests.conftest import NOW
from tracker.alerts import hits, sending, subscribing
from tracker.alerts.models import Alert, Delivery, Hit, Reader
from tracker.alerts.subscribing import Wish
from tracker.alerts.webhooks import HookError
from tracker.events.query import parse

pytestmark = pytest.mark.django_db
ADDRESS = "reader@example.org"


def subscribe(text="platform:twitter", address=ADDRESS, origin="", **values):
    wish = Wish(**({"rate": "instant"} | values))
    subscribing.subscribe(address=address, query=parse(text), wish=wish, origin=origin, now=NOW)


def reported(**values):
    event = make.event(**values)
    make.report(event)
    return event


def test_a_subscriber_is_asked_to_confirm_and_told_of_nothing_before():
    subscribe()
    hits.record_hits([reported().pk], NOW)
    assert sending.send_due(NOW) == 1
    assert mail.outbox[0].subject == "Confirm your alert: Events on X (Twitter)"
    assert not Hit.objects.exists()


def test_confirming_twice_is_the_same_as_once_and_replaces_the_same_wish():
    make.alert("platform:twitter")
    subscribe(rate="daily")
    newer = Alert.objects.latest("pk")
    subscribing.confirm(newer.pk, NOW)
    subscribing.confirm(newer.pk, NOW)
    assert list(Alert.objects.order_by("pk").values_list("state", flat=True)) == [
        "stopped",
        "active",
    ]


def test_a_stopped_alert_cannot_be_confirmed_by_an_old_mail():
    assert subscribing.confirm(make.alert(state="stopped").pk, NOW) is None


def test_w2_a_stranger_gets_three_mails_a_day_whoever_asks():
    make.alert()
    for _ in range(5):
        subscribe()
        subscribing.ask_to_manage(address=ADDRESS, now=NOW)
    assert Delivery.objects.count() == subscribing.MAILS_A_DAY


def test_w2_one_sender_asks_ten_times_an_hour():
    for n in range(10):
        subscribe(address=f"r{n}@example.org", origin="here")
    with pytest.raises(subscribing.TooManyError):
        subscribe(address="r11@example.org", origin="here")
    subscribe(address="r12@example.org", origin="there")
    assert Reader.objects.count() == 11


def test_w1_nobody_is_mailed_a_link_to_nothing():
    subscribing.ask_to_manage(address="nobody@example.org", now=NOW)
    assert not Delivery.objects.exists()
    assert not Reader.objects.exists()


def test_who_does_not_confirm_is_forgotten_whole():
    subscribe()
    assert subscribing.forget_unconfirmed(NOW + timedelta(hours=71)) == 0
    assert subscribing.forget_unconfirmed(NOW + timedelta(hours=73)) == 1
    assert not Reader.objects.exists()
    assert not Delivery.objects.exists()


def test_who_complained_is_not_even_asked():
    reader = make.reader(suppressed_at=NOW, suppressed_for="complaint")
    subscribe()
    assert not reader.deliveries.exists()


def test_who_confirms_anew_is_mailed_again_after_bounces():
    reader = make.reader(suppressed_at=NOW, suppressed_for="hard")
    subscribe()
    assert sending.send_due(NOW) == 1
    subscribing.confirm(Alert.objects.get().pk, NOW)
    reader.refresh_from_db()
    assert reader.suppressed_at is None


def test_stopping_ends_what_waits_and_twice_is_the_same():
    alert = make.alert()
    for _ in range(2):
        assert subscribing.stop([alert.pk]) == 1
    alert.refresh_from_db()
    assert (alert.state, alert.next_run_at) == ("stopped", None)


def test_what_was_found_while_mails_were_off_is_not_mailed_later():
    alert = make.alert(rate="off")
    hits.record_hits([reported().pk], NOW)
    assert Hit.objects.count() == 1
    later = NOW + timedelta(hours=1)
    subscribing.change(alert, Wish("instant"), paused_until=None, now=later)
    assert sending.send_due(later) == 0


def test_a_pause_moves_the_next_mail_to_its_end():
    alert = make.alert(rate="daily")
    wish = Wish("daily", "Europe/Brussels")
    subscribing.change(alert, wish, paused_until=date(2026, 12, 28), now=NOW)
    alert.refresh_from_db()
    assert alert.next_run_at.isoformat() == "2026-12-28T06:00:00+00:00"


def test_an_alert_that_starts_again_tells_of_what_is_new_from_then():
    alert = make.alert(state="stopped")
    later = NOW + timedelta(days=1)
    subscribing.resume(alert, later)
    assert hits.record_hits([reported().pk], later) == 0


def test_w9_an_erased_reader_is_in_no_table():
    alert = make.alert()
    event = reported()
    hits.record_hits([event.pk], NOW)
    sending.send_due(NOW)
    subscribing.mute(alert.reader_id, event.pk, NOW)
    alert.reader.bounces.create(kind="soft", at=NOW)
    subscribing.erase(alert.reader_id)
    for model in (Reader, Alert, Delivery, Hit):
        assert not model.objects.exists()


def test_a_reader_takes_all_of_their_data():
    alert = make.alert("kind:ad_ban", note="why", hook_url="https://a.example/", hook_secret="s")
    event = reported()
    hits.record_hits([event.pk], NOW)
    told = subscribing.data_of(alert.reader)
    assert told["address"] == ADDRESS
    assert told["alerts"][0]["query"] == "kind:ad_ban"
    assert told["alerts"][0]["note"] == "why"
    assert told["alerts"][0]["hits"][0]["event"] == event.pk


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/",
        "http://[::1]/x",
        "ftp://a.example/",
        "http://10.0.0.1/",
        "http://a:b@c.example/",
    ],
)
def test_f1_a_hook_goes_to_no_address_that_feeds_may_not_have(url):
    with pytest.raises(HookError):
        subscribing.set_hook(make.alert(), url)


def test_another_address_of_a_hook_gets_another_secret_and_no_old_calls():
    alert = make.alert()
    subscribing.set_hook(alert, "https://a.example/hook")
    alert.refresh_from_db()
    first = alert.hook_secret
    hits.record_hits([reported().pk], NOW)
    subscribing.set_hook(alert, "https://b.example/hook")
    alert.refresh_from_db()
    assert first.startswith("whsec_")
    assert alert.hook_secret != first
    assert Delivery.objects.get().state == "cancelled"
