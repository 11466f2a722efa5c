"""The one gate for text from outside."""

import json

import pytest

from tests.intake import ODD, POISON
from tracker.text import (
    CONTROL,
    UNWANTED,
    clean_json,
    clean_lines,
    clean_text,
    escaped,
    is_seen,
    json_text,
)

CLEANED = {
    "a\x01b\0c": "a b c",
    "  a \t\r\n\u2028 b\x85c ": "a b c",
    "a\ud800b\udce9": "ab",
    "e\u0301": "é",
    "Face\u00adbook\u200b sus\u2060pends": "Facebook suspends",
    "Face\u200cbook\u200d": "Facebook",
    "a\U000e0041\U000e0001b\U000e0100": "ab",
    "\u061ca\u202eb\u2066c\ufeff": "abc",
    "\u2800\u3164\uffa0": "",
    "می\u200cخواهم": "می\u200cخواهم",
    "क्\u200dष": "क्\u200dष",
    "👩\u200d🚀 ❤\ufe0f": "👩\u200d🚀 ❤\ufe0f",
    "a\U0001fffeb": "ab",
}


@pytest.mark.parametrize(("text", "clean"), CLEANED.items(), ids=map(ascii, CLEANED))
def test_what_nobody_sees_is_out_and_what_a_language_needs_stays(text, clean):
    assert clean_text(text) == clean


@pytest.mark.parametrize("text", POISON.values(), ids=POISON)
@pytest.mark.parametrize("limit", [1, 10, 200, None])
def test_clean_is_clean_within_its_length_and_stays_so(text, limit):
    for clean in (clean_text, clean_lines):
        once = clean(text, limit)
        assert not ODD.search(once)
        assert len(once) <= (limit or len(text) * 4)
        assert clean(once, limit) == once
        once.encode("utf-8")


def test_what_is_no_text_is_none():
    assert [clean_text(value) for value in (None, 5, b"x", ["x"])] == [""] * 4


def test_lines_stay_lines():
    assert clean_lines("a\x01\r\nb\u2029 c\n\n") == "a\nb\nc"


def test_json_is_clean_to_its_names():
    assert clean_json({"a\0": ["b\ud800", {"c": 1, "d": None}]}) == {
        "a": ["b", {"c": 1, "d": None}]
    }


def test_a_terminal_is_shown_what_would_steer_it():
    assert escaped("a\x1b[31m\x9b0m\rb\n") == "a\\x1b[31m\\x9b0m\\rb\n"
    assert escaped("می\u200cخواهم é 推特") == "می\u200cخواهم é 推特"


def test_json_keeps_letters_and_can_always_be_encoded():
    value = {"é": "推特\x9b\ud800\u202e\U000e0041\x01"}
    text = json_text(value)
    assert "推特" in text
    assert not ODD.search(text)
    assert json.loads(text.encode()) == value


def test_the_quick_look_at_a_text_misses_no_character():
    every = map(chr, range(0x110000))
    missed = [c for c in every if is_seen(c) and (CONTROL.search(c) or UNWANTED.search(c))]
    assert not missed
