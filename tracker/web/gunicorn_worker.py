"""A threaded gunicorn worker that gives a request to a thread only when it is complete: clients
that send nothing, or half a request, occupy no thread.
"""

import re
import socket
import struct
from functools import partial
from selectors import EVENT_READ
from time import monotonic
from typing import Any

from gunicorn import http
from gunicorn.workers.gthread import ThreadWorker

REQUEST_SECONDS = 10.0  # seconds within which a request must be complete
SEND_SECONDS = 10  # seconds within which a client must read some of a waiting answer
HEAD_LIMIT = 64_000  # bytes; gunicorn refuses longer ones
BODY_LIMIT = 256_000  # longer ones are refused by Django, unread
HEAD_END = b"\r\n\r\n"
LENGTH = re.compile(rb"^content-length:[ \t]*(\d{1,18})[ \t]*\r?$", re.I | re.M)
CHUNKED = re.compile(rb"^transfer-encoding:", re.I | re.M)
LAST_CHUNK = b"0\r\n\r\n"  # of a request without trailers, which no client sends


def is_whole(received: bytes | bytearray) -> bool:
    """Return whether these bytes are a complete request, or too long and will be refused; pure."""
    end = received.find(HEAD_END)
    if end < 0:
        return len(received) > HEAD_LIMIT
    head, length = received[: end + 2], len(received) - end - len(HEAD_END)
    if length > BODY_LIMIT:
        return True
    if CHUNKED.search(head):
        return received.endswith(LAST_CHUNK)
    match = LENGTH.search(head)
    return match is None or length >= int(match[1])


class WholeRequestWorker(ThreadWorker):
    """The main loop collects the bytes of a request and hands it to a thread when it is complete;
    slower connections are closed.
    """

    def enqueue_req(self, conn: Any) -> None:
        """Called in the main loop for a new connection, and for one that was kept alive."""
        # Encrypted bytes do not show where a request ends: with TLS in gunicorn itself, its threads
        # read as by default.
        if self.cfg.is_ssl or self._receive(conn):
            self._hand_over(conn)
            return
        conn.timeout = monotonic() + REQUEST_SECONDS
        # gunicorn's private list and poller; its version is pinned, and
        # tests/faults/test_answerable.py fails if they change (decision D9).
        self.pending_conns.append(conn)
        self.poller.register(conn.sock, EVENT_READ, partial(self.on_pending_socket_readable, conn))

    def on_pending_socket_readable(self, conn: Any, client: Any) -> None:
        """Called when more of a request has come."""
        if self._receive(conn):
            self.poller.unregister(client)
            self.pending_conns.remove(conn)
            self._hand_over(conn)

    def _receive(self, conn: Any) -> bool:
        """Receive what has arrived; return whether a thread should handle it: a whole request, or
        the end.
        """
        received: bytearray = conn.__dict__.setdefault("received", bytearray())
        if conn.parser is not None and not received:
            received += conn.parser.unreader.take_buffered()  # sent after the last request
        conn.sock.setblocking(False)
        try:
            while not is_whole(received):
                more = conn.sock.recv(65_536)
                if not more:
                    return True
                received += more
        except BlockingIOError:
            return False
        # A thread will get the same error, and close the connection as gunicorn always does.
        except OSError:
            return True
        return True

    def _hand_over(self, conn: Any) -> None:
        if not self.cfg.is_ssl:
            # The kernel drops a client that reads nothing of an answer, which frees the thread.
            wait = struct.pack("ll", SEND_SECONDS, 0)
            conn.sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, wait)
            if conn.parser is None:
                conn.parser = http.get_parser(conn.cfg, conn.sock, conn.client)
            conn.parser.unreader.unread(bytes(conn.received))
            conn.received.clear()
            conn.data_ready = True
        super().enqueue_req(conn)
