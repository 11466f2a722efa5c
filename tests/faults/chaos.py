"""`python -m tests.faults.chaos [MINUTES] [SEED]`: the production form under polls, alerts and
readers while its parts are killed at random and its broker and database are restarted; then what
was lost, doubled or shown to readers. With --calm nothing is killed.
"""

import asyncio
import collections
import json
import multiprocessing
import random
import re
import shutil
import ssl
import subprocess
import sys
import tempfile
import threading
import time
import tomllib
from datetime import UTC, datetime
from email import message_from_bytes
from email.policy import default
from functools import cache
from pathlib import Path
from typing import Any

from tests.faults.production import (
    NGINX,
    Postgres,
    Production,
    every,
    postgres_place,
    postgres_programs,
)
from tests.processes import ROOT, free_port, web_server

PAIRS = 20  # of feeds; both of a pair tell of the same acts
ACTS = 0.5  # a second, over all pairs
SHOWN = 40  # acts that a feed still shows
RATE = 10  # readers' requests a second
KILL_EVERY = (4.0, 14.0)  # seconds
RESTARTS = {"database": 300.0, "redis": 200.0}  # seconds between them, a third of a short run
SETTLE = 660.0  # seconds that what is left may take: two leases of five minutes
PLATFORMS = ("Twitter", "Facebook", "Reddit", "Telegram", "Spotify", "LinkedIn")
PAGES = (
    "/",
    "/?kind=account_suspension",
    "/?platform=twitter",
    "/sources",
    "/events.atom",
    "/?q=w{n}",
    "/events/{n}",
    "/api/v1/events?limit=20",
)
Told = tuple[str, object, float]  # page, status or error, seconds
KILLED = ("worker1", "worker2", "clock", "web1", "web2")


def names() -> list[str]:
    """People of the list of targets, each of two words, so that no name stands in another."""
    text = (ROOT / "tracker/classify/data/targets.toml").read_text("utf-8")
    people = [n for n, v in tomllib.loads(text).items() if v.get("kind") == "person"]
    return [n for n in people if re.fullmatch(r"[A-Z][a-z]+ [A-Z][a-z]+", n)]


@cache
def acts() -> list[tuple[str, str]]:
    """Platform and person of each act, by its number: those of which both wordings are understood
    alike, so that what the run itself does wrong shows. Needs Django.
    """
    from tracker.classify import Text, classify

    found = []
    for platform in PLATFORMS:
        for person in names():
            told = [
                (said.kinds[:1], said.platforms, said.targets)
                for said in (classify(Text(title)) for title in wordings(platform, person))
            ]
            if told[0] == told[1] and told[0][0] and told[0][2] == (person,):
                found.append((platform, person))
    return found


def wordings(platform: str, person: str) -> tuple[str, str]:
    """The headline of each feed of a pair."""
    return f"{platform} suspends {person}", f"{person} suspended by {platform}"


def serve(port: int, begun: float, ends: float) -> None:
    """Each act stands in both feeds of its pair from its second on; a process of its own."""
    import django

    django.setup()
    from tests import make

    every = acts()

    def body(path: str) -> bytes:
        pair, side = path.strip("/").split("/")
        last = int((min(time.time(), ends) - begun) * ACTS)
        mine = [n for n in range(max(0, last)) if n % PAIRS == int(pair)][-SHOWN:]
        items: list[dict[str, Any]] = [
            {"title": f"Rain {i}", "guid": f"rain{i}"} for i in range(40)
        ]
        for number in mine:
            title = wordings(*every[number % len(every)])["ab".index(side)]
            at = datetime.fromtimestamp(begun + number / ACTS, UTC)
            items.append(
                {"title": title, "guid": f"act{number}", "published": at}
                | {"link": f"https://{side}{pair}.example/{number}"}
            )
        told: bytes = make.rss(*items)
        return told

    web_server(body, port).serve_forever()


def follow(port: int) -> None:
    """The feeds, each of a pair on a host of its own; a reader for each person."""
    from django.utils import timezone

    from tests import make
    from tracker.feeds.services import add_feed

    now = timezone.now()
    for pair in range(PAIRS):
        for host, side in ((1, "a"), (2, "b")):
            add_feed(url=f"http://127.{host}.0.{pair + 1}:{port}/{pair}/{side}", now=now)
    for number, person in enumerate(names()):
        make.alert(
            f'"{person}"',
            address=f"r{number}@example.org",
            created_at=now,
            confirmed_at=now,
            told_from=now,
        )


def mail_server():
    import logging

    from aiosmtpd.controller import Controller

    logging.getLogger("mail.log").setLevel(logging.WARNING)

    class Box:
        taken: list[bytes] = []

        async def handle_DATA(self, server, session, envelope):
            self.taken.append(envelope.content)
            return "250 OK"

    box = Box()
    controller = Controller(box, hostname="127.0.0.1", port=free_port())
    controller.start()
    return controller, box.taken


async def read(url: str, until: float, told: list[Told]) -> None:
    """Readers ask at a fixed rate, whether answers come or not."""
    import aiohttp

    chance = random.Random(5)
    trust = ssl.create_default_context()
    trust.check_hostname, trust.verify_mode = False, ssl.CERT_NONE

    async def one(session, path: str) -> None:
        start = time.perf_counter()
        try:
            async with session.get(url + path) as answer:
                await answer.read()
                status: object = answer.status
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            status = type(error).__name__
        told.append((path.partition("?")[0], status, time.perf_counter() - start))

    timeout = aiohttp.ClientTimeout(total=60)
    connector = aiohttp.TCPConnector(limit=200, ssl=trust)
    async with aiohttp.ClientSession(timeout=timeout, connector=connector) as session:
        tasks = set()
        while time.time() < until:
            path = chance.choice(PAGES).format(n=chance.randrange(1, 200))
            task = asyncio.create_task(one(session, path))
            tasks.add(task)
            task.add_done_callback(tasks.discard)
            await asyncio.sleep(1 / RATE)
        await asyncio.gather(*tasks)


def disturb(it: Production, database: Postgres, until: float, chance: random.Random, calm: bool):
    """Kills and restarts until then; how often each."""
    done: collections.Counter[str] = collections.Counter()
    most = (until - time.time()) / 3
    due = {
        name: time.time() + chance.uniform(0.2, 0.6) * min(s, most) for name, s in RESTARTS.items()
    }
    while time.time() < until:
        time.sleep(chance.uniform(*KILL_EVERY))
        if calm:
            continue
        name = chance.choice(KILLED)
        it.parts[name].end()
        done[name] += 1
        if time.time() > due["redis"]:
            it.parts["redis"].end()
            done["redis"] += 1
            due["redis"] = time.time() + RESTARTS["redis"]
        if time.time() > due["database"]:
            database.stop()
            database.start()
            done["database"] += 1
            due["database"] = time.time() + RESTARTS["database"]
    return done


def write(database: Postgres, statements: list[str]) -> None:
    import psycopg

    with psycopg.connect(database.url, connect_timeout=5) as db:
        for statement in statements:
            db.execute(statement)


def rows(database: Postgres, query: str) -> list[tuple[Any, ...]]:
    import psycopg

    with psycopg.connect(database.url, connect_timeout=5) as db:
        return db.execute(query).fetchall()


LEASES = (
    "UPDATE feeds_feed SET claim = NULL, next_poll_at = now() WHERE claim IS NOT NULL",
    "UPDATE feeds_entry SET process_at = now() WHERE process_at IS NOT NULL",
    "UPDATE alerts_delivery SET next_try_at = now() WHERE state = 'due'",
    "UPDATE alerts_matchattempt SET next_try_at = now() WHERE next_try_at IS NOT NULL",
)


def settle(
    database: Postgres, wanted: int, *, patience: float = SETTLE, hurried: bool = False
) -> float:
    """Waits until all is polled, judged, matched and mailed; the seconds that it took. If it is
    `hurried`, the leases of those that were killed end after half a minute instead of five.
    """
    start = time.time()
    leases = list(LEASES) if hurried else []
    while time.time() < start + patience:
        have = rows(database, "SELECT count(*) FROM feeds_entry WHERE link LIKE '%.example/%'")[0][
            0
        ]
        waiting = rows(
            database,
            "SELECT (SELECT count(*) FROM feeds_entry WHERE process_at IS NOT NULL)"
            " + (SELECT count(*) FROM alerts_delivery WHERE state = 'due')"
            " + (SELECT count(*) FROM alerts_matchattempt WHERE next_try_at IS NOT NULL)"
            " + (SELECT count(*) FROM alerts_hit WHERE delivery_id IS NULL AND NOT is_held)"
            # Of a worker that was killed between grouping and matching: the sweep's to find.
            " + (SELECT count(*) FROM events_event e, alerts_progress p"
            "    WHERE e.indexed_at > p.matched_until)",
        )[0][0]
        if have >= wanted and not waiting:
            break
        if leases and time.time() > start + 30:
            write(database, leases)
            leases.clear()
        time.sleep(2)
    return time.time() - start


def _plain(mail: Any) -> str:
    return str(mail.get_body(("plain",)).get_content())


def judge(
    database: Postgres, taken: list[bytes], told: list[Told], number: int, kills: Any
) -> dict[str, Any]:
    """What was promised, counted."""
    by_act: dict[int, list[Any]] = collections.defaultdict(list)
    for link, event in rows(
        database,
        "SELECT e.link, r.event_id FROM feeds_entry e"
        " LEFT JOIN events_report r ON r.entry_id = e.id WHERE e.link LIKE '%.example/%'",
    ):
        by_act[int(link.rpartition("/")[2])].append(event)
    events = {event for found in by_act.values() for event in found}
    told_of = {
        (address, event)
        for address, event in rows(
            database,
            "SELECT r.address, h.event_id FROM alerts_hit h JOIN alerts_alert a ON a.id ="
            " h.alert_id JOIN alerts_reader r ON r.id = a.reader_id WHERE NOT h.is_held",
        )
    }
    mails = [message_from_bytes(content, policy=default) for content in taken]
    numbers = collections.Counter(str(m["Message-ID"]) for m in mails)
    mailed = {
        (str(m["To"]), int(event))
        for m in mails
        for event in re.findall(r"/events/(\d+)", _plain(m))
    }
    statuses = collections.Counter(status for _, status, _ in told)
    times = sorted(took for _, _, took in told)
    return {
        "acts": number,
        "entries lost": sum(max(0, 2 - len(by_act[n])) for n in range(number)),
        "entries doubled": sum(max(0, len(by_act[n]) - 2) for n in range(number)),
        "entries without event": sum(found.count(None) for found in by_act.values()),
        "events": len(events - {None}),
        "acts with two events": sum(len(set(found) - {None}) > 1 for found in by_act.values()),
        "hits": len(told_of),
        "events without a hit": len(events - {None} - {event for _, event in told_of}),
        "mails": len(mails),
        "hits not mailed": len(told_of - mailed),
        "mails doubled": sum(n - 1 for n in numbers.values()),
        "kills": sum(kills.values()),
        "requests": len(told),
        "statuses": {str(k): n for k, n in statuses.most_common()},
        "503 %": round(100 * statuses[503] / max(1, len(told)), 2),
        "p95 ms": round(1000 * times[int(len(times) * 0.95)]) if times else None,
    }


def run(
    minutes: float, seed: int, place: Path, *, calm: bool = False, hurried: bool = False
) -> dict[str, Any]:
    programs = postgres_programs()
    assert programs, "no PostgreSQL server on this machine"
    database = Postgres(programs, postgres_place())
    database.make(connections=100)
    controller, taken = mail_server()
    it = Production(
        place,
        DATABASE_URL=database.url,
        EMAIL_URL=f"smtp://127.0.0.1:{controller.port}",
        MAIL_RATE="0",
        LOG_LEVEL="WARNING",
    )
    it.prepare()
    from django.db import connections

    port = free_port()
    follow(port)
    connections.close_all()
    begun = time.time() + 30  # every feed was read before the first act: none is a flood
    until = begun + minutes * 60
    feeds = multiprocessing.get_context("spawn").Process(target=serve, args=(port, begun, until))
    feeds.start()
    stop = threading.Event()
    told: list[Told] = []

    def keep_due() -> None:
        write(database, ["UPDATE feeds_feed SET next_poll_at = now() WHERE claim IS NULL"])

    it.start()
    churn = every(10.0, keep_due, stop)
    try:
        readers = threading.Thread(target=lambda: asyncio.run(read(it.url, until, told)))
        time.sleep(10)
        readers.start()
        kills = disturb(it, database, until, random.Random(seed), calm)
        readers.join()
        number = int((until - begun) * ACTS)
        print(f"  over after {minutes:g} minutes: {dict(kills)}; it settles", flush=True)
        took = settle(database, 2 * number, patience=60 if calm else SETTLE, hurried=hurried)
        found = judge(database, taken, told, number, kills)
        found["settled after s"] = round(took)
        found["killed"] = dict(kills)
        return found
    finally:
        stop.set()
        churn.join()
        it.stop()
        feeds.terminate()
        controller.stop()
        database.stop()
        shutil.rmtree(database.place, ignore_errors=True)


def in_a_process(minutes: float, seed: int, place: Path) -> dict[str, Any]:
    """`run` in a process of its own, which sets Django up for that database."""
    told = place / "told.json"
    code = (
        f"import json, pathlib; from tests.faults import chaos;"
        f" found = chaos.run({minutes}, {seed}, pathlib.Path({str(place)!r}), hurried=True);"
        f" pathlib.Path({str(told)!r}).write_text(json.dumps(found))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-3000:]
    found: dict[str, Any] = json.loads(told.read_text())
    return found


def main(minutes: float = 30.0, seed: float = 1, *, calm: bool = False) -> int:
    assert NGINX, "nginx is not installed"
    place = Path(tempfile.mkdtemp(prefix="chaos-"))
    found = run(minutes, int(seed), place, calm=calm)
    print(json.dumps(found, indent=1))
    print(f"logs: {place}")
    return 0


if __name__ == "__main__":
    words = [w for w in sys.argv[1:] if w != "--calm"]
    sys.exit(main(*(float(n) for n in words), calm="--calm" in sys.argv))
