from datetime import date, timedelta

import pytest
from django.core import mail

from tests import make
from tests.conftest import NOW
from tracker.alerts import hits, subscribing
from tracker.alerts.delivery import sending
from tracker.alerts.delivery.webhooks import HookError
from tracker.alerts.models import Alert, Delivery, Hit, Subscriber
from tracker.alerts.naming import alert_name
from tracker.alerts.subscribing import AlertSettings
from tracker.events.search.language.parsing import parse

pytestmark = pytest.mark.django_db
ADDRESS = "reader@example.org"


def subscribe(text="platform:twitter", address=ADDRESS, origin="", **values):
    wish = AlertSettings(**({"rate": "instant"} | values))
    subscribing.subscribe(address=address, query=parse(text), chosen=wish, origin=origin, now=NOW)


def reported(**values):
    event = make.event(**values)
    make.report(event)
    return event


def test_a_subscriber_is_asked_to_confirm_and_told_of_nothing_before():
    subscribe()
    hits.record_hits([reported().pk], NOW)
    assert sending.send_due_mails(NOW) == 1
    assert mail.outbox[0].subject == "Confirm your alert: 1 platform"
    assert not Hit.objects.exists()


def test_confirming_twice_is_the_same_as_once_and_replaces_the_same_wish():
    make.alert("platform:twitter")
    subscribe(rate="daily")
    newer = Alert.objects.latest("pk")
    subscribing.confirm_alert(newer.pk, NOW)
    subscribing.confirm_alert(newer.pk, NOW)
    assert list(Alert.objects.order_by("pk").values_list("state", flat=True)) == [
        "stopped",
        "active",
    ]


def test_a_stopped_alert_cannot_be_confirmed_by_an_old_mail():
    assert subscribing.confirm_alert(make.alert(state="stopped").pk, NOW) is None


def test_w2_a_stranger_gets_three_mails_a_day_whoever_asks():
    make.alert()
    for number in range(5):
        subscribe(name=f"{number}")
        subscribing.request_manage_link(address=ADDRESS, now=NOW)
    assert Delivery.objects.count() == subscribing.MAILS_A_DAY


def test_w2_one_sender_asks_ten_times_an_hour():
    for n in range(10):
        subscribe(address=f"r{n}@example.org", origin="here")
    with pytest.raises(subscribing.TooManyRequestsError):
        subscribe(address="r11@example.org", origin="here")
    subscribe(address="r12@example.org", origin="there")
    assert Subscriber.objects.count() == 11


def test_w2_a_mailbox_gets_three_mails_a_day_whatever_the_spelling():
    for text in (
        *("victim@example.org", "VICTIM@example.org", '"victim"@example.org'),
        *("=?utf-8?q?victim?=@example.org", "victim+1@example.org", "victim+2@example.org"),
        *("victim@ex\u00adample.org", "victim@example\uff0eorg", "\uff56ictim@example.org"),
    ):
        subscribe(address=text)
    assert Delivery.objects.count() == subscribing.MAILS_A_DAY
    subscribe(address="another@example.org")
    assert Delivery.objects.count() == subscribing.MAILS_A_DAY + 1


@pytest.mark.parametrize(
    "text", ["Victim@Example.org", "=?utf-8?q?victim?=@example.org", "victim+again@example.org"]
)
def test_w2_who_complained_is_asked_under_no_other_spelling(text):
    make.reader(address="victim@example.org", suppressed_at=NOW, suppressed_for="complaint")
    subscribe(address=text)
    assert not Delivery.objects.exists()


def test_w2_no_word_of_a_stranger_is_in_a_mail_to_who_has_not_confirmed():
    subscribe(
        'target:"EVIL" platform:twitter source:evil.example -target:"EVIL2" "EVIL http://x.example"',
        name="EVIL you won: http://evil.example/claim",
        note="EVIL note",
    )
    subscribing.request_manage_link(address=ADDRESS, now=NOW)
    assert sending.send_due_mails(NOW) == 2
    for sent in mail.outbox:
        parts = [part.get_payload(decode=True) or b"" for part in sent.message().walk()]
        whole = str(sent.message().items()) + sent.subject + b"".join(map(bytes, parts)).decode()
        assert "evil" not in whole.lower()
    counts = "1 platform, 1 target, 1 source, 1 search term, 1 exclusion"
    assert mail.outbox[0].subject == f"Confirm your alert: {counts}"
    assert counts in mail.outbox[0].body


def test_the_name_of_an_alert_comes_once_it_is_confirmed():
    subscribe(name="Mine")
    alert = Alert.objects.get()
    assert alert_name(alert) == "1 platform"
    subscribing.confirm_alert(alert.pk, NOW)
    alert.refresh_from_db()
    assert alert_name(alert) == "Mine"


def test_what_nobody_confirmed_is_forgotten_even_if_it_was_stopped():
    subscribe()
    subscribing.stop_all_alerts(Subscriber.objects.get().pk)
    subscribing.delete_unconfirmed(NOW + timedelta(hours=73))
    assert not Alert.objects.exists()


@pytest.mark.parametrize("reason", ["complaint", "hard", "soft"])
def test_who_confirms_a_mail_that_they_have_lifts_whatever_ended_the_mails(reason):
    subscribe()
    Subscriber.objects.update(suppressed_at=NOW, suppressed_for=reason)
    subscribing.confirm_alert(Alert.objects.get().pk, NOW)
    assert Subscriber.objects.get().suppressed_for == ""


def test_w1_nobody_is_mailed_a_link_to_nothing():
    subscribing.request_manage_link(address="nobody@example.org", now=NOW)
    assert not Delivery.objects.exists()
    assert not Subscriber.objects.exists()


def test_who_does_not_confirm_is_forgotten_whole():
    subscribe()
    assert subscribing.delete_unconfirmed(NOW + timedelta(hours=71)) == 0
    assert subscribing.delete_unconfirmed(NOW + timedelta(hours=73)) == 1
    assert not Subscriber.objects.exists()
    assert not Delivery.objects.exists()


def test_who_complained_is_not_even_asked():
    reader = make.reader(suppressed_at=NOW, suppressed_for="complaint")
    subscribe()
    assert not reader.deliveries.exists()


def test_who_confirms_anew_is_mailed_again_after_bounces():
    reader = make.reader(suppressed_at=NOW, suppressed_for="hard")
    subscribe()
    assert sending.send_due_mails(NOW) == 1
    subscribing.confirm_alert(Alert.objects.get().pk, NOW)
    reader.refresh_from_db()
    assert reader.suppressed_at is None


def test_stopping_ends_what_waits_and_twice_is_the_same():
    alert = make.alert()
    for _ in range(2):
        assert subscribing.stop_alerts([alert.pk]) == 1
    alert.refresh_from_db()
    assert (alert.state, alert.next_run_at) == ("stopped", None)


def test_what_was_found_while_mails_were_off_is_not_mailed_later():
    alert = make.alert(rate="off")
    hits.record_hits([reported().pk], NOW)
    assert Hit.objects.count() == 1
    later = NOW + timedelta(hours=1)
    subscribing.change_alert(alert, AlertSettings("instant"), paused_until=None, now=later)
    assert sending.send_due_mails(later) == 0


def test_a_pause_moves_the_next_mail_to_its_end():
    alert = make.alert(rate="daily")
    wish = AlertSettings("daily", "Europe/Brussels")
    subscribing.change_alert(alert, wish, paused_until=date(2026, 12, 28), now=NOW)
    alert.refresh_from_db()
    assert alert.next_run_at.isoformat() == "2026-12-28T06:00:00+00:00"


def test_an_alert_that_starts_again_tells_of_what_is_new_from_then():
    alert = make.alert(state="stopped")
    later = NOW + timedelta(days=1)
    subscribing.resume_alert(alert, later)
    assert hits.record_hits([reported().pk], later) == 0


def test_w9_an_erased_reader_is_in_no_table():
    alert = make.alert()
    event = reported()
    hits.record_hits([event.pk], NOW)
    sending.send_due_mails(NOW)
    subscribing.mute_event(alert.subscriber_id, event.pk, NOW)
    alert.subscriber.bounces.create(kind="soft", at=NOW)
    subscribing.erase_subscriber(alert.subscriber_id)
    for model in (Subscriber, Alert, Delivery, Hit):
        assert not model.objects.exists()


def test_a_reader_takes_all_of_their_data():
    alert = make.alert("kind:ad_ban", note="why", hook_url="https://a.example/", hook_secret="s")
    event = reported()
    hits.record_hits([event.pk], NOW)
    told = subscribing.subscriber_data(alert.subscriber)
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
