"""M1: a worker killed at any point loses no mail and doubles at most the one in its hand."""

import json
import os
import subprocess
import sys
from collections import Counter
from email import message_from_bytes
from email.policy import default

import pytest

from tests.processes import ROOT

RUNS, ROUNDS = 4, 50  # each round looks at what all before it made
SCRIPT = """
import django, json, os, signal, sys
django.setup()
from datetime import timedelta
from django.core.management import call_command
from django.db import connections
from django.utils import timezone
from tests import make
from tracker.alerts import hits
from tracker.alerts.delivery import queueing, sending
from tracker.alerts.followups import writing
from tracker.alerts.models import Alert, Delivery, Hit, MatchAttempt
from tracker.events.models import Event

call_command("migrate", verbosity=0)
queueing.MAILS_AN_HOUR = 10**6
queueing.QUIET = timedelta(0)
start = timezone.now() - timedelta(days=1)
for n in range(3):
    make.alert(address=f"r{n}@example.org", created_at=start, confirmed_at=start, told_from=start)

def die(*args, **kwargs):
    os.kill(os.getpid(), signal.SIGKILL)

def before(module, name):  # dies in the place of a call
    setattr(module, name, die)

def after(module, name):  # dies when the call came back
    inner = getattr(module, name)
    def call(*args, **kwargs):
        inner(*args, **kwargs)
        die()
    setattr(module, name, call)

POINTS = {
    "hits written, nobody woken": lambda: before(writing, "_notify_alerts"),
    "a digest queued": lambda: after(queueing, "_queue_digest"),
    "mails claimed": lambda: before(sending, "DeliveryBatch"),
    "given to the server, not marked": lambda: after(sending.MailConnection, "send_mail"),
    "one marked, others not": lambda: after(sending, "deliver_mail"),
}

def end_leases():
    now = timezone.now()
    Delivery.objects.filter(state="due").update(next_try_at=now)
    MatchAttempt.objects.filter(next_try_at__isnull=False).update(next_try_at=now)

def work():
    hits.match_changed_events(timezone.now())
    sending.send_due_mails(timezone.now())

rounds, killed = int(sys.argv[1]), []
for number in range(rounds):
    event = make.event(f"Act {number}")
    make.report(event, make.entry(f"Report {number}", first_seen_at=timezone.now()))
    event.reports.update(added_at=timezone.now())
    point = list(POINTS)[number % len(POINTS)]
    connections.close_all()
    child = os.fork()
    if not child:
        POINTS[point]()
        work()
        os._exit(0)
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status):
        killed.append(point)
    end_leases()
work()
while Delivery.objects.filter(state="due").exists() or Hit.objects.filter(delivery=None).exists():
    Alert.objects.update(next_run_at=timezone.now())
    end_leases()
    work()
print(json.dumps({
    "killed": killed,
    "hits": Hit.objects.count(),
    "events": Event.objects.count(),
    "sent": list(Delivery.objects.filter(state="sent").values_list("message_id", flat=True)),
    "other": Delivery.objects.exclude(state="sent").count(),
}))
"""


@pytest.mark.services
@pytest.mark.parametrize("run", range(RUNS))
def test_m1_two_hundred_kills_at_five_points_lose_nothing(run, post, settings, tmp_path):
    server = post()
    env = os.environ | {
        "DJANGO_SETTINGS_MODULE": "tracker.settings",
        "VAR_DIR": str(tmp_path),
        "DATABASE_URL": f"sqlite:///{tmp_path / 'tracker.sqlite3'}",
        "EMAIL_URL": f"smtp://127.0.0.1:{settings.EMAIL_PORT}",
        "MAIL_RATE": "0",
        "LOG_LEVEL": "ERROR",
        "PYTHONPATH": str(ROOT),
    }
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, str(ROUNDS)],
        cwd=ROOT,
        env=env,
        capture_output=True,
        text=True,
        timeout=400,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    told = json.loads(done.stdout)
    kills = Counter(told["killed"])
    assert len(kills) == 5
    assert sum(kills.values()) >= 0.9 * ROUNDS
    assert told["hits"] == 3 * ROUNDS
    assert told["other"] == 0

    contents = [envelope.content for envelope in server.taken]
    taken = Counter(message_from_bytes(content)["Message-ID"] for content in contents)
    assert set(taken) == set(told["sent"])
    doubled = sum(n - 1 for n in taken.values())
    assert doubled <= kills["given to the server, not marked"]
    subjects = {
        m["Message-ID"]: m["Subject"].strip()  # of a folded line
        for m in (message_from_bytes(content, policy=default) for content in contents)
    }
    counts = [text.partition(" new: ")[0] for text in subjects.values()]
    assert sum(int(n) if n.isdecimal() else 1 for n in counts) == 3 * ROUNDS
