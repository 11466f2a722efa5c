"""Check what must hold of the record after every change, whoever makes it; pure.

No report is lost: each belongs to an event that has a page (a refused one says why), or is next to
the same article in the event that its own was merged into. Every address leads to a page. No event
with a page is left without a report, and no link leads to a merged event.
"""

from collections.abc import Collection, Mapping
from typing import Any

from django.utils.translation import gettext as _

from tracker.events.record.values import Record


def find_problem(
    now: Mapping[int, Record],
    after: Mapping[int, Record],
    *,
    merged_before: Mapping[int, int | None],
    items: Mapping[int, Any],
    empty: Collection[int] = (),
) -> str:
    """Return what the records of `after` would break, and what to do instead; "" for nothing.

    `now` has the present records, also of events that others would be merged into. `merged_before`
    says which other linked events were merged into which. `items` identifies each report's article,
    equal for two reports of one article; `empty` are events that may have no report.
    """
    merged = {pk: record.merged_into for pk, record in {**now, **after}.items()} | dict(
        merged_before
    )
    reports = {
        pk: {items.get(r, r) for r in record.reports} for pk, record in {**now, **after}.items()
    }
    for pk, record in after.items():
        if len(reports[pk]) < len(record.reports):
            return _twice_words(pk, now[pk])
        if record.merged_into is not None:
            words = _merged_event_problem(pk, record, merged, reports)
            if not words and (record.links or _has_links_to(pk, now[pk], after)):
                words = _suggest_merge(_("Event %s has links that came to it since."), pk, record)
        else:
            words = _page_problem(pk, record, now[pk], merged, is_empty_right=pk in empty)
        if words:
            return words
    return ""


def _twice_words(pk: int, was: Record) -> str:
    words = _("Event %s would have two reports of one article.") % pk
    return f"{words} " + _("Merge the two events instead, or split that report off first.")


def _merged_event_problem(
    pk: int,
    record: Record,
    merged: Mapping[int, int | None],
    reports: Mapping[int, Collection[Any]],
) -> str:
    """Return the problem of an event whose address redirects to another one."""
    into = record.merged_into
    if into is None or into == pk or merged.get(into) is not None:
        return merged_since_words(into or pk, merged.get(into or pk))
    if set(reports[pk]) - set(reports.get(into, ())):
        return _suggest_merge(_("Event %s has reports that came to it since."), pk, record)
    return ""


def _suggest_merge(words: str, pk: int, record: Record) -> str:
    what = _("Merge event %(event)s into event %(into)s instead.")
    return f"{words % pk} {what % {'event': pk, 'into': record.merged_into}}"


def merged_since_words(pk: int, into: int | None) -> str:
    """Say what to do first about an event that was merged."""
    words = _("Event %(event)s was merged into event %(into)s since. Undo that first.")
    return words % {"event": pk, "into": into}


def _has_links_to(pk: int, was: Record, after: Mapping[int, Record]) -> bool:
    """Return whether a link to the event remains."""
    return any(
        source not in after or (kind, pk) in after[source].links for kind, source in was.linked_from
    )


def _page_problem(
    pk: int, record: Record, was: Record, merged: Mapping[int, int | None], *, is_empty_right: bool
) -> str:
    """Return the problem of an event that has a page of its own."""
    if was.reports and not record.reports and not is_empty_right:
        words = _("Event %s would be left without a report.") % pk
        return f"{words} " + _("Undo first what took its other reports away.")
    for key, row in record.links.items():
        other = key[1]
        if was.links.get(key) != row and merged.get(other) is not None:
            return merged_since_words(other, merged[other])
    return ""
