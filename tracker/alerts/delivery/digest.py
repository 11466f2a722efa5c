"""Compose a digest from hits and source coverage; pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tracker.events.search.rows import EventRow, ReportRow
from tracker.events.wording.names import format_number
from tracker.feeds.health import SourceCoverage

LATER = ("extended", "followed", "tested")  # reasons whose cause is a later act
SHOWN = 10  # events of an alert
SUBJECT_LIMIT = 120


@dataclass(frozen=True)
class AlertHitLine:
    """One hit in the words of a digest. `alert` and `name` are its alert's, `row` the event,
    `reason` a Hit.Reason. `by` is the later act that undoes, seems to undo, extends, follows or
    tests it, `report` the new report, `sentence` says what an editor did, or `changes` are (field,
    before, after) in words; `days` is how long the alert waited. `was_seeming`: an earlier mail
    reported that it seems undone.
    """

    alert: int
    name: str
    row: EventRow
    reason: str = "new"
    by: EventRow | None = None
    changes: tuple[tuple[str, str, str], ...] = ()
    days: int = 0
    note: str = ""
    report: ReportRow | None = None
    sentence: str = ""
    was_seeming: bool = False


@dataclass(frozen=True)
class FollowedEvent:
    """An event with its new reports, for its followers."""

    row: EventRow
    note: str
    reports: tuple[ReportRow, ...]


@dataclass(frozen=True)
class DigestLine:
    """An event in a section; `also` has the names of the other alerts that matched it."""

    row: EventRow
    also: tuple[str, ...] = ()


@dataclass(frozen=True)
class DigestSection:
    """The new events of one alert: at most SHOWN, newest act first, and the number of
    further ones.
    """

    alert: int
    name: str
    note: str
    lines: tuple[DigestLine, ...]
    more: int


@dataclass(frozen=True)
class Digest:
    """The content of one mail: new events by alert, new reports on followed events (`followed`),
    acts that were undone or seem undone (`seeming`), that others extended, followed or tested
    (`later`), whose stated end has passed, or that were corrected or not undone in time.

    An event appears once in each. `coverage` is that of the period.
    """

    subject: str
    sections: tuple[DigestSection, ...]
    undone: tuple[AlertHitLine, ...]
    changed: tuple[AlertHitLine, ...]
    silent: tuple[AlertHitLine, ...]
    coverage: SourceCoverage
    followed: tuple[FollowedEvent, ...] = ()
    later: tuple[AlertHitLine, ...] = ()
    ended: tuple[AlertHitLine, ...] = ()
    seeming: tuple[AlertHitLine, ...] = ()


def build_digest(
    hits: Sequence[AlertHitLine], coverage: SourceCoverage, shown: int = SHOWN
) -> Digest:
    """Build the digest of hits, at least one, in the order of their alerts, with at most `shown`
    events of each alert.
    """
    ranked, names = _rank_news([hit for hit in hits if hit.reason == "new"])
    sections = _build_sections(ranked, names, shown)
    undone, changed, silent, ended = (
        _hits_of_reason(hits, r) for r in ("undone", "changed", "silent", "ended")
    )
    later = _hits_of_reason(hits, *LATER)
    seeming = _hits_of_reason(hits, "seems_undone")
    reports = _hits_of_reason(hits, "report")
    parts = (
        ("new", [line.row.headline for rows in ranked.values() for line in rows]),
        ("report", [_reported_headline(line) for line in reports]),
        ("undone", [(line.by or line.row).headline for line in undone]),
        ("seems undone", [line.row.headline for line in seeming]),
        ("later", [(line.by or line.row).headline for line in later]),
        ("ended", [line.row.headline for line in ended]),
        ("corrected", [line.row.headline for line in changed]),
        ("not undone", [line.row.headline for line in silent]),
    )
    return Digest(
        subject=format_subject(parts),
        sections=sections,
        undone=undone,
        changed=changed,
        silent=silent,
        coverage=coverage,
        followed=_followed_events(reports),
        later=later,
        ended=ended,
        seeming=seeming,
    )


def seems_undone(row: EventRow, later: int) -> bool:
    """Return whether the later act still seems to undo the event: it is shown, and no editor has
    decided on the proposal.
    """
    return any(
        link.event_id == later
        and not link.is_ahead
        and link.type == "undoes"
        and link.state == "proposed"
        for link in row.links
    )


def _build_sections(
    ranked: Mapping[int, Sequence[AlertHitLine]],
    names: Mapping[int, Sequence[AlertHitLine]],
    shown: int,
) -> tuple[DigestSection, ...]:
    """Return the new events by alert as `_rank_news` ranked them, at most `shown` of each."""
    return tuple(
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


def _rank_news(
    news: Sequence[AlertHitLine],
) -> tuple[dict[int, list[AlertHitLine]], dict[int, list[AlertHitLine]]]:
    """Return the new events of each alert, newest act first, each event under its first alert; and
    the lines of each event, in the order of the alerts.
    """
    names: dict[int, list[AlertHitLine]] = {}
    for hit in news:
        names.setdefault(hit.row.id, []).append(hit)
    by_alert: dict[int, list[AlertHitLine]] = {}
    for lines in names.values():
        by_alert.setdefault(lines[0].alert, []).append(lines[0])
    order = list(dict.fromkeys(hit.alert for hit in news))
    return {a: _newest_first(by_alert[a]) for a in order if a in by_alert}, names


def _reported_headline(line: AlertHitLine) -> str:
    publisher = line.report.publisher if line.report else ""
    return f"{line.row.headline} ({publisher})" if publisher else line.row.headline


def _followed_events(lines: Iterable[AlertHitLine]) -> tuple[FollowedEvent, ...]:
    by_event: dict[int, list[AlertHitLine]] = {}
    for line in lines:
        by_event.setdefault(line.row.id, []).append(line)
    return tuple(
        FollowedEvent(first.row, first.note, tuple(r.report for r in (first, *others) if r.report))
        for first, *others in by_event.values()
    )


def _newest_first(hits: Iterable[AlertHitLine]) -> list[AlertHitLine]:
    # As text, an unknown day sorts last and a month after its days, as on the timeline.
    return sorted(hits, key=lambda hit: (hit.row.occurred, hit.row.id), reverse=True)


def _hits_of_reason(hits: Iterable[AlertHitLine], *reasons: str) -> tuple[AlertHitLine, ...]:
    """Return the hits with these reasons, only the first for each event and cause."""
    first_hits: dict[tuple[object, ...], AlertHitLine] = {}
    for hit in hits:
        if hit.reason in reasons:
            cause = (hit.by.id if hit.by else 0, hit.report.id if hit.report else 0)
            key = (hit.row.id, hit.reason, cause, hit.changes, hit.sentence)
            first_hits.setdefault(key, hit)
    return tuple(first_hits.values())


def _count_words(reason: str, count: int) -> str:
    forms = {
        "new": ngettext("%s new", "%s new", count),
        "report": ngettext("%s new report", "%s new reports", count),
        "undone": ngettext("%s undone", "%s undone", count),
        "seems undone": ngettext("%s seems undone", "%s seem undone", count),
        "later": ngettext("%s follow-up", "%s follow-ups", count),
        "ended": ngettext("%s ended", "%s ended", count),
        "corrected": ngettext("%s corrected", "%s corrected", count),
        "not undone": ngettext("%s not undone", "%s not undone", count),
    }
    return forms[reason] % format_number(count)


def _single_subject(reason: str, headline: str) -> str:
    forms = {
        "new": _("New: %s"),
        "report": _("New report: %s"),
        "undone": _("Undone: %s"),
        "seems undone": _("Seems undone: %s"),
        "later": _("Follow-up: %s"),
        "ended": _("Stated end passed: %s"),
        "corrected": _("Corrected: %s"),
        "not undone": _("Not undone: %s"),
    }
    return forms[reason] % headline


def format_subject(parts: Sequence[tuple[str, Sequence[str]]]) -> str:
    """Return what happened, as in "New: Twitter bars RT", or the counts followed by as many
    headlines as fit, as in "2 new: Twitter bars RT; …".
    """
    filled = [(what, headlines) for what, headlines in parts if headlines]
    first, *others = (headline for _, headlines in filled for headline in headlines)
    if not others:
        return " ".join(_single_subject(filled[0][0], first).split())
    counts = ", ".join(_count_words(what, len(headlines)) for what, headlines in filled)
    text = _("%(counts)s: %(first)s") % {"counts": counts, "first": first}
    for headline in dict.fromkeys(others):
        if headline == first:
            continue
        if len(text) + len(headline) + 2 > SUBJECT_LIMIT:
            text = f"{text}; …"
            break
        text = f"{text}; {headline}"
    return " ".join(text.split())
