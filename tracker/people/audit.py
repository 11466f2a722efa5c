"""The audit log: a line for each thing that matters to an owner, and the lines that a filter
chooses, with those of the feeds.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from heapq import merge
from itertools import islice

from django.db.models import Q, QuerySet

from tracker.feeds.models import FeedChange
from tracker.people.models import ADDRESS_LIMIT, DETAIL_LIMIT, NAME_LIMIT, AuditLine, PersonRole
from tracker.text import clean_text

Verb = AuditLine.Verb
FEEDS = "feeds"
# What the log can be narrowed to.
SUBJECTS: dict[str, tuple[AuditLine.Verb, ...]] = {
    "sign-ins": (
        *(Verb.SIGNED_IN, Verb.SIGN_IN_FAILED, Verb.SIGN_IN_WAITS),
        *(Verb.CODE_FAILED, Verb.SIGNED_OUT, Verb.SESSIONS_ENDED),
    ),
    "passwords": (
        *(Verb.FACTOR_ON, Verb.FACTOR_OFF, Verb.FACTOR_RESET),
        *(Verb.PASSWORD_ASKED, Verb.PASSWORD_SET, Verb.ADDRESS_SET),
    ),
    "people": (
        *(Verb.INVITED, Verb.WITHDRAWN, Verb.JOINED, Verb.ADDED),
        *(Verb.ROLE, Verb.DISABLED, Verb.ENABLED),
    ),
    "settings": (Verb.SETTING,),
    FEEDS: (),
}
REPEATED = timedelta(minutes=15)  # in which a refused sign-in is not written again


@dataclass(frozen=True)
class AuditFilter:
    """Which lines to show: of a person's name ("" for everybody), of a subject ("" for all)."""

    person: str = ""
    subject: str = ""


@dataclass(frozen=True)
class AuditEntry:
    """A line as it is shown; `feed_id` is 0 where it is about no feed."""

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
    """Who does something: a name, "" for a command; and the network they are in, "" if none."""

    name: str = ""
    network: str = ""


def record_line(
    verb: AuditLine.Verb, actor: Actor, now: datetime, about: str = "", *change: str
) -> None:
    """Write a line; `change` is what stood before, and what stands after."""
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
    """Write that somebody must wait before another attempt, once in REPEATED for a name and
    network: whoever goes on guessing cannot fill the log.
    """
    lately = AuditLine.objects.filter(verb=Verb.SIGN_IN_WAITS, at__gt=now - REPEATED)
    if not lately.filter(about=about, network=network).exists():
        record_line(Verb.SIGN_IN_WAITS, Actor(network=network), now, about)


def entries(choice: AuditFilter, first: int, count: int) -> list[AuditEntry]:
    """Return `count` lines from the `first` on (0 for the newest), the newest first."""
    return [_entry(row) for row in islice(_newest(choice, first + count), first, first + count)]


def all_entries(choice: AuditFilter) -> Iterator[AuditEntry]:
    """Yield every line of a filter, the newest first."""
    return map(_entry, _newest(choice, None))


def _newest(choice: AuditFilter, limit: int | None) -> Iterator[AuditLine | FeedChange]:
    lines = _lines(choice)[:limit].iterator()
    feeds = _feed_changes(choice)[:limit].iterator()
    return merge(lines, feeds, key=lambda row: row.at, reverse=True)


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
    """Return a detail as it is shown: a role by its name in the active language."""
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
