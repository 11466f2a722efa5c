"""Query -> rows, facet counts, bars; the only reader of events for pages and mails."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from django.db.models import Count, Exists, OuterRef
from django.db.models.functions import Substr

from tracker.classify import Kind
from tracker.classify.text import fold
from tracker.events import copies
from tracker.events.models import Entity, Event, EventQuerySet, Link, Party, Report
from tracker.events.query import DAY, Facts, Query, bounds

PAGE = 40
DECIDING = {"kinds", "occurred", "coverage"}  # evidence that is marked in titles


@dataclass(frozen=True)
class Named:
    slug: str
    name: str


@dataclass(frozen=True)
class ReportRow:
    """A report as pages show it: `marks` are (start, end) of the words in the title that decided
    kind, day and coverage; `title` is "" for a history's page; `reprints` are the publishers that
    printed the same text.
    """

    url: str
    host: str
    publisher: str
    language: str
    title: str
    published_at: datetime | None
    role: str
    marks: tuple[tuple[int, int], ...]
    evidence: tuple[dict[str, object], ...]
    reasons: tuple[str, ...]
    summary: str
    link_hash: str = ""
    reprints: tuple[str, ...] = ()


@dataclass(frozen=True)
class LinkRow:
    """A linked event: `words` say how, as in "Undone by"."""

    words: str
    event_id: int
    headline: str
    kind: str
    occurred: str


@dataclass(frozen=True)
class EventRow:
    """An event as lists show it."""

    id: int
    kind: Kind
    other_kinds: tuple[Kind, ...]
    headline: str
    occurred: str
    occurred_source: str
    state: str
    confidence: float | None
    grounds: str
    recorded_at: datetime
    changed_at: datetime
    platforms: tuple[Named, ...]
    targets: tuple[Named, ...]
    countries: tuple[Named, ...]
    reports: tuple[ReportRow, ...]
    links: tuple[LinkRow, ...]

    @property
    def report_count(self) -> int:
        """Reports, reprints among them."""
        return sum(1 + len(r.reprints) for r in self.reports)

    @property
    def publishers(self) -> int:
        """Independent ones: who reprints does not count."""
        return len({r.publisher for r in self.reports})

    @property
    def languages(self) -> int:
        return len({r.language for r in self.reports if r.language})

    def words(self, field: str, value: str) -> tuple[str, ...]:
        """The words of the reports that gave one value of a fact, each once."""
        told = (piece for report in self.reports for piece in report.evidence)
        fitting = (p for p in told if (p["field"], p["value"]) == (field, value))
        return tuple(dict.fromkeys(str(p["words"]) for p in fitting))

    @property
    def reactions(self) -> tuple[ReportRow, ...]:
        return tuple(r for r in self.reports if r.role == Report.Role.REACTION)

    @property
    def first_reports(self) -> tuple[ReportRow, ...]:
        """Reports and analyses: what is not a reaction."""
        return tuple(r for r in self.reports if r.role != Report.Role.REACTION)


@dataclass(frozen=True)
class Choice:
    """One row of a facet: value, name, how many events it would leave, whether it is chosen."""

    value: str
    name: str
    count: int
    is_chosen: bool


@dataclass(frozen=True)
class Bar:
    """One quarter of the chart: "2017 Q4" and events by kind."""

    year: int
    quarter: int
    counts: dict[str, int]


@dataclass(frozen=True)
class Found:
    """One page of a search. `after` continues it: the place of the last row, "" at the end."""

    query: Query
    total: int
    rows: tuple[EventRow, ...]
    after: str
    facets: dict[str, tuple[Choice, ...]] = field(default_factory=dict)
    bars: tuple[Bar, ...] = ()


def chosen(query: Query) -> EventQuerySet:
    """The events that a query chooses, as query.matches would."""
    events = Event.objects.visible()
    if query.kind:
        events = events.filter(kind__in=query.kind)
    if query.state:
        events = events.filter(state__in=query.state)
    for slugs, kind in (
        (query.platform, Entity.Type.PLATFORM),
        (query.country, Entity.Type.COUNTRY),
    ):
        if slugs:
            part = Party.objects.filter(
                event=OuterRef("pk"), entity__type=kind, entity__slug__in=slugs
            )
            events = events.filter(Exists(part))
    for word in query.words:
        events = events.filter(search_text__contains=fold(word))
    return _between(events, *bounds(query))


def _between(events: EventQuerySet, low: str, high: str) -> EventQuerySet:
    if low or high:
        events = events.exclude(occurred="")
    if low:
        events = events.filter(occurred__gte=low)
    if high:
        events = events.filter(occurred__lte=high)
    return events


def find(query: Query, *, after: str = "", size: int = PAGE, today: date) -> Found:
    """A page of events, newest act first, with facets and chart; `after` is the place that the page
    before gave.
    """
    events = chosen(query)
    rows = _page(events, after, size + 1)
    more = len(rows) > size
    shown = rows[:size]
    return Found(
        query=query,
        total=events.count(),
        rows=load(shown),
        after=place(shown[-1]) if more else "",
        facets=_facets(query),
        bars=_bars(events, today),
    )


def recent(query: Query, limit: int) -> tuple[EventRow, ...]:
    """The newest events of a query."""
    return load(list(chosen(query).newest_first()[:limit]))


def place(event: Event) -> str:
    """Where an event stands in the timeline, for the next page's address."""
    return f"{event.occurred}~{event.pk}"


def _page(events: EventQuerySet, after: str, size: int) -> list[Event]:
    ordered = events.newest_first()
    occurred, tilde, pk = after.rpartition("~")
    is_day = not occurred or DAY.fullmatch(occurred)
    if not tilde or not is_day or not pk.isdecimal() or len(pk) > 18:
        return list(ordered[:size])
    rows = list(ordered.filter(occurred=occurred, pk__lt=int(pk))[:size])
    if len(rows) < size:
        rows += ordered.filter(occurred__lt=occurred)[: size - len(rows)]
    return rows


def _facets(query: Query) -> dict[str, tuple[Choice, ...]]:
    """Counts of each facet under the other filters, so that they say what choosing a value would
    give.
    """
    kinds = dict(
        chosen(replace(query, kind=())).values_list("kind").annotate(n=Count("pk")).order_by()
    )
    states = dict(
        chosen(replace(query, state=())).values_list("state").annotate(n=Count("pk")).order_by()
    )
    return {
        "kind": tuple(
            Choice(k.value, k.label, kinds.get(k.value, 0), k.value in query.kind) for k in Kind
        ),
        "platform": _parties(query, replace(query, platform=()), "platform"),
        "country": _parties(query, replace(query, country=()), "country"),
        "state": tuple(
            Choice(s.value, str(s.label), states.get(s.value, 0), s.value in query.state)
            for s in (Event.State.REVIEWED, Event.State.MACHINE)
        ),
    }


def _parties(query: Query, others: Query, kind: str) -> tuple[Choice, ...]:
    picked = getattr(query, kind)
    counted = (
        Party.objects.filter(entity__type=kind, event__in=chosen(others).values("pk"))
        .values_list("entity__slug", "entity__name")
        .annotate(n=Count("pk"))
        .order_by("-n", "entity__name")
    )
    rows = [Choice(slug, name, n, slug in picked) for slug, name, n in counted]
    missing = set(picked) - {r.value for r in rows}
    names = (
        dict(Entity.objects.filter(type=kind, slug__in=missing).values_list("slug", "name"))
        if missing
        else {}
    )
    rows += [Choice(slug, names.get(slug, slug), 0, True) for slug in sorted(missing)]
    return tuple(sorted(rows, key=lambda c: not c.is_chosen))


def _bars(events: EventQuerySet, today: date) -> tuple[Bar, ...]:
    """Every quarter from the first dated event to today, empty ones too; undated events are left
    out.
    """
    counted = (
        events.exclude(occurred="")
        .annotate(month=Substr("occurred", 1, 7))
        .values_list("month", "kind")
        .annotate(n=Count("pk"))
        .order_by()
    )
    counts: dict[tuple[int, int], Counter[str]] = defaultdict(Counter)
    for month, kind, n in counted:
        counts[_quarter(month)][kind] += n
    if not counts:
        return ()
    year, quarter = min(counts)
    last = max(*counts, (today.year, (today.month + 2) // 3))
    bars = []
    while (year, quarter) <= last:
        bars.append(Bar(year, quarter, dict(counts.get((year, quarter), {}))))
        year, quarter = (year, quarter + 1) if quarter < 4 else (year + 1, 1)
    return tuple(bars)


def _quarter(month: str) -> tuple[int, int]:
    return int(month[:4]), (int(month[5:7]) + 2) // 3


def load(events: Sequence[Event]) -> tuple[EventRow, ...]:
    """Events as rows, in their order, with parties, reports and links; four queries in all."""
    ids = [e.pk for e in events]
    parties: dict[int, list[Entity]] = defaultdict(list)
    for party in Party.objects.filter(event__in=ids).select_related("entity").order_by("pk"):
        parties[party.event_id].append(party.entity)
    reports: dict[int, list[ReportRow]] = defaultdict(list)
    found = Report.objects.filter(event__in=ids).select_related(
        "entry__source", "entry__classification"
    )
    for report in found.order_by("pk"):
        reports[report.event_id].append(_report(report))
    links = _links(ids)
    return tuple(_row(e, parties[e.pk], reports[e.pk], links[e.pk]) for e in events)


def _row(
    event: Event, entities: Iterable[Entity], reports: Iterable[ReportRow], links: Iterable[LinkRow]
) -> EventRow:
    by_type: dict[str, list[Named]] = defaultdict(list)
    for entity in entities:
        by_type[entity.type].append(Named(entity.slug, entity.name))
    return EventRow(
        id=event.pk,
        kind=Kind(event.kind),
        other_kinds=tuple(map(Kind, event.other_kinds)),
        headline=event.headline,
        occurred=event.occurred,
        occurred_source=event.occurred_source,
        state=event.state,
        confidence=event.confidence,
        grounds=event.grounds,
        recorded_at=event.recorded_at,
        changed_at=event.changed_at,
        platforms=tuple(by_type[Entity.Type.PLATFORM]),
        targets=tuple(by_type[Entity.Type.TARGET]),
        countries=tuple(by_type[Entity.Type.COUNTRY]),
        reports=folded(sorted(reports, key=lambda r: (not r.published_at, str(r.published_at)))),
        links=tuple(links),
    )


def folded(reports: Sequence[ReportRow]) -> tuple[ReportRow, ...]:
    """The reports in their order, each text once, in the first place that printed it."""
    texts = [copies.Text(r.publisher, r.language, r.title, r.summary, r.link_hash) for r in reports]
    return tuple(
        replace(reports[first], reprints=tuple(reports[i].publisher for i in rest))
        for first, *rest in copies.copies(texts)
    )


def _report(report: Report) -> ReportRow:
    entry = report.entry
    if entry is None:
        host = report.url.split("/")[2].removeprefix("www.") if "//" in report.url else ""
        return ReportRow(report.url, host, host, "", "", None, report.role, (), (), (), "")
    found = getattr(entry, "classification", None)
    evidence = tuple(found.evidence) if found else ()
    deciding = (e for e in evidence if e["zone"] == "title" and e["field"] in DECIDING)
    marks = sorted({(e["start"], e["end"]) for e in deciding})
    return ReportRow(
        url=entry.link,
        host=entry.source.host,
        publisher=entry.source.name,
        language=found.language if found else entry.language,
        title=entry.title or entry.summary[:120],
        published_at=entry.published_at,
        role=report.role,
        marks=tuple(marks) if entry.title else (),
        evidence=evidence,
        reasons=tuple(report.reasons),
        summary=entry.summary,
        link_hash=entry.link_hash,
    )


LINK_WORDS = {
    Link.Type.UNDOES: ("Undoes", "Undone by"),
    Link.Type.EXTENDS: ("Extends", "Extended by"),
    Link.Type.FOLLOWS: ("Follows", "Followed by"),
    Link.Type.TESTED_BY: ("Tested in court by", "Tests in court"),
}


def _links(ids: Sequence[int]) -> dict[int, list[LinkRow]]:
    rows: dict[int, list[LinkRow]] = defaultdict(list)
    wanted = set(ids)
    links = Link.objects.filter(source__in=ids) | Link.objects.filter(target__in=ids)
    for link in links.select_related("source", "target").order_by("pk"):
        ahead, back = LINK_WORDS[Link.Type(link.type)]
        for event_id, other, words in (
            (link.source_id, link.target, ahead),
            (link.target_id, link.source, back),
        ):
            if event_id in wanted:
                rows[event_id].append(
                    LinkRow(words, other.pk, other.headline, other.kind, other.occurred)
                )
    return rows


def events_of_feeds(since: datetime) -> dict[int, int]:
    """How many visible events each feed's entries have reported since then, by feed id."""
    reports = Report.objects.filter(
        added_at__gte=since, entry__isnull=False, event__in=Event.objects.visible()
    )
    counted = reports.values_list("entry__feed").annotate(n=Count("event", distinct=True))
    return dict(counted.order_by())


def facts(ids: Iterable[int]) -> dict[int, Facts]:
    """What query.matches compares, by event id, of visible events; two queries."""
    events = Event.objects.visible().filter(pk__in=list(ids))
    slugs: dict[tuple[int, str], set[str]] = defaultdict(set)
    for event_id, kind, slug in Party.objects.filter(event__in=events).values_list(
        "event_id", "entity__type", "entity__slug"
    ):
        slugs[event_id, kind].add(slug)
    return {
        e.pk: Facts(
            kinds=frozenset([e.kind]),
            platforms=frozenset(slugs[e.pk, "platform"]),
            countries=frozenset(slugs[e.pk, "country"]),
            state=e.state,
            occurred=e.occurred,
            text=e.search_text,
        )
        for e in events
    }
