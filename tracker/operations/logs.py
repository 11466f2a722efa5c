"""One record, one line, no secret: what a publisher sent cannot forge a log line, nor bring a
password into it.
"""

import logging
import re
import time
from datetime import UTC, datetime

from tracker.redact import without_secrets
from tracker.text import json_text

IDS = re.compile(r"\b([a-z]+_id)=(\d{1,18})\b")


class OneLine(logging.Formatter):
    """`time LEVEL logger: message`, UTC; line breaks and control characters of the message are
    escaped, the lines of a traceback indented.
    """

    converter = staticmethod(time.gmtime)

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s: %(message)s", "%Y-%m-%dT%H:%M:%SZ")

    def format(self, record: logging.LogRecord) -> str:
        return without_secrets(super().format(record))

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - logging's own name
        return _printable(super().formatMessage(record))

    def formatException(self, ei) -> str:  # type: ignore[no-untyped-def]  # noqa: N802
        lines = super().formatException(ei).splitlines()
        return "\n".join(f"    {_printable(line)}" for line in lines)


class JsonLine(logging.Formatter):
    """A JSON object a line: time, level, logger, message, and the ids that the message names
    ("feed_id=7"), so that a program can follow one feed, event, alert or delivery.
    """

    def format(self, record: logging.LogRecord) -> str:
        message = without_secrets(record.getMessage())
        told = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": message,
            **{name: int(number) for name, number in IDS.findall(message)},
        }
        if record.exc_info:
            told["exception"] = without_secrets(self.formatException(record.exc_info))
        return json_text(told)


class CleanLine(logging.Formatter):
    """What another formatter writes, on one line and without secrets; for the lines of servers that
    have a layout of their own.
    """

    def __init__(self, layout: logging.Formatter) -> None:
        super().__init__()
        self.layout = layout

    def format(self, record: logging.LogRecord) -> str:
        return _printable(without_secrets(self.layout.format(record)))


def site_formatter(name: str) -> logging.Formatter:
    """The formatter that LOG_FORMAT names, for processes that log before Django is set up."""
    return JsonLine() if name == "json" else OneLine()


def _printable(text: str) -> str:
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)
