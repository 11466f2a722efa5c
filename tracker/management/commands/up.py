"""manage.py up: the embedded form in one command."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from argparse import ArgumentParser
from collections import Counter
from collections.abc import Iterable
from contextlib import suppress
from types import FrameType
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import CommandError

from tracker import database_time
from tracker.events.intake.history_csv import SHIPPED_HISTORY
from tracker.events.intake.history_import import import_history
from tracker.events.models import Event
from tracker.feeds.editing.catalogue import CATALOGUE
from tracker.feeds.models import Feed
from tracker.feeds.services import import_opml
from tracker.management.command import PlainCommand
from tracker.operations import schema
from tracker.people.setup import is_set_up, setup_path

STOP_WITHIN = 8.0  # seconds that parts get to stop by themselves
# A loaded machine takes long to notice that a part cannot run.
EARLY, TRIES, PAUSE = 60.0, 5, 2.0  # a part that ends this soon (s) this often in a row cannot run
THREADS = "6"
# glibc's malloc keeps a growing heap per thread; two keep a worker's memory flat (docs/scale.md).
FLAT = {"MALLOC_ARENA_MAX": "2"}
YIELDING = ("nice", "-n", "5") if shutil.which("nice") else ()  # readers have priority over polls
STOPPING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Command(PlainCommand):
    help = (
        "Start the tracker on this machine: web, worker and clock, until Ctrl-C. Needs no other"
        " service."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--port", type=int, default=8000)
        parser.add_argument("--host", default="127.0.0.1")

    def handle(self, *args: Any, **options: Any) -> None:
        host, port = options["host"], options["port"]
        _check_port(host, port)
        # From here on Ctrl-C, TERM and a closed terminal do the same: stop every part.
        for number in STOPPING:
            signal.signal(number, _interrupt)
        try:
            self._prepare()
            self._run(host, port)
        except KeyboardInterrupt:
            self.stdout.write("Stopped.")

    def _prepare(self) -> None:
        # An older database is upgraded here; any other would break at the first page.
        misfit = schema.refused()
        if misfit and not misfit.can_be_upgraded:
            raise CommandError(misfit.text)
        call_command("migrate", verbosity=0)
        call_command("collectstatic", interactive=False, verbosity=0)
        now = database_time.now()
        # All of them until the first owner chooses, so that a first start shows news.
        if not Feed.objects.exists():
            result = import_opml(CATALOGUE.read_bytes(), now=now)
            self.stdout.write(f"Catalogue loaded: {result.added} feeds.")
        if not Event.objects.exists():
            known = import_history(SHIPPED_HISTORY.read_bytes(), now)
            self.stdout.write(f"History loaded: {known.added} known events.")
        if settings.CELERY_BROKER_URL.startswith("filesystem:"):
            # Messages only say "look now"; those of the last run are stale.
            shutil.rmtree(settings.BROKER_DIR, ignore_errors=True)
            for name in ("messages", "control"):
                (settings.BROKER_DIR / name).mkdir(parents=True)

    def _say_where(self, place: str) -> None:
        self.stdout.write(
            f"The tracker is at http://{place}/ ({Feed.objects.count()} feeds)."
            f" Mails are written to {settings.MAIL_DIR}. Ctrl-C stops it."
        )
        if not is_set_up():
            self.stdout.write(
                f"Choose your feeds and create an account at http://{place}{setup_path()}"
                " (works until somebody has an account)."
            )
        self.stdout.flush()

    def _run(self, host: str, port: int) -> None:
        parts: dict[str, subprocess.Popen[bytes]] = {}
        commands = _commands(host, port)
        started: dict[str, float] = {}
        early = Counter[str]()

        def start(name: str) -> None:
            # A separate session: Ctrl-C in the terminal reaches only this process, which stops the
            # parts in order.
            started[name] = time.monotonic()
            parts[name] = subprocess.Popen(  # noqa: S603 - our own words only
                [*(YIELDING if name == "worker" else ()), sys.executable, *commands[name].split()],
                start_new_session=True,
                cwd=settings.BASE_DIR,
                # The owner's own settings win.
                env={"SITE_URL": f"http://{_bind(host, port)}"} | FLAT | os.environ,
            )

        try:
            for name in commands:
                start(name)
            _wait_for(host, port, parts["web"])
            self._say_where(_bind(host, port))
            while True:
                time.sleep(0.5)
                for name in [n for n, part in parts.items() if part.poll() is not None]:
                    problem = f"The {name} ended by itself (exit code {parts[name].returncode})"
                    _kill_group(parts[name])
                    is_early = time.monotonic() - started[name] < EARLY
                    # Something else killed it, which does not show that the part is broken.
                    is_killed = parts[name].returncode == -signal.SIGKILL
                    early[name] = early[name] + (not is_killed) if is_early else 0
                    # A fault that restarting does not fix (decision D7).
                    if early[name] >= TRIES:
                        raise CommandError(f"{problem} {TRIES} times; its last messages are above.")
                    self.stderr.write(f"{problem}; it is started again.")
                    time.sleep(PAUSE)
                    start(name)
        finally:
            for number in STOPPING:
                signal.signal(number, signal.SIG_IGN)
            _stop(parts.values())


def _commands(host: str, port: int) -> dict[str, str]:
    """Return each part's arguments to this Python."""
    celery = "-m celery --app tracker --quiet"
    # Gossip fails when a broker restarts (docs/scale.md), and a single worker does not need it.
    alone = "--without-gossip --without-mingle --without-heartbeat"
    return {
        "web": f"-m gunicorn tracker.wsgi --config python:tracker.web.gunicorn"
        f" --bind {_bind(host, port)} --threads 4"
        " --graceful-timeout 5 --log-level warning",
        # Threads: prefork's children may not start the processes that parse (decision D1).
        "worker": f"{celery} worker --pool threads --concurrency {THREADS} {alone}"
        " --loglevel WARNING",
        "clock": f"{celery} beat --loglevel WARNING --pidfile=",
    }


def _bind(host: str, port: int) -> str:
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def _interrupt(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def _check_port(host: str, port: int) -> None:
    try:
        with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
            # Like gunicorn: a port that was just released counts as free.
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((host, port))
    except (OSError, OverflowError) as error:
        raise CommandError(
            f"Cannot listen on {_bind(host, port)}: {error}. If another program (or another"
            f" tracker) has the port, choose a different one with --port {min(port + 1, 65535)}"
            f" (make run PORT={min(port + 1, 65535)})."
        ) from None


def _wait_for(host: str, port: int, web: "subprocess.Popen[bytes]") -> None:
    """Return once the site answers, or once its process has ended."""
    while web.poll() is None:
        try:
            socket.create_connection((host, port), timeout=1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return


def _stop(parts: Iterable[subprocess.Popen[bytes]]) -> None:
    """Ask every part to end, then kill those that do not, with all that they started."""
    living = [part for part in parts if part.poll() is None]
    for part in living:
        part.terminate()
    deadline = time.monotonic() + STOP_WITHIN
    for part in living:
        try:
            part.wait(max(0.1, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            _kill_group(part)
            part.wait()


def _kill_group(part: subprocess.Popen[bytes]) -> None:
    """End a part with all that it started, which would keep the port or read on without it."""
    # Each part leads a session of its own, so this ends nothing else.
    with suppress(ProcessLookupError):
        os.killpg(part.pid, signal.SIGKILL)
