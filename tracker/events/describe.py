"""Queries, days and counts in words, for pages and mails; pure."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from tracker.classify import Kind
from tracker.classify.lexicon import named
from tracker.events.names import country_name, month_name
from tracker.events.query import Query
from tracker.events.rows import EventRow


def in_words(query: Query) -> str:
    """The query as one phrase; "everything" for an empty one."""
    parts = [_kinds(query)]
    if query.platform:
        parts.append("on " + _either([platform_name(p) for p in query.platform]))
    if query.country:
        parts.append("concerning " + _either([country_name(c) for c in query.country]))
    if query.words:
        parts.append("with " + ", ".join(f"“{w}”" for w in query.words))
    if query.since:
        parts.append(f"since {query.since}")
    if query.until:
        parts.append(f"until {query.until}")
    if query.state:
        parts.append(f"({_either(query.state)})")
    return " ".join(parts) if query else "everything"


def chips(query: Query) -> list[tuple[str, str, Query]]:
    """Each condition as (field, words, the query without it), for the chips above the list."""
    names: dict[str, Callable[[str], str]] = {
        "kind": lambda v: Kind(v).label,
        "platform": platform_name,
        "country": country_name,
        "state": str.capitalize,
        "words": lambda v: f"“{v}”",
    }
    found: list[tuple[str, str, Query]] = []
    for field, name in names.items():
        values: tuple[str, ...] = getattr(query, field)
        for value in values:
            rest: dict[str, Any] = {field: tuple(v for v in values if v != value)}
            found.append((field, name(value), replace(query, **rest)))
    if query.since:
        found.append(("since", query.since, replace(query, since="")))
    if query.until:
        found.append(("until", query.until, replace(query, until="")))
    return found


def platform_name(slug: str) -> str:
    known = named("platform").get(slug)
    return known.name if known else slug.replace("_", " ").title()


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
