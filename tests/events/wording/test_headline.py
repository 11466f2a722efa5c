import pytest

from tracker.classify import Kind
from tracker.events.wording.headline import HeadlineNames, write_headline

CASES = {
    "named": (
        [Kind.AD_BAN],
        (["Twitter"], ["RT", "Sputnik"], []),
        "Twitter bars RT, Sputnik from advertising",
    ),
    "ads": (
        [Kind.AD_BAN],
        (["Facebook"], ["cryptocurrency ads"], []),
        "Facebook bans cryptocurrency ads",
    ),
    "block": ([Kind.PLATFORM_BLOCK], (["X"], [], ["Brazil"]), "Brazil blocks X"),
    "lifted": (
        [Kind.PLATFORM_BLOCK, Kind.REINSTATEMENT],
        (["X"], [], ["Brazil"]),
        "Brazil lifts its block on X",
    ),
    "unknown state": ([Kind.PLATFORM_BLOCK], (["X"], [], []), "A state blocks X"),
    "court": (
        [Kind.LEGAL_ACTION],
        (["Meta"], [], ["European Union"]),
        "European Union: legal action on Meta",
    ),
    "court nowhere": ([Kind.LEGAL_ACTION], (["Meta"], [], []), "Legal action on Meta"),
    "many": (
        [Kind.ACCOUNT_SUSPENSION],
        (["X"], ["A", "B", "C", "D"], []),
        "X suspends A, B, C and others",
    ),
}


@pytest.mark.parametrize(("kinds", "parts", "text"), CASES.values(), ids=CASES)
def test_the_headline_states_the_act(kinds, parts, text):
    assert write_headline(kinds, HeadlineNames(*parts)) == text


@pytest.mark.parametrize("kind", list(Kind))
@pytest.mark.parametrize("targets", [[], ["RT"]], ids=["unnamed", "named"])
def test_every_kind_has_a_headline(kind, targets):
    text = write_headline([kind], HeadlineNames(["Twitter"], targets, ["Russia"]))
    assert "Twitter" in text
    assert "{" not in text
