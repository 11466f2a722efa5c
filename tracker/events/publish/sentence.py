"""Describe a stored event in one sentence, from its row."""

from tracker.classify.names.classes import HEADS
from tracker.events.record.entities import name_on
from tracker.events.search.rows import EventRow, NamedEntity
from tracker.events.wording.countries import authority_in_sentence, country_in_sentence
from tracker.events.wording.headline import HeadlineFacts
from tracker.events.wording.names import RECORDED, country_name, format_day, ground_name
from tracker.events.wording.sentence import SentenceFacts, write_sentence
from tracker.events.wording.terms import SCOPES
from tracker.partial_date import PartialDate

NO_GROUNDS = {"", "unknown", "other"}


def sentence_of(row: EventRow, today: str) -> str:
    """Return the event as one sentence in the active language; `today` as an ISO 8601 day."""
    states = {country_name(country.slug, RECORDED) for country in row.countries}
    return write_sentence(
        SentenceFacts(
            headline=_headline_facts(row),
            day=format_day(row.occurred) if row.occurred else "",
            is_whole_day=PartialDate.parse(row.occurred).whole is not None,
            is_ahead=row.occurred > today,
            countries=[country.name for country in row.countries],
            ordered_by="" if row.ordered_by in states else authority_in_sentence(row.ordered_by),
            grounds="" if row.grounds in NO_GROUNDS else ground_name(row.grounds),
        )
    )


def _headline_facts(row: EventRow) -> HeadlineFacts:
    is_of_ads = all(target.slug.endswith(" ads") for target in row.targets)
    return HeadlineFacts(
        kinds=[row.kind, *row.other_kinds],
        platforms=[_platform_name(platform, row.occurred) for platform in row.platforms],
        targets=[target.name for target in row.targets],
        countries=[country_in_sentence(each.slug, each.name) for each in row.countries],
        classes=all(map(_is_class, row.targets)),
        ads=is_of_ads if row.targets else row.affected_what == "ads",
        affected=row.affected,
        affected_what=row.affected_what,
        amount=row.amount,
        currency=row.currency,
        authority=row.authority,
        is_partial=row.degree == "partial",
        region=row.region,
        appeal=row.appeal,
        is_court=row.authority_type == "court",
    )


def _platform_name(platform: NamedEntity, occurred: str) -> str:
    if platform.slug in SCOPES:
        return platform.name.lower()
    return name_on(platform.slug, platform.name, occurred)


def _is_class(target: NamedEntity) -> bool:
    return target.recorded_name[:1].islower() or target.slug.rpartition(" ")[2] in HEADS
