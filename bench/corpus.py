"""`python -m bench.corpus FOLDER [--write]`: polls every file below FOLDER, served on loopback,
through the whole path, and says what came of them, project by project (the folders in FOLDER).

Ends with 1 where a file had no outcome, took longer than HANG seconds to be read or is read
otherwise than by feedparser alone, or where a project's outcomes differ from those in
bench/corpus.json; `--write` stores them there instead.
`python -m bench.corpus --pypi` does it with the files of feedparser's own tests, which it gets.
"""

import json
import os
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path

os.environ.update(
    DATABASE_URL=f"sqlite:///{tempfile.mkdtemp()}/corpus.sqlite3",
    ALLOWED_NETWORKS="127.0.0.0/8",
    LOG_LEVEL="WARNING",
)
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tracker.settings")

import django

django.setup()

from django.core.management import call_command
from django.db import transaction
from django.utils import timezone

from bench.pypi import members
from tests.conftest import Answer, Server
from tests.feeds.parsing.readers import read_by_both
from tracker.feeds.models import Entry, Feed, Poll
from tracker.feeds.parsing.parse import parse
from tracker.feeds.parsing.types import ParseError
from tracker.feeds.polling.claims import claim_due
from tracker.feeds.polling.polls import poll
from tracker.feeds.services import add_feed

BASELINE = Path(__file__).with_suffix(".json")
HANG = 2.0  # seconds
CONTENT_TYPES = ("", "application/rss+xml", "text/xml; charset=iso-8859-1", "text/html")
HOSTS = 200
NAME = "feedparser-6.0.12.tar.gz"


def main(folder: Path, *, is_writing: bool) -> int:
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    slowest = max((_seconds(path.read_bytes()), str(path)) for path in files)
    apart, plain = _apart(files)
    _poll(files, folder)
    left = Feed.objects.filter(polled_at__isnull=True).count()
    outcomes = _outcomes()
    print(f"{len(files)} files, {Poll.objects.count()} polls, {left} without outcome")
    print(
        f"{plain} read without feedparser, {len(apart)} of them otherwise than by it: {apart[:9]}"
    )
    print(f"slowest to read: {slowest[1]}, {slowest[0]:.2f} s")
    for project, found in outcomes.items():
        print(project, found)
    stored = json.loads(BASELINE.read_text("utf-8")) if BASELINE.exists() else {}
    if is_writing:
        BASELINE.write_text(json.dumps(stored | outcomes, indent=1, sort_keys=True) + "\n", "utf-8")
        stored |= outcomes
    changed = [project for project in outcomes if stored.get(project) != outcomes[project]]
    for project in changed:
        print(f"differs from the baseline: {project}, which was {stored.get(project)}")
    return int(bool(left or changed or apart) or slowest[0] > HANG)


def _apart(files: list[Path]) -> tuple[list[str], int]:
    """The files that are read otherwise than by feedparser alone, under any content type, and how
    many readings needed no feedparser.
    """
    apart: list[str] = []
    plain = 0
    for path in files:
        for content_type in CONTENT_TYPES:
            usual, alone, is_plain = read_by_both(path.read_bytes(), content_type)
            plain += is_plain
            if usual != alone:
                apart.append(str(path))
    return apart, plain


def _poll(files: list[Path], folder: Path) -> None:
    call_command("migrate", verbosity=0)
    servers = [Server(f"127.0.0.{n + 1}") for n in range(HOSTS)]
    with transaction.atomic():
        for number, path in enumerate(files):
            server = servers[number % HOSTS]
            server.pages[f"/{number}"] = Answer(path.read_bytes())
            project = path.relative_to(folder).parts[0]
            add_feed(url=f"{server.url}/{number}", group=project, now=timezone.now())
    while claimed := claim_due(timezone.now(), limit=500):
        for _ in poll(claimed):
            pass
    for server in servers:
        server.close()


def _outcomes() -> dict[str, dict[str, int]]:
    """Of each project how many files ended in which state, and how many entries they gave."""
    outcomes: dict[str, dict[str, int]] = {}
    for project, state in Feed.objects.order_by("group", "state").values_list("group", "state"):
        states = outcomes.setdefault(project, {})
        states[state] = states.get(state, 0) + 1
    for project, states in outcomes.items():
        states["entries"] = Entry.objects.filter(feed__group=project).count()
    return outcomes


def _seconds(body: bytes) -> float:
    start = time.perf_counter()
    with suppress(ParseError):
        parse(body, url="https://a.example/", now=timezone.now())
    return time.perf_counter() - start


def from_pypi(folder: Path) -> Path:
    """`folder` with the files below tests/ of feedparser's source archive."""
    for name, data in members("feedparser", NAME, lambda path: "/tests/" in path):
        if not name.endswith(".py"):
            path = folder / "feedparser" / name.partition("/tests/")[2].replace("/", "_")
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(data)
    return folder


if __name__ == "__main__":
    chosen = [word for word in sys.argv[1:] if not word.startswith("--")]
    place = Path(chosen[0]) if chosen else from_pypi(Path(tempfile.mkdtemp()))
    sys.exit(main(place, is_writing="--write" in sys.argv))
