"""Find the outcome of an appeal, where an act applies, and whether it is partial or total."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from tracker.classify.data_files import DATA, LexiconError, read_rows
from tracker.classify.kinds import Kind
from tracker.classify.letters.language import LANGUAGES
from tracker.classify.letters.plain import (
    PlainText,
    split_list,
    to_plain,
    to_plain_word,
    word_pattern,
)
from tracker.classify.words.lexicon import lexicon_of
from tracker.classify.words.mention import Mention

APPEALS = ("rejected", "granted", "filed", "announced")  # the later step first
# "will lodge an appeal" contains the words of a lodged one.
AS_READ = ("rejected", "granted", "announced", "filed")
TERRITORIES = ("worldwide", "eu", "country", "region")
DEGREES = ("partial", "total")
LISTS = {
    "appeal_no",
    *(f"appeal_{step}" for step in APPEALS),
    *TERRITORIES[:3],
    *("only_before", "only_after", "region_before", "region_after"),
    *DEGREES,
    "orders",
}
# Only these have a degree: a removed post is simply removed.
WITH_DEGREE = {
    Kind.PLATFORM_BLOCK,
    Kind.ACCOUNT_SUSPENSION,
    Kind.REACH_RESTRICTION,
    Kind.SERVICE_DENIAL,
}
REGION_LIMIT = 60  # characters of a part of a country's name
# A name in Latin, Greek or Cyrillic letters has capitals; in other scripts one word is used.
CAPITAL = r"[A-ZÀ-ÖØ-ÞĀ-ŽΑ-ΩА-ЯЁІЇЄҐ][\w'’-]{1,30}"
OTHER_WORD = r"[\u0590-\u06ff\u0900-\u097f]{2,30}"
JOINED_WORD = r"[\u3040-\u30ff\u4e00-\u9fff\uac00-\ud7af]{2,8}"
NAME_BEHIND = re.compile(rf"\s*(?:{CAPITAL}(?: {CAPITAL}){{0,2}}|{OTHER_WORD}|{JOINED_WORD})")
ARTICLE = re.compile(r"\s?(?:the |la |le |les |l'|el |los |o |os |a |der |die )?")
NAME_BEFORE = re.compile(
    rf"(?:{CAPITAL}(?: {CAPITAL}){{0,2}}|{OTHER_WORD}|{JOINED_WORD})[\s-]*$",
)


@dataclass(frozen=True)
class Circumstance:
    """A value given by characters `start` to `end` of `zone`; `name` is a region's."""

    value: str
    zone: str
    start: int
    end: int
    name: str = ""


@dataclass(frozen=True)
class Cue:
    """The words of a list: their pattern in plain text, and letters of which one is in every
    match, since most texts have none of them.
    """

    pattern: re.Pattern[str]
    stems: tuple[str, ...]

    def search(self, text: str, start: int = 0, end: int | None = None) -> re.Match[str] | None:
        """Return the first place of a word, as re.Pattern.search."""
        if not any(stem in text for stem in self.stems):
            return None
        return self.pattern.search(text, start, len(text) if end is None else end)

    def finditer(
        self, text: str, start: int = 0, end: int | None = None
    ) -> Iterator[re.Match[str]]:
        """Yield every place of a word, as re.Pattern.finditer."""
        if any(stem in text for stem in self.stems):
            yield from self.pattern.finditer(text, start, len(text) if end is None else end)


@cache
def cues_of(language: str) -> dict[str, Cue]:
    """Return the words of one language by the name of their list. Raises LexiconError."""
    row = read_rows(DATA / "circumstances.toml").get(language, {})
    if not isinstance(row, dict) or set(row) - LISTS:
        raise LexiconError(f"circumstances.toml: [{language}] has a list that is not known")
    return {name: _cue(split_list(str(row.get(name, "")))) for name in LISTS}


def _cue(items: Sequence[str]) -> Cue:
    """Return a list's words; a "*" within an item stands for a few words of the sentence."""
    longest = sorted(items, key=len, reverse=True)
    patterns = (
        r"[^.!?;]{0,40}?".join(map(word_pattern, re.split(r"(?<=.)\s?\*\s?(?=.)", item)))
        for item in longest
    )
    stems = {max(to_plain_word(item.replace("*", " ")).split(), key=len) for item in items}
    # A stem that contains another one adds nothing to it.
    fewest = [s for s in stems if not any(other != s and other in s for other in stems)]
    return Cue(re.compile("|".join(patterns) or "(?!)"), tuple(sorted(fewest)))


def find_appeal(
    zones: Mapping[str, str], kinds: Sequence[Kind], language: str
) -> Circumstance | None:
    """Return the last step of an appeal in the title, else in the summary; one of APPEALS."""
    if not kinds or kinds[0] is Kind.POLICY_CHANGE:
        return None
    cues = cues_of(_code(language))
    for zone in ("title", "summary"):
        plain = to_plain(zones.get(zone, ""))
        # Blanked out, so that "the appeals court" is no appeal and positions stay valid.
        text = plain.text
        for other in list(cues["appeal_no"].finditer(text)):
            text = text[: other.start()] + "\x00" * len(other[0]) + text[other.end() :]
        for step in AS_READ:
            if match := cues[f"appeal_{step}"].search(text):
                return Circumstance(step, zone, *plain.span(match.start(), match.end()))
    return None


def find_territory(
    zones: Mapping[str, str], mentions: Mapping[str, Sequence[Mention]], language: str
) -> Circumstance | None:
    """Return where an act applies, by the title, else by the summary; one of TERRITORIES.
    "worldwide" counts only in the title, since texts often mention users around the world.
    """
    code = _code(language)
    for zone in ("title", "summary"):
        words = zones.get(zone, "")
        plain = to_plain(words)
        if found := _only_in(plain, zone, mentions.get(zone, ()), code):
            return found
        if found := _region(words, plain, zone, mentions.get(zone, ()), code):
            return found
        for value in TERRITORIES[0 if zone == "title" else 1 : 3]:
            if match := cues_of(code)[value].search(plain.text):
                return Circumstance(value, zone, *plain.span(match.start(), match.end()))
    return _withheld(zones.get("title", ""), mentions.get("title", ()), language)


def _withheld(title: str, mentions: Sequence[Mention], language: str) -> Circumstance | None:
    """Return the country that a title names of what it says is withheld in a country."""
    country = next((m for m in mentions if m.table == "country"), None)
    if country is None:
        return None
    means = lexicon_of("means").find(title, language)
    if not any(mention.value == "withheld" for mention in means):
        return None
    value = "eu" if country.value == "EU" else "country"
    return Circumstance(value, "title", country.start, country.end)


def find_degree(
    zones: Mapping[str, str], kinds: Sequence[Kind], language: str
) -> Circumstance | None:
    """Return whether a measure is "partial" or "total", as the title says, else the summary; None
    where a zone says both.
    """
    if WITH_DEGREE.isdisjoint(kinds):
        return None
    cues = cues_of(_code(language))
    for zone in ("title", "summary"):
        plain = to_plain(zones.get(zone, ""))
        matches = {name: cues[name].search(plain.text) for name in DEGREES}
        known = [(name, match) for name, match in matches.items() if match]
        if len(known) == 1:
            (name, match) = known[0]
            return Circumstance(name, zone, *plain.span(match.start(), match.end()))
        if known:
            return None
    return None


def _only_in(
    plain: PlainText, zone: str, mentions: Sequence[Mention], language: str
) -> Circumstance | None:
    """Return the words that say that an act holds in the one country next to them."""
    before, after = cues_of(language)["only_before"], cues_of(language)["only_after"]
    for mention in mentions:
        if mention.table != "country":
            continue
        start, end = plain.position(mention.start), plain.position(mention.end)
        value = "eu" if mention.value == "EU" else "country"
        for match in before.finditer(plain.text, max(0, start - 40), start):
            if ARTICLE.fullmatch(plain.text, match.end(), start):
                return Circumstance(value, zone, *plain.span(match.start(), end))
        behind = after.pattern.match(plain.text, end + (plain.text[end : end + 1] == " "))
        if behind:
            return Circumstance(value, zone, *plain.span(start, behind.end()))
    return None


def _region(
    words: str, plain: PlainText, zone: str, mentions: Sequence[Mention], language: str
) -> Circumstance | None:
    """Return the name of the part of a country in which an act applies."""
    cues = cues_of(language)
    for match in cues["region_before"].finditer(plain.text):
        begin, cue_end = plain.span(match.start(), match.end())
        name = NAME_BEHIND.match(words, cue_end)
        if name and not _is_country(mentions, name.start(), name.end()):
            region = name[0].strip()[:REGION_LIMIT]
            return Circumstance("region", zone, begin, name.end(), region)
    for match in cues["region_after"].finditer(plain.text):
        cue_start, finish = plain.span(match.start(), match.end())
        name = NAME_BEFORE.search(words, max(0, cue_start - REGION_LIMIT), cue_start)
        if name and not _is_country(mentions, name.start(), name.end()):
            region = words[name.start() : finish].strip()[:REGION_LIMIT]
            return Circumstance("region", zone, name.start(), finish, region)
    return None


def _is_country(mentions: Sequence[Mention], start: int, end: int) -> bool:
    return any(m.table == "country" and m.start < end and start < m.end for m in mentions)


def _code(language: str) -> str:
    return language if language in LANGUAGES else "en"
