"""A first poll of local feeds into SQLite, against its limits: fetching alone, and feedparser alone
on the same bodies. Each feed has 25 entries of HTML, about 83 kB.
"""

import io
import os
import tempfile
from datetime import UTC, datetime

os.environ["DATABASE_URL"] = f"sqlite:///{tempfile.mkdtemp()}/bench.sqlite3"
os.environ["ALLOWED_NETWORKS"] = "127.0.0.0/8"
os.environ["LOG_LEVEL"] = "WARNING"
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tracker.settings")

import django

django.setup()

import feedparser
from django.core.management import call_command
from django.utils import timezone

from bench import interleaved, tell
from tests import make
from tests.conftest import Answer, Server
from tracker.feeds.fetch import Request, fetch_many
from tracker.feeds.models import Entry, Feed, Poll
from tracker.feeds.services import add_feed, claim_due, poll

FEEDS, ENTRIES = 60, 25
DAY = datetime(2026, 11, 24, 9, tzinfo=UTC)


def body(number: int) -> bytes:
    text = "<p>" + f"A sentence of feed {number} that says nothing in particular. " * 55 + "</p>"
    return make.rss(
        *(
            {
                "title": f"Headline {number}-{i}",
                "description": text,
                "link": f"https://news.example/{number}/{i}",
                "published": DAY,
            }
            for i in range(ENTRIES)
        )
    )


def main() -> None:
    call_command("migrate", verbosity=0)
    servers = [Server(f"127.0.0.{host}") for host in range(1, 21)]
    bodies, urls = [], []
    for number in range(FEEDS):
        server = servers[number % len(servers)]
        bodies.append(body(number))
        server.pages[f"/{number}"] = Answer(bodies[-1])
        urls.append(f"{server.url}/{number}")
        add_feed(url=urls[-1], title=str(number), now=timezone.now())

    def first_poll() -> None:
        for rows in (Poll, Entry):
            rows.objects.all()._raw_delete("default")  # quick, so that the poll alone counts
        Feed.objects.update(etag="", last_modified="", body_hash="")
        polled = list(poll(claim_due(timezone.now(), everything=True)))
        assert sum(p.new for p in polled) == FEEDS * ENTRIES

    requests = [Request(url) for url in urls]
    ways = {
        "first poll": first_poll,
        "fetching alone": lambda: list(
            fetch_many(requests, user_agent="bench", allowed_networks=["127.0.0.0/8"])
        ),
        "feedparser alone, its defaults": lambda: [
            feedparser.parse(io.BytesIO(data)) for data in bodies
        ],
    }
    tell(interleaved(ways, rounds=3), FEEDS, "feeds")
    for server in servers:
        server.close()


if __name__ == "__main__":
    main()
