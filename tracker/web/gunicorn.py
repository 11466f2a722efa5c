"""gunicorn's settings (`--config python:tracker.web.gunicorn`): a web process reads the record
when it starts, not when its first reader waits.
"""

import gc
import os
from contextlib import suppress
from threading import Thread
from typing import Any
from urllib.parse import urlsplit
from wsgiref.util import setup_testing_defaults

from django.conf import settings
from django.db import DatabaseError, connection

from tracker.web.gunicorn_logs import clean_last_words

# Connections that send half a request hold no thread (decision D9, fault Q16).
worker_class = "tracker.web.gunicorn_worker.WholeRequestWorker"
logger_class = "tracker.web.gunicorn_logs.RedactingLogger"
# A page that would write waits less for SQLite's lock than a worker does: somebody waits for it.
raw_env = [f"LOCK_SECONDS={os.environ.get('LOCK_SECONDS', '2')}"]

FIRST_PAGES = ("/", "/?q=twitter")  # between them they load what most pages need


def on_starting(server: Any) -> None:
    """Called by gunicorn in its main process, from which the others are forked."""
    clean_last_words()


def post_worker_init(worker: Any) -> None:
    """Called by gunicorn in each process, once Django is ready."""
    # In a thread, so that the process answers meanwhile: reading a million events takes 7 to 12 s
    # (decision D77).
    Thread(target=read_record, args=(worker.wsgi,), daemon=True).start()


def read_record(application: Any) -> None:
    """Reads the record, has the WSGI application make its first pages, and lets the garbage
    collector leave alone what stays: a look through the sets of a million events stops a page for
    0.2 s, one through templates, texts and URLs for 0.03 (bench.web).
    """
    from tracker.events.search.index import index  # noqa: PLC0415 - models exist only now
    from tracker.web.middleware import unavailable  # noqa: PLC0415

    unavailable.look()
    with suppress(DatabaseError):  # the first reader's question reads it then
        index.snapshot()
        for address in FIRST_PAGES:
            ask(application, address)
    gc.collect()
    gc.freeze()
    # This thread's own connection, which no request would use again.
    connection.close()


def ask(application: Any, address: str) -> str:
    """Has a page made as for a reader of the site, and throws it away; the status line."""
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
    told: list[str] = []
    answer = application(environ, lambda status, headers: told.append(status))
    answer.close()
    return told[0]
