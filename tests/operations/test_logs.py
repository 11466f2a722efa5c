import ast
import json
import logging
import sys
from pathlib import Path

import pytest

import tracker
from tracker.operations.logs import JsonLine, OneLine

ROOT = Path(tracker.__file__).parent
LEVELS = {"debug", "info", "warning", "error", "exception", "critical"}
FORGED = '2026-11-24T12:00:00Z INFO root: forged\n{"level": "x"}\x1b[31m'


def record_of(message, *args, exc_info=None, **extra):
    logger = logging.getLogger("tracker")
    return logger.makeRecord(
        "tracker", logging.WARNING, "", 0, message, args, exc_info, extra=extra
    )


def line(message, *args, **extra):
    return OneLine().format(record_of(message, *args, **extra))


def as_json(message, *args, **extra):
    text = JsonLine().format(record_of(message, *args, **extra))
    assert "\n" not in text
    return json.loads(text)


def failure():
    try:
        int(f"a\n{FORGED}")
    except ValueError:
        return sys.exc_info()


def test_x6_a_title_with_line_breaks_and_escapes_forges_no_line():
    for text in (line("new: %s", f"a\n{FORGED}"), line("new", title=f"a\n{FORGED}")):
        assert "\n" not in text
        assert "\x1b" not in text
        assert "\\n2026" in text


def test_x6_nor_does_an_error_that_repeats_it():
    lines = line("failed", exc_info=failure()).splitlines()
    assert all(text.startswith("    ") for text in lines[1:])


def test_a_line_ends_with_the_fields_of_the_call():
    text = line("feed not parsed", feed_id=7, error="no XML", title='a "b"=c', rate=0.5, note=None)
    said = 'feed not parsed feed_id=7 error="no XML" title="a \\"b\\"=c" rate=0.5 note=""'
    assert text.endswith(f"WARNING tracker: {said}")


def test_as_json_the_fields_are_fields_and_nothing_is_forged():
    told = as_json("feed not parsed", feed_id=7, error=FORGED)
    assert (told["feed_id"], told["error"]) == (7, FORGED)
    assert (told["level"], told["logger"]) == ("WARNING", "tracker")
    assert told["time"].endswith("+00:00")
    assert told["message"] == "feed not parsed"


def test_a_message_that_looks_like_fields_has_none():
    assert "feed_id" not in as_json("%s", "feed_id=7")


def test_as_json_an_error_is_one_line_too():
    assert "ValueError" in as_json("failed", exc_info=failure())["exception"]


@pytest.mark.parametrize("form", [line, lambda *a, **k: json.dumps(as_json(*a, **k))])
def test_f10_a_field_holds_no_secret_and_no_object(form):
    class Request:
        def __repr__(self):
            return "TOPSECRET"

    text = form("at", url="https://user:TOPSECRET@a.example/?token=TOPSECRET", request=Request())
    assert "a.example" in text
    assert "TOPSECRET" not in text


def log_calls(tree):
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Attribute(value=ast.Name(id="log"), attr=attr)):
                if attr in LEVELS:
                    yield node


def test_log_calls_say_what_happened_in_constant_words_and_pass_values_as_fields():
    mixed = {
        path.relative_to(ROOT).as_posix()
        for path in ROOT.rglob("*.py")
        for call in log_calls(ast.parse(path.read_text("utf-8")))
        if len(call.args) != 1 or not isinstance(call.args[0], ast.Constant)
    }
    assert mixed == set()
