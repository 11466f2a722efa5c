"""Every view of the timeline as files: CSV of events and of their reports, JSON Lines, a ZIP, and
what they are.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import wraps
from hashlib import sha256

from django.http import HttpRequest, JsonResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.utils.http import http_date
from django.views.decorators.http import require_safe

from tracker.events.publish.dictionary import csvw
from tracker.events.publish.dictionary.columns import EVENT_COLUMNS, REPORT_COLUMNS, names
from tracker.events.publish.export import Provenance, event_as_dict, event_cells, report_cells
from tracker.events.publish.packing import zip_files
from tracker.events.publish.provenance import provenance_of as about_query
from tracker.events.search import find
from tracker.events.search.query import Query, QueryError, depends_on_day
from tracker.events.search.rows import EventRow
from tracker.events.tables import csv_line
from tracker.text import json_text
from tracker.web.query_params import (
    UnknownParameterError,
    check_parameters,
    parameters_of,
    query_of,
)
from tracker.web.timestamps import MomentError, moment
from tracker.web.views.errors import bad_moment, unknown_parameter, unreadable

BOM = "\ufeff"  # spreadsheets take the file for UTF-8; readers of CSV pass over it
CSV = "text/csv; charset=utf-8; header=present"
View = Callable[[HttpRequest, Query, datetime | None], HttpResponseBase]


def export(view: View) -> Callable[[HttpRequest], HttpResponseBase]:
    """A view of a query, as of a moment; 304 where the reader has it already."""

    @wraps(view)
    @require_safe
    def answer(request: HttpRequest) -> HttpResponseBase:
        try:
            check_parameters(request.GET)
            query, at = query_of(request.GET), moment(request.GET.get("as_of", ""))
        except UnknownParameterError as error:
            return unknown_parameter(request, error)
        except QueryError as error:
            return unreadable(request, error)
        except MomentError as error:
            return bad_moment(request, error)
        # The count and the last change stand for the content: an answer of 304 makes no file.
        mark = find.answer_version(query)
        # What is in force changes with the day, when no event does.
        is_dated = depends_on_day(query)
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


@export
def as_csv(request: HttpRequest, query: Query, at: datetime | None) -> HttpResponseBase:
    return csv_file(request, _event_lines(request, query, at), f"events-{_day(at)}.csv")


@export
def reports_as_csv(request: HttpRequest, query: Query, at: datetime | None) -> HttpResponseBase:
    return csv_file(request, _report_lines(query, at), f"reports-{_day(at)}.csv")


@export
def metadata(request: HttpRequest, query: Query, at: datetime | None) -> HttpResponseBase:
    """Say what both tables are, as CSV on the Web describes them."""
    addresses = (_file_address(request, name) for name in ("events_csv", "reports_csv"))
    described = csvw.table_group(about(request, query, at), *addresses)
    return JsonResponse(described, content_type="application/csvm+json")


@export
def as_zip(request: HttpRequest, query: Query, at: datetime | None) -> HttpResponseBase:
    """Pack both tables with what they are."""
    described = csvw.table_group(about(request, query, at), "events.csv", "reports.csv")
    # One choice of events for both, or a report could name an event that the other file lacks.
    ids = None if at else find.all_ids(query)
    files: Mapping[str, Iterable[str]] = {
        "csv-metadata.json": [json_text(described)],
        "events.csv": _event_lines(request, query, at, ids),
        "reports.csv": _report_lines(query, at, ids),
    }
    chunks = zip_files(files, at or timezone.now())
    return file_of(chunks, "application/zip", f"events-{_day(at)}.zip")


@export
def as_jsonl(request: HttpRequest, query: Query, at: datetime | None) -> HttpResponseBase:
    told = about(request, query, at)

    def lines() -> Iterator[str]:
        yield _json({"type": "about", **told.as_dict()})
        for row in rows_of(query, at):
            yield _json({"type": "event", **event_as_dict(row, event_address(request, row))})

    kind = "application/jsonl; charset=utf-8"
    return file_of(lines(), kind, f"events-{_day(at)}.jsonl")


def csv_file(request: HttpRequest, lines: Iterable[str], name: str) -> HttpResponseBase:
    """Return a CSV file that begins with its header and links to what it is (RFC 8288)."""
    answer = file_of(lines, CSV, name)
    address = _file_address(request, "events_metadata")
    answer["Link"] = f'<{address}>; rel="describedby"; type="application/csvm+json"'
    return answer


def _event_lines(
    request: HttpRequest, query: Query, at: datetime | None, ids: Sequence[int] | None = None
) -> Iterator[str]:
    yield BOM + csv_line(names(EVENT_COLUMNS))
    for row in rows_of(query, at, ids):
        yield csv_line(event_cells(row, event_address(request, row)))


def _report_lines(
    query: Query, at: datetime | None, ids: Sequence[int] | None = None
) -> Iterator[str]:
    yield BOM + csv_line(names(REPORT_COLUMNS))
    for row in rows_of(query, at, ids):
        yield from map(csv_line, report_cells(row))


def rows_of(
    query: Query, at: datetime | None, ids: Sequence[int] | None = None
) -> Iterable[EventRow]:
    """Return all events of a query, as they were `at` a time; now also those with these ids."""
    if at:
        return find.all_events_as_of(query, at)
    return find.all_events(query) if ids is None else find.events_by_ids(ids)


def about(request: HttpRequest, query: Query, at: datetime | None) -> Provenance:
    """What a file of a query is."""
    now = timezone.now()
    return about_query(query, at or now, now, request.build_absolute_uri())


def site_address(request: HttpRequest, query: Query) -> str:
    """Return the address of the timeline of a query."""
    return request.build_absolute_uri(reverse("timeline") + parameters_of(query))


def event_address(request: HttpRequest, row: EventRow) -> str:
    """Return the address of an event's page."""
    return request.build_absolute_uri(reverse("event", args=[row.id]))


def _file_address(request: HttpRequest, name: str) -> str:
    """Return the address of another file of the same query."""
    parameters = request.GET.urlencode()
    return request.build_absolute_uri(reverse(name) + (f"?{parameters}" if parameters else ""))


def _day(at: datetime | None) -> str:
    return f"{at or timezone.now():%Y-%m-%d}"


def _json(value: dict[str, object]) -> str:
    return json_text(value) + "\n"


def file_of(parts: Iterable[str] | Iterable[bytes], kind: str, name: str) -> StreamingHttpResponse:
    """Return a file to save, sent while it is made."""
    # Streamed: the rows of a million events are never in memory together.
    answer = StreamingHttpResponse(parts, content_type=kind)
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
