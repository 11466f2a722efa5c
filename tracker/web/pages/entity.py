"""The page of a platform, target or country: its names and its events."""

from dataclasses import dataclass
from datetime import date

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from tracker.events.models import Entity
from tracker.events.publish.platform_links import PlatformLinks, links_of_platform
from tracker.events.search import find
from tracker.events.search.facets import FacetChoice
from tracker.events.search.figures.companions import companions_of
from tracker.events.search.figures.cross import narrow
from tracker.events.search.index.events import index
from tracker.events.search.index.snapshot import Snapshot
from tracker.events.search.language.parsing import build_query
from tracker.events.search.query import Query
from tracker.events.search.rows import EventRow
from tracker.web.charts.svg import Strip
from tracker.web.pages.overviews.compare import compare_parameters
from tracker.web.pages.timeline import draw_chart
from tracker.web.query_params import parameters_of

SHOWN = 20


@dataclass(frozen=True)
class DatedName:
    """A name that was used from one day to another, both None if open."""

    name: str
    since: date | None
    until: date | None


@dataclass(frozen=True)
class MergedName:
    """An entity that was merged into this one."""

    id: int
    name: str


@dataclass(frozen=True)
class CompanionLink:
    """An entity of the same events: its page, the number of events, and their address, "" if no
    query selects just them.
    """

    id: int
    name: str
    count: int
    address: str


@dataclass(frozen=True)
class CompanionList:
    """The companions of one type under their label."""

    label: str
    links: tuple[CompanionLink, ...]


@dataclass(frozen=True)
class EntityPage:
    """What the page of an entity shows; `type_name` is its type in words, `is_listed` says that
    editors may add names to it.
    """

    id: int
    type_name: str
    name: str
    description: str
    is_reported: bool
    is_listed: bool
    dated: tuple[DatedName, ...]
    names: tuple[str, ...]
    merged: tuple[MergedName, ...]
    event_count: int
    rows: tuple[EventRow, ...]
    has_more: bool
    kinds: tuple[FacetChoice, ...]
    parameters: str
    address: str
    chart: Strip | None
    chart_address: str
    companions: tuple[CompanionList, ...]
    compare: str
    own_pages: PlatformLinks


def build_entity_page(entity: Entity, address: str, today: date) -> EntityPage:
    """Return the page of an entity at an address."""
    query = build_query({entity.type: [entity.slug]})
    events = index.snapshot(today)
    result = find.find_events(query, find.ViewOptions(size=SHOWN), today=today, events=events)
    names = [*entity.aliases.order_by("since", "pk")]
    return EntityPage(
        id=entity.pk,
        type_name=entity.get_type_display(),
        name=entity.shown_name,
        description=entity.description,
        is_reported=entity.is_reported,
        is_listed=entity.type != Entity.Type.COUNTRY,
        dated=tuple(
            DatedName(alias.name, alias.since, alias.until)
            for alias in names
            if alias.since or alias.until
        ),
        names=tuple(dict.fromkeys(n.name for n in names if not (n.since or n.until))),
        merged=tuple(MergedName(m.pk, m.name) for m in entity.merged.order_by("name")),
        event_count=result.total,
        rows=result.rows,
        has_more=bool(result.after),
        kinds=tuple(choice for choice in result.facets["kind"] if choice.count),
        parameters=parameters_of(query),
        address=address,
        chart=draw_chart(result.chart),
        chart_address=f"{reverse('timeline')}{parameters_of(query)}&",
        companions=_companions(events, entity, query),
        compare=compare_parameters(entity.type, (entity.slug,), Query()),
        own_pages=_own_pages(entity),
    )


def _own_pages(entity: Entity) -> PlatformLinks:
    is_platform = entity.type == Entity.Type.PLATFORM
    return links_of_platform(entity.slug) if is_platform else PlatformLinks()


def _companions(events: Snapshot, entity: Entity, query: Query) -> tuple[CompanionList, ...]:
    by_type = companions_of(events, entity, query)
    labels = (("target", _("Targets")), ("platform", _("Platforms")), ("country", _("Countries")))
    return tuple(
        CompanionList(
            str(label),
            tuple(
                CompanionLink(
                    other.entity.pk,
                    other.entity.shown_name,
                    other.count,
                    _both(query, field, other.entity.slug),
                )
                for other in by_type[field]
            ),
        )
        for field, label in labels
        if by_type[field]
    )


def _both(query: Query, field: str, slug: str) -> str:
    both = narrow(query, field, slug)
    return parameters_of(both) if both else ""
