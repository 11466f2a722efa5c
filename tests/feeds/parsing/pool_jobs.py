"""What processes that parse are made to do in test_pool.py."""

import os
import signal
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from unittest import mock

from tracker.feeds.limits import PARSE_MEMORY
from tracker.feeds.parsing.parse import parse
from tracker.feeds.parsing.pool import Result, answer

FEED = b"<rss version='2.0'><channel><title>t</title><item><title>x</title></item></channel></rss>"


def hog() -> Result:
    """A body takes more memory than there may be."""
    return _answer_of(lambda **_: bytearray(2 * PARSE_MEMORY))


def fail() -> Result:
    """A bug of ours."""
    return _answer_of(lambda **_: int("x"))


def _answer_of(act: Callable[..., object]) -> Result:
    with mock.patch("tracker.feeds.parsing.pool.parse", act):
        return answer()


def stammer() -> Result:
    """What cannot be raised fails, again and again."""
    for _ in range(100):
        Unraisable()
    return parse(body=FEED, url="", content_type="", now=datetime.now(UTC))


class Unraisable:
    def __del__(self) -> None:
        error = MemoryError()
        sys.excepthook(MemoryError, error, None)  # as Cython does
        raise error


def die() -> Result:
    """The process dies."""
    os.kill(os.getpid(), signal.SIGKILL)
    raise AssertionError


def slow_once(mark: str) -> Result:
    """Waits for somebody to kill the process; the next one answers."""
    path = Path(mark)
    if not path.exists():
        path.write_text(str(os.getpid()))
        time.sleep(60)
    return parse(body=FEED, url="", content_type="", now=datetime.now(UTC))


def half_answer() -> Result:
    """Fills the pipe with the beginning of a long answer and dies."""
    for fd in range(3, 64):
        try:
            os.set_blocking(fd, False)
            os.write(fd, (1 << 20).to_bytes(4, "big") + b"x" * 100)
        except OSError:
            continue
    os.kill(os.getpid(), signal.SIGKILL)
    raise AssertionError
