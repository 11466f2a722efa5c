"""`python -m bench.start [EVENTS]`: what the start of a web process costs with so many events
(1,000,000), from the rows and from the file that an earlier process left. CPU seconds, each start
in a process of its own; on SQLite or, with DATABASE_URL, PostgreSQL, in a database of its own.
"""

import multiprocessing
import os
import sys
import tempfile
import time
from pathlib import Path

from bench.world import World, database


def main(size: int = 1_000_000) -> int:
    with tempfile.TemporaryDirectory() as place, database("bench_start"):
        from django.db import connection  # noqa: PLC0415

        World().grow(size)
        name = str(connection.settings_dict["NAME"])
        connection.close()
        file = Path(place) / "events"
        for what in ("from the rows", "from the file"):
            process = multiprocessing.get_context("spawn").Process(
                target=start, args=(name, file, what)
            )
            process.start()
            process.join()
            assert process.exitcode == 0
    return 0


def start(name: str, file: Path, what: str) -> None:
    """As gunicorn starts a process: imports, the index, the first pages; leaves the file."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tracker.settings")
    import django  # noqa: PLC0415 - what it takes is measured

    django.setup()
    from django.conf import settings  # noqa: PLC0415

    settings.DATABASES["default"]["NAME"] = name
    settings.ALLOWED_HOSTS = ["*"]
    settings.STORAGES["staticfiles"] = {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
    }
    from tracker.events.search.index.events import index  # noqa: PLC0415
    from tracker.web.gunicorn import read_record  # noqa: PLC0415
    from tracker.wsgi import application  # noqa: PLC0415

    index.file = file
    before = time.process_time()
    index.snapshot()
    sets = time.process_time() - before
    read_record(application)
    whole = time.process_time()
    size = index.store() or file.stat().st_size
    print(
        f"{what}: index {sets:.2f} s, whole start {whole:.2f} s; file {size / 1e6:.1f} MB",
        flush=True,
    )


if __name__ == "__main__":
    sys.exit(main(*[int(n.replace(",", "")) for n in sys.argv[1:]]))
