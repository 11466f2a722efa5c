"""Old feed + outcome of a fetch + now -> what is new or changed, the next poll, the state; pure."""

import email.utils
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from tracker.feeds.fetch import FetchError, Response
from tracker.feeds.parse import ParsedEntry, ParsedFeed, ParseError

INTERVAL = timedelta(minutes=15)
FLOOR = timedelta(minutes=5)
CEILING = timedelta(hours=24)
JITTER = 0.1  # of the interval, by feed, so that feeds added together drift apart


@dataclass(frozen=True)
class Plan:
    """What to store for one poll. A failure leaves entries and validators as they were."""

    state: str
    error: str
    is_failure: bool
    next_poll_at: datetime
    is_active: bool = True
    new: tuple[ParsedEntry, ...] = ()
    changed: tuple[ParsedEntry, ...] = ()


def plan(
    outcome: Response | FetchError | ParseError,
    parsed: ParsedFeed | None,
    known: Mapping[str, str],
    *,
    failures: int,
    seed: str,
    now: datetime,
) -> Plan:
    """`known` maps the keys of stored entries to their content hashes; `failures` counts the tries
    that failed in a row; `seed` (the feed's address) fixes its jitter. Without `parsed` the body
    was not new.
    """
    if isinstance(outcome, FetchError | ParseError):
        return _failed(outcome, failures + 1, seed, now)
    new: list[ParsedEntry] = []
    changed: list[ParsedEntry] = []
    for entry in parsed.entries if parsed else ():
        if entry.key not in known:
            new.append(entry)
        elif known[entry.key] != entry.content_hash:
            changed.append(entry)
    return Plan(
        state="working" if new or changed else "unchanged",
        error="",
        is_failure=False,
        next_poll_at=now + jittered(INTERVAL, seed),
        new=tuple(new),
        changed=tuple(changed),
    )


def _failed(error: FetchError | ParseError, failures: int, seed: str, now: datetime) -> Plan:
    wait = min(INTERVAL * 2 ** min(failures, 10), CEILING)
    if isinstance(error, FetchError):
        asked = retry_after(error.retry_after, now)
        wait = max(FLOOR, min(asked, CEILING)) if asked is not None else wait
    return Plan(
        state=state_of(error),
        error=error.reason[:500],
        is_failure=True,
        next_poll_at=now + jittered(wait, seed),
        is_active=not (isinstance(error, FetchError) and error.status == 410),
    )


def state_of(error: FetchError | ParseError) -> str:
    """The feed's state in the words of Feed.State."""
    if isinstance(error, ParseError):
        return error.state
    if error.kind == "address":
        return "not_allowed"
    return {401: "refused", 403: "refused", 429: "refused", 410: "gone"}.get(
        error.status or 0, "failing"
    )


def retry_after(header: str, now: datetime) -> timedelta | None:
    """Retry-After as seconds or HTTP-date (RFC 9110 10.2.3) from now; None if absent, unreadable or
    negative.
    """
    header = header.strip()
    if header.isascii() and header.isdigit():
        return timedelta(seconds=min(int(header[:9]), 10**8))
    try:
        at = email.utils.parsedate_to_datetime(header)
    except (TypeError, ValueError):
        return None
    wait = (at if at.tzinfo else at.replace(tzinfo=UTC)) - now
    return wait if wait >= timedelta(0) else None


def jittered(wait: timedelta, seed: str) -> timedelta:
    """`wait` lengthened by up to JITTER, the same for the same feed."""
    share = int.from_bytes(hashlib.sha256(seed.encode()).digest()[:4], "big") / 2**32
    return wait * (1 + JITTER * share)
