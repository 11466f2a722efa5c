"""Derive an event's headline from its current facts, or take the one that a person wrote."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import islice

from django.db.models import QuerySet
from django.utils import translation
from django.utils.text import capfirst
from django.utils.translation import gettext

from tracker.classify import Kind
from tracker.classify.names.classes import HEADS
from tracker.classify.words.lists import listed_rows
from tracker.events.models import Entity, Event, Report
from tracker.events.record.entities import platform_name_on
from tracker.events.record.values import Record
from tracker.events.wording.headline import (
    HEADLINE_LIMIT,
    HeadlineFacts,
    Quote,
    is_decided_appeal,
    is_lift,
    join_names,
    needs_quote,
    quote_headline,
    write_headline,
)
from tracker.events.wording.laws import under_law, with_appeal
from tracker.events.wording.names import RECORDED, active_language, ground_name
from tracker.events.wording.roles import role_before
from tracker.events.wording.shipped import translate_headline
from tracker.events.wording.terms import SCOPES, term

OF_STATES = {Kind.PLATFORM_BLOCK.value, Kind.LEGAL_ACTION.value}  # whose headlines name states
SHORT = {"EU": "EU", "GB": "UK", "US": "US"}  # their names in headlines, by code


@dataclass(frozen=True)
class Headline:
    """A headline, its language, and where it is from: "facts", "report" if one's title is quoted,
    or "person" who wrote it.
    """

    text: str
    language: str
    source: str


@dataclass(frozen=True)
class ReportTitle:
    """A report's title as headlines quote it."""

    role: str
    quote: Quote


TITLES_READ = 20  # first reports of an event whose titles a headline may use
# What distinguishes two headlines of a day that read alike, in this order; the number always does.
DISTINCTIONS = ("country", "region", "authority", "ground", "duration", "publisher", "number")
# Paths from Report, in the order that `report_title` takes their values.
TITLE_COLUMNS = (
    "role",
    "entry__source__name",
    "entry__title",
    "entry__classification__language",
    "entry__language",
)


def report_title(
    role: str, publisher: str | None, title: str | None, read: str | None, given: str | None
) -> ReportTitle:
    """Return a report's title from the values of TITLE_COLUMNS."""
    return ReportTitle(role, Quote(publisher or "", title or "", read or given or ""))


def titles_of(reports: QuerySet[Report]) -> dict[int, list[ReportTitle]]:
    """Return the titles of reports by event, the first reported first; one query."""
    titles: dict[int, list[ReportTitle]] = {}
    for pk, *values in reports.order_by("pk").values_list("event", *TITLE_COLUMNS):
        titles.setdefault(pk, []).append(report_title(*values))
    return titles


def headline_of(
    said: Event | Record, entities: Sequence[Entity], titles: Iterable[ReportTitle] = ()
) -> Headline:
    """Return the headline of an event, or of an earlier record of one, with these parties and
    titles of reports: in the active language, or in the record's if a person wrote it.
    """
    language = active_language()
    if said.own_headline:
        return _own_headline(said.own_headline, language)
    facts = _facts_of(said, entities)
    is_short = needs_quote(facts)
    distinction = said.distinction if isinstance(said, Event) else ""
    if is_short or distinction or any(map(_may_have_role, entities)):
        titles = list(islice(titles, TITLES_READ))
        facts = replace(facts, targets=_names_with_roles(entities, titles, language))
    # The facts do not say who was affected, so a report is quoted (decision D75).
    quote = _best_quote(titles, language) if is_short else None
    text = quote_headline(quote) if quote else write_headline(facts)
    if not quote and facts.kinds[0].value in OF_STATES:
        if said.law and not is_lift(facts.kinds):
            text = under_law(text, said.law)
        if not is_decided_appeal(facts):
            text = with_appeal(text, said.appeal)
    if any(party.slug in SCOPES for party in entities):
        text = capfirst(text)  # it may begin with "social media"
    if isinstance(said, Event) and distinction:
        value = distinct_value(distinction, said, entities, titles)
        text = f"{text} ({value})" if value else text
    return Headline(text[:HEADLINE_LIMIT], language, "report" if quote else "facts")


def _own_headline(text: str, language: str) -> Headline:
    """Return a person's headline; those of the shipped history in the given language if
    translated.
    """
    translated = translate_headline(text, language)
    return Headline(translated or text, language if translated else RECORDED, "person")


def distinct_value(
    code: str, event: Event, entities: Sequence[Entity], titles: Iterable[ReportTitle]
) -> str:
    """Return an event's value for one of DISTINCTIONS, in the active language; "" for none."""
    if code == "country":
        return join_names([party.shown_name for party in _of_type(entities, "country")])
    if code == "ground":
        return ground_name(event.grounds) if event.grounds else ""
    if code == "duration":
        known = listed_rows("extent").get(event.extent)
        return term(known.name) if known else ""
    if code == "publisher":
        quote = _best_quote(titles, active_language())
        return gettext("reported by %s") % quote.publisher if quote else ""
    if code in {"authority", "region"}:
        return str(getattr(event, code))
    return gettext("event %s") % event.pk


def reads_titles(said: Event | Record, entities: Sequence[Entity]) -> bool:
    """Return whether the headline depends on titles of reports: it quotes one, names its publisher,
    or takes from one the role of an unlisted name.
    """
    if said.own_headline:
        return False
    if isinstance(said, Event) and said.distinction:
        return True
    return any(map(_may_have_role, entities)) or needs_quote(_facts_of(said, entities))


def recorded_headline(
    said: Event | Record, entities: Sequence[Entity], titles: Iterable[ReportTitle] = ()
) -> str:
    """Return the headline in the language of the record, for the searched text and logs."""
    # One text for every reader: it is searched and logged.
    with translation.override(RECORDED):
        return headline_of(said, entities, titles).text


def _facts_of(said: Event | Record, entities: Sequence[Entity]) -> HeadlineFacts:
    kinds = said.kinds if isinstance(said, Record) else (said.kind, *said.other_kinds)
    platforms, targets = _of_type(entities, "platform"), _of_type(entities, "target")
    countries = _of_type(entities, "country") if OF_STATES.intersection(kinds) else []
    is_of_ads = all(target.name.endswith(" ads") for target in targets)
    return HeadlineFacts(
        kinds=[Kind(kind) for kind in kinds],
        platforms=[_platform_name(party, said.occurred) for party in platforms],
        targets=[target.shown_name for target in targets],
        countries=[
            term(SHORT[party.slug]) if party.slug in SHORT else party.shown_name
            for party in countries
        ],
        classes=all(map(_is_class, targets)),
        ads=is_of_ads if targets else said.affected_what == "ads",
        affected=said.affected,
        affected_what=said.affected_what,
        amount=said.amount,
        currency=said.currency,
        authority=said.authority,
        is_partial=said.degree == "partial",
        region=said.region,
        appeal=said.appeal,
        is_court=said.authority_type == "court",
    )


def _may_have_role(party: Entity) -> bool:
    """Return whether the party is a named target whose role no list gives."""
    return party.type == Entity.Type.TARGET and not party.description and not _is_class(party)


def _of_type(entities: Iterable[Entity], entity_type: str) -> list[Entity]:
    """Return the parties of a type, each once."""
    return list({party.pk: party for party in entities if party.type == entity_type}.values())


def _names_with_roles(
    entities: Iterable[Entity], titles: Sequence[ReportTitle], language: str
) -> list[str]:
    return [_name_with_role(target, titles, language) for target in _of_type(entities, "target")]


def _name_with_role(target: Entity, titles: Sequence[ReportTitle], language: str) -> str:
    """Return a target's name, with the role that a title in that language gives it."""
    name = target.shown_name
    if not _may_have_role(target):
        return name
    own = (title.quote.title for title in titles if title.quote.language == language)
    roles = (role_before(target.name, title, language) for title in own)
    return f"{next(filter(None, roles), '')} {name}".strip()


def _is_class(target: Entity) -> bool:
    """Return whether the target is a category ("VPN apps") rather than a name."""
    return target.name[:1].islower() or target.name.rpartition(" ")[2] in HEADS


def _best_quote(titles: Iterable[ReportTitle], language: str) -> Quote | None:
    """Return the first title in that language, else in the record's, else in any; those of reports
    before those of reactions.
    """
    preferred = (language, RECORDED)

    def rank(title: ReportTitle) -> tuple[bool, int]:
        own = title.quote.language
        place = preferred.index(own) if own in preferred else len(preferred)
        return title.role != Report.Role.REPORT, place

    usable = [title for title in titles if title.quote.title and title.quote.publisher]
    return min(usable, key=rank).quote if usable else None


def _platform_name(platform: Entity, occurred: str) -> str:
    if platform.slug in SCOPES:
        return platform.shown_name.lower()
    return platform_name_on(platform, occurred)
