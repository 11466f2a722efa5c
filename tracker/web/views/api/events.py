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
from tracker.events.search import find
from tracker.events.search.facts import PARTIES
from tracker.events.search.load import load_rows
from tracker.events.search.past.rows import past_row
from tracker.events.search.past.timestamps import moment
from tracker.events.search.query import Query as EventQuery
from tracker.events.search.rows import EventRow
from tracker.events.search.wording.revisions import why_words
from tracker.events.wording.reasons import reason_data
from tracker.web.query_params import query_of, view_options_of
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
from tracker.web.views.api.schemas.answers import ReasonOut
from tracker.web.views.api.schemas.counts import CountOut, CountsOut, PeriodOut
from tracker.web.views.api.schemas.editing import RevisionOut
from tracker.web.views.api.schemas.events import EventOut, EventsOut, Sort
from tracker.web.views.api.schemas.filters import FiltersIn
from tracker.web.views.api.schemas.reports import StoredReportOut, StoredReportsOut
from tracker.web.views.exports import about


@read_endpoint("/events", EventsOut, "Search events", "events")
def list_events(
    request: HttpRequest,
    filters: Query[FiltersIn],
    after: str = "",
    limit: Limit = 50,
    sort: str = "",
    as_of: str = "",
) -> EventsOut:
    """Newest act first (`sort=occurred`), newly recorded first (`sort=recorded`), or
    `sort=relevance`, the default if `q` has words: newest act first, with the events whose words
    appear in report summaries only at the end. `as_of` answers from the record as it was at that
    time.
    """
    # `filters` only describes the parameters: the query is read as the site's pages read it.
    query, at = query_of(request.GET, checks_view=True), moment(as_of)
    options = replace(view_options_of(request.GET), size=limit)
    result = _find(query, at, options)
    return EventsOut(
        about=about_out(about(request, query, at)),
        total=result.total,
        sort=cast("Sort", result.order),
        after=result.after or None,
        in_force={choice.value: choice.count for choice in result.facets.get("in_force", ())},
        events=[event_out(request, row) for row in result.rows],
    )


def _find(asked: EventQuery, at: datetime | None, options: find.ViewOptions) -> find.SearchResult:
    if at:
        return find.find_events_as_of(asked, at, options)
    return find.find_events(asked, options, today=timezone.now().date())


@read_endpoint("/counts", CountsOut, "Count events", "counts")
def count_events(
    request: HttpRequest, filters: Query[FiltersIn], chart: str = "kind", as_of: str = ""
) -> CountsOut:
    """How many events each value of each field would leave, the largest first, and how many there
    are by week, month or quarter and by `chart`: "kind", "platform", "country", "law",
    "authority", "ordered_by", "appeal", "territory", "degree", "currency" or "affected_what"; of
    these facts only events that have one count. `as_of` counts the record as it was at that time.
    """
    query, at = query_of(request.GET, checks_view=True), moment(as_of)
    # Only counts are asked for: one row, in an order that needs no look at words.
    options = replace(view_options_of(request.GET), sort="occurred", size=1)
    result = _find(query, at, options)
    names = {
        series.value: series.name
        if result.chart.by in PARTIES or not series.value
        else str(series.value)
        for series in result.chart.series
    }
    return CountsOut(
        about=about_out(about(request, query, at)),
        total=result.total,
        facets={
            field: [CountOut(value=c.value, name=c.name, count=c.count) for c in choices]
            for field, choices in result.facets.items()
        },
        periods=[
            PeriodOut(
                since=bar.period.since.isoformat(),
                until=bar.period.until.isoformat(),
                counts={names[value]: n for value, n in bar.counts.items()},
            )
            for bar in result.chart.bars
        ],
    )


@read_endpoint("/events/{int:event_id}", EventOut, "Get an event", "event")
def get_event(request: HttpRequest, event_id: int, as_of: str = "") -> EventOut | HttpResponse:
    """An event that was merged into another redirects there (301)."""
    event, at = find_event(event_id), moment(as_of)
    if at:
        return event_out(request, _row_as_of(event, at))
    if event.merged_into_id:
        address = reverse("api:event", args=[event.itself.pk])
        return HttpResponsePermanentRedirect(address)
    return event_out(request, load_rows([event])[0])


def _row_as_of(event: Event, at: datetime) -> EventRow:
    row = past_row(event.pk, at)
    if row is None:
        raise Http404(f"event {event.pk} was not recorded yet")
    return row


@read_endpoint(
    "/events/{int:event_id}/history",
    list[RevisionOut],
    "Get the history of an event",
    "history",
)
def list_revisions(request: HttpRequest, event_id: int) -> list[RevisionOut]:
    """Every change of every field, the oldest first."""
    # What links to the event is a fact of the other event, whose history has it.
    revisions = find_event(event_id).revisions.exclude(field="linked_from").order_by("pk")
    return [
        RevisionOut(
            id=revision.pk,
            at=format_time(revision.at),
            field=revision.field,
            before=revision.before,
            after=revision.after,
            reason=why_words(revision),
            reasons=[ReasonOut(**reason_data(reason)) for reason in revision.reasons],
            by=revision.by,
        )
        for revision in revisions
    ]


@read_endpoint("/reports", StoredReportsOut, "List reports as they came in", "reports")
def list_reports(request: HttpRequest, after: After = 0, limit: Limit = 50) -> StoredReportsOut:
    """Every article's place in an event that is not unsure, the first recorded first."""
    # Unsure events are shown to nobody who does not ask for them (decision D76).
    rows = Report.objects.filter(pk__gt=after, event__in=Event.objects.shown())
    with_entries = rows.select_related("entry__source", "entry__classification").order_by("pk")
    page = list(with_entries[: limit + 1])
    return StoredReportsOut(
        after=next_after(page, limit), reports=[_report_out(report) for report in page[:limit]]
    )


def _report_out(report: Report) -> StoredReportOut:
    entry = report.entry
    classification = getattr(entry, "classification", None)
    # Reports of the imported history have no entry, only an address.
    return StoredReportOut(
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
