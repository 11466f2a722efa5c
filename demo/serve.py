"""`python demo/serve.py [PORT]`: a week of made-up news as feeds on this machine, to try the
tracker with. Needs nothing but Python. The articles are ours (demo/README.md), and end today.
"""

import json
import sys
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from xml.sax.saxutils import escape

ARTICLES = Path(__file__).parent.parent / "tests" / "events" / "data" / "made_up_week.jsonl"
PAPERS = 3  # of each language: an act is in more than one
Article = Mapping[str, str]


def articles(now: datetime) -> list[Article]:
    """The articles, moved so that the last one is an hour old."""
    lines = ARTICLES.read_text("utf-8").splitlines()
    found = [json.loads(line) for line in lines]
    last = max(datetime.fromisoformat(one["published"]) for one in found)
    # By whole days, so that "on Tuesday" moves by what it says.
    days = timedelta(days=(now - timedelta(hours=1) - last).days)
    for one in found:
        one["at"] = format_datetime(datetime.fromisoformat(one["published"]) + days)
    return found


def feeds(found: Sequence[Article], base: str) -> dict[str, bytes]:
    """RSS by path: `/en-1.xml` is the first English paper; each article is in one."""
    papers: dict[str, list[Article]] = {}
    for number, article in enumerate(found):
        papers.setdefault(f"{article['lang']}-{number % PAPERS + 1}", []).append(article)
    return {f"/{paper}.xml": _rss(paper, some, base) for paper, some in sorted(papers.items())}


def _rss(paper: str, some: Sequence[Article], base: str) -> bytes:
    items = "".join(
        f"<item><title>{escape(a['title'])}</title><description>{escape(a['summary'])}</description>"
        f"<link>{base}/{paper}/{a['id']}</link><guid>{a['id']}</guid><pubDate>{a['at']}</pubDate></item>"
        for a in some
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?><rss version="2.0"><channel>'
        f"<title>Made-up paper {paper}</title><link>{base}/{paper}/</link>"
        f"<language>{paper[:2]}</language>{items}</channel></rss>"
    ).encode()


def opml(paths: Sequence[str], base: str) -> bytes:
    """A list of the feeds for `manage.py importopml`."""
    rows = "".join(f'<outline type="rss" text="{p[1:-4]}" xmlUrl="{base}{p}"/>' for p in paths)
    return f'<opml version="2.0"><body>{rows}</body></opml>'.encode()


def main(port: str = "8999") -> None:
    base = f"http://127.0.0.1:{port}"
    pages = feeds(articles(datetime.now(UTC)), base)
    pages["/feeds.opml"] = opml(sorted(pages), base)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = pages.get(self.path)
            self.send_response(200 if body else 404)
            self.send_header("Content-Length", str(len(body or b"")))
            self.end_headers()
            self.wfile.write(body or b"")

    print(f"{len(pages) - 1} feeds at {base}/feeds.opml. Ctrl-C stops it.", flush=True)
    ThreadingHTTPServer(("127.0.0.1", int(port)), Handler).serve_forever()


if __name__ == "__main__":
    main(*sys.argv[1:])
