"""Load and store the entries of a feed's body. Called within the transaction of a poll."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.models import Q
from django.db.models.functions import Length

from tracker.feeds.budget import BURST, Budget, usual
from tracker.feeds.identity.publisher import host_of, publisher_host
from tracker.feeds.identity.recognise import TITLE_HOLDS, StoredEntries, StoredEntry, titles_of
from tracker.feeds.models import Entry, EntryVersion, Feed, FeedWeek, Source
from tracker.feeds.parsing.markup import link_hash
from tracker.feeds.parsing.types import ParsedEntry, ParsedFeed
from tracker.feeds.plan import Known, Plan
from tracker.feeds.polling.publishers import Publishers
from tracker.redact import Discreet

RHYTHM_WEEKS = 8
VERSIONS = 20  # of one entry; some feeds change a number in the text at each poll
COLUMNS = (
    *("pk", "key", "guid", "link", "title", "summary", "published_at", "content_hash"),
    "is_evidence",
)
Cell = str | int | bool | datetime | None
Row = dict[str, Cell]  # of the table of entries
LENGTH = Length("title") + Length("summary") + Length("body")


@dataclass(frozen=True, repr=False)
class PlannedPoll(Discreet):
    """The outcome of a poll: the feed as it was polled, its publisher as the poll corrected it, and
    what to store.
    """

    feed: Feed
    source: Source
    decided: Plan
    parsed: ParsedFeed | None


def feeds_with_entries(feeds: Sequence[Feed]) -> set[int]:
    """Return the ids of feeds that have entries; a feed that was never read may have them from an
    earlier address, or a merged feed.
    """
    new = [feed.pk for feed in feeds if feed.succeeded_at is None]
    others = {feed.pk for feed in feeds if feed.succeeded_at is not None}
    own = Entry.objects.filter(feed__in=new).values_list("feed", flat=True)
    return others.union(own.distinct()) if new else others


def known(feed: Feed, parsed: ParsedFeed | None, now: datetime, *, has_entries: bool) -> Known:
    """Return what planning needs to know about a feed and the entries of its body."""
    entries = parsed.entries if parsed else ()
    old = Known(
        url=feed.url,
        interval=feed.interval,
        ttl=timedelta(minutes=parsed.ttl) if parsed and parsed.ttl is not None else feed.ttl,
        failures=feed.failures,
        succeeded_at=feed.succeeded_at,
        had_entries=feed.new_entry_at is not None,
        moved_to=feed.moved_to,
        moved_since=feed.moved_since,
    )
    if not entries:
        return old
    old = replace(old, budget=_budget(feed, len(entries), now))
    if parsed is None or not has_entries:
        return old
    return replace(old, stored=_stored(feed, parsed, now))


def _stored(feed: Feed, parsed: ParsedFeed, now: datetime) -> StoredEntries:
    """Return the stored entries that may match those of a body, by key, else by link and title."""
    own = Entry.objects.filter(feed=feed)
    keys = {key for entry in parsed.entries for key in entry.keys}
    rows_by_id = {
        row["pk"]: row for row in own.filter(key__in=keys).values(*COLUMNS, length=LENGTH)
    }
    by_key = {row["key"] for row in rows_by_id.values()}
    strange = [entry for entry in parsed.entries if entry.key not in by_key]
    # Most polls bring no unknown name, and need no second query.
    if strange:
        links = {link_hash(e.link) for e in strange if e.link}
        titles = {title for e in strange for title in titles_of(e)}
        moments = {e.published_at for e in strange if e.published_at and not e.is_ahead}
        alike = Q(title__in=titles) | Q(published_at__in=moments)
        recent = own.filter(alike, first_seen_at__gt=now - TITLE_HOLDS)
        for rows in (own.filter(link_hash__in=links), recent):
            rows_by_id |= {row["pk"]: row for row in rows.values(*COLUMNS, length=LENGTH)}
    evidence = [pk for pk, row in rows_by_id.items() if row["is_evidence"]]
    hashes = defaultdict[int, set[str]](set)
    versions = EntryVersion.objects.filter(entry__in=evidence)
    for pk, content_hash in versions.values_list("entry", "content_hash"):
        hashes[pk].add(content_hash)
    return StoredEntries([_stored_entry(pk, row, hashes[pk]) for pk, row in rows_by_id.items()])


def _stored_entry(pk: int, row: dict[str, Any], versions: set[str]) -> StoredEntry:
    return StoredEntry(
        key=row["key"],
        guid=row["guid"],
        link=row["link"],
        title=row["title"],
        summary=row["summary"],
        published_at=row["published_at"],
        hashes=frozenset({row["content_hash"], *versions}),
        length=row["length"],
    )


def _budget(feed: Feed, count: int, now: datetime) -> Budget:
    """Return the budget of a feed that brought up to `count` entries."""
    taken = feed.day_entries if feed.day == now.date() else 0
    daily = settings.FEED_BUDGET
    if count <= BURST and taken + count <= daily:
        return Budget(daily=daily, taken=taken)  # enough for an ordinary poll
    monday = now.date() - timedelta(days=now.weekday())
    weeks = feed.weeks.filter(week__lt=monday).order_by("-week")
    return Budget(
        daily=daily,
        usual=usual(list(weeks.values_list("stored", flat=True)[:RHYTHM_WEEKS])),
        taken=taken,
        waiting=Entry.objects.filter(feed=feed, process_at__gt=now).count(),
        # Entries that piled up between polls are not a flood.
        days=(now - feed.succeeded_at).days if feed.succeeded_at else 1,
    )


def store(polls: Sequence[PlannedPoll], publishers: Publishers, now: datetime) -> list[int]:
    """Store new, changed and renamed entries, except those over the budget for days ahead; return
    for each feed how many new entries are not mailed.
    """
    by_feed = {planned.feed.pk: list(_new_rows(planned, publishers, now)) for planned in polls}
    news = {pk: sum(row["is_news"] is True for row in rows) for pk, rows in by_feed.items()}
    _insert([row for rows in by_feed.values() for row in rows])
    tally(((pk, len(rows), news[pk]) for pk, rows in by_feed.items()), now)
    for planned in polls:
        _store_changes(planned, now)
    floods = {planned.feed.pk for planned in polls if planned.decided.is_flood}
    return [len(rows) - (0 if pk in floods else news[pk]) for pk, rows in by_feed.items()]


def _new_rows(planned: PlannedPoll, publishers: Publishers, now: datetime) -> Iterator[Row]:
    """Yield the rows of a poll's new entries that are within the budget."""
    feed, decided = planned.feed, planned.decided
    is_over = decided.turns.is_over
    expires_at = now + timedelta(days=settings.KEEP_FLOOD) if is_over else None
    language = feed.language or (planned.parsed.language if planned.parsed else "")
    sources = _sources(planned, publishers)
    for entry, wait in zip(decided.new, decided.turns.waits, strict=False):
        if wait is not None:
            yield {
                "feed_id": feed.pk,
                "source_id": sources[entry.key],
                "guid": entry.guid,
                "language": language,
                "published_at": entry.published_at,
                "published_raw": entry.published_raw,
                "first_seen_at": now,
                "changed_at": now,
                "process_at": now + wait,
                "expires_at": expires_at,
                "is_news": decided.is_news(entry),
                "is_held": decided.is_flood,
                "key": entry.key,
                **_words(entry),
            }


def _insert(rows: Sequence[Row]) -> None:
    """Store entries, except those that are there: a worker whose lease ended may have stored some
    of them already (fault Q2).
    """
    if not rows:
        return
    # Our own SQL, because bulk_create takes four times as long, a third of a first poll (decision
    # D179). Like bulk_create, it fills the columns that no row gives with the model's defaults.
    fields = [field for field in Entry._meta.concrete_fields if not field.primary_key]
    defaults: Row = {str(f.column): f.get_default() for f in fields if f.has_default()}
    rows = [defaults | row for row in rows]
    columns, places = ", ".join(rows[0]), ", ".join(["%s"] * len(rows[0]))
    _write_many(
        f"INSERT INTO {Entry._meta.db_table} ({columns}) VALUES ({places}) ON CONFLICT DO NOTHING",  # noqa: S608 - no value is written into it
        [[_adapted(value) for value in row.values()] for row in rows],
    )


def _adapted(value: Cell) -> Cell:
    """Return a value in the form that the database's driver takes."""
    if not isinstance(value, datetime):
        return value
    adapted: Cell = connection.ops.adapt_datetimefield_value(value)
    return adapted


def _write_many(sql: str, rows: Sequence[Sequence[Cell]]) -> None:
    if rows:
        with connection.cursor() as cursor:
            cursor.executemany(sql, rows)


def _store_changes(planned: PlannedPoll, now: datetime) -> None:
    """Store the renamed and changed entries of a poll."""
    feed, decided = planned.feed, planned.decided
    for key, entry in decided.renamed:
        names = {"key": entry.key, "guid": entry.guid, "link": entry.link}
        names["link_hash"] = link_hash(entry.link)
        Entry.objects.filter(feed=feed, key=key).update(**names)
    waits = decided.turns.waits[len(decided.new) :]
    for entry, wait in zip(decided.changed, waits, strict=False):
        if wait is not None:
            _store_edit(feed, entry, now + wait, now)


def _store_edit(feed: Feed, entry: ParsedEntry, process_at: datetime, now: datetime) -> None:
    """Replace the words of an edited entry, which is classified again; if an event is based on the
    words, keep them and store the edit as a version.
    """
    own = Entry.objects.filter(feed=feed, key=entry.key)
    # The row count decides, since the entry may become evidence at the same time.
    if own.filter(is_evidence=False).update(
        changed_at=now, process_at=process_at, claim=None, attempts=0, error="", **_words(entry)
    ):
        return
    for pk in own.values_list("pk", flat=True):
        if EntryVersion.objects.filter(entry=pk).count() < VERSIONS:
            words = {name: getattr(entry, name) for name in ("title", "summary", "body")}
            version = EntryVersion(entry_id=pk, at=now, content_hash=entry.content_hash, **words)
            EntryVersion.objects.bulk_create([version], ignore_conflicts=True)


def tally(counts: Iterable[tuple[int, int, int]], at: datetime) -> None:
    """Add to the weekly counts of feeds, given as (feed id, entries stored, news among them); see
    FeedWeek.
    """
    day = at.date()
    monday = connection.ops.adapt_datefield_value(day - timedelta(days=day.weekday()))
    table = FeedWeek._meta.db_table
    rows = [(feed, monday, stored, news) for feed, stored, news in counts if stored]
    # The database adds: two workers may count at once, and begin the week at once.
    _write_many(
        f"INSERT INTO {table} (feed_id, week, stored, news) VALUES (%s, %s, %s, %s)"  # noqa: S608 - no value is written into it
        " ON CONFLICT (feed_id, week) DO UPDATE SET"
        f" stored = {table}.stored + excluded.stored, news = {table}.news + excluded.news",
        rows,
    )


def _sources(planned: PlannedPoll, publishers: Publishers) -> dict[str, int]:
    """Return the ids of the publishers of a poll's new entries, by their keys."""
    feed, own = planned.feed, planned.source.pk
    by_key = {}
    for entry in planned.decided.new:
        host = publisher_host(entry, feed.url, is_aggregator=feed.is_aggregator)
        # A name is taken only for the host that it was given with (fault S3).
        is_named = host and entry.source_name and host == host_of(entry.source_url)
        name = entry.source_name if is_named else host
        by_key[entry.key] = publishers.get(host, name).pk if host else own
    return by_key


def _words(entry: ParsedEntry) -> dict[str, str]:
    return {
        "content_hash": entry.content_hash,
        "link": entry.link,
        "link_hash": link_hash(entry.link),
        "title": entry.title,
        "summary": entry.summary,
        "body": entry.body,
        "author": entry.author,
    }
