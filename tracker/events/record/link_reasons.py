"""Keep why a link was proposed when a merge moves the link, or an undo brings it back.

A merge deletes the links of the event that disappears and adds them to the remaining one. What the
program said when it proposed them, and how sure it was, goes with them.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from tracker.events.models import Link, PastRow, Revision
from tracker.events.reasons import certainty_in
from tracker.events.record.values import PROGRAM, Difference

LinkKey = tuple[int, str, int]  # source, type, target


class LinkBasis(NamedTuple):
    """Why a link was proposed, and how sure the program was, 0 to 1; None if unknown."""

    reasons: list[Any]
    score: float | None


def link_bases(
    changes_by_event: Mapping[int, Iterable[Difference]],
) -> dict[LinkKey, LinkBasis]:
    """Return why each added link was proposed: as the link that a merge moved was, or as the link
    itself was before it was deleted. Includes links that stay and take over, or give back, the
    basis of one that fell together with them.
    """
    links = [
        (pk, before, after)
        for pk, changes in changes_by_event.items()
        for name, before, after in changes
        if name == "link"
    ]
    new = [(pk, after[0], after[1]) for pk, before, after in links if before is None]
    removed = [(pk, before[0], before[1]) for pk, before, after in links if after is None]
    if not removed and not new:
        return {}
    merges = [
        (pk, before, after)
        for pk, changes in changes_by_event.items()
        for name, before, after in changes
        if name == "merged_into"
    ]
    merged = {pk: after for pk, _before, after in merges if after is not None}
    parted = {pk: before for pk, before, after in merges if after is None}
    ends = {end for key in (*new, *removed) for end in (key[0], _redirect(key, merged)[0])}
    ends |= {_redirect(key, parted)[0] for key in new}
    stored = {
        (link.source_id, link.type, link.target_id): link
        for link in Link.objects.filter(source__in=ends)
    }
    staying = {key: link for key, link in stored.items() if key not in removed}
    bases = _former_bases(new, staying, parted)
    joined: dict[LinkKey, list[Link]] = {}
    for key in removed:
        to = _redirect(key, merged)
        if key in stored and to != key and (to in new or to in staying):
            own = [staying[to]] if to in staying else []
            joined.setdefault(to, own).append(stored[key])
    # The first of equally sure ones: the remaining event's own.
    return bases | {to: _basis(max(links, key=_sureness)) for to, links in joined.items()}


def store_bases(bases: Mapping[LinkKey, LinkBasis]) -> None:
    """Store the bases of links that stayed; those of new ones are stored with them."""
    for link in Link.objects.filter(source__in={key[0] for key in bases}):
        basis = bases.get((link.source_id, link.type, link.target_id))
        if basis is not None and basis != _basis(link):
            Link.objects.filter(pk=link.pk).update(**basis._asdict())


def _redirect(key: LinkKey, merged: Mapping[int, int]) -> LinkKey:
    return merged.get(key[0], key[0]), key[1], merged.get(key[2], key[2])


def _basis(link: Link) -> LinkBasis:
    return LinkBasis(link.reasons, link.score)


def _sureness(link: Link) -> float:
    """Return a rank: what an editor decided is surer than any proposal."""
    if link.state != Link.State.PROPOSED:
        return 2.0
    return -1.0 if link.score is None else link.score


def _former_bases(
    new: Sequence[LinkKey], staying: Mapping[LinkKey, Link], parted: Mapping[int, int]
) -> dict[LinkKey, LinkBasis]:
    """Return the bases of links that are added again, and of those that an undone merge had joined
    them with.
    """
    twins = {key: _redirect(key, parted) for key in new}
    # Triggers store what a link said whenever that is changed or deleted, in order of the ids.
    past: dict[LinkKey, list[tuple[int, LinkBasis]]] = {}
    sources = {key[0] for key in (*twins, *twins.values())}
    rows = PastRow.objects.filter(table="link", row__in=sources).order_by("pk")
    for pk, source, was in rows.values_list("pk", "row", "was"):
        score = None if was["score"] is None else float(was["score"])
        key = (source, was["type"], was["target_id"])
        past.setdefault(key, []).append((pk, LinkBasis(was["reasons"], score)))
    bases = _proposed_bases(new)
    for key, twin in twins.items():
        if key not in past:
            continue
        deleted_in, bases[key] = past[key][-1]
        since = [basis for pk, basis in past.get(twin, []) if pk > deleted_in]
        if twin in staying and since and _basis(staying[twin]) == bases[key]:
            bases[twin] = since[0]
    return bases


def _proposed_bases(new: Iterable[LinkKey]) -> dict[LinkKey, LinkBasis]:
    """Return the bases of links as the program gave them when it proposed them."""
    bases = {key: LinkBasis([], None) for key in new}
    sources = {key[0] for key in bases}
    rows = Revision.objects.filter(event__in=sources, field="link", by=PROGRAM).order_by("pk")
    for pk, after, reasons in rows.values_list("event", "after", "reasons"):
        key = (pk, after[0], after[1]) if after else None
        if key in bases:
            bases[key] = LinkBasis(reasons, certainty_in(reasons))
    return bases
