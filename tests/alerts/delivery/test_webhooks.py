import base64
import json
import threading
from datetime import datetime, timedelta

import pytest
from django.db import connection
from standardwebhooks import Webhook

from tests import make
from tests.conftest import NOW, Answer
from tracker.alerts import hits, subscribing
from tracker.alerts.delivery import calling, claims
from tracker.alerts.delivery.chat import ChatMessage, convert_call
from tracker.alerts.delivery.webhooks import HookError, build_body, create_secret
from tracker.alerts.models import Alert, Delivery
from tracker.alerts.schedule import HOOK_WAITS
from tracker.feeds.models import Activity

pytestmark = pytest.mark.django_db


class Receiver:
    """Keeps what is posted to it, and answers with `status`."""

    def __init__(self, server, status=204, headers=()):
        self.url, self.status = f"{server.url}/hook", status
        self.got: list[tuple[dict[str, str], bytes]] = []
        self.headers = headers
        outer = self

        def do_POST(handler):  # noqa: N802
            body = handler.rfile.read(int(handler.headers["Content-Length"]))
            outer.got.append(({k.lower(): v for k, v in handler.headers.items()}, body))
            handler.send_response(outer.status)
            for name, value in outer.headers:
                handler.send_header(name, value)
            handler.send_header("Content-Length", "0")
            handler.end_headers()

        server.http.RequestHandlerClass.do_POST = do_POST


@pytest.fixture
def clock(monkeypatch):
    class Clock:
        now = NOW

    monkeypatch.setattr("django.utils.timezone.now", lambda: Clock.now)
    return Clock


def hooked(url, **values):
    return make.alert(hook_url=url, hook_secret=create_secret(), rate="off", **values)


def reported(**values):
    event = make.event(**values)
    make.report(event)
    hits.record_hits([event.pk], NOW)
    return event


def test_a_hit_is_posted_once_with_a_signature_that_the_standard_library_accepts(
    server, local, clock, monkeypatch
):
    receiver = Receiver(server)
    alert = hooked(receiver.url, name="Ad bans")
    event = reported()
    hits.record_hits([event.pk], NOW)
    assert calling.call_due_hooks(NOW) == 1
    assert calling.call_due_hooks(NOW + timedelta(hours=1)) == 0
    ((headers, body),) = receiver.got
    monkeypatch.setattr("standardwebhooks.webhooks.datetime", _fixed(NOW))
    told = Webhook(alert.hook_secret).verify(body, headers)
    assert told["type"] == "event.new"
    assert told["data"]["alert"]["name"] == "Ad bans"
    assert told["data"]["event"]["id"] == event.pk
    assert headers["webhook-id"] == Delivery.objects.get().message_id


def _fixed(now):
    class Fixed(datetime):
        @classmethod
        def now(cls, tz=None):
            return now

    return Fixed


def test_a_test_call_has_no_event(server, local, clock):
    receiver = Receiver(server)
    subscribing.queue_test_call(hooked(receiver.url), NOW)
    calling.call_due_hooks(NOW)
    assert json.loads(receiver.got[0][1])["data"]["event"] is None


def test_a_call_that_fails_is_tried_for_54_hours_with_the_same_id(server, local, clock):
    receiver = Receiver(server, status=500)
    hooked(receiver.url)
    reported()
    while (due := Delivery.objects.get()).state == "due":
        clock.now = due.next_try_at
        calling.call_due_hooks(clock.now)
    assert len(receiver.got) == len(HOOK_WAITS) + 1
    assert timedelta(hours=53) < clock.now - NOW < timedelta(hours=55)
    assert len({headers["webhook-id"] for headers, _ in receiver.got}) == 1
    assert due.state == "refused"
    assert Alert.objects.get().hook_error == "HTTP 500"


def test_a_server_that_is_gone_is_called_no_more(server, local, clock):
    receiver = Receiver(server, status=410)
    hooked(receiver.url)
    reported()
    calling.call_due_hooks(NOW)
    assert Alert.objects.get().hook_url == ""


def test_redirects_are_not_followed(server, local, clock, canary):
    receiver = Receiver(server, status=302, headers=[("Location", f"{canary.url}/")])
    hooked(receiver.url)
    reported()
    assert calling.call_due_hooks(NOW) == 0
    assert len(receiver.got) == 1


def test_f1_an_address_that_is_not_allowed_is_never_called(server, clock):
    receiver = Receiver(server)
    hooked(receiver.url)
    reported()
    assert calling.call_due_hooks(NOW) == 0
    assert receiver.got == []
    assert "not public" in Alert.objects.get().hook_error


def test_f1_nor_a_name_that_leads_there(server, clock):
    receiver = Receiver(server)
    hooked(receiver.url.replace("127.0.0.1", "localhost"))
    reported()
    assert calling.call_due_hooks(NOW) == 0
    assert receiver.got == []


def test_a_stopped_alert_calls_nobody(server, local, clock):
    receiver = Receiver(server)
    alert = hooked(receiver.url)
    reported()
    subscribing.stop_alerts([alert.pk])
    assert calling.call_due_hooks(NOW) == 0
    assert receiver.got == []


def test_a_secret_has_the_form_of_the_standard():
    assert len(base64.b64decode(create_secret().removeprefix("whsec_"))) == 24


def test_a_slow_server_holds_up_no_other(server, local, clock, monkeypatch):
    monkeypatch.setattr("tracker.alerts.delivery.webhooks.TIME_LIMIT", 0.3)
    receiver = Receiver(server)
    server.pages["/slow"] = Answer()
    hooked("http://127.0.0.1:9/refused", address="a@example.org")
    hooked(receiver.url, address="b@example.org")
    reported()
    assert calling.call_due_hooks(NOW) == 1
    assert sorted(Delivery.objects.values_list("state", flat=True)) == ["due", "sent"]


def test_a4_five_tests_a_day_whatever_the_alert_and_no_more():
    first, second = hooked("https://a.example/"), hooked("https://b.example/")
    for number in range(subscribing.TESTS_A_DAY):
        subscribing.queue_test_call(first, NOW + timedelta(seconds=number))
    for alert in (first, second):
        with pytest.raises(subscribing.HookLimitError):
            subscribing.queue_test_call(alert, NOW + timedelta(hours=1))
    assert Delivery.objects.count() == subscribing.TESTS_A_DAY
    other = hooked("https://c.example/", address="other@example.org")
    subscribing.queue_test_call(other, NOW)
    subscribing.queue_test_call(first, NOW + timedelta(days=1))


def test_a4_the_limit_outlives_the_alert():
    first, second = hooked("https://a.example/"), hooked("https://b.example/")
    for number in range(subscribing.TESTS_A_DAY):
        subscribing.queue_test_call(first, NOW + timedelta(seconds=number))
    subscribing.delete_alert(first)
    with pytest.raises(subscribing.HookLimitError):
        subscribing.queue_test_call(second, NOW + timedelta(minutes=1))


@pytest.mark.skipif(connection.vendor == "sqlite", reason="one writer at a time there")
@pytest.mark.django_db(transaction=True)
def test_a4_tests_asked_for_at_once_are_counted():
    alert = hooked("https://a.example/")
    barrier, taken = threading.Barrier(12), list[bool]()

    def ask(number):
        barrier.wait()
        try:
            subscribing.queue_test_call(alert, NOW + timedelta(seconds=number))
            taken.append(True)
        except subscribing.HookLimitError:
            taken.append(False)
        finally:
            connection.close()

    threads = [threading.Thread(target=ask, args=(n,)) for n in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(taken) == Delivery.objects.count() == subscribing.TESTS_A_DAY


@pytest.mark.parametrize("status", [500, 410])
def test_a4_a_test_is_not_tried_again(server, local, clock, status):
    receiver = Receiver(server, status=status)
    alert = hooked(receiver.url)
    subscribing.queue_test_call(alert, NOW)
    for days in range(3):
        calling.call_due_hooks(NOW + timedelta(days=days))
    assert len(receiver.got) == 1
    assert Delivery.objects.get().state == "refused"
    assert Alert.objects.get().hook_error == f"HTTP {status}"


def test_a_hook_is_stored_as_it_is_judged():
    alert = make.alert()
    subscribing.set_hook(alert, "HTTPS://bücher.example./hook")
    alert.refresh_from_db()
    assert alert.hook_url == "https://xn--bcher-kva.example/hook"
    secret = alert.hook_secret
    subscribing.set_hook(alert, "https://BÜCHER.example/hook")
    alert.refresh_from_db()
    assert alert.hook_secret == secret


@pytest.mark.parametrize(
    "url", ["https://user:TOPSECRET@a.example/", "https://10.0.0.①/", "https://0/"]
)
def test_f1_a_hook_that_may_not_be_called_is_not_stored(url):
    alert = make.alert()
    with pytest.raises(HookError) as error:
        subscribing.set_hook(alert, url)
    assert "TOPSECRET" not in str(error.value)
    alert.refresh_from_db()
    assert alert.hook_url == ""


def give_up(clock):
    for _ in range(claims.OWN_TRIES):
        calling.call_due_hooks(clock.now)
        clock.now += timedelta(days=1)


@pytest.mark.parametrize("fault", ["the body", "the signature"])
def test_q15_a_call_that_cannot_be_made_is_given_up_and_the_others_are_made(
    server, local, clock, monkeypatch, fault
):
    receiver = Receiver(server)
    bad, good = hooked(receiver.url, address="bad@example.org"), hooked(receiver.url)
    reported()

    def fails(kind, alert, row, now):
        if alert.pk == bad.pk:
            raise ValueError("a bug")
        return build_body(kind, alert, row, now)

    if fault == "the body":
        monkeypatch.setattr(calling, "build_body", fails)
    else:
        Alert.objects.filter(pk=bad.pk).update(hook_secret="whsec_x")
    give_up(clock)
    told = dict(Delivery.objects.values_list("alert", "state"))
    assert told == {bad.pk: "failed", good.pk: "sent"}
    lost = Delivery.objects.get(alert=bad)
    assert (lost.attempts, lost.claim) == (claims.OWN_TRIES, None)
    assert "rror: " in lost.error
    assert Activity.objects.get(work_type="hooks").set_aside == 1


CHATS = {
    "slack": lambda body: (body["text"], body["blocks"][0]["text"]["text"]),
    "teams": lambda body: (
        body["attachments"][0]["content"]["body"][1]["text"],
        body["attachments"][0]["content"]["actions"][0]["url"],
    ),
    "matrix": lambda body: (body["text"], body["html"]),
    "ntfy": lambda body: (body["message"], body["click"]),
}


@pytest.mark.parametrize("hook_form", CHATS)
def test_each_chat_gets_its_own_form_with_headline_and_link(server, local, clock, hook_form):
    receiver = Receiver(server)
    url = f"{server.url}/policy-news" if hook_form == "ntfy" else receiver.url
    hooked(url, hook_form=hook_form, name="Ad bans")
    event = reported(headline="Twitter bars <RT> & others")
    assert calling.call_due_hooks(NOW) == 1
    ((headers, body),) = receiver.got
    assert headers["content-type"] == "application/json"
    told = json.loads(body)
    words = " ".join(CHATS[hook_form](told))
    assert "Twitter bars" in words
    assert f"/events/{event.pk}" in words
    if hook_form in {"slack", "matrix"}:
        assert "&lt;RT&gt; &amp; others" in words
    if hook_form == "ntfy":
        assert told["topic"] == "policy-news"


def test_teams_shows_a_headline_as_it_is_written():
    message = ChatMessage("New", "*Ban* [RT](x) #1 _a_ `b` ~c~ > d \\ e-f", "", "f-g", "h*i")
    blocks = convert_call("teams", "", message).body["attachments"][0]["content"]["body"]
    headline = r"\*Ban\* \[RT\]\(x\) \#1 \_a\_ \`b\` \~c\~ \> d \\ e\-f"
    assert [block["text"] for block in blocks] == ["New", headline, r"f\-g", r"h\*i"]


@pytest.mark.parametrize("hook_form", CHATS)
@pytest.mark.parametrize("call", ["@everyone", "@here", "@Channel", "@all", "@/all", "@room"])
def test_no_headline_calls_everybody_of_a_channel(hook_form, call):
    message = ChatMessage("New", f"{call} of @realDonaldTrump", "", call, call)
    words = json.dumps(convert_call(hook_form, "", message).body, ensure_ascii=False)
    assert call not in words
    assert words.count(call[1:]) >= 3
    assert "@realDonaldTrump" in words


def test_a_chat_is_written_to_in_the_readers_language_and_can_be_tested(server, local, clock):
    receiver = Receiver(server)
    alert = hooked(receiver.url, hook_form="slack")
    alert.subscriber.language = "fr"
    alert.subscriber.save()
    subscribing.queue_test_call(alert, NOW)
    assert calling.call_due_hooks(NOW) == 1
    assert json.loads(receiver.got[0][1])["text"] == "Essai\xa0: Les messages arrivent bien"


def test_another_form_for_the_same_address_keeps_the_secret(local, server):
    alert = hooked(f"{server.url}/hook")
    subscribing.set_hook(alert, alert.hook_url, "teams")
    changed = Alert.objects.get()
    assert (changed.hook_form, changed.hook_secret) == ("teams", alert.hook_secret)
