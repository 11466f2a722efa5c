"""Word the revisions of an event's record: which field changed, from what, to what, and why."""

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tracker.classify import Kind
from tracker.events.models import Change, Link, Revision
from tracker.events.record.values import CREATED
from tracker.events.search.link_rows import LINK_WORDS
from tracker.events.wording.laws import law_name
from tracker.events.wording.names import (
    appeal_name,
    country_name,
    degree_name,
    format_day,
    format_number,
    ground_name,
    kind_name,
    shown_platform_name,
    territory_name,
)
from tracker.events.wording.reasons import word_reasons
from tracker.events.wording.terms import term

FIELD_WORDS = {
    "event": gettext_lazy("recorded"),
    "own_headline": gettext_lazy("headline"),
    "headline": gettext_lazy("headline"),  # the program's, in revisions of older versions
    "kinds": gettext_lazy("kind"),
    "platforms": gettext_lazy("platforms"),
    "targets": gettext_lazy("targets"),
    "countries": gettext_lazy("countries"),
    "grounds": gettext_lazy("grounds"),
    "state": gettext_lazy("state"),
    "report": gettext_lazy("report"),
    "role": gettext_lazy("role of a report"),
    "check": gettext_lazy("check"),
    "link": gettext_lazy("link"),
    "linked_from": gettext_lazy("link"),  # of another event to this one
    "occurred": gettext_lazy("day of the act"),
    "occurred_source": gettext_lazy("source of the day"),
    "merged_into": gettext_lazy("merged into event"),
    "split_from": gettext_lazy("split from event"),
    "extent": gettext_lazy("duration"),
    "ended_on": gettext_lazy("end"),
    "effective_on": gettext_lazy("in force from"),
    "amount": gettext_lazy("amount"),
    "currency": gettext_lazy("currency"),
    "affected": gettext_lazy("number affected"),
    "affected_what": gettext_lazy("what is affected"),
    "authority": gettext_lazy("authority"),
    "authority_type": gettext_lazy("type of authority"),
    "law": gettext_lazy("law"),
    "law_article": gettext_lazy("article of the law"),
    "appeal": gettext_lazy("appeal"),
    "territory": gettext_lazy("territory"),
    "region": gettext_lazy("region"),
    "degree": gettext_lazy("partial or total"),
    "ordered_by": gettext_lazy("ordered by"),
    "ordered_by_type": gettext_lazy("type of who ordered it"),
    "confidence": gettext_lazy("confidence"),
    "kind_confidence": gettext_lazy("confidence of the kind"),
}
LINKING = frozenset({"link", "linked_from"})  # fields whose values are links
WORDS_SHOWN = 100  # characters of a value
# Fields that only change with another, or that no editor set.
ACCOMPANYING = {"occurred_source", "confidence", "kind_confidence", "linked_from", "headline"}
# Of fields whose values are codes.
CODED: dict[str, Callable[[str], str]] = {
    "grounds": ground_name,
    "law": law_name,
    "appeal": appeal_name,
    "territory": territory_name,
    "degree": degree_name,
}


def revision_words(
    revision: Revision, headlines: Mapping[int, str] | None = None
) -> tuple[str, str, str]:
    """Return a revision in words: field, before, after; "" for nothing. Linked events are named by
    their number if `headlines` has no name for them.
    """
    name = str(FIELD_WORDS.get(revision.field, revision.field))
    values = revision.before, revision.after
    if revision.field in LINKING:
        before, after = (_link_in_words(revision.field, row, headlines or {}) for row in values)
    else:
        before, after = (value_in_words(revision.field, value) for value in values)
    return name, before, after


def conflict_words(revisions: Sequence[Revision]) -> tuple[str, ...]:
    """Return what others changed in words, each once, as in "ann changed targets: RT → Ruptly",
    without what only accompanies another change.
    """
    with_check = {(r.change_id, r.field) for r in revisions}
    shown = (
        _sentence(revision)
        for revision in revisions
        if revision.field not in ACCOMPANYING
        and not (revision.field == "check" and _is_aside(revision, with_check))
    )
    return tuple(dict.fromkeys(shown))


def _is_aside(check: Revision, fields: Collection[tuple[int | None, str]]) -> bool:
    """Return whether a check only came with a change of its own fact."""
    row = check.after or check.before
    return isinstance(row, list) and (check.change_id, str(row[0])) in fields


def _sentence(revision: Revision) -> str:
    field, before, after = (_shorten(text) for text in revision_words(revision))
    if revision.field == CREATED:
        return _("%(who)s recorded the event") % {"who": term(revision.by)}
    words = _("%(who)s changed %(field)s") % {"who": term(revision.by), "field": field}
    value = f"{before} → {after or _('empty')}" if before else after
    return f"{words}{_(': ')}{value}" if value else words


def _shorten(text: str) -> str:
    return Truncator(text).chars(WORDS_SHOWN)


def why_words(item: Revision | Change | None) -> str:
    """Return why a person or the program did it, in the active language; "" if no reason
    was given.
    """
    return (item.reason or word_reasons(item.reasons)) if item else ""


def value_in_words(field: str, value: Any) -> str:
    """Return a value of a record's field in words; "" for none."""
    if value is None or value in ("", []):
        return ""
    if field == "kinds":
        return ", ".join(kind_name(kind) for kind in value if kind in set(Kind))
    if field == "platforms":
        return ", ".join(map(shown_platform_name, value))
    if field == "countries":
        return ", ".join(map(country_name, value))
    return _part_in_words(field, value)


def _part_in_words(field: str, value: Any) -> str:
    if field in LINKING and isinstance(value, list):
        return _link_in_words(field, value, {})
    if field in {"report", "role", "check"} and isinstance(value, list):
        return _row_in_words(field, value)
    if field in {"amount", "affected"}:
        return format_number(int(value)) if value else ""
    if field in {"occurred", "effective_on", "ended_on"}:
        return format_day(str(value))
    if field in CODED:
        return CODED[field](str(value))
    return ", ".join(map(str, value)) if isinstance(value, list) else term(str(value))


def _row_in_words(field: str, row: Sequence[Any]) -> str:
    """Return a report, its role or a check of a revision in words."""
    if field == "role":
        return term(str(row[1]))
    if field == "report":
        return str(row[1])
    return f"{FIELD_WORDS.get(row[0], row[0])} ({term(str(row[1]))})"


def _link_in_words(field: str, row: Sequence[Any] | None, headlines: Mapping[int, str]) -> str:
    """Return a link of a revision in words, as seen from the event; "" for none."""
    if row is None:
        return ""
    forward, backward = LINK_WORDS[Link.Type(row[0])]
    name = headlines.get(int(row[1]), "")
    other = _("“%s”") % name if name else _("event %s") % row[1]
    return f"{forward if field == 'link' else backward} {other} ({term(str(row[2]))})"
