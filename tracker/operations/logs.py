"""Format log records as single lines without secrets: a publisher's text cannot forge a log line or
put a password into it. Log calls use constant messages and pass values as fields (`extra=`), shown
in both the text and the JSON format.
"""

import json
import logging
import time
from datetime import UTC, datetime

from pythonjsonlogger.core import RESERVED_ATTRS, LogData, merge_record_extra
from pythonjsonlogger.json import JsonFormatter

from tracker.redact import without_secrets
from tracker.text import json_text

NAMES = {"asctime": "time", "levelname": "level", "name": "logger", "exc_info": "exception"}


def fields_of(record: logging.LogRecord) -> dict[str, object]:
    """Return the fields that a log call passed, by name; only plain values."""
    fields: dict[str, object] = {}
    merge_record_extra(record, fields, reserved=RESERVED_ATTRS)
    return {name: value for name, value in fields.items() if _is_plain(value)}


def _is_plain(value: object) -> bool:
    # Libraries pass whole objects (a request, a task), whose repr may contain anything.
    return value is None or isinstance(value, str | int | float | bool)


class OneLine(logging.Formatter):
    """`time LEVEL logger: message name=value`, UTC; line breaks and control characters are escaped,
    the lines of a traceback indented.
    """

    # In UTC, so that the lines of several machines sort together.
    converter = staticmethod(time.gmtime)

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s: %(message)s", "%Y-%m-%dT%H:%M:%SZ")

    def format(self, record: logging.LogRecord) -> str:
        # Cleaned at output, since libraries and drivers repeat their input (decision D107).
        return without_secrets(super().format(record))

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - logging's own name
        fields = (f"{name}={_field_text(value)}" for name, value in fields_of(record).items())
        return _printable(" ".join([super().formatMessage(record), *fields]))

    def formatException(self, ei) -> str:  # type: ignore[no-untyped-def]  # noqa: N802
        lines = super().formatException(ei).splitlines()
        return "\n".join(f"    {_printable(line)}" for line in lines)


def _field_text(value: object) -> str:
    """Return a value for a line: unchanged, or quoted if its end would be unclear."""
    text = "" if value is None else str(value)
    is_clear = text and not any(char.isspace() or char in '"=' for char in text)
    return text if is_clear else json.dumps(text, ensure_ascii=False)


class JsonLine(JsonFormatter):
    """One JSON object per line: time, level, logger, message, and the fields of the log call, so
    that a program can follow one feed, event, alert or delivery.
    """

    def __init__(self) -> None:
        super().__init__(["asctime", "levelname", "name", "message"], rename_fields=NAMES)

    def formatTime(self, record: logging.LogRecord, datefmt: str | None = None) -> str:  # noqa: N802
        return datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")

    def process_log_record(self, log_data: LogData) -> LogData:
        return {
            name: without_secrets(value) if isinstance(value, str) else value
            for name, value in log_data.items()
            if _is_plain(value)
        }

    def jsonify_log_record(self, log_data: LogData) -> str:
        return json_text(log_data)


class CleanLine(logging.Formatter):
    """Wraps a formatter, for one line without secrets; for servers that have their own layout."""

    def __init__(self, layout: logging.Formatter) -> None:
        super().__init__()
        self.layout = layout

    def format(self, record: logging.LogRecord) -> str:
        return _printable(without_secrets(self.layout.format(record)))


def site_formatter(name: str) -> logging.Formatter:
    """Return the formatter that LOG_FORMAT names, for processes that log before Django is
    set up.
    """
    return JsonLine() if name == "json" else OneLine()


def _printable(text: str) -> str:
    # Fault X6: a line break in a title must not look like another record.
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)
