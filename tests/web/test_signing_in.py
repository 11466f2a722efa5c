from datetime import timedelta

import pytest
from axes.utils import reset
from django.contrib.auth.models import User
from django.test import RequestFactory

from tests.conftest import NOW
from tracker.web import signing_in
from tracker.web.models import SignedInFrom, SignInAttempt
from tracker.web.signing_in import Limit, wait

pytestmark = pytest.mark.django_db
GOOD = {"username": "ed", "password": "right"}
WRONG = GOOD | {"password": "wrong"}
HOME = "203.0.113.5"
SECOND = timedelta(seconds=1)


@pytest.fixture(autouse=True)
def clock(monkeypatch):
    """What the site takes for now; a test moves it."""

    class Clock:
        now = NOW

    monkeypatch.setattr("tracker.web.signing_in.timezone.now", lambda: Clock.now)
    return Clock


@pytest.fixture(autouse=True)
def editor(settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    return User.objects.create_user("ed", password="right", is_staff=True)


def tried(client, form, sender):
    return client.post("/login", form, REMOTE_ADDR=sender).status_code


def guess(pairs, now=NOW):
    """How many of these guesses, of a name by a sender, were looked at."""
    requests = [(RequestFactory().get("/", REMOTE_ADDR=sender), name) for name, sender in pairs]
    waits = [signing_in.take_turn(signing_in.try_of(*one), now) for one in requests]
    return waits.count(timedelta())


def test_waits_double_up_to_the_longest_and_end():
    limit = Limit(2, first=10 * SECOND, longest=60 * SECOND, within=600 * SECOND)
    waits = [wait([NOW] * count, limit, NOW).total_seconds() for count in range(8)]
    assert waits == [0, 0, 10, 20, 40, 60, 60, 60]
    assert wait([NOW] * 5, limit, NOW + 59 * SECOND) == SECOND
    assert wait([NOW] * 5, limit, NOW + 60 * SECOND) == timedelta()
    assert wait([NOW] * 10**3, limit, NOW) == 60 * SECOND
    assert wait([NOW - 601 * SECOND] * 5, limit, NOW) == timedelta()


@pytest.mark.parametrize(
    ("pairs", "limit"),
    [
        ([("ed", HOME)] * 30, signing_in.PAIR),
        ([(f"user{n}", HOME) for n in range(30)], signing_in.SENDER),
        ([("ed", f"2001:db8::{n:x}") for n in range(30)], signing_in.PAIR),
        ([("ed", f"10.{n}.0.1") for n in range(30)], signing_in.NAME),
        ([(f"user{n}", f"10.{n}.0.1") for n in range(130)], signing_in.TOTAL),
    ],
    ids=["pair", "sender", "one /64", "name", "total"],
)
def test_guesses_are_few_however_they_are_spread(pairs, limit):
    assert guess(pairs) == limit.free


@pytest.mark.parametrize("name", ["Ed", " ed", "ed\t", "\uff45d", "e\u200bd", "\uff25\uff24"])
def test_every_spelling_of_a_name_counts_for_it(client, name):
    guess([(name, HOME)] * 5)
    assert tried(client, GOOD, HOME) == 429


def test_an_editor_at_home_signs_in_while_others_guess(client, clock):
    assert tried(client, GOOD, HOME) == 302
    for n in range(60):
        clock.now += timedelta(minutes=1)
        guess([("ed", f"10.{n}.0.1"), (f"user{n}", "203.0.113.77")], clock.now)
    assert tried(client, GOOD, "198.51.100.1") == 429  # from elsewhere it takes patience
    assert tried(client, GOOD, "203.0.113.9") == 302  # another address of the same network
    clock.now += signing_in.NAME.longest
    assert tried(client, GOOD, "198.51.100.1") == 302


def test_a_network_is_forgotten_after_a_while(client, clock):
    tried(client, GOOD, HOME)
    clock.now += signing_in.KNOWN_FOR + timedelta(days=1)
    guess([("ed", f"10.{n}.0.1") for n in range(10)], clock.now)
    assert tried(client, GOOD, HOME) == 429


def test_who_must_wait_is_not_made_to_wait_longer_by_trying(client, clock):
    guess([("ed", HOME)] * 5)
    for _ in range(20):
        assert tried(client, WRONG, HOME) == 429
    clock.now += signing_in.PAIR.first
    assert tried(client, GOOD, HOME) == 302


def test_signing_in_oneself_buys_no_further_guesses_at_others(client):
    User.objects.create_user("mallory", password="own")
    for _ in range(10):
        guess([("ed", HOME)])
        tried(client, {"username": "mallory", "password": "own"}, HOME)
    assert tried(client, WRONG, HOME) == 429


def test_a_password_that_was_right_is_not_counted(client):
    for _ in range(12):
        assert tried(client, GOOD, HOME) == 302
    assert not SignInAttempt.objects.exists()


def test_nobody_reads_from_what_is_stored_who_tried(client):
    guess([("ed", HOME)])
    tried(client, GOOD, HOME)
    guess([("ed", HOME)])
    rows = [*SignInAttempt.objects.values(), *SignedInFrom.objects.values()]
    assert HOME not in str(rows)
    assert "'ed'" not in str(rows)


def test_attempts_are_forgotten_after_a_day(clock):
    guess([("ed", HOME)] * 3)
    clock.now += timedelta(days=1, seconds=1)
    guess([("other", HOME)], clock.now)
    assert SignInAttempt.objects.count() == 1


def test_the_owner_lets_somebody_try_again(client):
    guess([("ed", HOME)] * 5)
    reset(username="Ed")
    assert tried(client, GOOD, HOME) == 302
