"""`python -m bench.entries [ENTRIES]`: what the daily work costs among few entries and among many:
polling, classifying, the pages of sources, forgetting. On PostgreSQL (DATABASE_URL), a database of
its own that is dropped at the end.
"""

import multiprocessing
import os
import statistics
import sys
import time
from datetime import timedelta

from bench.world import database

FEEDS, SOURCES = 1_000, 250
CHUNK = 500_000
POLLED = 100
FILL = """
INSERT INTO feeds_entry (feed_id, source_id, key, content_hash, guid, link, link_hash, title,
    summary, body, author, language, published_at, published_raw, first_seen_at, changed_at,
    is_news, is_held, process_at, claim)
SELECT f.id, f.source_id, md5(n::text), md5('c' || n), 'guid' || n,
    'https://news.example/' || n, left(md5('l' || n), 16), 'Rain and sunshine number ' || n,
    repeat('Some words of a summary. ', 10), '', '', 'en',
    now() - n %% 31536000 * interval '1 second', '',
    now() - n %% 31536000 * interval '1 second', now(), true, false, NULL, NULL
FROM generate_series(%s, %s) n
JOIN (SELECT id, source_id, row_number() OVER (ORDER BY id) - 1 AS place FROM feeds_feed) f
    ON f.place = n %% %s
"""


def serve(port) -> None:
    """Each feed has twenty entries, of which two are new at each poll."""
    import django  # noqa: PLC0415

    django.setup()
    from tests import make  # noqa: PLC0415
    from tests.processes import web_server  # noqa: PLC0415

    turns: dict[str, int] = {}

    def body(path: str) -> bytes:
        turns[path] = turn = turns.get(path, 0) + 2
        told = range(turn, turn + 20)
        return make.rss(*({"title": f"Hail {path} {n}", "guid": f"{path}-{n}"} for n in told))

    server = web_server(body)
    port.value = server.server_address[1]
    server.serve_forever()


def timed(work, times: int = 5) -> float:
    """The median of some runs, in milliseconds; the first, which reads what is read once, is left
    out.
    """
    took = []
    for _ in range(times + 1):
        start = time.perf_counter()
        work()
        took.append(1000 * (time.perf_counter() - start))
    return statistics.median(took[1:])


def measure() -> dict[str, float]:
    from django.conf import settings  # noqa: PLC0415
    from django.test import Client  # noqa: PLC0415
    from django.utils import timezone  # noqa: PLC0415

    from tracker.events.intake.processing import process_entries  # noqa: PLC0415
    from tracker.feeds.models import Entry, Feed  # noqa: PLC0415
    from tracker.feeds.polling.claims import claim_due  # noqa: PLC0415
    from tracker.feeds.polling.polls import poll  # noqa: PLC0415
    from tracker.operations.retention import forget  # noqa: PLC0415
    from tracker.web.page_cache import pages  # noqa: PLC0415

    client, feed = Client(), Feed.objects.first()

    def polls() -> None:
        Feed.objects.filter(pk__lt=feed.pk + POLLED).update(
            next_poll_at="2020-01-01T00:00:00Z", claim=None, attempts=0
        )
        done = 0
        while claimed := claim_due(timezone.now()):
            done += sum(1 for _ in poll(claimed))
        assert done == POLLED, done

    def classified() -> None:
        for pk in Entry.objects.order_by("-pk").values_list("pk", flat=True)[:200]:
            Entry.objects.filter(pk=pk).update(process_at=timezone.now())
        process_entries(timezone.now(), 200)

    def page(path: str) -> None:
        pages.clear()
        assert client.get(path).status_code == 200, path

    def forgotten() -> None:
        settings.KEEP_ENTRIES = 300
        forget(timezone.now())

    return {
        f"{POLLED} polls with 200 new entries": timed(polls, 3),
        "200 entries classified": timed(classified, 3),
        "/sources": timed(lambda: page("/sources")),
        "/sources/ID": timed(lambda: page(f"/sources/{feed.pk}")),
        "/": timed(lambda: page("/")),
        "5,000 old entries forgotten": timed(forgotten, 2),
    }


def main(entries: int) -> int:
    os.environ["ALLOWED_NETWORKS"] = "127.0.0.0/8"
    os.environ.setdefault("LOG_LEVEL", "ERROR")
    os.environ["STATEMENT_SECONDS"] = "3600"
    with database() as vendor:
        assert vendor == "postgresql", "set DATABASE_URL to a PostgreSQL server"
        from django.conf import settings  # noqa: PLC0415
        from django.utils import timezone  # noqa: PLC0415

        from tracker.feeds.models import Feed  # noqa: PLC0415
        from tracker.feeds.services import add_feed  # noqa: PLC0415

        settings.ALLOWED_HOSTS = ["testserver"]
        settings.STORAGES["staticfiles"]["BACKEND"] = (
            "django.contrib.staticfiles.storage.StaticFilesStorage"
        )
        port = multiprocessing.get_context("spawn").Value("i", 0)
        server = multiprocessing.get_context("spawn").Process(
            target=serve, args=(port,), daemon=True
        )
        server.start()
        while not port.value:
            time.sleep(0.05)
        for n in range(FEEDS):
            host = f"127.{1 + n % SOURCES}.0.1"
            add_feed(url=f"http://{host}:{port.value}/{n}", now=timezone.now())
        Feed.objects.update(next_poll_at=timezone.now() + timedelta(days=9))
        grow((100_000, entries))
        server.terminate()
    return 0


def grow(sizes: tuple[int, ...]) -> None:
    """Fills the table to each size in turn, and measures."""
    from django.db import connection  # noqa: PLC0415

    first: dict[str, float] = {}
    at = 0
    for size in sizes:
        start = time.perf_counter()
        with connection.cursor() as cursor:
            while at < size:
                cursor.execute(FILL, [at, min(at + CHUNK, size) - 1, FEEDS])
                at = min(at + CHUNK, size)
            cursor.execute("VACUUM ANALYZE feeds_entry")
            cursor.execute("SELECT pg_total_relation_size('feeds_entry')")
            room = cursor.fetchone()[0]
        took = time.perf_counter() - start
        print(f"{size:,} entries, {room / 1e9:.1f} GB, made in {took:.0f} s", flush=True)
        for name, ms in measure().items():
            ratio = ms / first.setdefault(name, ms)
            print(f"  {name:<34} {ms:>8.0f} ms, {ratio:.1f} times", flush=True)


if __name__ == "__main__":
    sys.exit(main(int((sys.argv[1:] or ["10000000"])[0].replace(",", ""))))
