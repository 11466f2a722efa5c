"""Entries in the database: what is known of a body's, and what is stored of it. Called within the
transaction of a poll.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from django.db.models import F

from tracker.feeds.entry import ParsedEntry, ParsedFeed
from tracker.feeds.models import Entry, Feed, FeedWeek, Source
from tracker.feeds.plan import TITLE_HOLDS, TITLE_TELLS, Known, Plan
from tracker.feeds.text import canonical, link_hash


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


def store(feed: Feed, decided: Plan, parsed: ParsedFeed | None, now: datetime) -> int:
    """Stores what is new, changed and renamed; how many new entries nobody is mailed."""
    language = feed.language or (parsed.language if parsed else "")
    sources = _sources(decided.new, feed.source)
    rows = [
        Entry(
            feed=feed,
            source=sources[e.source_url],
            guid=e.guid,
            language=language,
            published_at=e.published_at,
            published_raw=e.published_raw,
            first_seen_at=now,
            changed_at=now,
            process_at=now,
            is_news=decided.is_news(e),
            is_held=decided.is_flood,
            key=e.key,
            **_words(e),
        )
        for e in decided.new
    ]
    Entry.objects.bulk_create(rows, ignore_conflicts=True)
    tally(feed, now, len(rows), sum(row.is_news for row in rows))
    for e in decided.changed:
        Entry.objects.filter(feed=feed, key=e.key).update(
            changed_at=now, process_at=now, claim=None, **_words(e)
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


def _sources(entries: Iterable[ParsedEntry], own: Source) -> dict[str, Source]:
    """The publisher by `source_url`; the feed's own for ""."""
    found = {"": own}
    for entry in entries:
        if entry.source_url not in found:
            host = (urlsplit(entry.source_url).hostname or "").removeprefix("www.")[:253]
            name = entry.source_name or host
            found[entry.source_url], _ = Source.objects.get_or_create(
                host=host, defaults={"name": name}
            )
    return found


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
