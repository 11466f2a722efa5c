"""Parts of a real tracker that a test stops for real."""

import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.faults.production import Postgres, postgres_place, postgres_programs
from tests.test_up import started, tracker

__all__ = ["started", "tracker"]  # fixtures


@pytest.fixture
def postgres() -> Iterator[Callable[..., Postgres]]:
    programs = postgres_programs()
    if programs is None:
        pytest.skip("no PostgreSQL server on this machine")
    place = postgres_place()
    made: list[Postgres] = []

    def make(**options: Any) -> Postgres:
        it = Postgres(programs, place)
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
