"""Q10: a release is put in place under load: its migrations run beside the old code, then both
versions work on one database, then the new one alone, and the old one again.
"""

import shutil
import signal
import urllib.request

import psycopg
import pytest

from tests import make
from tests.conftest import Answer, Server
from tests.faults.production import REDIS, Production
from tests.processes import PATIENCE, ROOT, free_port, wait_for

pytestmark = pytest.mark.services
FEEDS = 12
READ = "feeds_entry WHERE process_at IS NULL"
GROWN = {"feeds": "Entry", "events": "Event", "alerts": "Delivery"}  # models of the next version
NAMES = ("Donald Trump", "Alex Jones", "Alexei Navalny", "Tommy Robinson", "Louis Farrakhan")


@pytest.fixture
def next_tree(tmp_path):
    """A copy of this tree with a column more in the tables that are written most."""
    tree = tmp_path / "next"
    shutil.copytree(
        ROOT / "tracker", tree / "tracker", ignore=shutil.ignore_patterns("__pycache__")
    )
    shutil.copy(ROOT / "manage.py", tree)
    for app, model in GROWN.items():
        place = tree / "tracker" / app
        file = (
            place / "models.py" if (place / "models.py").exists() else place / "models/__init__.py"
        )
        with file.open("a") as code:
            code.write(
                "\n\nfrom django.db import models\n\n"
                f"{model}.add_to_class('of_next', models.CharField(max_length=9, default='new',"
                " db_default='old'))\n"
            )
    return tree


class Release:
    """A production form with a worker and a web process of each version, of which the next one's
    are not started yet.
    """

    def __init__(self, place, next_tree, database, server):
        self.database, self.server, self.rounds = database, server, 0
        self.it = Production(
            place,
            workers=1,
            webs=1,
            DATABASE_URL=database.url,
            EMAIL_URL="smtp://127.0.0.1:1",
            LOG_LEVEL="WARNING",
        )
        self.it.manage("migrate", "--verbosity", "0")
        self.it.manage("collectstatic", "--no-input", "--verbosity", "0")
        self.it.follow(f"{server.url}/{n}" for n in range(FEEDS))
        self.due("now() + interval '1 day'")
        self.next_port = free_port()
        self.it.add("next-worker", self.it.python(self.it.worker(2)), next_tree)
        self.it.add("next-web", self.it.python(self.it.web(self.next_port)), next_tree)
        self.it.down |= {"next-worker", "next-web"}

    def publish(self):
        """A new entry in each feed, on acts that two or three of them tell of."""
        for n in range(FEEDS):
            title = f"Facebook bans {NAMES[n % len(NAMES)]} for hate speech, report {self.rounds}"
            body = make.rss({"title": title, "guid": f"{n}/{self.rounds}"})
            self.server.pages[f"/{n}"] = Answer(body)

    def due(self, moment):
        with psycopg.connect(self.database.url) as db:
            db.execute(f"UPDATE feeds_feed SET next_poll_at = {moment}")

    def round_of(self, *workers):
        """Every feed once more, by these workers alone: each has a new entry, which is read."""
        for name in {"worker1", "next-worker"} - set(workers) - self.it.down:
            self.it.down.add(name)
            self.it.parts[name].end(signal.SIGTERM)
            wait_for(lambda name=name: not self.it.parts[name].lives)
        self.it.down -= set(workers)
        wait_for(lambda: self.count("feeds_feed WHERE claim IS NOT NULL") == 0)
        self.rounds += 1
        self.publish()
        self.due("now()")
        wait_for(lambda: self.count(READ) == FEEDS * self.rounds, patience=2 * PATIENCE)

    def count(self, rest):
        with psycopg.connect(self.database.url) as db:
            return (db.execute(f"SELECT count(*) FROM {rest}").fetchone() or (0,))[0]

    def errors(self):
        logs = [part.log.read_text() for part in self.it.parts.values() if part.log.exists()]
        lines = "".join(logs).splitlines()
        return [line for line in lines if "ERROR" in line or "Traceback" in line]


def test_q10_old_and_new_code_work_on_one_database(postgres, next_tree, tmp_path, say):
    if REDIS is None:
        pytest.skip("redis-server is not installed")
    server = Server()
    release = Release(tmp_path, next_tree, postgres(), server)
    it = release.it
    try:
        it.start()
        release.round_of("worker1")
        it.manage("makemigrations", *GROWN, "--verbosity", "0", tree=next_tree)
        it.manage("migrate", "--verbosity", "0", tree=next_tree)  # beside the old code
        release.round_of("worker1")
        assert release.count(f"{READ} AND of_next = 'old'") == 2 * FEEDS
        it.down.discard("next-web")
        release.round_of("worker1", "next-worker")
        release.round_of("next-worker")
        wait_for(lambda: page(release.next_port))
        pages = [page(port) for port in (it.web_ports[0], release.next_port)]
        release.round_of("worker1")  # the release is taken back; its columns stay
    finally:
        it.stop()
        server.close()
    by = {v: release.count(f"{READ} AND of_next = '{v}'") for v in ("old", "new")}
    say(f"{sum(by.values())} entries, by old and new code: {by}")
    assert release.errors() == []
    assert by["old"] >= 3 * FEEDS
    assert by["new"] >= FEEDS
    assert release.count("events_event") == len(NAMES)
    assert all(name in text for name in NAMES for text in pages)


def page(port):
    """The timeline of one web process, as the proxy asks for it."""
    asked = urllib.request.Request(
        f"http://127.0.0.1:{port}/", headers={"X-Forwarded-Proto": "https"}
    )
    return urllib.request.urlopen(asked, timeout=PATIENCE).read().decode()
