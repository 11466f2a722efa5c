from dataclasses import replace
from datetime import date

import pytest

from tracker.events.grouping import Facts, day_span, decide, joined, title_words

ACT = Facts(
    kinds=frozenset({"ad_ban"}),
    platforms=frozenset({"twitter"}),
    targets=frozenset({"RT", "Sputnik"}),
    countries=frozenset({"RU"}),
    occurred="2017-10-26",
    titles=(title_words("Twitter bars RT and Sputnik from advertising"),),
)
JOINS = {
    "the same": {},
    "a day later": {"occurred": "2017-10-27"},
    "one of the targets": {"targets": frozenset({"RT"})},
    "the month only": {"occurred": "2017-10"},
    "no day": {"occurred": ""},
    "a reaction a month later": {"coverage": "reaction", "occurred": "2017-11-20"},
    "no target, same story": {
        "targets": frozenset(),
        "titles": (title_words("Advertising: Twitter bars Sputnik"),),
    },
    "a further kind": {"kinds": frozenset({"ad_ban", "policy_change"})},
}


@pytest.mark.parametrize("change", JOINS.values(), ids=JOINS)
def test_an_entry_on_the_same_act_joins_and_says_why(change):
    decision = decide(replace(ACT, **change), [(7, ACT)])
    assert decision.event == 7
    assert any("same platform twitter" in r for r in decision.reasons)


APART = {
    "another platform": {"platforms": frozenset({"youtube"})},
    "another kind": {"kinds": frozenset({"reinstatement"})},
    "another target": {"targets": frozenset({"Infowars"})},
    "weeks later": {"occurred": "2017-11-20"},
    "a reaction years later": {"coverage": "reaction", "occurred": "2019-11-20"},
    "a reaction before the act": {"coverage": "reaction", "occurred": "2017-09-01"},
    "no target, another story": {
        "targets": frozenset(),
        "titles": (title_words("Gambling firms lose their campaigns"),),
    },
}


@pytest.mark.parametrize("change", APART.values(), ids=APART)
def test_an_entry_on_another_act_does_not(change):
    assert decide(replace(ACT, **change), [(7, ACT)]).event is None


def test_the_best_neighbour_wins_and_of_equals_the_oldest():
    near = replace(ACT, targets=frozenset({"RT"}))
    assert decide(ACT, [(1, near), (3, ACT), (2, ACT)]).event == 2


def test_without_a_target_a_block_needs_the_same_country():
    block = Facts(
        frozenset({"platform_block"}),
        frozenset({"twitter"}),
        frozenset(),
        frozenset({"NG"}),
        "2021-06-04",
    )
    other = replace(block, countries=frozenset({"TR"}))
    assert decide(block, [(1, other)]).event is None
    assert decide(block, [(1, other), (2, block)]).event == 2


def test_a_day_sharpens_a_month_and_never_the_other_way():
    month = replace(ACT, occurred="2017-10")
    assert joined(month, ACT).occurred == "2017-10-26"
    assert joined(ACT, month).occurred == "2017-10-26"


def test_a_month_spans_its_days():
    assert day_span("2024-02") == (date(2024, 2, 1), date(2024, 2, 29))
