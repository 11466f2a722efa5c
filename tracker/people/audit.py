"""Write and read the audit log: a line for each action that matters to owners, including those on
feeds.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from heapq import merge
from itertools import islice

from django.db.models import Q, QuerySet

from tracker.feeds.models import FeedChange
from tracker.people.models import ADDRESS_LIMIT, DETAIL_LIMIT, NAME_LIMIT, AuditLine, PersonRole
from tracker.text import clean_text

Verb = AuditLine.Verb
FEEDS = "feeds"
# Filters of the log.
SUBJECTS: dict[str, tuple[AuditLine.Verb, ...]] = {
    "sign-ins": (
        *(Verb.SIGNED_IN, Verb.SIGN_IN_FAILED, Verb.SIGN_IN_WAITS),
        *(Verb.CODE_FAILED, Verb.PASSKEY_FAILED, Verb.PROVIDER_REFUSED, Verb.LINKED),
        *(Verb.SIGNED_OUT, Verb.SESSIONS_ENDED),
    ),
    "passwords": (
        *(Verb.FACTOR_ON, Verb.FACTOR_OFF, Verb.FACTOR_RESET),
        *(Verb.PASSKEY_ADDED, Verb.PASSKEY_RENAMED, Verb.PASSKEY_REMOVED),
        *(Verb.PASSWORD_ASKED, Verb.PASSWORD_SET, Verb.ADDRESS_SET),
    ),
    "people": (
        *(Verb.INVITED, Verb.WITHDRAWN, Verb.JOINED, Verb.ADDED),
        *(Verb.ROLE, Verb.DISABLED, Verb.ENABLED),
    ),
    "settings": (
        *(Verb.SETTING, Verb.LEARNING_ASKED, Verb.MODEL_CHANGED),
        Verb.ARTICLE_LANGUAGE,
    ),
    FEEDS: (),
}
CURSOR = re.compile(r"(\d{1,11})\.(\d{6})([pf])(\d{1,17})", re.ASCII)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
REPEATED = timedelta(minutes=15)  # within which a refused sign-in is logged only once


@dataclass(frozen=True)
class AuditFilter:
    """Which lines to show: by a person's name ("" for everybody) and a subject ("" for all)."""

    person: str = ""
    subject: str = ""


@dataclass(frozen=True)
class AuditEntry:
    """A line as shown; `feed_id` is 0 if it is not about a feed."""

    at: datetime
    by: str
    verb: str
    verb_name: str
    about: str
    before: str
    after: str
    network: str
    feed_id: int = 0


@dataclass(frozen=True)
class Actor:
    """The acting person: a name, "" for a command; and their network, "" if unknown."""

    name: str = ""
    network: str = ""


def record_line(
    verb: AuditLine.Verb, actor: Actor, now: datetime, about: str = "", *change: str
) -> None:
    """Write a line; `change` gives the values before and after."""
    before, after = (*change, "", "")[:2]
    AuditLine.objects.create(
        at=now,
        by=clean_text(actor.name, NAME_LIMIT),
        verb=verb,
        about=clean_text(about, ADDRESS_LIMIT),
        before=clean_text(before, DETAIL_LIMIT),
        after=clean_text(after, DETAIL_LIMIT),
        network=actor.network,
    )


def record_refused_sign_in(network: str, now: datetime, about: str) -> None:
    """Log that somebody must wait before another attempt, once per REPEATED for a name and network,
    so that guessing cannot fill the log.
    """
    lately = AuditLine.objects.filter(verb=Verb.SIGN_IN_WAITS, at__gt=now - REPEATED)
    if not lately.filter(about=about, network=network).exists():
        record_line(Verb.SIGN_IN_WAITS, Actor(network=network), now, about)


@dataclass(frozen=True)
class AuditCursor:
    """The line after which to continue: its time, whether it is about a feed, and its id. At equal
    times, lines about feeds come last.
    """

    at: datetime
    is_feed: bool
    id: int

    def __str__(self) -> str:
        return f"{self.at.timestamp():.6f}{'f' if self.is_feed else 'p'}{self.id}"


def read_cursor(text: str) -> AuditCursor | None:
    """Return the cursor in an address; None if it is invalid."""
    match = CURSOR.fullmatch(text)
    if match is None:
        return None
    at = EPOCH + timedelta(seconds=int(match[1]), microseconds=int(match[2]))
    return AuditCursor(at, match[3] == "f", int(match[4]))


def entries(
    choice: AuditFilter, cursor: AuditCursor | None, count: int
) -> tuple[list[AuditEntry], AuditCursor | None]:
    """Return `count` lines after a cursor, or the newest; and the cursor for older ones."""
    rows = list(islice(_newest(choice, cursor, count + 1), count + 1))
    last = rows[count - 1] if len(rows) > count else None
    older = AuditCursor(last.at, isinstance(last, FeedChange), last.pk) if last else None
    return [_entry(row) for row in rows[:count]], older


def all_entries(choice: AuditFilter) -> Iterator[AuditEntry]:
    """Yield every line of a filter, the newest first."""
    return map(_entry, _newest(choice, None, None))


def _newest(
    choice: AuditFilter, cursor: AuditCursor | None, limit: int | None
) -> Iterator[AuditLine | FeedChange]:
    lines, feeds = _lines(choice), _feed_changes(choice)
    if cursor is not None:
        # By key, not by offset: page 2,000 is as fast as the first.
        same = {"at": cursor.at, "pk__gte": cursor.id}
        lines, feeds = lines.filter(at__lte=cursor.at), feeds.filter(at__lte=cursor.at)
        lines = lines.exclude(at=cursor.at) if cursor.is_feed else lines.exclude(**same)
        feeds = feeds.exclude(**same) if cursor.is_feed else feeds
    both = (lines[:limit].iterator(), feeds[:limit].iterator())
    return merge(*both, key=lambda row: row.at, reverse=True)


def _entry(row: AuditLine | FeedChange) -> AuditEntry:
    return _of_line(row) if isinstance(row, AuditLine) else _of_feed(row)


def _lines(choice: AuditFilter) -> QuerySet[AuditLine]:
    rows = AuditLine.objects.order_by("-at", "-pk")
    if choice.person:
        rows = rows.filter(Q(by=choice.person) | Q(about=choice.person))
    if choice.subject:
        rows = rows.filter(verb__in=SUBJECTS.get(choice.subject, ()))
    return rows


def _feed_changes(choice: AuditFilter) -> QuerySet[FeedChange]:
    rows = FeedChange.objects.select_related("feed").order_by("-at", "-pk")
    if choice.subject not in {"", FEEDS}:
        return rows.none()
    return rows.filter(by=choice.person) if choice.person else rows


def _of_line(line: AuditLine) -> AuditEntry:
    return AuditEntry(
        at=line.at,
        by=line.by,
        verb=line.verb,
        verb_name=str(line.get_verb_display()),
        about=line.about,
        before=_worded(line.verb, line.before),
        after=_worded(line.verb, line.after),
        network=line.network,
    )


def _worded(verb: str, detail: str) -> str:
    """Return a detail as shown: a role by its name in the active language."""
    is_role = verb in SUBJECTS["people"] and detail in PersonRole.values
    return str(PersonRole(detail).label) if is_role else detail


def _of_feed(change: FeedChange) -> AuditEntry:
    return AuditEntry(
        at=change.at,
        by=change.by,
        verb=f"feed_{change.verb}",
        verb_name=str(change.get_verb_display()),
        about=change.feed.title,
        before=change.before,
        after=change.after,
        network="",
        feed_id=change.feed_id,
    )
