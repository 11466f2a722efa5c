"""What editors do to events: edit, accept, refuse, bring back, merge, split, link, undo. Each is
one Change with its Revisions, and says of the event's entries what they should have been taken to
say (Correction).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tracker.classify import Kind
from tracker.classify.lexicon import named
from tracker.events.consensus.settle import settle
from tracker.events.editing import undoing
from tracker.events.models import (
    Change,
    Correction,
    Entity,
    Event,
    Link,
    Report,
    Revision,
)
from tracker.events.record import write
from tracker.events.record.entities import entity, headline_of
from tracker.events.record.locks import in_transaction, lock
from tracker.events.record.records import record_of
from tracker.events.record.values import FIELDS, FIGURES, PARTIES, Difference, Record, differences
from tracker.events.record.write import Act, ConflictError
from tracker.events.wording.headline import HEADLINE_LIMIT
from tracker.events.wording.terms import SCOPES
from tracker.feeds.models import Entry

UNDO_FOR = timedelta(days=30)
CLAIMED_FOR = timedelta(minutes=20)
# How many of each an editor may give one event: more is no act but a list.
LIMITS = {
    "platforms": (50, gettext_lazy("platforms")),
    "targets": (100, gettext_lazy("targets")),
    "countries": (250, gettext_lazy("countries")),
    "links": (100, gettext_lazy("links")),
    "linked_from": (500, gettext_lazy("links")),
}
Verb = Change.Verb


class EditError(ValueError):
    """What cannot be done to an event; the text says which field and why."""


@dataclass(frozen=True)
class Edit:
    """The values that an editor wants: kinds with the main one first, slugs of platforms, English
    names of targets, the day as "YYYY-MM-DD", "YYYY-MM" or "", the extent as "permanent",
    "temporary" or "".
    """

    headline: str
    kinds: tuple[str, ...]
    platforms: tuple[str, ...]
    targets: tuple[str, ...]
    occurred: str
    extent: str = ""


EDITED = ("headline", "kinds", "platforms", "targets", "occurred", "extent")


@dataclass(frozen=True)
class Editor:
    """Who acts, when, why, and up to which revision they had seen the event (see last_seen)."""

    by: str
    now: datetime
    reason: str = ""
    seen: int | None = None

    def act(self, verb: Change.Verb) -> Act:
        return Act(verb, self.by, self.reason, self.now)


def values_of(event: Event) -> Edit:
    """The event as it stands."""
    now = record_of(event)
    return Edit(**{name: getattr(now, name) for name in EDITED})


def last_seen(event: Event) -> int:
    """What an editor's page says it has seen: the id of the event's last revision."""
    newest = event.revisions.order_by("-pk").values_list("pk", flat=True).first()
    return newest or 0


@in_transaction
def edit_event(event_id: int, edit: Edit, editor: Editor) -> Change:
    """Stores what differs from the event as it stands and marks it as reviewed. Raises EditError
    for a bad value, ConflictError if the event changed since the editor saw it.
    """
    _check(edit)
    event, before = _mine(event_id, editor)
    _check_platforms(edit.platforms, before.platforms)
    after = replace(
        before,
        **{name: getattr(edit, name) for name in EDITED},
        occurred_source=before.occurred_source if edit.occurred == before.occurred else "editor",
        state=Event.State.REVIEWED.value,
    )
    verb = Verb.ACCEPT if edit == values_of(event) else Verb.EDIT
    change = _write({event_id: event}, {event_id: after}, editor.act(verb))
    reported = Entity.objects.filter(parties__event=event, is_reported=True).order_by("pk")
    confirmed = list(reported.select_for_update(no_key=True, of=("self",)).values_list("pk"))
    Entity.objects.filter(pk__in=[pk for (pk,) in confirmed]).update(is_reported=False)
    _correct(event, edit, editor, change)
    return change


@in_transaction
def accept_event(event_id: int, editor: Editor) -> Change:
    """Says that the event is right as it stands. Raises ConflictError."""
    return edit_event(event_id, values_of(Event.objects.get(pk=event_id)), editor)


@in_transaction
def refuse_event(event_id: int, editor: Editor) -> Change:
    """Takes an event off every page; its address says why. Raises EditError without a reason,
    ConflictError if it changed since the editor saw it.
    """
    if not editor.reason.strip():
        raise EditError(_("a refusal needs a reason, which its page will show"))
    event, before = _mine(event_id, editor)
    after = replace(before, state=Event.State.REFUSED.value)
    change = _write({event_id: event}, {event_id: after}, editor.act(Verb.REFUSE))
    _say(event, {Correction.Field.KINDS: []}, editor, change)
    return change


@in_transaction
def bring_back(event_id: int, editor: Editor) -> Change | None:
    """Undoes a refusal: the event stands again as it stood, reviewed; None if it was not refused.
    Raises ConflictError.
    """
    event, before = _mine(event_id, editor)
    if event.state != Event.State.REFUSED:
        return None
    after = replace(before, state=Event.State.REVIEWED.value)
    change = _write({event_id: event}, {event_id: after}, editor.act(Verb.BACK))
    _correct(event, values_of(event), editor, change)
    return change


def merged(gone: Record, kept: Record, moved: Mapping[int, tuple[object, ...]]) -> Record:
    """The record of an event that takes in another: it keeps what it says, and gets the other's
    parties and reports, and the day if its own is less precise; pure.
    """
    takes_day = len(gone.occurred) > len(kept.occurred)
    return replace(
        kept,
        kinds=tuple(dict.fromkeys([*kept.kinds, *gone.kinds])),
        platforms=tuple(dict.fromkeys([*kept.platforms, *gone.platforms])),
        targets=tuple(dict.fromkeys([*kept.targets, *gone.targets])),
        countries=tuple(dict.fromkeys([*kept.countries, *gone.countries])),
        occurred=gone.occurred if takes_day else kept.occurred,
        occurred_source=gone.occurred_source if takes_day else kept.occurred_source,
        extent=kept.extent or gone.extent,
        grounds=kept.grounds or gone.grounds,
        **{
            name: getattr(kept if getattr(kept, names[0]) else gone, name)
            for names in FIGURES
            for name in names
        },
        reports={**kept.reports, **moved},
    )


@in_transaction
def merge_events(event_id: int, into_id: int, editor: Editor) -> Change:
    """Makes one event of two: reports, links and followers of the first go to the second, its
    address leads there for ever. Raises EditError for events that are merged already or one and the
    same, ConflictError.
    """
    events = lock(events={event_id, into_id, *_linked_with(event_id)})
    since = _linked_with(event_id) - events.keys()
    events |= lock(events=since, wait=False)
    gone, kept = events[event_id], events[into_id]
    if event_id == into_id or gone.merged_into_id or kept.merged_into_id:
        raise EditError(_("two events are needed that were not merged before"))
    _unchanged(gone, editor)
    records = {pk: record_of(event) for pk, event in events.items()}
    moved = _moved(gone, kept, records[event_id])
    wanted = {pk: _relinked(told, pk, event_id, into_id) for pk, told in records.items()}
    links = _handed_on(records[event_id], wanted[into_id], into_id)
    wanted[into_id] = replace(merged(records[event_id], wanted[into_id], moved), links=links)
    rest = {pk: told for pk, told in records[event_id].reports.items() if pk not in moved}
    wanted[event_id] = replace(records[event_id], merged_into=into_id, reports=rest, links={})
    change = _write(events, wanted, editor.act(Verb.MERGE))
    _say(kept, {Correction.Field.EVENT: into_id}, editor, change, reports=moved)
    return change


@dataclass(frozen=True)
class Preview:
    """What a merge would do: how the event that is kept changes, how many reports come to it and
    how many it has already, how many links lead to it afterwards.
    """

    differences: tuple[Difference, ...]
    moved: int
    doubles: int
    links: int


def merge_preview(event_id: int, into_id: int) -> Preview:
    """What merge_events would do; nothing is stored."""
    events = Event.objects.in_bulk([event_id, into_id])
    gone, kept = events[event_id], events[into_id]
    told, before = record_of(gone), record_of(kept)
    moved = _moved(gone, kept, told)
    after = merged(told, before, moved)
    changed = tuple(d for d in differences(before, after) if d[0] != "report")
    links = len(told.links) + len(told.linked_from)
    return Preview(changed, len(moved), len(told.reports) - len(moved), links)


def _linked_with(event_id: int) -> set[int]:
    return set(Link.objects.filter(target=event_id).values_list("source", flat=True))


def _moved(gone: Event, kept: Event, told: Record) -> dict[int, tuple[object, ...]]:
    """The reports that the kept event has not got: by id, with their addresses."""
    mine = Report.objects.filter(event=kept)
    entries = set(mine.filter(entry__isnull=False).values_list("entry", flat=True))
    urls = set(mine.exclude(url="").values_list("url", flat=True))
    doubles = Report.objects.filter(event=gone).filter(Q(entry__in=entries) | Q(url__in=urls))
    leave = set(doubles.values_list("pk", flat=True))
    return {pk: row for pk, row in told.reports.items() if pk not in leave}


def _relinked(told: Record, pk: int, gone: int, kept: int) -> Record:
    """Links to the event that goes lead to the one that is kept."""
    links: dict[tuple[str, int], tuple[object, ...]] = {}
    for (kind, other), row in told.links.items():
        to = kept if other == gone else other
        if to != pk:
            links.setdefault((kind, to), (kind, to, row[2]))
    return replace(told, links=links)


def _handed_on(
    gone: Record, kept: Record, kept_id: int
) -> dict[tuple[str, int], tuple[object, ...]]:
    own = {key: row for key, row in gone.links.items() if key[1] != kept_id}
    return {**own, **kept.links}


@in_transaction
def split_event(event_id: int, reports: Iterable[int], editor: Editor) -> tuple[Change, Event]:
    """Takes reports out of an event into one of their own; both addresses say so. Raises EditError
    if none or all are chosen, or one is not the event's; ConflictError.
    """
    wanted_ids = sorted(set(reports))
    event, before = _mine(event_id, editor)
    leaving = {pk: before.reports[pk] for pk in wanted_ids if pk in before.reports}
    if len(leaving) < len(wanted_ids) or not leaving or len(leaving) == len(before.reports):
        raise EditError(_("reports: some of the event's, not all of them"))
    new = _new_event(event, before, wanted_ids, editor)
    stay = {pk: row for pk, row in before.reports.items() if pk not in leaving}
    wanted = {
        event_id: replace(before, reports=stay),
        new.pk: replace(record_of(new), reports=leaving),
    }
    change = _write({event_id: event, new.pk: new}, wanted, editor.act(Verb.SPLIT), new=new.pk)
    _say(new, {Correction.Field.EVENT: new.pk}, editor, change)
    return change, new


def _new_event(event: Event, before: Record, reports: Sequence[int], editor: Editor) -> Event:
    """An event that says what the leaving reports were taken to say; else what the old one says."""
    rows = Report.objects.filter(pk__in=reports, entry__classification__isnull=False)
    told = [report.entry.classification for report in rows.order_by("pk") if report.entry]
    first = next((one for one in told if one.kinds), None)
    kinds = tuple(first.kinds) if first else before.kinds
    values = {
        name: tuple(dict.fromkeys(v for one in told for v in getattr(one, name)))
        if first
        else getattr(before, name)
        for name in ("platforms", "targets", "countries")
    }
    parties = [entity(PARTIES[name], value) for name, found in values.items() for value in found]
    occurred = first.occurred if first else before.occurred
    new = Event.objects.create(
        kind=kinds[0],
        other_kinds=list(kinds[1:]),
        headline=headline_of([Kind(kind) for kind in kinds], parties, occurred),
        occurred=occurred,
        occurred_source=first.occurred_source if first else before.occurred_source,
        extent=first.extent if first else before.extent,
        grounds="".join(first.grounds[:1]) if first else before.grounds,
        confidence=first.confidence if first else None,
        kind_confidence=first.kind_confidence if first else None,
        **{name: getattr(first or before, name) for names in FIGURES for name in names},
        state=Event.State.REVIEWED,
        split_from=event,
        recorded_at=editor.now,
        changed_at=editor.now,
    )
    write.add_parties([(new, parties)])
    return new


@in_transaction
def set_link(event_id: int, kind: str, other_id: int, state: str, editor: Editor) -> Change:
    """Confirms, rejects or proposes a link of the event to another. Raises EditError for a link to
    itself or to nothing.
    """
    if kind not in Link.Type or state not in Link.State:
        raise EditError(_("link: of no known type or state"))
    if event_id == other_id or not Event.objects.filter(pk=other_id).exists():
        raise EditError(_("link: to another event"))
    events = lock(events={event_id, other_id})
    _event, before = _mine(event_id, editor)
    _standing(events[other_id])
    links = {**before.links, (kind, other_id): (kind, other_id, state)}
    other = record_of(events[other_id])
    leading = {**other.linked_from, (kind, event_id): (kind, event_id, state)}
    _check_size(events[other_id], replace(other, linked_from=leading))
    return _write(events, {event_id: replace(before, links=links)}, editor.act(Verb.LINK))


@in_transaction
def undo(change_id: int, editor: Editor) -> Change:
    """Takes back a change, for UNDO_FOR after it was made: exactly what it did. Raises EditError
    afterwards, ConflictError if that would lose what happened since.
    """
    change = Change.objects.get(pk=change_id)
    if editor.now - change.at > UNDO_FOR:
        raise EditError(_("a change can be undone for %s days") % UNDO_FOR.days)
    if Change.objects.filter(undoes=change).exists():
        raise EditError(_("it was undone already"))
    undoing_it = undoing.undo(change_id, editor.act(Verb.UNDO))
    _settle_again(change, undoing_it, editor.now)
    return undoing_it


def _settle_again(change: Change, undoing_it: Change, now: datetime) -> None:
    """What the program said since of reports that an undo takes away again, it says anew of those
    that stay; where an editor said the facts, they stand as they were.
    """
    said = undoing_it.revisions
    moved = said.filter(field="report", event__merged_into=None).values_list("event", flat=True)
    decided = said.filter(field__in=FIELDS).values_list("event", flat=True)
    events = set(moved) - set(decided)
    since = Revision.objects.filter(event__in=events, change=None, field__in=FIELDS)
    first = change.revisions.order_by("pk").first()
    again = since.filter(pk__gt=first.pk) if first else since.none()
    for event in lock(events=again.values_list("event", flat=True)).values():
        settle(event, now)


@in_transaction
def claim(event_id: int, by: str, now: datetime) -> str:
    """Says that an editor is at the event, for CLAIMED_FOR; who else is, or "". It hinders nobody:
    what happens meanwhile is told by ConflictError.
    """
    event = lock(events=[event_id])[event_id]
    if event.claimed_until and event.claimed_until > now and event.claimed_by != by:
        return event.claimed_by
    Event.objects.filter(pk=event_id).update(claimed_by=by, claimed_until=now + CLAIMED_FOR)
    return ""


def _mine(event_id: int, editor: Editor) -> tuple[Event, Record]:
    event = lock(events=[event_id])[event_id]
    _standing(event)
    _unchanged(event, editor)
    return event, record_of(event)


def _standing(event: Event) -> None:
    """Raises EditError for an event that was merged: what is done to it, nobody would see."""
    if event.merged_into_id is not None:
        words = _("event %(event)s was merged into event %(into)s")
        raise EditError(words % {"event": event.pk, "into": event.merged_into_id})


def _write(
    events: Mapping[int, Event], wanted: Mapping[int, Record], act: Act, new: int | None = None
) -> Change:
    """Stores what an editor wants of locked events; `new` is the one that this makes. Raises
    EditError if one would say more than a page can show.
    """
    for pk, told in wanted.items():
        _check_size(events[pk], told)
    return write.write(events, wanted, act, created=[] if new is None else [new])


def _unchanged(event: Event, editor: Editor) -> None:
    """Further reports are no conflict: they change nothing that an editor decides."""
    if editor.seen is None:
        return
    since: list[Revision] = list(
        event.revisions.filter(pk__gt=editor.seen).exclude(field__in=["report", "linked_from"])
    )
    if since:
        raise ConflictError(since)


def _check(edit: Edit) -> None:
    if not edit.headline.strip() or len(edit.headline) > HEADLINE_LIMIT:
        raise EditError(_("headline: between 1 and %s characters") % HEADLINE_LIMIT)
    unknown = [kind for kind in edit.kinds if kind not in set(Kind)]
    if unknown or not edit.kinds or len(set(edit.kinds)) < len(edit.kinds):
        raise EditError(_("kinds: %s") % (", ".join(unknown) or _("each once, at least one")))
    if any(not name.strip() or len(name) > 200 for name in edit.targets):
        raise EditError(_("targets: names of 1 to 200 characters"))
    if edit.occurred and not _is_day(edit.occurred):
        raise EditError(_("day: written as 2017-10-26 or 2017-10, or left empty"))
    if edit.extent not in {"", *named("extent")}:
        raise EditError(_("extent: permanent, temporary or left empty"))


def _check_size(event: Event, told: Record) -> None:
    """What the program or a history recorded may stay, but not grow."""
    for name, (limit, label) in LIMITS.items():
        count = len(getattr(told, name))
        if count > limit and count > len(getattr(record_of(event), name)):
            words = _("%(what)s: at most %(limit)s of one event")
            raise EditError(words % {"what": label, "limit": limit})


def _check_platforms(platforms: Sequence[str], before: Sequence[str]) -> None:
    """What the program recorded may stay: an act that binds social media as such names none."""
    known = {*named("platform"), *SCOPES, *before}
    strangers = [slug for slug in platforms if slug not in known]
    if strangers:
        raise EditError(_("platforms: %s is not known") % ", ".join(strangers))
    if before and not platforms:
        raise EditError(_("platforms: at least one"))


def _is_day(text: str) -> bool:
    try:
        datetime.strptime(text, "%Y-%m-%d" if len(text) == 10 else "%Y-%m")  # noqa: DTZ007
    except ValueError:
        return False
    return text[:2] in {"19", "20"} and len(text) in {7, 10}


def _correct(event: Event, edit: Edit, editor: Editor, change: Change) -> None:
    told: dict[Correction.Field, object] = {
        Correction.Field.KINDS: list(edit.kinds),
        Correction.Field.PLATFORMS: list(edit.platforms),
        Correction.Field.TARGETS: list(edit.targets),
        Correction.Field.OCCURRED: edit.occurred,
    }
    _say(event, told, editor, change)


def _say(
    event: Event,
    values: Mapping[Correction.Field, object],
    editor: Editor,
    change: Change,
    reports: Iterable[int] | None = None,
) -> None:
    """Notes of the event's entries, or of those of some reports, what they should have been taken
    to say, beside what they were.
    """
    rows = Report.objects.filter(event=event, entry__isnull=False)
    if reports is not None:
        rows = rows.filter(pk__in=list(reports))
    corrections = []
    for entry in Entry.objects.filter(reports__in=rows).select_related("classification"):
        found = getattr(entry, "classification", None)
        corrections += [
            Correction(
                entry=entry,
                field=field,
                value=value,
                told=getattr(found, field, None),
                change=change,
                by=editor.by[:150],
                at=editor.now,
            )
            for field, value in values.items()
        ]
    Correction.objects.bulk_create(corrections)
