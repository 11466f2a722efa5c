"""The owners' page of people, and the audit log."""

import csv
import io
import re
from datetime import UTC, datetime, timedelta
from html import unescape

import pytest
from django.contrib.auth.models import User

from tests import make
from tests.conftest import NOW
from tests.people.test_roles import OWNER, person
from tracker import database_time
from tracker.feeds.editing.changes import pause_feeds, record_change
from tracker.feeds.models import FeedChange
from tracker.people.audit import (
    Actor,
    AuditFilter,
    Verb,
    all_entries,
    entries,
    read_cursor,
    record_line,
)
from tracker.people.invitations import invite
from tracker.people.models import AuditLine, Invitation

pytestmark = pytest.mark.django_db


@pytest.fixture
def owner(client):
    client.force_login(person("owner", "owner"))
    AuditLine.objects.all().delete()
    return client


def text_of(answer):
    return " ".join(answer.content.decode().split())


def test_the_page_shows_everybody_and_the_link_to_pass_on(owner):
    person(email="ed@example.org")
    invite("new@example.org", "owner", "en", OWNER, database_time.now())
    page = text_of(owner.get("/people"))
    for words in ("ed@example.org", "new@example.org", "sends no email yet", "/join/"):
        assert words in page


def test_an_invitation_sent_twice_is_one_and_a_later_one_replaces_it(owner):
    now = database_time.now()
    first, second = (invite("new@example.org", "editor", "en", OWNER, now) for _ in range(2))
    assert first == second
    later = invite("new@example.org", "editor", "en", OWNER, now + timedelta(minutes=2))
    assert later != first
    assert list(Invitation.objects.filter(withdrawn_at=None)) == [later]


def test_a_role_is_changed_on_the_page_and_what_is_wrong_is_said(owner):
    ed = person()
    sent = {"act": "role", "person": ed.pk, "role": "owner"}
    assert "Role changed." in text_of(owner.post("/people/change", sent, follow=True))
    assert "Nothing was changed." in text_of(owner.post("/people/change", sent, follow=True))
    for values in ({"act": "x"}, {"act": "role", "person": "1e9", "role": "owner"}):
        answer = owner.post("/people/change", values, follow=True)
        assert answer.status_code == 200
    ed.refresh_from_db()
    assert ed.is_superuser
    form = {"act": "address", "person": ed.pk, "address": "not an address"}
    answer = owner.post("/people/change", form, follow=True)
    assert "Enter an email address like" in text_of(answer)


def test_the_last_owner_reads_why_they_stay_one(owner):
    pk = User.objects.get().pk
    for act in ({"act": "disable"}, {"act": "role", "role": "reader"}):
        answer = owner.post("/people/change", {"person": pk} | act, follow=True)
        assert "last owner" in text_of(answer)
    assert User.objects.filter(is_active=True, is_superuser=True).count() == 1


def test_an_address_that_cannot_be_invited_is_named(owner):
    answer = owner.post("/people", {"address": "nobody", "role": "editor"})
    assert answer.status_code == 400
    assert "Enter an email address like" in answer.content.decode()


def test_a_sign_in_leaves_plain_words_in_the_log_and_no_password(client, caplog):
    person(password="right")
    client.post("/login", {"username": "ed", "password": "wrong"}, REMOTE_ADDR="203.0.113.5")
    client.post("/login", {"username": "my-password", "password": "x"}, REMOTE_ADDR="203.0.113.5")
    client.post("/login", {"username": "ed", "password": "right"}, REMOTE_ADDR="203.0.113.5")
    client.post("/logout", REMOTE_ADDR="203.0.113.5")
    found = list(AuditLine.objects.order_by("pk").values_list("verb", "by", "about", "network"))
    assert found == [
        ("sign_in_failed", "", "ed", "203.0.113.0"),
        ("sign_in_failed", "", "", "203.0.113.0"),
        ("signed_in", "ed", "ed", "203.0.113.0"),
        ("signed_out", "ed", "ed", "203.0.113.0"),
    ]
    assert "wrong password at sign-in" in caplog.text
    assert "AXES" not in caplog.text
    assert "my-password" not in caplog.text


def test_who_goes_on_guessing_does_not_fill_the_log(client):
    person()
    for _ in range(40):
        client.post("/login", {"username": "ed", "password": "wrong"})
    assert AuditLine.objects.filter(verb="sign_in_failed").count() == 5
    assert AuditLine.objects.filter(verb="sign_in_waits").count() == 1


def test_the_log_is_narrowed_to_a_person_and_a_subject_and_has_the_feeds(owner):
    feed = make.feed()
    record_line(Verb.ROLE, Actor("owner"), NOW, "ed", "reader", "editor")
    record_line(Verb.SIGNED_IN, Actor("ed"), NOW + timedelta(seconds=1), "ed")
    pause_feeds([feed.pk], by="ed", now=NOW + timedelta(seconds=2))
    verbs = ["feed_paused", "signed_in", "role"]
    assert [entry.verb for entry in all_entries(AuditFilter())] == verbs
    assert [entry.verb for entry in entries(AuditFilter(), None, 1)[0]] == ["feed_paused"]
    assert [entry.verb for entry in all_entries(AuditFilter("owner"))] == ["role"]
    assert [entry.verb for entry in all_entries(AuditFilter("", "feeds"))] == ["feed_paused"]
    assert [e.verb for e in all_entries(AuditFilter("ed", "sign-ins"))] == ["signed_in"]
    page = text_of(owner.get("/people/log?subject=people"))
    assert "reader → editor" in page
    assert "signed in</td>" not in page


def test_the_log_is_paged_and_a_table(owner):
    for second in range(60):
        record_line(Verb.SETTING, Actor("=1+1"), NOW + timedelta(seconds=second), str(second))
    first = text_of(owner.get("/people/log?subject=settings"))
    (older,) = re.findall(r'href="([^"]*before=[^"]*)"', first)
    second = text_of(owner.get(f"/people/log{unescape(older)}"))
    assert ">Newest<" in second
    assert ">Older<" not in second
    assert second.count("setting changed") == 10
    answer = owner.get("/people/log.csv?subject=settings")
    rows = list(csv.reader(io.StringIO(b"".join(answer.streaming_content).decode("utf-8-sig"))))
    assert rows[0][:3] == ["at", "by", "verb"]
    assert (len(rows), rows[1][1]) == (61, "'=1+1")


def test_the_log_is_read_by_its_key_and_no_line_is_lost_or_shown_twice(db):
    feed = make.feed()
    for number in range(12):  # of one moment too, about people and feeds
        at = NOW + timedelta(microseconds=number // 5)
        record_line(Verb.SETTING, Actor("o"), at, str(number))
        record_change(feed.pk, FeedChange.Verb.RENAMED, "", str(number), by="o", now=at)
    everything = list(all_entries(AuditFilter()))
    for size in (1, 2, 5, 7, 24):
        read, cursor = entries(AuditFilter(), None, size)
        while cursor is not None:
            more, cursor = entries(AuditFilter(), read_cursor(str(cursor)), size)
            read += more
        assert read == everything


@pytest.mark.parametrize("text", ["", "x", "1.5p1", "9" * 40, "1.123456q1", "²2.123456p1"])
def test_what_is_no_cursor_is_the_first_page(text):
    assert read_cursor(text) is None


def test_a_person_changes_the_own_address_and_password_with_the_password_alone(client):
    ed = person(password="quite-open-sesame")
    client.force_login(ed)
    form = {"address": "ed@example.org", "password": "wrong"}
    assert client.post("/account/address", form).status_code == 400
    good = form | {"password": "quite-open-sesame"}
    assert client.post("/account/address", good)["Location"] == "/account"
    new = {"new_password1": "another-sesame-1", "new_password2": "another-sesame-1"}
    sent = new | {"old_password": "quite-open-sesame"}
    assert client.post("/account/password", sent)["Location"] == "/account"
    ed.refresh_from_db()
    assert (ed.email, ed.check_password("another-sesame-1")) == ("ed@example.org", True)
    assert client.get("/account").status_code == 200  # this session goes on


@pytest.mark.parametrize("page", ["address", "password"])
def test_passwords_are_tried_in_a_session_no_faster_than_at_sign_in(client, page):
    client.force_login(person(password="quite-open-sesame"))
    wrong = {"address": "ed@example.org", "password": "x", "old_password": "x"}
    right = {"address": "none", "password": "quite-open-sesame"}
    right |= {"old_password": "quite-open-sesame", "new_password1": "1"}
    path = f"/account/{page}"
    for form in (*[wrong] * 4, right, *[wrong] * 5):  # a right one counts for nothing
        assert client.post(path, form).status_code in {200, 400}
    answer = client.post(path, right)
    assert answer.status_code == 429
    assert int(answer["Retry-After"]) <= 15
    assert client.get(path).status_code == 200


def test_only_an_owner_reads_that_somebody_has_an_address(client):
    person("other", email="other@example.org")
    form = {"address": "other@example.org", "password": "quite-open-sesame"}
    for role, words in (("editor", "cannot be used here"), ("owner", "Somebody else has")):
        client.force_login(person(role, role, password="quite-open-sesame"))
        answer = client.post("/account/address", form)
        assert answer.status_code == 400
        assert words in text_of(answer)


def test_the_log_says_what_nobody_who_was_signed_in_did(owner):
    record_line(Verb.SIGN_IN_FAILED, Actor(network="203.0.113.0"), NOW, "ed")
    pause_feeds([make.feed().pk], by="", now=NOW)
    page = text_of(owner.get("/people/log"))
    assert "<div>–</div>" in page
    assert "<div>command line</div>" in page
    assert "A dash stands for a command on the server" in page


@pytest.mark.parametrize(
    ("language", "time"),
    [("en", "26 Nov 2026, 12:00"), ("fr", "26 nov. 2026, 12:00"), ("ar", "26 نوفمبر 2026، 12:00")],
)
def test_times_of_the_log_are_written_in_the_language(owner, language, time):
    record_line(Verb.SETTING, Actor("ed"), datetime(2026, 11, 26, 12, tzinfo=UTC), "name")
    page = text_of(owner.get("/people/log", headers={"accept-language": language}))
    assert time in page
