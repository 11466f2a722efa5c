"""Parsing in processes of their own, which are killed when a body takes them too long or too much
memory: a hostile feed costs its limit and nobody else's time.
"""

import atexit
import logging
import multiprocessing
import os
import resource
from concurrent.futures import Future
from contextlib import suppress
from functools import cache
from typing import Any

from pebble import ProcessExpired, ProcessPool

from tracker.feeds.entry import ParsedFeed, ParseError
from tracker.feeds.limits import PARSE_MEMORY, PARSE_SECONDS
from tracker.feeds.parse import parse

log = logging.getLogger(__name__)

TASKS = 2_000  # bodies that one process reads before a fresh one takes its place


def submit(seconds: float = PARSE_SECONDS, **job: Any) -> "Future[ParsedFeed]":
    """Has `parse(**job)` done in a process; `outcome` reads the result."""
    future: Future[ParsedFeed] = _pool().schedule(parse, kwargs=job, timeout=seconds)
    return future


def outcome(future: "Future[ParsedFeed]") -> ParsedFeed | ParseError:
    """What parsing gave, once it is done. A process that was killed or died is an error of the
    body, as is a fault of ours in reading it, which is logged: whoever waits gets an answer.
    """
    try:
        return future.result()
    except ParseError as error:
        return error
    except TimeoutError:
        return ParseError("took too long to read, and was stopped", "costly")
    except MemoryError:
        return ParseError(f"took more than {PARSE_MEMORY >> 20} MB to read", "costly")
    except ProcessExpired as error:
        return ParseError(f"ended its reader (exit code {error.exitcode})", "costly")
    except Exception as error:
        log.exception("parsing failed in a way that was not foreseen")
        return ParseError(f"could not be read: {type(error).__name__}: {error}"[:300], "costly")


@cache
def _pool() -> ProcessPool:
    """One for this process; spawned, since the processes that poll have threads."""
    atexit.register(stop)
    return ProcessPool(
        max_workers=os.cpu_count() or 1,
        max_tasks=TASKS,
        initializer=_limit_memory,
        context=multiprocessing.get_context("spawn"),
    )


def stop() -> None:
    """Ends the processes; the next `submit` starts others."""
    if _pool.cache_info().currsize:
        pool = _pool()
        _pool.cache_clear()
        pool.stop()  # type: ignore[no-untyped-call]
        pool.join(5)


def _limit_memory() -> None:
    """Heap and anonymous memory of this process (Linux counts both as data). Where the system has
    no such limit, the one of time remains.
    """
    with suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_DATA, (PARSE_MEMORY, PARSE_MEMORY))
