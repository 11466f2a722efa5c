"""Derive an event's headline from its facts as they stand, or take the one that a person wrote."""

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
    join_names,
    needs_quote,
    quote_headline,
    write_headline,
)
from tracker.events.wording.laws import law_in, under_law
from tracker.events.wording.names import RECORDED, active_language, ground_name
from tracker.events.wording.roles import role_before
from tracker.events.wording.terms import SCOPES, term

OF_STATES = {Kind.PLATFORM_BLOCK.value, Kind.LEGAL_ACTION.value}  # whose headlines name states
SHORT = {"EU": "EU", "GB": "UK", "US": "US"}  # how headlines call them, by code


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


TITLES_READ = 20  # reports of an event whose titles a headline may use, the first ones
# What two headlines of a day that read alike are told apart by, in this order; the number always.
DISTINCTIONS = ("country", "authority", "ground", "duration", "publisher", "number")
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
    if said.own_headline:
        return Headline(said.own_headline, RECORDED, "person")
    language, facts = active_language(), _facts_of(said, entities)
    is_short = needs_quote(facts)
    distinction = said.distinction if isinstance(said, Event) else ""
    is_legal = facts.kinds[0] is Kind.LEGAL_ACTION
    if is_short or is_legal or distinction or any(map(_may_have_role, entities)):
        titles = list(islice(titles, TITLES_READ))
        facts = replace(facts, targets=_names_with_roles(entities, titles, language))
    # The facts do not say whom it hit, so a report speaks for itself (decision D75).
    quote = _best_quote(titles, language) if is_short else None
    text = quote_headline(quote) if quote else write_headline(facts)
    if is_legal and not quote and (law := law_in(title.quote.title for title in titles)):
        text = under_law(text, law)
    if any(party.slug in SCOPES for party in entities):
        text = capfirst(text)  # "social media" may begin it
    if isinstance(said, Event) and distinction:
        value = distinct_value(distinction, said, entities, titles)
        text = f"{text} ({value})" if value else text
    return Headline(text[:HEADLINE_LIMIT], language, "report" if quote else "facts")


def distinct_value(
    code: str, event: Event, entities: Sequence[Entity], titles: Iterable[ReportTitle]
) -> str:
    """Return what an event says of one of DISTINCTIONS, in the active language; "" for nothing."""
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
    if code == "authority":
        return event.authority
    return gettext("event %s") % event.pk


def reads_titles(said: Event | Record, entities: Sequence[Entity]) -> bool:
    """Return whether titles of reports matter to the headline: it quotes one, names its publisher
    or a law, or takes from them what a name is that no list knows.
    """
    if said.own_headline:
        return False
    kind = said.kinds[0] if isinstance(said, Record) else said.kind
    if kind == Kind.LEGAL_ACTION or (isinstance(said, Event) and said.distinction):
        return True
    return any(map(_may_have_role, entities)) or needs_quote(_facts_of(said, entities))


def recorded_headline(
    said: Event | Record, entities: Sequence[Entity], titles: Iterable[ReportTitle] = ()
) -> str:
    """Return the headline in the language of the record, for the searched text and logs."""
    # One text for every reader: it is searched, and stands in the log.
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
    )


def _may_have_role(party: Entity) -> bool:
    """Return whether the party is a named target of which no list says what it is."""
    return party.type == Entity.Type.TARGET and not party.description and not _is_class(party)


def _of_type(entities: Iterable[Entity], entity_type: str) -> list[Entity]:
    """Return the parties of a type, each once."""
    return list({party.pk: party for party in entities if party.type == entity_type}.values())


def _names_with_roles(
    entities: Iterable[Entity], titles: Sequence[ReportTitle], language: str
) -> list[str]:
    return [_name_with_role(target, titles, language) for target in _of_type(entities, "target")]


def _name_with_role(target: Entity, titles: Sequence[ReportTitle], language: str) -> str:
    """Return a target's name, with what a title in that language says that it is."""
    name = target.shown_name
    if not _may_have_role(target):
        return name
    own = (title.quote.title for title in titles if title.quote.language == language)
    roles = (role_before(target.name, title, language) for title in own)
    return f"{next(filter(None, roles), '')} {name}".strip()


def _is_class(target: Entity) -> bool:
    """Return whether the target is a sort of things ("VPN apps") and not a name."""
    return target.name[:1].islower() or target.name.rpartition(" ")[2] in HEADS


def _best_quote(titles: Iterable[ReportTitle], language: str) -> Quote | None:
    """Return the first title in that language, else in the record's, else at all; those of reports
    before those of reactions.
    """
    preferred = (language, RECORDED)

    def rank(title: ReportTitle) -> tuple[bool, int]:
        own = title.quote.language
        place = preferred.index(own) if own in preferred else len(preferred)
        return title.role != Report.Role.REPORT, place

    whole = [title for title in titles if title.quote.title and title.quote.publisher]
    return min(whole, key=rank).quote if whole else None


def _platform_name(platform: Entity, occurred: str) -> str:
    if platform.slug in SCOPES:
        return platform.shown_name.lower()
    return platform_name_on(platform, occurred)
