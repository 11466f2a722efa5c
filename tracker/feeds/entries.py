"""Entries in the database: what is known of a body's, and what is stored of it. Called within the
transaction of a poll.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import F

from tracker.feeds.budget import BURST, Budget, usual
from tracker.feeds.limits import NAME_LIMIT
from tracker.feeds.models import Entry, Feed, FeedWeek, Source
from tracker.feeds.parsing.markup import canonical, link_hash
from tracker.feeds.parsing.types import ParsedEntry, ParsedFeed
from tracker.feeds.plan import TITLE_HOLDS, TITLE_TELLS, Known, Plan
from tracker.feeds.publisher import host_of, publisher_host

RHYTHM_WEEKS = 8


def known(feed: Feed, parsed: ParsedFeed | None, now: datetime) -> Known:
    """What planning needs to know of a feed and of the entries of its body."""
    entries = parsed.entries if parsed else ()
    old = Known(
        url=feed.url,
        interval=feed.interval,
        ttl=timedelta(minutes=parsed.ttl) if parsed and parsed.ttl is not None else feed.ttl,
        failures=feed.failures,
        succeeded_at=feed.succeeded_at,
        moved_to=feed.moved_to,
        moved_since=feed.moved_since,
    )
    if not entries:
        return old
    old = replace(old, budget=_budget(feed, len(entries), now))
    stored = Entry.objects.filter(feed=feed)
    by_key = dict(
        stored.filter(key__in=[e.key for e in entries]).values_list("key", "content_hash")
    )
    strange = [e for e in entries if e.key not in by_key]
    # Only where nothing of the body was known as it stands can its keys have changed as a whole.
    if not strange or not parsed or not parsed.is_all_new or feed.succeeded_at is None:
        return replace(old, entries=by_key)
    links = {link_hash(e.link): canonical(e.link) for e in strange if e.link}
    titles = {e.title for e in strange if len(e.title) >= TITLE_TELLS}
    by_link = stored.filter(link_hash__in=links).values_list("link_hash", "key")
    by_title = stored.filter(title__in=titles, first_seen_at__gt=now - TITLE_HOLDS)
    return replace(
        old,
        entries=by_key,
        by_link={links[hashed]: key for hashed, key in by_link},
        by_title=dict(by_title.values_list("title", "key")),
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
    Entry.objects.bulk_create(rows, ignore_conflicts=True)
    tally(feed, now, len(rows), sum(row.is_news for row in rows))
    for e, process_at in zip(decided.changed, pace[len(decided.new) :], strict=False):
        if process_at is not None:
            Entry.objects.filter(feed=feed, key=e.key).update(
                changed_at=now, process_at=process_at, claim=None, attempts=0, error="", **_words(e)
            )
    for old, e in decided.renamed:
        Entry.objects.filter(feed=feed, key=old).update(key=e.key, guid=e.guid, **_words(e))
    return sum(row.is_held or not row.is_news for row in rows)


def tally(feed: Feed, at: datetime, stored: int, news: int) -> None:
    """Adds to the feed's week; see FeedWeek."""
    if not stored:
        return
    day = at.date()
    week, _ = FeedWeek.objects.get_or_create(feed=feed, week=day - timedelta(days=day.weekday()))
    FeedWeek.objects.filter(pk=week.pk).update(stored=F("stored") + stored, news=F("news") + news)


def _sources(entries: Iterable[ParsedEntry], feed: Feed) -> dict[str, Source]:
    """The publishers of entries by their keys."""
    by_host = {"": feed.source}
    by_key = {}
    for entry in entries:
        host = publisher_host(entry, feed.url, is_aggregator=feed.is_aggregator)
        if host not in by_host:
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
