"""What holds of the record after every change, whoever makes it; pure.

No report is lost from sight: each stands in an event that has a page (a refused one says why), or
beside the same article in the event that its own was merged into. Every address ends at a page. No
event that has a page is left without a report, no link leads to an event that was merged.
"""

from collections.abc import Collection, Mapping
from typing import Any

from django.utils.translation import gettext as _

from tracker.events.record.values import Record


def problem(
    now: Mapping[int, Record],
    after: Mapping[int, Record],
    *,
    merged_before: Mapping[int, int | None],
    items: Mapping[int, Any],
    empty: Collection[int] = (),
) -> str:
    """What would be broken if the events of `after` said that, and what to do instead; "" for
    nothing.

    `now` has the records as they stand, also of the events that others would be merged into. Of
    other events that are linked, `merged_before` says which were merged into which. `items` says
    what each report is of, alike for two reports of one article; `empty` are events that may have
    none.
    """
    merged = {pk: told.merged_into for pk, told in {**now, **after}.items()} | dict(merged_before)
    reports = {pk: {items.get(r, r) for r in told.reports} for pk, told in {**now, **after}.items()}
    for pk, told in after.items():
        if len(reports[pk]) < len(told.reports):
            return _of_twice(pk, now[pk])
        if told.merged_into is not None:
            words = _of_gone(pk, told, merged, reports)
            if not words and (told.links or _leading_to(pk, now[pk], after)):
                words = _instead(_("Event %s has links that came to it since."), pk, told)
        else:
            words = _of_page(pk, told, now[pk], merged, is_empty_right=pk in empty)
        if words:
            return words
    return ""


def _of_twice(pk: int, was: Record) -> str:
    told = _("Event %s would have two reports of one article.") % pk
    return f"{told} " + _("Merge the two events instead, or split that report off first.")


def _of_gone(
    pk: int,
    told: Record,
    merged: Mapping[int, int | None],
    reports: Mapping[int, Collection[Any]],
) -> str:
    """Of an event whose address leads to another one."""
    into = told.merged_into
    if into is None or into == pk or merged.get(into) is not None:
        return merged_since(into or pk, merged.get(into or pk))
    if set(reports[pk]) - set(reports.get(into, ())):
        return _instead(_("Event %s has reports that came to it since."), pk, told)
    return ""


def _instead(words: str, pk: int, told: Record) -> str:
    what = _("Merge event %(event)s into event %(into)s instead.")
    return f"{words % pk} {what % {'event': pk, 'into': told.merged_into}}"


def merged_since(pk: int, into: int | None) -> str:
    """What to do first about an event that was merged."""
    words = _("Event %(event)s was merged into event %(into)s since. Undo that first.")
    return words % {"event": pk, "into": into}


def _leading_to(pk: int, was: Record, after: Mapping[int, Record]) -> bool:
    """Whether a link to the event stays."""
    return any(
        source not in after or (kind, pk) in after[source].links for kind, source in was.linked_from
    )


def _of_page(
    pk: int, told: Record, was: Record, merged: Mapping[int, int | None], *, is_empty_right: bool
) -> str:
    """Of an event that has a page of its own."""
    if was.reports and not told.reports and not is_empty_right:
        words = _("Event %s would be left without a report.") % pk
        return f"{words} " + _("Undo first what took its other reports away.")
    for key, row in told.links.items():
        other = key[1]
        if was.links.get(key) != row and merged.get(other) is not None:
            return merged_since(other, merged[other])
    return ""
