"""Compose a digest from hits and source coverage; pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tracker.events.search.rows import EventRow
from tracker.events.wording.names import format_number
from tracker.feeds.health import SourceCoverage

SHOWN = 10  # events of an alert
SUBJECT_LIMIT = 120


@dataclass(frozen=True)
class AlertHitLine:
    """One hit as a digest words it.

    `alert` and `name` are its alert's, `row` the event, `reason` "new", "undone", "changed" or
    "silent". `by` is the event that undoes it, `changes` are (field, before, after) in words,
    `days` is how long the alert waited.
    """

    alert: int
    name: str
    row: EventRow
    reason: str = "new"
    by: EventRow | None = None
    changes: tuple[tuple[str, str, str], ...] = ()
    days: int = 0
    note: str = ""


@dataclass(frozen=True)
class DigestLine:
    """An event in a section; `also` has the names of the other alerts that matched it."""

    row: EventRow
    also: tuple[str, ...] = ()


@dataclass(frozen=True)
class DigestSection:
    """The new events of one alert: at most SHOWN, newest act first, and how many more there are."""

    alert: int
    name: str
    note: str
    lines: tuple[DigestLine, ...]
    more: int


@dataclass(frozen=True)
class Digest:
    """The content of one mail: new events by alert, then undone, corrected and not undone in time.

    An event appears once in each. `coverage` is that of the period.
    """

    subject: str
    sections: tuple[DigestSection, ...]
    undone: tuple[AlertHitLine, ...]
    changed: tuple[AlertHitLine, ...]
    silent: tuple[AlertHitLine, ...]
    coverage: SourceCoverage


def build_digest(
    hits: Sequence[AlertHitLine], coverage: SourceCoverage, shown: int = SHOWN
) -> Digest:
    """Build the digest of hits that come in the order of their alerts, at least one, with at most
    `shown` events of each alert.
    """
    news = [hit for hit in hits if hit.reason == "new"]
    names: dict[int, list[AlertHitLine]] = {}  # by event, in the order of the alerts
    for hit in news:
        names.setdefault(hit.row.id, []).append(hit)
    by_alert: dict[int, list[AlertHitLine]] = {}
    for lines in names.values():
        by_alert.setdefault(lines[0].alert, []).append(lines[0])
    order = list(dict.fromkeys(hit.alert for hit in news))
    ranked = {alert: _newest_first(by_alert[alert]) for alert in order if alert in by_alert}
    sections = tuple(
        DigestSection(
            alert,
            rows[0].name,
            rows[0].note,
            tuple(
                DigestLine(line.row, tuple(other.name for other in names[line.row.id][1:]))
                for line in rows[:shown]
            ),
            max(0, len(rows) - shown),
        )
        for alert, rows in ranked.items()
    )
    undone, changed, silent = (_hits_of_reason(hits, r) for r in ("undone", "changed", "silent"))
    parts = (
        ("new", [line.row.headline for rows in ranked.values() for line in rows]),
        ("undone", [(line.by or line.row).headline for line in undone]),
        ("corrected", [line.row.headline for line in changed]),
        ("not undone", [line.row.headline for line in silent]),
    )
    return Digest(format_subject(parts), sections, undone, changed, silent, coverage)


def _newest_first(hits: Iterable[AlertHitLine]) -> list[AlertHitLine]:
    # As text an unknown day sorts last and a month after its days, as on the timeline.
    return sorted(hits, key=lambda hit: (hit.row.occurred, hit.row.id), reverse=True)


def _hits_of_reason(hits: Iterable[AlertHitLine], reason: str) -> tuple[AlertHitLine, ...]:
    """Return the hits of a reason, keeping the first for each event and cause."""
    first_hits = {
        (hit.row.id, hit.by.id if hit.by else 0, hit.changes): hit
        # Reversed, so that of equal keys the first hit is the one that stays.
        for hit in reversed(list(hits))
        if hit.reason == reason
    }
    return tuple(reversed(first_hits.values()))


def _count_words(reason: str, count: int) -> str:
    forms = {
        "new": ngettext("%s new", "%s new", count),
        "undone": ngettext("%s undone", "%s undone", count),
        "corrected": ngettext("%s corrected", "%s corrected", count),
        "not undone": ngettext("%s not undone", "%s not undone", count),
    }
    return forms[reason] % format_number(count)


def format_subject(parts: Sequence[tuple[str, Sequence[str]]]) -> str:
    """Return the counts followed by as many headlines as fit, as in "2 new: Twitter bars RT; …"."""
    filled = [(what, headlines) for what, headlines in parts if headlines]
    counts = ", ".join(_count_words(what, len(headlines)) for what, headlines in filled)
    first, *others = (headline for _, headlines in filled for headline in headlines)
    text = _("%(counts)s: %(first)s") % {"counts": counts, "first": first}
    for headline in others:
        if len(text) + len(headline) + 2 > SUBJECT_LIMIT:
            text = f"{text}; …"
            break
        text = f"{text}; {headline}"
    return " ".join(text.split())
