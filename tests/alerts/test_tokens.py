import random
import string
import time

import pytest

from tracker.alerts.tokens import CONFIRM, MANAGE, MANAGED_FOR, STOP, ids_of, token


@pytest.mark.parametrize("purpose", [CONFIRM, STOP, MANAGE])
def test_m9_ten_thousand_forged_tokens_are_nobodys(purpose):
    chance = random.Random(9)
    good = token(purpose, 7)
    letters = string.ascii_letters + string.digits + "-_."
    for _ in range(10_000):
        at = chance.randrange(len(good))
        forged = good[:at] + chance.choice(letters) + good[at + 1 :]
        if forged != good:
            assert ids_of(forged, purpose) == ()
        assert ids_of("".join(chance.choices(letters, k=chance.randrange(80))), purpose) == ()


@pytest.mark.parametrize(
    "text", ["", "1", "1.x", "x.y", "1:1", "1." + "a" * 43, "\x00", "9" * 5000]
)
def test_m9_odd_tokens_are_nobodys(text):
    assert ids_of(text, STOP) == ()


def test_m9_a_token_is_for_one_purpose_and_what_it_names():
    assert ids_of(token(CONFIRM, 7), CONFIRM) == (7,)
    assert ids_of(token(STOP, 7, 12, 3), STOP) == (7, 12, 3)
    assert ids_of(token(CONFIRM, 7), STOP) == ()
    assert ids_of(token(MANAGE, 7), STOP) == ()


def test_a_token_to_manage_ends_after_thirty_days(monkeypatch):
    made = token(MANAGE, 7)
    assert ids_of(made, MANAGE) == (7,)
    later = time.time() + MANAGED_FOR.total_seconds() + 1
    monkeypatch.setattr("django.core.signing.time.time", lambda: later)
    assert ids_of(made, MANAGE) == ()
