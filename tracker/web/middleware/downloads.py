"""Limit the files that are being sent, so that they never occupy every thread of a web process."""

import errno
from collections.abc import Callable, Iterable, Iterator
from threading import BoundedSemaphore
from time import monotonic
from typing import Any

from django.http import StreamingHttpResponse

AT_ONCE = 2  # in a process, of its 4 threads
PATIENCE = 30.0  # seconds that we wait for a client in all before its pace counts
SLOWEST = 8_000.0  # bytes that a client must then have read for each second
BUSY = b"Other files are being sent at the moment. Try again in a few seconds.\n"
Environ = dict[str, Any]
StartResponse = Callable[..., Any]
Application = Callable[[Environ, StartResponse], Iterable[bytes]]


class Downloads:
    """WSGI middleware around Django: files that are generated while being sent get a place each;
    without a free one the answer is 503, and a client that reads too slowly loses its place.

    Outside Django's own, since a place must be free again when the server has sent everything.
    """

    def __init__(
        self,
        application: Application,
        at_once: int = AT_ONCE,
        clock: Callable[[], float] = monotonic,
    ) -> None:
        self.application = application
        self.clock = clock
        self._places = BoundedSemaphore(at_once)

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        started: list[tuple[Any, ...]] = []
        answer = self.application(environ, lambda *given: started.append(given))
        if not isinstance(answer, StreamingHttpResponse):
            start_response(*started[-1])
            return answer
        if environ["REQUEST_METHOD"] == "HEAD":  # nobody gets what would be generated
            answer.close()
            start_response(*started[-1])
            return []
        # Waiting for a place would occupy a thread, too (fault Q16).
        if not self._places.acquire(blocking=False):
            answer.close()
            return _refuse(start_response)
        start_response(*started[-1])
        return _Sent(answer, self._places.release, self.clock)


def _refuse(start_response: StartResponse) -> list[bytes]:
    headers = [
        ("Content-Type", "text/plain; charset=utf-8"),
        ("Content-Length", str(len(BUSY))),
        ("Retry-After", "10"),
        ("Cache-Control", "no-store"),
    ]
    start_response("503 Service Unavailable", headers)
    return [BUSY]


class _Sent:
    """A file that is being sent; the server closes it at the end, whatever happens."""

    def __init__(
        self, answer: StreamingHttpResponse, release: Callable[[], None], clock: Callable[[], float]
    ) -> None:
        self.answer = answer
        self.clock = clock
        self._releases = [release]

    def __iter__(self) -> Iterator[bytes]:
        size, waited = 0, 0.0
        for part in self.answer:
            since = self.clock()
            yield part
            waited += self.clock() - since
            size += len(part)
            if waited > PATIENCE and size < waited * SLOWEST:
                # As if the client had left: to end normally would make the file look complete.
                raise ConnectionResetError(errno.ECONNRESET, "the client reads too slowly")

    def close(self) -> None:
        try:
            self.answer.close()
        finally:
            while self._releases:
                self._releases.pop()()
