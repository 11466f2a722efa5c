"""Word a query as one phrase, as in "ad bans on X concerning Russia"."""

from collections.abc import Callable, Sequence

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from tracker.events.in_force import STATUSES
from tracker.events.search.query import Query
from tracker.events.search.wording.measures import describe_measures
from tracker.events.search.wording.spans import DAY_WORDS, describe_span, shown_day
from tracker.events.search.wording.values import (
    condition_words,
    join_alternatives,
    quote_words,
)
from tracker.events.wording.laws import law_name
from tracker.events.wording.names import (
    appeal_name,
    authority_name,
    country_name,
    degree_name,
    ground_name,
    kinds_name,
    language_name,
    origin_name,
    shown_platform_name,
    status_name,
    territory_name,
)
from tracker.events.wording.targets import target_name
from tracker.events.wording.terms import term


def describe_query(query: Query) -> str:
    """Return the query as one phrase in the active language; "everything" for an empty one."""
    if not query:
        return _("everything")
    is_now = query.in_force in STATUSES
    is_span = query.since == query.until and query.since in DAY_WORDS
    dates = (
        ("%s", str(DAY_WORDS[query.since]) if is_span else ""),
        (pgettext("query", "since %s"), "" if is_span else shown_day(query.since)),
        (pgettext("query", "until %s"), "" if is_span else shown_day(query.until)),
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
        form % join_alternatives([name(v) for v in given])
        for form, name, given in _alternatives(query)
        if given
    ]
    parts += describe_measures(query)
    if query.words:
        parts.append(pgettext("query", "with %s") % ", ".join(map(quote_words, query.words)))
    parts += [form % value for form, value in dates if value]
    parts += [form % describe_span(value) for form, value in stored if value]
    parts += _describe_brackets(query)
    if query.names:
        parts.append(_("without other names"))
    if query.state:
        parts.append(f"({join_alternatives([term(state) for state in query.state])})")
    if query.origin:
        parts.append(f"({join_alternatives([origin_name(one) for one in query.origin])})")
    return " ".join(parts)


def _alternatives(
    query: Query,
) -> tuple[tuple[str, Callable[[str], str], tuple[str, ...]], ...]:
    """Return each multi-valued field: its phrase, the function that names its values, and the
    values.
    """
    return (
        (pgettext("query", "on %s"), shown_platform_name, query.platform),
        (pgettext("query", "against %s"), target_name, query.target),
        (pgettext("query", "concerning %s"), country_name, query.country),
        (pgettext("query", "reported in %s"), language_name, query.lang),
        (pgettext("query", "for %s"), ground_name, query.ground),
        (pgettext("query", "under %s"), law_name, query.law),
        ("%s", appeal_name, query.appeal),
        ("%s", territory_name, query.territory),
        ("%s", degree_name, query.degree),
        (pgettext("query", "decided by %s"), authority_name, query.authority),
        (pgettext("query", "ordered by %s"), authority_name, query.ordered_by),
        (pgettext("query", "reported by %s"), str, query.source),
        (pgettext("query", "with number %s"), str, query.event),
    )


def _kinds(query: Query) -> str:
    if not query.kind:
        return _("events")
    return join_alternatives([kinds_name(k) for k in query.kind])


def _describe_brackets(query: Query) -> list[str]:
    """Return the groups, and the negated ones."""
    parts = [f"({describe_group(group)})" for group in query.groups]
    barred = [f"({describe_alternative(inner)})" for inner in query.barred]
    barred += [condition_words(*pair) for pair in query.excluded]
    if barred:
        parts.append(pgettext("query", "but not %s") % join_alternatives(barred))
    return parts


def describe_group(group: Sequence[Query]) -> str:
    """Return the alternatives of a group in words: "“RT” or ad bans on X"."""
    return join_alternatives([describe_alternative(query) for query in group])


def describe_alternative(query: Query) -> str:
    """Return one alternative of a group in words; if it only searches for words, those, quoted."""
    if query == Query(words=query.words):
        return ", ".join(map(quote_words, query.words))
    return describe_query(query)
