import pytest

from tracker.batches import run_all


def test_one_failure_stops_nothing_and_is_raised_at_the_end_with_the_item_named():
    results = run_all(lambda n: 12 // n, [1, 0, 2])
    assert [next(results), next(results)] == [12, 6]
    with pytest.raises(ExceptionGroup) as caught:
        next(results)
    assert caught.value.exceptions[0].__notes__ == ["while doing 0"]


def test_without_a_failure_nothing_is_raised():
    assert list(run_all(str, [1, 2])) == ["1", "2"]
