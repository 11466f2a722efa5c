"""Find the most frequent values among chosen ids, without counting every value."""

import heapq
from collections.abc import Iterator, Mapping
from typing import Any

from pyroaring import BitMap

TOGETHER = 32  # values that are skipped together if even their union has too few ids


class Ranking:
    """Values with their ids, the largest sets first; sets of one size in the order of their values,
    so that each process and each rebuilt index gives the same answer.
    """

    def __init__(self, sets: Mapping[Any, BitMap]) -> None:
        self._pairs = sorted(sets.items(), key=lambda pair: (-len(pair[1]), pair[0]))
        self._unions: dict[int, BitMap] = {}

    def __iter__(self) -> Iterator[tuple[Any, BitMap]]:
        return iter(self._pairs)

    def most(self, base: BitMap, limit: int) -> dict[Any, int]:
        """Return the values that most ids of `base` have, with counts, largest first."""
        if limit < 1:
            return {}
        best: list[int] = []  # a heap of the `limit` largest counts so far
        counts: dict[Any, int] = {}
        for start in range(0, len(self._pairs), TOGETHER):
            pairs = self._pairs[start : start + TOGETHER]
            if len(best) == limit and len(pairs[0][1]) <= best[0]:
                break  # no later value can have more
            if len(best) == limit and base.intersection_cardinality(self._union(start)) <= best[0]:
                continue
            for value, ids in pairs:
                n = base.intersection_cardinality(ids)
                if len(best) < limit or n > best[0]:
                    counts[value] = n
                    (heapq.heappush if len(best) < limit else heapq.heappushpop)(best, n)
        return dict(sorted(counts.items(), key=lambda pair: -pair[1])[:limit])

    def _union(self, start: int) -> BitMap:
        """Return the ids of TOGETHER values from a position on: no value of them has more."""
        if start not in self._unions:
            pairs = self._pairs[start : start + TOGETHER]
            self._unions[start] = BitMap.union(BitMap(), *(ids for _, ids in pairs))
        return self._unions[start]
