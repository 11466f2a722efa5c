"""What reaches a thread of gunicorn's worker, and what waits until it is whole."""

import pytest

from tracker.web.gunicorn_worker import BODY_LIMIT, HEAD_LIMIT, is_whole

GET = b"GET / HTTP/1.1\r\nHost: x\r\n"
POST = b"POST / HTTP/1.1\r\nHost: x\r\ncontent-LENGTH: 4\r\n\r\n"
CHUNKS = b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n"


@pytest.mark.parametrize(
    ("received", "is_it"),
    [
        (b"", False),
        (b"GET", False),
        (GET, False),
        (GET + b"\r\n", True),
        (GET + b"Content-Length: x\r\n\r\n", True),  # refused by the parser
        (GET + b"\r\nGET /more", True),
        (POST, False),
        (POST + b"a=b", False),
        (POST + b"a=bc", True),
        (CHUNKS + b"4\r\na=bc\r\n", False),
        (CHUNKS + b"4\r\na=bc\r\n0\r\n\r\n", True),
        (GET + b"X: y" * HEAD_LIMIT, True),
        (POST.replace(b"4", b"9" * 12) + b"a" * (BODY_LIMIT + 1), True),
        (b"\x16\x03\x01\x02\x00", False),
    ],
    ids=map(str, range(1, 15)),
)
def test_a_request_is_whole_once_nothing_of_it_is_missing(received, is_it):
    assert is_whole(received) is is_it
