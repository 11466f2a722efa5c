import re

import pytest
from django.core import mail
from django.test import Client

from tests import make
from tests.conftest import NOW
from tracker.alerts import services
from tracker.alerts.models import Alert
from tracker.alerts.tokens import CONFIRM, STOP, token

pytestmark = pytest.mark.django_db
FORM = {"address": "reader@example.org", "rate": "daily", "zone": "Europe/Brussels", "note": "why"}


def test_asking_says_check_your_mail_and_queues_the_confirming_mail(client):
    answer = client.post("/alerts/new?kind=ad_ban", FORM, follow=True)
    assert "Check your mail" in answer.content.decode()
    alert = Alert.objects.get()
    assert (alert.query, alert.state, alert.zone) == ("kind:ad_ban", "pending", "Europe/Brussels")


def test_the_form_says_in_words_what_will_come_and_what_would_have(client):
    make.event("An act of the past")
    text = client.get("/alerts/new?kind=ad_ban&country=RU").content.decode()
    assert "ad bans concerning Russia" in text
    assert "An act of the past" in text


BAD = {
    "no address": ({"address": "nobody"}, "valid email address"),
    "no rate": ({"rate": "hourly"}, "not one of the available choices"),
    "no zone": ({"zone": "Mars/Olympus"}, "Mars/Olympus is no time zone"),
    "a path": ({"zone": "../../etc/passwd"}, "is no time zone"),
}


@pytest.mark.parametrize(("change", "words"), BAD.values(), ids=BAD)
def test_a_slip_is_named_at_its_field_and_nothing_is_stored(client, change, words):
    answer = client.post("/alerts/new", FORM | change)
    assert answer.status_code == 400
    assert words in answer.content.decode()
    assert not Alert.objects.exists()


def test_w1_the_answer_is_the_same_for_a_known_address_and_after_too_many(client):
    answers = {client.post("/alerts/new", FORM).headers["Location"] for _ in range(6)}
    assert answers == {"/alerts?sent"}
    assert Alert.objects.count() == services.CONFIRMATIONS_A_DAY


def links():
    (sent,) = mail.outbox
    return re.findall(r"http://127.0.0.1:8000(/alerts/\S+)", str(sent.body))


def test_m7_a_link_scanner_changes_nothing(client):
    client.post("/alerts/new", FORM)
    services.send_due(NOW.replace(year=2036))
    for path in links():
        assert client.get(path).status_code == 200
        assert client.head(path).status_code == 200
    assert Alert.objects.get().state == "pending"


def test_the_button_behind_the_link_starts_the_alert(client):
    alert = make.alert(state="pending", confirmed_at=None)
    path = f"/alerts/confirm/{token(alert.pk, CONFIRM)}"
    assert "<button" in client.get(path).content.decode()
    assert "Your alert is on" in client.post(path).content.decode()
    alert.refresh_from_db()
    assert alert.state == "active"


def test_w3_confirming_needs_the_token_of_the_form(db):
    alert = make.alert(state="pending", confirmed_at=None)
    strict = Client(enforce_csrf_checks=True)
    assert strict.post(f"/alerts/confirm/{token(alert.pk, CONFIRM)}").status_code == 403
    assert strict.post("/alerts/new", FORM).status_code == 403


def test_m8_one_click_stops_without_cookie_or_token_and_twice(db):
    alert = make.alert()
    strict = Client(enforce_csrf_checks=True)
    path = f"/alerts/stop/{token(alert.pk, STOP)}"
    for _ in range(2):
        answer = strict.post(path, {"List-Unsubscribe": "One-Click"})
        assert answer.status_code == 200
        alert.refresh_from_db()
        assert alert.state == "stopped"
    assert answer.cookies == {}


@pytest.mark.parametrize("kind", ["confirm", "stop"])
@pytest.mark.parametrize("text", ["x", "1", "1.forged", "%00", "1%0d%0aX:%20y"])
def test_m9_a_forged_link_leads_to_no_alert(client, kind, text):
    make.alert()
    for answer in (
        client.get(f"/alerts/{kind}/{text}"),
        client.post(f"/alerts/{kind}/{text}"),
    ):
        assert answer.status_code == 404
        assert "This link leads to no alert" in answer.content.decode()
    assert Alert.objects.get().state == "active"
