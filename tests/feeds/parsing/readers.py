"""One body read twice: as it is read, and by feedparser alone."""

from unittest import mock

from tests.conftest import NOW
from tracker.feeds.parsing import plain
from tracker.feeds.parsing.parse import parse
from tracker.feeds.parsing.types import ParseError


def read_by_both(body, content_type="", known=b""):
    """What is read of a body, what feedparser alone gives of it, and whether the first needed no
    feedparser.
    """
    results = []

    def noted(*args):
        results.append(read(*args))
        return results[-1]

    read = plain.read
    with mock.patch.object(plain, "read", noted):
        usual = result_of(body, content_type, known)
    with mock.patch.object(plain, "read", return_value=None):
        return usual, result_of(body, content_type, known), any(results)


def result_of(body, content_type, known):
    url = "https://a.example/x/feed"
    try:
        return parse(body, url=url, content_type=content_type, known=known, now=NOW)
    except ParseError as error:
        return error.state, error.cause, error.reason
