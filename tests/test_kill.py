"""Workers that are killed at any moment lose nothing and double nothing."""

import json
import os
import subprocess
import sys

import pytest

from tests import make
from tests.conftest import Answer
from tests.processes import ROOT
from tests.thorough import examples

ROUNDS, FEEDS, ENTRIES = 20, examples(30, 50), examples(100, 200)
ACT, ACTS = "Twitter bans ads from RT and Sputnik", 25  # one entry in 25 tells of an act
# Without the sentence model, which each worker would load anew: this is about kills.
START = """
import django
django.setup()
from tracker.classify import encoder
encoder.load = lambda: None
"""
ADD = """
import sys
from django.core.management import call_command
from django.utils import timezone
from tracker.feeds.services import add_feed
call_command("migrate", verbosity=0)
for url in sys.stdin.read().split():
    add_feed(url=url, now=timezone.now())
"""
# Workers are forked, so that a kill falls into work and not into the start of Python.
KILLED = """
import json, os, random, signal, sys, time
from django.db import connections
from django.utils import timezone
from tracker.events.intake.processing import process_entries
from tracker.events.models import EntryClassification, Report
from tracker.feeds.models import Entry, Feed
from tracker.feeds.polling.claims import claim_due
from tracker.feeds.polling.polls import poll

def work():
    while claimed := claim_due(timezone.now(), limit=10):
        for polled in poll(claimed):
            process_entries(timezone.now(), 50)
    while process_entries(timezone.now()).entries:
        pass

def in_a_worker(seconds=None):  # how it ended
    connections.close_all()
    pid = os.fork()
    if not pid:
        work()
        os._exit(0)
    if seconds is not None:
        time.sleep(seconds)
        os.kill(pid, signal.SIGKILL)
    return os.waitpid(pid, 0)[1]

def end_leases():
    now = timezone.now()
    Feed.objects.filter(claim__isnull=False).update(next_poll_at=now)
    Entry.objects.filter(process_at__isnull=False).update(process_at=now)

chance, killed = random.Random(20), 0
for _ in range(int(sys.stdin.read())):
    killed += os.WIFSIGNALED(in_a_worker(chance.uniform(0.1, 1.5)))
    end_leases()
for _ in range(3):  # a feed that was alone when its worker was killed has a day of quarantine
    Feed.objects.filter(succeeded_at__isnull=True).update(next_poll_at=timezone.now())
    end_leases()  # of a poll all but 50 entries would have their turn later
    assert in_a_worker() == 0
print(json.dumps({
    "killed": killed,
    "feeds read": Feed.objects.filter(succeeded_at__isnull=False, claim__isnull=True).count(),
    "entries": Entry.objects.count(),
    "different entries": Entry.objects.values("guid").distinct().count(),
    "classified": EntryClassification.objects.count(),
    "reports": Report.objects.count(),
    "waiting": Entry.objects.filter(process_at__isnull=False).count(),
}))
"""


@pytest.fixture
def python(tmp_path):
    """Starts code with the tracker's settings, on a database of its own."""
    env = os.environ | {
        "DJANGO_SETTINGS_MODULE": "tracker.settings",
        "VAR_DIR": str(tmp_path),
        "DATABASE_URL": f"sqlite:///{tmp_path / 'tracker.sqlite3'}",
        "ALLOWED_NETWORKS": "127.0.0.1/32",
        "LOG_LEVEL": "ERROR",
    }

    def start(code):
        return subprocess.Popen(
            [sys.executable, "-c", START + code],
            cwd=ROOT,
            env=env,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    return start


@pytest.mark.services
def test_q1_twenty_kills_lose_and_double_nothing(server, python):
    def done(code, text=""):
        process = python(code)
        out, _ = process.communicate(text, timeout=300)
        assert process.returncode == 0
        return out

    for feed in range(FEEDS):
        entries = (
            {"title": ACT if n % ACTS == 0 else f"Rain {feed}-{n}", "guid": f"{feed}-{n}"}
            for n in range(ENTRIES)
        )
        server.pages[f"/{feed}"] = Answer(make.rss(*entries))
    done(ADD, "\n".join(f"{server.url}/{feed}" for feed in range(FEEDS)))
    total = FEEDS * ENTRIES
    ended = json.loads(done(KILLED, str(ROUNDS)))
    assert ended.pop("killed") >= ROUNDS // 2
    assert ended == {
        "feeds read": FEEDS,
        "entries": total,
        "different entries": total,
        "classified": total,
        "reports": total // ACTS,
        "waiting": 0,
    }


CLAIM = """
from django.utils import timezone
from tracker.feeds.polling.claims import claim_due
while claimed := claim_due(timezone.now(), limit=3):
    print(*(feed.pk for feed in claimed))
"""


@pytest.mark.services
def test_q3_eight_workers_at_once_share_the_feeds_without_overlap(python):
    adding = python(ADD)
    adding.communicate("\n".join(f"https://n{n}.example/rss" for n in range(60)), timeout=60)
    workers = [python(CLAIM) for _ in range(8)]
    claimed = [pk for worker in workers for pk in worker.communicate(timeout=60)[0].split()]
    assert sorted(map(int, claimed)) == list(range(1, 61))
