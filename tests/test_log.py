import logging
import sys

from tracker.log import OneLine


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
