"""Every view of the timeline as files: CSV of events and of their reports, JSON Lines, a ZIP, and
metadata.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import wraps
from hashlib import sha256
from itertools import chain

from django.http import HttpRequest, JsonResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.utils.http import http_date
from django.views.decorators.http import require_safe

from tracker.events.publish.dictionary import csvw
from tracker.events.publish.dictionary.columns import EVENT_COLUMNS, REPORT_COLUMNS, names
from tracker.events.publish.export import (
    Provenance,
    event_as_dict,
    event_cells,
    format_time,
    report_cells,
)
from tracker.events.publish.packing import zip_files
from tracker.events.publish.provenance import provenance_of as about_query
from tracker.events.search import find
from tracker.events.search.language.questions import depends_on_day
from tracker.events.search.past.timestamps import MomentError, moment
from tracker.events.search.query import Query, QueryError
from tracker.events.search.rows import EventRow
from tracker.events.tables import csv_line
from tracker.text import json_text
from tracker.web.query_params import (
    UnknownParameterError,
    check_parameters,
    parameters_of,
    query_of,
)
from tracker.web.views.errors import bad_moment, unknown_parameter, unreadable

BOM = "\ufeff"  # makes spreadsheets read UTF-8; CSV readers skip it
CSV = "text/csv; charset=utf-8; header=present"
View = Callable[[HttpRequest, Query, datetime | None], HttpResponseBase]


def export(view: View) -> Callable[[HttpRequest], HttpResponseBase]:
    """Make a view of a query, as of a moment; for now, 304 if the client has it."""

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
        if at:
            return _cited(request, view(request, query, at), at)
        # The count and the last change identify the content, so that a 304 needs no file.
        mark = find.answer_version(query)
        # What is in force changes with the day, even if no event does.
        is_dated = depends_on_day(query)
        day = f" {timezone.now():%Y-%m-%d}" if is_dated else ""
        content_key = f"{request.get_full_path()} {mark.count} {mark.changed_at}{day}"
        etag = f'W/"{sha256(content_key.encode()).hexdigest()[:32]}"'
        changed = int(mark.changed_at.timestamp()) if mark.changed_at and not is_dated else None
        same = get_conditional_response(request, etag=etag, last_modified=changed)
        response = view(request, query, at) if same is None else same
        _cited(request, response, timezone.now())
        response["ETag"] = etag
        if mark.changed_at and changed is not None:
            response["Last-Modified"] = http_date(changed)
        return response

    return answer


def _cited(request: HttpRequest, response: HttpResponseBase, at: datetime) -> HttpResponseBase:
    """Add the address that gives the same answer later (RFC 7089)."""
    parameters = request.GET.copy()
    parameters["as_of"] = format_time(at)
    address = request.build_absolute_uri(f"{request.path}?{parameters.urlencode()}")
    moment_given = f'<{address}>; rel="memento"; datetime="{http_date(at.timestamp())}"'
    response["Link"] = ", ".join(filter(None, [response.get("Link"), moment_given]))
    return response


@export
def as_csv(request: HttpRequest, query: Query, at: datetime | None) -> HttpResponseBase:
    return csv_file(request, _event_lines(request, query, at), f"events-{_day(at)}.csv")


@export
def reports_as_csv(request: HttpRequest, query: Query, at: datetime | None) -> HttpResponseBase:
    return csv_file(request, _report_lines(query, at), f"reports-{_day(at)}.csv")


@export
def metadata(request: HttpRequest, query: Query, at: datetime | None) -> HttpResponseBase:
    """Describe both tables as CSV on the Web."""
    addresses = (_file_address(request, name) for name in ("events_csv", "reports_csv"))
    described = csvw.table_group(about(request, query, at), *addresses)
    return JsonResponse(described, content_type="application/csvm+json")


@export
def as_zip(request: HttpRequest, query: Query, at: datetime | None) -> HttpResponseBase:
    """Pack both tables with their description."""
    described = csvw.table_group(about(request, query, at), "events.csv", "reports.csv")
    # One selection of events for both, or a report could refer to an event missing in the other
    # file.
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
    # Events alone, since pandas and DuckDB take every line for one; what the file is says the
    # linked description, as for CSV.
    def lines() -> Iterator[str]:
        for row in rows_of(query, at):
            yield _json({"type": "event", **event_as_dict(row, event_address(request, row))})

    kind = "application/jsonl; charset=utf-8"
    return _described(request, file_of(lines(), kind, f"events-{_day(at)}.jsonl"))


def csv_file(request: HttpRequest, lines: Iterable[str], name: str) -> HttpResponseBase:
    """Return a CSV file that begins with its header and links to its metadata."""
    return _described(request, file_of(lines, CSV, name))


def csv_download(lines: Iterable[str], name: str) -> HttpResponseBase:
    """Return a CSV file for spreadsheets: a byte order mark, then the lines, the header first."""
    return file_of(chain([BOM], lines), CSV, name)


def _described(request: HttpRequest, answer: HttpResponseBase) -> HttpResponseBase:
    """Link a file of a query to the description of its content (RFC 8288)."""
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
    """Return the provenance of a file of a query."""
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
    """Return a download that is sent while being generated."""
    # Streamed, so that the rows of a million events are never in memory together.
    answer = StreamingHttpResponse(parts, content_type=kind)
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
