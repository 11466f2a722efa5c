"""Find courts, regulators, governments and similar authorities in a text, listed or by pattern."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import islice

from tracker.classify.data_files import DATA, LexiconError, read_rows
from tracker.classify.letters.plain import any_of_words, split_list, to_plain
from tracker.classify.words.lists import parse_words as words_of
from tracker.classify.words.matching import Lexicon
from tracker.classify.words.mention import ANY, Mention, Word
from tracker.classify.words.numerals import EAST_ASIAN

LIMIT = 12  # authorities of a zone that are examined
TITLE_CASE = {"en", "id"}  # a verb after the name looks like part of it
TYPES = ("court", "government", "parliament", "police", "regulator", "board")
CUES = ("by", "agent", "not", "not_after", "acts", "small")
LONGEST = 80  # characters of an authority's name


@dataclass(frozen=True)
class AuthorityMention:
    """An authority in a text, with its type and country, before its role in the act is known."""

    name: str
    type: str
    country: str
    start: int
    end: int


@cache
def _listed_authorities() -> tuple[Lexicon, dict[str, tuple[str, str]]]:
    """Return the words of all listed authorities, of each its type and country. Raises
    LexiconError.
    """
    words: list[Word] = []
    facts: dict[str, tuple[str, str]] = {}
    for name, row in read_rows(DATA / "authorities.toml").items():
        if not isinstance(row, dict) or row.get("type") not in TYPES:
            raise LexiconError(f"authorities.toml: [{name}] needs a type of {', '.join(TYPES)}")
        facts[name] = (str(row["type"]), str(row.get("country", "")))
        words += words_of("authority", name, ANY, str(row.get("words", "")))
    return Lexicon(words), facts


def listed_authorities() -> tuple[str, ...]:
    """Return the English names of all listed authorities. Raises LexiconError."""
    return tuple(_listed_authorities()[1])


@cache
def _language_row(language: str) -> dict[str, str]:
    row = read_rows(DATA / "authority_patterns.toml").get(language, {})
    if not isinstance(row, dict) or set(row) - {*TYPES, *CUES}:
        raise LexiconError(f"authority_patterns.toml: [{language}] has a row that is not known")
    return {name: str(text) for name, text in row.items()}


@cache
def _patterns(language: str) -> tuple[tuple[str, re.Pattern[str]], ...]:
    row = _language_row(language)
    edges = ("", "") if language in EAST_ASIAN else (r"(?<!\w)", r"(?!\w)")
    return tuple(
        (of_type, re.compile(f"{edges[0]}(?:{row[of_type]}){edges[1]}"))
        for of_type in TYPES
        if row.get(of_type)
    )


@cache
def authority_cues(language: str) -> dict[str, re.Pattern[str]]:
    """Return the patterns of the words around authorities, by name, of one language."""
    row = _language_row(language)
    lists = {name: any_of_words(split_list(row.get(name, ""))) for name in CUES}
    between = rf"(?:[\s'\"«„“(]|{lists['small']})*"
    return {
        "by": re.compile(rf"(?:{lists['by']}){between}$"),
        "agent": re.compile(rf"(?:{lists['agent']}){between}$"),
        "not": re.compile(rf"(?:{lists['not']}){between}$"),
        "not_after": re.compile(rf"(?:'s?)?\s?(?:{lists['not_after']})"),
        "acts": re.compile(lists["acts"]),
        "small": re.compile(rf"(?:{lists['small']})(?!\w)"),
    }


def find_mentions(text: str, language: str, mentions: Sequence[Mention]) -> list[AuthorityMention]:
    """Return listed and unlisted authorities by position; of those that overlap the listed one, and
    of unlisted ones the longest.
    """
    lexicon, facts = _listed_authorities()
    named = {mention.value for mention in mentions if mention.table == "country"}
    listed = [
        AuthorityMention(mention.value, *facts[mention.value], mention.start, mention.end)
        for mention in lexicon.find(text, language)
        # A weak name ("Supreme Court") is not the country's own if only other countries are named.
        if not mention.is_weak or not named or facts[mention.value][1] in named
    ]
    authorities: list[AuthorityMention] = []
    # The longest first, so that "the Federal Court of Justice" is not read as a court.
    unlisted = sorted(
        _unlisted_authorities(text, language, mentions), key=lambda m: m.start - m.end
    )
    for authority in (*listed, *unlisted):
        if not any(m.start < authority.end and authority.start < m.end for m in authorities):
            authorities.append(authority)
    return sorted(authorities, key=lambda authority: authority.start)


def _unlisted_authorities(
    text: str, language: str, mentions: Sequence[Mention]
) -> Iterator[AuthorityMention]:
    for of_type, pattern in _patterns(language):
        for match in islice(pattern.finditer(text), LIMIT):
            start, end = _trim_name(text, match.start(), match.end(), language, mentions)
            if 2 <= end - start <= LONGEST:
                yield AuthorityMention(text[start:end], of_type, "", start, end)


def _trim_name(
    text: str, start: int, end: int, language: str, mentions: Sequence[Mention]
) -> tuple[int, int]:
    """Trim words at the ends that are not part of the name: articles, "Fined By", a platform."""
    spans = [(start + m.start(), start + m.end()) for m in re.finditer(r"\S+", text[start:end])]
    while len(spans) > 1 and _is_no_name(text, *spans[0], language, mentions):
        spans.pop(0)
    followed = mentions if language in TITLE_CASE else ()
    while len(spans) > 1 and _is_no_name(text, *spans[-1], language, followed):
        spans.pop()
    return spans[0][0], spans[-1][1]


def _is_no_name(
    text: str, start: int, end: int, language: str, mentions: Sequence[Mention]
) -> bool:
    if authority_cues(language)["small"].fullmatch(to_plain(text[start:end]).text):
        return True
    return any(
        mention.table in {"concept", "platform", "target"}
        and mention.value not in {"law", "state"}
        and mention.start <= start < mention.end
        for mention in mentions
    )
