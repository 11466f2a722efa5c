import time
from contextlib import suppress
from dataclasses import replace
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.feeds.editing.catalogue import CATALOGUE
from tracker.feeds.opml import STEP, OpmlError, Outline, write
from tracker.feeds.opml import read as read_list


def opml(inner):
    return f'<?xml version="1.0"?>\n<opml version="2.0"><body>{inner}</body></opml>'.encode()


def read(data):
    return read_list(data).outlines


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


# Top-level domains of two letters that are used without regard to their country, and Britain's.
ANYWHERE, BRITAIN = {"ai", "co", "eu", "io", "is", "ly", "me", "tv"}, "uk"


def test_a_national_domain_agrees_with_the_country_of_its_feed():
    found = []
    for feed in read(CATALOGUE.read_bytes()):
        domain = (urlsplit(feed.url).hostname or "").rpartition(".")[2]
        country = "GB" if domain == BRITAIN else domain.upper()
        if len(domain) == 2 and domain not in ANYWHERE and country != feed.country:
            found.append((feed.title, domain, feed.country))
    assert found == []


BOMB = (
    '<!DOCTYPE o [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]>'
    '<opml><body><outline xmlUrl="&b;"/></body></opml>'
)
BAD = {
    "empty": (b" \n", "empty"),
    "no list": (b"hello", "no feed"),
    "JSON": (b'{"feeds": []}', "no feed"),
    "no tags that fit": (b"<", "not OPML"),
    "a feed": (b"<rss/>", "it is a feed itself"),
    "another root": (b"<urlset/>", "not OPML"),
    "bookmarks of pages": (b"<html><a href='https://a.example/'>A</a>", "no feed"),
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


def test_groups_in_groups_keep_their_path():
    path = STEP.join(("Europe", "Law", "Courts"))
    feeds = [
        Outline(0, "https://a.example/rss", "A", path, "", "", publisher="The A"),
        Outline(0, "https://b.example/rss", "B", "Europe", "", ""),
    ]
    written = write("Mine", feeds)
    assert written.count(b'text="Europe"') == 1
    assert {o.url: o.group for o in read(written)} == {o.url: o.group for o in feeds}
    assert read(written)[1].publisher == "The A"


ONE = '<outline text="A" xmlUrl="https://a.example/rss"/>'
SPELLED = {
    "lower": opml('<outline text="A" xmlurl="https://a.example/rss"/>'),
    "upper": opml('<OUTLINE TEXT="A" XMLURL="https://a.example/rss"/>'),
    "url": opml('<outline text="A" type="rss" URL="https://a.example/rss"/>'),
    "root": opml(ONE).replace(b"opml", b"OPML"),
    "namespace": opml(ONE).replace(b"<opml", b'<opml xmlns="http://opml.example/"'),
    "undeclared prefix": opml(ONE.replace("<outline", '<outline x:y="z"')),
    "blank line": b"\n\n" + opml(ONE),
    "document type": b'<!DOCTYPE opml SYSTEM "x.dtd">' + opml(ONE)[22:],
    "ampersand": opml(ONE.replace("A", "A & B", 1)),
    "entity": opml(ONE.replace('"A"', '"A&nbsp;B"')),
    "control character": opml(ONE.replace('"A"', '"A\x0b"')),
    "letters of Latin-1": opml(ONE).replace(b'"A"', b'"Actualit\xe9s"'),
    "UTF-16": opml(ONE).decode().replace("1.0", "1.0").encode("utf-16"),
    "600 deep": opml('<outline text="g">' * 600 + ONE + "</outline>" * 600),
    "list": b'# mine\nhttps://a.example/rss tag "~A"\n\nquery:x\n',
    "list without scheme": b"a.example/rss\n",
    "bookmarks": b"<!DOCTYPE NETSCAPE-Bookmark-file-1><H1>B</H1><DL><p><DT><A"
    b' HREF="https://a.example/" FEEDURL="https://a.example/rss">A</A></DL>',
    "bookmarks of feeds": b'<html><dl><dt><a href="https://a.example/rss">A</a></dl>',
}


@pytest.mark.parametrize("data", SPELLED.values(), ids=SPELLED)
def test_a_list_is_read_in_every_spelling(data):
    assert [o.url.removeprefix("https://") for o in read(data)] == ["a.example/rss"]


def test_a_faulty_line_costs_no_other_and_is_named():
    lines = [ONE.replace("a.example", f"{n}.example") for n in range(5)]
    lines[2] = lines[2].replace('"A"', '"The "Best" feed"')
    found = read_list(opml("\n".join(["", *lines])))
    assert {o.url for o in found.outlines} == {f"https://{n}.example/rss" for n in range(5)}


def test_an_address_without_quotes_is_read_and_its_line_named():
    bare = ONE.replace('"https://a.example/rss"', "https://b.example/rss")
    found = read_list(opml(f"{bare}\n{ONE}"))
    assert {o.url for o in found.outlines} == {"https://a.example/rss", "https://b.example/rss"}
    assert found.notes == ["line 2: faulty; only the address was read"]


def test_lines_of_a_list_that_are_no_address_are_named():
    found = read_list(b'# mine\nhttps://a.example/rss\n"query:All:unread = \\"yes\\""\n\n')
    assert [o.url for o in found.outlines] == ["https://a.example/rss"]
    assert [note.partition(": ")[0] for note in found.notes] == ["line 3"]


@pytest.mark.parametrize("name", ["HTML+XPath", "include", "JSON+DotNotation"])
def test_types_that_are_not_read_are_named(name):
    found = read_list(opml(f'<outline text="S" type="{name}" xmlUrl="https://s.example/"/>{ONE}'))
    assert len(found.outlines) == 1
    assert found.notes == [f"line 2: S: outlines of type {name} are not read"]


def test_a_category_is_a_group():
    (found,) = read(opml(ONE.replace("<outline", '<outline category="/Law/EU,/News"')))
    assert found.group == STEP.join(("Law", "EU"))


@given(st.binary(max_size=300))
def test_x7_whatever_stands_in_an_attribute_the_other_feeds_are_read(noise):
    data = opml(ONE).replace(b'"A"', b'"' + noise.replace(b"<", b"").replace(b'"', b"") + b'"')
    data = data.replace(b"</body>", ONE.replace("a.ex", "b.ex").encode() + b"</body>")
    try:
        urls = {o.url for o in read(data)}
    except OpmlError:
        assert b"!DOCTYPE" in data
    else:
        assert "https://b.example/rss" in urls


WORST = {
    "deep groups": b"<opml><body>"
    + b'<outline text="a">' * 5_000
    + b'<outline xmlUrl="http://a.example/"/>' * 1_600,
    "no end of an address": b"<opml><body><" + b"xmlurl=" * 21_000,
    "deep bookmarks": b"<!DOCTYPE NETSCAPE-Bookmark-file-1>"
    + b"<DL><H3>x</H3>" * 240
    + b'<A HREF="http://a.example/feed">x</A>' * 1_900,
    "many bookmarks": b"<!DOCTYPE NETSCAPE-Bookmark-file-1><DL>"
    + b"<p></p>" * 10_000
    + b'<DL><A HREF="http://a.example/feed">x</A></DL>' * 1_600,
}


@pytest.mark.parametrize("name", WORST)
def test_x7_no_list_takes_long(name):
    """As much as the page takes; when each line asked for its ancestors, up to 20 s of CPU."""
    start = time.process_time()
    with suppress(OpmlError):
        read(WORST[name])
    assert time.process_time() - start < 1.5  # 0.2 s on an idle machine


def test_groups_of_bookmarks_are_the_headings_before_them():
    data = (
        "<!DOCTYPE NETSCAPE-Bookmark-file-1><DL><DT><H3>Law</H3><DL>"
        '<DT><H3>EU</H3><DL><DT><A FEEDURL="https://a.example/rss">A</A></DL>'
        '<DT><A FEEDURL="https://b.example/rss">B</A></DL>'
        '<H3>Press</H3><DL><A FEEDURL="https://c.example/rss">C</A></DL></DL>'
    )
    assert [o.group for o in read(data.encode())] == [STEP.join(("Law", "EU")), "Law", "Press"]


def test_an_address_without_quotes_in_a_faulty_line_ends_before_the_end_of_its_element():
    data = opml("<outline xmlUrl=https://a.example/rss/><outline xmlUrl=https://b.example/x/ >")
    assert [o.url for o in read(data)] == ["https://a.example/rss", "https://b.example/x/"]
