"""What an assistant can ask of the record, as functions whose docstrings and types describe the
tools. All only read. Raises QuestionError, in words for whoever asked.
"""

from typing import Annotated, Any
from urllib.parse import urlencode

from django.conf import settings
from django.utils import timezone
from pydantic import Field

from tracker.alerts.forecast import weekly_counts
from tracker.classify import Kind
from tracker.events.models import Event
from tracker.events.publish.export import EventData, event_as_dict
from tracker.events.publish.provenance import provenance_of
from tracker.events.record.entities import entities_beginning_with
from tracker.events.search import find
from tracker.events.search.query import Query, QueryError, parse
from tracker.events.search.rows import EventRow, load_rows

ROWS = 20  # events or entities of an answer, unless fewer are asked for
COMPARED = 5  # values side by side, at most
FACETS = 10  # values of each facet that an answer names
WEEKS = 12
SIDES = ("platform", "country", "target")  # what can be compared

QueryText = Annotated[
    str,
    Field(
        description="A search: words and filters, as in: kind:ad_ban platform:twitter country:RU"
        ' since:2017-10 until:2018 in_force:yes "Sputnik" -lawsuit. Empty for all events.'
    ),
]
Limit = Annotated[int, Field(ge=1, le=ROWS)]


class QuestionError(ValueError):
    """A question that cannot be answered as it was asked; the text says why."""


def search_events(query: QueryText = "", after: str = "", limit: Limit = ROWS) -> dict[str, Any]:
    """Search acts of content moderation: bans on advertising, suspensions, removals, blocks, fines
    and their ends. Each event has a headline, facts, how sure they are, and its address to cite.
    `after` of an answer gives the next page.
    """
    asked = _query(query)
    options = find.ViewOptions(after=after, size=limit)
    result = find.find_events(asked, options, today=timezone.now().date())
    return {
        "about": _about(asked),
        "total": result.total,
        "after": result.after or None,
        "events": [_brief(row) for row in result.rows],
    }


def get_event(number: int) -> EventData:
    """Everything about one event: facts with the words that they rest on, reports with publisher
    and link, linked events, codes of the Digital Services Act. An old number of a merged event
    gives the event that it became.
    """
    event = Event.objects.filter(pk=number).select_related("merged_into").first()
    if event is None or not event.itself.is_visible:
        raise QuestionError(f"There is no event {number}.")
    row = load_rows([event.itself])[0]
    return event_as_dict(row, _address(row))


def count_events(query: QueryText = "") -> dict[str, Any]:
    """Count the events of a search by kind, platform, country, target, language, ground and source
    (the largest values of each), and by period.
    """
    asked = _query(query)
    options = find.ViewOptions(sort="occurred", size=1)
    result = find.find_events(asked, options, today=timezone.now().date())
    return {
        "about": _about(asked),
        "total": result.total,
        "facets": {
            name: {choice.name: choice.count for choice in choices[:FACETS] if choice.count}
            for name, choices in result.facets.items()
        },
        "periods": [
            {
                "since": bar.period.since.isoformat(),
                "until": bar.period.until.isoformat(),
                "events": sum(bar.counts.values()),
            }
            for bar in result.chart.bars
        ],
    }


def compare(
    field: Annotated[str, Field(description="platform, country or target")],
    values: Annotated[
        list[str],
        Field(min_length=2, max_length=COMPARED, description="two to five names or codes"),
    ],
    query: QueryText = "",
) -> dict[str, Any]:
    """Set two to five platforms, countries or targets side by side: their events in all, and by
    kind.
    """
    if field not in SIDES:
        raise QuestionError(f"{field} cannot be compared. Choose platform, country or target.")
    asked = _query(query)
    return {
        "about": _about(asked),
        field: {value: _side(_narrowed(query, field, value)) for value in values},
    }


def _side(query: Query) -> dict[str, Any]:
    options = find.ViewOptions(sort="occurred", size=1)
    result = find.find_events(query, options, today=timezone.now().date())
    kinds = {choice.name: choice.count for choice in result.facets["kind"] if choice.count}
    return {"total": result.total, "kinds": kinds}


def find_names(
    name: Annotated[str, Field(min_length=1, description="the beginning of a name, in any script")],
) -> list[dict[str, Any]]:
    """Look up platforms, targets and countries by name: their codes for searches, other names, and
    how many events they have.
    """
    rows = entities_beginning_with(name).order_by("pk")
    entities = list(rows.prefetch_related("aliases")[:ROWS])
    totals = find.events_of_entities(entity.pk for entity in entities)
    return [
        {
            "type": entity.type,
            "code": entity.slug,
            "name": entity.name,
            "other_names": sorted({a.name for a in entity.aliases.all()} - {entity.name}),
            "as_reported": entity.is_reported,
            "events": totals.get(entity.pk, 0),
        }
        for entity in entities
    ]


def list_kinds() -> list[dict[str, str]]:
    """The kinds of act that the tracker tells apart, each with its definition."""
    return [{"code": k.value, "name": str(k.label), "definition": str(k.definition)} for k in Kind]


def preview_alert(query: QueryText) -> dict[str, Any]:
    """What an email alert on a search would have brought: events in each of the last 12 weeks, and
    where a person sets it up. Sets up nothing.
    """
    asked = _query(query)
    if not asked:
        raise QuestionError("Say what the alert should follow: a search with a word or a filter.")
    weeks = weekly_counts(asked, WEEKS, timezone.now().date())
    return {"about": _about(asked), "weeks": list(weeks), "events": sum(weeks)}


TOOLS = (search_events, get_event, count_events, compare, find_names, list_kinds, preview_alert)


def _query(text: str) -> Query:
    try:
        return parse(text)
    except QueryError as error:
        raise QuestionError(f"{error.reason}: {error.place}") from None


def _narrowed(text: str, field: str, value: str) -> Query:
    quoted = value.replace('"', "")
    return _query(f'{text} {field}:"{quoted}"')


def _about(query: Query) -> dict[str, str]:
    """What an answer is: the search in words, when it was asked, how much was read, the licence,
    and the address of its page.
    """
    now = timezone.now()
    page = f"{settings.SITE_URL}/?{urlencode({'q': query.text()})}"
    return provenance_of(query, now, now, page).as_dict()


def _brief(row: EventRow) -> dict[str, Any]:
    whole = event_as_dict(row, _address(row))
    left_out = {"reports", "facts", "target_details", "dsa"}
    return {name: value for name, value in whole.items() if name not in left_out and value}


def _address(row: EventRow) -> str:
    return f"{settings.SITE_URL}/events/{row.id}"
