"""What editors do to events: edit, refuse, bring back. Each is one transaction with its Revisions,
and each says of the event's entries what they should have been taken to say (Correction).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from tracker.classify import Kind
from tracker.classify.lexicon import named
from tracker.classify.text import fold
from tracker.events.models import Correction, Entity, Event, Party, Report, Revision
from tracker.events.services import entity, revise

HEADLINE_LIMIT = 300
LISTS = {"platforms": Entity.Type.PLATFORM, "targets": Entity.Type.TARGET}


class ConflictError(Exception):
    """The event changed since the editor saw it; `revisions` are what happened meanwhile."""

    def __init__(self, revisions: list[Revision]) -> None:
        super().__init__("the event changed meanwhile")
        self.revisions = revisions


class EditError(ValueError):
    """A value that an event cannot have; the text says which field and why."""


@dataclass(frozen=True)
class Edit:
    """The values that an editor wants: kinds with the main one first, slugs of platforms, English
    names of targets, the day as "YYYY-MM-DD", "YYYY-MM" or "".
    """

    headline: str
    kinds: tuple[str, ...]
    platforms: tuple[str, ...]
    targets: tuple[str, ...]
    occurred: str


def values_of(event: Event) -> Edit:
    """The event as it stands."""
    names = Party.objects.filter(event=event).values_list(
        "entity__type", "entity__slug", "entity__name"
    )
    parties = sorted(names, key=lambda row: row[1])
    return Edit(
        headline=event.headline,
        kinds=(event.kind, *event.other_kinds),
        platforms=tuple(slug for kind, slug, _ in parties if kind == Entity.Type.PLATFORM),
        targets=tuple(name for kind, _, name in parties if kind == Entity.Type.TARGET),
        occurred=event.occurred,
    )


def edit_event(
    event_id: int, edit: Edit, *, seen: datetime, reason: str, by: str, now: datetime
) -> Event:
    """Stores what differs from the event as it stands and marks it as reviewed; without a
    difference it is confirmed. Raises EditError for a bad value, ConflictError if the event changed
    since `seen`.
    """
    _check(edit)
    with transaction.atomic():
        event = _mine(event_id, seen)
        before = values_of(event)
        changes = {
            field: (getattr(before, field), getattr(edit, field))
            for field in ("headline", "kinds", "platforms", "targets", "occurred")
            if getattr(before, field) != getattr(edit, field)
        }
        if event.state != Event.State.REVIEWED:
            changes["state"] = (event.state, Event.State.REVIEWED.value)
        event.headline = edit.headline
        event.kind, *event.other_kinds = edit.kinds
        if edit.occurred != before.occurred:
            event.occurred, event.occurred_source = edit.occurred, "editor"
        event.state, event.changed_at = Event.State.REVIEWED, now
        for field, kind in LISTS.items():
            if field in changes:
                _set_parties(event, kind, getattr(edit, field))
        added = fold(" ".join([edit.headline, *edit.targets]))
        if added not in event.search_text:
            event.search_text = f"{event.search_text} {added}"
        event.save()
        revise(event, now, by, reason, changes)
        _correct(event, edit, by, now)
    return event


def refuse_event(event_id: int, *, seen: datetime, reason: str, by: str, now: datetime) -> Event:
    """Takes an event off every page; its address says why. Raises EditError without a reason,
    ConflictError if it changed since `seen`.
    """
    if not reason.strip():
        raise EditError("a refusal needs a reason, which its page will show")
    with transaction.atomic():
        event = _mine(event_id, seen)
        _set_state(event, Event.State.REFUSED, reason, by, now)
        _say(event, {Correction.Field.KINDS: []}, by, now)
    return event


def bring_back(event_id: int, *, seen: datetime, reason: str, by: str, now: datetime) -> Event:
    """Undoes a refusal: the event stands again as it stood, reviewed. Raises ConflictError."""
    with transaction.atomic():
        event = _mine(event_id, seen)
        if event.state == Event.State.REFUSED:
            _set_state(event, Event.State.REVIEWED, reason, by, now)
            _correct(event, values_of(event), by, now)
    return event


def _mine(event_id: int, seen: datetime) -> Event:
    event = Event.objects.select_for_update().get(pk=event_id)
    if event.changed_at != seen:
        raise ConflictError(list(event.revisions.filter(at__gt=seen)))
    return event


def _set_state(event: Event, state: Event.State, reason: str, by: str, now: datetime) -> None:
    revise(event, now, by, reason, {"state": (event.state, state.value)})
    event.state, event.changed_at = state, now
    event.save(update_fields=["state", "changed_at"])


def _check(edit: Edit) -> None:
    if not edit.headline.strip() or len(edit.headline) > HEADLINE_LIMIT:
        raise EditError(f"headline: between 1 and {HEADLINE_LIMIT} characters")
    unknown = [kind for kind in edit.kinds if kind not in set(Kind)]
    if unknown or not edit.kinds or len(set(edit.kinds)) < len(edit.kinds):
        raise EditError(f"kinds: {', '.join(unknown) or 'each once, at least one'}")
    strangers = [slug for slug in edit.platforms if slug not in named("platform")]
    if strangers or not edit.platforms:
        known = ", ".join(strangers)
        raise EditError(f"platforms: {known} is not known" if known else "platforms: at least one")
    if any(not name.strip() or len(name) > 200 for name in edit.targets):
        raise EditError("targets: names of 1 to 200 characters")
    if edit.occurred and not _is_day(edit.occurred):
        raise EditError("day: written as 2017-10-26 or 2017-10, or left empty")


def _is_day(text: str) -> bool:
    try:
        datetime.strptime(text, "%Y-%m-%d" if len(text) == 10 else "%Y-%m")  # noqa: DTZ007
    except ValueError:
        return False
    return text[:2] in {"19", "20"} and len(text) in {7, 10}


def _set_parties(event: Event, kind: Entity.Type, values: Iterable[str]) -> None:
    wanted = [entity(kind, value) for value in values]
    Party.objects.filter(event=event, entity__type=kind).exclude(entity__in=wanted).delete()
    Party.objects.bulk_create(
        (Party(event=event, entity=one) for one in wanted), ignore_conflicts=True
    )


def _correct(event: Event, edit: Edit, by: str, now: datetime) -> None:
    _say(
        event,
        {
            Correction.Field.KINDS: list(edit.kinds),
            Correction.Field.PLATFORMS: list(edit.platforms),
            Correction.Field.TARGETS: list(edit.targets),
            Correction.Field.OCCURRED: edit.occurred,
        },
        by,
        now,
    )


def _say(event: Event, values: Mapping[Correction.Field, object], by: str, now: datetime) -> None:
    entries = Report.objects.filter(event=event, entry__isnull=False).values_list(
        "entry", flat=True
    )
    Correction.objects.bulk_create(
        Correction(entry_id=entry, field=field, value=value, by=by, at=now)
        for entry in entries
        for field, value in values.items()
    )
