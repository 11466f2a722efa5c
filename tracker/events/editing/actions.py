"""What editors do to events; each action is one Change with its Revisions and stores
Corrections.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tracker.classify import Kind
from tracker.classify.words.lists import listed_rows
from tracker.events.consensus.settle import settle_event
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
from tracker.events.reasons import Reasons
from tracker.events.record import checks, write
from tracker.events.record.entities import get_entity
from tracker.events.record.locks import in_transaction, lock
from tracker.events.record.records import record_of
from tracker.events.record.values import FIELDS, FIGURES, PARTIES, Difference, Record, differences
from tracker.events.record.write import Action, ConflictError
from tracker.events.wording.headline import HEADLINE_LIMIT
from tracker.events.wording.terms import SCOPES
from tracker.feeds.models import Entry
from tracker.partial_date import PartialDate
from tracker.text import clean_text

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
class EventEdit:
    """The values that an editor submits: a headline in own words or "", kinds with the main one
    first, slugs of platforms, English names of targets, the day as "YYYY-MM-DD", "YYYY-MM" or "",
    the duration as "permanent", "temporary" or "".
    """

    own_headline: str
    kinds: tuple[str, ...]
    platforms: tuple[str, ...]
    targets: tuple[str, ...]
    occurred: str
    extent: str = ""

    def __post_init__(self) -> None:
        # The API lets line breaks through, since other texts may have them.
        object.__setattr__(self, "own_headline", clean_text(self.own_headline))
        object.__setattr__(self, "targets", tuple(map(clean_text, self.targets)))


EDITED = ("own_headline", "kinds", "platforms", "targets", "occurred", "extent")


@dataclass(frozen=True)
class Editor:
    """Who acts, when, why (in own words, or by a reason that the page offered), and which revision
    of the event they had read (see last_revision_id).
    """

    by: str
    now: datetime
    reason: str = ""
    read_version: int | None = None
    reasons: Reasons = ()

    def action(self, verb: Change.Verb) -> Action:
        return Action(verb, self.by, self.reason, self.now, self.reasons)


def current_values(event: Event) -> EventEdit:
    """Return the event's editable values."""
    now = record_of(event)
    return EventEdit(**{name: getattr(now, name) for name in EDITED})


def last_revision_id(event: Event) -> int:
    """Return the id of the event's last revision, 0 for none; pages send it back with an edit."""
    newest = event.revisions.order_by("-pk").values_list("pk", flat=True).first()
    return newest or 0


@in_transaction
def edit_event(event_id: int, edit: EventEdit, editor: Editor) -> Change:
    """Store what differs from the event and mark it as reviewed.

    Raises EditError for a bad value, ConflictError if the event changed since the editor read it.
    """
    _check_edit(edit)
    event, before = _lock_event(event_id, editor)
    _check_platforms(edit.platforms, before.platforms)
    edited = replace(
        before,
        **{name: getattr(edit, name) for name in EDITED},
        occurred_source=before.occurred_source if edit.occurred == before.occurred else "editor",
        state=Event.State.REVIEWED.value,
    )
    after = checks.note_edit(before, edited, editor.by, editor.now)
    # Saving a form unchanged says that the event is right, which the classifier learns from, too.
    verb = Verb.ACCEPT if edit == current_values(event) else Verb.EDIT
    change = _write_checked({event_id: event}, {event_id: after}, editor.action(verb))
    _confirm_names(event)
    _add_corrections_of_edit(event, edit, editor, change)
    return change


def _confirm_names(event: Event) -> None:
    """Take the names in an event for known: its editor vouches for them."""
    # Locked in id order, as everywhere.
    reported = Entity.objects.filter(parties__event=event, is_reported=True).order_by("pk")
    confirmed = list(reported.select_for_update(no_key=True, of=("self",)).values_list("pk"))
    Entity.objects.filter(pk__in=[pk for (pk,) in confirmed]).update(is_reported=False)


@in_transaction
def check_fact(event_id: int, fact: str, state: str, editor: Editor) -> Change:
    """Confirm or dispute one fact of the event as it stands; says nothing of the others.

    Raises EditError for what is no fact or no state, ConflictError if the event changed since the
    editor read it.
    """
    verbs = {checks.CONFIRMED: Verb.CONFIRM, checks.DISPUTED: Verb.DISPUTE}
    if fact not in checks.FACTS or state not in verbs:
        raise EditError(_("Choose a fact of the event, and whether it is right"))
    event, before = _lock_event(event_id, editor)
    after = checks.check_facts(before, [fact], state, editor.by, editor.now)
    change = _write_checked({event_id: event}, {event_id: after}, editor.action(verbs[state]))
    if state == checks.CONFIRMED:
        if fact == "targets":
            _confirm_names(event)
        if fact in Correction.Field:
            value = getattr(before, fact)
            _add_corrections(event, {Correction.Field(fact): value}, editor, change)
    return change


@in_transaction
def accept_event(event_id: int, editor: Editor) -> Change:
    """Confirm the event as it is. Raises ConflictError."""
    return edit_event(event_id, current_values(Event.objects.get(pk=event_id)), editor)


@in_transaction
def refuse_event(event_id: int, editor: Editor) -> Change:
    """Take an event off every page; its address says why.

    Raises EditError without a reason, ConflictError if it changed since the editor read it.
    """
    if not editor.reason.strip() and not editor.reasons:
        raise EditError(_("Give a reason for the refusal. The event’s page will show it"))
    event, before = _lock_event(event_id, editor)
    after = replace(before, state=Event.State.REFUSED.value)
    change = _write_checked({event_id: event}, {event_id: after}, editor.action(Verb.REFUSE))
    _add_corrections(event, {Correction.Field.KINDS: []}, editor, change)
    return change


@in_transaction
def restore_event(event_id: int, editor: Editor) -> Change | None:
    """Undo a refusal and mark the event as reviewed; return None if it was not refused.

    Raises ConflictError.
    """
    event, before = _lock_event(event_id, editor)
    if event.state != Event.State.REFUSED:
        return None
    after = replace(before, state=Event.State.REVIEWED.value)
    change = _write_checked({event_id: event}, {event_id: after}, editor.action(Verb.RESTORE))
    _add_corrections_of_edit(event, current_values(event), editor, change)
    return change


def merge_records(gone: Record, into: Record, moved: Mapping[int, tuple[object, ...]]) -> Record:
    """Return the record of an event after another was merged into it: its own values, plus the
    other's parties and reports, and the other's day if that is more precise; pure.
    """
    # A more precise day is the longer text: "2017-10-26", "2017-10", "".
    gone_on, into_on = PartialDate.parse(gone.occurred), PartialDate.parse(into.occurred)
    takes_day = gone_on.known_parts > into_on.known_parts
    merged = replace(
        into,
        kinds=tuple(dict.fromkeys([*into.kinds, *gone.kinds])),
        platforms=tuple(dict.fromkeys([*into.platforms, *gone.platforms])),
        targets=tuple(dict.fromkeys([*into.targets, *gone.targets])),
        countries=tuple(dict.fromkeys([*into.countries, *gone.countries])),
        occurred=gone.occurred if takes_day else into.occurred,
        occurred_source=gone.occurred_source if takes_day else into.occurred_source,
        extent=into.extent or gone.extent,
        grounds=into.grounds or gone.grounds,
        **{
            name: getattr(into if getattr(into, names[0]) else gone, name)
            for names in FIGURES
            for name in names
        },
        reports={**into.reports, **moved},
    )
    return checks.merge_checks(gone, into, merged)


@in_transaction
def merge_events(event_id: int, into_id: int, editor: Editor) -> Change:
    """Merge an event into another, with its reports, links and followers; its address redirects
    there.

    Raises EditError if both are the same or one is merged already, ConflictError.
    """
    # Links may come between the look and the lock; the late ones are taken without waiting
    # (locks.py).
    events = lock(events={event_id, into_id, *_linked_sources(event_id)})
    since = _linked_sources(event_id) - events.keys()
    events |= lock(events=since, wait=False)
    gone, into = events[event_id], events[into_id]
    if event_id == into_id or gone.merged_into_id or into.merged_into_id:
        raise EditError(_("Choose two different events that have not been merged"))
    _check_unchanged(gone, editor)
    records = {pk: record_of(event) for pk, event in events.items()}
    moved = _reports_to_move(gone, into, records[event_id])
    targets = {pk: _redirect_links(record, pk, event_id, into_id) for pk, record in records.items()}
    links = _combine_links(records[event_id], targets[into_id], into_id)
    targets[into_id] = replace(
        merge_records(records[event_id], targets[into_id], moved), links=links
    )
    staying = {pk: record for pk, record in records[event_id].reports.items() if pk not in moved}
    targets[event_id] = replace(records[event_id], merged_into=into_id, reports=staying, links={})
    change = _write_checked(events, targets, editor.action(Verb.MERGE))
    _add_corrections(into, {Correction.Field.EVENT: into_id}, editor, change, reports=moved)
    return change


@dataclass(frozen=True)
class MergePreview:
    """What a merge would do: how the remaining event changes, how many reports it gets and how many
    it has already, how many links lead to it afterwards.
    """

    differences: tuple[Difference, ...]
    moved: int
    doubles: int
    links: int


def preview_merge(event_id: int, into_id: int) -> MergePreview:
    """Return what merge_events would do; nothing is stored."""
    events = Event.objects.in_bulk([event_id, into_id])
    gone, into = events[event_id], events[into_id]
    gone_record, before = record_of(gone), record_of(into)
    moved = _reports_to_move(gone, into, gone_record)
    after = merge_records(gone_record, before, moved)
    changed = tuple(d for d in differences(before, after) if d[0] != "report")
    links = len(gone_record.links) + len(gone_record.linked_from)
    return MergePreview(changed, len(moved), len(gone_record.reports) - len(moved), links)


def _linked_sources(event_id: int) -> set[int]:
    return set(Link.objects.filter(target=event_id).values_list("source", flat=True))


def _reports_to_move(gone: Event, into: Event, record: Record) -> dict[int, tuple[object, ...]]:
    """Return the reports that the other event lacks, by id, with their addresses."""
    own_reports = Report.objects.filter(event=into)
    entries = set(own_reports.filter(entry__isnull=False).values_list("entry", flat=True))
    urls = set(own_reports.exclude(url="").values_list("url", flat=True))
    # One article may stand in both events; its second report stays behind with the merged one.
    doubles = Report.objects.filter(event=gone).filter(Q(entry__in=entries) | Q(url__in=urls))
    leave = set(doubles.values_list("pk", flat=True))
    return {pk: row for pk, row in record.reports.items() if pk not in leave}


def _redirect_links(record: Record, pk: int, gone: int, into: int) -> Record:
    """Return the record with links to the merged event leading to the remaining one."""
    links: dict[tuple[str, int], tuple[object, ...]] = {}
    for (kind, other), row in record.links.items():
        to = into if other == gone else other
        if to != pk:
            links.setdefault((kind, to), (kind, to, row[2]))
    return replace(record, links=links)


def _combine_links(
    gone: Record, into: Record, into_id: int
) -> dict[tuple[str, int], tuple[object, ...]]:
    own = {key: row for key, row in gone.links.items() if key[1] != into_id}
    return {**own, **into.links}


@in_transaction
def split_event(event_id: int, reports: Iterable[int], editor: Editor) -> tuple[Change, Event]:
    """Move reports of an event into a new one; both addresses say so.

    Raises EditError if none or all are chosen, or one is not the event's; ConflictError.
    """
    wanted_ids = sorted(set(reports))
    event, before = _lock_event(event_id, editor)
    leaving = {pk: before.reports[pk] for pk in wanted_ids if pk in before.reports}
    if len(leaving) < len(wanted_ids) or not leaving or len(leaving) == len(before.reports):
        raise EditError(_("Choose at least one report of the event, but not all"))
    new = _create_split_event(event, before, wanted_ids, editor)
    stay = {pk: row for pk, row in before.reports.items() if pk not in leaving}
    targets = {
        event_id: replace(before, reports=stay),
        new.pk: replace(record_of(new), reports=leaving),
    }
    change = _write_checked(
        {event_id: event, new.pk: new}, targets, editor.action(Verb.SPLIT), new=new.pk
    )
    _add_corrections(new, {Correction.Field.EVENT: new.pk}, editor, change)
    new.refresh_from_db()
    return change, new


def _create_split_event(
    event: Event, before: Record, reports: Sequence[int], editor: Editor
) -> Event:
    """Create the event that the split-off reports describe; where they say nothing, it copies the
    old one.
    """
    rows = Report.objects.filter(pk__in=reports, entry__classification__isnull=False)
    classifications = [
        report.entry.classification for report in rows.order_by("pk") if report.entry
    ]
    first = next(
        (classification for classification in classifications if classification.kinds), None
    )
    kinds = tuple(first.kinds) if first else before.kinds
    values = {
        name: tuple(
            dict.fromkeys(
                v for classification in classifications for v in getattr(classification, name)
            )
        )
        if first
        else getattr(before, name)
        for name in ("platforms", "targets", "countries")
    }
    parties = [
        get_entity(PARTIES[name], value)
        for name, values_of_name in values.items()
        for value in values_of_name
    ]
    occurred = first.occurred if first else before.occurred
    new = Event.objects.create(
        kind=kinds[0],
        other_kinds=list(kinds[1:]),
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
    """Confirm, reject or propose a link of the event to another.

    Raises EditError for a link to itself or to nothing.
    """
    if kind not in Link.Type or state not in Link.State:
        raise EditError(_("Choose a type and a state for the link"))
    if event_id == other_id or not Event.objects.filter(pk=other_id).exists():
        raise EditError(_("Choose another event to link to"))
    events = lock(events={event_id, other_id})
    _event, before = _lock_event(event_id, editor)
    _check_not_merged(events[other_id])
    links = {**before.links, (kind, other_id): (kind, other_id, state)}
    other = record_of(events[other_id])
    leading = {**other.linked_from, (kind, event_id): (kind, event_id, state)}
    _check_size(events[other_id], replace(other, linked_from=leading))
    return _write_checked(
        events, {event_id: replace(before, links=links)}, editor.action(Verb.LINK)
    )


@in_transaction
def undo_change(change_id: int, editor: Editor) -> Change:
    """Undo exactly what a change did, within UNDO_FOR.

    Raises EditError afterwards, ConflictError if later changes would be lost.
    """
    change = Change.objects.get(pk=change_id)
    # After that others have cited and built on the result; a new edit is the honest way.
    if editor.now - change.at > UNDO_FOR:
        raise EditError(_("a change can be undone for %s days") % UNDO_FOR.days)
    if Change.objects.filter(undoes=change).exists():
        raise EditError(_("This change has already been undone"))
    # The settling below is the program's, so it is not part of the undo and not undone with it.
    undoing_it = undoing.revert_change(change_id, editor.action(Verb.UNDO))
    _resettle_events(change, undoing_it, editor.now)
    return undoing_it


def _resettle_events(change: Change, undoing_it: Change, now: datetime) -> None:
    """Settle the events again whose reports an undo moved; facts that an editor decided are
    kept.
    """
    said = undoing_it.revisions
    moved = said.filter(field="report", event__merged_into=None).values_list("event", flat=True)
    decided = said.filter(field__in=FIELDS).values_list("event", flat=True)
    events = set(moved) - set(decided)
    since = Revision.objects.filter(event__in=events, change=None, field__in=FIELDS)
    first = change.revisions.order_by("pk").first()
    again = since.filter(pk__gt=first.pk) if first else since.none()
    for event in lock(events=again.values_list("event", flat=True)).values():
        settle_event(event, now)


@in_transaction
def claim_event(event_id: int, by: str, now: datetime) -> str:
    """Note that an editor works on the event, for CLAIMED_FOR, and return who else does, or "".

    It blocks nobody: a conflict is reported by ConflictError.
    """
    event = lock(events=[event_id])[event_id]
    # A claim only warns: locks that somebody forgets would block a morning's review.
    if event.claimed_until and event.claimed_until > now and event.claimed_by != by:
        return event.claimed_by
    Event.objects.filter(pk=event_id).update(claimed_by=by, claimed_until=now + CLAIMED_FOR)
    return ""


def _lock_event(event_id: int, editor: Editor) -> tuple[Event, Record]:
    event = lock(events=[event_id])[event_id]
    _check_not_merged(event)
    _check_unchanged(event, editor)
    return event, record_of(event)


def _check_not_merged(event: Event) -> None:
    """Raise EditError for an event that was merged: nobody would see what is done to it."""
    if event.merged_into_id is not None:
        words = _("event %(event)s was merged into event %(into)s")
        raise EditError(words % {"event": event.pk, "into": event.merged_into_id})


def _write_checked(
    events: Mapping[int, Event], targets: Mapping[int, Record], act: Action, new: int | None = None
) -> Change:
    """Store the records of locked events; `new` is the event that this change creates.

    Raises EditError if one would hold more than a page can show.
    """
    for pk, record in targets.items():
        _check_size(events[pk], record)
    return write.write_events(events, targets, act, created=[] if new is None else [new])


def _check_unchanged(event: Event, editor: Editor) -> None:
    """Raise ConflictError if the event changed since it was read; further reports are no
    conflict.
    """
    # Only the API may leave it out, for programs that decide without having looked.
    if editor.read_version is None:
        return
    # An edit carries the revision that its editor read, instead of a lock (decision D62).
    since: list[Revision] = list(
        event.revisions.filter(pk__gt=editor.read_version).exclude(
            field__in=["report", "linked_from"]
        )
    )
    if since:
        raise ConflictError(since)


def _check_edit(edit: EventEdit) -> None:
    if len(edit.own_headline) > HEADLINE_LIMIT:
        raise EditError(_("Enter a headline of at most %s characters") % HEADLINE_LIMIT)
    unknown = [kind for kind in edit.kinds if kind not in set(Kind)]
    if unknown or not edit.kinds or len(set(edit.kinds)) < len(edit.kinds):
        raise EditError(_("kinds: %s") % (", ".join(unknown) or _("each once, at least one")))
    if any(not name.strip() or len(name) > 200 for name in edit.targets):
        raise EditError(_("Enter target names of 1 to 200 characters"))
    if edit.occurred and not _is_day(edit.occurred):
        raise EditError(_("Enter a day like 2017-10-26 or 2017-10, or leave it empty"))
    if edit.extent not in {"", *listed_rows("extent")}:
        raise EditError(_("Choose permanent or temporary, or leave it empty"))


def _check_size(event: Event, record: Record) -> None:
    """Raise EditError for too many values; what the program or a history recorded may stay, but not
    grow.
    """
    for name, (limit, label) in LIMITS.items():
        count = len(getattr(record, name))
        if count > limit and count > len(getattr(record_of(event), name)):
            words = _("%(what)s: an event can have at most %(limit)s")
            raise EditError(words % {"what": label, "limit": limit})


def _check_platforms(platforms: Sequence[str], before: Sequence[str]) -> None:
    """Raise EditError for unknown platforms; an act on social media as such may name none."""
    known = {*listed_rows("platform"), *SCOPES, *before}
    strangers = [slug for slug in platforms if slug not in known]
    if strangers:
        raise EditError(_("Unknown platform: %s") % ", ".join(strangers))
    if before and not platforms:
        raise EditError(_("Choose at least one platform"))


def _is_day(text: str) -> bool:
    try:
        day = PartialDate.parse(text)
    except ValueError:
        return False
    return bool(day.month) and day.is_in_calendar and 1900 <= day.year < 2100


def _add_corrections_of_edit(event: Event, edit: EventEdit, editor: Editor, change: Change) -> None:
    values: dict[Correction.Field, object] = {
        Correction.Field.KINDS: list(edit.kinds),
        Correction.Field.PLATFORMS: list(edit.platforms),
        Correction.Field.TARGETS: list(edit.targets),
        Correction.Field.OCCURRED: edit.occurred,
    }
    _add_corrections(event, values, editor, change)


def _add_corrections(
    event: Event,
    values: Mapping[Correction.Field, object],
    editor: Editor,
    change: Change,
    reports: Iterable[int] | None = None,
) -> None:
    """Store what the event's entries, or those of some reports, should have been classified as,
    beside what they were.
    """
    rows = Report.objects.filter(event=event, entry__isnull=False)
    if reports is not None:
        rows = rows.filter(pk__in=list(reports))
    corrections = []
    for entry in Entry.objects.filter(reports__in=rows).select_related("classification"):
        classification = getattr(entry, "classification", None)
        corrections += [
            Correction(
                entry=entry,
                field=field,
                value=value,
                # What the program had said, for the agreement that /review shows.
                program_value=getattr(classification, field, None),
                change=change,
                by=editor.by[:150],
                at=editor.now,
            )
            for field, value in values.items()
        ]
    Correction.objects.bulk_create(corrections)
