"""Parse in separate processes, which are killed when a body takes too much time or memory: a
hostile feed cannot exceed its limits or delay others. A killed process is replaced.
"""

import atexit
import logging
import multiprocessing
import os
import queue
import resource
import sys
import threading
import traceback
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any

from pebble import ProcessExpired, ProcessPool

from tracker.feeds.limits import PARSE_MEMORY, PARSE_SECONDS
from tracker.feeds.parsing.parse import parse
from tracker.feeds.parsing.types import OwnFaultError, ParsedFeed, ParseError

log = logging.getLogger(__name__)

WORKERS = os.cpu_count() or 1
TASKS = 2_000  # bodies that one process parses before it is replaced
# attempts for one body, each in a fresh process, the second and third with no other in parallel
TRIES = 3
GRACE = 60.0  # seconds in addition to the body's own in which a process must start and answer

Result = ParsedFeed | ParseError | OwnFaultError


def submit(seconds: float = PARSE_SECONDS, **job: Any) -> "Future[Result]":
    """Have `parse(**job)` done in a process; `outcome` reads the result."""
    return run(answer, job, seconds)


def run(function: "Callable[..., Result]", job: dict[str, Any], seconds: float) -> "Future[Result]":
    """As `submit`, of any function that a process can import."""
    future: Future[Result] = Future()
    with _lock:
        if not _parsers:
            _parsers.append(Parsers())
        _parsers[0].submit(Job(function, job, seconds, future))
    return future


def outcome(future: "Future[Result]") -> Result:
    """Return the result of parsing once it is done; never raises, so that every caller gets an
    answer.

    ParseError means a fault of the body, also if the process died each time it parsed it alone;
    OwnFaultError is ours: no process could be started, or parsing failed unexpectedly.
    """
    try:
        result = future.result()
    except Exception as error:
        log.exception("no process to parse in")
        return OwnFaultError(f"no process to parse in: {type(error).__name__}: {error}")
    if isinstance(result, OwnFaultError):
        log.error("parsing failed", extra={"error": str(result), "trace": result.trace})
    return result


def answer(**job: Any) -> Result:
    """Return the result of `parse(**job)`; runs in a process of its own, so every error is
    a value.
    """
    try:
        return parse(**job)
    except ParseError as error:
        return error
    except MemoryError:
        return ParseError(
            f"took more than {PARSE_MEMORY >> 20} MB to read", "costly", "too_complex"
        )
    except RecursionError:
        return ParseError("nested too deep to read", "costly", "too_complex")
    except Exception as error:  # noqa: BLE001 - reported and logged by `outcome`
        reason = f"could not be read: {type(error).__name__}: {error}"
        return OwnFaultError(reason[:300], traceback.format_exc())


class Parser:
    """One process that parses. If a call ends without an answer the process is killed, so that
    nothing half-written stays in its pipe; the next body starts a fresh one.
    """

    def __init__(self) -> None:
        self.pool: ProcessPool | None = None

    def run(self, function: Callable[..., Result], job: dict[str, Any], seconds: float) -> Result:
        """Return the answer, or an error for a body that took too long. Raises ProcessExpired if
        the process died while parsing, another error if none could be started.
        """
        if self.pool is None:
            # Spawned, since polling processes have threads. One process per pool: pebble gives up a
            # pool when one of its idle processes dies.
            self.pool = ProcessPool(
                max_workers=1,
                max_tasks=TASKS,
                initializer=_begin,
                context=multiprocessing.get_context("spawn"),
            )
        future = None
        try:
            future = self.pool.schedule(function, kwargs=job, timeout=seconds)
            # pebble's own limit does not cover a process that never starts.
            return future.result(seconds + GRACE)
        except TimeoutError:
            is_hung = future is None or not future.done()
            self.stop()
            if is_hung:
                raise
            return ParseError("took too long to read, and was stopped", "costly", "too_slow")
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """End the process."""
        pool, self.pool = self.pool, None
        if pool is not None:
            with suppress(Exception):  # of a pool that never started, or is broken
                pool.stop()  # type: ignore[no-untyped-call]
                pool.join(5)


class Parsers:
    """As many Parsers as there are cores, each with a thread that waits for it; started when
    needed. The threads are daemons.
    """

    def __init__(self) -> None:
        self.jobs: queue.SimpleQueue[Job | None] = queue.SimpleQueue()
        self.lock = threading.Lock()
        self.order = threading.Lock()
        self.room = threading.Semaphore(WORKERS)
        self.parsers: list[Parser] = []
        self.is_open = True

    def submit(self, job: "Job") -> None:
        """Submit a job to the next free Parser."""
        with self.lock:
            if len(self.parsers) < WORKERS:
                parser = Parser()
                threading.Thread(
                    target=self._work, args=(parser,), name="parse", daemon=True
                ).start()
                self.parsers.append(parser)
        self.jobs.put(job)

    def stop(self) -> None:
        """End the processes; waiting jobs are not done."""
        self.is_open = False
        for parser in self.parsers:
            self.jobs.put(None)
            parser.stop()

    def _work(self, parser: Parser) -> None:
        while self.is_open and (job := self.jobs.get()) is not None:
            try:
                job.future.set_result(self._parse(parser, job))
            except BaseException as error:  # noqa: BLE001 - raised in the waiting thread
                job.future.set_exception(error)

    def _parse(self, parser: Parser, job: "Job") -> Result:
        crashes, why = 0, ""
        for tries in range(TRIES):
            if not self.is_open:
                break
            with self._turn(is_alone=tries > 0):
                try:
                    return parser.run(job.function, job.words, job.seconds)
                except ProcessExpired as error:
                    crashes += 1
                    why = f"ended its reader (exit code {error.exitcode})"
                except Exception as error:  # noqa: BLE001 - the process failed, not the body
                    why = f"no process to parse in: {type(error).__name__}: {error}"
            log.warning("a body was not parsed", extra={"error": why})
        # The body is the cause: the process also died parsing it alone (decision D15, fault Q14).
        if crashes == TRIES:
            return ParseError(why, "costly", "too_complex")
        return OwnFaultError(why)

    @contextmanager
    def _turn(self, *, is_alone: bool) -> Iterator[None]:
        """Wait for a turn to parse in parallel, or alone: a process that dies alone was not killed
        by the memory of others.
        """
        permits = WORKERS if is_alone else 1
        with self.order:
            for _ in range(permits):
                self.room.acquire()
        try:
            yield
        finally:
            self.room.release(permits)


@dataclass(frozen=True)
class Job:
    """A call to be made in a process, and the future for its result."""

    function: Callable[..., Result]
    words: dict[str, Any]
    seconds: float
    future: "Future[Result]"


_lock = threading.Lock()
_parsers: list[Parsers] = []  # of this process; None until needed


def stop() -> None:
    """End the processes; the next `submit` starts others."""
    with _lock:
        stopped, _parsers[:] = list(_parsers), []
    for parsers in stopped:
        parsers.stop()


atexit.register(stop)


def _begin() -> None:
    """Prepare this process for hostile bodies."""
    _limit_memory()
    sys.excepthook = _only_once(sys.excepthook)
    sys.unraisablehook = _only_once(sys.unraisablehook)


def _only_once(tell: Callable[..., object]) -> Callable[..., None]:
    """Return a hook that reports only its first error. Out of memory, lxml fails at each of a
    body's thousand errors in places where it cannot raise, and each would be ten lines in the log.
    """
    reported: list[bool] = []

    def hook(*args: object) -> None:
        if not reported:
            reported.append(True)
            tell(*args)

    return hook


def _limit_memory() -> None:
    """Limit heap and anonymous memory of this process (Linux counts both as data). Systems without
    such a limit only have the time limit.
    """
    with suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_DATA, (PARSE_MEMORY, PARSE_MEMORY))
