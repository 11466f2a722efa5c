"""Pages of the site itself: what it is, its files, signing in, and what went wrong."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.conf import settings

from tracker.classify import Kind
from tracker.classify.measure.accuracy import Accuracy, load_accuracy
from tracker.events.publish.dictionary.columns import EVENT_COLUMNS, REPORT_COLUMNS, TableColumn
from tracker.events.publish.dumps import DumpFile, dump_files
from tracker.events.search.find import count_all
from tracker.events.search.query import Query
from tracker.events.search.rows import EventRow
from tracker.feeds.health import SourceCoverage, coverage, languages
from tracker.feeds.models import Feed
from tracker.people.setup import is_set_up
from tracker.web.charts import svg

DAY = timedelta(days=1)
STATED_ON = date(2026, 11, 30)  # when the accessibility statement was last checked


@dataclass(frozen=True)
class OfAHundred:
    """Accuracy at the natural rate of feeds: of a hundred events shown, how many are acts; of a
    hundred acts, how many are shown, and how many are shown or unsure.
    """

    precise: int
    shown: int
    asked: int


@dataclass(frozen=True)
class AboutPage:
    """What the tracker is, with its figures."""

    kinds: tuple[tuple[Kind, int], ...]
    total: int
    reviewed: int
    coverage: SourceCoverage
    languages: tuple[str, ...]
    accuracy: Accuracy
    natural: OfAHundred
    licence: str
    contact: str
    site: str
    now: datetime


@dataclass(frozen=True)
class AccessibilityPage:
    """The accessibility statement of a day, and where to report a problem; `contact_address` is a
    link to it, both are "" if the site names no contact.
    """

    stated_on: date
    contact: str
    contact_address: str


@dataclass(frozen=True)
class NoFeedsNotice:
    """What to do while no feed is followed: whether the site is set up, and how many feeds were
    removed, such as those of the catalogue that were not chosen.
    """

    is_set_up: bool
    removed: int


@dataclass(frozen=True)
class DataPage:
    """The files of the whole record, and what the columns of their tables mean."""

    files: tuple[DumpFile, ...]
    tables: tuple[tuple[str, tuple[TableColumn, ...]], ...]


@dataclass(frozen=True)
class EmbedPage:
    """A chart and its latest events for another site's page."""

    title: str
    foot: str
    chart: svg.Strip | None
    rows: tuple[EventRow, ...]
    chart_address: str
    page: str
    address: str


@dataclass(frozen=True)
class ChartPicture:
    """A chart by itself, as a picture of `height`, with its foot at `foot_at`."""

    title: str
    foot: str
    chart: svg.Strip | None
    marks: tuple[svg.LegendMark, ...]
    foot_at: float
    height: float


@dataclass(frozen=True)
class LockedPage:
    """How long somebody must wait who failed to sign in too often."""

    seconds: int
    minutes: int


@dataclass(frozen=True)
class MissingPage:
    """The page-not-found page, with the words of the address to search for."""

    sought: str


@dataclass(frozen=True)
class NearLink:
    """A similar value, and the address of the query with it."""

    name: str
    address: str


@dataclass(frozen=True)
class ShownProblem:
    """What is wrong with a piece of a query, and similar valid values; `label` is that of the
    form's field `parameter` that has it, "" if it was typed.
    """

    reason: str
    place: str
    near: tuple[NearLink, ...]
    parameter: str = ""
    label: str = ""


@dataclass(frozen=True)
class SentField:
    """A filled field of the filters, with what is wrong with it, or ""."""

    name: str
    label: str
    value: str
    reason: str


@dataclass(frozen=True)
class QueryErrorPage:
    """All problems of a query; `search_text` is the typed text, `fields` what was entered in the
    filters' fields, `hidden_fields` the valid choices beside them, `repaired` the address without
    the invalid pieces. `is_typed` if the typed text has a problem.
    """

    problems: tuple[ShownProblem, ...]
    search_text: str
    fields: tuple[SentField, ...]
    hidden_fields: tuple[tuple[str, str], ...]
    repaired: str
    is_typed: bool


@dataclass(frozen=True)
class BadRequestPage:
    """Why a request is refused."""

    title: str
    reason: str


@dataclass(frozen=True)
class SitePlace:
    """An address of the site map, and the day on which it changed last, "" for not known."""

    address: str
    changed_on: str


@dataclass(frozen=True)
class SitemapPage:
    """Addresses of one part of the site map."""

    places: tuple[SitePlace, ...]


@dataclass(frozen=True)
class SitemapIndexPage:
    """The addresses of the parts of the site map."""

    addresses: tuple[str, ...]


@dataclass(frozen=True)
class EmptyPage:
    """A page without values."""


def build_no_feeds_notice(read: SourceCoverage) -> NoFeedsNotice | None:
    """Return what to do if no feed is followed, else None."""
    if read.feeds:
        return None
    removed = Feed.objects.filter(removed_at__isnull=False, merged_into=None).count()
    return NoFeedsNotice(is_set_up(), removed)


def build_data_page() -> DataPage:
    """Return the current files, with the data dictionary."""
    tables = (("events", EVENT_COLUMNS), ("reports", REPORT_COLUMNS))
    return DataPage(tuple(dump_files()), tables)


def build_about_page(site: str, now: datetime) -> AboutPage:
    """Return the page about the site at an address."""
    queries = [Query(), Query(state=("reviewed",)), *(Query(kind=(kind.value,)) for kind in Kind)]
    total, reviewed, *by_kind = count_all(queries)
    return AboutPage(
        kinds=tuple(zip(Kind, by_kind, strict=True)),
        total=total,
        reviewed=reviewed,
        coverage=coverage(now - DAY, now),
        languages=tuple(languages()),
        accuracy=load_accuracy(),
        natural=OfAHundred(*(round(100 * figure) for _, figure in load_accuracy().natural)),
        licence=str(settings.DATA_LICENCE),
        contact=settings.CONTACT,
        site=site,
        now=now,
    )


def build_accessibility_page() -> AccessibilityPage:
    """Return the accessibility statement."""
    contact = str(settings.CONTACT).removeprefix("mailto:")
    if contact == settings.SITE_URL:  # the default leads back to the site itself
        contact = ""
    address = f"mailto:{contact}" if "@" in contact and "://" not in contact else contact
    return AccessibilityPage(STATED_ON, contact, address)
