"""Answer a query with sets: what each of its fields asks for, and which events meet it all."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from pyroaring import BitMap

from tracker.events.search.facts import PARTIES
from tracker.events.search.fulltext import COMMON
from tracker.events.search.index.lookups import Entities, Lookups
from tracker.events.search.index.ranges import range_conditions
from tracker.events.search.language.questions import asks_for_unsure, every_word
from tracker.events.search.query import FIELDS, UNSURE, Query
from tracker.index.sets import NONE, Sets, union


class Conditions:
    """The conditions of queries on the events of one snapshot."""

    def __init__(self, sets: Sets, lookups: Lookups, today: str) -> None:
        self._sets = sets
        self._lookups = lookups
        self._today = today

    @property
    def visible(self) -> BitMap:
        """Return the events that have a page, unsure ones too."""
        return self._sets.get("visible", "")

    @property
    def shown(self) -> BitMap:
        """Return the events that a query without `state` chooses."""
        return self._sets.derive(("shown",), lambda: self.visible - self._sets.get("state", UNSURE))

    def all_of(self, conditions: Mapping[str, BitMap], but: str = "") -> BitMap:
        """Return the visible events for which every condition holds; `but` names one to leave
        out.
        """
        chosen = self.visible
        for field, events in conditions.items():
            if field != but:
                chosen = chosen & events
        return chosen

    def by_field(self, query: Query) -> dict[str, BitMap]:
        """Return what each field of a query asks for: the visible events that meet all its
        conditions on the field. "words", "dates" and "in_force" are conditions of their own,
        "brackets" stands for all groups; "state" is always among them.
        """
        conditions = self._by_field(query)
        if not asks_for_unsure(query):
            conditions["state"] = conditions.get("state", self.shown) & self.shown
        return conditions

    def _by_field(self, query: Query) -> dict[str, BitMap]:
        entities = self._lookups.entities_of(query)
        self._lookups.look_for_words(every_word(query))
        self._lookups.look_for_events(query)
        conditions: dict[str, BitMap] = {}
        for name in FIELDS:
            if values := getattr(query, name):
                conditions[name] = union(self._having(name, value, entities) for value in values)
        for word in query.words:
            said = self._having("words", word, entities)
            conditions["words"] = conditions.get("words", self.visible) & said
        for name, value in query.excluded:
            conditions[name] = conditions.get(name, self.visible) - self._having(
                name, value, entities
            )
        conditions |= range_conditions(query, self._sets, self._today)
        if query.groups or query.barred:
            conditions["brackets"] = self._brackets(query)
        return conditions

    def _brackets(self, query: Query) -> BitMap:
        """Return the events that match one query of each group, and none of the excluded ones."""
        matches = self.visible
        for group in query.groups:
            # If one alternative asks for unsure events, the others still leave them out.
            is_default = any(map(asks_for_unsure, group))
            matches = matches & union(
                self._inner(replace(inner, names=query.names), is_default=is_default)
                for inner in group
            )
        for inner in query.barred:
            matches = matches - self._inner(replace(inner, names=query.names), is_default=False)
        return matches

    def _inner(self, query: Query, *, is_default: bool) -> BitMap:
        conditions = self.by_field(query) if is_default else self._by_field(query)
        return self.all_of(conditions)

    def _having(self, name: str, value: str, entities: Entities) -> BitMap:
        """Return the events that have a value of a query's field."""
        named = self._named(entities, name, value)
        if name == "words":
            return self._lookups.words[value].anywhere | named
        if name == "event":
            return self._lookups.numbered.get(int(value), NONE)
        return named if name in PARTIES else self._sets.get(name, value)

    def having(self, party: str, slugs: Sequence[str]) -> dict[str, BitMap]:
        """Return the events of each of these platforms, targets or countries; one query."""
        asked: dict[str, Any] = {party: tuple(slugs)}
        entities = self._lookups.entities_of(Query(**asked))
        return {slug: self._named(entities, party, slug) for slug in slugs}

    def titled(self, query: Query) -> BitMap:
        """Return the events with each word of the query in the headline, a name or a report's
        title, or as another name of a party; COMMON words are skipped.
        """
        entities = self._lookups.entities_of(query)
        self._lookups.look_for_words(query.words)
        matches = self.visible
        for word in query.words:
            events = self._lookups.words[word]
            titled = events.anywhere if len(events.anywhere) > COMMON else events.titled
            matches = matches & (titled | self._named(entities, "words", word))
        return matches

    def _named(self, entities: Entities, name: str, value: str) -> BitMap:
        """Return the events of the entities that a value of a field names."""
        return union(self._sets.get(kind, pk) for kind, pk in entities.get((name, value), ()))
