"""The page of a platform, target or country: its names and its events."""

from dataclasses import dataclass
from datetime import date

from tracker.events.models import Entity
from tracker.events.search import find
from tracker.events.search.facets import FacetChoice
from tracker.events.search.query import build_query
from tracker.events.search.rows import EventRow
from tracker.web.query_params import parameters_of

SHOWN = 20


@dataclass(frozen=True)
class DatedName:
    """A name that held from one day to another, both None where open."""

    name: str
    since: date | None
    until: date | None


@dataclass(frozen=True)
class MergedName:
    """An entity that was merged into this one."""

    id: int
    name: str


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


def build_entity_page(entity: Entity, address: str, today: date) -> EntityPage:
    """Return the page of an entity that stands at an address."""
    query = build_query({entity.type: [entity.slug]})
    result = find.find_events(query, find.ViewOptions(size=SHOWN), today=today)
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
    )
