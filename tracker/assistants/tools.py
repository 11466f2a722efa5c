"""What an assistant can ask of the record, as functions whose docstrings and types describe the
tools. All only read. Raises QuestionError, in words for whoever asked.
"""

from datetime import datetime
from typing import Annotated, Any
from urllib.parse import urlencode

from django.conf import settings
from django.utils import timezone
from pydantic import Field

from tracker.alerts.forecast import weekly_counts
from tracker.classify import Kind
from tracker.events.models import Event
from tracker.events.publish.export import EventData, event_as_dict, format_time
from tracker.events.publish.provenance import provenance_of
from tracker.events.record.entities import entities_beginning_with
from tracker.events.search import find
from tracker.events.search.language.parsing import parse
from tracker.events.search.load import load_rows
from tracker.events.search.past.moment import Moment
from tracker.events.search.past.rows import load_past_rows, past_itself
from tracker.events.search.past.timestamps import MomentError, moment
from tracker.events.search.query import Query, QueryError
from tracker.events.search.rows import EventRow

ROWS = 20  # maximum events or entities of an answer
COMPARED = 5  # maximum values side by side
FACETS = 10  # values of each facet in an answer
WEEKS = 12
NAME_LIMIT = 200  # characters of a name
SIDES = ("platform", "country", "target")  # what can be compared

QueryText = Annotated[
    str,
    Field(
        description="A search: words and filters, as in: kind:ad_ban platform:twitter country:RU"
        " since:2017-10 until:2018 in_force:yes amount:>=100m currency:EUR affected:>=1000"
        ' affected_what:accounts effective:2026-12.. "Sputnik" -lawsuit. Without a currency,'
        " amounts are compared as numbers alone. Empty for all events."
    ),
]
AsOf = Annotated[
    str,
    Field(
        description="A past moment, as in 2026-11-01T12:00:00Z, for the record as it was then."
        " Empty for now."
    ),
]
Limit = Annotated[int, Field(ge=1, le=ROWS)]


class QuestionError(ValueError):
    """A question that cannot be answered; the message says why."""


def search_events(
    query: QueryText = "", after: str = "", limit: Limit = ROWS, as_of: AsOf = ""
) -> dict[str, Any]:
    """Search acts of content moderation: bans on advertising, suspensions, removals, blocks, fines
    and their ends. Each event has a headline, facts, how sure they are, and its address to cite.
    `after` of an answer gives the next page.
    """
    asked, at = _query(query), _moment(as_of)
    result = _find(asked, find.ViewOptions(after=after, size=limit), at)
    return {
        "about": _about(asked, at),
        "total": result.total,
        "after": result.after or None,
        "events": [_brief(row) for row in result.rows],
    }


def get_event(number: int, as_of: AsOf = "") -> EventData:
    """Everything about one event: facts with the words that they rest on, reports with publisher
    and link, linked events, codes of the Digital Services Act. An old number of a merged event
    gives the event that it became.
    """
    if at := _moment(as_of):
        then = past_itself(number, Moment(at))
        if then is None or not then.is_visible:
            raise QuestionError(f"There was no event {number}.")
        (row,) = load_past_rows([then.event.pk], Moment(at))
        return event_as_dict(row, _address(row))
    event = Event.objects.filter(pk=number).select_related("merged_into").first()
    if event is None or not event.itself.is_visible:
        raise QuestionError(f"There is no event {number}.")
    row = load_rows([event.itself])[0]
    return event_as_dict(row, _address(row))


def count_events(query: QueryText = "", as_of: AsOf = "") -> dict[str, Any]:
    """Count the events of a search by kind, platform, country, target, language, ground, source,
    law, authority, appeal, territory, degree, currency and what is affected (the largest values of
    each), and by period.
    """
    asked, at = _query(query), _moment(as_of)
    result = _find(asked, find.ViewOptions(sort="occurred", size=1), at)
    return {
        "about": _about(asked, at),
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
        list[Annotated[str, Field(max_length=NAME_LIMIT)]],
        Field(min_length=2, max_length=COMPARED, description="two to five names or codes"),
    ],
    query: QueryText = "",
    as_of: AsOf = "",
) -> dict[str, Any]:
    """Set two to five platforms, countries or targets side by side: their events in all, and by
    kind.
    """
    if field not in SIDES:
        raise QuestionError(f"{field} cannot be compared. Choose platform, country or target.")
    asked, at = _query(query), _moment(as_of)
    sides = {value: _narrowed(query, field, value) for value in values}
    if len(set(sides.values())) < len(values):
        raise QuestionError("Some of these names mean the same. Choose different names.")
    return {
        "about": _about(asked, at),
        field: {value: _side(side, at) for value, side in sides.items()},
    }


def _side(query: Query, at: datetime | None) -> dict[str, Any]:
    result = _find(query, find.ViewOptions(sort="occurred", size=1), at)
    kinds = {choice.name: choice.count for choice in result.facets["kind"] if choice.count}
    return {"total": result.total, "kinds": kinds}


def find_names(
    name: Annotated[
        str,
        Field(
            min_length=1,
            max_length=NAME_LIMIT,
            description="the beginning of a name, in any script",
        ),
    ],
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
        # As strict as the API: a repaired query would answer another question.
        return parse(text, is_strict=True)
    except QueryError as error:
        near = [piece for problem in error.problems for piece, _ in problem.near]
        hint = f". Did you mean {', '.join(near)}?" if near else ""
        raise QuestionError(f"{error.reason}: {error.place}{hint}") from None


def _narrowed(text: str, field: str, value: str) -> Query:
    quoted = value.replace('"', "")
    # In brackets, so that OR in the text does not take the value as one more alternative.
    return _query(f'({text}) {field}:"{quoted}"' if text.strip() else f'{field}:"{quoted}"')


def _moment(as_of: str) -> datetime | None:
    try:
        return moment(as_of)
    except MomentError as error:
        raise QuestionError(str(error)) from None


def _find(query: Query, options: find.ViewOptions, at: datetime | None) -> find.SearchResult:
    if at:
        return find.find_events_as_of(query, at, options)
    return find.find_events(query, options, today=timezone.now().date())


def _about(query: Query, at: datetime | None = None) -> dict[str, str]:
    """What an answer is: the search in words, the time it answers for, how much was read, the
    licence, and the address of its page.
    """
    now = timezone.now()
    asked = {"q": query.text()} | ({"as_of": format_time(at)} if at else {})
    page = f"{settings.SITE_URL}/?{urlencode(asked)}"
    return provenance_of(query, at or now, now, page).as_dict()


def _brief(row: EventRow) -> dict[str, Any]:
    values = event_as_dict(row, _address(row))
    left_out = {"reports", "facts", "target_details", "dsa"}
    return {name: value for name, value in values.items() if name not in left_out and value}


def _address(row: EventRow) -> str:
    return f"{settings.SITE_URL}/events/{row.id}"
