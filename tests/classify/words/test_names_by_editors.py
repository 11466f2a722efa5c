"""Names that editors added, of entities that a list has and of those that none has."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.classify import Kind, Text, classify
from tracker.classify.explain import break_down_score
from tracker.classify.facts.listed_targets import is_class
from tracker.classify.words.lexicon import lexicon_of_names
from tracker.classify.words.lists import listed_rows, row_of

LISTED = {
    table: {row.type: value for value, row in listed_rows(table).items()}  # one of each type
    for table in ("platform", "target")
}
UNLISTED = {"platform": ["social_media", "fictagram", "x y"], "target": ["Malo K", "malo k", "ß"]}
TITLES = {
    "a name and a network": "Twitter suspends the account of {}",
    "a network in lists": "YouTube, {} and Facebook remove the videos of RT, {} and Alex Jones",
    "a name acts": "{} bans ads from Donald Trump",
    "a store refuses": "Apple removes {} from the App Store at Russia's request",
    "a payer refuses": "PayPal refuses service to {}",
    "a block": "India blocks {} accounts over hate speech",
    "a court": "Court orders Telegram to restore {} in Brazil",
    "a reason": "Meta sues over the ban of {}, citing its policy",
    "no capitals": "twitter löscht {} wegen eines urteils",
    "joined letters": "推特封禁{}的账号",
    "a class": "Instagram removes the account of the journalist {}",
}
ENTITIES = [
    (table, value)
    for table in ("platform", "target")
    for value in (*LISTED[table].values(), *UNLISTED[table])
]


@pytest.mark.parametrize("title", TITLES.values(), ids=TITLES)
@pytest.mark.parametrize(("table", "value"), ENTITIES, ids=lambda value: value)
def test_a_name_of_any_entity_is_read_in_any_place(table, value, title):
    names = lexicon_of_names(((table, value, "Malo Kante"),))
    words = title.replace("{}", "Malo Kante")
    result = classify(Text(words, words, words), names=names)
    assert result.language
    break_down_score(Text(words, words, words), names=names)


@given(
    st.sampled_from(ENTITIES),
    st.text(min_size=1, max_size=12) | st.sampled_from(["*", "~=a", "!visa", "?=Zoom", "a … b"]),
    st.sampled_from(list(TITLES.values())),
)
def test_whatever_name_an_editor_adds_is_read(entity, name, title):
    names = lexicon_of_names(((*entity, name),))
    classify(Text(title.replace("{}", name)), names=names)


def test_a_name_of_an_unlisted_target_is_a_target_like_any_other():
    names = lexicon_of_names((("target", "Malo K", "Malo Kante"),))
    result = classify(Text("YouTube suspends the channel of Malo Kante"), names=names)
    assert (result.kinds[0], result.targets) == (Kind.ACCOUNT_SUSPENSION, ("Malo K",))
    lower = lexicon_of_names((("target", "malo k", "Malo Kante"),))
    result = classify(Text("YouTube suspends the channel of Malo Kante"), names=lower)
    assert result.targets == ("malo k",)  # small letters make only a listed one a class
    assert is_class("journalists") == ("journalists" in listed_rows("target"))


def test_a_name_of_an_unlisted_platform_is_a_platform_like_any_other():
    names = lexicon_of_names((("platform", "fictagram", "Fictagram"),))
    result = classify(Text("Fictagram suspends the account of Alex Jones"), names=names)
    assert (result.kinds[0], result.platforms) == (Kind.ACCOUNT_SUSPENSION, ("fictagram",))
    assert result.targets == ("Alex Jones",)
    refused = classify(Text("PayPal refuses payments to Fictagram"), names=names)
    assert "fictagram" not in refused.platforms
    assert row_of("platform", "fictagram").type == ""
