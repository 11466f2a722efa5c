"""Describe queries, days and counts in words, for pages and mails; pure."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Any

from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import (
    gettext_lazy,
    ngettext,
    ngettext_lazy,
    npgettext_lazy,
    pgettext,
)

from tracker.classify import Kind
from tracker.events.in_force import STATUSES
from tracker.events.models import Change, Link, Revision
from tracker.events.search.language.days import AGO, is_relative
from tracker.events.search.link_rows import LINK_WORDS
from tracker.events.search.query import DATES, Query
from tracker.events.search.rows import EventRow
from tracker.events.wording.names import (
    country_name,
    day_number,
    format_number,
    ground_name,
    kind_name,
    kinds_name,
    language_name,
    month_name,
    origin_name,
    shown_platform_name,
    status_name,
    target_name,
)
from tracker.events.wording.reasons import word_reasons
from tracker.events.wording.terms import term
from tracker.partial_date import PartialDate


def describe_query(query: Query) -> str:
    """Return the query as one phrase in the active language; "everything" for an empty one."""
    if not query:
        return _("everything")
    is_now = query.in_force in STATUSES
    alternatives = (
        (pgettext("query", "on %s"), shown_platform_name, query.platform),
        (pgettext("query", "against %s"), target_name, query.target),
        (pgettext("query", "concerning %s"), country_name, query.country),
        (pgettext("query", "reported in %s"), language_name, query.lang),
        (pgettext("query", "for %s"), ground_name, query.ground),
        (pgettext("query", "reported by %s"), str, query.source),
        (pgettext("query", "with number %s"), str, query.event),
    )
    is_span = query.since == query.until and query.since in DAY_WORDS
    dates = (
        ("%s", str(DAY_WORDS[query.since]) if is_span else ""),
        (pgettext("query", "since %s"), "" if is_span else _shown_day(query.since)),
        (pgettext("query", "until %s"), "" if is_span else _shown_day(query.until)),
        (pgettext("query", "in force on %s"), "" if is_now else query.in_force),
    )
    stored = (
        (pgettext("query", "recorded %s"), query.recorded),
        (pgettext("query", "changed %s"), query.changed),
    )
    parts = [_kinds(query)]
    if is_now:
        parts.append(f"({status_name(query.in_force).lower()})")
    parts += [
        form % _join_alternatives([name(v) for v in given])
        for form, name, given in alternatives
        if given
    ]
    if query.words:
        parts.append(pgettext("query", "with %s") % ", ".join(map(_quote_words, query.words)))
    parts += [form % value for form, value in dates if value]
    parts += [form % describe_span(value) for form, value in stored if value]
    parts += _describe_brackets(query)
    if query.names:
        parts.append(_("without other names"))
    if query.state:
        parts.append(f"({_join_alternatives([term(state) for state in query.state])})")
    if query.origin:
        parts.append(f"({_join_alternatives([origin_name(one) for one in query.origin])})")
    return " ".join(parts)


def _describe_brackets(query: Query) -> list[str]:
    """Return the groups, and what must not hold."""
    parts = [f"({describe_group(group)})" for group in query.groups]
    barred = [f"({_describe_alternative(inner)})" for inner in query.barred]
    barred += [_value_name(*pair) for pair in query.excluded]
    if barred:
        parts.append(pgettext("query", "but not %s") % _join_alternatives(barred))
    return parts


DAY_WORDS = {
    "today": gettext_lazy("today"),
    "yesterday": gettext_lazy("yesterday"),
    "this-week": gettext_lazy("this week"),
    "last-week": gettext_lazy("last week"),
    "this-month": gettext_lazy("this month"),
    "last-month": gettext_lazy("last month"),
    "this-year": gettext_lazy("this year"),
    "last-year": gettext_lazy("last year"),
}
AGO_WORDS = {
    "d": ngettext_lazy("%d day ago", "%d days ago"),
    "w": ngettext_lazy("%d week ago", "%d weeks ago"),
    "m": ngettext_lazy("%d month ago", "%d months ago"),
    "y": ngettext_lazy("%d year ago", "%d years ago"),
}


def describe_span(stored: str) -> str:
    """Return a stored day or span in words: "7 days ago", "last month"; a day as it is."""
    if ".." not in stored:
        return _describe_relative(stored)
    first, last = map(_describe_relative, stored.split(".."))
    if first and last:
        return pgettext("query", "from %(first)s to %(last)s") % {"first": first, "last": last}
    return pgettext("query", "since %s") % first if first else pgettext("query", "until %s") % last


def _shown_day(stored: str) -> str:
    """Return a day as a query has it, a relative one in words."""
    return describe_span(stored) if stored and is_relative(stored) else stored


def _describe_relative(stored: str) -> str:
    ago = AGO.fullmatch(stored)
    if ago:
        return str(AGO_WORDS[ago["unit"]] % int(ago["count"]))
    if stored in DAY_WORDS:
        return str(DAY_WORDS[stored])
    return stored if not stored or "T" in stored else format_day(stored)


def describe_group(group: Sequence[Query]) -> str:
    """Return the alternatives of a group in words: "“RT” or ad bans on X"."""
    return _join_alternatives([_describe_alternative(query) for query in group])


def _describe_alternative(query: Query) -> str:
    if query == Query(words=query.words):
        return ", ".join(map(_quote_words, query.words))
    return describe_query(query)


def count_filters(query: Query) -> str:
    """Return how many filters of each sort the query has, "2 platforms, 1 search term", without a
    word of its author; "all events" without any.
    """
    # Mailed before an address has confirmed, so no word of a stranger may be in it (decision D91,
    # fault W2).
    counts = (
        (npgettext_lazy("filters", "%d kind of act", "%d kinds of act"), len(query.kind)),
        (npgettext_lazy("filters", "%d platform", "%d platforms"), len(query.platform)),
        (npgettext_lazy("filters", "%d target", "%d targets"), len(query.target)),
        (npgettext_lazy("filters", "%d country", "%d countries"), len(query.country)),
        (npgettext_lazy("filters", "%d language", "%d languages"), len(query.lang)),
        (npgettext_lazy("filters", "%d ground", "%d grounds"), len(query.ground)),
        (npgettext_lazy("filters", "%d source", "%d sources"), len(query.source)),
        (npgettext_lazy("filters", "%d state", "%d states"), len(query.state)),
        (npgettext_lazy("filters", "%d origin", "%d origins"), len(query.origin)),
        (npgettext_lazy("filters", "%d event", "%d events"), len(query.event)),
        (npgettext_lazy("filters", "%d search term", "%d search terms"), len(query.words)),
        (
            npgettext_lazy("filters", "%d date", "%d dates"),
            sum(bool(getattr(query, name)) for name in DATES),
        ),
        (
            npgettext_lazy("filters", "%d condition in brackets", "%d conditions in brackets"),
            len(query.groups) + len(query.barred),
        ),
        (npgettext_lazy("filters", "%d exclusion", "%d exclusions"), len(query.excluded)),
    )
    return ", ".join(form % n for form, n in counts if n) or _("all events")


def _quote_words(words: str) -> str:
    return _("“%s”") % words


NAMES: dict[str, Callable[[str], str]] = {
    "kind": kind_name,
    "platform": shown_platform_name,
    "target": target_name,
    "country": country_name,
    "lang": language_name,
    "ground": ground_name,
    "source": str,
    "state": lambda v: capfirst(term(v)),
    "origin": origin_name,
    "event": lambda v: _("event %s") % v,
    "words": _quote_words,
}


def _value_name(field: str, value: str) -> str:
    return NAMES[field](value)


def chips(query: Query) -> list[tuple[str, str, Query]]:
    """Return each condition as (field, words, the query without it), for the chips above the
    list.
    """
    conditions: list[tuple[str, str, Query]] = []
    for field in NAMES:
        values: tuple[str, ...] = getattr(query, field)
        for value in values:
            others: dict[str, Any] = {field: tuple(v for v in values if v != value)}
            conditions.append((field, _value_name(field, value), replace(query, **others)))
    for pair in query.excluded:
        left = tuple(p for p in query.excluded if p != pair)
        conditions.append(("not", _value_name(*pair), replace(query, excluded=left)))
    conditions += [*_time_chips(query), *_bracket_chips(query)]
    if query.names:
        conditions.append(("names", _("without other names"), replace(query, names="")))
    return conditions


Condition = tuple[str, str, Query]


def _time_chips(query: Query) -> Iterator[Condition]:
    for field in ("since", "until", "recorded", "changed"):
        if span := getattr(query, field):
            without_it: dict[str, Any] = {field: ""}
            yield field, describe_span(span), replace(query, **without_it)
    if query.in_force:
        yield (*_in_force_words(query.in_force), replace(query, in_force=""))


def spoken_condition(field: str, words: str) -> str:
    """Return a condition of `chips` as part of a sentence: "since 9 years ago"."""
    forms = {
        "since": pgettext("query", "since %s"),
        "until": pgettext("query", "until %s"),
        "recorded": pgettext("query", "recorded %s"),
        "changed": pgettext("query", "changed %s"),
    }
    return forms[field] % words if field in forms else words


def _bracket_chips(query: Query) -> Iterator[Condition]:
    for group in query.groups:
        groups = tuple(other for other in query.groups if other != group)
        yield "any", describe_group(group), replace(query, groups=groups)
    for inner in query.barred:
        barred = tuple(other for other in query.barred if other != inner)
        yield "not", _describe_alternative(inner), replace(query, barred=barred)


def _in_force_words(asked: str) -> tuple[str, str]:
    is_now = asked in STATUSES
    return ("in force", status_name(asked)) if is_now else ("in force on", asked)


def _kinds(query: Query) -> str:
    if not query.kind:
        return _("events")
    return _join_alternatives([kinds_name(k) for k in query.kind])


def _join_alternatives(names: Sequence[str]) -> str:
    if len(names) < 2:
        return "".join(names)
    return _("%(names)s or %(last)s") % {"names": ", ".join(names[:-1]), "last": names[-1]}


def format_day(occurred: str) -> str:
    """Return "2017-10-26" as "26 October 2017", "2017-10" as "October 2017", "2017" unchanged, ""
    as "day unknown".
    """
    day = PartialDate.parse(occurred)
    if not day.month:
        return str(day) or _("day unknown")
    month = f"{month_name(day.month)} {day.year}"
    return f"{day_number(day.day)} {month}" if day.day else month


def count_reports(row: EventRow) -> str:
    """Return "14 reports, 9 publishers, 6 languages"; for an event of the history "3 sources"."""
    # A history names pages without entries, so nobody knows their language.
    if not row.languages:
        return _fill_count(row.report_count, ngettext("%s source", "%s sources", row.report_count))
    return ", ".join(
        (
            _fill_count(row.report_count, ngettext("%s report", "%s reports", row.report_count)),
            _fill_count(row.publishers, ngettext("%s publisher", "%s publishers", row.publishers)),
            _fill_count(row.languages, ngettext("%s language", "%s languages", row.languages)),
        )
    )


def _fill_count(count: int, form: str) -> str:
    return form % format_number(count)


FIELD_WORDS = {
    "event": gettext_lazy("recorded"),
    "own_headline": gettext_lazy("headline"),
    "headline": gettext_lazy("headline"),  # of the program, in revisions of older versions
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
    "authority": gettext_lazy("ordered by"),
    "authority_type": gettext_lazy("type of authority"),
    "confidence": gettext_lazy("confidence"),
    "kind_confidence": gettext_lazy("confidence of the kind"),
}


def revision_words(revision: Revision) -> tuple[str, str, str]:
    """Return a revision as people read it: field, before, after; "" for nothing."""
    name = str(FIELD_WORDS.get(revision.field, revision.field))
    return (
        name,
        value_in_words(revision.field, revision.before),
        value_in_words(revision.field, revision.after),
    )


def why_words(item: Revision | Change | None) -> str:
    """Return why a person or the program did it, in the active language; "" if nobody said."""
    return (item.reason or word_reasons(item.reasons)) if item else ""


def value_in_words(field: str, value: Any) -> str:
    """Return a value of a field of the record in words; "" for none."""
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
    if field in {"report", "role", "check", "link"} and isinstance(value, list):
        return _row_in_words(field, value)
    if field in {"amount", "affected"}:
        return format_number(int(value)) if value else ""
    if field in {"occurred", "effective_on", "ended_on"}:
        return format_day(str(value))
    if field == "grounds":
        return ground_name(str(value))
    return ", ".join(map(str, value)) if isinstance(value, list) else term(str(value))


def _row_in_words(field: str, row: Sequence[Any]) -> str:
    """Return a report, its role, a check or a link of a revision in words."""
    if field == "role":
        return term(str(row[1]))
    if field == "report":
        return str(row[1])
    if field == "check":
        return f"{FIELD_WORDS.get(row[0], row[0])} ({term(str(row[1]))})"
    words = LINK_WORDS[Link.Type(row[0])][0]
    return f"{words} {_('event %s') % row[1]} ({term(str(row[2]))})"


def last_report_day(row: EventRow) -> str:
    """Return the day of an event's last report, "2017-10-27"; "" if none has one."""
    days = [report.published_at for report in row.reports if report.published_at]
    return max(days).date().isoformat() if days else ""
