"""Diagnose an installation: one finding for each part, with the command to run."""

import os
import platform
import shutil
import socket
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth.models import User
from django.core.checks import ERROR, run_checks
from django.core.mail import get_connection
from django.db import Error as DatabaseError
from django.db import connection
from kombu import Connection

from tracker.feeds.models import Feed
from tracker.operations import clock, schema
from tracker.operations.health.status import LEAST_ROOM, watch
from tracker.people.roles import editors, owners
from tracker.redact import without_secrets
from tracker.version import VERSION

SECONDS = 5  # seconds to wait for a server
HOSTS = 3  # of followed feeds that are resolved


@dataclass(frozen=True)
class Finding:
    """The state of one part, in a sentence; `command` is what to run if there is a problem."""

    part: str
    is_well: bool
    text: str
    command: str = ""


def examine(now: datetime) -> Iterator[Finding]:
    """Yield a finding for each part of the installation, prerequisites first; never raises. Changes
    nothing. Parts that need the database are left out if it does not answer or fit.
    """
    yield Finding("program", True, f"version {VERSION} on Python {platform.python_version()}")
    yield from _guarded("settings", _settings)
    yield from _guarded("folder", _folder)
    database = list(_guarded("database", _database))
    yield from database
    yield from _guarded("broker", _broker)
    yield from _guarded("mail", _mail)
    if all(finding.is_well for finding in database):
        yield from _guarded("clocks", lambda: _clocks(now))
        yield from _guarded("names", _name_resolution)
        yield from _guarded("work", lambda: _work(now))
        yield from _guarded("editors", _editors)


def _guarded(part: str, look: Callable[[], Iterator[Finding]]) -> Iterator[Finding]:
    try:
        yield from look()
    except Exception as error:  # noqa: BLE001 - a part that cannot even be examined is a finding
        yield Finding(part, False, without_secrets(f"{type(error).__name__}: {error}"))


def _settings() -> Iterator[Finding]:
    """Yield the results of Django's checks and ours, without those that need the database."""
    results = run_checks(include_deployment_checks=settings.PRODUCTION)
    messages = [message for message in results if not message.is_silenced()]
    for message in messages:
        is_well = message.level < ERROR
        hint = f" {message.hint}" if message.hint else ""
        yield Finding("settings", is_well, f"{message.msg}{hint} ({message.id})")
    if not messages:
        form = "production" if settings.PRODUCTION else "embedded"
        yield Finding("settings", True, f"the {form} form; every check passes")


def _folder() -> Iterator[Finding]:
    folder = Path(settings.VAR_DIR)
    if not folder.is_dir() or not os.access(folder, os.W_OK | os.X_OK):
        yield Finding("folder", False, f"{folder} is missing, or not writable. Set VAR_DIR.")
        return
    free = shutil.disk_usage(folder).free
    text = f"{folder} is writable; {free // 1_000_000} MB free"
    if free < LEAST_ROOM:
        text += f", less than the {LEAST_ROOM // 1_000_000} MB that the tracker needs"
    yield Finding("folder", free >= LEAST_ROOM, text)


def _database() -> Iterator[Finding]:
    try:
        connection.ensure_connection()
    except DatabaseError as error:
        hint = "See that it runs, and DATABASE_URL or VAR_DIR."
        yield Finding("database", False, without_secrets(f"no connection: {error} {hint}"))
        return
    if misfit := schema.refused():
        yield Finding("database", False, misfit.text)
        return
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA quick_check(1)")
            (answer,) = cursor.fetchone()
        if answer != "ok":
            command = "manage.py restore FILE --yes"
            yield Finding("database", False, f"the file is damaged: {answer}", command)
            return
    version = ".".join(str(n) for n in connection.get_database_version())
    yield Finding("database", True, f"{connection.vendor} {version}; fits this version")


def _broker() -> Iterator[Finding]:
    url = settings.CELERY_BROKER_URL
    if url.startswith("filesystem:"):
        yield Finding("broker", True, "files, for one machine")
        return
    name = urlsplit(url).scheme
    try:
        with Connection(url, connect_timeout=SECONDS) as broker:
            broker.ensure_connection(max_retries=1, interval_start=0, timeout=SECONDS)
    except Exception as error:  # noqa: BLE001 - each transport raises errors of its own
        text = f"{name} does not answer: {error}. See that it runs, and BROKER_URL."
        yield Finding("broker", False, without_secrets(text))
        return
    yield Finding("broker", True, f"{name} answers")


def _mail() -> Iterator[Finding]:
    if settings.MAIL_PROVIDER:
        text = f"sent by {settings.MAIL_PROVIDER}; only a mail can show that it works"
        yield Finding("mail", True, text, "manage.py testmail ADDRESS")
    elif settings.EMAIL_IS_EMBEDDED:
        yield Finding("mail", True, f"written to files in {settings.MAIL_DIR}; nothing is sent")
    else:
        server = get_connection(fail_silently=False, timeout=SECONDS)
        try:
            server.open()
        except OSError as error:  # of the network, of TLS, and what the server refuses
            text = f"the mail server does not take us: {error}. See that it runs, and EMAIL_URL."
            yield Finding("mail", False, without_secrets(text))
            return
        server.close()
        text = "the mail server answers; only a mail can show that it works"
        yield Finding("mail", True, text, "manage.py testmail ADDRESS")


def _clocks(now: datetime) -> Iterator[Finding]:
    wrong = [machine for machine in clock.machines(now) if machine.is_skewed]
    for machine in wrong:
        way = "behind" if machine.is_behind else "ahead of"
        text = f"{machine.name} is {machine.seconds:.0f} s {way} the database. Set its clock."
        yield Finding("clocks", False, text)
    if not wrong:
        yield Finding("clocks", True, "no machine that worked lately differs from the database")


def _name_resolution() -> Iterator[Finding]:
    if settings.PROXY:
        yield Finding("names", True, "the proxy looks up the names of hosts")
        return
    urls = Feed.objects.followed().order_by("pk").values_list("url", flat=True)
    hosts = list(dict.fromkeys(urlsplit(url).hostname or "" for url in urls[: HOSTS * 5]))[:HOSTS]
    if not hosts:
        yield Finding("names", True, "no feed is followed yet", "manage.py addfeed URL")
        return
    if any(_resolves(host) for host in hosts):
        yield Finding("names", True, "this machine looks up the names of hosts")
        return
    text = f"none of {', '.join(hosts)} could be looked up: this machine has no name resolution"
    yield Finding("names", False, text)


def _resolves(host: str) -> bool:
    try:
        return bool(socket.getaddrinfo(host, 443))
    except OSError:
        return False


def _work(now: datetime) -> Iterator[Finding]:
    condition = watch(now)
    for part in condition.parts:
        if part.is_well:
            continue
        at = part.succeeded_at
        last = f"last done {at:%Y-%m-%d %H:%M} UTC" if at else "never done"
        error = f"; {part.error}" if part.error else ""
        text = f"{part.name}: {part.waiting} waiting, {last}{error}. See that worker and clock run."
        yield Finding("work", False, without_secrets(text))
    if set_aside := sum(part.set_aside for part in condition.parts):
        text = f"{set_aside} set aside after several failures"
        yield Finding("work", False, text, "manage.py retry")
    elif all(part.is_well for part in condition.parts):
        yield Finding("work", True, "everything that was due was done")


def _editors() -> Iterator[Finding]:
    count, has_owner = editors().count(), owners().exists()
    if not User.objects.exists():
        yield Finding("editors", True, "nobody can sign in yet", "manage.py addeditor NAME")
    elif has_owner:
        yield Finding("editors", True, f"{count} can sign in")
    else:
        text = f"{count} can sign in, but nobody is an owner"
        yield Finding("editors", True, text, "manage.py addeditor NAME --role owner")
