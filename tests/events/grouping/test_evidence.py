import math

import pytest

from tracker.events.grouping.evidence import (
    PRIOR,
    Witness,
    combined_confidence,
    group_independent,
    joint_confidence,
)
from tracker.events.grouping.reprints import ComparedText


def logit(p):
    return math.log(p / (1 - p))


def test_a_further_publisher_counts_half_of_what_it_says_above_the_prior():
    told = combined_confidence([0.2, 0.3])
    assert logit(told) == pytest.approx(logit(0.3) + 0.5 * (logit(0.2) - logit(PRIOR)))


CASES = {
    "none": ([], 0.0),
    "one says what it says": ([0.3], 0.3),
    "a sure one is not made less sure": ([0.995, 0.2], 0.995),
    "many are capped": ([0.6] * 30, 0.99),
    "one below the prior lowers nothing": ([0.3, 0.01], 0.3),
    "certainty": ([1.0, 1.0], 1.0),
    "nothing at all": ([0.0, 0.0], 0.0),
}


@pytest.mark.parametrize(("given", "told"), CASES.values(), ids=CASES)
def test_what_reports_are_worth_together(given, told):
    assert combined_confidence(given) == pytest.approx(told, abs=0.001)


def test_the_order_does_not_matter_and_two_of_thirty_per_cent_suffice():
    assert combined_confidence([0.2, 0.4]) == combined_confidence([0.4, 0.2])
    assert combined_confidence([0.2, 0.2]) < 0.5 < combined_confidence([0.3, 0.3])


def witness(newsroom, title, probability=0.3):
    return Witness(newsroom, ComparedText(newsroom, "en", title, "", ""), probability)


FIRST = "Harbour choir loses its channel over old recordings"
WIRE = "Video site removes the channel of a harbour choir"


def test_one_newsroom_and_one_text_are_one_witness():
    told = [
        witness("ledger", FIRST),
        witness("gazette", WIRE),
        witness("ledger", "Choir without channel"),
        witness("courier", WIRE),
        witness("tribune", "Singers of the harbour are gone from video platform"),
    ]
    assert group_independent(told) == [[0, 2], [1, 3], [4]]
    assert joint_confidence(told) == combined_confidence([0.3, 0.3, 0.3])


def test_who_reprints_a_newsroom_s_text_is_one_with_it():
    told = [witness("ledger", FIRST), witness("gazette", WIRE), witness("ledger", WIRE)]
    assert group_independent(told) == [[0, 1, 2]]
