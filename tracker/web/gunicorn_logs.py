"""Make gunicorn's logs like all others: one line per record, without secrets."""

import logging
import os
import sys
import threading
from logging.handlers import SysLogHandler
from typing import Any

from gunicorn.instrument.statsd import Statsd

from tracker.operations.logs import CleanLine, site_formatter
from tracker.redact import print_error


class RedactingLogger(Statsd):
    """gunicorn sets up its own handlers, which bypass Django's logging. Used unless `--statsd-host`
    selects gunicorn's statsd logger.
    """

    def setup(self, cfg: Any) -> None:
        super().setup(cfg)
        for handler in self.access_log.handlers:
            _clean(handler)
        for handler in self.error_log.handlers:
            if isinstance(handler, SysLogHandler) or not hasattr(handler, "_gunicorn"):
                _clean(handler)  # its layout is the operator's or the system's
            else:
                handler.setFormatter(site_formatter(os.environ.get("LOG_FORMAT", "line")))


def _clean(handler: logging.Handler) -> None:
    if not isinstance(handler.formatter, CleanLine):
        handler.setFormatter(CleanLine(handler.formatter or logging.Formatter()))


def clean_last_words() -> None:
    """Make this process log uncaught errors, also of threads, without secrets."""
    sys.excepthook = print_error
    threading.excepthook = _log_thread_error


def _log_thread_error(error: threading.ExceptHookArgs) -> None:
    if error.exc_value is None or error.exc_type is SystemExit:
        return
    info = (error.exc_type, error.exc_value, error.exc_traceback)
    logging.getLogger("gunicorn.error").error("a thread ended", exc_info=info)
