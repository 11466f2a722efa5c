import re

import pytest
from django.contrib.auth.models import User
from django_otp.oath import totp
from django_otp.plugins.otp_totp.models import TOTPDevice

from tests import make

pytestmark = pytest.mark.django_db
GOOD = {"username": "ed", "password": "right"}


@pytest.fixture
def editor():
    return User.objects.create_user("ed", password="right", is_staff=True)


def code_of(device):
    return f"{totp(device.bin_key, device.step, device.t0, device.digits):06}"


def enrolled(client, editor):
    client.force_login(editor)
    client.get("/account")
    device = TOTPDevice.objects.get()
    page = client.post("/account", {"code": code_of(device)}).content.decode()
    client.logout()
    (codes,) = re.findall(r"<pre>(.*?)</pre>", page, re.S)
    return device, codes.split()


def test_after_five_wrong_passwords_this_sender_waits_and_reads_how_long(client, editor):
    for _ in range(5):
        assert client.post("/login", GOOD | {"password": "x"}).status_code == 200
    answer = client.post("/login", GOOD)
    assert answer.status_code == 429
    assert "Try again in 15 seconds." in answer.content.decode()
    assert answer["Retry-After"] == "15"
    other = client.post("/login", GOOD, REMOTE_ADDR="192.0.2.7")
    assert other.status_code == 302


def test_the_second_factor_is_switched_on_with_its_code_and_asked_for_from_then(client, editor):
    device, codes = enrolled(client, editor)
    assert len(codes) == 10
    assert "code from your authenticator app" in client.post("/login", GOOD).content.decode()
    TOTPDevice.objects.update(last_t=-1, throttling_failure_count=0)
    assert client.post("/login", GOOD | {"code": code_of(device)}).status_code == 302
    assert client.get("/review").status_code == 200


def test_a_spare_code_works_once(client, editor):
    _, codes = enrolled(client, editor)
    assert client.post("/login", GOOD | {"code": codes[0]}).status_code == 302
    client.logout()
    assert client.post("/login", GOOD | {"code": codes[0]}).status_code == 200


def test_a_wrong_code_switches_nothing_on(client, editor):
    client.force_login(editor)
    client.get("/account")
    answer = client.post("/account", {"code": "000000"})
    assert answer.status_code == 400
    assert not TOTPDevice.objects.get().confirmed


def test_a_session_without_the_code_does_nothing_and_cannot_switch_it_off(client, editor):
    enrolled(client, editor)
    client.force_login(editor)
    assert client.get("/review").status_code == 302
    assert client.post("/account", {"act": "off"}).status_code == 302
    assert TOTPDevice.objects.exists()


def test_where_it_must_be_an_editor_without_it_is_led_to_the_page_that_makes_one(
    client, editor, settings
):
    settings.TWO_FACTOR = True
    client.force_login(editor)
    assert client.get("/review").headers["Location"] == "/account"
    device, _ = enrolled(client, editor)
    TOTPDevice.objects.update(last_t=-1)
    client.post("/login", GOOD | {"code": code_of(device)})
    assert client.get("/review").status_code == 200
    assert client.post("/account", {"act": "off"}).status_code == 302
    assert client.get("/review").headers["Location"] == "/account"


def test_a_reader_with_an_account_is_no_editor(client):
    client.force_login(User.objects.create_user("reader"))
    event = make.event()
    assert client.get(f"/events/{event.pk}/edit").status_code == 302
    assert "no access" in client.get("/account").content.decode()
