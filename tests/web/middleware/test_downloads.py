"""Files that are being sent leave threads for pages, whoever reads them."""

from typing import Any

import pytest
from django.http import HttpResponse, StreamingHttpResponse

from tracker.web.middleware.downloads import AT_ONCE, BUSY, PATIENCE, SLOWEST, Downloads

pytestmark = pytest.mark.django_db  # Django closes its connections after each answer
GET = {"REQUEST_METHOD": "GET"}


class Site:
    """A site that sends one file, or a page; counts what was generated and closed."""

    def __init__(self, parts=(b"a", b"b"), is_file=True):
        self.parts, self.is_file = parts, is_file
        self.generated = self.closed = 0

    def __call__(self, environ, start_response):
        start_response("200 OK", [("X-Own", "1")])
        if not self.is_file:
            return HttpResponse(b"page")
        answer: Any = StreamingHttpResponse(self.generate())
        answer._resource_closers.append(self.note_closed)
        return answer

    def generate(self):
        for part in self.parts:
            self.generated += 1
            yield part

    def note_closed(self):
        self.closed += 1


def ask(downloads, environ=GET):
    """The status, the headers and the unread answer."""
    started = []
    answer = downloads(environ, lambda *given: started.append(given))
    ((status, headers),) = started
    return status, dict(headers), answer


def test_q16_a_file_too_many_is_refused_at_once_and_pages_are_not():
    site = Site()
    downloads = Downloads(site)
    open_ones = [ask(downloads)[2] for _ in range(AT_ONCE)]
    status, headers, answer = ask(downloads)
    assert (status[:3], headers["Retry-After"], list(answer)) == ("503", "10", [BUSY])
    assert (site.generated, site.closed) == (0, 1)
    page = Downloads(Site(is_file=False))
    assert [ask(page)[0] for _ in range(AT_ONCE + 1)] == ["200 OK"] * (AT_ONCE + 1)
    assert b"".join(open_ones[0]) == b"ab"
    open_ones[0].close()
    assert ask(downloads)[:2] == ("200 OK", {"X-Own": "1"})


def test_an_aborted_download_gives_its_place_back_once():
    downloads = Downloads(Site(), at_once=1)
    for _ in range(3):
        answer = ask(downloads)[2]
        next(iter(answer))
        answer.close()
        answer.close()
    assert ask(downloads)[0] == "200 OK"


def test_head_generates_no_file():
    site = Site()
    downloads = Downloads(site, at_once=1)
    for _ in range(2):
        assert list(ask(downloads, {"REQUEST_METHOD": "HEAD"})[2]) == []
    assert (site.generated, site.closed) == (0, 2)


@pytest.mark.parametrize("pace", [SLOWEST * 2, SLOWEST / 2], ids=["slow", "too slow"])
def test_who_reads_too_slowly_loses_the_place(pace):
    times = [0.0]
    site = Site(parts=[b"x" * 1_000] * 1_000)
    answer = ask(Downloads(site, clock=lambda: times[0]))[2]
    read = 0

    def read_all():
        nonlocal read
        for part in answer:
            read += len(part)
            times[0] += len(part) / pace

    if pace > SLOWEST:
        read_all()
        assert read == 1_000_000
    else:
        with pytest.raises(ConnectionResetError):
            read_all()
        assert read <= pace * PATIENCE + 1_000
