import json
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import pytest

import tracker
from tests.conftest import NOW
from tests.make import rss
from tracker.feeds.parsing.markup import text_of, web_link
from tracker.feeds.parsing.parse import parse
from tracker.feeds.parsing.types import ParseError
from tracker.text import clean_text

URL = "https://news.example/feed/rss"


def read(body):
    return parse(body, url=URL, now=NOW)


def test_an_entry_is_plain_text_with_its_times():
    at = datetime(2017, 10, 27, 9, 0, tzinfo=UTC)
    (entry,) = read(
        rss(
            {
                "title": "A &amp; B",
                "description": "<p>One <b>two</b></p>",
                "link": "/a",
                "guid": "g",
                "published": at,
            }
        )
    ).entries
    assert (entry.title, entry.summary, entry.link) == (
        "A & B",
        "One two",
        "https://news.example/a",
    )
    assert entry.published_at == at


@pytest.mark.parametrize(
    ("declared", "known", "day"),
    [
        ("", "en-us", datetime(2026, 3, 4, 10, tzinfo=UTC)),
        ("", "fr", datetime(2026, 4, 3, 10, tzinfo=UTC)),
        ("fr", "en-us", datetime(2026, 4, 3, 10, tzinfo=UTC)),
        ("", "", None),
    ],
)
@pytest.mark.parametrize("is_json", [False, True])
def test_dates_are_read_in_the_language_that_the_owner_gave_a_feed_that_declares_none(
    declared, known, day, is_json
):
    date = "03/04/2026 10:00"
    body = rss({"title": "a"}, language=declared)
    body = body.replace(b"</item>", f"<pubDate>{date}</pubDate></item>".encode())
    if is_json:
        item = {"id": "1", "title": "a", "date_published": date}
        version = "https://jsonfeed.org/version/1.1"
        body = json.dumps({"version": version, "language": declared, "items": [item]}).encode()
    parsed = parse(body, url=URL, language=known, now=NOW)
    assert [entry.published_at for entry in parsed.entries] == [day]
    assert parsed.language == declared


def test_p1_a_body_that_names_a_file_or_an_address_opens_nothing(tmp_path, server):
    secret = tmp_path / "feed.xml"
    secret.write_bytes(rss({"title": "secret", "link": "https://a.example/"}))
    for body in (str(secret), f"file://{secret}", f"{server.url}/"):
        with pytest.raises(ParseError):
            read(body.encode())
    assert server.seen == []


def test_p1_feedparser_is_called_in_one_place_with_bytes_in_memory():
    calls = [
        line.strip()
        for path in Path(tracker.__file__).parent.rglob("*.py")
        for line in path.read_text("utf-8").splitlines()
        if "feedparser.parse(" in line
    ]
    assert calls == ["return feedparser.parse("]


def test_f10_a_link_has_no_password_nor_a_user_that_looks_like_another_site():
    base = "https://user:word@a.example/rss?token=word"
    assert web_link("/x", base) == "https://a.example/x"
    assert web_link("#x", base) == "https://a.example/rss?token=***#x"
    assert web_link("https://www.bbc.co.uk@b.example/x", base) == "https://b.example/x"


def test_p4_x2_scripts_become_text_and_links_are_web_links():
    body = rss(
        {
            "title": "<script>alert(1)</script>hi",
            "description": "<img onerror=x src=y>ok",
            "link": "javascript:alert(1)",
            "guid": "1",
        }
    )
    (entry,) = read(body).entries
    assert (entry.title, entry.summary, entry.link) == ("hi", "ok", "")


BAD_LINKS = [
    "javascript:alert(1)",
    "JaVaScRiPt:x",
    "java\tscript:x",
    "data:text/html,x",
    "vbscript:x",
    "file:///etc/passwd",
    "mailto:a@b",
    "http://",
    "http://[",
    "https://a.example/" + "x" * 10_000,
    None,
    7,
]


@pytest.mark.parametrize("link", BAD_LINKS)
def test_x2_no_other_scheme_becomes_a_link(link):
    assert not web_link(link, "") or web_link(link, "").startswith("http")
    if not str(link).startswith("java\t"):
        assert web_link(link, "") == ""


def test_p6_external_entities_are_not_read(tmp_path):
    secret = tmp_path / "secret"
    secret.write_text("hidden")
    body = (
        f'<!DOCTYPE r [<!ENTITY x SYSTEM "file://{secret}">]><rss version="2.0"><channel>'
        "<item><title>&x; title</title></item></channel></rss>"
    )
    try:
        found = str(read(body.encode()))
    except ParseError:
        found = ""
    assert "hidden" not in found


NOT_FEEDS = {
    "html": (b"<!doctype html><html><body>A page</body></html>", "not_a_feed"),
    "json": (b'{"a": 1}', "not_a_feed"),
    "noise": (b"\x00\xff\x00\xff", "not_a_feed"),
    "empty": (b"", "empty"),
    "blank": (b" \n ", "empty"),
    "cut before its entries": (rss()[:-30], "not_a_feed"),
}


@pytest.mark.parametrize(("body", "state"), NOT_FEEDS.values(), ids=NOT_FEEDS)
def test_p9_h9_what_is_no_feed_is_a_state_not_a_crash(body, state):
    with pytest.raises(ParseError) as error:
        read(body)
    assert error.value.state == state


def dated(*dates, language="it", channel=""):
    """What is read of a feed whose entries have these pubDates."""
    items = "".join(
        f"<item><title>t{n}</title><guid>{n}</guid><pubDate>{day}</pubDate></item>"
        for n, day in enumerate(dates)
    )
    body = (
        f'<rss version="2.0"><channel><title>x</title><language>{language}</language>{channel}'
        f"{items}</channel></rss>"
    )
    return read(body.encode()).entries


def at(text):
    return datetime.fromisoformat(f"{text}+00:00")


def test_p10_a_date_out_of_range_is_none_and_its_text_stays():
    dates = ["Mon, 01 Jan 1990 09:00:00 GMT", "0001-01-01T00:00:00Z", "0", "31/02/2026", "domani"]
    found = dated(*dates)
    assert [e.published_at for e in found] == [None] * 5
    assert [e.published_raw for e in found] == dates


def test_dates_are_read_in_the_words_of_the_feed_s_language():
    (a, b) = dated("mar, 18 ott 2022 13:28:06 +0200", "05/11/2026 - 09.00")
    assert (a.published_at, b.published_at) == (at("2022-10-18 11:28:06"), at("2026-11-05 07:00"))


def test_a_guess_that_rests_on_the_year_alone_is_no_date():
    found = dated("2026", "Anno 2026", "2026-11", "novembre 2026")
    assert [e.published_at for e in found] == [None] * 4


def test_what_only_feedparser_reads_is_still_read():
    assert dated("Κυρ, 22 Νοε 2026 13:05:00 +0200")[0].published_at == at("2026-11-22 11:05")


def test_the_channel_tells_the_zone_of_dates_that_name_none():
    channel = "<lastBuildDate>Tue, 24 Nov 2026 09:00:00 +0100</lastBuildDate>"
    assert dated("22/11/2026 13:05", channel=channel)[0].published_at == at("2026-11-22 12:05")


def test_a_date_to_come_is_the_moment_of_reading_its_text_stays_and_it_is_marked():
    (soon, far) = dated("Tue, 24 Nov 2026 21:00:00 +0000", "Wed, 01 Jan 2031 09:00:00 +0000")
    assert (soon.published_at, soon.is_ahead) == (NOW, False)
    assert (far.published_at, far.is_ahead) == (NOW, True)
    assert far.published_raw == "Wed, 01 Jan 2031 09:00:00 +0000"


def test_the_day_of_change_counts_where_that_of_publication_is_not_readable():
    body = (
        '<feed xmlns="http://www.w3.org/2005/Atom"><entry><title>t</title><id>1</id>'
        "<published>soon</published><updated>2026-11-22T13:05:00Z</updated></entry></feed>"
    )
    (entry,) = read(body.encode()).entries
    assert (entry.published_at, entry.published_raw) == (
        at("2026-11-22 13:05"),
        "2026-11-22T13:05:00Z",
    )


def test_e1_an_entry_is_known_by_guid_else_link_else_words():
    body = rss(
        {"title": "a", "guid": "0"},
        {"title": "b", "link": "https://a.example/b"},
        {"title": "c"},
        {},
    )
    found = read(body)
    assert len({e.key for e in found.entries}) == 3
    assert found.skipped == 1


def test_e2_e3_one_guid_on_many_entries_and_guids_that_differ_by_case():
    items = [{"title": f"t{i}", "guid": "same", "link": f"https://a.example/{i}"} for i in range(3)]
    found = read(rss(*items, {"title": "x", "guid": "ID"}, {"title": "y", "guid": "id"}))
    assert len(found.entries) == 5


def test_e8_an_edit_changes_the_content_hash_and_not_the_key():
    (a,) = read(rss({"title": "banned", "guid": "1"})).entries
    (b,) = read(rss({"title": "not banned", "guid": "1"})).entries
    assert a.key == b.key
    assert a.content_hash != b.content_hash


def test_e11_control_and_bidi_characters_go_and_long_titles_are_cut():
    assert clean_text("a\x00b\u202ec\ud800\n d", 100) == "a bc d"
    assert len(clean_text("x" * 1_000_000, 500)) == 500


def test_full_text_is_kept_apart_from_the_summary():
    (entry,) = read(
        rss(
            {
                "title": "t",
                "description": "Short.",
                "content": "<p>Short. And long.</p>",
                "guid": "1",
            }
        )
    ).entries
    assert (entry.summary, entry.body) == ("Short.", "Short. And long.")


@pytest.mark.parametrize(
    ("encoding", "text"),
    [("utf-16", "Твиттер"), ("koi8-r", "Твиттер"), ("gb18030", "推特"), ("latin-1", "interdît")],
)
def test_e12_encodings(encoding, text):
    body = (
        f'<?xml version="1.0" encoding="{encoding}"?><rss version="2.0"><channel>'
        f"<item><title>{text}</title></item></channel></rss>"
    )
    assert read(body.encode(encoding)).entries[0].title == text


@pytest.mark.parametrize("markup", ["<b>", "</p>", "a < b", "<" * 5_000, "&lt;b&gt;", "<p" * 1000])
def test_broken_markup_is_read_somehow(markup):
    assert isinstance(text_of(markup, 100), str)


def test_p5_entities_that_grow_without_end_grow_nothing():
    levels = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    body = (
        f'<!DOCTYPE r [<!ENTITY l0 "lol">{levels}]><rss version="2.0"><channel>'
        "<item><title>a &l9;</title></item></channel></rss>"
    )
    with suppress(ParseError):
        found = parse(body.encode(), url="https://a.example/", now=NOW)
        assert all(len(e.title) < 100 for e in found.entries)


LINKS = {
    "/p": "https://a.example/p",
    "p": "https://a.example/x/p",
    "//b.example/p": "https://b.example/p",
    "https://c.example/": "https://c.example/",
    "?p=1": "https://a.example/x/feed?p=1",
    "http://": "",
    "http://[bad": "",
}


@pytest.mark.parametrize(("link", "absolute"), LINKS.items())
def test_e13_a_link_is_absolute_against_the_final_address(link, absolute):
    body = rss({"title": "a", "link": link})
    (entry,) = parse(body, url="https://a.example/x/feed", now=NOW).entries
    assert entry.link == absolute


@pytest.mark.parametrize(
    ("title", "words"),
    [
        ("Twitch suspends Ann - Arland 24", "Twitch suspends Ann"),
        ("Twitch suspends Ann | Arland 24", "Twitch suspends Ann"),
        ("Twitch suspends Arland 24", "Twitch suspends Arland 24"),
        ("Arland 24", "Arland 24"),
        ("- Arland 24", "- Arland 24"),
    ],
)
def test_the_name_of_its_publisher_is_no_word_of_a_headline(title, words):
    source = b'<source url="https://arland.example">Arland 24</source></item>'
    (entry,) = read(rss({"title": title, "guid": "1"}).replace(b"</item>", source)).entries
    assert (entry.title, entry.source_name) == (words, "Arland 24")


GUIDS = {
    "a number": ("4711", "", "4711", ""),
    "a number beside a link": ("4711", "https://a.example/1", "4711", "https://a.example/1"),
    "an address": ("https://a.example/2", "", "https://a.example/2", "https://a.example/2"),
    "a path": ("/3", "", "/3", "http://x.example/3"),
}


@pytest.mark.parametrize(("guid", "link", "known", "shown"), GUIDS.values(), ids=GUIDS)
def test_a_guid_is_what_it_says_wherever_the_feed_lies(guid, link, known, shown):
    body = rss({"title": "t", "guid": guid, "link": link})
    (entry,) = parse(body, url="http://x.example/f", now=NOW).entries
    assert (entry.guid, entry.link) == (known, shown)


TITLES = {
    "a word within tags": (
        "<b>You</b>Tube bans <i>Ann</i>, says she",
        "YouTube bans Ann, says she",
    ),
    "a line break parts words": ("Twitch<br/>bans Ann", "Twitch bans Ann"),
    "a soft hyphen": ("Insta&shy;gram sperrt Kon\u00adten", "Instagram sperrt Konten"),
    "a blank of no width": ("Insta\u200bgram", "Instagram"),
    "a lone tag is a word": (
        "Reddit bars <iframe> in posts",
        "Reddit bars <iframe> in posts",
    ),
    "a lone script too": ("Why <script> is bad", "Why <script> is bad"),
    "a lone tag with attributes is none": ('Ann <embed src="x"> speaks', "Ann speaks"),
    "a comparison": ("5 < 6 and I <3 you", "5 < 6 and I <3 you"),
    "CDATA twice": ("<![CDATA[Meta bans Ann]]>", "Meta bans Ann"),
    "entities twice": ("R&amp;D at AT&amp;T", "R&D at AT&T"),
    "a hash sign in tags": ("#<span>Tag</span> now", "#Tag now"),
}


@pytest.mark.parametrize(("title", "words"), TITLES.values(), ids=TITLES)
def test_a_headline_keeps_its_words(title, words):
    (entry,) = read(rss({"title": title, "guid": "1"})).entries
    assert entry.title == words


ATOM = '<feed xmlns="http://www.w3.org/2005/Atom"><entry><id>1</id>{}</entry></feed>'


@pytest.mark.parametrize(
    ("title", "words"),
    [
        ("<title>No &lt;b&gt;bold&lt;/b&gt; words</title>", "No <b>bold</b> words"),
        ('<title type="text">Why &lt;script&gt; is bad</title>', "Why <script> is bad"),
        ('<title type="html">&lt;b&gt;You&lt;/b&gt;Tube</title>', "YouTube"),
        (
            '<title type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml">No <em>ads</em></div>'
            "</title>",
            "No ads",
        ),
    ],
    ids=["untyped", "text", "html", "xhtml"],
)
def test_an_atom_title_is_what_its_type_says(title, words):
    (entry,) = read(ATOM.format(title).encode()).entries
    assert entry.title == words


@pytest.mark.parametrize(
    ("markup", "words"),
    [
        ("<p>One</p><p>two <b>th</b>ree</p>", "One two three"),
        ("<ul><li>a</li><li>b</li></ul>c", "a b c"),
        (
            "<p>Text</p><figure><img alt='No word'><figcaption>Ann</figcaption></figure>",
            "Text",
        ),
        ('<p>Text</p><p class="wp-caption-text">Ann, 2020</p>more', "Text more"),
        ("a<!-- b -->c", "ac"),
        ("<table><tr><td>1</td><td>2</td></tr></table>", "1 2"),
        ("tail<script>no</script>s", "tails"),
    ],
)
def test_blocks_part_words_and_captions_are_none(markup, words):
    (entry,) = read(rss({"title": "t", "guid": "1", "description": markup})).entries
    assert entry.summary == words


def test_what_media_rss_says_of_a_picture_is_not_the_article():
    media = (
        '<media:content xmlns:media="http://search.yahoo.com/mrss/" url="x">'
        "<media:description>Ann in 2020</media:description></media:content></item>"
    )
    first, second = {"title": "t", "guid": "1", "description": "Text"}, {"title": "u", "guid": "2"}
    body = rss(first, second).replace(b"</item>", media.encode())
    assert [(e.summary, e.body) for e in read(body).entries] == [("Text", ""), ("", "")]


REPAIRED = {
    "an ampersand in a title": (b"AT&T and R&D", "AT&T and R&D"),
    "an ampersand before a known name": (b"Words &copying 2026", "Words &copying 2026"),
    "a letter by its HTML name": (b"Beyonc&eacute; &amp; co", "Beyonc\u00e9 & co"),
    "a control character": (b"Bad\x0b word", "Bad word"),
    "an ampersand in CDATA": (b"a & <![CDATA[b & c]]>", "a & b & c"),
}


@pytest.mark.parametrize(("title", "words"), REPAIRED.values(), ids=REPAIRED)
def test_a_fault_whose_meaning_is_plain_changes_no_word(title, words):
    body = rss({"title": "X", "guid": "1", "link": "https://a.example/"})
    body = body.replace(b"<title>X<", b"<title>" + title + b"<")
    link = b"https://a.example/?id=1&copy=2&lang=3&not=4&times=5"
    (entry,) = read(body.replace(b"https://a.example/<", link + b"<")).entries
    assert (entry.title, entry.link) == (words, link.decode())


def test_letters_of_one_byte_are_not_utf_16_whatever_the_first_line_says():
    body = rss({"title": "M\u00fcller", "guid": "1"}).replace(b"UTF-8", b"utf-16")
    assert [e.title for e in read(body).entries] == ["M\u00fcller"]


PAGES = {
    "challenge": ("<html><title>Just a moment...</title>", "refused"),
    "blocked_page": ("<!DOCTYPE html><title>Access Denied</title>", "refused"),
    "login_page": ('<html><form><input name="p" type="password">', "refused"),
    "html_page": ("<html><body>News of the day", "not_a_feed"),
    "list_of_feeds": ('<?xml version="1.0"?><opml version="2.0"><body/></opml>', "not_a_feed"),
    "sitemap": ('<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"/>', "not_a_feed"),
    "other_xml": ("<Error><Code>NoSuchKey</Code></Error>", "not_a_feed"),
    "plain_text": ("404: not here", "not_a_feed"),
    "broken_feed": ("<rss><channel><title>cut he", "not_a_feed"),
    "json_other": ('{"error": "no"}', "not_a_feed"),
    "empty_answer": ("", "empty"),
}


@pytest.mark.parametrize(("cause", "page"), list(PAGES.items()), ids=PAGES)
def test_h9_what_stands_in_the_place_of_a_feed_is_called_by_its_name(cause, page):
    body, state = page
    with pytest.raises(ParseError) as error:
        read(body.encode())
    assert (error.value.cause, error.value.state) == (cause, state)
    assert "<unknown>" not in error.value.reason


@pytest.mark.parametrize(
    ("title", "cause"),
    [
        ("Bridge returned error 404! (20634)", "scraper_error"),
        ("HTTP error 502", "scraper_error"),
        ("Just a moment...", "scraper_error"),
        ("Attention Required! | Cloudflare", "scraper_error"),
        ("Access denied", "scraper_error"),
        ("RSS reader not yet whitelisted!", "not_whitelisted"),
    ],
)
def test_the_notice_of_a_service_is_trouble_and_no_article(title, cause):
    with pytest.raises(ParseError) as error:
        read(rss({"title": title, "guid": "1", "description": "See the manual."}))
    assert error.value.cause == cause
    article = {"title": "Court calls blocking an error", "guid": "2"}
    assert len(read(rss({"title": title, "guid": "1"}, article)).entries) == 2


def test_an_entry_has_the_link_of_its_article():
    own = {"title": "t", "guid": "1", "link": "https://feedproxy.example/~r/1"}
    origin = (
        '<x:origLink xmlns:x="http://rssnamespace.org/feedburner/ext/1.0">https://paper.example/1'
        "</x:origLink></item>"
    )
    (entry,) = read(rss(own).replace(b"</item>", origin.encode())).entries
    assert entry.link == "https://paper.example/1"
