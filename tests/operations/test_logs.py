import json
import logging
import sys

from tracker.operations.logs import JsonLine, OneLine


def line(message, *args, exc_info=None):
    record = logging.LogRecord("tracker", logging.INFO, "", 0, message, args, exc_info)
    return OneLine().format(record)


def test_x6_a_title_with_line_breaks_and_escapes_forges_no_line():
    text = line("new: %s", "a\n2026-11-24T12:00:00Z INFO root: forged\x1b[31m")
    assert "\n" not in text
    assert "\x1b" not in text
    assert "\\n2026" in text


def test_x6_nor_does_an_error_that_repeats_it():
    try:
        int("a\n2026-11-24T12:00:00Z INFO root: forged")
    except ValueError:
        lines = line("failed", exc_info=sys.exc_info()).splitlines()
    assert all(text.startswith("    ") for text in lines[1:])


def test_as_json_the_ids_are_fields_and_nothing_is_forged():
    record = logging.LogRecord(
        "tracker", logging.WARNING, "", 0, "feed_id=%s %s", (7, 'a\n{"level": "x"}'), None
    )
    text = JsonLine().format(record)
    assert "\n" not in text
    told = json.loads(text)
    assert (told["feed_id"], told["level"], told["logger"]) == (7, "WARNING", "tracker")
    assert told["time"].endswith("+00:00")


def test_as_json_an_error_is_one_line_too():
    try:
        int("x\ny")
    except ValueError:
        record = logging.LogRecord("tracker", logging.ERROR, "", 0, "failed", (), sys.exc_info())
    text = JsonLine().format(record)
    assert "\n" not in text
    assert "ValueError" in json.loads(text)["exception"]
