"""`python -m bench.alerts match [ALERTS…]`: how long one event takes to find the alerts that choose
it among so many (1,000, 10,000 and 100,000), and to write their hits. `python -m bench.alerts
digests [N]`: how many digests of ten events two workers make and hand to a mail server on loopback
in a second, and whether their memory stays flat. On SQLite or, with DATABASE_URL, PostgreSQL; a
database of its own that is dropped at the end. `python -m bench.alerts arrive`: how long a mail
takes from the poll that found its entry, in the started embedded tracker.
"""

import asyncio
import multiprocessing
import os
import random
import resource
import statistics
import sys
import time
from datetime import timedelta

from bench.world import NOW, World, database

MEASURED = 300
PLATFORMS = (
    "Twitter",
    "Reddit",
    "TikTok",
    "Twitch",
    "LinkedIn",
    "Pinterest",
    "Snapchat",
    "Spotify",
)
EVENTS = 2_000
WORKERS = 2
READERS_AT_ONCE = 5_000
MIX = (  # share of alerts, and what they ask for
    (25, "target:{target}"),
    (20, "kind:{kind} platform:{platform}"),
    (15, "{word}"),
    (10, "kind:{kind} country:{country}"),
    (10, "target:{target} kind:{kind}"),
    (8, "platform:{platform} {word}"),
    (5, "platform:{platform} -kind:{kind} country:{country}"),
    (4, "country:{country} since:2025"),
    (2, "lang:en platform:{platform} -{word}"),
    (1, "kind:{kind}"),
)


def asked(world: World, chance: random.Random) -> str:
    """An alert's query: those named like the events of the world."""
    told = world.facts()
    form = chance.choices([text for _, text in MIX], [share for share, _ in MIX])[0]
    target = told["target"].name if told["target"] else f"target {chance.randrange(20_000)}"
    return form.format(
        kind=told["kind"],
        platform=told["platform"].slug,
        country=told["country"].slug,
        target=f'"{target}"',
        word=told["details"][0],
    )


def fill(world: World, chance: random.Random, size: int) -> None:
    """Grows the alerts to `size`, ten of each reader."""
    from tracker.alerts.models import Alert, Subscriber  # noqa: PLC0415

    had = Alert.objects.count()
    while had < size:
        n = min(READERS_AT_ONCE, (size - had) // 10)
        readers = Subscriber.objects.bulk_create(
            [Subscriber(address=f"r{had + i}@example.org", created_at=NOW) for i in range(n)]
        )
        Alert.objects.bulk_create(
            (
                Alert(
                    subscriber=reader,
                    query=asked(world, chance),
                    state="active",
                    rate="daily",
                    created_at=NOW,
                    confirmed_at=NOW - timedelta(days=1),
                    changed_at=NOW - timedelta(days=1),
                )
                for reader in readers
                for _ in range(10)
            ),
            batch_size=1_000,
        )
        had = Alert.objects.count()


def match(sizes: list[int]) -> None:
    with database() as vendor:
        match_in(vendor, sizes)


def match_in(vendor: str, sizes: list[int]) -> None:
    from django.db import connection  # noqa: PLC0415

    from tracker.alerts import hits  # noqa: PLC0415
    from tracker.alerts.matching import alerts  # noqa: PLC0415
    from tracker.alerts.models import Hit  # noqa: PLC0415
    from tracker.events.models import Event, Report  # noqa: PLC0415
    from tracker.events.search.facts import facts_of_events  # noqa: PLC0415

    world, chance = World(), random.Random(7)
    world.grow(EVENTS)
    Report.objects.update(added_at=NOW)
    ids = list(Event.objects.order_by("?").values_list("pk", flat=True)[:MEASURED])
    for size in sizes:
        fill(world, chance, size)
        Hit.objects.all().delete()
        if vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("VACUUM ANALYZE")
        start = time.perf_counter()
        alerts.forget()
        facts = facts_of_events(ids)
        alerts.choosing(facts[ids[0]])
        read = time.perf_counter() - start
        found, chosen, written = [], [], []
        for pk in ids:
            start = time.perf_counter()
            matched = alerts.choosing(facts_of_events([pk])[pk])
            found.append(time.perf_counter() - start)
            chosen.append(len(matched))
            start = time.perf_counter()
            hits.record_hits([pk], NOW)
            written.append(time.perf_counter() - start)
        per_hit = sum(written) / max(1, sum(chosen))
        print(
            f"{vendor}, {size:,} alerts (read in {read:.1f} s): matched in {ms(found)};"
            f" with its hits written in {ms(written)}; alerts that matched: median"
            f" {statistics.median(chosen):,.0f}, most {max(chosen):,};"
            f" {per_hit * 1e6:.0f} µs a hit",
            flush=True,
        )


def ms(seconds: list[float]) -> str:
    ranked = sorted(seconds)
    return (
        f"median {statistics.median(ranked) * 1000:.1f} ms,"
        f" p95 {ranked[int(len(ranked) * 0.95)] * 1000:.1f} ms"
    )


# --- digests


class Sink:
    """Takes every mail and keeps nothing."""

    async def handle_DATA(self, server, session, envelope):  # noqa: N802 - aiosmtpd's name
        return "250 OK"


def serve(port) -> None:
    from aiosmtpd.smtp import SMTP  # noqa: PLC0415

    async def run() -> None:
        loop = asyncio.get_running_loop()
        server = await loop.create_server(lambda: SMTP(Sink()), "127.0.0.1", 0)
        port.value = server.sockets[0].getsockname()[1]
        await server.serve_forever()

    asyncio.run(run())


def work(name: str, port: int, results) -> None:
    """One worker: sends until nothing is due; its memory after a quarter and at the end."""
    from django.conf import settings  # noqa: PLC0415
    from django.db import connection  # noqa: PLC0415
    from django.utils import timezone  # noqa: PLC0415

    from tracker.alerts.delivery import sending  # noqa: PLC0415

    connection.close()
    connection.settings_dict["NAME"] = name
    settings.MAIL_RATE = 0
    settings.EMAIL_BACKEND = "tracker.alerts.delivery.smtp.SmtpBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
    sent, memory = 0, []
    while True:
        claimed = sending.claim_due_mails(timezone.now())
        if not claimed:
            break
        batch = sending.DeliveryBatch(claimed)
        with sending.Post() as post:
            sent += sum(sending.deliver_mail(one, batch, post) for one in claimed)
        memory.append(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
    results.put((sent, memory[len(memory) // 4] if memory else 0, memory[-1] if memory else 0))


def queue(n: int) -> None:
    """So many digests that are due, of ten events each."""
    from tracker.alerts.models import Alert, Delivery, Hit, Subscriber  # noqa: PLC0415
    from tracker.events.models import Event  # noqa: PLC0415

    world, chance = World(), random.Random(7)
    world.grow(EVENTS)
    ids = list(Event.objects.values_list("pk", flat=True))
    for start in range(0, n, READERS_AT_ONCE):
        size = min(READERS_AT_ONCE, n - start)
        readers = Subscriber.objects.bulk_create(
            [Subscriber(address=f"r{start + i}@example.org", created_at=NOW) for i in range(size)]
        )
        alerts = Alert.objects.bulk_create(
            Alert(subscriber=r, state="active", created_at=NOW, confirmed_at=NOW) for r in readers
        )
        mails = Delivery.objects.bulk_create(
            Delivery(
                subscriber=r,
                type="digest",
                message_id=f"<{r.pk}@localhost>",
                since=NOW,
                created_at=NOW,
                next_try_at=NOW,
            )
            for r in readers
        )
        Hit.objects.bulk_create(
            Hit(alert=alert, event_id=pk, at=NOW, delivery=mail)
            for alert, mail in zip(alerts, mails, strict=True)
            for pk in chance.sample(ids[:200], 10)
        )


def digests(n: int) -> None:
    with database() as vendor:
        from django.db import connection  # noqa: PLC0415

        from tracker.alerts.models import Delivery  # noqa: PLC0415

        queue(n)
        name = connection.settings_dict["NAME"]
        connection.close()
        forked = multiprocessing.get_context("fork")
        port, results = forked.Value("i", 0), forked.Queue()
        server = forked.Process(target=serve, args=(port,), daemon=True)
        server.start()
        while not port.value:
            time.sleep(0.05)
        start = time.perf_counter()
        workers = [
            forked.Process(target=work, args=(name, port.value, results)) for _ in range(WORKERS)
        ]
        for worker in workers:
            worker.start()
        told = [results.get() for _ in workers]
        took = time.perf_counter() - start
        for worker in workers:
            worker.join()
        server.terminate()
        sent = sum(one[0] for one in told)
        grown = "; ".join(f"{quarter:.0f} to {end:.0f} MB" for _, quarter, end in told)
        print(
            f"{vendor}: {sent:,} digests of 10 events in {took:.1f} s, {sent / took:.0f} a second;"
            f" memory from a quarter of the way to the end: {grown}",
            flush=True,
        )
        left = Delivery.objects.exclude(state="sent").count()
        print(f"not sent: {left}")


# --- from the poll to the mail


def arrive(rounds: int) -> None:
    import django  # noqa: PLC0415

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tracker.settings")
    django.setup()  # the builders of tests need it
    import sqlite3  # noqa: PLC0415
    import tempfile  # noqa: PLC0415
    from pathlib import Path  # noqa: PLC0415

    from tests.conftest import Answer, Server  # noqa: PLC0415
    from tests.processes import Tracker, free_port, wait_for  # noqa: PLC0415

    with tempfile.TemporaryDirectory() as place:
        server, var = Server(), Path(place)
        server.pages["/rss"] = Answer(feed(0))
        tracker = Tracker(var, free_port())
        tracker.manage("migrate")
        tracker.manage("addfeed", f"{server.url}/rss")
        tracker.start()
        took = []
        try:
            follow_everything(var)
            for number in range(1, rounds + 1):
                server.pages["/rss"] = Answer(feed(number))
                with sqlite3.connect(var / "tracker.sqlite3", timeout=20) as db:
                    db.execute("UPDATE feeds_feed SET next_poll_at = '2020-01-01 00:00:00'")
                wait_for(lambda n=number: len(list((var / "mail").glob("*.eml"))) >= n)
                took.append(since_the_poll(var))
        finally:
            tracker.stop()
            server.close()
    print(
        f"embedded, {rounds} mails: from the poll to the mail median"
        f" {statistics.median(took):.1f} s, most {max(took):.1f} s"
    )


def since_the_poll(var) -> float:
    """Seconds from the last poll that found something to the last mail."""
    import sqlite3  # noqa: PLC0415
    from datetime import UTC, datetime  # noqa: PLC0415

    mail = max(path.stat().st_mtime for path in (var / "mail").glob("*.eml"))
    with sqlite3.connect(var / "tracker.sqlite3", timeout=20) as db:
        ((at,),) = db.execute("SELECT max(at) FROM feeds_poll WHERE new > 0")
    return mail - datetime.fromisoformat(at).replace(tzinfo=UTC).timestamp()


def follow_everything(var) -> None:
    """A reader with an instant alert, in the database of a started tracker."""
    import sqlite3  # noqa: PLC0415
    from datetime import UTC, datetime  # noqa: PLC0415

    now = datetime.now(UTC).replace(tzinfo=None).isoformat(" ")
    with sqlite3.connect(var / "tracker.sqlite3", timeout=20) as db:
        db.execute(
            "INSERT INTO alerts_reader (id, address, created_at, wants_signs, suppressed_for)"
            " VALUES (1, 'r@example.org', ?, 1, '')",
            [now],
        )
        db.execute(
            "INSERT INTO alerts_alert (reader_id, name, query, rate, zone, note, on_undone,"
            " on_changed, state, created_at, confirmed_at, told_from, hook_url, hook_secret,"
            " hook_error, changed_at) VALUES (1, '', '', 'instant', 'UTC', '', 0, 0, 'active',"
            " ?, ?, ?, '', '', '', ?)",
            [now] * 4,
        )


def feed(last: int) -> bytes:
    """A feed that tells of so many acts."""
    from tests import make  # noqa: PLC0415

    acts = [
        {"title": f"{name} bans ads from RT and Sputnik", "guid": name} for name in PLATFORMS[:last]
    ]
    return make.rss({"title": "Rain in the north", "guid": "0"}, *acts)


if __name__ == "__main__":
    os.environ.setdefault("LOG_LEVEL", "WARNING")
    what, *rest = sys.argv[1:] or ["match"]
    numbers = [int(n.replace(",", "")) for n in rest]
    if what == "match":
        match(numbers or [1_000, 10_000, 100_000])
    elif what == "digests":
        digests((numbers or [10_000])[0])
    else:
        arrive(len(PLATFORMS))
