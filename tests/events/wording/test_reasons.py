"""Why reports and acts stand together, in the reader's words."""

import re
from dataclasses import replace

import pytest
from django.utils.translation import override

from tests.events.grouping.test_decide import ACT, JOINS
from tests.events.grouping.test_relations import LINKED
from tracker.events.grouping.likeness.reports import likeness
from tracker.events.grouping.relations import relation_between
from tracker.events.wording.reasons import WORDS, reason_data, word_reason, word_reasons

SAID = {
    "same platform: X (Twitter), YouTube": [("same_platforms", ("twitter", "youtube"))],
    "same kind: Ad ban; same country: Russia": [
        ["same_kind", ["ad_ban"]],
        ["same_country", ["RU"]],
    ],
    "1 day apart": [["days_apart", [1]]],
    "12 words in common; same number: 50": [["words_in_common", [12]], ["same_number", ["50"]]],
    "same target: Yes; no, Ltd.": [["same_target", ["Yes; no", "Ltd."]]],
    "new_code x, 1": [["new_code", ["x", 1]]],
    "": [],
}
ENGLISH = re.compile(r"\b(same|day|days|apart|later|words?|both|another|like|company)\b")


@pytest.mark.parametrize(("words", "reasons"), SAID.items())
def test_the_programs_reasons_are_said_with_names(words, reasons):
    assert word_reasons(reasons) == words


def test_what_a_person_wrote_stays_as_it_is():
    with override("fr"):
        assert word_reasons(["same day", "both; sides"]) == "same day\xa0; both; sides"
    assert reason_data("same day") == {"code": "", "values": [], "words": "same day"}


def test_each_code_has_french_words():
    with override("fr"):
        said = {code: word_reason([code, ["x"]]) for code in WORDS}
    assert [code for code in WORDS if said[code] == WORDS[code].replace("%s", "x")] == []


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
        said = {word_reason(reason) for reason in given}
    assert len(said) == len(given) >= 12
    assert not [words for words in said if ENGLISH.search(words)]
