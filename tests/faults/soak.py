"""`python -m tests.faults.soak [DAYS] [SPEED]`: the production form with 1,000 feeds on a clock
that runs SPEED times as fast (clock.c), for so many days: memory of each process, polls that came
late, errors in the logs, and which tables grew.
"""

import collections
import json
import multiprocessing
import re
import shutil
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from tests.faults.chaos import mail_server, names, rows
from tests.faults.production import Postgres, Production, postgres_place, postgres_programs
from tests.processes import ROOT, free_port

FEEDS = 1_000
RHYTHMS = (2, 6, 12, 24, 48, 96)  # hours between two entries of a feed, by its number
SHOWN = 15  # entries that a feed shows
SAMPLE = 10.0  # seconds between two looks
LATE = timedelta(minutes=20)  # after which a poll that is due counts as missed
WARM = 0.15  # of the time, in which processes may still grow
EACH_TABLE = (
    "SELECT relname, n_live_tup FROM pg_stat_user_tables WHERE n_live_tup > 100 ORDER BY relname"
)


def other_clock(place: Path, speed: float) -> list[str]:
    """The command before each of the tracker's that gives it the fast clock."""
    library = place / "clock.so"
    source = ROOT / "tests" / "faults" / "clock.c"
    subprocess.run(
        ["cc", "-shared", "-fPIC", "-O2", "-o", str(library), str(source), "-ldl", "-lpthread"],
        check=True,
    )
    since = f"{time.monotonic_ns()},{time.time_ns()}"
    return ["env", f"LD_PRELOAD={library}", f"CLOCK_SPEED={speed}", f"CLOCK_SINCE={since}"]


def fast_now(prefix: list[str]) -> datetime:
    """What the processes with that command take for now."""
    told = dict(word.split("=", 1) for word in prefix[1:])
    mono, wall = (int(n) for n in told["CLOCK_SINCE"].split(","))
    run = (time.monotonic_ns() - mono) * float(told["CLOCK_SPEED"])
    return datetime.fromtimestamp((wall + run) / 1e9, UTC)


def serve(port: int, prefix: list[str]) -> None:
    """Every feed has an entry each so many hours; one in twenty tells of an act."""
    import asyncio

    import django
    from aiohttp import web

    django.setup()
    from tests import make

    people = names()

    async def answer(request: web.Request) -> web.Response:
        feed = int(request.match_info["feed"])
        hours = RHYTHMS[feed % len(RHYTHMS)]
        last = int(fast_now(prefix).timestamp() / 3600 / hours)
        etag = f'"{feed}-{last}"'
        if request.headers.get("If-None-Match") == etag:
            return web.Response(status=304, headers={"ETag": etag})
        items: list[dict[str, Any]] = []
        for n in range(last, last - SHOWN, -1):
            is_act = (n * 7 + feed) % 20 == 0
            person = people[(n * 31 + feed) % len(people)]
            items.append(
                {
                    "title": f"Twitter suspends {person}" if is_act else f"Rain {feed} and {n}",
                    "guid": f"{feed}-{n}",
                    "published": datetime.fromtimestamp(n * 3600 * hours, UTC),
                    "link": f"https://f{feed}.example/{n}",
                }
            )
        return web.Response(
            body=make.rss(*items), content_type="application/rss+xml", headers={"ETag": etag}
        )

    async def main() -> None:
        app = web.Application()
        app.router.add_get("/{feed:\\d+}", answer)
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        await web.TCPSite(runner, "0.0.0.0", port, backlog=1_000).start()
        await asyncio.sleep(10**6)

    asyncio.run(main())


def follow(port: int, now: datetime) -> None:
    from tests import make
    from tracker.feeds.services import add_feed

    for n in range(FEEDS):
        add_feed(url=f"http://127.{1 + n // 200}.{n % 200 + 1}.1:{port}/{n}", now=now)
    for number, person in enumerate(names()[:50]):
        make.alert(
            f'"{person}"',
            address=f"r{number}@example.org",
            rate=("instant", "daily", "weekly")[number % 3],
            created_at=now,
            confirmed_at=now,
            told_from=now,
            next_run_at=now if number % 3 else None,
        )


def memory(pid: int) -> int:
    """Resident kB of a process and of all that it started."""
    children = Path(f"/proc/{pid}/task/{pid}/children")
    try:
        own = re.search(r"VmRSS:\s+(\d+)", Path(f"/proc/{pid}/status").read_text())
        below = [int(child) for child in children.read_text().split()]
    except OSError:
        return 0
    return (int(own[1]) if own else 0) + sum(map(memory, below))


def sample(it: Production, database: Postgres, now: datetime) -> dict[str, Any]:
    ((late, polls),) = rows(
        database,
        "SELECT (SELECT count(*) FROM feeds_feed WHERE is_active AND next_poll_at <"
        f" '{now - LATE:%Y-%m-%d %H:%M:%S}+00'), (SELECT max(id) FROM feeds_poll)",
    )
    found = {
        name: memory(part.process.pid)
        for name, part in it.parts.items()
        if part.process is not None and name != "nginx"
    }
    return {"at": now.isoformat(), "late": late, "polls": polls, "memory": found}


def errors(place: Path) -> collections.Counter[str]:
    """Lines of the logs that are no feed's, with what changes taken out."""
    found: collections.Counter[str] = collections.Counter()
    for log in place.glob("*.log"):
        for line in log.read_text("utf-8", "replace").splitlines():
            if re.search(r" (ERROR|CRITICAL) |Traceback", line):
                found[f"{log.name}: " + re.sub(r"\d+", "#", line[25:])[:160]] += 1
    return found


def tell(samples: list[dict[str, Any]], tables: dict[str, list[int]], place: Path) -> None:
    settled = samples[int(len(samples) * WARM) :]
    tenth = max(1, len(settled) // 10)
    growth = {}
    for name in settled[0]["memory"]:
        first, last = (
            sum(s["memory"][name] for s in some) / len(some) / 1024
            for some in (settled[:tenth], settled[-tenth:])
        )
        growth[name] = f"{first:.0f} MB, then {last:.0f} ({100 * (last / first - 1):+.1f} %)"
    print(
        json.dumps(
            {
                "from": samples[0]["at"],
                "to": samples[-1]["at"],
                "polls": samples[-1]["polls"],
                "looks": len(samples),
                "looks with a poll more than 20 minutes late": {
                    s["at"][:16]: s["late"] for s in samples if s["late"]
                },
                "most late at once": max(s["late"] for s in samples),
                "memory": growth,
                "rows at each third": tables,
                "errors": dict(errors(place).most_common(10)),
            },
            indent=1,
        )
    )


def main(days: float = 7.0, speed: float = 60.0) -> int:
    place = Path(tempfile.mkdtemp(prefix="soak-"))
    programs = postgres_programs()
    assert programs, "no PostgreSQL server on this machine"
    database = Postgres(programs, postgres_place())
    database.make(connections=100)
    controller, taken = mail_server()
    prefix = other_clock(place, speed)
    it = Production(
        place,
        workers=1,
        webs=1,
        prefix=prefix,
        DATABASE_URL=f"{database.url}?connect_timeout={4 * int(speed)}",
        EMAIL_URL=f"smtp://127.0.0.1:{controller.port}",
        MAIL_RATE="0",
        LOG_LEVEL="WARNING",
        KEEP_POLLS="1",
        STATEMENT_SECONDS=str(30 * int(speed)),
    )
    it.prepare()
    from django.db import connections

    port = free_port()
    follow(port, fast_now(prefix))
    connections.close_all()
    feeds = multiprocessing.get_context("spawn").Process(target=serve, args=(port, prefix))
    feeds.start()
    samples: list[dict[str, Any]] = []
    tables: dict[str, list[int]] = collections.defaultdict(list)
    it.start()
    try:
        begun = fast_now(prefix)
        ends = begun + timedelta(days=days)
        thirds = [begun + timedelta(days=days) * n / 3 for n in (1, 2, 3)]
        while fast_now(prefix) < ends:
            time.sleep(SAMPLE)
            samples.append(sample(it, database, fast_now(prefix)))
            while thirds and fast_now(prefix) >= thirds[0]:
                thirds.pop(0)
                for name, n in rows(database, EACH_TABLE):
                    tables[name].append(n)
            if len(samples) % 30 == 1:
                last = samples[-1]
                kept = {k: v // 1024 for k, v in last["memory"].items()}
                print(f"  {last['at'][:16]} polls {last['polls']}, {last['late']} late, {kept}")
                sys.stdout.flush()
        starts = {part.name: part.starts for part in it.parts.values()}
        print(f"  mails: {len(taken)}; starts of each part: {starts}")
        tell(samples, tables, place)
    finally:
        it.stop()
        feeds.terminate()
        controller.stop()
        database.stop()
        shutil.rmtree(database.place, ignore_errors=True)
    print(f"logs: {place}")
    return 0


if __name__ == "__main__":
    sys.exit(main(*(float(n) for n in sys.argv[1:])))
