"""The writes of the feeds package: add feeds, claim what is due, poll it."""

import hashlib
import ipaddress
import logging
import uuid
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from tracker.each import each
from tracker.feeds import opml
from tracker.feeds.fetch import (
    Fetched,
    FetchError,
    Request,
    Response,
    check_url,
    fetch_many,
    without_secrets,
)
from tracker.feeds.models import TITLE_LIMIT, URL_LIMIT, Entry, Feed, Poll, Source
from tracker.feeds.parse import ParsedEntry, ParsedFeed, ParseError, clean, parse
from tracker.feeds.plan import Plan, plan

log = logging.getLogger(__name__)

LEASE = timedelta(minutes=5)  # how long a claimed feed stays with its worker
BATCH = 100


@dataclass(frozen=True)
class Polled:
    """One feed's poll, stored: the state in words, how many entries are new and changed."""

    feed_id: int
    feed_url: str
    state: str
    error: str
    new: int
    changed: int


def user_agent() -> str:
    return f"PlatformPolicyTracker/0.1 (+{settings.CONTACT})"


def add_feed(
    *, url: str, title: str = "", group: str = "", language: str = "", site: str = "", now: datetime
) -> tuple[Feed, bool]:
    """The feed at `url` and whether it is new; it is due at once.

    Raises FetchError for what is no http(s) address. A private address is kept, in the state
    "address not allowed", and never fetched, so that whoever added it sees why.
    """
    url = url.strip()
    if len(url) > URL_LIMIT:
        raise FetchError(
            f"address longer than {URL_LIMIT} characters", kind="address", permanent=True
        )
    check_url(url, [ipaddress.ip_network("0.0.0.0/0"), ipaddress.ip_network("::/0")])
    refused = _refusal(url)
    host = (urlsplit(site).hostname or urlsplit(url).hostname or "").removeprefix("www.")
    name = clean(title, 200) or host
    source, _ = Source.objects.get_or_create(host=host, defaults={"name": name})
    return Feed.objects.get_or_create(
        url=url,
        defaults={
            "source": source,
            "title": clean(title, TITLE_LIMIT) or host,
            "group": clean(group, 100),
            "language": language[:10],
            "state": Feed.State.NOT_ALLOWED if refused else Feed.State.NEW,
            "error": refused,
            "next_poll_at": now,
            "created_at": now,
        },
    )


def _refusal(url: str) -> str:
    try:
        check_url(url, [ipaddress.ip_network(n) for n in settings.ALLOWED_NETWORKS])
    except FetchError as error:
        return error.reason
    return ""


@dataclass(frozen=True)
class Imported:
    """How an OPML import went: feeds added, feeds known before, and what was refused, by line."""

    added: int
    known: int
    refused: tuple[str, ...]


@transaction.atomic
def import_opml(data: bytes, *, now: datetime) -> Imported:
    """Adds every feed of an OPML file, all at once. Raises opml.OpmlError if it cannot be read; a
    refused line does not stop the rest.
    """
    added = known = 0
    refused = []
    for outline in opml.read(data):
        try:
            _, is_new = add_feed(
                url=outline.url,
                title=outline.title,
                group=outline.group,
                language=outline.language,
                site=outline.site,
                now=now,
            )
        except FetchError as error:
            refused.append(f"line {outline.line}: {outline.url[:200]}: {error.reason}")
            continue
        added, known = added + is_new, known + (not is_new)
    return Imported(added, known, tuple(refused))


def claim_due(now: datetime, limit: int = BATCH, *, everything: bool = False) -> list[Feed]:
    """Claims up to `limit` due feeds (all active ones if `everything`) for LEASE; two callers never
    get the same feed.
    """
    claim = uuid.uuid4()
    with transaction.atomic():
        candidates = Feed.objects.filter(is_active=True) if everything else Feed.objects.due(now)
        ids = list(candidates.values_list("pk", flat=True)[:limit])
        still = Feed.objects.filter(pk__in=ids)
        if not everything:
            still = still.filter(next_poll_at__lte=now)
        still.update(next_poll_at=now + LEASE, claim=claim)
    return list(Feed.objects.filter(claim=claim).select_related("source").order_by("pk"))


def poll(feeds: Sequence[Feed]) -> Iterator[Polled]:
    """Fetches claimed feeds together and stores each as it comes, in a short transaction of its
    own; yields what was stored.

    A poll whose claim was taken over meanwhile stores nothing. Raises an ExceptionGroup after the
    last feed if some could not be stored; those wait for the end of their lease.
    """
    requests = [Request(f.url, f.etag, f.last_modified) for f in feeds]
    answers = fetch_many(
        requests, user_agent=user_agent(), allowed_networks=settings.ALLOWED_NETWORKS
    )
    counts: Counter[str] = Counter()
    for polled in each(lambda a: _store(feeds[a.index], a, timezone.now()), answers):
        if polled is not None:
            url, state = without_secrets(polled.feed_url), Feed.State(polled.state).label
            log.debug("feed_id=%s feed_url=%s %s %s", polled.feed_id, url, state, polled.error)
            counts[state] += 1
            counts["new entries"] += polled.new
            yield polled
    if feeds:
        told = ", ".join(f"{n} {what}" for what, n in counts.items() if n)
        log.info("polled %s feeds: %s", len(feeds), told)


def _store(feed: Feed, fetched: Fetched, now: datetime) -> Polled | None:
    outcome: Response | FetchError | ParseError = fetched.outcome
    parsed: ParsedFeed | None = None
    body_hash = feed.body_hash
    if isinstance(outcome, Response) and outcome.status == 200:
        body_hash = hashlib.sha256(outcome.body).hexdigest()
        if body_hash != feed.body_hash:
            try:
                parsed = parse(
                    outcome.body, url=outcome.url, content_type=outcome.content_type, now=now
                )
            except ParseError as error:
                outcome = error
    keys = [e.key for e in parsed.entries] if parsed else []
    with transaction.atomic():
        known = dict(
            Entry.objects.filter(feed=feed, key__in=keys).values_list("key", "content_hash")
        )
        decided = plan(outcome, parsed, known, failures=feed.failures, seed=feed.url, now=now)
        values = _feed_values(feed, fetched.outcome, decided, body_hash, now)
        if parsed and parsed.title and feed.title == feed.source.host:
            values["title"] = parsed.title  # added without a title
        if not Feed.objects.filter(pk=feed.pk, claim=feed.claim).update(**values):
            return None
        _store_entries(feed, decided, parsed, now)
        Poll.objects.create(
            feed=feed,
            at=now,
            state=decided.state,
            status=fetched.outcome.status,
            bytes=len(fetched.outcome.body) if isinstance(fetched.outcome, Response) else 0,
            entries=len(keys),
            skipped=parsed.skipped if parsed else 0,
            new=len(decided.new),
            changed=len(decided.changed),
            error=decided.error,
            seconds=fetched.seconds,
        )
    return Polled(
        feed.pk, feed.url, decided.state, decided.error, len(decided.new), len(decided.changed)
    )


def _feed_values(
    feed: Feed, answer: Response | FetchError, decided: Plan, body_hash: str, now: datetime
) -> dict[str, object]:
    values: dict[str, object] = {
        "claim": None,
        "state": decided.state,
        "error": decided.error,
        "failures": feed.failures + 1 if decided.is_failure else 0,
        "next_poll_at": decided.next_poll_at,
        "is_active": decided.is_active,
        "polled_at": now,
    }
    if not decided.is_failure:
        values["succeeded_at"] = now
        values["body_hash"] = body_hash
        if isinstance(answer, Response) and answer.status == 200:
            values |= {"etag": answer.etag[:500], "last_modified": answer.last_modified[:100]}
    if decided.new:
        values["new_entry_at"] = now
    return values


def _store_entries(feed: Feed, decided: Plan, parsed: ParsedFeed | None, now: datetime) -> None:
    language = feed.language or (parsed.language if parsed else "")
    Entry.objects.bulk_create(
        [
            Entry(
                feed=feed,
                key=e.key,
                guid=e.guid,
                link=e.link,
                language=language,
                published_at=e.published_at,
                published_raw=e.published_raw,
                first_seen_at=now,
                changed_at=now,
                process_at=now,
                **_words(e),
            )
            for e in decided.new
        ],
        ignore_conflicts=True,
    )
    for e in decided.changed:
        Entry.objects.filter(feed=feed, key=e.key).update(
            changed_at=now, process_at=now, claim=None, **_words(e)
        )


def _words(entry: ParsedEntry) -> dict[str, str]:
    return {
        "content_hash": entry.content_hash,
        "title": entry.title,
        "summary": entry.summary,
        "body": entry.body,
        "author": entry.author,
    }
