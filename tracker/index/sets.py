"""Immutable sets of ids by field and value (roaring bitmaps), and the draft of the next ones."""

from collections.abc import Callable, Collection, Hashable, Iterable, Mapping
from typing import Any, TypeVar

from pyroaring import BitMap

from tracker.index.ranking import Ranking

T = TypeVar("T")
Fields = Mapping[str, Mapping[Any, BitMap]]
NONE = BitMap()


def union(sets: Iterable[BitMap]) -> BitMap:
    """Return the ids that are in any of the sets."""
    return BitMap.union(NONE, *sets)


class Sets:
    """Sets of ids by field and value, none empty. Immutable, so any number of threads may read it;
    derived values are computed once.
    """

    def __init__(self, fields: Fields) -> None:
        self.fields = fields
        self._derived: dict[Hashable, Any] = {}

    def get(self, field: str, value: object) -> BitMap:
        """Return the ids with a value."""
        return self.values(field).get(value, NONE)

    def values(self, field: str) -> Mapping[Any, BitMap]:
        """Return all values of a field with their ids."""
        return self.fields.get(field, {})

    def any_of(self, field: str, values: Iterable[object]) -> BitMap:
        """Return the ids that have one of the values."""
        sets = self.values(field)
        return union(sets[value] for value in values if value in sets)

    def ranking(self, field: str) -> Ranking:
        """Return the values of a field, "" aside, with their ids, the largest sets first."""

        def rank() -> Ranking:
            return Ranking({value: ids for value, ids in self.values(field).items() if value != ""})

        return self.derive(("ranking", field), rank)

    def derive(self, key: Hashable, make: Callable[[], T]) -> T:
        """Return a value derived from the sets alone, computed at the first call."""
        if key not in self._derived:
            # Two threads may both compute it: the results are equal, and neither waits.
            self._derived[key] = make()
        derived: T = self._derived[key]
        return derived


EMPTY = Sets({})


class Draft:
    """The next sets: `base` with changes. `base` stays as it is; fields that do not change are
    shared with it.
    """

    def __init__(self, base: Sets = EMPTY) -> None:
        self._fields = dict(base.fields)
        self._copied: dict[str, dict[Any, BitMap]] = {}

    def add(self, field: str, value: object, ids: BitMap | Collection[int]) -> None:
        """Give ids a value."""
        if added := ids if isinstance(ids, BitMap) else BitMap(ids):
            sets = self._own(field)
            sets[value] = sets[value] | added if value in sets else added

    def remove(self, field: str, value: object, ids: BitMap) -> None:
        """Take a value from ids."""
        sets = self._own(field)
        # No set may be empty: iteration over values relies on it.
        if value in sets and not (remaining := sets[value] - ids):
            del sets[value]
        elif value in sets:
            sets[value] = remaining

    def remove_ids(self, ids: BitMap) -> None:
        """Take all values from ids."""
        for field, sets in list(self._fields.items()):
            for value in [v for v, having in sets.items() if having.intersect(ids)]:
                self.remove(field, value, ids)

    def sets(self) -> Sets:
        """Return the draft as sets; the draft is used up."""
        return Sets({name: sets for name, sets in self._fields.items() if sets})

    def _own(self, field: str) -> dict[Any, BitMap]:
        if field not in self._copied:
            self._copied[field] = self._fields[field] = dict(self._fields.get(field, {}))
        return self._copied[field]
