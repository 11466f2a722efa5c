import json
from datetime import UTC, datetime

import pytest

from tests.conftest import NOW
from tracker.feeds.parsing.parse import parse
from tracker.feeds.parsing.types import ParseError

ITEM = {
    "id": "1",
    "url": "/post",
    "title": "Twitter bans ads",
    "content_html": "<p>It did <b>so</b>.</p><script>x</script>",
    "date_published": "2026-11-23T10:00:00+02:00",
    "authors": [{"name": "Ann"}],
}


def feed(*items, **more):
    return json.dumps({"version": "https://jsonfeed.org/version/1.1", "items": items, **more})


def read(text):
    body = text if isinstance(text, bytes) else text.encode()
    return parse(body, url="https://a.example/feed.json", now=NOW)


def test_e15_an_item_has_its_words_link_author_and_day():
    found = read(feed(ITEM, title="A", language="fr"))
    (entry,) = found.entries
    assert (found.title, found.language, found.total) == ("A", "fr", 1)
    assert (entry.title, entry.summary, entry.author) == ("Twitter bans ads", "It did so.", "Ann")
    assert entry.link == "https://a.example/post"
    assert entry.published_at == datetime(2026, 11, 23, 8, 0, tzinfo=UTC)


def test_version_1_has_one_author_and_a_number_may_be_an_id():
    item = {"id": 7, "content_text": "Words.", "author": {"name": "Bo"}}
    old = feed(item).replace("/1.1", "/1")
    (entry,) = read(old).entries
    assert (entry.guid, entry.author, entry.summary) == ("7", "Bo", "Words.")


def test_a_byte_order_mark_is_no_fault():
    assert len(read(b"\xef\xbb\xbf" + feed(ITEM).encode()).entries) == 1


ODD: list[object] = [
    None,
    5,
    "x",
    [],
    {},
    {"id": None, "title": 5, "url": {}, "authors": [5], "author": []},
]


def test_odd_items_are_skipped_and_counted():
    found = read(feed(*ODD, ITEM))
    assert (len(found.entries), found.skipped) == (1, len(ODD))


BAD = {
    "cut": '{"version": "https://jsonfeed.org/version/1.1"',
    "another JSON": '{"a": 1}',
    "deep": '{"a":' * 100_000,
    "not a list": feed().replace("[]", "5"),
    "encoding": b'{"version": "\xff"}',
}


@pytest.mark.parametrize("version", ["http://jsonfeed.org/version/1", "1.1", "v1"])
def test_a_version_in_other_words_is_no_fault(version):
    body = json.dumps({"version": version, "items": [ITEM]})
    assert len(read(body).entries) == 1


def test_a_feed_without_items_is_a_feed_and_a_raw_line_break_is_no_fault():
    assert (read(feed()).entries, read(feed()).total) == ((), 0)
    body = feed(ITEM | {"title": "a b"}).replace("a b", "a\nb")
    assert read(body).entries[0].title == "a b"


@pytest.mark.parametrize("text", BAD.values(), ids=BAD)
def test_what_is_no_json_feed_says_so(text):
    with pytest.raises(ParseError):
        read(text)


@pytest.mark.parametrize("link", ["javascript:alert(1)", "data:x", "http://[", "a" * 5_000])
def test_x2_a_link_is_a_web_address_or_none(link):
    (entry,) = read(feed(ITEM | {"url": link})).entries
    assert entry.link == ""


@pytest.mark.parametrize(
    "day", ["soon", "0000-00-00", "1970-01-01T00:00:00Z", "2026-11", 5, True, [], None]
)
def test_e10_a_day_that_is_none_is_left_out(day):
    (entry,) = read(feed(ITEM | {"date_published": day})).entries
    assert entry.published_at is None


@pytest.mark.parametrize(
    "day",
    [
        "2026-11-22T13:05:00",
        "Sun, 22 Nov 2026 13:05:00 GMT",
        1795352700,
        1795352700.0,
        "22.11.2026 13:05",
    ],
)
def test_a_day_is_read_in_other_forms_than_that_of_rfc_3339(day):
    (entry,) = read(feed(ITEM | {"date_published": day})).entries
    assert entry.published_at == datetime(2026, 11, 22, 13, 5, tzinfo=UTC)
