"""How sure the program is of what it proposes; pure, and as it is stored."""

from dataclasses import replace

import pytest

from tests import make
from tests.events.grouping.test_relations import (
    BAN,
    BANNED,
    BLOCK,
    LIFTED,
    RESTORED,
    SUED,
    UNBLOCKED,
)
from tracker.events.consensus.links import LinkProposal, store_proposal
from tracker.events.grouping.certainty import SEEMS
from tracker.events.grouping.relations import relation_between
from tracker.events.models import Link

NAME = frozenset({"Lena Brandt"})
UNLISTED = replace(BAN, targets=NAME, unlisted=NAME, language="en")
RESPELT = replace(LIFTED, targets=frozenset({"Лена Брандт"}), language="ru")
RESPELT = replace(RESPELT, unlisted=RESPELT.targets)
TWO = replace(LIFTED, targets=frozenset({"Donald Trump", "RT"}))

CERTAIN = {
    "a listed name": (LIFTED, BAN, 0.95),
    "a name that only reports know": (replace(LIFTED, targets=NAME, unlisted=NAME), UNLISTED, 0.9),
    "one of several": (LIFTED, replace(BAN, targets=frozenset({"Donald Trump", "B"})), 0.95),
    "it in another script": (RESPELT, UNLISTED, 0.85),
    "years later": (replace(LIFTED, occurred="2024-11-19"), BAN, 0.855),
    "in the month of the ban": (replace(LIFTED, occurred="2021-01"), BAN, 0.855),
    "the company": (
        replace(LIFTED, platforms=("meta",)),
        replace(BAN, platforms=("facebook",)),
        0.855,
    ),
    "half of the names": (TWO, replace(BAN, targets=frozenset({"Donald Trump", "B"})), 0.76),
    "the state that blocked": (UNBLOCKED, BLOCK, 0.92),
    "another state first": (replace(UNBLOCKED, countries=("IN", "PK")), BLOCK, 0.6),
    "a lawsuit, not a measure": (LIFTED, replace(SUED, occurred="2021-02-01"), 0.665),
    "a word in common": (
        replace(LIFTED, targets=frozenset({"crypto ads"})),
        replace(BAN, targets=frozenset({"crypto exchanges"})),
        0.5,
    ),
    "extended": (replace(BAN, occurred="2021-01-10"), BAN, 0.665),
}


@pytest.mark.parametrize(("later", "earlier", "certainty"), CERTAIN.values(), ids=CERTAIN)
def test_what_makes_a_link_sure(later, earlier, certainty):
    relation = relation_between(later, earlier)
    assert relation is not None
    assert relation.certainty == pytest.approx(certainty)


def test_each_act_that_is_as_likely_makes_it_less_sure():
    name, block = relation_between(LIFTED, BAN), relation_between(UNBLOCKED, BLOCK)
    assert name is not None
    assert block is not None
    weaker, other = replace(name, score=name.score - 0.1), replace(name, type="extends")
    assert name.certainty_beside([weaker, other]) == name.certainty >= SEEMS
    assert name.certainty_beside([name]) < SEEMS
    assert name.certainty_beside([name, name]) < name.certainty_beside([name])
    # A state blocks a platform again and again; the latest block is the one that it lifts.
    assert block.certainty_beside([block]) >= SEEMS


@pytest.mark.django_db
def test_a_proposal_is_stored_with_its_score():
    for title, day in [(BANNED, "2021-01-08"), (RESTORED, "2022-11-19")]:
        make.processed(title, published_at=make.day(day))
    link = Link.objects.get()
    assert link.score == 0.95
    assert ["certainty", [95]] in link.reasons


@pytest.mark.django_db
@pytest.mark.parametrize(("given", "stored"), [(1.4, 1.0), (-0.5, 0.0), (0.856, 0.86)])
def test_a_score_is_between_0_and_1(given, stored):
    one, other = make.event(), make.event("Another")
    store_proposal(LinkProposal(one.pk, other.pk, "same", given, ()), one.recorded_at)
    assert Link.objects.get().score == stored
