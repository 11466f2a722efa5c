"""A query as conditions on the stored versions of events: the same answer as query.matches."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import reduce
from operator import and_, or_

from django.db.models import Q, QuerySet, Value
from django.db.models.functions import StrIndex
from django.db.models.lookups import GreaterThan

from tracker.classify import Kind
from tracker.classify.words.matching import Lexicon
from tracker.events.in_force import (
    ENDED,
    LASTING,
    UNKNOWN,
    Term,
    asked_status,
    linked_term,
    status_on,
)
from tracker.events.models import Entity, EventVersion
from tracker.events.record.entities import EntityRef
from tracker.events.record.terms import days_of
from tracker.events.record.versions import terms_text
from tracker.events.search.facts import PARTIES
from tracker.events.search.language.days import edge_moments
from tracker.events.search.query import (
    FIELDS,
    UNSURE,
    Query,
    asks_for_unsure,
    bounds,
    meanings,
    stored_bounds,
    words_of,
)
from tracker.events.text import phrases_of

NEVER = Q(pk__in=[])


def versions_chosen(
    versions: QuerySet[EventVersion], query: Query, names: Lexicon, today: str
) -> QuerySet[EventVersion]:
    """Returns those of the versions that a query chooses on a day; `names` are those that editors
    added.
    """
    past = Moment(versions, names, today)
    chosen = versions.filter(Q(is_visible=True) & conditions_of(query, past))
    return (
        _having_status(chosen, *asked_status(query.in_force, today)) if query.in_force else chosen
    )


@dataclass(frozen=True)
class Moment:
    """The versions that are asked, the names that editors added, and the day."""

    versions: QuerySet[EventVersion]
    names: Lexicon
    today: str


def conditions_of(query: Query, past: Moment, *, leaves_out_unsure: bool = True) -> Q:
    """Return all that must hold of a version, but for the day on which it was in force."""
    conditions = reduce(and_, Conditions(query, past), Q())
    if leaves_out_unsure and not asks_for_unsure(query):
        # As in query.matches and in the index (decision D76).
        conditions &= ~Q(state=UNSURE)
    for group in query.groups:
        is_default = any(map(asks_for_unsure, group))
        conditions &= _any_of(_inner(query, one, past, is_default=is_default) for one in group)
    for inner in query.barred:
        conditions &= ~_inner(query, inner, past, is_default=False)
    return conditions


def _inner(query: Query, inner: Query, past: Moment, *, is_default: bool) -> Q:
    """Return the conditions of a query within brackets, the day in force among them."""
    read = replace(inner, names=query.names)
    conditions = conditions_of(read, past, leaves_out_unsure=is_default)
    if not inner.in_force:
        return conditions
    chosen = _having_status(past.versions, *asked_status(inner.in_force, past.today))
    return conditions & Q(pk__in=chosen.values("pk"))


class Conditions:
    """All that must hold of a version, but for the day on which it was in force."""

    def __init__(self, query: Query, past: Moment) -> None:
        self._query = query
        self._today = past.today
        self._senses = {word: meanings(query, word, past.names) for word in words_of(query)}
        self._entities = _entities(query, self._senses)

    def __iter__(self) -> Iterator[Q]:
        query = self._query
        for field in FIELDS:
            if values := getattr(query, field):
                yield _any_of(self._has(field, value) for value in values)
        yield from (self._has("words", word) for word in query.words)
        yield from (~self._has(field, value) for field, value in query.excluded)
        low, high = bounds(query, self._today)
        if low or high:
            yield ~Q(occurred="") & Q(occurred__gte=low)
        if high:
            yield Q(occurred__lte=high)
        if query.recorded:
            yield from _recorded_between(*stored_bounds(query.recorded, self._today))

    def _has(self, field: str, value: str) -> Q:
        if field == "words":
            return self._says(value)
        if field in {"event", "state"}:
            return Q(**{field: value})
        if field in PARTIES:
            ids = self._entities.get((field, value), ())
            return _any_of(_has_term(field, pk) for pk in ids)
        return _has_term(field, value)

    def _says(self, word: str) -> Q:
        """The text holds the word (see text.holds), or it is another name of a party."""
        texts = (f" {' '.join(row)}{'' if goes_on else ' '}" for row, goes_on in phrases_of(word))
        said = _any_of(_contains("words", text) for text in texts)
        return said | _any_of(self._has(*pair) for pair in self._senses[word])


def _recorded_between(low: str, high: str) -> Iterator[Q]:
    if low:
        yield Q(event__recorded_at__gte=edge_moments(low, low, "")[0])
    if high:
        yield Q(event__recorded_at__lt=edge_moments(high, "", high)[1])


def _having_status(
    versions: QuerySet[EventVersion], status: str, day: str
) -> QuerySet[EventVersion]:
    """Those that had a status on a day: query.in_force. When they ended is looked up, since the
    day of the act that undid them may have been corrected.
    """
    lasting = _any_of(_has_term("kind", kind) for kind in LASTING)
    undoing = _has_term("kind", Kind.REINSTATEMENT.value)
    begun = versions.filter(lasting, ~undoing, ~Q(occurred=""), occurred__lte=day)
    linked = ("undone_by", "extended_by")
    alone = Q(undone_by="", extended_by="")
    told = ("stated_end", "unknown_from", "confirmed_for")
    rows = [
        (pk, occurred, _ids_in(undone), _ids_in(extended), Term(*term))
        for pk, occurred, undone, extended, *term in begun.exclude(alone).values_list(
            "pk", "occurred", *linked, *told
        )
    ]
    days = days_of(pk for _, _, *both, _ in rows for ids in both for pk in ids)
    found = []
    for pk, occurred, undone, extended, term in rows:
        by_days = ([days[source] for source in ids if source in days] for ids in (undone, extended))
        then = linked_term(term, occurred, *by_days)
        if status_on(day, occurred, then.ended, then.unknown_from) == status:
            found.append(pk)
    return begun.filter(alone & _own_status(status, day) | Q(pk__in=found))


def _own_status(status: str, day: str) -> Q:
    """As in_force.status_on, of versions without such acts."""
    is_ended = ~Q(stated_end="") & Q(stated_end__lte=day)
    is_unknown = Q(stated_end="") & ~Q(unknown_from="") & Q(unknown_from__lte=day)
    return {ENDED: is_ended, UNKNOWN: is_unknown}.get(status, ~is_ended & ~is_unknown)


def _ids_in(text: str) -> list[int]:
    return [int(number) for number in text.split(",") if number]


def _entities(
    query: Query, senses: Mapping[str, Iterable[EntityRef]]
) -> dict[tuple[str, str], list[int]]:
    """The entities that pages show under each (type, slug) that the query names."""
    asked = {(field, value) for field in PARTIES for value in getattr(query, field)}
    asked |= {pair for pair in query.excluded if pair[0] in PARTIES}
    asked |= {pair for pairs in senses.values() for pair in pairs}
    heads = NEVER
    for field, slug in asked:
        heads |= Q(type=field, slug=slug, merged_into=None)
        heads |= Q(type=field, merged_into__slug=slug)
    ids: dict[tuple[str, str], list[int]] = defaultdict(list)
    rows = Entity.objects.filter(heads).select_related("merged_into") if asked else ()
    for entity in rows:
        ids[entity.type, entity.itself.slug].append(entity.pk)
    return ids


def _any_of(conditions: Iterable[Q]) -> Q:
    return reduce(or_, conditions, NEVER)


def _has_term(field: str, value: object) -> Q:
    return _contains("terms", terms_text([(field, value)]))


def _contains(column: str, text: str) -> Q:
    return Q(GreaterThan(StrIndex(column, Value(text)), 0))
