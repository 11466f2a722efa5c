from dataclasses import replace

import pytest

from tracker.feeds.opml import OpmlError, Outline, read, write
from tracker.management.commands.up import CATALOGUE


def opml(inner):
    return f'<?xml version="1.0"?>\n<opml version="2.0"><body>{inner}</body></opml>'.encode()


def test_feeds_have_their_group_and_line():
    (found,) = read(
        opml(
            '\n<outline text="Group"><outline xmlUrl=" https://a.example/rss "'
            ' title="A" language="fr"/>'
            "</outline>"
        )
    )
    assert (found.url, found.title, found.group, found.language, found.line) == (
        "https://a.example/rss",
        "A",
        "Group",
        "fr",
        3,
    )


def test_the_catalogue_is_whole():
    feeds = read(CATALOGUE.read_bytes())
    assert len(feeds) == 253
    assert len({f.language for f in feeds}) == 30


BOMB = (
    '<!DOCTYPE o [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]>'
    '<opml><body><outline xmlUrl="&b;"/></body></opml>'
)
BAD = {
    "not xml": (b"hello", "not XML"),
    "another root": (b"<rss/>", "not OPML"),
    "no feed": (opml(""), "no feed"),
    "too large": (b" " * 2_000_001, "2,000,001 bytes"),
    "too many": (opml('<outline xmlUrl="https://a.example/"/>' * 2_001), "2,001 feeds"),
}


@pytest.mark.parametrize(("data", "reason"), BAD.values(), ids=BAD)
def test_x7_a_file_that_is_no_opml_says_why(data, reason):
    with pytest.raises(OpmlError, match=reason):
        read(data)


def test_x7_entities_are_refused():
    with pytest.raises(OpmlError, match="document type"):
        read(BOMB.encode())


def test_what_is_written_is_read_back():
    feeds = [
        Outline(0, "https://b.example/rss?x=1&y=2", "B <b>", "News", "fr", "https://b.example/"),
        Outline(0, "https://a.example/rss", "А", "", "", ""),
        Outline(0, "https://c.example/rss", "C", "News", "", "", is_aggregator=True),
    ]
    found = [replace(outline, line=0) for outline in read(write("Mine", feeds))]
    assert found == [feeds[1], feeds[0], feeds[2]]
