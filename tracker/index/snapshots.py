"""Keep the newest snapshot of a table in this process; readers never wait for it."""

from abc import ABC, abstractmethod
from itertools import count
from threading import Lock
from time import monotonic
from typing import Generic, TypeVar

S = TypeVar("S")
versions = count(1)  # of all snapshots of this process, each its own


class TooManyChangesError(Exception):
    """So much changed that reloading everything is no slower."""


class Snapshots(ABC, Generic[S]):
    """Provides immutable, current snapshots. No lock that readers need is held during a query: a
    reader that sees changed rows loads them itself, and publishes the result unless another thread
    was first.
    """

    def __init__(self) -> None:
        self._newest: S | None = None
        self._looked_at = 0.0  # when rows were last asked whether they changed, monotonic
        self._swapping = Lock()  # for an assignment
        # held while everything is loaded, so that one thread does it for all
        self._reading = Lock()

    @abstractmethod
    def _read(self) -> S:
        """Read everything."""

    @abstractmethod
    def _refresh(self, base: S) -> S:
        """Return `base` itself if nothing changed, else the next snapshot. Raises
        TooManyChangesError.
        """

    @property
    def newest(self) -> S | None:
        """The snapshot that was published last, without checking for changed rows."""
        return self._newest

    def forget(self) -> None:
        """Reload everything before the next answer."""
        with self._swapping:
            self._newest = None

    def recent(self, seconds: float) -> S:
        """Return the newest snapshot, without a query if it was checked within that many seconds;
        otherwise the same as `current`.
        """
        newest = self._newest
        if newest is not None and monotonic() - self._looked_at < seconds:
            return newest
        return self.current()

    def current(self) -> S:
        """Return a snapshot with everything stored at the time of the call. While another thread
        reloads all rows, return the newest one; wait only if there is none.
        """
        base = self._newest
        self._looked_at = monotonic()
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
            if self._newest is base:  # otherwise the next reader continues from the published one
                self._newest = fresh
        return fresh
