"""gunicorn's settings (`--config python:tracker.web.gunicorn`): a web process loads the record when
it starts, not when its first reader waits.
"""

import gc
import logging
import os
from contextlib import suppress
from threading import Thread
from time import sleep
from typing import Any
from urllib.parse import urlsplit
from wsgiref.util import setup_testing_defaults

from django.conf import settings
from django.db import DatabaseError, connection

from tracker.web.gunicorn_logs import clean_last_words

# Connections that send half a request occupy no thread (decision D9, fault Q16).
worker_class = "tracker.web.gunicorn_worker.WholeRequestWorker"
logger_class = "tracker.web.gunicorn_logs.RedactingLogger"
# A page waits less time for SQLite's lock than a worker does, since a reader is waiting.
raw_env = [f"LOCK_SECONDS={os.environ.get('LOCK_SECONDS', '2')}"]

log = logging.getLogger(__name__)
# The first two load what most pages need; the third reads a year of reports, once in ten minutes.
FIRST_PAGES = ("/", "/?q=twitter", "/knowledge")


def on_starting(server: Any) -> None:
    """Called by gunicorn in its main process, from which the others are forked."""
    clean_last_words()


def post_worker_init(worker: Any) -> None:
    """Called by gunicorn in each process, once Django is ready."""
    # In a thread, so that the process can answer in the meantime: loading a million events takes 7
    # to 12 s without an earlier process's file (decisions D77 and D168).
    Thread(target=read_and_store, args=(worker.wsgi,), daemon=True).start()


def read_and_store(application: Any) -> None:
    """Read the record; then store the index for the next process, from time to time."""
    from tracker.events.search.index.events import index  # noqa: PLC0415 - models exist only now
    from tracker.events.search.storage.stored import STORE_EVERY  # noqa: PLC0415

    index.file = settings.VAR_DIR / "index" / "events"
    read_record(application)
    while True:
        try:
            index.store()
        except (DatabaseError, OSError) as error:  # the next process then reads the rows
            log.warning("the index was not stored", extra={"error": str(error)})
        connection.close()
        sleep(STORE_EVERY)


def read_record(application: Any) -> None:
    """Read the record, render the first pages, and freeze what stays for the garbage collector: a
    look through the sets of a million events stops a page for 0.2 s, one through templates, texts
    and URLs for 0.03 (bench.web).
    """
    from tracker.events.search.index.events import index  # noqa: PLC0415 - models exist only now
    from tracker.web.middleware import unavailable  # noqa: PLC0415

    unavailable.look()
    with suppress(DatabaseError):  # it is then loaded by the first request
        index.snapshot()
        for address in FIRST_PAGES:
            ask(application, address)
    gc.collect()
    gc.freeze()
    # This thread's own connection, which no request would use.
    connection.close()


def ask(application: Any, address: str) -> str:
    """Render a page as for a reader of the site, discard it, and return the status line."""
    site = urlsplit(settings.SITE_URL)
    path, _, query = address.partition("?")
    environ = {
        "HTTP_HOST": site.netloc,
        "HTTP_X_FORWARDED_PROTO": site.scheme,
        "wsgi.url_scheme": site.scheme,
        "PATH_INFO": path,
        "QUERY_STRING": query,
    }
    setup_testing_defaults(environ)
    statuses: list[str] = []
    answer = application(environ, lambda status, headers: statuses.append(status))
    answer.close()
    return statuses[0]
