"""The writes of the feeds package: add feeds, claim what is due, poll it."""

import logging
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from copy import copy
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypedDict, Unpack
from uuid import UUID

from django.db import DatabaseError, transaction
from django.db.models import Case, F, Q, QuerySet, When

from tracker import database_time
from tracker.batches import run_all
from tracker.feeds import activity, entries, opml
from tracker.feeds.activity import error_text
from tracker.feeds.editing.changes import (
    GROUP_LIMIT,
    is_country_code,
    private_address_reason,
    record_change,
    restore_feeds,
)
from tracker.feeds.identity.publisher import is_known_aggregator, publisher_of, spoken_for
from tracker.feeds.limits import HOST_LIMIT, NAME_LIMIT, TITLE_LIMIT
from tracker.feeds.models import Feed, FeedChange, Poll, Source, WorkType
from tracker.feeds.network.addresses import AddressError, completed, parse, spellings
from tracker.feeds.network.fetch import FetchError, Response, registrable_domain
from tracker.feeds.parsing.types import OwnFaultError, ParseError, is_language_tag
from tracker.feeds.plan import SET_ASIDE, Plan, fault_wait, plan
from tracker.feeds.read import Read, read
from tracker.locks import claim_rows
from tracker.redact import Discreet, without_secrets
from tracker.text import clean_text

log = logging.getLogger(__name__)

BATCH = 100
A_DOMAIN = 8  # feeds of one domain in a batch: one at a time, they must fit into the lease
SUSPECT = 2  # attempts
ALONE = 3  # further ones, alone with their worker, after which a feed is what killed it
LOOKS = 5  # of a claim, when others claim at the same moment
QUARANTINE = timedelta(days=1)
A_DAY = timedelta(days=1)
NEIGHBOUR_WAIT = timedelta(hours=1)  # in a day, for other tenants of one domain


@dataclass(frozen=True, repr=False)
class Polled(Discreet):
    """One feed's poll, stored: the state in words, how many entries are new and changed."""

    feed_id: int
    feed_url: str
    state: str
    error: str
    new: int
    changed: int


class FeedDetails(TypedDict, total=False):
    """What is known of a feed before it is read; `site` is the address of a page that says whose it
    is.
    """

    title: str
    group: str
    language: str
    site: str
    country: str
    is_aggregator: bool


def add_feed(
    *, url: str, now: datetime, by: str = "", **details: Unpack[FeedDetails]
) -> tuple[Feed, bool]:
    """The feed at `url`, or at another spelling of it, and whether it is new; it is due at once. A
    removed one is followed again, and counts as new; one that was merged is the other feed. A
    known aggregator is marked as one by itself.

    Raises FetchError for what is no http(s) address. A private address is kept, in the state
    "address not allowed", and never fetched, so that whoever added it sees why.
    """
    try:
        address = parse(completed(clean_text(url)))
    except AddressError as error:
        raise FetchError(str(error), code="address", permanent=True, cause=error.cause) from None
    # What an older version stored, and could not be respelled, may be another feed's address now.
    known = Feed.objects.filter(url__in=[*spellings(address), clean_text(url)])
    by_likeness = Case(When(url=str(address), then=0), default=1)
    if feed := known.order_by(by_likeness, "-is_active", "pk").first():
        feed = feed.merged_into or feed
        return feed, bool(restore_feeds([feed.pk], by=by, now=now))
    refused = private_address_reason(str(address))
    title, language = details.get("title", ""), details.get("language", "")
    country = details.get("country", "")
    host = _publisher(details.get("site", "")) or publisher_of(str(address)) or address.host
    is_aggregator = details.get("is_aggregator", False) or is_known_aggregator(str(address))
    feed, is_new = Feed.objects.get_or_create(
        url=str(address),
        defaults={
            "source": _source(host, title),
            "domain": registrable_domain(str(address))[:HOST_LIMIT],
            "title": clean_text(title, TITLE_LIMIT) or host,
            "group": clean_text(details.get("group", ""), GROUP_LIMIT),
            "language": language if is_language_tag(language) else "",
            "country": country.upper() if is_country_code(country) else "",
            "is_aggregator": is_aggregator,
            "state": Feed.State.NOT_ALLOWED if refused else Feed.State.NEW,
            "error": refused,
            "cause": "address_private" if refused else "",
            "next_poll_at": now,
            "created_at": now,
        },
    )
    if is_new:
        record_change(feed.pk, FeedChange.Verb.ADDED, "", without_secrets(feed.url), by=by, now=now)
    return feed, is_new


def _source(host: str, title: str) -> Source:
    name = (clean_text(title) or host)[:NAME_LIMIT]
    return Source.objects.get_or_create(host=host, defaults={"name": name})[0]


def _publisher(site: str) -> str:
    """Whom the address of a site names as publisher; "" if it is none."""
    try:
        return publisher_of(str(parse(completed(clean_text(site)))))
    except AddressError:
        return ""


def poll_soon(feed_id: int, now: datetime) -> bool:
    """Makes a feed due at once; False if a poll has it at this moment, or if it is paused or
    removed.
    """
    free = Feed.objects.followed().filter(pk=feed_id, claim__isnull=True, paused_at__isnull=True)
    return bool(free.update(next_poll_at=now, is_active=True, attempts=0))


@dataclass(frozen=True)
class ImportedFeeds:
    """How an import went: feeds added, feeds known before, and by line what was refused or is
    worth knowing.
    """

    added: int
    known: int
    refused: tuple[str, ...]
    notes: tuple[str, ...] = ()
    new_feeds: tuple[tuple[str, str], ...] = ()  # title, and address without secrets


@transaction.atomic
def import_opml(data: bytes, *, now: datetime, by: str = "", is_dry: bool = False) -> ImportedFeeds:
    """Adds every feed of a list, all at once, or only tells what it would do (`is_dry`). Raises
    opml.OpmlError if it cannot be read; a refused line does not stop the rest.
    """
    return import_list(opml.read(data), now=now, by=by, is_dry=is_dry)


@transaction.atomic
def import_list(
    listed: opml.FeedList, *, now: datetime, by: str = "", is_dry: bool = False
) -> ImportedFeeds:
    """As import_opml, of a list that was read before."""
    known = 0
    refused, notes, new_feeds = [], list(listed.notes), []
    for outline in listed.outlines:
        shown = f"line {outline.line}: {without_secrets(outline.url)[:200]}"
        try:
            feed, is_new = add_feed(
                url=outline.url,
                title=outline.title,
                group=outline.group,
                language=outline.language,
                site=outline.site,
                country=outline.country,
                is_aggregator=outline.is_aggregator,
                by=by,
                now=now,
            )
        except FetchError as error:
            refused.append(f"{shown}: {error.reason}")
            continue
        if is_new and outline.publisher:
            unnamed = Source.objects.filter(pk=feed.source_id, name__in=[feed.title, outline.title])
            unnamed.update(name=outline.publisher[:NAME_LIMIT])
        if not is_new and clean_text(outline.url) != feed.url:
            notes.append(f"{shown}: followed already as {without_secrets(feed.url)[:200]}")
        if is_new:
            new_feeds.append((feed.title, without_secrets(feed.url)))
        known += not is_new
    if is_dry:
        transaction.set_rollback(True)
    return ImportedFeeds(len(new_feeds), known, tuple(refused), tuple(notes), tuple(new_feeds))


def export_opml(feeds: Iterable[Feed]) -> bytes:
    """The feeds as OPML, without user and password in their addresses."""
    return opml.write("Platform Policy Tracker", map(_outline_of, feeds))


def _outline_of(feed: Feed) -> opml.Outline:
    return opml.Outline(
        line=0,
        url=without_secrets(feed.url),
        title=feed.title,
        group=feed.group,
        language=feed.language,
        site=f"https://{feed.source.host}",
        is_aggregator=feed.is_aggregator,
        publisher=feed.source.name,
        country=feed.country,
    )


def claim_due(
    now: datetime, limit: int = BATCH, *, everything: bool = False, only: int | None = None
) -> list[Feed]:
    """Claims up to `limit` due feeds (all active ones if `everything`; of these the feed `only`)
    for LEASE, at most A_DOMAIN of each domain; two callers never get the same feed.

    The claim counts as an attempt before the work begins. A feed with SUSPECT attempts that ended
    without an outcome, because their worker was killed, is claimed alone, so that it drags no other
    along; after ALONE more it is quarantined for a day, since it is what killed its workers. Who
    loses all of a batch to another caller at the same moment looks again.
    """
    for _ in range(LOOKS):
        claim = _claim(now, limit, everything=everything, only=only)
        if claim is not None:
            return list(Feed.objects.filter(claim=claim).select_related("source").order_by("pk"))
    return []


def _claim(now: datetime, limit: int, *, everything: bool, only: int | None) -> UUID | None:
    """Returns the claim on the feeds that were due; None if there were some and another caller got
    them all.
    """
    _quarantine(now)
    with transaction.atomic():
        candidates = Feed.objects.filter(is_active=True) if everything else Feed.objects.due(now)
        if only is not None:
            candidates = candidates.filter(pk=only)
        elif not everything:
            suspects = candidates.filter(attempts__gte=SUSPECT)
            candidates = suspects[:1] if suspects.exists() else candidates
        ids = _spread_by_domain(
            candidates.values_list("pk", "domain")[: limit * 4], limit, everything
        )
        still = Feed.objects.all() if everything else Feed.objects.due(now)
        free = still.filter(pk__in=_locked(still.filter(pk__in=ids)))
        claim, count = claim_rows(free, "next_poll_at", now, attempts=F("attempts") + 1)
    return None if ids and not count else claim


def _quarantine(now: datetime) -> None:
    """Feeds that were alone with their worker ALONE times when it died wait for QUARANTINE."""
    with transaction.atomic():
        poisonous = Feed.objects.due(now).filter(attempts__gte=SUSPECT + ALONE)
        Feed.objects.filter(pk__in=_locked(poisonous, skip=True)).update(
            state=Feed.State.QUARANTINED,
            error=f"its last {ALONE} polls, alone with a worker, ended without an outcome",
            cause="quarantined",
            next_poll_at=now + QUARANTINE,
            attempts=SUSPECT + ALONE - 1,
        )


def _locked(feeds: QuerySet[Feed], *, skip: bool = False) -> list[int]:
    """The ids of feeds, held until the end of the transaction; with `skip` without those that
    another transaction holds. Everyone locks several feeds in this order, and none while it
    holds others unless it skips: so nobody waits in a circle. Without effect on SQLite.
    """
    locked = feeds.select_for_update(skip_locked=skip).order_by("pk")
    return list(locked.values_list("pk", flat=True))


def _spread_by_domain(
    candidates: Iterable[tuple[int, str]], limit: int, everything: bool
) -> list[int]:
    counts: Counter[str] = Counter()
    ids: list[int] = []
    for pk, domain in candidates:
        counts[domain] += 1
        if everything or (counts[domain] <= A_DOMAIN and len(ids) < limit):
            ids.append(pk)
    return ids


def poll(feeds: Sequence[Feed]) -> Iterator[Polled]:
    """Fetches claimed feeds together, parses the new bodies in processes, and stores each feed as
    it comes, in a short transaction of its own (those that say that nothing changed, in one);
    yields what was stored.

    A poll whose claim was taken over meanwhile stores nothing. What fails for a fault of ours is
    booked as that. Raises an ExceptionGroup after the last feed if some could not be stored.
    """
    counts: Counter[str] = Counter()
    for batch in run_all(_store_or_book, _batches(feeds)):
        for polled in batch:
            fields = {
                "feed_id": polled.feed_id,
                "feed_url": polled.feed_url,
                "state": polled.state,
                "error": polled.error,
                "new_entries": polled.new,
            }
            log.debug("feed polled", extra=fields)
            counts[polled.state] += 1
            if polled.new:
                counts["new_entries"] += polled.new
        yield from batch
    if feeds:
        log.info("feeds polled", extra={"feeds": len(feeds), **counts})


def _batches(feeds: Sequence[Feed]) -> Iterator[list[Read]]:
    """What is stored together: the quiet ones that are there at once, the others one by one."""
    for ready in read(feeds):
        if quiet := [got for got in ready if got.is_quiet]:
            yield quiet
        yield from ([got] for got in ready if not got.is_quiet)


def _store_or_book(reads: Sequence[Read]) -> list[Polled]:
    """Stores reads; those that cannot be stored beside others alone, and what cannot be stored at
    all as a fault of ours, which is raised then.
    """
    now = database_time.now()
    try:
        return _store(reads, now)
    except Exception as error:
        if len(reads) > 1:
            alone = run_all(_store_or_book, [[got] for got in reads])
            return [polled for batch in alone for polled in batch]
        with suppress(DatabaseError):  # then the lease ends, and the attempt is counted
            _book_fault(reads[0], error_text(error), now)
        raise


def _store(reads: Sequence[Read], now: datetime) -> list[Polled]:
    if len(reads) > 1 or reads[0].is_quiet:
        return _store_quiet(reads, now)
    got = reads[0]
    if isinstance(got.outcome, OwnFaultError):
        polled = _book_fault(got, got.outcome.reason, now)
    else:
        polled = _store_one(got, got.outcome, now)
    return [polled] if polled is not None else []


def _book_fault(got: Read, error: str, now: datetime) -> Polled | None:
    """A poll that failed for a fault of ours: the feed keeps its state and is tried again soon;
    after SET_ASIDE in a row it is set aside, with the error, and tried each hour.
    """
    feed = got.feed
    is_over = feed.faults + 1 >= SET_ASIDE
    values = {
        "claim": None,
        "attempts": 0,
        "faults": feed.faults + 1,
        "fault": error,
        "next_poll_at": now + fault_wait(feed.faults + 1),
    }
    if is_over:
        values |= {"state": Feed.State.OWN_FAULT, "error": error, "cause": "own"}
    with transaction.atomic():
        if not Feed.objects.filter(pk=feed.pk, claim=feed.claim).update(**values):
            return None
        Poll.objects.create(
            feed=feed,
            at=now,
            state=Feed.State.OWN_FAULT,
            error=error,
            cause="own",
            seconds=got.fetched.seconds,
        )
    is_parsing = (
        isinstance(got.fetched.outcome, Response) and got.outcome is not got.fetched.outcome
    )
    for work_type in (
        WorkType.POLLS,
        *([WorkType.PARSING] if is_parsing else []),
    ):
        activity.record_failure(work_type, error, now)
    if is_over:
        activity.record_set_aside(WorkType.POLLS, error, now)
    return Polled(feed.pk, feed.url, Feed.State.OWN_FAULT, error, 0, 0)


QUIET: dict[str, Any] = {  # of a feed that said that nothing changed
    "claim": None,
    "attempts": 0,
    "faults": 0,
    "fault": "",
    "cause": "",
    "error": "",
    "failures": 0,
}


def _store_quiet(reads: Sequence[Read], now: datetime) -> list[Polled]:
    ids, claims = [g.feed.pk for g in reads], {g.feed.claim for g in reads}
    fields = [*QUIET, "state", "polled_at", "succeeded_at", "next_poll_at", "interval"]
    fields += ["etag", "last_modified", "body_at"]
    with transaction.atomic():
        still = set(_locked(Feed.objects.filter(pk__in=ids, claim__in=claims)))
        own_reads = [g for g in reads if g.feed.pk in still]
        rows = []
        for g in own_reads:
            row = copy(g.feed)  # the feed stays as it was claimed: this may fail and be tried alone
            rows.append(row)
            answer = g.fetched.outcome
            decided = plan(answer, None, entries.known(g.feed, None, now), now)
            values = QUIET | {"polled_at": now, "succeeded_at": now}
            values |= {"next_poll_at": decided.next_poll_at, "interval": decided.interval}
            values |= {"state": _quiet_state(g.feed)} | _validators(g, now)
            for field, value in values.items():
                setattr(row, field, value)
        # An insert that updates, since the rows are there: bulk_update costs twice as much.
        Feed.objects.bulk_create(
            rows,
            update_conflicts=True,
            unique_fields=["id"],
            update_fields=fields,
        )
        Poll.objects.bulk_create(
            Poll(
                feed=g.feed,
                at=now,
                state=_quiet_state(g.feed),
                status=g.fetched.outcome.status,
                seconds=g.fetched.seconds,
            )
            for g in own_reads
        )
    if own_reads:
        activity.record_success(WorkType.POLLS, now)
    return [Polled(g.feed.pk, g.feed.url, _quiet_state(g.feed), "", 0, 0) for g in own_reads]


def _quiet_state(feed: Feed) -> Feed.State:
    """The state of a feed that said that nothing changed."""
    waits = feed.new_entry_at is None
    return Feed.State.NO_ENTRIES if waits else Feed.State.UNCHANGED


def _validators(got: Read, now: datetime) -> dict[str, object]:
    """What to send with the next request: that of every body, the same bytes too (RFC 9111 4.3.4);
    of a 304 what it renews.
    """
    feed, answer = got.feed, got.fetched.outcome
    if not isinstance(answer, Response):
        return {}
    if answer.status == 200:
        return {"etag": answer.etag, "last_modified": answer.last_modified, "body_at": now}
    return {
        "etag": answer.etag or feed.etag,
        "last_modified": answer.last_modified or feed.last_modified,
        "body_at": feed.body_at,
    }


def _store_one(
    got: Read, outcome: Response | FetchError | ParseError, now: datetime
) -> Polled | None:
    feed, parsed, answer = got.feed, got.parsed, got.fetched.outcome
    with transaction.atomic():
        decided = plan(outcome, parsed, entries.known(feed, parsed, now), now)
        own = Feed.objects.filter(pk=feed.pk, claim=feed.claim)
        if not own.update(**_feed_values(got, decided, now)):
            return None
        if decided.held_until is not None:
            _delay_neighbours(feed, decided.held_until, now)
        unmailed = entries.store(feed, decided, parsed, now)
        Poll.objects.create(
            feed=feed,
            at=now,
            state=decided.state,
            status=answer.status,
            bytes=len(answer.body) if isinstance(answer, Response) else 0,
            entries=parsed.total if parsed else 0,
            skipped=(parsed.skipped if parsed else 0) + decided.turns.waits.count(None),
            repeated=parsed.repeated if parsed else 0,
            over_budget=decided.turns.waits.count(None),
            new=len(decided.new),
            changed=len(decided.changed),
            unmailed=unmailed,
            error=decided.error,
            cause=decided.cause,
            seconds=got.fetched.seconds,
        )
    _record_activity(got, decided, now)
    return Polled(
        feed.pk, feed.url, decided.state, decided.error, len(decided.new), len(decided.changed)
    )


def _record_activity(got: Read, decided: Plan, now: datetime) -> None:
    """A feed that was read is a success. One that has just begun to fail says something of us until
    another is read; one that has failed for long says nothing.
    """
    if got.parsed is not None:
        activity.record_success(WorkType.PARSING, now)
    if not decided.error:
        activity.record_success(WorkType.POLLS, now)
    elif decided.is_failure and not got.feed.failures:
        activity.record_failure(WorkType.POLLS, decided.error, now)


def _delay_neighbours(feed: Feed, until: datetime, now: datetime) -> None:
    """Feeds of the same domain wait as long, those that another worker has claimed excepted. Of a
    domain that rents out its subdomains the others wait for NEIGHBOUR_WAIT at most, once a day: a
    host may limit us as a whole, but a stranger who rents there must not silence the others.
    """
    domain = Feed.objects.filter(domain=feed.domain, claim__isnull=True).exclude(pk=feed.pk)
    speaker = spoken_for(feed.url, feed.domain)
    addresses = domain.values_list("pk", "url")
    same = {pk for pk, url in addresses if spoken_for(url, feed.domain) == speaker}
    own = _locked(domain.filter(pk__in=same, next_poll_at__lt=until), skip=True)
    Feed.objects.filter(pk__in=own).update(next_poll_at=until)
    if speaker == feed.domain:
        return
    until = min(until, now + NEIGHBOUR_WAIT)
    rested = Q(waited_for_neighbour_at=None) | Q(waited_for_neighbour_at__lte=now - A_DAY)
    others = domain.filter(rested, next_poll_at__lt=until).exclude(pk__in=same)
    Feed.objects.filter(pk__in=_locked(others, skip=True)).update(
        next_poll_at=until, waited_for_neighbour_at=now
    )


def _feed_values(got: Read, decided: Plan, now: datetime) -> dict[str, object]:
    feed, parsed = got.feed, got.parsed
    values: dict[str, object] = {
        "claim": None,
        "attempts": 0,
        "faults": 0,
        "fault": "",
        "state": decided.state,
        "error": decided.error,
        "cause": decided.cause,
        "failures": feed.failures + decided.is_failure if decided.error else 0,
        "next_poll_at": decided.next_poll_at,
        "interval": decided.interval,
        "moved_to": decided.moved_to,
        "moved_since": decided.moved_since,
        "polled_at": now,
    }
    if not decided.error:
        values |= {"succeeded_at": now, "body_hash": got.body_hash} | _validators(got, now)
    if parsed is not None:
        values["marks"] = parsed.marks
        if parsed.ttl is not None:
            values["ttl"] = timedelta(minutes=parsed.ttl)
        if parsed.title and feed.title == feed.source.host:
            values["title"] = parsed.title  # added without a title
        values |= entries.publisher_values(feed, parsed, now)
    if decided.url and not Feed.objects.filter(url=decided.url).exists():
        values |= _moved_values(feed, decided.url)
    if decided.new:
        values["new_entry_at"] = now
    return values | _tally(feed, decided, now)


def _tally(feed: Feed, decided: Plan, now: datetime) -> dict[str, object]:
    """What a poll adds to the feed's day. The first one does not count: it is no day's rhythm."""
    values: dict[str, object] = {"flooded_at": now} if decided.turns.is_over else {}
    if decided.turns.waits and feed.succeeded_at is not None:
        before = feed.day_entries if feed.day == now.date() else 0
        values |= {"day": now.date(), "day_entries": before + len(decided.turns.waits)}
    return values


def _moved_values(feed: Feed, url: str) -> dict[str, object]:
    domain = registrable_domain(url)[:HOST_LIMIT]
    values: dict[str, object] = {"url": url, "former_url": feed.url, "domain": domain}
    if domain != feed.domain:  # who was trusted with the names of others was the old one
        values["is_aggregator"] = is_known_aggregator(url)
    return values
