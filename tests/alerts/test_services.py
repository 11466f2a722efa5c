import asyncio
import email
import email.policy
from datetime import timedelta

import pytest
from aiosmtpd.controller import Controller
from django.core import mail

from tests import make
from tests.conftest import NOW
from tracker.alerts import services
from tracker.alerts.models import Alert, Delivery, Hit
from tracker.alerts.tokens import CONFIRM, STOP, alert_id, token
from tracker.events.editing import Editor, merge_events
from tracker.events.models import Event
from tracker.events.query import parse
from tracker.events.search import count

pytestmark = pytest.mark.django_db


def subscribe(text="platform:twitter", address="reader@example.org", rate="instant"):
    services.subscribe(address=address, query=parse(text), rate=rate, now=NOW)


def reported(**values):
    event = make.event(**values)
    make.report(event)
    return event


def test_a_subscriber_is_asked_to_confirm_and_told_of_nothing_before():
    subscribe()
    services.record_hits([reported().pk], NOW)
    assert services.send_due(NOW) == 1
    assert mail.outbox[0].subject == "Confirm your alert"
    assert not Hit.objects.exists()


def test_a_hit_is_mailed_once():
    make.alert("platform:twitter")
    event = reported()
    assert services.record_hits([event.pk], NOW) == 1
    assert services.record_hits([event.pk], NOW) == 0
    assert services.send_due(NOW) == 1
    assert services.send_due(NOW) == 0
    assert mail.outbox[0].subject == "1 new: Twitter bars RT from advertising"


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("", 1),
        ("kind:ad_ban country:RU", 1),
        ("kind:reinstatement", 0),
        ("since:2018-01", 0),
        ("rt", 1),
    ],
)
def test_only_what_the_query_chooses_is_a_hit(query, count):
    make.alert(query)
    assert services.record_hits([reported().pk], NOW) == count


def test_what_was_reported_before_the_confirmation_is_no_news():
    make.alert(confirmed_at=NOW + timedelta(seconds=1))
    assert services.record_hits([reported().pk], NOW) == 0


def test_hits_of_a_daily_alert_wait_for_the_morning_and_travel_together():
    alert = make.alert(rate="daily", next_run_at=NOW + timedelta(hours=19))
    services.record_hits([reported().pk, reported(headline="Second").pk], NOW)
    assert services.send_due(NOW) == 0
    assert services.send_due(NOW + timedelta(hours=19)) == 1
    assert mail.outbox[0].subject.startswith("2 new: ")
    alert.refresh_from_db()
    assert alert.next_run_at > NOW + timedelta(hours=20)


def test_every_mail_has_one_click_unsubscribe_and_a_text_part():
    make.alert(note="for the annual report")
    services.record_hits([reported().pk], NOW)
    services.send_due(NOW)
    sent = mail.outbox[0]
    assert sent.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert sent.extra_headers["List-Unsubscribe"].startswith("<http")
    assert sent.extra_headers["Auto-Submitted"] == "auto-generated"
    parsed = email.message_from_bytes(sent.message().as_bytes(), policy=email.policy.default)
    text, html = (part.get_content() for part in parsed.iter_parts())
    for part in (text, html):
        assert "Twitter bars RT from advertising" in part
        assert "for the annual report" in part
        assert "alerts/stop/" in part
    assert "<img" not in html


def test_m14_mails_parse_under_the_strict_policy():
    make.alert()
    services.record_hits([reported(headline="Ünïcode — “RT” ✓ " + "x" * 200).pk], NOW)
    services.send_due(NOW)
    parsed = email.message_from_bytes(
        mail.outbox[0].message().as_bytes(), policy=email.policy.strict
    )
    assert parsed["Message-ID"]
    assert {p.get_content_type() for p in parsed.walk()} >= {"text/plain", "text/html"}


def test_m6_a_title_with_line_breaks_forges_no_header():
    make.alert()
    event = reported(headline="A\r\nBcc: all@example.org")
    services.record_hits([event.pk], NOW)
    services.send_due(NOW)
    assert "\n" not in mail.outbox[0].subject
    assert mail.outbox[0].message()["Bcc"] is None


def test_m10_who_stops_while_a_mail_waits_gets_none():
    alert = make.alert()
    services.record_hits([reported().pk], NOW)
    services.queue_digests(NOW)
    services.stop(alert.pk)
    assert services.send_due(NOW) == 0
    assert mail.outbox == []


def test_m1_two_senders_never_take_one_mail():
    make.alert()
    services.record_hits([reported().pk], NOW)
    services.queue_digests(NOW)
    assert len(services.claim_due(NOW)) == 1
    assert services.claim_due(NOW) == []


def test_m1_a_mail_whose_sender_died_goes_out_again_with_the_same_id():
    make.alert()
    services.record_hits([reported().pk], NOW)
    services.queue_digests(NOW)
    (lost,) = services.claim_due(NOW)
    later = NOW + services.LEASE + timedelta(seconds=1)
    assert services.send_due(later) == 1
    assert mail.outbox[0].extra_headers["Message-ID"] == lost.message_id


class Post(Controller):
    """A real SMTP server on loopback, on a free port, that says `answer` to every mail."""

    def _trigger_server(self):
        assert isinstance(self.server, asyncio.Server)
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


class Handler:
    """Keeps the mails that it answers with 250."""

    def __init__(self, answer):
        self.answer = answer
        self.taken = []

    async def handle_DATA(self, server, session, envelope):  # noqa: N802 - aiosmtpd's name
        if self.answer.startswith("250"):
            self.taken.append(envelope)
        return self.answer


@pytest.fixture
def post(settings):
    started = []

    def start(answer):
        handler = Handler(answer)
        controller = Post(handler, hostname="127.0.0.1", port=0)
        controller.start()
        started.append(controller)
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST = "127.0.0.1"
        settings.EMAIL_PORT = controller.port
        return handler

    yield start
    for controller in started:
        controller.stop()


def deliver(post, answer):
    handler = post(answer)
    make.alert()
    services.record_hits([reported().pk], NOW)
    services.send_due(NOW)
    return handler, Delivery.objects.get()


def test_a_mail_that_the_server_took_is_sent(post):
    handler, delivery = deliver(post, "250 OK")
    assert delivery.state == Delivery.State.SENT
    assert handler.taken[0].rcpt_tos == ["reader@example.org"]


def test_m3_a_passing_refusal_is_tried_again_later(post):
    _, delivery = deliver(post, "451 later")
    assert (delivery.state, delivery.attempts) == (Delivery.State.DUE, 1)
    assert delivery.next_try_at > NOW
    assert "later" in delivery.error


def test_m3_a_lasting_refusal_ends_the_mail(post):
    _, delivery = deliver(post, "550 no such user")
    assert delivery.state == Delivery.State.REFUSED


def test_confirming_twice_is_the_same_as_once_and_replaces_the_same_wish():
    older = make.alert("platform:twitter")
    subscribe(rate="daily")
    newer = Alert.objects.latest("pk")
    services.confirm(newer.pk, NOW)
    services.confirm(newer.pk, NOW)
    assert list(Alert.objects.order_by("pk").values_list("state", flat=True)) == [
        "stopped",
        "active",
    ]
    assert older.pk != newer.pk


def test_a_stopped_alert_cannot_be_confirmed_by_an_old_mail():
    alert = make.alert(state="stopped")
    assert services.confirm(alert.pk, NOW) is None


def test_w2_a_stranger_gets_three_confirming_mails_a_day():
    for _ in range(10):
        subscribe()
    assert Delivery.objects.count() == services.CONFIRMATIONS_A_DAY


def test_who_does_not_confirm_is_forgotten():
    subscribe()
    assert services.forget_unconfirmed(NOW + timedelta(hours=71)) == 0
    assert services.forget_unconfirmed(NOW + timedelta(hours=73)) == 1


@pytest.mark.parametrize("text", ["", "1", "1.x", "x.y", "1:1", "1." + "a" * 43, "\x00", "9" * 500])
def test_m9_a_forged_token_is_nobody(text):
    assert alert_id(text, STOP) is None


def test_m9_a_token_is_for_one_purpose():
    assert alert_id(token(7, CONFIRM), CONFIRM) == 7
    assert alert_id(token(7, CONFIRM), STOP) is None


def test_a_refused_event_is_not_mailed():
    make.alert()
    event = reported()
    services.record_hits([event.pk], NOW)
    Event.objects.update(state="refused")
    assert services.send_due(NOW) == 0


def test_a_merged_event_is_told_of_once_and_under_the_event_that_is_kept():
    make.alert("platform:twitter")
    gone, kept = reported(), make.event("Kept", platforms=["twitter"])
    services.record_hits([gone.pk], NOW)
    merge_events(gone.pk, kept.pk, Editor("ed", NOW))
    assert services.record_hits([kept.pk], NOW) == 0
    services.send_due(NOW)
    assert mail.outbox[0].subject == "1 new: Kept"


def test_an_alert_on_a_target_and_on_what_is_in_force_fires_as_the_page_finds():
    make.alert('target:"RT" in_force:2018-01-01')
    event = reported()
    assert services.record_hits([event.pk], NOW) == 1
    assert count(parse('target:"RT" in_force:2018-01-01')) == 1
    assert count(parse("in_force:2017-01-01")) == 0
