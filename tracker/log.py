"""One record, one line: what a publisher sent cannot forge a log line."""

import logging
import time


class OneLine(logging.Formatter):
    """`time LEVEL logger: message`, UTC; line breaks and control characters of the message are
    escaped.
    """

    converter = staticmethod(time.gmtime)

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s: %(message)s", "%Y-%m-%dT%H:%M:%SZ")

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - logging's own name
        line = super().formatMessage(record)
        return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in line)
