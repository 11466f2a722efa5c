"""Every view of the timeline as a file or a feed: CSV, JSON Lines, Atom, JSON Feed, iCalendar."""

from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime
from functools import wraps
from hashlib import sha256

from django.http import HttpRequest, HttpResponse, JsonResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.utils.feedgenerator import Atom1Feed
from django.utils.http import http_date
from django.views.decorators.http import require_safe
from icalendar import Calendar
from icalendar import Event as CalendarEvent

from tracker.events.in_force import STATUSES
from tracker.events.publish.export import COLUMNS, Provenance, csv_cells, event_as_dict
from tracker.events.publish.figures import figures_in_sentences
from tracker.events.publish.provenance import licence_words
from tracker.events.publish.provenance import provenance_of as about_query
from tracker.events.publish.trust import trust_word
from tracker.events.search import find
from tracker.events.search.describe import count_reports, describe_query, format_day
from tracker.events.search.query import Query, QueryError
from tracker.events.search.rows import EventRow
from tracker.events.tables import csv_line
from tracker.partial_date import PartialDate
from tracker.text import clean_text, json_text
from tracker.web.query_params import parameters_of, query_of
from tracker.web.timestamps import MomentError, moment
from tracker.web.views.errors import bad_moment, unreadable

IN_A_FEED = 50  # events, the last recorded
IN_A_CALENDAR = 1_000
View = Callable[[HttpRequest, Query, datetime | None], HttpResponseBase]


def _export(view: View) -> Callable[[HttpRequest], HttpResponseBase]:
    """A view of a query, as of a moment; 304 where the reader has it already."""

    @wraps(view)
    @require_safe
    def answer(request: HttpRequest) -> HttpResponseBase:
        try:
            query, at = query_of(request.GET), moment(request.GET.get("as_of", ""))
        except QueryError as error:
            return unreadable(request, error)
        except MomentError as error:
            return bad_moment(request, error)
        # The count and the last change stand for the content: an answer of 304 makes no file.
        mark = find.answer_version(query)
        # What is in force changes with the day, when no event does.
        is_dated = query.in_force in STATUSES
        day = f" {timezone.now():%Y-%m-%d}" if is_dated else ""
        told = f"{request.get_full_path()} {mark.count} {mark.changed_at}{day}"
        etag = f'W/"{sha256(told.encode()).hexdigest()[:32]}"'
        changed = int(mark.changed_at.timestamp()) if mark.changed_at and not is_dated else None
        same = get_conditional_response(request, etag=etag, last_modified=changed)
        response = view(request, query, at) if same is None else same
        response["ETag"] = etag
        if mark.changed_at and changed is not None:
            response["Last-Modified"] = http_date(changed)
        return response

    return answer


@_export
def as_csv(request: HttpRequest, query: Query, at: datetime | None) -> HttpResponseBase:
    told = about(request, query, at)

    def lines() -> Iterator[str]:
        yield "\ufeff"  # spreadsheets take it for UTF-8
        yield from (f"{line}\r\n" for line in told.comments())
        yield csv_line(COLUMNS)
        yield from (csv_line(csv_cells(row, _address(request, row))) for row in _rows(query, at))

    return file_of(lines(), "text/csv; charset=utf-8", f"events-{told.as_of:%Y-%m-%d}.csv")


@_export
def as_jsonl(request: HttpRequest, query: Query, at: datetime | None) -> HttpResponseBase:
    told = about(request, query, at)

    def lines() -> Iterator[str]:
        yield _json({"type": "about", **told.as_dict()})
        for row in _rows(query, at):
            yield _json({"type": "event", **event_as_dict(row, _address(request, row))})

    kind = "application/jsonl; charset=utf-8"
    return file_of(lines(), kind, f"events-{told.as_of:%Y-%m-%d}.jsonl")


@_export
def as_atom(request: HttpRequest, query: Query, at: datetime | None) -> HttpResponseBase:
    return atom_of(request, _in_feed(query, at), _title(query), query, at)


def atom_of(
    request: HttpRequest,
    rows: Iterable[EventRow],
    title: str,
    query: Query,
    at: datetime | None = None,
) -> HttpResponse:
    """Events as an Atom feed (RFC 4287) at the request's address."""
    feed = Atom1Feed(
        title=clean_text(title),
        link=_site(request, query),
        description=about(request, query, at).coverage,
        feed_url=request.build_absolute_uri(),
        feed_guid=request.build_absolute_uri(),
        # What programs read is in the record's own language (decision D73).
        language="en",
        feed_copyright=licence_words(),
    )
    for row in rows:
        feed.add_item(
            title=clean_text(row.headline),
            link=_address(request, row),
            description=_sentence(row),
            unique_id=_tag(request, row),
            pubdate=row.recorded_at,
            updateddate=row.changed_at,
            categories=[kind.value for kind in (row.kind, *row.other_kinds)],
            author_name="Platform Policy Tracker",
        )
    return HttpResponse(feed.writeString("utf-8"), content_type="application/atom+xml")


@_export
def as_json_feed(request: HttpRequest, query: Query, at: datetime | None) -> HttpResponseBase:
    told = about(request, query, at)
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": _title(query),
        "home_page_url": _site(request, query),
        "feed_url": request.build_absolute_uri(),
        "description": told.coverage,
        "language": "en",
        # JSON Feed 1.1: names of extensions begin with an underscore.
        "_about": told.as_dict(),
        "items": [_json_item(request, row) for row in _in_feed(query, at)],
    }
    return JsonResponse(feed, content_type="application/feed+json")


def _json_item(request: HttpRequest, row: EventRow) -> dict[str, object]:
    return {
        "id": _tag(request, row),
        "url": _address(request, row),
        "title": clean_text(row.headline),
        "content_text": _sentence(row),
        "date_published": row.recorded_at.isoformat(),
        "date_modified": row.changed_at.isoformat(),
        "tags": [kind.value for kind in (row.kind, *row.other_kinds)],
        "_event": event_as_dict(row, _address(request, row)),
    }


@_export
def as_calendar(request: HttpRequest, query: Query, at: datetime | None) -> HttpResponseBase:
    calendar = Calendar()
    calendar.add("prodid", "-//Platform Policy Tracker//EN")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", _title(query))
    for row in _in_feed(query, at, IN_A_CALENDAR):
        day = PartialDate.parse(row.occurred).whole
        if day:  # a month is no day
            calendar.add_component(_calendar_event(request, row, day))
    return HttpResponse(calendar.to_ical(), content_type="text/calendar; charset=utf-8")


def _calendar_event(request: HttpRequest, row: EventRow, day: date) -> CalendarEvent:
    event = CalendarEvent()
    event.add("uid", _tag(request, row))
    event.add("dtstamp", row.changed_at)
    event.add("dtstart", day)
    event.add("summary", clean_text(row.headline))
    event.add("description", _sentence(row))
    event.add("url", _address(request, row))
    event.add("categories", [row.kind.label])
    # RFC 5545: else whoever subscribes would look busy on that day.
    event.add("transp", "TRANSPARENT")
    return event


def _rows(query: Query, at: datetime | None) -> Iterable[EventRow]:
    return find.all_events_as_of(query, at) if at else find.all_events(query)


def _in_feed(query: Query, at: datetime | None, limit: int = IN_A_FEED) -> Iterable[EventRow]:
    if at:
        return find.find_events_as_of(query, at, find.ViewOptions(size=limit)).rows
    return find.newly_recorded(query, limit)


def about(request: HttpRequest, query: Query, at: datetime | None) -> Provenance:
    """What a file of a query is."""
    now = timezone.now()
    return about_query(query, at or now, now, request.build_absolute_uri())


def _title(query: Query) -> str:
    return clean_text(f"Platform Policy Tracker: {describe_query(query)}")


def _site(request: HttpRequest, query: Query) -> str:
    return request.build_absolute_uri(reverse("timeline") + parameters_of(query))


def _address(request: HttpRequest, row: EventRow) -> str:
    return request.build_absolute_uri(reverse("event", args=[row.id]))


def _tag(request: HttpRequest, row: EventRow) -> str:
    """An id for ever, also if the site moves to https or another path (RFC 4151)."""
    host = request.get_host().partition(":")[0]
    return f"tag:{host},2026:event/{row.id}"


def _sentence(row: EventRow) -> str:
    parts = [
        row.kind.label,
        format_day(row.occurred),
        *figures_in_sentences(row),
        count_reports(row),
        trust_word(row).lower(),
    ]
    return clean_text(". ".join(parts) + ".")


def _json(value: dict[str, object]) -> str:
    return json_text(value) + "\n"


def file_of(lines: Iterable[str], kind: str, name: str) -> StreamingHttpResponse:
    # Streamed: the rows of a million events are never in memory together.
    answer = StreamingHttpResponse(lines, content_type=kind)
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
