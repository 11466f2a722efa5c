"""Decide from the old feed, the outcome of a poll and the time: new, changed and renamed entries,
next poll, state; pure.
"""

import email.utils
import hashlib
import re
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from tracker.feeds.budget import DAY, Budget, Turns, turns
from tracker.feeds.identity.recognise import StoredEntries, loses_words, recognise
from tracker.feeds.network.types import BUSY, FetchError, Response
from tracker.feeds.parsing.types import ParsedEntry, ParsedFeed, ParseError
from tracker.redact import Discreet

INTERVAL = timedelta(minutes=15)  # for a feed whose rhythm is not known yet
FLOOR = timedelta(minutes=5)
CEILING = timedelta(hours=24)
RARELY = timedelta(days=30)  # the longest wait of a feed that keeps failing
DAILY_TRIES = 20  # failures in a row after which each adds a day to the wait
JITTER = 0.1  # share of the wait, fixed per feed, so that feeds added together drift apart
# These two factors balance at about ten polls for each new entry.
SOONER, LATER = 0.5, 1.08
LESS = 4.0  # factor for the interval of a feed that exceeds its daily budget
READING = timedelta(hours=1)  # wait after a poll that brought more than is processed at once
MOVED_AFTER = timedelta(days=7)
# maximum age of entries of a first poll, or after a long gap, that are still news
RECENT = timedelta(hours=24)
POISONOUS = 3  # failures in a row by time or memory after which a feed is quarantined
SET_ASIDE = 3  # faults of ours in a row after which a feed is set aside
FAULT_WAITS = (timedelta(minutes=1), timedelta(minutes=5), timedelta(hours=1))
FEW = 3  # maximum entries of a body that is not an archive, so that its first poll is news
MAX_AGE = re.compile(r"(?:^|[,\s])max-age\s*=\s*\"?(\d{1,9})")
NO_CACHE = re.compile(r"(?:^|[,\s])no-(?:cache|store)(?![\w=-])")
EMPTIED = "the feed has no entries now; it had some before"
ALWAYS = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, repr=False)
class Known(Discreet):
    """What is stored of a feed: its state, and the entries that those of the body may match."""

    url: str
    interval: timedelta = INTERVAL
    ttl: timedelta = timedelta(0)
    failures: int = 0
    succeeded_at: datetime | None = None
    had_entries: bool = False
    moved_to: str = ""
    moved_since: datetime | None = None
    stored: StoredEntries = field(default_factory=StoredEntries)
    budget: Budget = field(default_factory=Budget)


@dataclass(frozen=True, repr=False)
class Plan(Discreet):
    """What to store for one poll. A failure leaves entries and validators as they were.

    `renamed` are entries already stored under another key, guid or link, with the old key;
    `changed` have new words, and their new key. Entries that were published at `news_since` or
    later may be mailed, undated ones if `is_undated_news`; if more than half of the feed is new
    (`is_flood`), only after an owner has checked them. `url` is a new address of the feed, "" if
    unchanged; `held_until` is when the feeds of the whole domain may be asked again. `turns` are
    those of the new entries and then the changed ones (see budget.py).
    """

    state: str
    error: str
    cause: str
    is_failure: bool
    next_poll_at: datetime
    interval: timedelta
    new: tuple[ParsedEntry, ...] = ()
    changed: tuple[ParsedEntry, ...] = ()
    renamed: tuple[tuple[str, ParsedEntry], ...] = ()
    news_since: datetime = ALWAYS
    is_undated_news: bool = True
    is_flood: bool = False
    turns: Turns = field(default_factory=Turns)
    url: str = ""
    moved_to: str = ""
    moved_since: datetime | None = None
    held_until: datetime | None = None

    def is_news(self, entry: ParsedEntry) -> bool:
        """Return whether a new entry may be mailed."""
        if entry.published_at is None or entry.is_ahead:
            return self.is_undated_news
        return self.news_since <= entry.published_at


def plan(
    outcome: Response | FetchError | ParseError,
    parsed: ParsedFeed | None,
    known: Known,
    now: datetime,
) -> Plan:
    """Return what to store for a poll; `parsed` is None for a 304 or an unchanged body."""
    if not isinstance(outcome, Response):
        return _failed(outcome, known, now)
    is_empty = parsed is not None and not parsed.total
    new, changed, renamed = _sorted(parsed, known)
    is_first = known.succeeded_at is None
    has_gap = is_first or now - (known.succeeded_at or now) > RECENT
    total = parsed.total if parsed else 0
    is_archive = total > FEW
    its_turns = turns(known.budget, len(new) + len(changed), is_first=is_first)
    is_mostly_new = is_archive and len(new) > total / 2
    is_flood = (not has_gap and is_mostly_new) or its_turns.is_over
    interval = known.interval
    # A flooding feed is polled less often (decision D25, fault S12).
    if its_turns.is_over:
        interval = min(max(interval * LESS, READING), CEILING)
    elif not _is_torrent(len(new), total, known, now):
        interval = rhythm(interval, has_news=bool(new) and not is_first)
    asked = max(known.ttl, fresh_for(outcome, now))
    wait = min(max(interval, asked, READING if its_turns.has_queue else FLOOR), CEILING)
    decided = Plan(
        state=_state(is_empty=is_empty, has_news=bool(new or changed or renamed), known=known),
        error=EMPTIED if is_empty and known.had_entries else "",
        cause="emptied" if is_empty and known.had_entries else "",
        is_failure=is_empty and known.had_entries,
        next_poll_at=now + jittered(wait, known.url),
        interval=interval,
        new=new,
        changed=changed,
        renamed=renamed,
        news_since=now - RECENT if has_gap and is_archive else ALWAYS,
        # Undated entries of a first poll may be years old, and so may those that fill most of a
        # feed after a gap; any others appeared since the last poll.
        is_undated_news=not (is_first or (has_gap and is_mostly_new)),
        is_flood=is_flood,
        turns=its_turns,
    )
    return _moved(decided, outcome, known, now)


def _state(*, is_empty: bool, has_news: bool, known: Known) -> str:
    """Return the state after an answer: a feed that has become empty is in trouble, one that never
    had an entry waits for its first.
    """
    if is_empty:
        return "empty" if known.had_entries else "no_entries"
    return "working" if has_news else "unchanged"


def _is_torrent(new: int, total: int, known: Known, now: datetime) -> bool:
    """Return whether the whole body is new, at a rate beyond any day's budget: polling sooner would
    only bring more.
    """
    if known.succeeded_at is None or not known.budget.daily or not new or new < total:
        return False
    since = max(now - known.succeeded_at, FLOOR)
    return new * (DAY / since) > known.budget.limit


def _sorted(
    parsed: ParsedFeed | None, known: Known
) -> tuple[tuple[ParsedEntry, ...], tuple[ParsedEntry, ...], tuple[tuple[str, ParsedEntry], ...]]:
    new: list[ParsedEntry] = []
    changed: list[ParsedEntry] = []
    renamed: list[tuple[str, ParsedEntry]] = []
    if parsed is None:
        return (), (), ()
    for entry, row in recognise(
        parsed.entries,
        known.stored,
        known_names=parsed.known_names,
        is_all_new=parsed.is_all_new,
    ):
        if row is None:
            new.append(entry)
            continue
        if (row.key, row.guid, row.link) != (entry.key, entry.guid, entry.link):
            renamed.append((row.key, entry))
        if entry.content_hash not in row.hashes and not loses_words(entry, row):
            changed.append(entry)
    return tuple(new), tuple(changed), tuple(renamed)


def rhythm(interval: timedelta, *, has_news: bool) -> timedelta:
    """Return the feed's interval after one more poll: shorter after news, a little longer
    without.
    """
    factor: float = SOONER if has_news else LATER
    return min(max(interval * factor, FLOOR), CEILING)


def fresh_for(response: Response, now: datetime) -> timedelta:
    """Return how long the answer stays fresh for a reader (RFC 9111 4.2.1): max-age minus Age, else
    Expires; zero with no-cache or no-store. s-maxage is only for shared caches.
    """
    cache_control = response.cache_control.lower()
    if NO_CACHE.search(cache_control):
        return timedelta(0)
    max_age = MAX_AGE.search(cache_control)
    if max_age is None:
        return _until(response.expires, now) or timedelta(0)
    age = response.age.strip()
    spent = int(age[:9]) if age.isascii() and age.isdigit() else 0
    return timedelta(seconds=max(0, int(max_age[1]) - spent))


def _moved(decided: Plan, response: Response, known: Known, now: datetime) -> Plan:
    """Follow a permanent redirect at once, but store it only after MOVED_AFTER polls with the same
    target; from http to https of the same address at once.
    """
    target = response.moved_to
    if not target or target == known.url:
        return decided
    since = known.moved_since if target == known.moved_to and known.moved_since else now
    is_upgrade = target == known.url.replace("http://", "https://", 1)
    if is_upgrade or now - since >= MOVED_AFTER:
        return replace(decided, url=target)
    return replace(decided, moved_to=target, moved_since=since)


def _failed(error: FetchError | ParseError, known: Known, now: datetime) -> Plan:
    failures = known.failures + 1
    wait = backoff(failures)
    held_until = None
    if isinstance(error, FetchError):
        asked = retry_after(error.retry_after, now)
        if asked is not None:
            wait = min(max(asked, known.interval, FLOOR), CEILING)
        # A feed that was held back does not extend the wait.
        if error.status in BUSY and error.code != "held":
            held_until = now + wait
    state = state_of(error)
    # Polled once a month, since some come back (fault H5).
    if state == "gone":
        wait = RARELY
    if state == "costly" and failures >= POISONOUS:
        state, wait = "quarantined", max(wait, CEILING)
    is_held = isinstance(error, FetchError) and error.code == "held"
    return Plan(
        state=state,
        error=error.reason,
        cause=error.cause,
        is_failure=not is_held,
        next_poll_at=now + jittered(wait, known.url),
        interval=known.interval,
        moved_to=known.moved_to,
        moved_since=known.moved_since,
        held_until=held_until,
    )


def backoff(failures: int) -> timedelta:
    """Return the wait after this many failures in a row: doubled up to a day, then a day more each
    time, up to a month; never given up.
    """
    if failures <= DAILY_TRIES:
        return min(INTERVAL * (1 << min(failures, 10)), CEILING)
    return min(CEILING * (failures - DAILY_TRIES + 1), RARELY)


def fault_wait(faults: int) -> timedelta:
    """Return the wait after this many faults of ours in a row (at least 1): short, since they may
    pass.
    """
    return FAULT_WAITS[min(faults, len(FAULT_WAITS)) - 1]


def state_of(error: FetchError | ParseError) -> str:
    """Return the feed's state, one of Feed.State."""
    if isinstance(error, ParseError):
        return error.state
    if error.cause == "challenge":
        return "refused"
    if error.code == "address":
        return "not_allowed" if error.cause == "address_private" else "failing"
    return {401: "refused", 403: "refused", 429: "refused", 410: "gone"}.get(
        error.status or 0, "failing"
    )


def retry_after(header: str, now: datetime) -> timedelta | None:
    """Return the wait of a Retry-After header (seconds or HTTP-date, RFC 9110 10.2.3); None if
    absent, unreadable or negative.
    """
    header = header.strip()
    if header.isascii() and header.isdigit():
        return timedelta(seconds=min(int(header[:9]), 10**8))
    return _until(header, now)


def _until(http_date: str, now: datetime) -> timedelta | None:
    try:
        at = email.utils.parsedate_to_datetime(http_date.strip())
        wait = (at if at.tzinfo else at.replace(tzinfo=UTC)) - now
    except (TypeError, ValueError, OverflowError):
        return None
    return wait if wait >= timedelta(0) else None


def jittered(wait: timedelta, seed: str) -> timedelta:
    """Return `wait` lengthened by up to JITTER, always the same for the same feed."""
    # By the address, not at random, so that the same poll gives the same plan.
    share = int.from_bytes(hashlib.sha256(seed.encode()).digest()[:4], "big") / 2**32
    return wait * (1 + JITTER * share)
