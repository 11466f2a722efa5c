"""Parts of a real tracker that a test stops for real."""

import os
import pwd
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.test_up import free_port, started, tracker

__all__ = ["started", "tracker"]  # fixtures


class Postgres:
    """A PostgreSQL of our own, which can be stopped at once and started again."""

    def __init__(self, programs: Path, place: Path) -> None:
        self.programs, self.place, self.port = programs, place, free_port()
        self.url = f"postgres://tracker@127.0.0.1:{self.port}/postgres"

    def run(self, program: str, *words: str) -> None:
        """As its own user: the server refuses to run as root."""
        user = pwd.getpwnam("postgres")
        subprocess.run(
            [self.programs / program, *words],
            check=True,
            stdout=subprocess.DEVNULL,
            cwd="/",
            user=user.pw_uid if os.geteuid() == 0 else None,
            group=user.pw_gid if os.geteuid() == 0 else None,
        )

    def make(self, *, connections: int = 60) -> None:
        data = str(self.place / "data")
        self.run("initdb", "-D", data, "-U", "tracker", "--auth=trust", "--no-sync")
        with (self.place / "data" / "postgresql.conf").open("a") as conf:
            conf.write(
                f"port = {self.port}\nlisten_addresses = '127.0.0.1'\nmax_connections ="
                f" {connections}\nunix_socket_directories = '{self.place}'\nfsync = off\n"
            )
        self.start()

    def start(self) -> None:
        log = str(self.place / "log")
        self.run("pg_ctl", "-D", str(self.place / "data"), "-w", "-l", log, "start")

    def stop(self) -> None:
        self.run("pg_ctl", "-D", str(self.place / "data"), "-m", "immediate", "-w", "stop")


@pytest.fixture
def postgres() -> Iterator[Callable[..., Postgres]]:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if not found:
        pytest.skip("no PostgreSQL server on this machine")
    place = Path("/tmp") / f"tracker-faults-{os.getpid()}-{time.monotonic_ns()}"
    place.mkdir()
    if os.geteuid() == 0:
        shutil.chown(place, "postgres", "postgres")
    made: list[Postgres] = []

    def make(**options: int) -> Postgres:
        it = Postgres(found[-1].parent, place)
        it.make(**options)
        made.append(it)
        return it

    yield make
    for it in made:
        subprocess.run(["pkill", "-9", "-f", str(it.place)], check=False)
    shutil.rmtree(place, ignore_errors=True)


@pytest.fixture
def say(capsys: pytest.CaptureFixture[str]) -> Callable[[str], None]:
    """Prints what was measured, whether the test passes or not."""

    def out(text: str) -> None:
        with capsys.disabled():
            sys.stdout.write(f"\n  {text}\n")
            sys.stdout.flush()

    return out
