"""`python -m bench.serve PORT FEEDS DELAY_MS`: generated feeds at /N on every loopback address.

Each has 25 entries of HTML in one of six languages and four encodings, an ETag, and gzip where it
is asked for. `/turn/G` begins round G, in which one feed in ten has one more entry; `/turn/0` sets
all back.
"""

import asyncio
import gzip
import hashlib
import sys
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from functools import lru_cache
from xml.sax.saxutils import escape

from aiohttp import web

ENTRIES = 25
SENTENCES = {  # of our own, that say nothing
    "en": ("A sentence that tells nothing in particular and is as long as others are.", "utf-8"),
    "fr": ("Une phrase qui ne dit rien de précis, longue comme les autres le sont.", "iso-8859-1"),
    "ru": ("Предложение, которое ничего особенного не сообщает и довольно длинное.", "koi8-r"),
    "ar": ("جملة لا تقول شيئا معينا وهي طويلة مثل غيرها من الجمل في هذا النص", "utf-8"),
    "zh": ("这个句子没有说什么特别的事情，只是和别的句子一样长。", "gb18030"),
    "pl": ("Zdanie, które niczego szczególnego nie mówi i jest długie jak inne.", "utf-8"),
}
LANGUAGES = list(SENTENCES)
START = datetime(2026, 11, 24, 9, tzinfo=UTC)


def entries_of(feed: int, turn: int) -> int:
    """How many entries the feed has had by this turn."""
    return ENTRIES + sum(feed % 10 == t % 10 for t in range(1, turn + 1))


@lru_cache(maxsize=20_000)
def body(feed: int, last: int) -> tuple[bytes, bytes, str]:
    """(plain, gzipped, ETag) of a feed whose newest entry is number `last`."""
    language = LANGUAGES[feed % len(LANGUAGES)]
    sentence, encoding = SENTENCES[language]
    html = "".join(f"<p>{sentence} <b>{feed}</b> <a href='/{feed}'>{n}</a></p>" for n in range(24))
    items = "".join(
        f"<item><title>{sentence[:50]} {feed}-{n}</title><guid>https://news.example/{feed}/{n}</guid>"
        f"<link>https://news.example/{feed}/{n}</link><description>{escape(html)}</description>"
        f"<pubDate>{format_datetime(START + timedelta(minutes=n))}</pubDate></item>"
        for n in range(last, last - ENTRIES, -1)
    )
    text = (
        f'<?xml version="1.0" encoding="{encoding}"?><rss version="2.0"><channel>'
        f"<title>Feed {feed}</title><link>https://news.example/</link>"
        f"<description>d</description><language>{language}</language>{items}</channel></rss>"
    )
    plain = text.encode(encoding, "xmlcharrefreplace")
    return plain, gzip.compress(plain, 5), f'"{hashlib.md5(plain).hexdigest()}"'


def site(feeds: int, delay: float) -> web.Application:
    state = {"turn": 0}

    async def turn(request: web.Request) -> web.Response:
        state["turn"] = int(request.match_info["turn"])
        for feed in range(feeds):
            body(feed, entries_of(feed, state["turn"]))
        return web.Response(text="ok")

    async def feed(request: web.Request) -> web.Response:
        if delay:
            await asyncio.sleep(delay)
        number = int(request.match_info["feed"])
        plain, packed, etag = body(number, entries_of(number, state["turn"]))
        headers = {"ETag": etag, "Content-Type": "application/rss+xml"}
        if request.headers.get("If-None-Match") == etag:
            return web.Response(status=304, headers=headers)
        if "gzip" in request.headers.get("Accept-Encoding", ""):
            return web.Response(body=packed, headers=headers | {"Content-Encoding": "gzip"})
        return web.Response(body=plain, headers=headers)

    app = web.Application()
    app.add_routes([web.get(r"/turn/{turn:\d+}", turn), web.get(r"/{feed:\d+}", feed)])
    return app


if __name__ == "__main__":
    port, feeds, delay_ms = (int(word) for word in sys.argv[1:])
    web.run_app(site(feeds, delay_ms / 1000), host="0.0.0.0", port=port, print=None)
