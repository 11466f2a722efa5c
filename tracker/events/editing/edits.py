"""Edit, confirm, dispute, accept, refuse and restore an event."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from babel.core import get_global
from django.utils.translation import gettext as _

from tracker.classify import Kind
from tracker.classify.facts.counts import COUNTED
from tracker.classify.words.lists import listed_rows
from tracker.events.editing.editor import (
    EditError,
    Editor,
    add_corrections,
    lock_event,
    write_checked,
)
from tracker.events.models import Change, Correction, Entity, Event, Revision
from tracker.events.record import checks
from tracker.events.record.locks import in_transaction
from tracker.events.record.records import record_of
from tracker.events.record.values import Record, revert_changes
from tracker.events.wording.headline import HEADLINE_LIMIT
from tracker.events.wording.names import country_choices
from tracker.events.wording.quantities import NO_CURRENCIES
from tracker.events.wording.terms import APPEALS, AUTHORITIES, DEGREES, SCOPES, TERRITORIES
from tracker.partial_date import PartialDate
from tracker.text import clean_text

Verb = Change.Verb
EDITED = (
    *("own_headline", "kinds", "platforms", "targets", "countries", "grounds"),
    *("occurred", "ended_on", "effective_on", "extent", "amount", "currency"),
    *("affected", "affected_what", "authority", "authority_type"),
    *("law", "law_article", "appeal", "territory", "region", "degree"),
    *("ordered_by", "ordered_by_type"),
)
DAYS = ("occurred", "ended_on", "effective_on")
EUROPEAN_UNION = "EU"  # not a country, but it acts like one
AUTHORITY_LIMIT = 200
REGION_LIMIT = 60
ARTICLE = re.compile(r"[\w()/.-]{1,20}")
LARGEST = 10**15  # a larger amount or number is a typing error
EARLIEST_START = timedelta(days=366)  # before the act
# The classifier's fields that an editor's values correct.
CORRECTED = (
    Correction.Field.KINDS,
    Correction.Field.PLATFORMS,
    Correction.Field.TARGETS,
    Correction.Field.OCCURRED,
)


@dataclass(frozen=True)
class EventEdit:
    """The values that an editor submits: a headline in the editor's words or "", kinds with the
    main one first, slugs of platforms, English names of targets, codes of countries, days as
    "YYYY-MM-DD", "YYYY-MM" or "", the duration as "permanent", "temporary" or "", amounts as whole
    numbers, 0 for none.
    """

    own_headline: str
    kinds: tuple[str, ...]
    platforms: tuple[str, ...]
    targets: tuple[str, ...]
    occurred: str
    extent: str = ""
    countries: tuple[str, ...] = ()
    grounds: str = ""
    ended_on: str = ""
    effective_on: str = ""
    amount: int = 0
    currency: str = ""
    affected: int = 0
    affected_what: str = ""
    authority: str = ""
    authority_type: str = ""
    law: str = ""
    law_article: str = ""
    appeal: str = ""
    territory: str = ""
    region: str = ""
    degree: str = ""
    ordered_by: str = ""
    ordered_by_type: str = ""

    def __post_init__(self) -> None:
        # The API allows line breaks, since other texts may have them.
        object.__setattr__(self, "own_headline", clean_text(self.own_headline))
        for name in ("authority", "ordered_by", "law_article", "region"):
            object.__setattr__(self, name, clean_text(getattr(self, name)))
        object.__setattr__(self, "targets", tuple(map(clean_text, self.targets)))


def current_values(event: Event) -> EventEdit:
    """Return the event's editable values."""
    return _values_in(record_of(event))


def _values_in(record: Record) -> EventEdit:
    return EventEdit(**{name: getattr(record, name) for name in EDITED})


def rebase_edit(event: Event, edit: EventEdit, since: Iterable[Revision]) -> EventEdit:
    """Return the event's current values with what an edit changes of those before the revisions
    `since`: nothing of either is lost.
    """
    record = record_of(event)
    latest_first = sorted(since, key=lambda revision: -revision.pk)
    changes = ((revision.field, revision.before, revision.after) for revision in latest_first)
    read = _values_in(revert_changes(record, changes))
    typed = {n: getattr(edit, n) for n in EDITED if getattr(edit, n) != getattr(read, n)}
    return replace(_values_in(record), **typed)


@in_transaction
def edit_event(
    event_id: int, edit: EventEdit, editor: Editor, *, is_accepted: bool = True
) -> Change:
    """Store what differs from the event, and mark it as reviewed if it `is_accepted`; otherwise
    unchanged facts stay unchecked. Raises EditError for an invalid value, or if nothing differs and
    nothing is accepted; ConflictError if the event changed since the editor read it.
    """
    check_values(edit)
    event, before = lock_event(event_id, editor)
    current = _values_in(before)
    if edit == current and not is_accepted:
        raise EditError(_("You have not changed anything"))
    check_platforms(edit.platforms, before.platforms)
    _check_countries(edit.countries, before.countries)
    check_grounds(edit.grounds, before.grounds)
    edited = replace(
        before,
        **{name: getattr(edit, name) for name in EDITED},
        occurred_source=before.occurred_source if edit.occurred == before.occurred else "editor",
        state=Event.State.REVIEWED.value if is_accepted else before.state,
    )
    after = checks.note_edit(before, edited, editor.by, editor.now, is_accepted=is_accepted)
    # Saving a form unchanged confirms the event, from which the classifier also learns.
    verb = Verb.ACCEPT if edit == current else Verb.EDIT
    change = write_checked({event_id: event}, {event_id: after}, editor.action(verb))
    if is_accepted or edit.targets != current.targets:
        _confirm_names(event)
    corrected = [
        field
        for field in CORRECTED
        if is_accepted or getattr(edit, field.value) != getattr(current, field.value)
    ]
    _add_corrections_of_edit(event, edit, editor, change, corrected)
    return change


def _confirm_names(event: Event) -> None:
    """Mark the names in an event as known, since its editor vouches for them."""
    # Locked in id order, as everywhere.
    reported = Entity.objects.filter(parties__event=event, is_reported=True).order_by("pk")
    confirmed = list(reported.select_for_update(no_key=True, of=("self",)).values_list("pk"))
    Entity.objects.filter(pk__in=[pk for (pk,) in confirmed]).update(is_reported=False)


@in_transaction
def check_fact(event_id: int, fact: str, state: str, editor: Editor) -> Change:
    """Confirm or dispute one fact of the event as it is; other facts are not affected. Raises
    EditError for an unknown fact or state, ConflictError if the event changed since the editor read
    it.
    """
    verbs = {checks.CONFIRMED: Verb.CONFIRM, checks.DISPUTED: Verb.DISPUTE}
    if fact not in checks.FACTS or state not in verbs:
        raise EditError(_("Choose a fact of the event, and whether it is right"))
    event, before = lock_event(event_id, editor)
    after = checks.check_facts(before, [fact], state, editor.by, editor.now)
    change = write_checked({event_id: event}, {event_id: after}, editor.action(verbs[state]))
    if state == checks.CONFIRMED:
        if fact == "targets":
            _confirm_names(event)
        if fact in Correction.Field:
            value = getattr(before, fact)
            add_corrections(event, {Correction.Field(fact): value}, editor, change)
    return change


@in_transaction
def accept_event(event_id: int, editor: Editor) -> Change:
    """Confirm the event as it is. Raises ConflictError."""
    return edit_event(event_id, current_values(Event.objects.get(pk=event_id)), editor)


@in_transaction
def refuse_event(event_id: int, editor: Editor) -> Change:
    """Remove an event from every page; its address says why.

    Raises EditError without a reason, ConflictError if it changed since the editor read it.
    """
    if not editor.reason.strip() and not editor.reasons:
        raise EditError(_("Give a reason for the refusal. The event’s page will show it"))
    event, before = lock_event(event_id, editor)
    after = replace(before, state=Event.State.REFUSED.value)
    change = write_checked({event_id: event}, {event_id: after}, editor.action(Verb.REFUSE))
    add_corrections(event, {Correction.Field.KINDS: []}, editor, change)
    return change


@in_transaction
def restore_event(event_id: int, editor: Editor) -> Change | None:
    """Undo a refusal and mark the event as reviewed; return None if it was not refused.

    Raises ConflictError.
    """
    event, before = lock_event(event_id, editor)
    if event.state != Event.State.REFUSED:
        return None
    after = replace(before, state=Event.State.REVIEWED.value)
    change = write_checked({event_id: event}, {event_id: after}, editor.action(Verb.RESTORE))
    _add_corrections_of_edit(event, _values_in(before), editor, change)
    return change


def check_values(edit: EventEdit) -> None:
    """Raise EditError for a value that no event can have, whatever it had before."""
    if len(edit.own_headline) > HEADLINE_LIMIT:
        raise EditError(_("Enter a headline of at most %s characters") % HEADLINE_LIMIT)
    unknown = [kind for kind in edit.kinds if kind not in set(Kind)]
    if unknown or not edit.kinds or len(set(edit.kinds)) < len(edit.kinds):
        raise EditError(_("kinds: %s") % (", ".join(unknown) or _("each once, at least one")))
    if any(not name.strip() or len(name) > 200 for name in edit.targets):
        raise EditError(_("Enter target names of 1 to 200 characters"))
    if any(day and not _is_day(day) for day in (getattr(edit, name) for name in DAYS)):
        raise EditError(_("Enter a day like 2017-10-26 or 2017-10, or leave it empty"))
    if edit.ended_on and edit.ended_on < edit.occurred[: len(edit.ended_on)]:
        raise EditError(_("Enter an end that is not before the day of the act"))
    _check_start(edit)
    if edit.extent not in {"", *listed_rows("extent")}:
        raise EditError(_("Choose permanent or temporary, or leave it empty"))
    _check_figures(edit)


def _check_start(edit: EventEdit) -> None:
    start, act, end = (
        PartialDate.parse(day).span for day in (edit.effective_on, edit.occurred, edit.ended_on)
    )
    if start and end and start[0] > end[1]:
        raise EditError(_("Enter a start that is not after the end"))
    # Some acts apply from a day shortly before them.
    if start and act and act[0] - start[1] > EARLIEST_START:
        raise EditError(_("Enter a start that is at most a year before the day of the act"))


def _check_figures(edit: EventEdit) -> None:
    if not (0 <= edit.amount <= LARGEST and 0 <= edit.affected <= LARGEST):
        raise EditError(_("Enter a whole number like 320000000"))
    is_currency = edit.currency in get_global("all_currencies")
    if bool(edit.amount) != bool(edit.currency) or (edit.currency and not is_currency):
        raise EditError(_("Enter an amount and its currency, like 320000000 and EUR"))
    if edit.currency in NO_CURRENCIES:
        raise EditError(_("Enter a currency that is paid in, like EUR"))
    if bool(edit.affected) != bool(edit.affected_what) or edit.affected_what not in {"", *COUNTED}:
        raise EditError(_("Enter how many are affected, and choose what is counted"))
    if len(edit.authority) > AUTHORITY_LIMIT or edit.authority_type not in {"", *AUTHORITIES}:
        raise EditError(_("Enter the authority in at most 200 characters, and choose its type"))
    if len(edit.ordered_by) > AUTHORITY_LIMIT or edit.ordered_by_type not in {"", *AUTHORITIES}:
        raise EditError(_("Enter who ordered it in at most 200 characters, and choose its type"))
    _check_circumstances(edit)


def _check_circumstances(edit: EventEdit) -> None:
    if edit.law not in {"", *listed_rows("law")}:
        raise EditError(_("Choose a law from the list"))
    if edit.law_article and not (edit.law and ARTICLE.fullmatch(edit.law_article)):
        raise EditError(_("Enter an article like 16 or 16(2), and choose its law"))
    if edit.appeal not in {"", *APPEALS}:
        raise EditError(_("Choose what became of the act on appeal"))
    if edit.territory not in {"", *TERRITORIES}:
        raise EditError(_("Choose where the act applies"))
    if len(edit.region) > REGION_LIMIT or (edit.region and edit.territory != "region"):
        raise EditError(_("Name a region only if the act applies in a region"))
    if edit.degree not in {"", *DEGREES}:
        raise EditError(_("Choose partial or total, or leave it empty"))


def _check_countries(countries: Sequence[str], before: Sequence[str]) -> None:
    known = {*dict(country_choices()), EUROPEAN_UNION, *before}
    strangers = [code for code in countries if code not in known]
    if strangers:
        raise EditError(_("Unknown country: %s") % ", ".join(strangers))


def check_grounds(grounds: str, before: str = "") -> None:
    """Raise EditError for unlisted grounds, unless the event had them `before`."""
    # Values from an older list or a history file stay until somebody changes them.
    if grounds not in {"", "unknown", before, *listed_rows("ground")}:
        raise EditError(_("Choose grounds from the list"))


def check_platforms(platforms: Sequence[str], before: Sequence[str]) -> None:
    """Raise EditError for unknown platforms; an act on social media in general may name none."""
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


def _add_corrections_of_edit(
    event: Event,
    edit: EventEdit,
    editor: Editor,
    change: Change,
    fields: Sequence[Correction.Field] = CORRECTED,
) -> None:
    values = {field: getattr(edit, field.value) for field in fields}
    lists = {f: list(v) if isinstance(v, tuple) else v for f, v in values.items()}
    add_corrections(event, lists, editor, change)
