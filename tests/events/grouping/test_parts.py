from tracker.events.grouping.parts import (
    ActPart,
    cut_ballot,
    fields_elsewhere,
    fields_within,
    span_of,
    told_elsewhere,
)
from tracker.events.grouping.voting import Ballot

TITLE = "X suspends RT; EU fines TikTok for RT"


def said(field, value, words, zone="title", nth=0):
    start = -1
    for _ in range(nth + 1):
        start = TITLE.index(words, start + 1)
    return {"field": field, "value": value, "zone": zone, "start": start}


EVIDENCE = (
    said("platforms", "twitter", "X"),
    said("platforms", "tiktok", "TikTok"),
    said("targets", "RT", "RT"),
    said("targets", "RT", "RT", nth=1),
    said("countries", "EU", "EU"),
    said("amount", "5 EUR", "fines"),
    said("law", "dsa", "X", zone="summary"),
)
SECOND = span_of("EU fines TikTok for RT", TITLE)
assert SECOND is not None
FIRST_PART = ActPart(("account_suspension",), others=(SECOND,))
SECOND_PART = ActPart(("legal_action",), own=SECOND)
BALLOT = Ballot(
    kinds=("legal_action",),
    targets=("RT",),
    countries=("EU",),
    amount=(5, "EUR"),
    law=("dsa", ""),
    weight=1.0,
)


def test_what_stands_in_both_parts_or_in_the_summary_belongs_to_both():
    gone = told_elsewhere(EVIDENCE, FIRST_PART)
    assert gone == {("platforms", "tiktok"), ("countries", "EU"), ("amount", "5 EUR")}
    assert told_elsewhere(EVIDENCE, SECOND_PART) == {("platforms", "twitter")}


def test_fields_of_one_value_are_the_part_s_that_tells_them():
    assert fields_elsewhere(EVIDENCE, FIRST_PART) == {"countries", "amount"}
    assert fields_within(EVIDENCE, SECOND_PART) == {"platforms", "targets", "countries", "amount"}


def test_a_ballot_is_cut_to_the_part():
    first = cut_ballot(BALLOT, EVIDENCE, FIRST_PART)
    assert (first.kinds, first.targets, first.countries) == (("account_suspension",), ("RT",), ())
    assert (first.amount, first.law) == ((0, ""), ("dsa", ""))
    second = cut_ballot(BALLOT, EVIDENCE, SECOND_PART)
    assert (second.kinds, second.countries) == (("legal_action",), ("EU",))
    assert second.amount == (5, "EUR")


def test_a_part_of_another_title_is_nowhere():
    assert span_of("EU fines Meta", TITLE) is None
    assert span_of("", TITLE) is None
