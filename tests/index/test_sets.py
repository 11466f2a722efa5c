"""A draft changes nothing of the sets that it began with."""

from hypothesis import given
from hypothesis import strategies as st
from pyroaring import BitMap

from tracker.index.sets import Draft, union

STEPS = st.lists(
    st.tuples(
        st.sampled_from(["add", "remove", "remove_ids"]),
        st.sampled_from("ab"),
        st.integers(0, 2),
        st.sets(st.integers(0, 9), max_size=4),
    ),
    max_size=20,
)


def as_pairs(sets):
    return {
        (field, value, pk)
        for field, values in sets.fields.items()
        for value, ids in values.items()
        for pk in ids
    }


@given(STEPS, STEPS)
def test_drafts_say_what_was_done_and_earlier_sets_stay(first, second):
    expected: set[tuple[str, int, int]] = set()
    sets, earlier = Draft().sets(), []
    for steps in (first, second):
        draft = Draft(sets)
        for act, field, value, ids in steps:
            if act == "add":
                draft.add(field, value, ids)
                expected = expected | {(field, value, pk) for pk in ids}
            elif act == "remove":
                draft.remove(field, value, BitMap(ids))
                expected = {p for p in expected if p[:2] != (field, value) or p[2] not in ids}
            else:
                draft.remove_ids(BitMap(ids))
                expected = {p for p in expected if p[2] not in ids}
        sets = draft.sets()
        earlier.append((sets, set(expected)))
        assert all(ids for values in sets.fields.values() for ids in values.values())
    for before, pairs in earlier:
        assert as_pairs(before) == pairs
    assert sets.any_of("a", [0, 1]) == union([sets.get("a", 0), sets.get("a", 1)])
