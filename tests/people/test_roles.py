"""Accounts: roles, disabling, sessions, second factors; there is always an owner."""

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client
from django_otp.plugins.otp_totp.models import TOTPDevice

from tests.conftest import NOW
from tracker.people import roles
from tracker.people.audit import Actor
from tracker.people.models import AuditLine
from tracker.people.roles import PeopleError

pytestmark = pytest.mark.django_db
OWNER = Actor("owner")


def person(name="ed", role="editor", **values):
    flags: dict[str, Any] = roles.flags_of(role)
    return User.objects.create_user(name, **flags, **values)


def lines(*fields):
    return list(AuditLine.objects.order_by("pk").values_list(*fields))


def test_a_role_is_changed_once_and_written_down():
    ed = person()
    assert roles.change_role(ed.pk, "owner", OWNER, NOW)
    assert not roles.change_role(ed.pk, "owner", OWNER, NOW)
    ed.refresh_from_db()
    assert roles.role_of(ed) == "owner"
    assert lines("by", "verb", "about", "before", "after") == [
        ("owner", "role", "ed", "editor", "owner")
    ]


@pytest.mark.parametrize("role", ["editor", "reader"])
def test_the_last_owner_is_neither_demoted_nor_disabled(role):
    owner = person("owner", "owner")
    person("former", "owner", is_active=False)  # could not help
    with pytest.raises(PeopleError, match="last owner"):
        roles.change_role(owner.pk, role, OWNER, NOW)
    with pytest.raises(PeopleError, match="last owner"):
        roles.disable_person(owner.pk, OWNER, NOW)
    second = person("second", "owner")
    assert roles.change_role(owner.pk, role, OWNER, NOW)
    with pytest.raises(PeopleError, match="last owner"):
        roles.disable_person(second.pk, OWNER, NOW)


def test_an_unknown_role_or_account_is_refused():
    ed = person()
    with pytest.raises(PeopleError, match="Choose a role"):
        roles.change_role(ed.pk, "emperor", OWNER, NOW)
    with pytest.raises(PeopleError, match="Account not found"):
        roles.disable_person(ed.pk + 1, OWNER, NOW)


def test_who_is_disabled_is_signed_out_and_comes_back_with_the_same_password():
    ed = person(password="right")
    client, other = Client(), Client()
    client.force_login(ed)
    other.force_login(person("other"))
    assert client.get("/review").status_code == 200
    assert roles.disable_person(ed.pk, OWNER, NOW)
    assert client.get("/review").status_code == 302
    assert client.post("/login", {"username": "ed", "password": "right"}).status_code == 200
    assert other.get("/review").status_code == 200
    assert roles.enable_person(ed.pk, OWNER, NOW)
    assert not roles.enable_person(ed.pk, OWNER, NOW)
    assert client.post("/login", {"username": "ed", "password": "right"}).status_code == 302


def test_sessions_of_one_person_end_everywhere():
    ed = person()
    clients = [Client(), Client()]
    for client in clients:
        client.force_login(ed)
    Client().force_login(person("other"))
    assert roles.end_sessions(ed.pk, OWNER, NOW) == 2
    assert roles.end_sessions(ed.pk, OWNER, NOW) == 0
    assert [client.get("/review").status_code for client in clients] == [302, 302]
    assert Session.objects.count() == 1


def test_a_second_factor_is_reset_by_an_owner():
    ed = person()
    TOTPDevice.objects.create(user=ed, confirmed=False)
    assert roles.reset_factor(ed.pk, OWNER, NOW)
    assert not roles.reset_factor(ed.pk, OWNER, NOW)
    assert not TOTPDevice.objects.exists()


def test_two_people_have_two_addresses():
    ed, other = person(), person("other", email="other@example.org")
    assert roles.set_address(ed.pk, "ed@example.org", OWNER, NOW)
    with pytest.raises(PeopleError, match="Somebody else"):
        roles.set_address(ed.pk, "other@example.org", OWNER, NOW)
    assert not roles.set_address(other.pk, "other@example.org", OWNER, NOW)


@pytest.mark.django_db(transaction=True)
def test_owners_who_demote_each_other_at_once_leave_one():
    if connection.vendor != "postgresql":
        pytest.skip("SQLite locks the whole file")
    ids = [person(f"owner{n}", "owner").pk for n in range(6)]
    start = threading.Barrier(len(ids))

    def demote(pk):
        start.wait()
        try:
            return roles.change_role(pk, "editor", OWNER, NOW)
        except PeopleError:
            return False
        finally:
            connection.close()

    with ThreadPoolExecutor(len(ids)) as threads:
        done = list(threads.map(demote, ids))
    assert (sum(done), roles.owners().count()) == (5, 1)
