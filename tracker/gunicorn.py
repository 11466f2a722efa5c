"""gunicorn's settings (`--config python:tracker.gunicorn`): a web process reads the record when it
starts, not when its first reader waits.
"""

from contextlib import suppress
from threading import Thread
from typing import Any

from django.db import DatabaseError, connection


def post_worker_init(worker: Any) -> None:
    """Called by gunicorn in each process, once Django is ready."""
    Thread(target=_read, daemon=True).start()


def _read() -> None:
    from tracker.events.index import index  # noqa: PLC0415 - models exist only now

    with suppress(DatabaseError), index.reading():  # the first reader's question reads it then
        pass
    connection.close()
