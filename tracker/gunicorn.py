"""gunicorn's settings (`--config python:tracker.gunicorn`): a web process reads the record when it
starts, not when its first reader waits.
"""

import gc
from contextlib import suppress
from threading import Thread
from typing import Any

from django.db import DatabaseError, connection


def post_worker_init(worker: Any) -> None:
    """Called by gunicorn in each process, once Django is ready."""
    Thread(target=read_record, daemon=True).start()


def read_record() -> None:
    """Reads the record, and lets the garbage collector leave it alone: a look through the sets of a
    million events stops a page for 0.2 s (bench.web).
    """
    from tracker.events.index import index  # noqa: PLC0415 - models exist only now

    with suppress(DatabaseError), index.reading():  # the first reader's question reads it then
        pass
    gc.collect()
    gc.freeze()
    connection.close()
