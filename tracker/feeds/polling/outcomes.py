"""Store the outcome of polls: each feed's state, next poll and entries, and a line of the log."""

from collections.abc import Iterable, Sequence
from copy import copy
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q

from tracker.feeds import activity, entries
from tracker.feeds.identity.publisher import is_known_aggregator, spoken_for
from tracker.feeds.limits import HOST_LIMIT
from tracker.feeds.models import Feed, Poll, WorkType
from tracker.feeds.network.domains import registrable_domain
from tracker.feeds.network.types import FetchError, Response
from tracker.feeds.parsing.types import OwnFaultError, ParseError
from tracker.feeds.plan import SET_ASIDE, Plan, fault_wait, plan
from tracker.feeds.polling.claims import lock_feeds
from tracker.feeds.polling.publishers import Publishers, publisher_values
from tracker.feeds.read import Read
from tracker.redact import Discreet

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


def store(reads: Sequence[Read], now: datetime) -> list[Polled]:
    """Store reads in one transaction, all of them quiet or none, except those whose claim another
    worker took over.
    """
    if reads[0].is_quiet:
        return _store_quiet(reads, now)
    faults = [got for got in reads if isinstance(got.outcome, OwnFaultError)]
    polled = [book_fault(got, str(got.outcome), now) for got in faults]
    others = [got for got in reads if not isinstance(got.outcome, OwnFaultError)]
    return [*(p for p in polled if p), *(_store_answers(others, now) if others else ())]


def book_fault(got: Read, error: str, now: datetime) -> Polled | None:
    """Record a poll that failed through a fault of ours: the feed keeps its state and is retried
    soon; after SET_ASIDE in a row it is set aside, with the error, and retried hourly.
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
        still = set(lock_feeds(Feed.objects.filter(pk__in=ids, claim__in=claims)))
        own_reads = [g for g in reads if g.feed.pk in still]
        rows = []
        for g in own_reads:
            row = copy(g.feed)  # the feed stays as it was claimed: this may fail and be tried alone
            rows.append(row)
            answer = g.fetched.outcome
            decided = plan(answer, None, entries.known(g.feed, None, now, has_entries=True), now)
            values = QUIET | {"polled_at": now, "succeeded_at": now}
            values |= {"next_poll_at": decided.next_poll_at, "interval": decided.interval}
            values |= {"state": _quiet_state(g.feed)} | _validators(g, now)
            for field, value in values.items():
                setattr(row, field, value)
        _update_feeds(rows, fields)
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
    """Return the state of a feed that reported no change."""
    waits = feed.new_entry_at is None
    return Feed.State.NO_ENTRIES if waits else Feed.State.UNCHANGED


def _validators(got: Read, now: datetime) -> dict[str, object]:
    """Return the validators for the next request: those of a body, even with the same bytes (RFC
    9111 4.3.4), or those that a 304 renews.
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


def _store_answers(reads: Sequence[Read], now: datetime) -> list[Polled]:
    """Store the answers of feeds. An editor's simultaneous changes are kept, because the rows are
    locked before they are read.
    """
    with transaction.atomic():
        feeds = _own_feeds(reads)
        reads = [got for got in reads if got.feed.pk in feeds]
        with_entries = entries.feeds_with_entries([got.feed for got in reads if got.parsed])
        publishers = Publishers()
        planned: list[entries.PlannedPoll] = []
        names: set[str] = set()
        for got in reads:
            has_entries = got.feed.pk in with_entries
            known = entries.known(got.feed, got.parsed, now, has_entries=has_entries)
            decided = plan(_answer(got), got.parsed, known, now)
            feed = feeds[got.feed.pk]
            values = _feed_values(got, decided, publishers, now, has_entries=has_entries)
            for name, value in values.items():
                setattr(feed, name, value)
            names |= set(values)
            planned.append(entries.PlannedPoll(got.feed, feed.source, decided, got.parsed))
        _update_feeds([feeds[got.feed.pk] for got in reads], names)
        for its in planned:
            if its.decided.held_until is not None:
                _delay_neighbours(its.feed, its.decided.held_until, now)
        unmailed = entries.store(planned, publishers, now)
        logged = [
            _poll_of(got, its.decided, count, now)
            for got, its, count in zip(reads, planned, unmailed, strict=True)
        ]
        Poll.objects.bulk_create(logged)
    for got, its in zip(reads, planned, strict=True):
        _record_activity(got, its.decided, now)
    return [_polled(its.feed, its.decided) for its in planned]


def _answer(got: Read) -> Response | FetchError | ParseError:
    if isinstance(got.outcome, OwnFaultError):
        raise got.outcome  # whose feeds keep their state: see book_fault
    return got.outcome


def _own_feeds(reads: Sequence[Read]) -> dict[int, Feed]:
    """Lock and return the rows of the feeds whose claim is still that of the reads."""
    own = Feed.objects.filter(
        pk__in=[got.feed.pk for got in reads], claim__in={got.feed.claim for got in reads}
    )
    locked = own.select_related("source").select_for_update(of=("self",)).order_by("pk")
    return {feed.pk: feed for feed in locked}


def _update_feeds(feeds: Sequence[Feed], names: Iterable[str]) -> None:
    """Write fields of existing rows with an upsert, because bulk_update takes twice as long."""
    Feed.objects.bulk_create(
        feeds, update_conflicts=True, unique_fields=["id"], update_fields=sorted(names)
    )


def _poll_of(got: Read, decided: Plan, unmailed: int, now: datetime) -> Poll:
    parsed, answer = got.parsed, got.fetched.outcome
    return Poll(
        feed_id=got.feed.pk,
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


def _polled(feed: Feed, decided: Plan) -> Polled:
    return Polled(
        feed.pk, feed.url, decided.state, decided.error, len(decided.new), len(decided.changed)
    )


def _record_activity(got: Read, decided: Plan, now: datetime) -> None:
    """Record a success for a feed that was read. A feed that has just begun to fail may point to a
    fault of ours until another is read; one that has failed for long does not.
    """
    if got.parsed is not None:
        activity.record_success(WorkType.PARSING, now)
    if not decided.error:
        activity.record_success(WorkType.POLLS, now)
    elif decided.is_failure and not got.feed.failures:
        activity.record_failure(WorkType.POLLS, decided.error, now)


def _delay_neighbours(feed: Feed, until: datetime, now: datetime) -> None:
    """Make the other feeds of the domain wait as long, except those that another worker has
    claimed. On a domain that rents out its subdomains, other tenants' feeds wait at most
    NEIGHBOUR_WAIT, once a day: the host may limit us as a whole, but one tenant must not silence
    the others.
    """
    domain = Feed.objects.filter(domain=feed.domain, claim__isnull=True).exclude(pk=feed.pk)
    speaker = spoken_for(feed.url, feed.domain)
    addresses = domain.values_list("pk", "url")
    same = {pk for pk, url in addresses if spoken_for(url, feed.domain) == speaker}
    own = lock_feeds(domain.filter(pk__in=same, next_poll_at__lt=until), skip=True)
    Feed.objects.filter(pk__in=own).update(next_poll_at=until)
    if speaker == feed.domain:
        return
    until = min(until, now + NEIGHBOUR_WAIT)
    rested = Q(waited_for_neighbour_at=None) | Q(waited_for_neighbour_at__lte=now - A_DAY)
    others = domain.filter(rested, next_poll_at__lt=until).exclude(pk__in=same)
    Feed.objects.filter(pk__in=lock_feeds(others, skip=True)).update(
        next_poll_at=until, waited_for_neighbour_at=now
    )


def _feed_values(
    got: Read, decided: Plan, publishers: Publishers, now: datetime, *, has_entries: bool
) -> dict[str, object]:
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
        values |= publisher_values(feed, parsed, publishers, now, has_entries=has_entries)
    if decided.url and not Feed.objects.filter(url=decided.url).exists():
        values |= _moved_values(feed, decided.url)
    if decided.new:
        values["new_entry_at"] = now
    return values | _tally(feed, decided, now)


def _tally(feed: Feed, decided: Plan, now: datetime) -> dict[str, object]:
    """Return the feed's counts of the day after a poll; a first poll is not counted."""
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
