"""Sign-in through an OpenID provider: invited people alone, by a verified address."""

import os
import subprocess
import sys

import pytest
from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone
from django_otp.plugins.otp_totp.models import TOTPDevice

from tests.people.openid import OTHER, running_provider
from tests.processes import ROOT
from tracker.people.audit import Actor
from tracker.people.invitations import invite
from tracker.people.models import AuditLine, Identity

pytestmark = pytest.mark.django_db


@pytest.fixture
def provider(settings):
    with running_provider() as running:
        settings.OIDC_ISSUER = running.issuer
        settings.OIDC_CLIENT_ID = "tracker"
        settings.OIDC_CLIENT_SECRET = "secret"
        settings.OIDC_NAME = "Our NGO"
        yield running


@pytest.fixture
def anna():
    return User.objects.create_user("anna", email="anna@example.org", is_staff=True)


def sign_in(client, provider, path="/review"):
    """The answer to whoever comes back from the provider."""
    away = client.get("/login/provider", {"next": path})["Location"]
    assert away.startswith(f"{provider.issuer}/authorize?")
    return client.get(provider.sign_in(away))


def is_signed_in(client):
    return client.get("/account").status_code == 200


def verbs():
    return list(AuditLine.objects.order_by("pk").values_list("verb", flat=True))


def test_there_is_a_button_only_if_a_provider_is_set(client, provider, settings):
    assert "Sign in with Our NGO" in client.get("/login").content.decode()
    settings.OIDC_ISSUER = ""
    assert "Sign in with Our" not in client.get("/login").content.decode()
    assert client.get("/login/provider").status_code == 404
    assert client.get("/login/provider/back").status_code == 404


def test_who_has_an_account_signs_in_by_its_address(client, provider, anna):
    provider.claims["email"] = "Anna@Example.ORG"
    assert sign_in(client, provider)["Location"] == "/review"
    assert client.get("/review").status_code == 200
    line = AuditLine.objects.get(verb="signed_in")
    assert (line.by, line.after) == ("anna", "Our NGO")
    assert verbs() == ["linked", "signed_in"]


def test_who_is_invited_gets_an_account_in_that_role(client, provider):
    invite("anna@example.org", "owner", "en", Actor("boss"), timezone.now())
    provider.claims["preferred_username"] = "Anna B."
    sign_in(client, provider)
    user = User.objects.get()
    assert (user.username, user.is_superuser, user.has_usable_password()) == ("AnnaB.", True, False)
    assert verbs() == ["invited", "joined", "linked", "signed_in"]
    provider.claims["groups"] = ["admin"]
    client.logout()
    sign_in(client, provider)
    assert User.objects.count() == 1


def test_a_name_that_is_taken_gets_a_number(client, provider):
    User.objects.create_user("ANNA")
    invite("anna@example.org", "reader", "en", Actor("boss"), timezone.now())
    sign_in(client, provider)
    assert User.objects.get(email="anna@example.org").username == "anna2"


@pytest.mark.parametrize(
    "claims",
    [
        {"email": "stranger@example.org"},
        {"email_verified": False},
        {"email_verified": None},
        {"email": "no address"},
        {"email": "anna+x@example.org"},
        {"sub": ""},
    ],
    ids=repr,
)
def test_nobody_else_gets_in(client, provider, anna, claims):
    provider.claims |= claims
    assert sign_in(client, provider)["Location"] == "/login"
    assert not is_signed_in(client)
    assert (User.objects.count(), Identity.objects.count()) == (1, 0)
    assert verbs() == ["provider_refused"]


def test_who_is_disabled_is_not_let_in(client, provider, anna):
    sign_in(client, provider)
    client.logout()
    User.objects.update(is_active=False)
    sign_in(client, provider)
    assert not is_signed_in(client)


def test_an_address_given_to_another_person_opens_no_account(client, provider, anna):
    sign_in(client, provider)
    client.logout()
    provider.claims["sub"] = "8"
    sign_in(client, provider)
    assert not is_signed_in(client)
    provider.claims |= {"sub": "7", "email": "renamed@example.org"}
    sign_in(client, provider)
    assert is_signed_in(client)


@pytest.mark.parametrize(
    "forged",
    [
        {"nonce": "another"},
        {"aud": "another"},
        {"iss": "https://another.example"},
        {"exp": 1},
        {"nonce": None},
    ],
    ids=repr,
)
def test_a_token_of_something_else_is_refused(client, provider, anna, forged):
    provider.forged = forged
    assert sign_in(client, provider)["Location"] == "/login"
    assert not is_signed_in(client)


def test_a_token_that_somebody_else_signed_is_refused(client, provider, anna):
    provider.key = OTHER
    sign_in(client, provider)
    assert not is_signed_in(client)


def test_no_token_is_no_sign_in(client, provider, anna):
    provider.has_token = False
    sign_in(client, provider)
    assert not is_signed_in(client)


def test_a_state_of_another_session_or_a_replay_is_refused(client, provider, anna):
    away = client.get("/login/provider")["Location"]
    back = provider.sign_in(away)
    client.cookies.clear()
    client.get(back)
    assert not is_signed_in(client)
    away = client.get("/login/provider")["Location"]
    back = provider.sign_in(away)
    client.get(back)
    assert is_signed_in(client)
    client.logout()
    client.get(back)
    assert not is_signed_in(client)


@pytest.mark.parametrize("path", ["https://evil.example/", "//evil.example", "x"])
def test_it_leads_to_no_other_site(client, provider, anna, path):
    assert sign_in(client, provider, path)["Location"] == "/"


def test_the_second_step_is_ours(client, provider, anna):
    TOTPDevice.objects.create(user=anna, confirmed=True)
    assert sign_in(client, provider)["Location"] == "/login/code?next=%2Freview"
    assert not is_signed_in(client)


def test_a_provider_that_does_not_answer_is_told(client, provider, settings):
    settings.OIDC_ISSUER = "http://127.0.0.1:9"
    answer = client.get("/login/provider", follow=True)
    assert "Sign-in with Our NGO did not work." in answer.content.decode()


def test_who_comes_back_too_often_waits(client, provider, anna):
    statuses = [client.get("/login/provider/back?state=x&code=y").status_code for _ in range(6)]
    assert statuses == [302] * 5 + [429]


def test_who_is_sent_to_the_provider_too_often_waits_and_fills_no_table(client, provider):
    answers = [Client().get("/login/provider") for _ in range(30)]
    assert [answer.status_code for answer in answers] == [302] * 5 + [429] * 25
    assert Session.objects.count() == 5


def test_nobody_else_waits_for_who_is_sent_to_the_provider_too_often(client, provider):
    for n in range(30):
        Client(REMOTE_ADDR=f"192.0.2.{n}").get("/login/provider")
    assert Client(REMOTE_ADDR="192.0.2.99").get("/login/provider").status_code == 429
    assert Client(REMOTE_ADDR="198.51.100.7").get("/login/provider").status_code == 302


def test_the_site_starts_without_the_extra(monkeypatch, client, provider):
    code = (
        "import django; django.setup(); import sys, tracker.urls; print('authlib' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "tracker.settings"},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout.strip() == "False", done.stderr
    monkeypatch.setattr("tracker.people.provider.find_spec", lambda name: None)
    assert "Sign in with Our" not in client.get("/login").content.decode()
