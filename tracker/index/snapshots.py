"""The newest snapshot of a table in this process, which no reader waits for."""

from abc import ABC, abstractmethod
from itertools import count
from threading import Lock
from typing import Generic, TypeVar

S = TypeVar("S")
versions = count(1)  # of all snapshots of this process, each its own


class TooManyChangesError(Exception):
    """So much changed that reading everything anew is no slower."""


class Snapshots(ABC, Generic[S]):
    """Hands out immutable snapshots as the rows stand now. No lock is held during a query that a
    reader with a snapshot would wait for: who sees that rows changed reads them for itself, and
    publishes the result unless somebody else did so meanwhile.
    """

    def __init__(self) -> None:
        self._newest: S | None = None
        self._swapping = Lock()  # for an assignment
        self._reading = Lock()  # while everything is read: once for all threads, not once for each

    @abstractmethod
    def _read(self) -> S:
        """Reads everything."""

    @abstractmethod
    def _refresh(self, base: S) -> S:
        """Returns `base` itself if nothing changed, else the next snapshot. Raises
        TooManyChangesError.
        """

    @property
    def newest(self) -> S | None:
        """The snapshot that was published last, without looking whether rows changed."""
        return self._newest

    def forget(self) -> None:
        """Has everything read anew before the next answer."""
        with self._swapping:
            self._newest = None

    def current(self) -> S:
        """Returns a snapshot with everything that was stored when it was asked for. While another
        thread reads all rows anew, the newest there is; only without any, it is waited for.
        """
        base = self._newest
        if base is None:
            with self._reading:
                base = self._newest
                if base is None:
                    return self._publish(None, self._read())
        try:
            fresh = self._refresh(base)
        except TooManyChangesError:
            # Another thread reads everything: what was true a moment ago is better than waiting
            # (decision D78).
            if not self._reading.acquire(blocking=False):
                return base
            try:
                return self._publish(base, self._read())
            finally:
                self._reading.release()
        return fresh if fresh is base else self._publish(base, fresh)

    def _publish(self, base: S | None, fresh: S) -> S:
        with self._swapping:
            if self._newest is base:  # else the next reader goes on from what is there
                self._newest = fresh
        return fresh
