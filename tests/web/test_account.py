import re
from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.utils import timezone
from django_otp.oath import totp
from django_otp.plugins.otp_totp.models import TOTPDevice

from tests import make
from tracker.people.models import AuditLine

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


def sign_in(client, code):
    """The answer to a code that follows the right password."""
    step = client.post("/login", GOOD | {"next": "/review"})
    assert step["Location"].startswith("/login/code")
    return client.post(step["Location"], {"code": code, "next": "/review"})


def test_after_five_wrong_passwords_this_sender_waits_and_reads_how_long(client, editor):
    for _ in range(5):
        assert client.post("/login", GOOD | {"password": "x"}).status_code == 200
    answer = client.post("/login", GOOD)
    assert answer.status_code == 429
    # 15 seconds since the fifth.
    assert 1 <= int(answer["Retry-After"]) <= 15
    assert f"Try again in {answer['Retry-After']} second" in answer.content.decode()
    other = client.post("/login", GOOD, REMOTE_ADDR="192.0.2.7")
    assert other.status_code == 302


def test_the_second_factor_is_switched_on_with_its_code_and_asked_for_from_then(client, editor):
    device, codes = enrolled(client, editor)
    assert len(codes) == 10
    assert sign_in(client, "000000").status_code == 200
    assert client.get("/review")["Location"].startswith("/login")
    TOTPDevice.objects.update(last_t=-1, throttling_failure_count=0)
    assert sign_in(client, code_of(device))["Location"] == "/review"
    assert client.get("/review").status_code == 200


def test_only_who_has_a_second_factor_is_asked_for_a_code(client, editor):
    assert "Code" not in client.get("/login").content.decode()
    assert client.post("/login", GOOD)["Location"] == "/"
    assert client.get("/review").status_code == 200


def test_the_second_step_is_open_for_ten_minutes_after_the_password(client, editor, monkeypatch):
    device, _ = enrolled(client, editor)
    TOTPDevice.objects.update(last_t=-1)
    assert client.get("/login/code")["Location"] == "/login"
    client.post("/login", GOOD)
    later = timezone.now() + timedelta(minutes=11)
    monkeypatch.setattr("tracker.web.views.people.sign_in.timezone.now", lambda: later)
    assert client.post("/login/code", {"code": code_of(device)})["Location"] == "/login"


def test_a_password_that_was_set_meanwhile_ends_the_second_step(client, editor):
    enrolled(client, editor)
    client.post("/login", GOOD)
    editor.set_password("another")
    editor.save()
    assert client.get("/login/code")["Location"] == "/login"


def test_who_types_a_code_too_soon_after_a_wrong_one_reads_how_long_to_wait(client, editor):
    device, _ = enrolled(client, editor)
    TOTPDevice.objects.update(last_t=-1)
    sign_in(client, "000000")
    answer = client.post("/login/code", {"code": code_of(device)})
    assert "then enter the next code" in answer.content.decode()
    assert AuditLine.objects.filter(verb="code_failed").count() == 1  # of the code that was wrong


def test_who_is_signed_in_without_the_code_gives_it_at_the_next_sign_in(client, editor):
    device, _ = enrolled(client, editor)
    TOTPDevice.objects.update(last_t=-1)
    client.force_login(editor)  # as with a device that was set up in another browser
    assert client.get("/review").status_code == 302
    assert sign_in(client, code_of(device))["Location"] == "/review"
    assert client.get("/review").status_code == 200


def test_a_spare_code_works_once(client, editor):
    _, codes = enrolled(client, editor)
    assert sign_in(client, codes[0]).status_code == 302
    client.logout()
    assert sign_in(client, codes[0]).status_code == 200


def test_a_wrong_code_switches_nothing_on(client, editor):
    client.force_login(editor)
    client.get("/account")
    answer = client.post("/account", {"code": "000000"})
    assert answer.status_code == 400
    assert not TOTPDevice.objects.get().confirmed
    answer = client.post("/account", {"code": code_of(TOTPDevice.objects.get())})
    assert "then enter the next code" in answer.content.decode()
    assert "Check the clock" not in answer.content.decode()


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
    sign_in(client, code_of(device))
    assert client.get("/review").status_code == 200
    assert client.post("/account", {"act": "off"}).status_code == 302
    assert client.get("/review").headers["Location"] == "/account"


def test_a_reader_with_an_account_is_no_editor(client):
    client.force_login(User.objects.create_user("reader"))
    event = make.event()
    assert client.get(f"/events/{event.pk}/edit").status_code == 302
    words = "You are signed in as reader, but may not open this page"
    assert words in client.get("/review", follow=True).content.decode()
    assert "reader, reader." in " ".join(client.get("/account").content.decode().split())
