"""What a later act is to an earlier one; pure, and as the program proposes it."""

from dataclasses import replace

import pytest

from tests import make
from tracker.events.consensus.links import antecedents
from tracker.events.grouping.likeness.report_facts import ReportFacts
from tracker.events.grouping.relations import relation_between
from tracker.events.models import Event, Link

BAN = ReportFacts(
    ("account_suspension",), ("twitter",), frozenset({"Donald Trump"}), ("US",), "2021-01-08"
)
LIFTED = replace(BAN, kinds=("reinstatement",), occurred="2022-11-19")
BLOCK = ReportFacts(("platform_block",), ("tiktok",), frozenset(), ("PK",), "2020-10-09")
UNBLOCKED = replace(BLOCK, kinds=("platform_block", "reinstatement"), occurred="2020-10-19")
SUED = replace(BAN, kinds=("legal_action",), occurred="2021-10-01")

LINKED = {
    "a ban is lifted": (LIFTED, BAN, "undoes"),
    "in the month of the ban": (replace(LIFTED, occurred="2021-01"), BAN, "undoes"),
    "by the company": (
        replace(LIFTED, platforms=("meta",)),
        replace(BAN, platforms=("facebook",)),
        "undoes",
    ),
    "one of several": (LIFTED, replace(BAN, targets=frozenset({"Donald Trump", "B"})), "undoes"),
    "a block is lifted": (UNBLOCKED, BLOCK, "undoes"),
    "hours, then for good": (replace(BAN, occurred="2021-01-10"), BAN, "extends"),
    "another platform does the same": (
        replace(BAN, platforms=("facebook",), occurred="2021-01-10"),
        BAN,
        "follows",
    ),
    "a lawsuit": (SUED, BAN, "tested_by"),
}


@pytest.mark.parametrize(("later", "earlier", "kind"), LINKED.values(), ids=LINKED)
def test_what_speaks_for_a_link(later, earlier, kind):
    found = relation_between(later, earlier)
    assert found is not None
    assert found.type == kind
    assert found.reasons


APART = {
    "the wrong way round": (BAN, LIFTED),
    "another platform lifts": (replace(LIFTED, platforms=("youtube",)), BAN),
    "another target": (replace(LIFTED, targets=frozenset({"RT"})), BAN),
    "another country lifts": (replace(UNBLOCKED, countries=("IN",)), BLOCK),
    "what undid is not undone": (replace(LIFTED, occurred="2023-01-01"), LIFTED),
    "no day": (replace(LIFTED, occurred=""), BAN),
    "months later, not the same act": (replace(BAN, occurred="2021-08-01"), BAN),
    "nothing in common": (replace(BAN, targets=frozenset(), occurred="2021-01-10"), BAN),
    "a lawsuit years later": (replace(SUED, occurred="2026-01-01"), BAN),
}


@pytest.mark.parametrize(("later", "earlier"), APART.values(), ids=APART)
def test_what_does_not(later, earlier):
    assert relation_between(later, earlier) is None


BANNED = "Twitter permanently suspends the account of Donald Trump"
RESTORED = "Twitter reinstates the account of Donald Trump"


@pytest.mark.django_db
@pytest.mark.parametrize("order", [1, -1], ids=["as it happened", "the other way round"])
def test_the_program_proposes_what_is_undone_whatever_comes_first(order):
    told = [(BANNED, "2021-01-08"), (RESTORED, "2022-11-19")]
    for title, day in told[::order]:
        make.processed(title, published_at=make.day(day))
    (link,) = Link.objects.all()
    assert (link.type, link.state) == ("undoes", "proposed")
    assert link.source.kind == "reinstatement"
    assert link.target.kind == "account_suspension"
    assert ["same_target", ["Donald Trump"]] in link.reasons
    assert link.source.revisions.filter(field="link", by="program").exists()
    assert link.target.revisions.filter(field="linked_from", by="program").exists()
    assert link.target.ended == ""  # until an editor confirms


@pytest.mark.django_db
def test_of_several_measures_the_latest_before_is_proposed():
    for day in ("2019-01-01", "2021-01-08", "2023-05-05"):
        make.event("A ban", kind="account_suspension", targets=["RT"], occurred=day)
    lifted = make.event("Lifted", kind="reinstatement", targets=["RT"], occurred="2022-01-01")
    first = antecedents(lifted)[0]
    assert Event.objects.get(pk=first.target).occurred == "2021-01-08"
