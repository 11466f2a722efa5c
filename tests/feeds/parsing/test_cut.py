import pytest

from tests import make
from tests.conftest import NOW
from tracker.feeds.limits import ENTRY_LIMIT
from tracker.feeds.parsing.cut import MARK, cut
from tracker.feeds.parsing.parse import parse

ATOM = (
    '<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom" xml:base="https://a.example/x/">'
    "<title>A</title><id>urn:a</id>{}</feed>"
)


def atom(*titles):
    entries = "".join(
        f'<entry><id>urn:{t}</id><title>{t}</title><link href="{t}"/></entry>' for t in titles
    )
    return ATOM.format(entries).encode()


def read(body, known=b"", content_type=""):
    url = "https://a.example/feed"
    return parse(body, url=url, content_type=content_type, known=known, now=NOW)


@pytest.mark.parametrize("feed", [atom, lambda *t: make.rss(*({"title": x, "guid": x} for x in t))])
def test_what_was_there_is_cut_and_what_is_new_is_read_as_ever(feed):
    first = read(feed("a", "b", "c"))
    assert len(first.marks) == 3 * MARK
    second = read(feed("d", "a", "b", "c"), first.marks)
    assert [e.title for e in second.entries] == ["d"]
    assert (second.total, second.is_all_new) == (4, False)
    assert second.entries[0] == read(feed("d", "a", "b", "c")).entries[0]


def test_without_anything_new_nothing_is_left():
    first = read(atom("a", "b"))
    again = read(atom("b", "a"), first.marks)
    assert (again.entries, again.total) == ((), 2)
    assert sorted(again.marks) == sorted(first.marks)


def test_an_edited_entry_is_not_known():
    first = read(make.rss({"title": "a", "guid": "1"}, {"title": "b", "guid": "2"}))
    second = read(make.rss({"title": "a", "guid": "1"}, {"title": "B", "guid": "2"}), first.marks)
    assert [e.title for e in second.entries] == ["B"]


def test_what_stands_around_the_entries_counts_too():
    first = read(atom("a"))
    moved = atom("a").replace(b"a.example/x/", b"a.example/y/")
    assert len(read(moved, first.marks).entries) == 1


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "koi8-r"])
def test_letters_stay_the_same_after_a_cut(encoding):
    def body(*titles):
        text = make.rss(*({"title": t, "guid": t} for t in titles)).decode()
        return text.replace("UTF-8", encoding).encode(encoding)

    first = read(body("Первый"))
    second = read(body("Второй", "Первый"), first.marks)
    assert [e.title for e in second.entries] == ["Второй"]


@pytest.mark.parametrize(
    "body",
    [
        b"<rss><channel><item><title>a</title></channel></rss>",
        b'<!DOCTYPE r [<!ENTITY x "y">]><rss><channel><item/></channel></rss>',
        b"no markup",
        b"<html/>",
        b'<entry xmlns="http://www.w3.org/2005/Atom"><title>a</title></entry>',
    ],
    ids=["not well-formed", "document type", "text", "no entry", "one entry alone"],
)
def test_what_cannot_be_cut_safely_is_left_whole(body):
    assert cut(body, "", b"") is None


def test_an_unknown_charset_is_no_fault():
    assert cut(atom("a"), "text/xml; charset=nonsense-9", b"") is None
    assert len(read(atom("a"), content_type="text/xml; charset=nonsense-9").entries) == 1


def test_p7_what_is_over_the_limit_comes_with_the_next_polls():
    body = make.rss(*({"title": f"t{i}", "guid": str(i)} for i in range(ENTRY_LIMIT + 5)))
    first = read(body)
    assert len(first.entries) == ENTRY_LIMIT
    second = read(body, first.marks)
    assert [e.title for e in second.entries] == [f"t{ENTRY_LIMIT + i}" for i in range(5)]
