"""Queries, days and counts in words, for pages and mails; pure."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from tracker.classify import Kind
from tracker.events.models import Link, Revision
from tracker.events.names import (
    country_name,
    ground_name,
    language_name,
    month_name,
    platform_name,
    target_name,
)
from tracker.events.query import Query
from tracker.events.rows import LINK_WORDS, EventRow


def in_words(query: Query) -> str:
    """The query as one phrase; "everything" for an empty one."""
    alternatives = (
        ("on", platform_name, query.platform),
        ("against", target_name, query.target),
        ("concerning", country_name, query.country),
        ("reported in", language_name, query.lang),
        ("for", ground_name, query.ground),
        ("reported by", str, query.source),
        ("with number", str, query.event),
    )
    dates = (("since", query.since), ("until", query.until), ("in force on", query.in_force))
    parts = [_kinds(query)]
    parts += [
        f"{word} {_either([name(v) for v in given])}" for word, name, given in alternatives if given
    ]
    if query.words:
        parts.append("with " + ", ".join(f"“{w}”" for w in query.words))
    parts += [f"{word} {value}" for word, value in dates if value]
    if query.excluded:
        parts.append("but not " + _either([_name(*pair) for pair in query.excluded]))
    if query.names:
        parts.append("without other names")
    if query.state:
        parts.append(f"({_either(query.state)})")
    return " ".join(parts) if query else "everything"


NAMES: dict[str, Callable[[str], str]] = {
    "kind": lambda v: Kind(v).label,
    "platform": platform_name,
    "target": target_name,
    "country": country_name,
    "lang": language_name,
    "ground": ground_name,
    "source": str,
    "state": str.capitalize,
    "event": lambda v: f"event {v}",
    "words": lambda v: f"“{v}”",
}


def _name(field: str, value: str) -> str:
    return NAMES[field](value)


def chips(query: Query) -> list[tuple[str, str, Query]]:
    """Each condition as (field, words, the query without it), for the chips above the list."""
    found: list[tuple[str, str, Query]] = []
    for field in NAMES:
        values: tuple[str, ...] = getattr(query, field)
        for value in values:
            rest: dict[str, Any] = {field: tuple(v for v in values if v != value)}
            found.append((field, _name(field, value), replace(query, **rest)))
    for pair in query.excluded:
        left = tuple(p for p in query.excluded if p != pair)
        found.append(("not", _name(*pair), replace(query, excluded=left)))
    if query.since:
        found.append(("since", query.since, replace(query, since="")))
    if query.until:
        found.append(("until", query.until, replace(query, until="")))
    if query.in_force:
        found.append(("in force on", query.in_force, replace(query, in_force="")))
    if query.names:
        found.append(("names", "without other names", replace(query, names="")))
    return found


def _kinds(query: Query) -> str:
    if not query.kind:
        return "events"
    return _either([f"{Kind(k).label.lower()}s" for k in query.kind])


def _either(names: Sequence[str]) -> str:
    return " or ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


def day(occurred: str) -> str:
    """ "2017-10-26" as "26 October 2017", "2017-10" as "October 2017", "2017" as it is, "" as "day
    unknown".
    """
    if len(occurred) < 7:
        return occurred or "day unknown"
    month = f"{month_name(int(occurred[5:7]))} {occurred[:4]}"
    return f"{int(occurred[8:])} {month}" if len(occurred) == 10 else month


def counted(row: EventRow) -> str:
    """ "14 reports, 9 publishers, 6 languages"; for an event of the history "3 sources"."""
    if not row.languages:
        return _number(row.report_count, "source")
    counts = (
        (row.report_count, "report"),
        (row.publishers, "publisher"),
        (row.languages, "language"),
    )
    return ", ".join(_number(count, noun) for count, noun in counts)


def _number(count: int, noun: str) -> str:
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


FIELD_WORDS = {
    "event": "recorded",
    "kinds": "kind",
    "occurred": "day of the act",
    "occurred_source": "where the day is from",
    "merged_into": "merged into event",
    "split_from": "split from event",
    "extent": "meant to last",
}


def revision_words(revision: Revision) -> tuple[str, str, str]:
    """A change as people read it: field, before, after; "" for nothing."""
    name = FIELD_WORDS.get(revision.field, revision.field)
    return name, told(revision.field, revision.before), told(revision.field, revision.after)


def told(field: str, value: Any) -> str:
    """A value of a field of the record in words; "" for none."""
    if value is None or value in ("", []):
        return ""
    if field == "kinds":
        return ", ".join(Kind(kind).label for kind in value if kind in set(Kind))
    if field == "platforms":
        return ", ".join(map(platform_name, value))
    if field == "countries":
        return ", ".join(map(country_name, value))
    return _of_a_part(field, value)


def _of_a_part(field: str, value: Any) -> str:
    if field == "report" and isinstance(value, list):
        return str(value[1])
    if field == "link" and isinstance(value, list):
        return f"{LINK_WORDS[Link.Type(value[0])][0]} event {value[1]} ({value[2]})"
    if field == "occurred":
        return day(str(value))
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def last_day(row: EventRow) -> str:
    """The day of the last report of an event, "2017-10-27"; "" if none has one."""
    days = [report.published_at for report in row.reports if report.published_at]
    return max(days).date().isoformat() if days else ""
