"""Hits + coverage -> Digest; pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tracker.events.search.rows import EventRow
from tracker.events.wording.names import number
from tracker.feeds.health import SourceCoverage

SHOWN = 10  # events of an alert
SUBJECT_LIMIT = 120


@dataclass(frozen=True)
class Told:
    """One hit: of which alert (its id and name), which event, why ("new", "undone", "changed",
    "silent"); `by` is the event that undoes it, `changes` are (field, before, after) in words,
    `days` how long it was waited for.
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
class Line:
    """An event in a section; `also` are the names of the other alerts that choose it."""

    row: EventRow
    also: tuple[str, ...] = ()


@dataclass(frozen=True)
class Section:
    """The news of one alert: at most SHOWN events, newest act first, and how many more."""

    alert: int
    name: str
    note: str
    lines: tuple[Line, ...]
    more: int


@dataclass(frozen=True)
class Digest:
    """One mail: news by alert, then what was undone, what was corrected, what was not undone in
    time; each event once in each. `coverage` is of the period.
    """

    subject: str
    sections: tuple[Section, ...]
    undone: tuple[Told, ...]
    changed: tuple[Told, ...]
    silent: tuple[Told, ...]
    coverage: SourceCoverage


def digest(hits: Sequence[Told], coverage: SourceCoverage, shown: int = SHOWN) -> Digest:
    """`hits` in the order of the alerts, at least one; `shown` events of each alert at most."""
    news = [hit for hit in hits if hit.reason == "new"]
    names: dict[int, list[Told]] = {}  # by event, in the order of the alerts
    for hit in news:
        names.setdefault(hit.row.id, []).append(hit)
    by_alert: dict[int, list[Told]] = {}
    for told in names.values():
        by_alert.setdefault(told[0].alert, []).append(told[0])
    order = list(dict.fromkeys(hit.alert for hit in news))
    ranked = {alert: _newest_first(by_alert[alert]) for alert in order if alert in by_alert}
    sections = tuple(
        Section(
            alert,
            rows[0].name,
            rows[0].note,
            tuple(
                Line(one.row, tuple(other.name for other in names[one.row.id][1:]))
                for one in rows[:shown]
            ),
            max(0, len(rows) - shown),
        )
        for alert, rows in ranked.items()
    )
    undone, changed, silent = (_once(hits, r) for r in ("undone", "changed", "silent"))
    parts = (
        ("new", [one.row.headline for rows in ranked.values() for one in rows]),
        ("undone", [(one.by or one.row).headline for one in undone]),
        ("corrected", [one.row.headline for one in changed]),
        ("not undone", [one.row.headline for one in silent]),
    )
    return Digest(subject(parts), sections, undone, changed, silent, coverage)


def _newest_first(hits: Iterable[Told]) -> list[Told]:
    return sorted(hits, key=lambda hit: (hit.row.occurred, hit.row.id), reverse=True)


def _once(hits: Iterable[Told], reason: str) -> tuple[Told, ...]:
    """The hits of a reason, of an event and the same cause the first."""
    found = {
        (hit.row.id, hit.by.id if hit.by else 0, hit.changes): hit
        for hit in reversed(list(hits))
        if hit.reason == reason
    }
    return tuple(reversed(found.values()))


def _counted(what: str, n: int) -> str:
    forms = {
        "new": ngettext("%s new", "%s new", n),
        "undone": ngettext("%s undone", "%s undone", n),
        "corrected": ngettext("%s corrected", "%s corrected", n),
        "not undone": ngettext("%s not undone", "%s not undone", n),
    }
    return forms[what] % number(n)


def subject(parts: Sequence[tuple[str, Sequence[str]]]) -> str:
    """ "2 new: Twitter bars RT, Sputnik from advertising; …": the counts, then as many headlines as
    fit; "1 new, 1 undone: …".
    """
    told = [(what, headlines) for what, headlines in parts if headlines]
    counts = ", ".join(_counted(what, len(headlines)) for what, headlines in told)
    first, *rest = (headline for _, headlines in told for headline in headlines)
    text = _("%(counts)s: %(first)s") % {"counts": counts, "first": first}
    for headline in rest:
        if len(text) + len(headline) + 2 > SUBJECT_LIMIT:
            text = f"{text}; …"
            break
        text = f"{text}; {headline}"
    return " ".join(text.split())
