"""Find the law that an act is based on, and its article."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from tracker.classify.data_files import DATA, read_rows
from tracker.classify.kinds import Kind
from tracker.classify.letters.plain import any_of_words, split_list, to_plain
from tracker.classify.words.lexicon import lexicon_of
from tracker.classify.words.mention import Mention

OF_LAW = {Kind.LEGAL_ACTION, Kind.POLICY_CHANGE, Kind.PLATFORM_BLOCK}
NEAR_LAW = 40  # characters between a law and its article
BODY_READ = 1500
LARGEST_ARTICLE = 2_000  # "Article 2026" is a year
NUMBER = r"\d{1,4}(?:/?[a-z](?!\w))?(?:\s?\(\d{1,2}\)){0,2}"


@dataclass(frozen=True)
class Law:
    """A law by its code in data/laws.toml, with the article as in "16(2)", "" for none; `start` to
    `end` of `zone` name it, `article_start` to `article_end` the article.
    """

    code: str
    zone: str
    start: int
    end: int
    article: str = ""
    article_start: int = 0
    article_end: int = 0


@cache
def _articles() -> re.Pattern[str]:
    """Return the pattern of an article in plain text, with its number as "a" or "b"."""
    row = read_rows(DATA / "circumstances.toml")["articles"]
    lists = row if isinstance(row, dict) else {}
    before, after = (any_of_words(split_list(str(lists[name]))) for name in ("before", "after"))
    return re.compile(rf"(?:{before})\s?(?P<a>{NUMBER})|(?<!\w)(?P<b>{NUMBER})\.?\s?(?:{after})")


def find_law(zones: Mapping[str, str], kinds: Sequence[Kind], language: str) -> Law | None:
    """Return the first law that the title names, else the summary, else the beginning of the full
    text; None where a zone names several before any is known, since nobody says which one counts.
    """
    for zone, written in zones.items():
        words = written[:BODY_READ]
        named = lexicon_of("law").find(words, language)
        laws = [law for law in (_law_at(m, zone, words, kinds) for m in named) if law is not None]
        codes = {law.code for law in laws}
        if len(codes) == 1:
            return next((law for law in laws if law.article), laws[0])
        if codes:
            return None
    return None


@cache
def _laws_on_moderation() -> frozenset[str]:
    rows = read_rows(DATA / "laws.toml").items()
    return frozenset(
        code for code, row in rows if isinstance(row, dict) and row.get("about") == "moderation"
    )


def names_moderation_law(zones: Mapping[str, str], language: str) -> bool:
    """Return whether a text is on a law about moderation: the one that its title names, else its
    summary.
    """
    read = {zone: zones[zone] for zone in ("title", "summary") if zones.get(zone)}
    law = find_law(read, (Kind.LEGAL_ACTION,), language)
    return law is not None and law.code in _laws_on_moderation()


def _law_at(mention: Mention, zone: str, words: str, kinds: Sequence[Kind]) -> Law | None:
    """Return a law with its article; None for a short form that may mean something else."""
    plain = to_plain(words)
    start, end = plain.position(mention.start), plain.position(mention.end)
    near = range(max(0, start - NEAR_LAW), end + NEAR_LAW)
    articles = list(_articles().finditer(plain.text, near.start, near.stop))
    article = min(articles, key=lambda m: max(start - m.end(), m.start() - end), default=None)
    if article is None:
        is_sure = not mention.is_weak or not OF_LAW.isdisjoint(kinds)
        return Law(mention.value, zone, mention.start, mention.end) if is_sure else None
    number = (article["a"] or article["b"]).replace(" ", "").upper()
    if int(re.split(r"\D", number)[0]) > LARGEST_ARTICLE:
        return Law(mention.value, zone, mention.start, mention.end)
    span = plain.span(article.start(), article.end())
    return Law(mention.value, zone, mention.start, mention.end, number, *span)
