from hypothesis import given
from hypothesis import strategies as st
from pyroaring import BitMap

from tracker.index.ranking import TOGETHER, Ranking

IDS = st.sets(st.integers(1, 60), max_size=30)


@given(st.lists(IDS, max_size=3 * TOGETHER), IDS, st.integers(1, 5))
def test_the_values_with_the_most_events_are_those_that_counting_all_gives(sets, base, limit):
    ranked = Ranking({value: BitMap(ids) for value, ids in enumerate(sets)})
    found = ranked.most(BitMap(base), limit)
    counts = [len(ids & base) for ids in sets]
    assert sorted(found.values(), reverse=True) == sorted(counts, reverse=True)[:limit]
    assert list(found.values()) == sorted(found.values(), reverse=True)
    assert all(counts[value] == n for value, n in found.items())


@given(st.dictionaries(st.integers(1, 99), IDS, max_size=3 * TOGETHER), IDS, st.integers(1, 5))
def test_the_order_in_which_sets_came_changes_nothing(sets, base, limit):
    kept = {value: BitMap(ids) for value, ids in sets.items()}
    turned = dict(reversed(kept.items()))
    found, again = (Ranking(each).most(BitMap(base), limit) for each in (kept, turned))
    assert list(found.items()) == list(again.items())
