"""What does this text say? Pure: nothing but text and dates; no Django, no network, no clock.

`classify(text, published)` is the one door; `Text` goes in, `Classification` comes out.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from tracker.classify import dates
from tracker.classify.countries import countries
from tracker.classify.details import details
from tracker.classify.extents import extent
from tracker.classify.features import HIT_LIMIT, Feature, features
from tracker.classify.grounds import grounds
from tracker.classify.kinds import Classification, Coverage, Evidence, Kind
from tracker.classify.language import known, language_of, languages_of
from tracker.classify.lexicon import ACTS, Hit, Lexicon, lexicon, lexicon_of, named, outermost
from tracker.classify.model import CERTAIN, Verdict, Weights, chosen, judge, weights
from tracker.classify.platforms import ZONES, of_the_act, platforms
from tracker.classify.targets import targets
from tracker.classify.text import Text

__all__ = [
    "Classification",
    "Coverage",
    "Evidence",
    "Kind",
    "Text",
    "Weights",
    "classify",
    "weights",
]

ACTED = {*ACTS, "policy"} - {"change"}
ENDED_BY = {Kind.PLATFORM_BLOCK, Kind.LEGAL_ACTION}  # a government ends a block, or a court
WORDS_SHOWN = 4  # contributions kept as evidence of the kind


@dataclass(frozen=True)
class Seen:
    """What is seen in a text before anything is decided: its language, and by zone its words, the
    hits by position and the features by name.
    """

    language: str
    zones: Mapping[str, str]
    hits: Mapping[str, list[Hit]]
    features: Mapping[str, Mapping[str, Feature]]


def names_platform(text: Text, names: Lexicon | None = None) -> bool:
    """Whether any zone names a platform: what does not is no event, and needs no more time."""
    lists = [lexicon_of("platform"), *([names] if names is not None else [])]
    return any(one.has_any(words) for words in text.zones().values() for one in lists)


def _words(text: Text) -> str:
    zones = text.zones()
    return f"{zones['title']} {zones['summary']}"


def _language(words: str, hint: str) -> str:
    """The likeliest language; of several that a few words leave open the first in which one of them
    tells of an act.
    """
    open_ones = languages_of(words, hint)
    if len(open_ones) == 1:
        return open_ones[0]
    telling = (code for code in open_ones if _has_act({"title": lexicon().find(words, code)}))
    return next(telling, open_ones[0])


def read(text: Text, names: Lexicon | None = None) -> Seen:
    """Finds language, words and features; `names` are looked for besides the word lists."""
    zones = text.zones()
    language = _language(_words(text), text.language)
    hits: dict[str, list[Hit]] = {}
    found: dict[str, dict[str, Feature]] = {}
    for zone, words in zones.items():
        found_here = lexicon().find(words, language) + countries(words, language)
        if names is not None:
            found_here += names.find(words, language)
        first = sorted(found_here, key=lambda hit: hit.start)[:HIT_LIMIT]
        hits[zone] = outermost(first, words)
        found[zone] = features(words, hits[zone], near_only=zone == "body")
    return Seen(language, zones, hits, found)


def classify(
    text: Text,
    published: date | None = None,
    learned: Weights | None = None,
    names: Lexicon | None = None,
) -> Classification:
    """What the entry says. `published` (the publisher's own day) resolves "on Thursday" and is the
    fallback for the day; `learned` are weights to judge with instead of the shipped ones, `names`
    further names of platforms and targets (see lexicon.added).

    Never raises for what a text holds.
    """
    if not names_platform(text, names):
        language = known(text.language) or language_of(_words(text))
        return Classification(language=language, confidence=CERTAIN)
    seen = read(text, names)
    language, zones, hits, found = seen.language, seen.zones, seen.hits, seen.features
    verdict = judge(found, learned)
    acting = platforms(hits, zones, language, has_act=verdict.event > 0)
    if verdict.event <= 0 or not acting or not _has_act(hits):
        return Classification(language=language, confidence=round(verdict.confidence, 2))
    kinds = chosen(verdict)
    acting = of_the_act(acting, kinds[0], hits)
    hit = targets(zones, hits, language, kinds, acting)
    undone = _undone(found)
    kinds = _completed(kinds, hit, is_undone=bool(undone))
    # Else those within another name: "Myanmar junta".
    nations = _nations(hits) or _nations({z: countries(zones[z], language) for z in ZONES[:2]})
    reasons = grounds(zones, language)
    lasting = extent(zones, language)
    coverage, cues = _coverage(found)
    day, source, told = _occurred(zones, hits, language, published, coverage)
    evidence = [
        *_kind_evidence(kinds[0], verdict),
        *(undone if Kind.REINSTATEMENT in kinds[1:] else ()),
        *(_quoted("platforms", slug, zone, h) for slug, (zone, h) in acting.items()),
        *(_quoted("targets", name, zone, h) for name, (zone, h) in hit.items()),
        *(_quoted("countries", code, zone, h) for code, (zone, h) in nations.items()),
        *(_quoted("grounds", name, zone, h) for name, (zone, h) in reasons.items()),
        *(_quoted("extent", name, zone, h) for name, (zone, h) in lasting.items()),
        *cues,
        *told,
    ]
    return Classification(
        language=language,
        kinds=kinds,
        platforms=tuple(acting),
        targets=tuple(hit),
        countries=tuple(nations),
        grounds=tuple(reasons),
        extent="".join(lasting),
        details=details(zones, hits),
        occurred=day,
        occurred_source=source,
        coverage=coverage,
        confidence=round(verdict.confidence, 2),
        evidence=_with_words(evidence, zones),
    )


Quote = tuple[str, str, str, int, int]  # field, value, zone, start, end


def _quoted(field: str, value: str, zone: str, hit: Hit) -> Quote:
    return (field, value, zone, hit.start, hit.end)


def _with_words(quotes: Iterable[Quote], zones: Mapping[str, str]) -> tuple[Evidence, ...]:
    return tuple(
        Evidence(field, value, zone, start, end, zones[zone][start:end])
        for field, value, zone, start, end in dict.fromkeys(quotes)
    )


def _has_act(hits: Mapping[str, Sequence[Hit]]) -> bool:
    """Whether any word says that something was done; a platform's name alone says nothing, and
    "new" and "changes" only beside rules.
    """
    told = {hit.value for found in hits.values() for hit in found if hit.table == "concept"}
    return bool(told & ACTED) and (bool(told & ACTED - {"policy"}) or "change" in told)


def _kind_evidence(kind: Kind, verdict: Verdict) -> list[Quote]:
    return [
        _quoted("kinds", kind.value, given.zone, hit)
        for given in verdict.contributions[:WORDS_SHOWN]
        for hit in given.feature.hits
        if hit.table == "concept"
    ]


def _undone(found: Mapping[str, Mapping[str, Feature]]) -> list[Quote]:
    """The words of the title that say that something is undone, and not only asked for."""
    title = found["title"]
    if "restore" not in title or "modality" in title:
        return []
    return [_quoted("kinds", Kind.REINSTATEMENT, "title", hit) for hit in title["restore"].hits]


def _completed(
    kinds: tuple[Kind, ...], targets: Iterable[str], *, is_undone: bool
) -> tuple[Kind, ...]:
    """With the further kind that some acts have by definition: the end of a block, which is told
    in the words of a block, undoes it; a ban on a sort of ads is a rule.
    """
    main = kinds[0]
    if is_undone and main in ENDED_BY and Kind.PLATFORM_BLOCK in kinds:
        return (*(kind for kind in kinds if kind is not Kind.REINSTATEMENT), Kind.REINSTATEMENT)
    if main is Kind.AD_BAN and any(name in named("ads") for name in targets):
        return (main, Kind.POLICY_CHANGE)
    return kinds


def _nations(hits: Mapping[str, Sequence[Hit]]) -> dict[str, tuple[str, Hit]]:
    found: dict[str, tuple[str, Hit]] = {}
    for zone in ZONES[:2]:
        for hit in hits[zone]:
            if hit.table == "country":
                found.setdefault(hit.value, (zone, hit))
    return found


def _coverage(found: Mapping[str, Mapping[str, Feature]]) -> tuple[Coverage, list[Quote]]:
    """Report, unless the title says otherwise: a report quotes reactions in its text too."""
    for zone, name, coverage in (
        ("title", "reaction", Coverage.REACTION),
        ("title", "analysis", Coverage.ANALYSIS),
    ):
        feature = found[zone].get(name)
        if feature is not None:
            return coverage, [_quoted("coverage", coverage.value, zone, feature.hits[0])]
    return Coverage.REPORT, []


def _occurred(
    zones: Mapping[str, str],
    hits: Mapping[str, Sequence[Hit]],
    language: str,
    published: date | None,
    coverage: Coverage,
) -> tuple[str, str, list[Quote]]:
    told = [
        (zone, dates.occurred(words, language, published, hits[zone]))
        for zone, words in zones.items()
    ]
    # A month deep in the full text is mostly background; a day there is mostly the act's.
    days = [(z, d) for z, d in told if d is not None and (z != "body" or len(d.value) == 10)]
    if coverage is not Coverage.REPORT:  # the weekday may be that of the reaction
        days.sort(key=lambda zone_and_day: zone_and_day[1].is_relative)
    for zone, day in days[:1]:
        return day.value, "text", [("occurred", day.value, zone, day.start, day.end)]
    return (published.isoformat(), "published", []) if published else ("", "", [])
