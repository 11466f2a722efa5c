"""Find the facts of an act: who, where, when, on what grounds, each with its words."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from tracker.classify.classification import Classification, Role
from tracker.classify.evidence import (
    Quote,
    kind_quotes,
    quote_mention,
    reversal_quotes,
    to_evidence,
)
from tracker.classify.facts.authorities import find_authority, find_order
from tracker.classify.facts.counts import find_affected
from tracker.classify.facts.days.act_day import find_act_day
from tracker.classify.facts.days.start_day import find_start_day
from tracker.classify.facts.details import find_details
from tracker.classify.facts.durations import find_duration
from tracker.classify.facts.fines import find_fine
from tracker.classify.facts.grounds import find_grounds
from tracker.classify.facts.platforms import ZONES, select_acting
from tracker.classify.facts.targets import UNLISTED, find_targets, unlisted_targets
from tracker.classify.facts.terms.circumstances import find_appeal, find_degree, find_territory
from tracker.classify.facts.terms.laws import find_law
from tracker.classify.kinds import Kind
from tracker.classify.model.combine import CombinedScore, choose_kinds
from tracker.classify.model.features import Feature
from tracker.classify.model.rules import apply_rules
from tracker.classify.reading import TextReading
from tracker.classify.scoring import ScoredText
from tracker.classify.words.countries import find_countries
from tracker.classify.words.lexicon import lexicon_of
from tracker.classify.words.lists import listed_rows
from tracker.classify.words.mention import Mention

ENDED_BY = {Kind.PLATFORM_BLOCK, Kind.LEGAL_ACTION}  # a block is ended by a government or a court
LARGEST = 10**15  # no fine and no number of accounts is larger
NAME_LIMIT = 200  # characters of an authority's name


def find_facts(
    scored: ScoredText, combined: CombinedScore, published: date | None
) -> Classification:
    """Find the other facts of an act, once its kinds are known."""
    reading = scored.reading
    language, zones, mentions = reading.language, reading.zones, reading.mentions
    kinds = _choose_kinds(reading, combined)
    acting = select_acting(dict(scored.acting), kinds[0], mentions)
    # In this order: who acts needs the kind, who is affected needs who acts, and the further kind
    # of an ad ban needs the target.
    targets = find_targets(zones, mentions, language, kinds, acting)
    reversal = reversal_quotes(reading.features)
    kinds = _add_implied_kind(kinds, targets, is_undone=bool(reversal))
    coverage, cues = _choose_coverage(reading.features)
    day, source, day_words = _day_of_act(scored, published, coverage)
    further, further_words = _find_further(scored, kinds, published)
    values = {
        "platforms": acting,
        "targets": _drop_authority(targets, further_words),
        **_circumstances(reading),
    }
    quotes = [
        *kind_quotes(kinds[0], scored.word_score),
        *(reversal if Kind.REINSTATEMENT in kinds[1:] else ()),
        *_quotes_of(values),
        *(*cues, *day_words, *further_words),
    ]
    return Classification(
        language=language,
        kinds=kinds,
        platforms=tuple(acting),
        scope=scored.scope,
        targets=tuple(values["targets"]),
        unlisted=unlisted_targets(values["targets"]),
        countries=tuple(values["countries"]),
        grounds=tuple(values["grounds"]),
        extent="".join(values["extent"]),
        details=find_details(zones, mentions),
        occurred=day,
        occurred_source=source,
        coverage=coverage,
        **further,
        evidence=to_evidence(quotes, zones),
    )


def _choose_kinds(reading: TextReading, combined: CombinedScore) -> tuple[Kind, ...]:
    """Return the likeliest kinds, corrected by the rules of the guide."""
    in_summary = {mention.value for mention in reading.mentions["summary"]}
    return apply_rules(
        choose_kinds(combined.kinds),
        reading.zones["title"],
        reading.mentions["title"],
        reading.language,
        is_demanded={"modality", "restore"} <= in_summary,
    )


def _circumstances(reading: TextReading) -> dict[str, dict[str, tuple[str, Mention]]]:
    """Return the place, reason and duration of an act, by field."""
    return {
        "countries": _countries(reading),
        "grounds": find_grounds(reading.zones, reading.language),
        "extent": find_duration(reading.zones, reading.language),
    }


def _quotes_of(values: Mapping[str, Mapping[str, tuple[str, Mention]]]) -> Iterator[Quote]:
    for field, places in values.items():
        for value, (zone, mention) in places.items():
            yield quote_mention(field, value, zone, mention)


def _add_implied_kind(
    kinds: tuple[Kind, ...], targets: Iterable[str], *, is_undone: bool
) -> tuple[Kind, ...]:
    """Add the further kind that some acts have by definition: the end of a block, which is reported
    in the words of a block, undoes it; a ban on a category of ads is a rule.
    """
    main = kinds[0]
    if is_undone and main in ENDED_BY and Kind.PLATFORM_BLOCK in kinds:
        return (*(kind for kind in kinds if kind is not Kind.REINSTATEMENT), Kind.REINSTATEMENT)
    if main is Kind.AD_BAN and any(name in listed_rows("ads") for name in targets):
        return (main, Kind.POLICY_CHANGE)
    return kinds


def _countries(reading: TextReading) -> dict[str, tuple[str, Mention]]:
    """Return the countries of title and summary, else those within another name: "Myanmar
    junta".
    """
    zones, language = reading.zones, reading.language
    return _first_by_value(reading.mentions) or _first_by_value(
        {zone: find_countries(zones[zone], language) for zone in ZONES[:2]}
    )


def _first_by_value(mentions: Mapping[str, Sequence[Mention]]) -> dict[str, tuple[str, Mention]]:
    countries: dict[str, tuple[str, Mention]] = {}
    for zone in ZONES[:2]:
        for mention in mentions[zone]:
            if mention.table == "country":
                countries.setdefault(mention.value, (zone, mention))
    return countries


def _choose_coverage(features: Mapping[str, Mapping[str, Feature]]) -> tuple[Role, list[Quote]]:
    """Choose "report" unless the title says otherwise, since reports also quote reactions in their
    text.
    """
    # From the title alone, since a report's text quotes reactions and explains, like an analysis.
    for zone, name, coverage in (
        ("title", "reaction", Role.REACTION),
        ("title", "analysis", Role.ANALYSIS),
    ):
        feature = features[zone].get(name)
        if feature is not None:
            return coverage, [quote_mention("coverage", coverage.value, zone, feature.mentions[0])]
    return Role.REPORT, []


def _drop_authority(
    targets: Mapping[str, tuple[str, Mention]], quotes: Sequence[Quote]
) -> dict[str, tuple[str, Mention]]:
    """Drop an unlisted target that is the authority's own name: "by order of the court", or a
    law's.
    """
    orders = {"authority", "ordered_by"}
    spans = [(zone, start, end) for field, _, zone, start, end in quotes if field in orders]
    return {
        name: (zone, mention)
        for name, (zone, mention) in targets.items()
        if mention.table != UNLISTED
        or (
            not _is_law(name)
            and not any(
                z == zone and mention.start < end and start < mention.end for z, start, end in spans
            )
        )
    }


def _is_law(name: str) -> bool:
    mentions = lexicon_of("law").find(name, "")
    return any((mention.start, mention.end) == (0, len(name)) for mention in mentions)


def _day_of_act(
    scored: ScoredText, published: date | None, coverage: Role
) -> tuple[str, str, list[Quote]]:
    """Return the day, its source, and the words that give it."""
    reading = scored.reading
    is_report = coverage is Role.REPORT
    zones = reading.filled_zones
    day_mention = find_act_day(
        zones, reading.mentions, reading.language, published, is_report=is_report
    )
    if day_mention is not None:
        zone, day = day_mention
        return day.value, "text", [("occurred", day.value, zone, day.start, day.end)]
    return (published.isoformat(), "published", []) if published else ("", "", [])


def _find_further(
    scored: ScoredText, kinds: Sequence[Kind], published: date | None
) -> tuple[dict[str, Any], list[Quote]]:
    """Return the fields of all further facts, with their words."""
    numbers, number_words = _find_numbers(scored, kinds, published)
    terms, term_words = _find_terms(scored, kinds)
    return numbers | terms, [*number_words, *term_words]


def _find_numbers(
    scored: ScoredText, kinds: Sequence[Kind], published: date | None
) -> tuple[dict[str, Any], list[Quote]]:
    """Return the fields of start, fine, number affected and authority, with their words."""
    reading = scored.reading
    zones = reading.filled_zones
    fields: dict[str, Any] = {}
    quotes: list[Quote] = []
    if start := find_start_day(zones, reading.mentions, reading.language, published):
        zone, day = start
        fields["effective_on"] = day.value
        quotes.append(("effective_on", day.value, zone, day.start, day.end))
    # Only legal acts have fines: elsewhere the sum is revenue or damage.
    is_legal = Kind.LEGAL_ACTION in kinds
    if is_legal and (fine := find_fine(zones, reading.language)):
        fields |= {"amount": min(fine.value, LARGEST), "currency": fine.currency}
        words = f"{fine.value} {fine.currency}"
        quotes.append(("amount", words, fine.zone, fine.start, fine.end))
    counts = kinds[0] is not Kind.POLICY_CHANGE  # "from 10,000 followers on" affects nobody
    if counts and (count := find_affected(zones, reading.mentions, reading.language)):
        fields |= {"affected": min(count.number, LARGEST), "affected_what": count.what}
        words = f"{count.number} {count.what}"
        quotes.append(("affected", words, count.zone, count.start, count.end))
    who = find_authority(zones, reading.mentions, reading.language)
    # For a platform's own act, only an ordering authority counts.
    if who and (who.is_order or is_legal or Kind.PLATFORM_BLOCK in kinds):
        fields |= {"authority": who.name[:NAME_LIMIT], "authority_type": who.type}
        quotes.append(("authority", who.name[:NAME_LIMIT], who.zone, who.start, who.end))
    return fields, quotes


def _find_terms(scored: ScoredText, kinds: Sequence[Kind]) -> tuple[dict[str, Any], list[Quote]]:
    """Return the fields of law, appeal, territory, degree and who ordered it, with their words."""
    reading = scored.reading
    zones, mentions, language = reading.filled_zones, reading.mentions, reading.language
    fields: dict[str, Any] = {}
    quotes: list[Quote] = []
    if law := find_law(zones, kinds, language):
        fields |= {"law": law.code, "law_article": law.article}
        quotes.append(("law", law.code, law.zone, law.start, law.end))
        if law.article:
            span = (law.article_start, law.article_end)
            quotes.append(("law_article", law.article, law.zone, *span))
    if appeal := find_appeal(zones, kinds, language):
        fields["appeal"] = appeal.value
        quotes.append(("appeal", appeal.value, appeal.zone, appeal.start, appeal.end))
    if place := find_territory(zones, mentions, language):
        fields |= {"territory": place.value, "region": place.name}
        quotes.append(("territory", place.value, place.zone, place.start, place.end))
    if degree := find_degree(zones, kinds, language):
        fields["degree"] = degree.value
        quotes.append(("degree", degree.value, degree.zone, degree.start, degree.end))
    who = find_order(zones, mentions, language)
    if who and kinds[0] is not Kind.POLICY_CHANGE:
        fields |= {"ordered_by": who.name[:NAME_LIMIT], "ordered_by_type": who.type}
        quotes.append(("ordered_by", who.name[:NAME_LIMIT], who.zone, who.start, who.end))
    return fields, quotes
