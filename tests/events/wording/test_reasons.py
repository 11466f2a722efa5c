"""Why reports and acts stand together, in the reader's words."""

import re
from dataclasses import replace

import pytest
from django.utils.translation import override

from tests.events.grouping.test_decide import ACT, JOINS
from tests.events.grouping.test_relations import LINKED
from tracker.events.grouping.decide import likeness
from tracker.events.grouping.relations import relation_between
from tracker.events.wording.reasons import word_reasons

SAID = {
    "same platform twitter, youtube": "same platform: X (Twitter), YouTube",
    "same kind ad_ban; same country RU": "same kind: Ad ban; same country: Russia",
    "1 day apart": "1 day apart",
    "12 words in common; same number 50": "12 words in common; same number: 50",
}
OTHERS = ["checked with the court", "both; sides", "same", "same kind", "days apart", ""]
ENGLISH = re.compile(r"\b(same|day|days|apart|later|words?|both|another|like|company)\b")


@pytest.mark.parametrize(("reasons", "words"), SAID.items())
def test_the_programs_reasons_are_said_with_names(reasons, words):
    assert word_reasons(reasons) == words
    assert word_reasons(reasons.split("; ")) == words


@pytest.mark.parametrize("reason", OTHERS)
def test_what_is_none_of_them_stays_as_it_is(reason):
    assert word_reasons(reason) == reason


def test_every_reason_that_the_program_gives_has_french_words():
    more = [
        replace(ACT, occurred="2017-10-29", extent="permanent", details=frozenset({"300"})),
        replace(ACT, platforms=("x",), targets=frozenset()),
    ]
    first = replace(ACT, extent="permanent", details=ACT.details | {"300"})
    told = [
        *(likeness(replace(ACT, **change), first)[1] for change in JOINS.values()),
        *(likeness(one, first)[1] for one in more),
        *(found.reasons for a, b, _ in LINKED.values() if (found := relation_between(a, b))),
    ]
    given = {reason for reasons in told for reason in reasons}
    with override("fr"):
        said = {word_reasons(reason) for reason in given}
    assert len(said) == len(given) >= 12
    assert not [words for words in said if ENGLISH.search(words)]
