"""Until when a measure counts as in force, and what it is afterwards."""

import pytest

from tracker.classify import Kind
from tracker.events.in_force import (
    CONFIRMED_FOR,
    MeasureFacts,
    StatedText,
    Term,
    asked_status,
    counted_kinds,
    lasting_kinds,
    linked_term,
    status_on,
    term_of,
)

BLOCK = ("platform_block",)


def term(kinds=BLOCK, extent="", occurred="2026-03-01", reported="", texts=()):
    stated = [StatedText(text, "en") for text in texts]
    return term_of(MeasureFacts(kinds, extent, occurred, reported, stated))


@pytest.mark.parametrize(
    ("facts", "unknown_from"),
    [
        ({}, "2026-03-31"),
        ({"reported": "2026-03-10"}, "2026-04-09"),
        ({"reported": "2026-02-10"}, "2026-03-31"),
        ({"occurred": "2026-02"}, "2026-03-30"),
        ({"kinds": ("account_suspension",)}, "2028-02-29"),
        ({"kinds": ("account_suspension", "platform_block")}, "2028-02-29"),
        ({"extent": "temporary"}, "2026-03-15"),
        ({"extent": "permanent"}, "2026-03-31"),
        ({"extent": "permanent", "kinds": ("account_suspension",)}, "2031-02-28"),
        ({"occurred": ""}, ""),
        ({"kinds": ("policy_change",)}, ""),
        ({"kinds": ("platform_block", "reinstatement")}, ""),
    ],
)
def test_a_measure_is_in_force_while_something_confirms_it(facts, unknown_from):
    assert (term(**facts).ended, term(**facts).unknown_from) == ("", unknown_from)


@pytest.mark.parametrize(
    ("texts", "ended"),
    [
        (["Judge orders Signal blocked for 72 hours"], "2026-03-04"),
        (["X locks an account for 12 hours"], "2026-03-02"),
        (["Signal blocked for 3 days", "A three-day ban on Signal", "For a week"], "2026-03-04"),
        (["Signal blocked for days"], ""),
    ],
)
def test_a_stated_length_ends_by_itself(texts, ended):
    assert term(texts=texts).ended == ended


def test_for_good_is_no_length():
    assert term(extent="permanent", texts=["Blocked for 3 days, then for good"]).ended == ""


def test_what_undid_it_decides_and_what_extended_it_goes_on():
    three_days = Term("2026-03-04", "2026-03-31", 30)
    assert linked_term(three_days, "2026-03-01", ["2026-03-06", "2026-03-05"], []).ended == (
        "2026-03-05"
    )
    extended = linked_term(three_days, "2026-03-01", [], ["2026-03-04"])
    assert (extended.ended, extended.unknown_from) == ("", "2026-04-03")
    too_late = linked_term(three_days, "2026-03-01", [], ["2026-05-01"])
    assert too_late.ended == "2026-03-04"
    assert linked_term(Term(), "2026-03-01", ["2026-03-05"], []) == Term("2026-03-05")


def test_what_it_is_on_a_day():
    assert status_on("2026-02-28", "2026-03-01", "", "2026-03-31") == ""
    assert status_on("2026-03-30", "2026-03-01", "", "2026-03-31") == "yes"
    assert status_on("2026-03-31", "2026-03-01", "", "2026-03-31") == "unknown"
    assert status_on("2026-03-03", "2026-03-01", "2026-03-04", "") == "yes"
    assert status_on("2026-03-04", "2026-03-01", "2026-03-04", "") == "ended"
    assert status_on("2026-03-04", "", "", "") == ""


def test_a_query_asks_for_today_or_for_a_day():
    assert asked_status("unknown", "2026-03-04") == ("unknown", "2026-03-04")
    assert asked_status("2021-03-01", "2026-03-04") == ("yes", "2021-03-01")


def test_a_lifted_block_counts_as_a_reinstatement():
    lifted = ("platform_block", "legal_action", "reinstatement")
    assert counted_kinds(lifted) == ("reinstatement", "legal_action")
    assert counted_kinds(("reinstatement", "platform_block")) == ("reinstatement",)
    assert counted_kinds(("ad_ban", "policy_change")) == ("ad_ban", "policy_change")
    assert lasting_kinds(lifted) == []


def test_each_kind_has_its_own_time():
    assert set(CONFIRMED_FOR) < set(Kind)
    assert all(0 < days < 3 * 365 for days in CONFIRMED_FOR.values())
