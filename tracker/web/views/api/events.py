"""Events, their counts, histories and reports."""

from dataclasses import replace
from datetime import datetime

from django.http import Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.urls import reverse
from django.utils import timezone
from ninja import Query

from tracker.events.models import Event, Report
from tracker.events.publish.export import format_time
from tracker.events.record.records import record_as_of
from tracker.events.search import find
from tracker.events.search.describe import why_words
from tracker.events.search.rows import EventRow, load_rows, row_of_record
from tracker.events.wording.reasons import reason_dict
from tracker.web.query_params import query_of, view_options_of
from tracker.web.timestamps import moment
from tracker.web.views.api import schemas
from tracker.web.views.api.responses import (
    READ,
    After,
    JsonObject,
    Limit,
    event_as_dict,
    find_event,
    next_after,
    read_responses,
    router,
    utc_or_none,
)
from tracker.web.views.exports import about


@router.get(
    "/events",
    response=read_responses(schemas.EventsOut),
    summary="Search events",
    url_name="events",
    **READ,
)
def list_events(
    request: HttpRequest,
    filters: Query[schemas.FiltersIn],
    after: str = "",
    limit: Limit = 50,
    sort: str = "",
    as_of: str = "",
) -> JsonObject:
    """Newest act first (`sort=occurred`), newly recorded first (`sort=recorded`), or
    `sort=relevance`, the default if `q` has words: newest act first, with the events whose words
    appear in report summaries only at the end. `as_of` answers from the history as it was at that
    time, newest act first.
    """
    query, at = query_of(request.GET), moment(as_of)
    options = replace(view_options_of(request.GET), size=limit)
    if at:
        result = find.find_events_as_of(query, at, options)
    else:
        result = find.find_events(query, options, today=timezone.now().date())
    return {
        "about": about(request, query, at).as_dict(),
        "total": result.total,
        "sort": result.order,
        "after": result.after or None,
        "events": [event_as_dict(request, row) for row in result.rows],
    }


@router.get(
    "/counts",
    response=read_responses(schemas.CountsOut),
    summary="Count events",
    url_name="counts",
    **READ,
)
def count_events(
    request: HttpRequest, filters: Query[schemas.FiltersIn], chart: str = "kind"
) -> JsonObject:
    """How many events each value of each field would leave, the largest first, and how many there
    are by week, month or quarter and by `chart`: "kind", "platform" or "country".
    """
    query = query_of(request.GET)
    options = replace(view_options_of(request.GET), sort="occurred", size=1)
    result = find.find_events(query, options, today=timezone.now().date())
    names = {
        series.value: str(series.value) if result.chart.by == "kind" else series.name
        for series in result.chart.series
    }
    return {
        "about": about(request, query, None).as_dict(),
        "total": result.total,
        "facets": {name: [vars(c) for c in choices] for name, choices in result.facets.items()},
        "periods": [
            {
                "since": bar.period.since.isoformat(),
                "until": bar.period.until.isoformat(),
                "counts": {names[value]: n for value, n in bar.counts.items()},
            }
            for bar in result.chart.bars
        ],
    }


@router.get(
    "/events/{int:event_id}",
    response=read_responses(schemas.EventOut),
    summary="Get an event",
    url_name="event",
    **READ,
)
def get_event(request: HttpRequest, event_id: int, as_of: str = "") -> JsonObject | HttpResponse:
    """An event that was merged into another redirects there (301)."""
    event, at = find_event(event_id), moment(as_of)
    if at:
        return event_as_dict(request, _row_as_of(event, at))
    if event.merged_into_id:
        address = reverse("api:event", args=[event.itself.pk])
        return HttpResponsePermanentRedirect(address)
    return event_as_dict(request, load_rows([event])[0])


def _row_as_of(event: Event, at: datetime) -> EventRow:
    record = record_as_of(event, at)
    if record is None:
        raise Http404(f"event {event.pk} was not recorded yet")
    return row_of_record(event, record)


@router.get(
    "/events/{int:event_id}/history",
    response=read_responses(list[schemas.RevisionOut]),
    summary="Get the history of an event",
    url_name="history",
    **READ,
)
def list_revisions(request: HttpRequest, event_id: int) -> list[JsonObject]:
    """Every change of every field, the oldest first."""
    # What links to the event is a fact of the other event, whose history has it.
    revisions = find_event(event_id).revisions.exclude(field="linked_from").order_by("pk")
    return [
        {
            "id": revision.pk,
            "at": format_time(revision.at),
            "field": revision.field,
            "before": revision.before,
            "after": revision.after,
            "reason": why_words(revision),
            "reasons": [reason_dict(reason) for reason in revision.reasons],
            "by": revision.by,
        }
        for revision in revisions
    ]


@router.get(
    "/reports",
    response=read_responses(schemas.StoredReportsOut),
    summary="List reports as they came in",
    url_name="reports",
    **READ,
)
def list_reports(request: HttpRequest, after: After = 0, limit: Limit = 50) -> JsonObject:
    """Every article's place in an event that is not unsure, the first recorded first."""
    rows = Report.objects.filter(pk__gt=after, event__in=Event.objects.shown())
    with_entries = rows.select_related("entry__source", "entry__classification").order_by("pk")
    page = list(with_entries[: limit + 1])
    return {
        "after": next_after(page, limit),
        "reports": [_report_as_dict(report) for report in page[:limit]],
    }


def _report_as_dict(report: Report) -> JsonObject:
    entry = report.entry
    classification = getattr(entry, "classification", None)
    # Reports of the imported history have no entry, only an address.
    return {
        "id": report.pk,
        "event": report.event_id,
        "url": entry.link if entry else report.url,
        "title": entry.title if entry else "",
        "publisher": entry.source.name if entry else "",
        "language": (classification or entry).language if entry else "",
        "published_at": utc_or_none(entry.published_at) if entry else None,
        "role": report.role,
        "added_at": format_time(report.added_at),
    }
