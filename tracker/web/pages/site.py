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
from tracker.web.charts import svg

DAY = timedelta(days=1)


@dataclass(frozen=True)
class OfAHundred:
    """At the rate of feeds: of a hundred events shown, how many are acts; of a hundred acts, how
    many are shown, and shown or unsure.
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
    today: date


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
    """That there is no page, with the words of its address to search for."""

    sought: str


@dataclass(frozen=True)
class NearLink:
    """A value that may be meant, and the address of the query with it."""

    name: str
    address: str


@dataclass(frozen=True)
class ShownProblem:
    """What is wrong with a piece of a query, and which values may be meant."""

    reason: str
    place: str
    near: tuple[NearLink, ...]


@dataclass(frozen=True)
class QueryErrorPage:
    """All that is wrong with a query; `search_text` is what was typed, `repaired` the address
    without what is wrong.
    """

    problems: tuple[ShownProblem, ...]
    search_text: str
    repaired: str


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
    """A page that shows no value."""


def build_data_page() -> DataPage:
    """Return the files as they stand, with the data dictionary."""
    tables = (("events", EVENT_COLUMNS), ("reports", REPORT_COLUMNS))
    return DataPage(tuple(dump_files()), tables)


def build_about_page(site: str, now: datetime) -> AboutPage:
    """Return what the site at an address is."""
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
        today=now.date(),
    )
