"""`python -m bench.load [REQUESTS_A_SECOND] [SECONDS] [EVENTS]`: the started embedded tracker with
so many events, 300 feeds on loopback, and readers who ask for mixed pages at a fixed rate: how long
they wait, and what goes wrong. By turns nothing is polled, and all feeds are each minute (15 times
as often as in life), a tenth of them with news. On SQLite or, with DATABASE_URL, a PostgreSQL
database of its own.
"""

import asyncio
import collections
import multiprocessing
import os
import random
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

FEEDS, EACH = 300, 60  # polled each so many seconds
TURNS = 2  # without polls and with them
SETTLE = 10  # seconds after the last work was done
MIX = (  # share of requests, and the pages that they are drawn from
    (40, lambda chance, top: "/"),
    (25, lambda chance, top: f"/events/{chance.randrange(1, top)}"),
    (15, lambda chance, top: f"/?kind={chance.choice(KINDS)}&platform={chance.choice(PLATFORMS)}"),
    (5, lambda chance, top: f"/?q=w{chance.randrange(30_000)}"),
    (5, lambda chance, top: f"/entities/{chance.randrange(1, 500)}"),
    (5, lambda chance, top: f"/events.atom?platform={chance.choice(PLATFORMS)}"),
    (3, lambda chance, top: "/sources"),
    (2, lambda chance, top: f"/api/v1/events?kind={chance.choice(KINDS)}"),
)
KINDS = ("account_suspension", "content_removal", "legal_action", "policy_change", "ad_ban")
PLATFORMS = ("facebook", "twitter", "youtube", "tiktok", "instagram", "telegram")
Answer = tuple[str, int, float]  # page, status, seconds


def main(rate: int, seconds: int, events: int) -> int:
    with tempfile.TemporaryDirectory() as place:
        var = Path(place)
        os.environ |= {
            "VAR_DIR": place,
            "DATABASE_URL": os.environ.get("DATABASE_URL", f"sqlite:///{var / 'tracker.sqlite3'}"),
            "DJANGO_SETTINGS_MODULE": "tracker.settings",
            "ALLOWED_NETWORKS": "127.0.0.1/32",
            "API_RATE": "100000/min",
        }
        fill(events)
        from tests.processes import Tracker, free_port  # noqa: PLC0415

        port = free_port()
        server = multiprocessing.get_context("fork").Process(target=serve, args=(port,))
        server.start()
        tracker = Tracker(var, free_port(), DATABASE_URL=os.environ["DATABASE_URL"])
        follow(port)
        tracker.start()
        chance = random.Random(3)
        quiet: list[Answer] = []
        busy: list[Answer] = []
        try:
            for _ in range(TURNS):
                settle()
                quiet += asyncio.run(ask(tracker.url, rate, seconds, events, chance))
                begun = polls()
                with polling():
                    busy += asyncio.run(ask(tracker.url, rate, seconds, events, chance))
            print(f"{rate} requests a second for {TURNS} times {seconds} s, {events:,} events")
            tell("nothing polled", quiet)
            tell(f"{(polls() - begun) / seconds:.0f} polls a second", busy)
            print(f"95th percentile: {p95(busy) / p95(quiet):.2f} times the quiet one")
        finally:
            tracker.stop()
            server.terminate()
    return 0


def fill(events: int) -> None:
    import django  # noqa: PLC0415

    django.setup()
    from django.core.management import call_command  # noqa: PLC0415

    from bench.world import World  # noqa: PLC0415
    from tracker.events.models import Event  # noqa: PLC0415

    call_command("migrate", verbosity=0)
    if Event.objects.exists():
        return
    start = time.perf_counter()
    World().grow(events)
    print(f"{events:,} events made in {time.perf_counter() - start:.0f} s", flush=True)


def follow(port: int) -> None:
    """The feeds, on loopback."""
    from django.utils import timezone  # noqa: PLC0415

    from tracker.classify import shipped_weights  # noqa: PLC0415
    from tracker.events.models import EntryClassification  # noqa: PLC0415
    from tracker.feeds.models import Feed  # noqa: PLC0415
    from tracker.feeds.services import add_feed  # noqa: PLC0415

    # Nothing to classify anew.
    EntryClassification.objects.update(version=shipped_weights().version)
    Feed.objects.update(is_active=False)
    for n in range(FEEDS):
        add_feed(url=f"http://127.0.0.1:{port}/{n}", now=timezone.now())


def serve(port: int) -> None:
    """Each feed has news every tenth minute; a process of its own, so that it slows no reader."""
    from tests import make  # noqa: PLC0415
    from tests.processes import web_server  # noqa: PLC0415

    def body(path: str) -> bytes:
        feed, turn = int(path.strip("/")), int(time.time() / EACH)
        last = turn - (turn - feed) % 10
        items = [{"title": f"Rain {feed}-{i}", "guid": f"{feed}-{i}"} for i in range(20)]
        news = {"title": f"Twitter suspends Person{feed}x{last}", "guid": f"n{last}"}
        return make.rss(news, *items)

    web_server(body, port).serve_forever()


def settle() -> None:
    """Waits until no feed is polled and no entry waits."""
    from tracker.feeds.models import Entry, Feed  # noqa: PLC0415

    unread = Feed.objects.filter(is_active=True, polled_at=None)
    claimed = Feed.objects.filter(is_active=True, claim__isnull=False)
    waiting = Entry.objects.filter(process_at__isnull=False)
    while unread.exists() or claimed.exists() or waiting.exists():
        time.sleep(1)
    time.sleep(SETTLE)


@contextmanager
def polling() -> Iterator[None]:
    """All feeds are due at once, and again each EACH seconds."""
    from django.utils import timezone  # noqa: PLC0415

    from tracker.feeds.models import Feed  # noqa: PLC0415

    stop = threading.Event()

    def keep_due() -> None:
        while not stop.is_set():
            Feed.objects.filter(is_active=True, claim=None).update(next_poll_at=timezone.now())
            stop.wait(EACH)

    churn = threading.Thread(target=keep_due)
    churn.start()
    try:
        yield
    finally:
        stop.set()
        churn.join()


def polls() -> int:
    from tracker.feeds.models import Poll  # noqa: PLC0415

    return Poll.objects.count()


async def ask(
    url: str, rate: int, seconds: int, events: int, chance: random.Random
) -> list[Answer]:
    """Asks at the rate, whether answers come or not."""
    import aiohttp  # noqa: PLC0415

    told: list[Answer] = []
    shares = [share for share, _ in MIX]

    async def one(session, path: str) -> None:
        start = time.perf_counter()
        try:
            async with session.get(url + path) as answer:
                await answer.read()
                status = answer.status
        except (aiohttp.ClientError, TimeoutError):
            status = 0
        told.append((path.partition("?")[0], status, time.perf_counter() - start))

    timeout = aiohttp.ClientTimeout(total=30)
    connector = aiohttp.TCPConnector(limit=200)
    async with aiohttp.ClientSession(timeout=timeout, connector=connector) as session:
        tasks, begun = [], time.perf_counter()
        for n in range(rate * seconds):
            await asyncio.sleep(max(0.0, begun + n / rate - time.perf_counter()))
            path = chance.choices(MIX, shares)[0][1](chance, events)
            tasks.append(asyncio.create_task(one(session, path)))
        await asyncio.gather(*tasks)
    return told


def p95(told: list[Answer]) -> float:
    """Seconds."""
    return sorted(took for _, _, took in told)[int(len(told) * 0.95)]


def tell(name: str, told: list[Answer]) -> None:
    every = [took for _, _, took in told]
    statuses = collections.Counter(status for _, status, _ in told)
    print(
        f"{name}: median {statistics.median(every) * 1000:.0f} ms, p95 {p95(told) * 1000:.0f} ms,"
        f" most {max(every) * 1000:.0f} ms; statuses {dict(statuses)}",
        flush=True,
    )
    pages = collections.defaultdict(list)
    for path, _, took in told:
        pages[path.rstrip("0123456789")].append(took)
    for path, times in sorted(pages.items()):
        times.sort()
        print(
            f"  {path:<16} {len(times):>5} times, median {times[len(times) // 2] * 1000:>5.0f} ms,"
            f" p95 {times[int(len(times) * 0.95)] * 1000:>5.0f} ms"
        )


if __name__ == "__main__":
    numbers = [int(n.replace(",", "")) for n in sys.argv[1:]]
    sys.exit(main(*(numbers + [50, 60, 200_000][len(numbers) :])))
