"""`python -m bench.poll [FEEDS [ROUNDS [DELAY_MS]]]`: the whole poll path (fetch, parse, plan,
store in SQLite) beside lemon24/reader, newsboat and rss2email on the same feeds, by turns.

Three tables: first poll, all unchanged, one feed in ten with a new entry. Feeds a second, the ratio
of this project's to the peer's, CPU seconds of the poller for 1,000 feeds. A peer that is not
installed is passed over: `python3 -m venv .venv/peers`, then its pip with bench/peers.txt.
"""

import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

ROOT = Path(__file__).parent.parent
PEERS = Path(os.environ.get("PEERS", ROOT / ".venv" / "peers")) / "bin"
PORT = 8765
HOSTS = 250  # so that one request a host at a time limits nobody

OURS = """
import resource, sys, time
import django; django.setup()
from django.core.management import call_command
from django.utils import timezone
from tracker.feeds import services
from tracker.feeds.parsing import pool
from tracker.feeds.polling.claims import claim_due
from tracker.feeds.polling.polls import poll
from tracker.feeds.models import Feed
if sys.argv[1] == "add":
    call_command("migrate", verbosity=0)
    for url in sys.stdin.read().split():
        services.add_feed(url=url, title=url, now=timezone.now())
else:
    Feed.objects.update(next_poll_at=timezone.now(), attempts=0)
    total = Feed.objects.count()
    start = time.perf_counter()
    done = 0
    while done < total:
        claimed = claim_due(timezone.now(), limit=500)
        done += sum(1 for _ in poll(claimed))
    seconds = time.perf_counter() - start
    pool.stop()
    peaks = (resource.getrusage(who).ru_maxrss // 1024 for who in
             (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    print(seconds, *peaks)
"""
READER = """
import sys, time
from reader import make_reader
reader = make_reader(sys.argv[2])
if sys.argv[1] == "add":
    for url in sys.stdin.read().split():
        reader.add_feed(url)
else:
    start = time.perf_counter()
    reader.update_feeds(scheduled=False, workers=20)
    print(time.perf_counter() - start)
"""


class Poller:
    """Someone who polls: `add(urls)` before the first poll, then `poll()` seconds."""

    name = ""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir()

    def run(self, *command: str, text: str = "", **env: str) -> str:
        done = subprocess.run(
            command,
            input=text,
            env=os.environ | env,
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise SystemExit(f"{self.name}: {done.stderr[-2000:]}")
        return done.stdout

    def timed(self, *command: str, **env: str) -> float:
        start = time.perf_counter()
        self.run(*command, **env)
        return time.perf_counter() - start


class Ours(Poller):
    name = "this project"
    peaks = (0.0, 0.0)  # MB of the process that polls, and of the largest that parses

    def script(self, what: str, text: str = "") -> str:
        return self.run(
            sys.executable,
            "-c",
            OURS,
            what,
            text=text,
            DJANGO_SETTINGS_MODULE="tracker.settings",
            VAR_DIR=str(self.folder),
            ALLOWED_NETWORKS="127.0.0.0/8",
            LOG_LEVEL="WARNING",
        )

    def add(self, urls: list[str]) -> None:
        self.script("add", "\n".join(urls))

    def poll(self) -> float:
        seconds, poller, parser = map(float, self.script("poll").split())
        Ours.peaks = (max(Ours.peaks[0], poller), max(Ours.peaks[1], parser))
        return seconds


class Reader(Poller):
    name = "lemon24/reader"

    def script(self, what: str, text: str = "") -> str:
        python, database = str(PEERS / "python"), str(self.folder / "db.sqlite")
        return self.run(python, "-c", READER, what, database, text=text)

    def add(self, urls: list[str]) -> None:
        self.script("add", "\n".join(urls))

    def poll(self) -> float:
        return float(self.script("poll"))


class Newsboat(Poller):
    name = "newsboat"

    def add(self, urls: list[str]) -> None:
        (self.folder / "urls").write_text("\n".join(urls) + "\n")
        (self.folder / "config").write_text("reload-threads 20\nsuppress-first-reload yes\n")

    def poll(self) -> float:
        files = [
            word
            for flag, name in (("-u", "urls"), ("-c", "cache"), ("-C", "config"))
            for word in (flag, str(self.folder / name))
        ]
        return self.timed("newsboat", *files, "-x", "reload", HOME=str(self.folder))


class Rss2email(Poller):
    name = "rss2email"

    def r2e(self, *words: str) -> float:
        files = ["-c", str(self.folder / "config"), "-d", str(self.folder / "data.json")]
        return self.timed(str(PEERS / "r2e"), *files, *words, HOME=str(self.folder))

    def add(self, urls: list[str]) -> None:
        self.r2e("new", "reader@example.org")
        feeds = "".join(f"[feed.f{n}]\nurl = {url}\n\n" for n, url in enumerate(urls))
        with (self.folder / "config").open("a") as config:
            config.write(f"\n{feeds}")

    def poll(self) -> float:
        return self.r2e("run", "--no-send")


def pollers() -> list[type[Poller]]:
    found: list[type[Poller]] = [Ours]
    if (PEERS / "r2e").exists():
        found += [Reader, Rss2email]
    if shutil.which("newsboat"):
        found.append(Newsboat)
    return found


def turn(number: int) -> None:
    urllib.request.urlopen(f"http://127.0.0.1:{PORT}/turn/{number}", timeout=120).read()


def cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def measured(poller: "Poller") -> tuple[float, float]:
    before = cpu()
    return poller.poll(), cpu() - before  # type: ignore[attr-defined]


def rounds_of(
    feeds: int, rounds: int, place: Path
) -> dict[str, dict[str, list[tuple[float, float]]]]:
    tables: dict[str, dict[str, list[tuple[float, float]]]] = {
        name: {} for name in ("first poll", "all unchanged", "one in ten new")
    }
    urls = [f"http://127.0.0.{n % HOSTS + 1}:{PORT}/{n}" for n in range(feeds)]
    for number in range(rounds):
        turn(0)
        made = [kind(place / f"{kind.__name__}-{number}") for kind in pollers()]
        for poller in made:
            poller.add(urls)  # type: ignore[attr-defined]
        for table, at in (("first poll", 0), ("all unchanged", 0), ("one in ten new", 1)):
            turn(at)
            for poller in made:
                tables[table].setdefault(poller.name, []).append(measured(poller))
    return tables


def main(feeds: int = 300, rounds: int = 3, delay_ms: int = 0) -> None:
    command = [sys.executable, "-m", "bench.serve", str(PORT), str(feeds), str(delay_ms)]
    server = subprocess.Popen(command, cwd=ROOT)
    try:
        for _ in range(100):
            time.sleep(0.1)
            try:
                turn(0)
                break
            except OSError:
                continue
        with tempfile.TemporaryDirectory() as place:
            tables = rounds_of(feeds, rounds, Path(place))
    finally:
        server.terminate()
        server.wait()
    poller, parser = Ours.peaks
    print(f"peak memory of this project: {poller:.0f} MB, of a parsing process {parser:.0f} MB")
    for table, rows in tables.items():
        print(f"\n{table}, {feeds} feeds, {delay_ms} ms delay, median of {rounds}")
        ours = statistics.median(seconds for seconds, _ in rows[Ours.name])
        for name, taken in rows.items():
            seconds = statistics.median(s for s, _ in taken)
            used = statistics.median(c for _, c in taken) * 1000 / feeds
            print(
                f"  {name:<16} {feeds / seconds:>8,.0f} feeds/s   {seconds / ours:>6.2f}"
                f"   {used:>6.2f} CPU s per 1,000 feeds"
            )


if __name__ == "__main__":
    main(*(int(word) for word in sys.argv[1:]))
