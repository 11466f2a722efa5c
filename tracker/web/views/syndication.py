"""Every view of the timeline as a feed: Atom, JSON Feed, iCalendar, with the events' articles."""

from collections.abc import Iterable
from datetime import date, datetime

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from icalendar import Calendar
from icalendar import Event as CalendarEvent

from tracker.events.publish.articles import ArticleFeed, articles_in_html, articles_in_text
from tracker.events.publish.export import event_as_dict
from tracker.events.publish.provenance import licence_words
from tracker.events.search import find
from tracker.events.search.query import Query
from tracker.events.search.rows import EventRow
from tracker.events.search.wording.queries import describe_query
from tracker.partial_date import PartialDate
from tracker.site.name import site_name
from tracker.text import clean_text
from tracker.web.views.exports import about, event_address, export, site_address

IN_A_FEED = 50  # events, the last recorded
IN_A_CALENDAR = 1_000


@export
def as_atom(request: HttpRequest, query: Query, at: datetime | None) -> HttpResponseBase:
    return atom_of(request, _in_feed(query, at), _title(query), query, at)


def atom_of(
    request: HttpRequest,
    rows: Iterable[EventRow],
    title: str,
    query: Query,
    at: datetime | None = None,
) -> HttpResponse:
    """Return events as an Atom feed (RFC 4287) at the request's address."""
    feed = ArticleFeed(
        title=clean_text(title),
        link=site_address(request, query),
        description=about(request, query, at).coverage,
        feed_url=request.build_absolute_uri(),
        feed_guid=request.build_absolute_uri(),
        # Output for programs is in the record's own language (decision D73).
        language="en",
        feed_copyright=licence_words(),
    )
    for row in rows:
        address = event_address(request, row)
        feed.add_item(
            title=clean_text(row.headline),
            link=address,
            description=articles_in_html(row, address),
            unique_id=_tag(request, row),
            pubdate=row.recorded_at,
            updateddate=row.changed_at,
            categories=[kind.value for kind in (row.kind, *row.other_kinds)],
            author_name=site_name(),
            article=_first_article(row),
        )
    return HttpResponse(feed.writeString("utf-8"), content_type="application/atom+xml")


@export
def as_json_feed(request: HttpRequest, query: Query, at: datetime | None) -> HttpResponseBase:
    provenance = about(request, query, at)
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": _title(query),
        "home_page_url": site_address(request, query),
        "feed_url": request.build_absolute_uri(),
        "description": provenance.coverage,
        "language": "en",
        # JSON Feed 1.1: names of extensions begin with an underscore.
        "_about": provenance.as_dict(),
        "items": [_json_item(request, row) for row in _in_feed(query, at)],
    }
    return JsonResponse(feed, content_type="application/feed+json")


def _json_item(request: HttpRequest, row: EventRow) -> dict[str, object]:
    address = event_address(request, row)
    article = _first_article(row)
    return {
        "id": _tag(request, row),
        "url": address,
        **({"external_url": article} if article else {}),
        "title": clean_text(row.headline),
        "content_html": articles_in_html(row, address),
        "content_text": articles_in_text(row, address),
        "date_published": row.recorded_at.isoformat(),
        "date_modified": row.changed_at.isoformat(),
        "tags": [kind.value for kind in (row.kind, *row.other_kinds)],
        "_event": event_as_dict(row, address),
    }


@export
def as_calendar(request: HttpRequest, query: Query, at: datetime | None) -> HttpResponseBase:
    calendar = Calendar()
    calendar.add("prodid", "-//Platform Policy Tracker//EN")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", _title(query))
    for row in _in_feed(query, at, IN_A_CALENDAR):
        day = PartialDate.parse(row.occurred).whole
        if day:  # a month is not a day
            calendar.add_component(_calendar_event(request, row, day))
    return HttpResponse(calendar.to_ical(), content_type="text/calendar; charset=utf-8")


def _calendar_event(request: HttpRequest, row: EventRow, day: date) -> CalendarEvent:
    address = event_address(request, row)
    event = CalendarEvent()
    event.add("uid", _tag(request, row))
    event.add("dtstamp", row.changed_at)
    event.add("dtstart", day)
    event.add("summary", clean_text(row.headline))
    event.add("description", articles_in_text(row, address))
    event.add("url", address)
    event.add("categories", [row.kind.label])
    # RFC 5545: otherwise subscribers would appear busy on that day.
    event.add("transp", "TRANSPARENT")
    return event


def _in_feed(query: Query, at: datetime | None, limit: int = IN_A_FEED) -> Iterable[EventRow]:
    return find.newly_recorded(query, limit, at)


def _title(query: Query) -> str:
    return clean_text(f"{site_name()}: {describe_query(query)}")


def _tag(request: HttpRequest, row: EventRow) -> str:
    """Return a permanent id, valid even if the site moves to https or another path (RFC 4151)."""
    host = request.get_host().partition(":")[0]
    return f"tag:{host},2026:event/{row.id}"


def _first_article(row: EventRow) -> str:
    return clean_text(row.reports[0].url) if row.reports else ""
