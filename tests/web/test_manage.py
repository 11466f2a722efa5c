import json
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from tests import make
from tests.conftest import NOW
from tracker.alerts import hits
from tracker.alerts.delivery import sending
from tracker.alerts.models import Alert, Delivery, Hit, Subscriber
from tracker.alerts.tokens import MANAGE, sign_token

pytestmark = pytest.mark.django_db


@pytest.fixture
def alert():
    made = make.alert("kind:ad_ban", name="Ad bans", rate="daily")
    event = make.event()
    make.report(event)
    hits.record_hits([event.pk], NOW)
    Hit.objects.update(at=timezone.now())
    return made


def page(alert):
    return f"/alerts/manage/{sign_token(MANAGE, alert.subscriber_id)}"


def form(alert, **values):
    given = {"rate": "daily", "zone": "UTC", "name": "Ad bans", "note": ""} | values
    return {f"{alert.pk}-{name}": value for name, value in given.items()} | {
        "alert": alert.pk,
        "act": "change",
    }


def test_the_page_shows_every_alert_with_what_it_did(client, alert):
    make.alert("platform:youtube", state="stopped")
    text = client.get(page(alert)).content.decode()
    for words in (
        "Ad bans",
        "ad bans",
        "on working days at 07:00 (UTC)",
        "1 event",
        "/alerts/feed/",
        "Start again",
        "Twitter bars RT from advertising",
    ):
        assert words in text


def test_others_alerts_are_not_shown_and_not_touched(client, alert):
    other = make.alert("rt", address="other@example.org", name="Not yours")
    assert "Not yours" not in client.get(page(alert)).content.decode()
    for act in ("stop", "delete", "resume", "test"):
        client.post(page(alert), {"act": act, "alert": other.pk})
    client.post(page(alert), form(alert, name="X") | {"alert": other.pk})
    other.refresh_from_db()
    assert (other.state, other.name) == ("active", "Not yours")


def test_an_alert_is_changed_and_paused(client, alert):
    values = form(alert, rate="weekly", name="New", note="why", paused_until="2100-01-01")
    assert client.post(page(alert), values).status_code == 302
    alert.refresh_from_db()
    assert (alert.rate, alert.name, alert.note) == ("weekly", "New", "why")
    assert alert.paused_until.isoformat() == "2100-01-01"
    assert alert.next_run_at.isoformat() == "2100-01-01T07:00:00+00:00"
    assert "paused until 1 January 2100" in client.get(page(alert)).content.decode()


def test_a_slip_is_named_and_nothing_changes(client, alert):
    answer = client.post(page(alert), form(alert, zone="Mars/Olympus", name="New"))
    assert answer.status_code == 400
    assert "“Mars/Olympus” is not a time zone" in answer.content.decode()
    alert.refresh_from_db()
    assert alert.name == "Ad bans"


def test_an_alert_is_stopped_started_and_deleted(client, alert):
    client.post(page(alert), {"act": "stop", "alert": alert.pk})
    assert Alert.objects.get().state == "stopped"
    client.post(page(alert), {"act": "resume", "alert": alert.pk})
    assert Alert.objects.get().state == "active"
    client.post(page(alert), {"act": "delete", "alert": alert.pk})
    assert not Alert.objects.exists()


def test_an_event_is_muted_and_heard_again(client, alert):
    pk = Hit.objects.get().event_id
    client.post(page(alert), {"act": "mute", "event": pk})
    assert "Muted events" in client.get(page(alert)).content.decode()
    Alert.objects.update(next_run_at=NOW)
    assert sending.send_due_mails(NOW) == 0
    client.post(page(alert), {"act": "unmute", "event": pk})
    assert not alert.subscriber.muted_events.exists()


@pytest.mark.parametrize("act", ["stop", "change", "mute", "unmute", "hook", "odd"])
def test_odd_numbers_change_nothing(client, alert, act):
    for value in ("", "x", "-1", "9" * 30, "999999", "\0"):
        answer = client.post(page(alert), {"act": act, "alert": value, "event": value})
        assert answer.status_code == 302, value
        assert Alert.objects.get().state == "active", value


def test_a_hook_is_set_tested_and_ended(client, alert):
    name = f"hook{alert.pk}-url"
    told = {"act": "hook", "alert": alert.pk}
    client.post(page(alert), told | {name: "https://hooks.example/x"})
    alert.refresh_from_db()
    assert alert.hook_url == "https://hooks.example/x"
    text = client.get(page(alert)).content.decode()
    assert alert.hook_secret in text
    client.post(page(alert), {"act": "test", "alert": alert.pk})
    assert Delivery.objects.filter(type="hook", hit=None).exists()
    client.post(page(alert), told | {name: ""})
    alert.refresh_from_db()
    assert (alert.hook_url, alert.hook_secret) == ("", "")


def test_an_address_of_ntfy_without_a_topic_is_refused_in_words(client, alert):
    told = {"act": "hook", "alert": alert.pk, f"hook{alert.pk}-form": "ntfy"}
    answer = client.post(page(alert), told | {f"hook{alert.pk}-url": "https://ntfy.example/"})
    assert answer.status_code == 400
    words = "Enter the address of a topic like https://ntfy.sh/my-topic"
    assert words in answer.content.decode()
    client.post(page(alert), told | {f"hook{alert.pk}-url": "https://ntfy.example/news"})
    assert Alert.objects.get().hook_url == "https://ntfy.example/news"


def test_a4_after_five_tests_the_page_says_so_in_words(client, alert):
    Alert.objects.filter(pk=alert.pk).update(hook_url="https://hooks.example/x")
    told = {"act": "test", "alert": alert.pk}
    for _ in range(5):
        assert client.post(page(alert), told).status_code == 302
    answer = client.post(page(alert), told)
    assert answer.status_code == 400
    assert "You can send 5 test calls a day. Try again tomorrow." in answer.content.decode()
    assert Delivery.objects.filter(type="hook").count() == 5


@pytest.mark.parametrize("host", ["127.0.①⓪.①⓪", "169.254.169.②⑤④", "10.0.0.①②"])
def test_f1_no_spelling_of_a_private_address_is_set_as_a_hook(client, alert, host):
    told = {"act": "hook", "alert": alert.pk, f"hook{alert.pk}-url": f"http://{host}/"}
    assert "not public" in client.post(page(alert), told).content.decode()
    alert.refresh_from_db()
    assert alert.hook_url == ""


def test_a_hook_to_a_private_address_is_refused_by_name(client, alert):
    told = {"act": "hook", "alert": alert.pk, f"hook{alert.pk}-url": "http://127.0.0.1/"}
    answer = client.post(page(alert), told)
    assert answer.status_code == 400
    assert "127.0.0.1 is not public" in answer.content.decode()


def test_signs_of_life_can_be_switched_off(client, alert):
    client.post(page(alert), {"act": "signs"})
    assert not Subscriber.objects.get().wants_signs
    client.post(page(alert), {"act": "signs", "wanted": "on"})
    assert Subscriber.objects.get().wants_signs


def test_w9_all_data_can_be_taken_and_then_all_of_it_erased(client, alert):
    told = json.loads(client.get(f"{page(alert)}/data.json").content)
    assert told["alerts"][0]["name"] == "Ad bans"
    assert "cannot be undone" in client.get(f"{page(alert)}/erase").content.decode()
    assert Subscriber.objects.exists()
    client.post(f"{page(alert)}/erase")
    for model in (Subscriber, Alert, Hit, Delivery):
        assert not model.objects.exists()
    assert client.get(page(alert)).status_code == 404


def test_w3_every_button_needs_the_token_of_the_page(alert):
    strict = Client(enforce_csrf_checks=True)
    assert strict.post(page(alert), {"act": "stop_all"}).status_code == 403
    assert strict.post(f"{page(alert)}/erase").status_code == 403


def test_an_old_link_offers_a_new_one(client, alert, monkeypatch):
    path = page(alert)
    monkeypatch.setattr("tracker.alerts.tokens.MANAGED_FOR", timedelta(seconds=-1))
    answer = client.get(path)
    assert answer.status_code == 404
    assert "Email me the link" in answer.content.decode()


def test_the_page_is_not_indexed_and_tells_no_other_site_its_address(client, alert):
    answer = client.get(page(alert))
    assert answer["Referrer-Policy"] == "same-origin"
    assert "noindex" in answer["X-Robots-Tag"]
    assert "no-store" in answer["Cache-Control"]


@pytest.mark.parametrize("reason", ["complaint", "hard", "soft"])
def test_who_is_not_mailed_any_more_gets_mails_again_by_a_button(client, alert, reason):
    Subscriber.objects.update(suppressed_at=NOW, suppressed_for=reason)
    assert "Send me emails again" in client.get(page(alert)).content.decode()
    answer = client.post(page(alert), {"act": "lift"}, follow=True)
    assert "We will send emails to your address again." in answer.content.decode()
    assert not Subscriber.objects.exclude(suppressed_at=None).exists()


def test_the_page_confirms_further_alerts_itself(client, alert):
    waiting = make.alert("platform:youtube", state="pending", confirmed_at=None)
    text = client.get(page(alert)).content.decode()
    assert "Waiting for your confirmation" in text
    assert "events on YouTube" in text
    client.post(page(alert), {"act": "confirm", "alert": waiting.pk})
    waiting.refresh_from_db()
    assert (waiting.state, waiting.confirmed_at is not None) == ("active", True)


def test_what_an_alert_follows_is_previewed_and_changed(client, alert):
    address = f"{page(alert)}/{alert.pk}"
    make.event("Reddit removes posts", kind="content_removal", platforms=["reddit"])
    text = client.get(address, {"q": "platform:reddit"}).content.decode()
    assert "Reddit removes posts" in text
    assert Alert.objects.get().query == "kind:ad_ban"
    client.post(address, {"q": "platform:reddit"})
    changed = Alert.objects.get()
    assert changed.query == "platform:reddit"
    # What waited for the former query is not mailed.
    Alert.objects.update(next_run_at=timezone.now())
    assert sending.send_due_mails(timezone.now()) == 0


def test_a_query_that_cannot_be_read_is_kept_in_its_field(client, alert):
    answer = client.post(f"{page(alert)}/{alert.pk}", {"q": "platfrom:reddit"})
    text = answer.content.decode()
    assert answer.status_code == 400
    assert 'value="platfrom:reddit"' in text
    assert "Unknown field" in text
    assert Alert.objects.get().query == "kind:ad_ban"


def test_another_readers_alert_is_not_changed(client, alert):
    other = make.alert("rt", address="other@example.org")
    assert client.post(f"{page(alert)}/{other.pk}", {"q": ""}).status_code == 404


def test_settings_of_an_alert_are_all_changed(client, alert):
    given = {"hour": "18", "publishers": "3", "without_sources": "www.A.example, b.example"}
    flags = dict.fromkeys(form_flags(), "on")
    client.post(page(alert), form(alert, **given, **flags))
    changed = Alert.objects.get()
    assert (changed.hour, changed.publishers) == (18, 3)
    assert changed.without_sources == "a.example b.example"
    assert all(getattr(changed, name) for name in form_flags())


def form_flags():
    return ["on_undone", "on_ended", "on_extended", "on_followed", "on_tested", "on_changed"]
