"""Word each condition of a query by itself, or only how many there are of each sort."""

from collections.abc import Iterator
from dataclasses import fields, replace
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import npgettext_lazy

from tracker.events.in_force import STATUSES
from tracker.events.search.query import DATES, NUMBERS, Query
from tracker.events.search.wording.measures import affected_words, amount_words, effective_words
from tracker.events.search.wording.queries import (
    describe_alternative,
    describe_condition,
    describe_group,
)
from tracker.events.search.wording.spans import describe_span, shown_day
from tracker.events.search.wording.values import CONDITION_FIELDS, value_name
from tracker.events.wording.names import status_name
from tracker.events.wording.terms import FACETS, term

Condition = tuple[str, str, Query]


def chips(query: Query) -> list[tuple[str, str, Query]]:
    """Return each condition as (field, words, the query without it), for the chips above the
    list.
    """
    conditions: list[tuple[str, str, Query]] = []
    for field in CONDITION_FIELDS:
        values: tuple[str, ...] = getattr(query, field)
        for value in values:
            others: dict[str, Any] = {field: tuple(v for v in values if v != value)}
            conditions.append((field, value_name(field, value), replace(query, **others)))
    for pair in query.excluded:
        left = tuple(p for p in query.excluded if p != pair)
        conditions.append(("not", _excluded_name(*pair), replace(query, excluded=left)))
    conditions += [*_measure_chips(query), *_time_chips(query), *_bracket_chips(query)]
    if query.names:
        conditions.append(("names", _("without other names"), replace(query, names="")))
    return conditions


def _excluded_name(field: str, value: str) -> str:
    name = value_name(field, value)
    # Only these could be taken for the authority that decided.
    return f"{term(FACETS[field])}{_(': ')}{name}" if field == "ordered_by" else name


def _measure_chips(query: Query) -> Iterator[Condition]:
    if query.amount:
        yield "amount", amount_words(query), replace(query, amount="")
    if query.affected:
        yield "affected", affected_words(query), replace(query, affected="")
    if query.effective:
        yield "effective", effective_words(query), replace(query, effective="")


def _time_chips(query: Query) -> Iterator[Condition]:
    for field in ("since", "until", "recorded", "changed"):
        if span := getattr(query, field):
            without_it: dict[str, Any] = {field: ""}
            # "Since" and "Until" are the labels of a day, the others those of a span.
            name_span = shown_day if field in {"since", "until"} else describe_span
            yield field, name_span(span), replace(query, **without_it)
    if query.in_force:
        yield (*_in_force_words(query.in_force), replace(query, in_force=""))


def _in_force_words(asked: str) -> tuple[str, str]:
    is_now = asked in STATUSES
    return ("in force", status_name(asked)) if is_now else ("in force on", asked)


def _bracket_chips(query: Query) -> Iterator[Condition]:
    for group in query.groups:
        groups = tuple(other for other in query.groups if other != group)
        yield "any", describe_group(group), replace(query, groups=groups)
    for inner in query.barred:
        barred = tuple(other for other in query.barred if other != inner)
        yield "not", describe_alternative(inner), replace(query, barred=barred)


def spoken_condition(query: Query, without: Query) -> str:
    """Return what a query asks for and another one does not, as a phrase: "not on Telegram"."""
    only: dict[str, Any] = {}
    for name in (field.name for field in fields(Query) if field.compare):
        value, other = getattr(query, name), getattr(without, name)
        if isinstance(value, tuple):
            only[name] = tuple(each for each in value if each not in other)
        elif value != other:
            only[name] = value
    # A number is worded with what it counts.
    if "amount" in only:
        only["currency"] = query.currency
    if "affected" in only:
        only["affected_what"] = query.affected_what
    return describe_condition(Query(**only))


def count_filters(query: Query) -> str:
    """Return the number of filters of each sort, "2 platforms, 1 search term", without any word of
    the query's author; "all events" if there are none.
    """
    # Mailed before the address is confirmed, so it must not contain a stranger's words (decision
    # D91, fault W2).
    counts = (
        (npgettext_lazy("filters", "%d kind of act", "%d kinds of act"), len(query.kind)),
        (npgettext_lazy("filters", "%d platform", "%d platforms"), len(query.platform)),
        (npgettext_lazy("filters", "%d target", "%d targets"), len(query.target)),
        (npgettext_lazy("filters", "%d country", "%d countries"), len(query.country)),
        (npgettext_lazy("filters", "%d language", "%d languages"), len(query.lang)),
        (npgettext_lazy("filters", "%d ground", "%d grounds"), len(query.ground)),
        (npgettext_lazy("filters", "%d source", "%d sources"), len(query.source)),
        (npgettext_lazy("filters", "%d law", "%d laws"), len(query.law)),
        (
            npgettext_lazy("filters", "%d authority", "%d authorities"),
            len(query.authority) + len(query.ordered_by),
        ),
        (
            npgettext_lazy("filters", "%d circumstance", "%d circumstances"),
            sum(
                len(getattr(query, name))
                for name in ("appeal", "territory", "degree", "currency", "affected_what")
            ),
        ),
        (
            npgettext_lazy("filters", "%d number", "%d numbers"),
            sum(bool(getattr(query, name)) for name in NUMBERS),
        ),
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
