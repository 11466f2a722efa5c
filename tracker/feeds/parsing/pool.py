"""Parsing in processes of their own, which are killed when a body takes them too long or too much
memory: a hostile feed costs its limit and nobody else's time. A process that is gone is replaced.
"""

import atexit
import logging
import multiprocessing
import os
import queue
import resource
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
TASKS = 2_000  # bodies that one process reads before a fresh one takes its place
TRIES = 3  # of one body, in a fresh process each, the second and third with no other beside it
GRACE = 60.0  # seconds beyond the body's own in which a process must have started and answered

Result = ParsedFeed | ParseError | OwnFaultError


def submit(seconds: float = PARSE_SECONDS, **job: Any) -> "Future[Result]":
    """Has `parse(**job)` done in a process; `outcome` reads the result."""
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
    """What parsing gave, once it is done; never raises, so that whoever waits gets an answer.

    ParseError is what the body did, also if its process died each time that it read it alone;
    OwnFaultError is ours: no process could be had, or parsing failed in an unforeseen way.
    """
    try:
        found = future.result()
    except Exception as error:
        log.exception("no process to parse in")
        return OwnFaultError(f"no process to parse in: {type(error).__name__}: {error}")
    if isinstance(found, OwnFaultError):
        log.error("parsing failed", extra={"error": str(found), "trace": found.trace})
    return found


def answer(**job: Any) -> Result:
    """The result of `parse(**job)`; runs in a process of its own, so every error is a value."""
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
    except Exception as error:  # noqa: BLE001 - told and logged by `outcome`
        reason = f"could not be read: {type(error).__name__}: {error}"
        return OwnFaultError(reason[:300], traceback.format_exc())


class Parser:
    """One process that parses. Whatever ends without an answer costs the process, so that nothing
    half-written is left in its pipe; the next body starts a fresh one.
    """

    def __init__(self) -> None:
        self.pool: ProcessPool | None = None

    def run(self, function: Callable[..., Result], job: dict[str, Any], seconds: float) -> Result:
        """The answer, or an error of the body that took too long. Raises ProcessExpired if the
        process ended while it read, another error if there was none to read.
        """
        if self.pool is None:
            # Spawned, since the processes that poll have threads. One process a pool: pebble
            # gives a pool up when an idle process of it dies.
            self.pool = ProcessPool(
                max_workers=1,
                max_tasks=TASKS,
                initializer=_limit_memory,
                context=multiprocessing.get_context("spawn"),
            )
        future = None
        try:
            future = self.pool.schedule(function, kwargs=job, timeout=seconds)
            # pebble's own limit does not count for a process that never starts.
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
        """Ends the process."""
        pool, self.pool = self.pool, None
        if pool is not None:
            with suppress(Exception):  # of a pool that never started, or is broken
                pool.stop()  # type: ignore[no-untyped-call]
                pool.join(5)


class Parsers:
    """As many Parsers as there are cores, each with a thread that waits for it; started as they are
    needed. The threads end with the process, whatever they wait for.
    """

    def __init__(self) -> None:
        self.jobs: queue.SimpleQueue[Job | None] = queue.SimpleQueue()
        self.lock = threading.Lock()
        self.order = threading.Lock()
        self.room = threading.Semaphore(WORKERS)
        self.parsers: list[Parser] = []
        self.is_open = True

    def submit(self, job: "Job") -> None:
        """Has a job done by the next Parser that is free."""
        with self.lock:
            if len(self.parsers) < WORKERS:
                parser = Parser()
                threading.Thread(
                    target=self._work, args=(parser,), name="parse", daemon=True
                ).start()
                self.parsers.append(parser)
        self.jobs.put(job)

    def stop(self) -> None:
        """Ends the processes; what waits is not done."""
        self.is_open = False
        for parser in self.parsers:
            self.jobs.put(None)
            parser.stop()

    def _work(self, parser: Parser) -> None:
        while self.is_open and (job := self.jobs.get()) is not None:
            try:
                job.future.set_result(self._parse(parser, job))
            except BaseException as error:  # noqa: BLE001 - raised where it is waited for
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
                except Exception as error:  # noqa: BLE001 - of the process, not of the body
                    why = f"no process to parse in: {type(error).__name__}: {error}"
            log.warning("a body was not parsed", extra={"error": why})
        # The body is what kills: it died alone, too (decision D15, fault Q14).
        if crashes == TRIES:
            return ParseError(why, "costly", "too_complex")
        return OwnFaultError(why)

    @contextmanager
    def _turn(self, *, is_alone: bool) -> Iterator[None]:
        """Room to parse beside others, or alone: what dies without neighbours was not killed by
        what they took.
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
    """A call to be made in a process, and where its result goes."""

    function: Callable[..., Result]
    words: dict[str, Any]
    seconds: float
    future: "Future[Result]"


_lock = threading.Lock()
_parsers: list[Parsers] = []  # of this process: one, or none yet


def stop() -> None:
    """Ends the processes; the next `submit` starts others."""
    with _lock:
        stopped, _parsers[:] = list(_parsers), []
    for parsers in stopped:
        parsers.stop()


atexit.register(stop)


def _limit_memory() -> None:
    """Heap and anonymous memory of this process (Linux counts both as data). Where the system has
    no such limit, the one of time remains.
    """
    with suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_DATA, (PARSE_MEMORY, PARSE_MEMORY))
