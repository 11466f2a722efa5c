import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests import make
from tests.conftest import NOW
from tests.feeds.parsing.readers import read_by_both
from tests.thorough import examples

SPACES = (
    ' xmlns:content="http://purl.org/rss/1.0/modules/content/"'
    ' xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:atom="http://www.w3.org/2005/Atom"'
    ' xmlns:media="http://search.yahoo.com/mrss/"'
    ' xmlns:slash="http://purl.org/rss/1.0/modules/slash/"'
    ' xmlns:sy="http://purl.org/rss/1.0/modules/syndication/"'
    ' xmlns:feedburner="http://rssnamespace.org/feedburner/ext/1.0" xmlns:own="urn:own"'
)
TEXTS = (
    "Meta blocks pages",
    "  two\n lines ",
    "",
    "AT&amp;T &lt;b&gt;bold&lt;/b&gt; &lt;script&gt;",
    "AT&amp;amp;T &amp;#8217; &amp;nbsp;x &amp;lt;i&amp;gt;",
    "<![CDATA[<p>One &amp; two</p><!--c-->]]> tail",
    "<![CDATA[<![CDATA[twice]]]]><![CDATA[>]]>",
    "Ã©tÃ© Ã¼ber",
    "naïve Ñandú Москва 東京",
    "a\u0092s \u0080 mark",
    "soft\u00adhyphen zero\u200bwidth \ufeffbom",
    "words <!-- a comment --> and words",
    "words <b>in</b> an element",
    "\ue0000\ue001",
    "long " * 60,
    "&lt;p&gt;Długi tekst &amp;amp; więcej&lt;/p&gt;" * 9,
    "Ã©" * 150,
)
LINKS = (
    "https://a.example/1",
    "/relative?a=1&amp;copy=2&amp;lang;=3",
    "https:///a.example/x",
    " http://a.example/b#c ",
    "tag:a.example,2026:1",
    "4711",
    "",
    "javascript:alert(1)",
    "https://a.example/ü",
)
DATES = (
    "Fri, 27 Nov 2026 09:00:00 GMT",
    "2026-11-27T09:00:00Z",
    "27.11.2026 09:00",
    "Fri, 27 Nov 2026 9:00 EST",
    "2026/11/27",
    "yesterday",
    "",
    "20261127",
    "Thu, 26-Nov-26 08:00:00 PST",
)
CHANNEL = (
    "<title>{t}</title>",
    "<link>{l}</link>",
    "<description>{t}</description>",
    "<language>{t}</language>",
    "<ttl>15</ttl>",
    "<pubDate>{d}</pubDate>",
    "<lastBuildDate>{d}</lastBuildDate>",
    "<generator>{t}</generator>",
    "<image><url>{l}</url><title>{t}</title><link>{l}</link></image>",
    "<image><title>{t}</title><dc:title>{t}</dc:title></image>",
    '<atom:link href="{l}" rel="self" type="application/rss+xml"/>',
    '<atom:link href="{l}"/>',
    '<atom:link rel="hub" href="{l}">{t}</atom:link>',
    "<sy:updatePeriod>hourly</sy:updatePeriod>",
    "<managingEditor>a@a.example ({t})</managingEditor>",
    "<copyright>{t}</copyright>",
    "<category>{t}</category>",
    "<textInput><title>{t}</title><name>q</name></textInput>",
    "<docs>{l}</docs>",
    "<own:title>{t}</own:title>",
    "<dc:language>{t}</dc:language>",
    "<guid>{l}</guid>",
    "{t}",
)
ITEM = (
    "<title>{t}</title>",
    '<title type="html">{t}</title>',
    "<TITLE>{t}</TITLE>",
    "<dc:title>{t}</dc:title>",
    "<media:title>{t}</media:title>",
    "<link>{l}</link>",
    "<link/>",
    '<link href="{l}"/>',
    '<atom:link href="{l}" rel="replies"/>',
    '<atom:link href="{l}"/>',
    "<guid>{l}</guid>",
    '<guid isPermaLink="false">{l}</guid>',
    '<guid isPermaLink="TRUE">{l}</guid>',
    "<description>{t}</description>",
    "<content:encoded>{t}</content:encoded>",
    "<media:description>{t}</media:description>",
    '<media:content url="{l}"/>',
    '<media:content url="{l}"><media:title>{t}</media:title></media:content>',
    "<media:group><media:content/><media:title>{t}</media:title></media:group>",
    '<media:thumbnail url="{l}"/>',
    "<media:credit>{t}</media:credit>",
    "<media:keywords>{t}</media:keywords>",
    "<pubDate>{d}</pubDate>",
    "<dc:date>{d}</dc:date>",
    "<atom:updated>{d}</atom:updated>",
    "<author>{t}</author>",
    "<author>a@a.example (Ann)</author>",
    "<dc:creator>{t}</dc:creator>",
    "<category>{t}</category>",
    '<category domain="x">{t}</category>',
    '<enclosure url="{l}" type="image/png" length="1"/>',
    "<comments>{l}</comments>",
    "<slash:comments>3</slash:comments>",
    '<source url="{l}">{t}</source>',
    "<source>{t}</source>",
    "<feedburner:origLink>{l}</feedburner:origLink>",
    '<own:thing a="b">{t}</own:thing>',
    "<image>{t}</image>",
    '<description xml:base="https://b.example/">{t}</description>',
    '<dc:subject base="https://b.example/">{t}</dc:subject>',
    "<summary>{t}</summary>",
    "<body>{t}</body>",
    "<!-- {d} -->",
    "{t}",
)
FEED = (
    "<title>{t}</title>",
    '<title type="html">{t}</title>',
    "<id>{l}</id>",
    '<link href="{l}"/>',
    '<link rel="self" href="{l}"/>',
    '<link rel="alternate" type="text/html" href="{l}"/>',
    "<updated>{d}</updated>",
    "<subtitle>{t}</subtitle>",
    "<author><name>{t}</name></author>",
    "<icon>{l}</icon>",
    "<rights>{t}</rights>",
    '<generator uri="{l}">{t}</generator>',
    '<category term="x"/>',
    "<own:title>{t}</own:title>",
    "<content:title>{t}</content:title>",
    "{t}",
)
ENTRY = (
    *FEED,
    "<published>{d}</published>",
    "<summary>{t}</summary>",
    '<summary type="html">{t}</summary>',
    '<summary type="text" xml:lang="de">{t}</summary>',
    '<summary type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml">{t}</div></summary>',
    '<summary type="">{t}</summary>',
    "<content>{t}</content>",
    '<content type="html">{t}</content>',
    '<content type="HTML">{t}</content>',
    '<content type="html" src="{l}"/>',
    '<content type="application/xml">{t}</content>',
    "<author><name>{t}</name><uri>{l}</uri><email>a@a.example</email></author>",
    "<author><email>a@a.example</email></author>",
    "<author>{t}</author>",
    "<contributor><name>{t}</name></contributor>",
    "<source><id>{l}</id><title>{t}</title></source>",
    '<link rel="replies" type="text/html" href="{l}" thr:count="1"/>',
    '<link rel="ALTERNATE" type="application/xhtml+xml" href="{l}"/>',
    '<link rel="enclosure" href="{l}"/>',
    '<link rel="alternate" type="application/pdf" href="{l}"/>',
    "<link>{l}</link>",
    '<media:group><media:title>{t}</media:title><media:content url="{l}"/></media:group>',
    '<media:thumbnail url="{l}"/>',
    "<dc:creator>{t}</dc:creator>",
    '<feedburner:origLink xmlns:feedburner="urn:x">{l}</feedburner:origLink>',
    "<feedburner:origLink>{l}</feedburner:origLink>",
)
ROOTS = (
    'version="2.0"',
    'version="0.92"',
    "",
    'version="2.0" xml:lang="de"',
    'xml:base="http://b/"',
)
CHARSETS = ("utf-8", "iso-8859-1", "koi8-r", "gb18030", "utf-16", "windows-1252", "us-ascii")
TYPES = (
    "",
    "application/rss+xml",
    "text/xml",
    "text/html; charset=iso-8859-1",
    "application/xml; charset=UTF-8",
)


@st.composite
def filled(draw, templates, most):
    """Some of the templates, in any order, with texts, links and dates."""
    text, link, date = st.sampled_from(TEXTS), st.sampled_from(LINKS), st.sampled_from(DATES)
    return "".join(
        template.replace("{t}", draw(text)).replace("{l}", draw(link)).replace("{d}", draw(date))
        for template in draw(st.lists(st.sampled_from(templates), max_size=most))
    )


@st.composite
def bodies(draw):
    """Feeds, most of them odd in a place or two, with their content type."""
    rare = st.integers(0, 9).map(lambda n: n == 0)
    usual_rss = ("<title>{t}</title>", "<link>{l}</link>", "<guid>{l}</guid>", ITEM[13], ITEM[22])
    usual_atom = ("<title>{t}</title>", "<id>{l}</id>", ENTRY[3], ENTRY[18], ENTRY[16])
    is_atom = draw(st.booleans())
    inside, around = (ENTRY, FEED) if is_atom else (ITEM, CHANNEL)
    items = []
    for _ in range(draw(st.integers(1, 3))):
        pool = inside if draw(rare) else usual_atom if is_atom else usual_rss
        items.append(draw(filled(pool, 6)) + draw(filled(inside, 1)))
    before, after = draw(filled(around, 4)), draw(filled(around, 1))
    if is_atom:
        spaces = f'{SPACES} xmlns:thr="http://purl.org/syndication/thread/1.0"'
        language = draw(st.sampled_from(("", ' xml:lang="pt_BR"')))
        text = "".join(f"<entry>{item}</entry>" for item in items)
        root = f'<feed xmlns="http://www.w3.org/2005/Atom"{spaces}{language}>'
        text = f"{root}{before}{text}{after}</feed>"
    else:
        attributes = ROOTS[0] if not draw(rare) else draw(st.sampled_from(ROOTS))
        text = "".join(f"<item>{item}</item>" for item in items)
        text = f"<rss {attributes}{SPACES}><channel>{before}{text}{after}</channel></rss>"
    charset = "utf-8" if not draw(rare) else draw(st.sampled_from(CHARSETS))
    text = f'<?xml version="1.0" encoding="{charset}"?>{text}' if draw(st.booleans()) else text
    return text.encode(charset, "xmlcharrefreplace"), draw(st.sampled_from(TYPES))


PLAIN_RSS = make.rss(
    {"title": "a", "guid": "https://a.example/1", "link": "https://a.example/1", "published": NOW},
    {"title": "b", "description": "<p>ü</p>" * 90, "guid": "2", "content": "x", "published": NOW},
)
PLAIN_ATOM = (
    b'<feed xmlns="http://www.w3.org/2005/Atom"><title>A</title><id>urn:a</id><link rel="self"'
    b' href="https://a.example/feed"/><entry><id>urn:1</id><title type="html">&lt;b&gt;One</title>'
    b'<link href="https://a.example/1"/><updated>2026-11-27T09:00:00Z</updated><author><name>Ann'
    b'</name></author><content type="html">&lt;p&gt;Words</content></entry></feed>'
)


@pytest.mark.parametrize("body", [PLAIN_RSS, PLAIN_ATOM], ids=["RSS", "Atom"])
def test_plain_feeds_need_no_feedparser(body):
    usual, alone, is_plain = read_by_both(body, "text/xml")
    assert is_plain
    assert usual == alone
    assert usual.entries


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"<title>a", b"<title>z</title><title>a"),
        (b"<title>a", b"<title>a <b>b</b>"),
        (b"<title>a", b"<itunes:title xmlns:itunes='urn:i'>z</itunes:title><title>a"),
        (b"<title>a", b"<title type='html'>a"),
        (b"<title>a", "<title>a\x92s".encode()),
        (
            b"<title>a",
            b"<dc:title xmlns:dc='http://purl.org/dc/elements/1.1/'>z</dc:title><title>a",
        ),
        (b'version="2.0"', b'version="2.0" xml:base="https://b.example/"'),
        (b'version="2.0"', b'version="2.0" xmlns="http://purl.org/rss/1.0/"'),
        (b"https://a.example/1</link>", b"https:///a.example/1</link>"),
        (b"<channel>", b"<channel><textInput><title>z</title></textInput>"),
        (b"</channel>", b"</channel><channel><item><title>z</title></item></channel>"),
    ],
    ids=[
        *("two titles", "an element in a title", "another namespace", "an attribute"),
        *("Windows-1252", "a title of another namespace", "a base", "RSS 1.0", "three slashes"),
        *("an element that few use", "two channels"),
    ],
)
def test_what_is_odd_is_left_to_feedparser(old, new):
    body = PLAIN_RSS.replace(old, new, 1)
    assert body != PLAIN_RSS
    usual, alone, is_plain = read_by_both(body)
    assert not is_plain
    assert usual == alone


@pytest.mark.parametrize("length", [10, 199, 201, 2_000])
def test_letters_encoded_twice_are_mended_however_long_the_text(length):
    body = make.rss({"title": "Ã©" * length, "link": "https://news.example/1"})
    usual, alone, _ = read_by_both(body)
    assert usual == alone
    assert set(usual.entries[0].title) == {"é"}


@pytest.mark.parametrize("content_type", TYPES)
@pytest.mark.parametrize("name", ["title", "description"])
def test_a_text_that_looks_like_the_place_of_another_stays_itself(name, content_type):
    text = "\ue0000\ue001"
    long = make.rss({"title": "a", "description": "long " * 60, "guid": "2"})
    body = long.replace(b"</channel>", f"<item><{name}>{text}</{name}></item></channel>".encode())
    usual, alone, _ = read_by_both(body, content_type)
    assert usual == alone
    assert getattr(usual.entries[1], name.replace("description", "summary")) == text


@pytest.mark.parametrize(
    "authors",
    [
        "<author><name>Ann</name><email>a@a.example</email></author><author><name>Bo</name></author>",
        "<author><name>Ann</name></author><author><email>a@a.example</email></author>",
        "<author><name>Ann</name></author><author><name>Bo</name></author>",
    ],
)
def test_several_authors_are_read_as_feedparser_reads_them(authors):
    body = PLAIN_ATOM.replace(b"<author><name>Ann</name></author>", authors.encode())
    usual, alone, is_plain = read_by_both(body)
    assert usual == alone
    assert is_plain == ("email" not in authors)


@given(bodies())
@settings(max_examples=examples(300, 1_000), deadline=None)
def test_what_is_read_plainly_is_read_as_feedparser_reads_it(made):
    body, content_type = made
    usual, alone, _ = read_by_both(body, content_type)
    assert usual == alone


@given(bodies(), bodies())
@settings(max_examples=examples(100, 1_000), deadline=None)
def test_what_is_left_of_a_body_is_read_as_feedparser_reads_it(made, other):
    known = read_by_both(*made)[1]
    marks = getattr(known, "marks", b"")
    body = made[0].replace(b"</item>", b"</item><item><title>New</title></item>", 1)
    for changed in (body, other[0]):
        usual, alone, _ = read_by_both(changed, made[1], marks)
        assert usual == alone
