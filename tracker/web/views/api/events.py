"""Events, their counts, histories and reports."""

from dataclasses import replace
from datetime import datetime
from typing import cast

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
from tracker.events.wording.reasons import reason_data
from tracker.web.query_params import query_of, view_options_of
from tracker.web.timestamps import moment
from tracker.web.views.api import schemas
from tracker.web.views.api.responses import (
    After,
    Limit,
    about_out,
    event_out,
    find_event,
    next_after,
    read_endpoint,
    utc_or_none,
)
from tracker.web.views.exports import about


@read_endpoint("/events", schemas.EventsOut, "Search events", "events")
def list_events(
    request: HttpRequest,
    filters: Query[schemas.FiltersIn],
    after: str = "",
    limit: Limit = 50,
    sort: str = "",
    as_of: str = "",
) -> schemas.EventsOut:
    """Newest act first (`sort=occurred`), newly recorded first (`sort=recorded`), or
    `sort=relevance`, the default if `q` has words: newest act first, with the events whose words
    appear in report summaries only at the end. `as_of` answers from the history as it was at that
    time, newest act first.
    """
    # `filters` only describes the parameters: the query is read as the site's pages read it.
    query, at = query_of(request.GET), moment(as_of)
    options = replace(view_options_of(request.GET), size=limit)
    if at:
        result = find.find_events_as_of(query, at, options)
    else:
        result = find.find_events(query, options, today=timezone.now().date())
    return schemas.EventsOut(
        about=about_out(about(request, query, at)),
        total=result.total,
        sort=cast("schemas.Sort", result.order),
        after=result.after or None,
        in_force={choice.value: choice.count for choice in result.facets.get("in_force", ())},
        events=[event_out(request, row) for row in result.rows],
    )


@read_endpoint("/counts", schemas.CountsOut, "Count events", "counts")
def count_events(
    request: HttpRequest, filters: Query[schemas.FiltersIn], chart: str = "kind"
) -> schemas.CountsOut:
    """How many events each value of each field would leave, the largest first, and how many there
    are by week, month or quarter and by `chart`: "kind", "platform" or "country".
    """
    query = query_of(request.GET)
    # Only counts are asked for: one row, in an order that needs no look at words.
    options = replace(view_options_of(request.GET), sort="occurred", size=1)
    result = find.find_events(query, options, today=timezone.now().date())
    names = {
        series.value: str(series.value) if result.chart.by == "kind" else series.name
        for series in result.chart.series
    }
    return schemas.CountsOut(
        about=about_out(about(request, query, None)),
        total=result.total,
        facets={
            field: [schemas.CountOut(value=c.value, name=c.name, count=c.count) for c in choices]
            for field, choices in result.facets.items()
        },
        periods=[
            schemas.PeriodOut(
                since=bar.period.since.isoformat(),
                until=bar.period.until.isoformat(),
                counts={names[value]: n for value, n in bar.counts.items()},
            )
            for bar in result.chart.bars
        ],
    )


@read_endpoint("/events/{int:event_id}", schemas.EventOut, "Get an event", "event")
def get_event(
    request: HttpRequest, event_id: int, as_of: str = ""
) -> schemas.EventOut | HttpResponse:
    """An event that was merged into another redirects there (301)."""
    event, at = find_event(event_id), moment(as_of)
    if at:
        return event_out(request, _row_as_of(event, at))
    if event.merged_into_id:
        address = reverse("api:event", args=[event.itself.pk])
        return HttpResponsePermanentRedirect(address)
    return event_out(request, load_rows([event])[0])


def _row_as_of(event: Event, at: datetime) -> EventRow:
    record = record_as_of(event, at)
    if record is None:
        raise Http404(f"event {event.pk} was not recorded yet")
    return row_of_record(event, record)


@read_endpoint(
    "/events/{int:event_id}/history",
    list[schemas.RevisionOut],
    "Get the history of an event",
    "history",
)
def list_revisions(request: HttpRequest, event_id: int) -> list[schemas.RevisionOut]:
    """Every change of every field, the oldest first."""
    # What links to the event is a fact of the other event, whose history has it.
    revisions = find_event(event_id).revisions.exclude(field="linked_from").order_by("pk")
    return [
        schemas.RevisionOut(
            id=revision.pk,
            at=format_time(revision.at),
            field=revision.field,
            before=revision.before,
            after=revision.after,
            reason=why_words(revision),
            reasons=[schemas.ReasonOut(**reason_data(reason)) for reason in revision.reasons],
            by=revision.by,
        )
        for revision in revisions
    ]


@read_endpoint("/reports", schemas.StoredReportsOut, "List reports as they came in", "reports")
def list_reports(
    request: HttpRequest, after: After = 0, limit: Limit = 50
) -> schemas.StoredReportsOut:
    """Every article's place in an event that is not unsure, the first recorded first."""
    # Unsure events are shown to nobody who does not ask for them (decision D76).
    rows = Report.objects.filter(pk__gt=after, event__in=Event.objects.shown())
    with_entries = rows.select_related("entry__source", "entry__classification").order_by("pk")
    page = list(with_entries[: limit + 1])
    return schemas.StoredReportsOut(
        after=next_after(page, limit), reports=[_report_out(report) for report in page[:limit]]
    )


def _report_out(report: Report) -> schemas.StoredReportOut:
    entry = report.entry
    classification = getattr(entry, "classification", None)
    # Reports of the imported history have no entry, only an address.
    return schemas.StoredReportOut(
        id=report.pk,
        event=report.event_id,
        url=entry.link if entry else report.url,
        title=entry.title if entry else "",
        publisher=entry.source.name if entry else "",
        language=(classification or entry).language if entry else "",
        published_at=utc_or_none(entry.published_at) if entry else None,
        role=report.role,
        added_at=format_time(report.added_at),
    )
