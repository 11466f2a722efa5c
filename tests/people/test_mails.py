"""Invitations and links for new passwords, from the form to the mail server and on."""

import re
from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.test import Client

from tests.people.test_roles import OWNER, lines, person
from tracker import database_time
from tracker.alerts.delivery.sending import send_due_mails
from tracker.people import passwords, roles
from tracker.people.audit import Actor
from tracker.people.invitations import accept, find_invitation, invite, sign_invitation, withdraw
from tracker.people.models import AuditLine, Invitation, PasswordRequest
from tracker.people.roles import PeopleError
from tracker.web.models import SignInAttempt

pytestmark = pytest.mark.django_db
GOOD = {"username": "anna", "password1": "quite-open-sesame", "password2": "quite-open-sesame"}
WEEK = timedelta(days=7)


def mailed_path(script):
    """The path of the link in the last mail that the server took, and to whom it went."""
    assert send_due_mails(database_time.now()) == 1
    envelope = script.taken[-1]
    text = envelope.content.decode().replace("=\r\n", "").replace("=3D", "=")
    (path,) = set(re.findall(r"https?://[^/\s]+(/(?:join|password)/[^\s\"<]+)", text))
    return path, envelope.rcpt_tos


def test_an_invited_person_joins_by_mail_and_the_link_works_once(post, client):
    script = post()
    owner = Client()
    owner.force_login(person("owner", "owner"))
    sent = owner.post("/people", {"address": "Anna@Example.org", "role": "editor"}, follow=True)
    assert "anna@example.org" in sent.content.decode()
    path, to = mailed_path(script)
    assert to == ["anna@example.org"]
    assert "as editor" in " ".join(client.get(path).content.decode().split())
    assert client.post(path, GOOD | {"password2": "x"}).status_code == 400
    assert client.post(path, GOOD)["Location"] == "/login"
    anna = User.objects.get(username="anna")
    assert (anna.email, anna.is_staff, anna.is_superuser) == ("anna@example.org", True, False)
    again = client.post(path, GOOD | {"username": "mallory"})
    assert (again.status_code, User.objects.count()) == (410, 2)
    signed = client.post("/login", {"username": "anna", "password": GOOD["password1"]})
    assert signed.status_code == 302
    assert [verb for (verb,) in lines("verb")] == ["signed_in", "invited", "joined", "signed_in"]


def test_a_link_ends_with_its_time_its_withdrawal_and_the_next_invitation():
    now = database_time.now()
    first = invite("a@example.org", "editor", "en", OWNER, now)
    second = invite("a@example.org", "owner", "en", OWNER, now)
    assert find_invitation(sign_invitation(first), now) is None
    assert find_invitation(sign_invitation(second), now + WEEK - timedelta(seconds=1)) == second
    assert find_invitation(sign_invitation(second), now + WEEK) is None
    assert withdraw(second.pk, OWNER, now)
    assert not withdraw(second.pk, OWNER, now)
    assert find_invitation(sign_invitation(second), now) is None


@pytest.mark.parametrize("end", ["demoted", "disabled"])
def test_an_owner_comes_back_by_no_invitation_of_their_own(end):
    now = database_time.now()
    former, owner = person("former", "owner"), Actor(person("owner", "owner").username)
    by_former = Actor("former")
    expired = invite("old@example.org", "owner", "en", by_former, now - WEEK)
    first = invite("me@example.org", "editor", "en", by_former, now)
    own = invite("me@example.org", "owner", "en", by_former, now)
    other = invite("a@example.org", "owner", "en", owner, now)
    if end == "demoted":
        roles.change_role(former.pk, "reader", owner, now)
    else:
        roles.disable_person(former.pk, owner, now)
    open_links = [
        find_invitation(sign_invitation(row), now) for row in (expired, first, own, other)
    ]
    assert open_links == [None, None, None, other]
    withdrawn = AuditLine.objects.filter(verb="withdrawn").order_by("pk")
    assert list(withdrawn.values_list("by", "about")) == [
        ("former", "me@example.org"),
        ("owner", "me@example.org"),
    ]


def test_an_address_or_a_name_that_somebody_has_meanwhile_is_refused_in_words(client):
    now = database_time.now()
    invitation = invite("anna@example.org", "editor", "en", OWNER, now)
    path = f"/join/{sign_invitation(invitation)}"
    ed = person(email="Anna@example.org")
    answer = client.post(path, GOOD)
    assert answer.status_code == 400
    assert "Somebody with this address has an account" in answer.content.decode()
    roles.set_address(ed.pk, "", OWNER, now)
    with pytest.raises(PeopleError, match="Choose another"):
        accept(invitation, User(username="Ed"), "", now)
    assert client.post(path, GOOD)["Location"] == "/login"  # nothing was used up


@pytest.mark.parametrize("token", ["", "x", "0" * 32, "0" * 500, "a.b.c", "é"])
def test_a_forged_link_is_no_invitation(client, token):
    invitation = invite("a@example.org", "owner", "en", OWNER, database_time.now())
    forged = f"{invitation.key.hex}.{token}"
    for path in (f"/join/{forged}", f"/join/{token or 'x'}"):
        assert client.get(path).status_code == 410
        assert client.post(path, GOOD).status_code == 410
    assert not User.objects.exists()


def test_who_has_an_account_is_not_invited():
    person(email="ed@example.org")
    with pytest.raises(PeopleError, match="has an account"):
        invite("ed@example.org", "owner", "en", OWNER, database_time.now())
    assert not Invitation.objects.exists()


def test_a_withdrawn_invitation_is_not_mailed(post):
    script = post()
    now = database_time.now()
    withdraw(invite("a@example.org", "editor", "en", OWNER, now).pk, OWNER, now)
    assert send_due_mails(now) == 0
    assert script.taken == []


def test_a_new_password_is_set_by_mail_once_and_ends_sessions(post, client):
    script = post()
    ed = person(password="forgotten", email="ed@example.org")
    elsewhere = Client()
    elsewhere.force_login(ed)
    client.post("/password", {"address": "ED@example.org"})
    path, to = mailed_path(script)
    assert to == ["ed@example.org"]
    form = client.get(path)["Location"]
    given = {"new_password1": GOOD["password1"], "new_password2": GOOD["password1"]}
    assert client.post(form, given)["Location"] == "/login"
    assert elsewhere.get("/review").status_code == 302
    assert "expired or was used" in client.get(path, follow=True).content.decode()
    ed.refresh_from_db()
    assert ed.check_password(GOOD["password1"])
    # A mailed link is no second factor and signs nobody in.
    assert client.get("/review").status_code == 302


def test_nobody_learns_who_has_an_account(client):
    person(email="ed@example.org")
    person("off", email="off@example.org", is_active=False)
    bodies = set()
    for address in ("ed@example.org", "nobody@example.org", "off@example.org"):
        answer = client.post("/password", {"address": address})
        text = re.sub(r'(value|content)="[^"]*"', "", answer.content.decode())
        bodies.add((answer.status_code, text.replace(address, "")))
    assert len(bodies) == 1
    assert [request.user.username for request in PasswordRequest.objects.all()] == ["ed"]


def test_links_are_few_however_often_they_are_asked_for(client):
    person(email="ed@example.org")
    answers = [client.post("/password", {"address": "ed@example.org"}) for _ in range(7)]
    assert [answer.status_code for answer in answers] == [200] * 5 + [429] * 2
    assert 1 <= int(answers[-1]["Retry-After"]) <= 15
    assert PasswordRequest.objects.count() == passwords.MAILS
    assert "ed@example.org" not in str(list(SignInAttempt.objects.values()))


def test_a_person_gets_six_links_a_day_at_most():
    person(email="ed@example.org")
    now = database_time.now()
    hours = [now + timedelta(hours=n) for n in range(0, 48, 2)]
    sent = [passwords.request_password("ed@example.org", "en", "", at) for at in hours]
    assert (sum(sent[:12]), sum(sent)) == (6, 12)


def test_a_mail_is_in_the_language_of_whom_it_concerns(post):
    script = post()
    invite("a@example.org", "editor", "fr", OWNER, database_time.now())
    send_due_mails(database_time.now())
    assert "Subject: You are invited" not in script.taken[0].content.decode()
