import re
from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.utils import timezone
from django_otp.oath import totp
from django_otp.plugins.otp_static.models import StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice

from tests import make
from tests.conftest import NOW
from tests.web.test_who import PATTERNS, path_of
from tracker.people.models import AuditLine, Passkey
from tracker.people.passkeys import spare_codes

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
    form = {"code": code_of(device), "password": "right"}
    page = client.post("/account", form).content.decode()
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
    answer = client.post("/account", {"code": "000000", "password": "right"})
    assert answer.status_code == 400
    assert not TOTPDevice.objects.get().confirmed
    form = {"code": code_of(TOTPDevice.objects.get()), "password": "right"}
    answer = client.post("/account", form)
    assert "then enter the next code" in answer.content.decode()
    assert "Check the clock" not in answer.content.decode()


def test_a_session_without_the_code_does_nothing_and_cannot_switch_it_off(client, editor):
    enrolled(client, editor)
    client.force_login(editor)
    assert client.get("/review").status_code == 302
    assert client.post("/account/app/off", {"password": "right"})["Location"] == "/login"
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
    assert client.post("/account/app/off", {"password": "right"})["Location"] == "/account"
    assert client.get("/review").headers["Location"] == "/account"


def test_a_reader_with_an_account_is_no_editor(client):
    client.force_login(User.objects.create_user("reader"))
    event = make.event()
    assert client.get(f"/events/{event.pk}/edit").status_code == 302
    words = "You are signed in as reader, but may not open this page"
    assert words in client.get("/review", follow=True).content.decode()
    assert "reader, reader." in " ".join(client.get("/account").content.decode().split())


# What could let somebody in for ever, or keep its person out, if they are at an open or stolen
# session: the address of the page, the form without the password, and whether an app is on before.
GUARDED = {
    "account": ({"code": ""}, False),
    "app_off": ({}, True),
    "passkey_remove": ({}, True),
    "passkey_new": ({"name": "x"}, True),
    "account_address": ({"address": "other@example.org"}, True),
    "password_change": (
        {"new_password1": "sesame-open-now", "new_password2": "sesame-open-now"},
        True,
    ),
}
HARMLESS = {"passkey_rename"}


def ways_in():
    """Everything that opens an account."""
    return (
        list(User.objects.order_by("pk").values_list("password", "email", "is_active")),
        list(TOTPDevice.objects.filter(confirmed=True).values_list("pk", flat=True)),
        list(Passkey.objects.values_list("pk", "public_key")),
        list(StaticToken.objects.order_by("pk").values_list("token", flat=True)),
    )


def own_session(client, user, *, has_app):
    """Sign a person in, with a passkey and spare codes; return the form's fields that need it."""
    client.defaults["SERVER_NAME"] = "localhost"  # passkeys need a name
    device = TOTPDevice.objects.create(user=user, name="app", confirmed=has_app)
    if has_app:
        Passkey.objects.create(
            pk=1, user=user, name="Laptop", credential_id="x", public_key=b"x", created_at=NOW
        )
        spare_codes(user)
    client.force_login(user)
    if has_app:
        session = client.session
        session["otp_device_id"] = device.persistent_id
        session.save()
    return {"code": code_of(device)}


def test_every_page_of_ones_own_account_is_in_the_table():
    own = {name for name, p in PATTERNS.items() if str(p.pattern).startswith("account")}
    assert own == set(GUARDED) | HARMLESS


@pytest.mark.parametrize("page", GUARDED)
def test_a_stolen_session_weakens_nothing_without_the_password(client, editor, page):
    fields, has_app = GUARDED[page]
    code = own_session(client, editor, has_app=has_app)
    before = ways_in()
    for password in ("", "wrong"):
        asked = {"password": password, "old_password": password}
        answer = client.post(path_of(page), fields | code | asked)
        assert answer.status_code == (200 if page == "password_change" else 400)
    assert ways_in() == before


@pytest.mark.parametrize("page", GUARDED)
def test_guesses_of_the_password_wait_on_every_page(client, editor, page):
    fields, has_app = GUARDED[page]
    own_session(client, editor, has_app=has_app)
    wrong = {"password": "wrong", "old_password": "wrong"}
    answers = [client.post(path_of(page), fields | wrong) for _ in range(6)]
    assert answers[-1].status_code == 429


@pytest.mark.parametrize("page", ["app_off", "passkey_remove"])
def test_with_the_password_it_is_removed_and_forgets_the_wrong_guesses(client, editor, page):
    own_session(client, editor, has_app=True)
    assert client.get(path_of(page)).status_code == 200
    for password in ["wrong"] * 4 + ["right"]:
        answer = client.post(path_of(page), {"password": password})
    assert answer["Location"] == "/account"
    assert TOTPDevice.objects.exists() == (page != "app_off")
    assert Passkey.objects.exists() == (page != "passkey_remove")
    assert StaticToken.objects.exists()  # for the device that stays
    assert client.post("/login", GOOD).status_code == 302


@pytest.mark.parametrize("page", ["app_off", "passkey_remove", "passkey_new"])
def test_who_signs_in_through_a_provider_sets_a_password_first(client, editor, page):
    editor.set_unusable_password()
    editor.save()
    own_session(client, editor, has_app=True)
    before = ways_in()
    answer = client.post(path_of(page), GUARDED[page][0] | {"password": "right"})
    assert "Set a password first, on the page of your account" in answer.content.decode()
    assert ways_in() == before


def test_who_signs_in_through_a_provider_turns_an_app_on_by_its_code(client, editor):
    """Where an editor must have one, they reach no other page before."""
    editor.set_unusable_password()
    editor.save()
    code = own_session(client, editor, has_app=False)
    assert "Current password" not in client.get("/account").content.decode()
    assert client.post("/account", code).status_code == 200
    assert TOTPDevice.objects.get().confirmed


@pytest.mark.parametrize("act", ["factor", "address"])
def test_an_owner_changes_the_own_account_on_its_own_page_alone(client, act):
    """The owners' page requires no password."""
    boss = User.objects.create_superuser("boss", password="right")
    own_session(client, boss, has_app=True)
    before = ways_in()
    form = {"act": act, "person": boss.pk, "address": "other@example.org"}
    answer = client.post("/people/change", form, follow=True)
    assert "Change your own on the page of your account" in answer.content.decode()
    assert ways_in() == before
