"""Passkeys: added with the password, used alone or as the second step, once for each challenge."""

import json
import re
from html import unescape

import pytest
from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from django.test import Client

from tests.people.authenticator import PRESENT, Authenticator
from tracker.people.models import AuditLine, Passkey

pytestmark = pytest.mark.django_db
GOOD = {"username": "ed", "password": "right"}
OPTIONS = re.compile(r'data-passkey="([^"]*)"')


@pytest.fixture
def editor():
    return User.objects.create_user("ed", password="right", is_staff=True)


@pytest.fixture
def client(client):
    client.defaults["SERVER_NAME"] = "localhost"
    return client


def options_of(answer):
    (found,) = OPTIONS.findall(answer.content.decode())
    return unescape(found)


def add(client, key, name="Laptop"):
    """The answer to a new passkey of a person who is signed in."""
    page = client.post("/account/passkeys/new", {"name": name, "password": "right"})
    return client.post("/account/passkeys/new", {"credential": key.create(options_of(page))})


def ask(client):
    return options_of(client.post("/login/passkey", {"next": "/review"}))


def use(client, credential):
    return client.post("/login/passkey", {"credential": credential, "next": "/review"})


@pytest.fixture
def key(client, editor):
    """A passkey of the editor, who is signed out."""
    made = Authenticator()
    client.force_login(editor)
    add(client, made)
    client.logout()
    AuditLine.objects.all().delete()
    return made


def is_signed_in(client):
    return client.get("/review").status_code == 200


def verbs():
    return list(AuditLine.objects.order_by("pk").values_list("verb", flat=True))


def test_a_passkey_is_added_with_the_password_and_brings_spare_codes(client, editor):
    client.force_login(editor)
    answer = add(client, Authenticator())
    (codes,) = re.findall(r"<pre>(.*?)</pre>", answer.content.decode(), re.S)
    assert len(codes.split()) == 10
    assert Passkey.objects.get().name == "Laptop"
    assert verbs()[-1:] == ["passkey_added"]
    assert is_signed_in(client)  # with the second factor that it is
    assert "Laptop" in client.get("/account").content.decode()


def test_a_second_one_brings_no_codes_and_the_same_is_refused(client, editor):
    client.force_login(editor)
    key = Authenticator()
    add(client, key)
    assert add(client, Authenticator(), "Phone")["Location"] == "/account"
    assert add(client, key)["Location"] == "/account/passkeys/new"
    assert Passkey.objects.count() == 2


def test_without_the_password_none_is_added(client, editor):
    client.force_login(editor)
    answer = client.post("/account/passkeys/new", {"name": "x", "password": "wrong"})
    assert answer.status_code == 400
    answer = client.post("/account/passkeys/new", {"credential": "{}"})
    assert answer["Location"] == "/account/passkeys/new"
    assert not Passkey.objects.exists()


@pytest.mark.parametrize("asked", ["never", "for sign-in", "too long ago"])
def test_an_answer_to_no_challenge_adds_none(client, editor, asked):
    """Who has somebody's session, but not the password, could invent an answer."""
    client.force_login(editor)
    if asked == "for sign-in":
        ask(client)
    if asked == "too long ago":
        client.post("/account/passkeys/new", {"name": "x", "password": "right"})
        session = client.session
        session["passkey"] = [*session["passkey"][:3], 0]
        session.save()
    invented = json.dumps({"challenge": ""})
    answer = client.post("/account/passkeys/new", {"credential": Authenticator().create(invented)})
    assert answer["Location"] == "/account/passkeys/new"
    assert not Passkey.objects.exists()


def test_an_answer_to_no_challenge_signs_nobody_in(client, key):
    options = json.loads(ask(client)) | {"challenge": ""}
    client.session.flush()
    assert use(client, key.get(json.dumps(options))).status_code == 400
    assert not is_signed_in(client)


def test_guesses_of_the_password_wait_as_at_sign_in(client, editor):
    client.force_login(editor)
    statuses = [
        client.post("/account/passkeys/new", {"name": "x", "password": "wrong"}).status_code
        for _ in range(6)
    ]
    assert statuses == [400] * 5 + [429]


def test_it_signs_in_alone(client, key):
    assert use(client, key.get(ask(client)))["Location"] == "/review"
    assert is_signed_in(client)
    line = AuditLine.objects.get()
    assert (line.verb, line.by, line.after) == ("signed_in", "ed", "passkey")
    assert Passkey.objects.get().last_used_at is not None


def test_it_is_the_second_step_after_the_password(client, key):
    assert client.post("/login", GOOD)["Location"].startswith("/login/code")
    assert not is_signed_in(client)
    assert "Use a passkey instead" in client.get("/login/code").content.decode()
    assert json.loads(ask(client))["allowCredentials"]
    assert use(client, key.get(ask(client)))["Location"] == "/review"
    assert is_signed_in(client)


def test_the_second_step_takes_no_passkey_of_somebody_else(client, key):
    User.objects.create_user("anna", password="right", is_staff=True)
    client.post("/login", GOOD | {"username": "anna"})
    client.force_login(User.objects.get(username="anna"))
    other = Authenticator()
    add(client, other)
    client.logout()
    client.post("/login", GOOD)
    assert use(client, other.get(ask(client))).status_code == 400
    assert not is_signed_in(client)


def test_a_replayed_answer_changes_nothing(client, key):
    credential = key.get(ask(client))
    use(client, credential)
    client.logout()
    assert use(client, credential).status_code == 400
    ask(client)  # another challenge, which the old answer does not carry
    assert use(client, credential).status_code == 400
    assert not is_signed_in(client)
    assert verbs()[-2:] == ["passkey_failed", "passkey_failed"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"origin": "http://localhost.evil.example"},
        {"host": "evil.example"},
        {"flags": PRESENT},  # nobody gave the fingerprint or PIN
        {"count": -1},  # a copy of the key: its counter lies behind
        {"key": Authenticator().key},
    ],
    ids=lambda wrong: next(iter(wrong)),
)
def test_a_forged_answer_signs_nobody_in(client, key, wrong):
    vars(key).update(wrong)
    assert use(client, key.get(ask(client))).status_code == 400
    assert not is_signed_in(client)
    assert verbs() == ["passkey_failed"]


@pytest.mark.parametrize(
    "text", ["", "x", "{}", "[]", '{"id": 1}', '{"id": "é", "rawId": "é"}', "[" * 900, "null"]
)
def test_what_is_no_answer_is_refused(client, key, text):
    ask(client)
    assert use(client, text).status_code == 400
    client.force_login(User.objects.get())
    client.session.save()


def test_who_is_disabled_is_not_let_in(client, key):
    User.objects.update(is_active=False)
    assert use(client, key.get(ask(client))).status_code == 400


def test_wrong_answers_wait(client, key):
    statuses = []
    for _ in range(7):
        client.post("/login/passkey")
        statuses.append(use(client, "{}").status_code)
    assert statuses == [400] * 5 + [429, 429]


def test_challenges_are_limited_by_network_and_fill_no_table(client, key):
    def ask_from(address):
        return Client(REMOTE_ADDR=address, HTTP_HOST="localhost").post("/login/passkey").status_code

    assert [ask_from("192.0.2.1") for _ in range(7)] == [200] * 5 + [429, 429]
    assert [ask_from(f"192.0.2.{n}") for n in range(2, 20)][-1] == 429
    assert Session.objects.count() <= 20
    # Nobody else waits for it.
    assert ask_from("198.51.100.7") == 200


def test_it_is_renamed_and_removed_by_its_person_alone(client, key):
    number = Passkey.objects.get().pk
    remove = f"/account/passkeys/{number}/remove"
    client.force_login(User.objects.create_user("anna", password="right"))
    client.post(remove, {"password": "right"})
    client.post("/account/passkeys", {"passkey": number, "name": "Mine"})
    assert Passkey.objects.get().name == "Laptop"
    client.logout()
    use(client, key.get(ask(client)))
    client.post("/account/passkeys", {"passkey": number, "name": "Key ring"})
    assert Passkey.objects.get().name == "Key ring"
    assert "passkey “Key ring”" in client.get(remove).content.decode()
    client.post(remove, {"password": "right"})
    assert not Passkey.objects.exists()
    assert verbs()[-2:] == ["passkey_renamed", "passkey_removed"]
    client.logout()
    assert client.post("/login", GOOD)["Location"] == "/"  # no spare codes stay behind


def test_an_owner_resets_it_with_the_other_factors(client, key):
    client.force_login(User.objects.create_superuser("boss"))
    assert "two-step sign-in on" in client.get("/people").content.decode()
    ed = User.objects.get(username="ed").pk
    client.post("/people/change", {"act": "factor", "person": ed})
    assert not Passkey.objects.exists()


def test_an_address_of_numbers_says_where_to_go(client, editor):
    answer = client.get("/login/passkey", HTTP_HOST="127.0.0.1:8000")
    assert "http://localhost:8000/login/passkey" in answer.content.decode()
