"""Build the list of feeds, and the preview of an import."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from urllib.parse import urlencode

from django.core.cache import cache
from django.core.paginator import Paginator
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tracker.events.search.find import events_of_feeds
from tracker.events.wording.names import country_name, language_name
from tracker.feeds.causes import CAUSES
from tracker.feeds.editing.catalogue import subject_name
from tracker.feeds.editing.selection import PAUSED, REMOVED, FeedFilter, select_feeds
from tracker.feeds.health import (
    WEEKS,
    SourceCoverage,
    coverage,
    is_flooding,
    is_quiet,
    weekly,
)
from tracker.feeds.models import Feed
from tracker.feeds.services import ImportedFeeds
from tracker.operations.health.status import ReadingOutage, reading_outage
from tracker.web.pages.site import NoFeedsNotice, build_no_feeds_notice

DAY = timedelta(days=1)
EVENT_DAYS = timedelta(days=90)
SECONDS_CACHED = 600  # seconds for which the events of feeds are cached
PAGE_SIZE = 50
STATE_NAMES = {PAUSED: _("paused"), REMOVED: _("removed")}
SORT_NAMES = {
    "worst": _("worst state first"),
    "title": _("name"),
    "newest": _("last new entry"),
    "oldest": _("longest without a new entry"),
    "entries": _("number of entries"),
    "added": _("lately added"),
}


@dataclass(frozen=True)
class FeedRow:
    """A feed with its weeks (the newest last), whether it went quiet, how many events its entries
    reported in EVENT_DAYS, and whether it exceeds its budget. `state` is also "paused" or
    "removed"; `trouble` is a sentence, "" for none.
    """

    id: int
    title: str
    state: str
    state_name: str
    failures: int
    trouble: str
    language: str
    country: str
    group: str
    weeks: tuple[int, ...]
    is_quiet: bool
    is_flood: bool
    entries: int
    events: int
    polled_at: datetime | None
    succeeded_at: datetime | None
    new_entry_at: datetime | None
    is_polled: bool
    next_poll_at: datetime | None  # None if it is due


@dataclass(frozen=True)
class FeedTab:
    """A state to filter by, and its number of feeds."""

    state: str
    name: str | Promise
    count: int
    address: str


@dataclass(frozen=True)
class FeedChoice:
    """A value to filter by."""

    value: str
    name: str


@dataclass(frozen=True)
class PageLink:
    """A page of the list; the address is "" for the one that is shown."""

    number: int
    address: str


@dataclass(frozen=True)
class SourcesPage:
    """The feeds of a filter, one page of them; `parameters` are those of the filter."""

    coverage: SourceCoverage
    no_feeds: NoFeedsNotice | None
    outage: ReadingOutage | None
    choice: FeedFilter
    sort: str
    sorts: tuple[tuple[str, str | Promise], ...]
    tabs: tuple[FeedTab, ...]
    languages: tuple[FeedChoice, ...]
    countries: tuple[FeedChoice, ...]
    groups: tuple[FeedChoice, ...]
    rows: tuple[FeedRow, ...]
    total: int
    first: int
    last: int
    links: tuple[PageLink, ...]
    parameters: str
    address: str
    is_narrowed: bool


@dataclass(frozen=True)
class SourcesImportPage:
    """The text of a list of feeds, and what importing it would do; `error` if it cannot be read."""

    opml: str
    byte_limit: int
    error: str = ""
    preview: ImportedFeeds | None = None


def build_sources_page(
    choice: FeedFilter, sort: str, number: str, path: str, now: datetime
) -> SourcesPage:
    """Return one page of the feeds of a filter."""
    pages = Paginator(select_feeds(choice, sort), PAGE_SIZE)
    page = pages.get_page(number)
    facts = list(
        Feed.objects.values_list("state", "language", "country", "group", "paused_at", "removed_at")
    )
    followed = [fact for fact in facts if fact[5] is None]
    parameters = _parameters(choice, sort)
    read = coverage(now - DAY, now)
    return SourcesPage(
        coverage=read,
        no_feeds=build_no_feeds_notice(read),
        outage=reading_outage(now),
        choice=choice,
        sort=sort,
        sorts=tuple(SORT_NAMES.items()),
        tabs=_tabs(choice, sort, facts),
        languages=_choices({fact[1] for fact in followed} | {choice.language}, language_name),
        countries=_choices({fact[2] for fact in followed} | {choice.country}, country_name),
        groups=_choices({fact[3] for fact in followed} | {choice.group}, subject_name),
        rows=_rows(list(page.object_list), now),
        total=pages.count,
        first=page.start_index(),
        last=page.end_index(),
        links=_links(pages.num_pages, page.number, parameters),
        parameters=parameters,
        address=f"{path}?{_joined(parameters, page.number)}".rstrip("?"),
        is_narrowed=replace(choice, state="") != FeedFilter(),
    )


def _rows(feeds: Sequence[Feed], now: datetime) -> tuple[FeedRow, ...]:
    weeks = weekly(now)
    count = partial(events_of_feeds, now - EVENT_DAYS)
    events: dict[int, int] = cache.get_or_set("events_of_feeds", count, SECONDS_CACHED) or {}
    none = (0,) * WEEKS
    return tuple(
        _row(feed, weeks.get(feed.pk, none), events.get(feed.pk, 0), now) for feed in feeds
    )


def _row(feed: Feed, weeks: tuple[int, ...], events: int, now: datetime) -> FeedRow:
    state, state_name = shown_state(feed)
    return FeedRow(
        id=feed.pk,
        title=feed.title,
        state=state,
        state_name=state_name,
        failures=feed.failures,
        trouble=trouble_of(feed.cause, feed.error) if feed.error else "",
        language=feed.language,
        country=country_name(feed.country),
        group=subject_name(feed.group),
        weeks=weeks,
        is_quiet=feed.is_active and is_quiet(weeks),
        is_flood=is_flooding(feed, now),
        entries=getattr(feed, "entry_count", 0),
        events=events,
        polled_at=feed.polled_at,
        succeeded_at=feed.succeeded_at,
        new_entry_at=feed.new_entry_at,
        is_polled=feed.is_active,
        next_poll_at=feed.next_poll_at if feed.next_poll_at > now else None,
    )


def shown_state(feed: Feed) -> tuple[str, str]:
    """Return the state of a feed and its name: an editor's action takes precedence over its last
    poll.
    """
    state = REMOVED if feed.removed_at else PAUSED if feed.paused_at else ""
    return (state, str(STATE_NAMES[state])) if state else (feed.state, feed.get_state_display())


def trouble_of(cause: str, error: str) -> str:
    """Return what is wrong in a sentence; for a cause that only an older version knew, its stored
    words.
    """
    known = CAUSES.get(cause)
    return str(known.sentence) if known else error


def _tabs(
    choice: FeedFilter, sort: str, facts: Sequence[tuple[object, ...]]
) -> tuple[FeedTab, ...]:
    counts = Counter(
        REMOVED if removed_at else PAUSED if paused_at else state
        for state, *_facts, paused_at, removed_at in facts
    )
    names = {str(state.value): state.label for state in Feed.State} | STATE_NAMES
    every = FeedTab("", _("All"), len(facts) - counts[REMOVED], _address(choice, sort, ""))
    return (
        every,
        *(
            FeedTab(state, name, counts[state], _address(choice, sort, state))
            for state, name in names.items()
            if counts[state]
        ),
    )


def _choices(values: set[str], name_of: Callable[[str], str]) -> tuple[FeedChoice, ...]:
    choices = [FeedChoice(value, name_of(value)) for value in values if value]
    return tuple(sorted(choices, key=lambda choice: choice.name.casefold()))


def _address(choice: FeedFilter, sort: str, state: str) -> str:
    return f"?{_parameters(replace(choice, state=state), sort)}"


def _parameters(choice: FeedFilter, sort: str) -> str:
    values = asdict(choice)
    named = {"q": values.pop("words")} | values | {"sort": sort}
    return urlencode({name: value for name, value in named.items() if value})


def _joined(parameters: str, number: int) -> str:
    return "&".join(part for part in (parameters, f"page={number}" if number > 1 else "") if part)


def _links(count: int, current: int, parameters: str) -> tuple[PageLink, ...]:
    """Return the first and last page, and those near the one that is shown."""
    if count < 2:
        return ()
    numbers = sorted({1, count, *range(max(1, current - 2), min(count, current + 2) + 1)})
    return tuple(PageLink(n, "" if n == current else f"?{_joined(parameters, n)}") for n in numbers)
