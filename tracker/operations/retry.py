"""List everything set aside because of a fault of ours, of every type, and retry it."""

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Q, QuerySet

from tracker.alerts.delivery import bounces
from tracker.alerts.models import Delivery, MatchAttempt
from tracker.feeds import activity
from tracker.feeds.models import ArchivedCopy, Entry, Feed, TranslatedTitle, WorkType
from tracker.feeds.plan import SET_ASIDE
from tracker.feeds.polling.claims import SUSPECT
from tracker.people.audit import Actor, Verb, record_line
from tracker.redact import without_secrets


@dataclass(frozen=True)
class Item:
    """An item set aside: its type (a key of TYPES), its id (a file name for bounces), what it is
    and why it was set aside.
    """

    type: str
    id: str
    title: str
    error: str


def items_set_aside(types: Iterable[str] = ()) -> list[Item]:
    """Return the items set aside, of these types or of all."""
    return [item for name in types or TYPES for item in TYPES[name].find()]


def retry_items(items: Collection[Item], now: datetime) -> int:
    """Make items due at once, as if they had never been tried; return how many were still set
    aside.
    """
    count = 0
    for name, item_type in TYPES.items():
        if ids := [item.id for item in items if item.type == name]:
            count += item_type.retry(ids, now)
            same = [t for t in TYPES if TYPES[t].kind == item_type.kind]
            activity.record_retry(item_type.kind, len(items_set_aside(same)))
    return count


@transaction.atomic
def retry_all(actor: Actor, now: datetime) -> int:
    """Retry everything that was set aside, for an owner, and record that in the audit log; return
    how many items are tried again.
    """
    count = retry_items(items_set_aside(), now)
    left = items_set_aside()
    # What was mended or deleted since is no longer set aside, but counted until now.
    for kind in {item_type.kind for item_type in TYPES.values()}:
        activity.record_retry(kind, sum(TYPES[item.type].kind == kind for item in left))
    if count:
        record_line(Verb.SETTING, actor, now, "set aside", str(count), "tried again")
    return count


def _feeds() -> Iterator[Item]:
    for feed in _failed_feeds().order_by("pk"):
        error = feed.error or feed.fault
        yield Item("feed", str(feed.pk), f"{feed.title} {without_secrets(feed.url)}", error)


def _failed_feeds() -> "QuerySet[Feed]":
    """Select feeds that failed several times because of us, and those that killed their workers."""
    quarantined = Q(state=Feed.State.QUARANTINED, attempts__gte=SUSPECT)
    return Feed.objects.filter(Q(faults__gte=SET_ASIDE) | quarantined, is_active=True)


def _retry_feeds(ids: Collection[str], now: datetime) -> int:
    rows = _failed_feeds().filter(pk__in=ids)
    # Without the claim, a worker that still has the feed stores nothing (fault Q3).
    return rows.update(next_poll_at=now, attempts=0, faults=0, fault="", claim=None)


def _failed_entries() -> "QuerySet[Entry]":
    return Entry.objects.filter(process_at=None).exclude(error="")


def _entries() -> Iterator[Item]:
    for entry in _failed_entries().order_by("pk"):
        yield Item("entry", str(entry.pk), str(entry), entry.error)


def _retry_entries(ids: Collection[str], now: datetime) -> int:
    rows = _failed_entries().filter(pk__in=ids)
    return rows.update(process_at=now, attempts=0, error="", claim=None)


def _events() -> Iterator[Item]:
    rows = MatchAttempt.objects.filter(next_try_at=None).select_related("event")
    for row in rows.order_by("event"):
        yield Item("event", str(row.event_id), row.event.headline, row.error)


def _retry_events(ids: Collection[str], now: datetime) -> int:
    rows = MatchAttempt.objects.filter(next_try_at=None, event__in=[int(pk) for pk in ids])
    return rows.update(next_try_at=now, attempts=0, error="")


def _failed_deliveries(*, is_hook: bool) -> "QuerySet[Delivery]":
    of_hooks = Q(type=Delivery.Type.HOOK)
    which = of_hooks if is_hook else ~of_hooks
    return Delivery.objects.filter(which, state=Delivery.State.FAILED)


def _deliveries(name: str, *, is_hook: bool) -> Iterator[Item]:
    for row in _failed_deliveries(is_hook=is_hook).order_by("pk"):
        title = f"{row.get_type_display()} of {row.created_at:%Y-%m-%d %H:%M} UTC"
        yield Item(name, str(row.pk), title, row.error)


def _retry_deliveries(ids: Collection[str], now: datetime, *, is_hook: bool) -> int:
    rows = _failed_deliveries(is_hook=is_hook).filter(pk__in=ids)
    due = Delivery.State.DUE
    return rows.update(state=due, next_try_at=now, attempts=0, ended_at=None, error="", claim=None)


def _bounces() -> Iterator[Item]:
    for path, note in bounces.files_set_aside().items():
        yield Item("bounce", path.name, str(path.parent), note)


def _retry_bounces(ids: Collection[str], now: datetime) -> int:
    return sum(bounces.read_again(path) for path in bounces.files_set_aside() if path.name in ids)


Questions = type[TranslatedTitle] | type[ArchivedCopy]


def _failed_questions(model: Questions) -> "QuerySet[TranslatedTitle] | QuerySet[ArchivedCopy]":
    return model.objects.filter(next_try_at=None, answered_at=None)


def _questions(name: str, model: Questions) -> Iterator[Item]:
    for row in _failed_questions(model).select_related("entry").order_by("pk"):
        yield Item(name, str(row.pk), without_secrets(str(row.entry)), row.error)


def _retry_questions(model: Questions, ids: Collection[str], now: datetime) -> int:
    rows = _failed_questions(model).filter(pk__in=ids)
    return rows.update(next_try_at=now, attempts=0, error="", claim=None)


@dataclass(frozen=True)
class ItemType:
    """One type of items: its type of work, the list of those set aside, and how to retry them."""

    kind: WorkType
    find: Callable[[], Iterable[Item]]
    retry: Callable[[Collection[str], datetime], int]


TYPES = {
    "feed": ItemType(WorkType.POLLS, _feeds, _retry_feeds),
    "entry": ItemType(WorkType.ENTRIES, _entries, _retry_entries),
    "event": ItemType(WorkType.MATCHES, _events, _retry_events),
    "mail": ItemType(
        WorkType.MAILS,
        lambda: _deliveries("mail", is_hook=False),
        lambda ids, now: _retry_deliveries(ids, now, is_hook=False),
    ),
    "hook": ItemType(
        WorkType.HOOKS,
        lambda: _deliveries("hook", is_hook=True),
        lambda ids, now: _retry_deliveries(ids, now, is_hook=True),
    ),
    "bounce": ItemType(WorkType.BOUNCES, _bounces, _retry_bounces),
    "translation": ItemType(
        WorkType.TRANSLATIONS,
        lambda: _questions("translation", TranslatedTitle),
        lambda ids, now: _retry_questions(TranslatedTitle, ids, now),
    ),
    "copy": ItemType(
        WorkType.ARCHIVING,
        lambda: _questions("copy", ArchivedCopy),
        lambda ids, now: _retry_questions(ArchivedCopy, ids, now),
    ),
}
