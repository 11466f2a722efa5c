"""`python -m bench.corpus FOLDER`: serves every file below FOLDER as a feed on loopback and polls
it through the whole path. Says what came of them; ends with 1 where one had no outcome, or took
longer than HANG seconds to be read.
"""

import os
import sys
import tempfile
import time
from collections import Counter
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
from django.utils import timezone

from tests.conftest import Answer, Server
from tracker.feeds.entry import ParseError
from tracker.feeds.models import Entry, Feed, Poll
from tracker.feeds.parse import parse
from tracker.feeds.services import add_feed, claim_due, poll

HANG = 2.0
HOSTS = 60


def main(folder: Path) -> int:
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    call_command("migrate", verbosity=0)
    servers = [Server(f"127.0.0.{n + 1}") for n in range(HOSTS)]
    slowest = (0.0, "")
    for number, path in enumerate(files):
        server = servers[number % HOSTS]
        server.pages[f"/{number}"] = Answer(path.read_bytes())
        add_feed(url=f"{server.url}/{number}", title=str(path), now=timezone.now())
        slowest = max(slowest, (_seconds(path.read_bytes()), path.name))
    while claimed := claim_due(timezone.now(), limit=500):
        for _ in poll(claimed):
            pass
    for server in servers:
        server.close()
    states = Counter(Feed.objects.values_list("state", flat=True))
    left = Feed.objects.filter(polled_at__isnull=True).count()
    print(f"{len(files)} files: {dict(states.most_common())}")
    print(f"{Poll.objects.count()} polls, {Entry.objects.count()} entries, {left} without outcome")
    print(f"slowest to read: {slowest[1]}, {slowest[0]:.2f} s")
    return int(bool(left) or slowest[0] > HANG or "costly" in states)


def _seconds(body: bytes) -> float:
    start = time.perf_counter()
    with suppress(ParseError):
        parse(body, url="https://a.example/", now=timezone.now())
    return time.perf_counter() - start


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
