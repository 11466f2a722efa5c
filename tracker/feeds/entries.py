"""Entries in the database: what is known of a body's, and what is stored of it. Called within the
transaction of a poll.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import F, Q
from django.db.models.functions import Length

from tracker.feeds.budget import BURST, Budget, usual
from tracker.feeds.identity.publisher import (
    host_of,
    publisher_host,
    publisher_of,
    publisher_of_feed,
    tenant,
)
from tracker.feeds.identity.recognise import TITLE_HOLDS, StoredEntries, StoredEntry, titles_of
from tracker.feeds.identity.transports import is_transport
from tracker.feeds.limits import NAME_LIMIT
from tracker.feeds.models import Entry, EntryVersion, Feed, FeedWeek, Source
from tracker.feeds.parsing.markup import link_hash
from tracker.feeds.parsing.types import ParsedEntry, ParsedFeed, is_language_tag
from tracker.feeds.plan import Known, Plan

RHYTHM_WEEKS = 8
VERSIONS = 20  # of one entry; a feed may put another number into a text at each poll
COLUMNS = (
    *("pk", "key", "guid", "link", "title", "summary", "published_at", "content_hash"),
    "is_evidence",
)
LENGTH = Length("title") + Length("summary") + Length("body")


def known(feed: Feed, parsed: ParsedFeed | None, now: datetime) -> Known:
    """What planning needs to know of a feed and of the entries of its body."""
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
    if parsed is None:
        return old
    # A feed that was never read may have entries: of an address before, or of a merged feed.
    if feed.succeeded_at is None and not Entry.objects.filter(feed=feed.pk).exists():
        return old
    return replace(old, stored=_stored(feed, parsed, now))


def _stored(feed: Feed, parsed: ParsedFeed, now: datetime) -> StoredEntries:
    """The entries that those of a body may be, by their keys, else by links and titles."""
    own = Entry.objects.filter(feed=feed)
    keys = {key for entry in parsed.entries for key in entry.keys}
    found = {row["pk"]: row for row in own.filter(key__in=keys).values(*COLUMNS, length=LENGTH)}
    by_key = {row["key"] for row in found.values()}
    strange = [entry for entry in parsed.entries if entry.key not in by_key]
    # Most polls bring no unknown name, and need no second look.
    if strange:
        links = {link_hash(e.link) for e in strange if e.link}
        titles = {title for e in strange for title in titles_of(e)}
        moments = {e.published_at for e in strange if e.published_at and not e.is_ahead}
        alike = Q(title__in=titles) | Q(published_at__in=moments)
        recent = own.filter(alike, first_seen_at__gt=now - TITLE_HOLDS)
        for rows in (own.filter(link_hash__in=links), recent):
            found |= {row["pk"]: row for row in rows.values(*COLUMNS, length=LENGTH)}
    evidence = [pk for pk, row in found.items() if row["is_evidence"]]
    hashes = defaultdict[int, set[str]](set)
    versions = EntryVersion.objects.filter(entry__in=evidence)
    for pk, content_hash in versions.values_list("entry", "content_hash"):
        hashes[pk].add(content_hash)
    return StoredEntries([_stored_entry(pk, row, hashes[pk]) for pk, row in found.items()])


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
    """What planning needs to know of a feed that brought up to `count` entries."""
    taken = feed.day_entries if feed.day == now.date() else 0
    daily = settings.FEED_BUDGET
    if count <= BURST and taken + count <= daily:
        return Budget(daily=daily, taken=taken)  # of an ordinary poll nobody needs to know more
    monday = now.date() - timedelta(days=now.weekday())
    weeks = feed.weeks.filter(week__lt=monday).order_by("-week")
    return Budget(
        daily=daily,
        usual=usual(list(weeks.values_list("stored", flat=True)[:RHYTHM_WEEKS])),
        taken=taken,
        waiting=Entry.objects.filter(feed=feed, process_at__gt=now).count(),
        # What piled up while nobody asked is no flood.
        days=(now - feed.succeeded_at).days if feed.succeeded_at else 1,
    )


def store(feed: Feed, decided: Plan, parsed: ParsedFeed | None, now: datetime) -> int:
    """Stores what is new, changed and renamed, without what has no turn within days; how many new
    entries nobody is mailed.
    """
    pace = [None if wait is None else now + wait for wait in decided.turns.waits]
    is_over = decided.turns.is_over
    expires_at = now + timedelta(days=settings.KEEP_FLOOD) if is_over else None
    language = feed.language or (parsed.language if parsed else "")
    sources = _sources(decided.new, feed)
    rows = [
        Entry(
            feed=feed,
            source=sources[e.key],
            guid=e.guid,
            language=language,
            published_at=e.published_at,
            published_raw=e.published_raw,
            first_seen_at=now,
            changed_at=now,
            process_at=process_at,
            expires_at=expires_at,
            is_news=decided.is_news(e),
            is_held=decided.is_flood,
            key=e.key,
            **_words(e),
        )
        for e, process_at in zip(decided.new, pace, strict=False)
        if process_at is not None
    ]
    # A worker whose lease ended may have stored some of them already (fault Q2).
    Entry.objects.bulk_create(rows, ignore_conflicts=True)
    tally(feed, now, len(rows), sum(row.is_news for row in rows))
    for key, e in decided.renamed:
        names = {"key": e.key, "guid": e.guid, "link": e.link, "link_hash": link_hash(e.link)}
        Entry.objects.filter(feed=feed, key=key).update(**names)
    for e, process_at in zip(decided.changed, pace[len(decided.new) :], strict=False):
        if process_at is not None:
            _store_edit(feed, e, process_at, now)
    return sum(row.is_held or not row.is_news for row in rows)


def _store_edit(feed: Feed, entry: ParsedEntry, process_at: datetime, now: datetime) -> None:
    """An edit replaces the words of an entry, which is classified again; but words that an event
    rests on stay, and the edit is kept beside them as a version.
    """
    own = Entry.objects.filter(feed=feed, key=entry.key)
    # The row count decides, since the entry may become evidence at this moment.
    if own.filter(is_evidence=False).update(
        changed_at=now, process_at=process_at, claim=None, attempts=0, error="", **_words(entry)
    ):
        return
    for pk in own.values_list("pk", flat=True):
        if EntryVersion.objects.filter(entry=pk).count() < VERSIONS:
            words = {name: getattr(entry, name) for name in ("title", "summary", "body")}
            version = EntryVersion(entry_id=pk, at=now, content_hash=entry.content_hash, **words)
            EntryVersion.objects.bulk_create([version], ignore_conflicts=True)


def publisher_values(feed: Feed, parsed: ParsedFeed, now: datetime) -> dict[str, Any]:
    """The publisher and the language that a feed's own channel names, where the row has only what
    its address says; the entries that stand there get the publisher too.
    """
    values: dict[str, Any] = {}
    if not feed.language and is_language_tag(parsed.language):
        values["language"] = parsed.language
    if feed.source.host not in {host_of(feed.url), publisher_of(feed.url)}:
        return values  # somebody said whose it is
    host = publisher_of_feed(feed.url, parsed.site, [entry.link for entry in parsed.entries])
    # Nobody from elsewhere speaks for a site that has a feed of its own here (decision D35, fault
    # S3).
    if host == feed.source.host or _is_followed_there(feed, host):
        return values
    name = (parsed.title or host)[:NAME_LIMIT]
    source, _ = Source.objects.get_or_create(host=host, defaults={"name": name})
    own = Entry.objects.filter(feed=feed, source=feed.source)
    # What events say of their publishers follows when their reports are read again.
    own.filter(is_evidence=True, process_at=None).update(process_at=now)
    own.update(source=source)
    return values | {"source": source}


def _is_followed_there(feed: Feed, host: str) -> bool:
    """Whether a site has a feed of its own here, which no feed from elsewhere may speak for; what a
    service carries it carries by the site's will.
    """
    if is_transport(feed.url) or tenant(host) == tenant(host_of(feed.url)):
        return False
    at_home = Feed.objects.followed().filter(source__host=host).exclude(pk=feed.pk)
    return any(
        tenant(host_of(url)) == tenant(host) for url in at_home.values_list("url", flat=True)
    )


def tally(feed: Feed, at: datetime, stored: int, news: int) -> None:
    """Adds to the feed's week; see FeedWeek."""
    if not stored:
        return
    day = at.date()
    week, _ = FeedWeek.objects.get_or_create(feed=feed, week=day - timedelta(days=day.weekday()))
    # The database adds: two workers may count at once.
    FeedWeek.objects.filter(pk=week.pk).update(stored=F("stored") + stored, news=F("news") + news)


def _sources(entries: Iterable[ParsedEntry], feed: Feed) -> dict[str, Source]:
    """The publishers of entries by their keys."""
    # As the poll may have corrected it.
    by_host = {"": Source.objects.get(feeds=feed)}
    by_key = {}
    for entry in entries:
        host = publisher_host(entry, feed.url, is_aggregator=feed.is_aggregator)
        if host not in by_host:
            # A name is taken only for the host that it was given with (fault S3).
            is_named = entry.source_name and host == host_of(entry.source_url)
            name = (entry.source_name if is_named else host)[:NAME_LIMIT]
            by_host[host], _ = Source.objects.get_or_create(host=host, defaults={"name": name})
        by_key[entry.key] = by_host[host]
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
