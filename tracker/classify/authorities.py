"""Who ordered or decided an act: a court, regulator, government, parliament, police, a board."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import islice

from tracker.classify.countries import countries
from tracker.classify.data_files import DATA
from tracker.classify.language import LANGUAGES
from tracker.classify.lexicon import ANY, Hit, Lexicon, LexiconError, Word, rows_of
from tracker.classify.lexicon import words as words_of
from tracker.classify.numerals import EAST_ASIAN
from tracker.classify.plain import Plain, any_of_words, plain, sentence_around, words_in

BODY_READ = 1500
LIMIT = 12  # authorities of a zone that are looked at
NEAR_ACT = 75  # characters behind an authority in which what it does stands
VERB_BEFORE = 32  # characters before it, where the verb comes first
VERB_FIRST = {"ar", "he"}
TITLE_CASE = {"en", "id"}  # a verb behind the name looks like a part of it
TYPES = ("court", "government", "parliament", "police", "regulator", "board")
CUES = ("by", "agent", "not", "not_after", "acts", "small")
ORDERS, ACTS = "orders", "acts"
LONGEST = 80  # characters of an authority's name


@dataclass(frozen=True)
class Authority:
    """`name` in English where it is listed, else as printed; `type` is of TYPES, `country` an ISO
    3166 code or ""; `start` to `end` of `zone` say it. `is_order` is true where somebody else acts
    by its order, request or decision.
    """

    name: str
    type: str
    country: str
    zone: str
    start: int
    end: int
    is_order: bool = False


@dataclass(frozen=True)
class _Mention:
    name: str
    type: str
    country: str
    start: int
    end: int


def authority(
    zones: Mapping[str, str], hits: Mapping[str, Sequence[Hit]], language: str
) -> Authority | None:
    """The first authority that acts or orders in the title, else the summary, else the beginning of
    the full text; not one that is only quoted, asked or sued.
    """
    code = language if language in LANGUAGES else "en"
    for zone, written in zones.items():
        words = written[:BODY_READ]
        looked_at = plain(words)
        for mention in islice(_mentions(words, code, hits[zone]), LIMIT):
            part = _part(looked_at, mention, code)
            if part:
                start, end = mention.start, mention.end
                country = mention.country or _country(words[start:end], code)
                return Authority(
                    mention.name, mention.type, country, zone, start, end, is_order=part == ORDERS
                )
    return None


@cache
def _listed() -> tuple[Lexicon, dict[str, tuple[str, str]]]:
    """The words of all listed authorities, of each its type and country. Raises LexiconError."""
    found: list[Word] = []
    facts: dict[str, tuple[str, str]] = {}
    for name, row in rows_of(DATA / "authorities.toml").items():
        if not isinstance(row, dict) or row.get("type") not in TYPES:
            raise LexiconError(f"authorities.toml: [{name}] needs a type of {', '.join(TYPES)}")
        facts[name] = (str(row["type"]), str(row.get("country", "")))
        found += words_of("authority", name, ANY, str(row.get("words", "")))
    return Lexicon(found), facts


@cache
def _row(language: str) -> dict[str, str]:
    row = rows_of(DATA / "authority_patterns.toml").get(language, {})
    if not isinstance(row, dict) or set(row) - {*TYPES, *CUES}:
        raise LexiconError(f"authority_patterns.toml: [{language}] has a row that is not known")
    return {name: str(text) for name, text in row.items()}


@cache
def _patterns(language: str) -> tuple[tuple[str, re.Pattern[str]], ...]:
    row = _row(language)
    edges = ("", "") if language in EAST_ASIAN else (r"(?<!\w)", r"(?!\w)")
    return tuple(
        (of_type, re.compile(f"{edges[0]}(?:{row[of_type]}){edges[1]}"))
        for of_type in TYPES
        if row.get(of_type)
    )


@cache
def _cues(language: str) -> dict[str, re.Pattern[str]]:
    row = _row(language)
    lists = {name: any_of_words(words_in(row.get(name, ""))) for name in CUES}
    between = rf"(?:[\s'\"«„“(]|{lists['small']})*"
    return {
        "by": re.compile(rf"(?:{lists['by']}){between}$"),
        "agent": re.compile(rf"(?:{lists['agent']}){between}$"),
        "not": re.compile(rf"(?:{lists['not']}){between}$"),
        "not_after": re.compile(rf"(?:'s?)?\s?(?:{lists['not_after']})"),
        "acts": re.compile(lists["acts"]),
        "small": re.compile(rf"(?:{lists['small']})(?!\w)"),
    }


def _mentions(text: str, language: str, hits: Sequence[Hit]) -> list[_Mention]:
    """Listed and unlisted authorities by position; of those that overlap the listed one, and of
    unlisted ones the longest.
    """
    lexicon, facts = _listed()
    named = {hit.value for hit in hits if hit.table == "country"}
    listed = [
        _Mention(hit.value, *facts[hit.value], hit.start, hit.end)
        for hit in lexicon.find(text, language)
        if not hit.is_weak or not named or facts[hit.value][1] in named
    ]
    mentions: list[_Mention] = []
    candidates = sorted(_unlisted(text, language, hits), key=lambda m: m.start - m.end)
    for mention in (*listed, *candidates):
        if not any(m.start < mention.end and mention.start < m.end for m in mentions):
            mentions.append(mention)
    return sorted(mentions, key=lambda mention: mention.start)


def _unlisted(text: str, language: str, hits: Sequence[Hit]) -> Iterator[_Mention]:
    for of_type, pattern in _patterns(language):
        for match in islice(pattern.finditer(text), LIMIT):
            start, end = _trimmed(text, match.start(), match.end(), language, hits)
            if 2 <= end - start <= LONGEST:
                yield _Mention(text[start:end], of_type, "", start, end)


def _trimmed(
    text: str, start: int, end: int, language: str, hits: Sequence[Hit]
) -> tuple[int, int]:
    """Without words at its ends that belong to no name: articles, "Fined By", a platform."""
    spans = [(start + m.start(), start + m.end()) for m in re.finditer(r"\S+", text[start:end])]
    while len(spans) > 1 and _is_no_name(text, *spans[0], language, hits):
        spans.pop(0)
    followed = hits if language in TITLE_CASE else ()
    while len(spans) > 1 and _is_no_name(text, *spans[-1], language, followed):
        spans.pop()
    return spans[0][0], spans[-1][1]


def _is_no_name(text: str, start: int, end: int, language: str, hits: Sequence[Hit]) -> bool:
    if _cues(language)["small"].fullmatch(plain(text[start:end]).text):
        return True
    return any(
        hit.table in {"concept", "platform", "target"}
        and hit.value not in {"law", "state"}
        and hit.start <= start < hit.end
        for hit in hits
    )


def _part(looked_at: Plain, mention: _Mention, language: str) -> str:
    """Its part in the act by the words around it: ORDERS, ACTS, or "" for none."""
    text = looked_at.text
    start, end = looked_at.place(mention.start), looked_at.place(mention.end)
    first, last = sentence_around(text, start, end)
    before, cues = text[max(first, start - 60) : start], _cues(language)
    if cues["by"].search(before):
        return ORDERS
    if cues["agent"].search(before):
        return ACTS if cues["acts"].search(before) else ""
    if cues["not"].search(before) or cues["not_after"].match(text, end):
        return ""
    if cues["acts"].search(text, end, min(last, end + NEAR_ACT)):
        return ACTS
    is_behind_verb = language in VERB_FIRST and cues["acts"].search(before[-VERB_BEFORE:])
    return ACTS if is_behind_verb else ""


def _country(words: str, language: str) -> str:
    """The country that its name names, "" for none; "суда" is a court's, not Sudan's, and New
    Mexico no country.
    """
    for hit in countries(words, language):
        if words[hit.start : hit.end] != "суда" and not words[: hit.start].endswith("New "):
            return hit.value
    return ""
