"""An event told in one sentence."""

import pytest
from django.utils.translation import override

from tracker.classify import Kind
from tracker.events.wording.countries import authority_in_sentence, country_in_sentence
from tracker.events.wording.headline import NAMED, UNNAMED, HeadlineFacts
from tracker.events.wording.names import country_name
from tracker.events.wording.sentence import PAST, SentenceFacts, write_sentence


def told(kinds, platforms=("Twitter",), targets=(), countries=(), *, act=None, **values):
    facts = HeadlineFacts(kinds, platforms, targets, countries, **(act or {}))
    return write_sentence(SentenceFacts(facts, countries=countries, **values))


def test_it_says_who_did_what_to_whom_when_where_and_why():
    assert told(
        [Kind.AD_BAN],
        targets=["RT", "Sputnik"],
        countries=["Russia"],
        day="26 October 2017",
        is_whole_day=True,
        grounds="elections and disinformation",
    ) == (
        "On 26 October 2017, Twitter barred RT and Sputnik from advertising (country: Russia),"
        " on grounds of elections and disinformation."
    )


@pytest.mark.parametrize(
    ("kinds", "values", "text"),
    [
        (
            [Kind.PLATFORM_BLOCK],
            {"countries": ["Brazil"], "day": "2024"},
            "In 2024, Brazil blocked Twitter.",
        ),
        (
            [Kind.PLATFORM_BLOCK, Kind.REINSTATEMENT],
            {"countries": ["Brazil"]},
            "Brazil lifted its block of Twitter.",
        ),
        (
            [Kind.POLICY_CHANGE],
            {"targets": ["satire"], "day": "1 May 2030", "is_ahead": True},
            "From 1 May 2030: Twitter changes its rules on satire.",
        ),
        ([Kind.POLICY_CHANGE], {"platforms": ["A", "B"]}, "A and B changed their rules."),
        (
            [Kind.LEGAL_ACTION],
            {"act": {"amount": 5_000_000, "currency": "EUR", "authority": "CNIL"}},
            "CNIL fined Twitter €5 million.",
        ),
        (
            [Kind.CONTENT_REMOVAL],
            {"targets": ["A"], "act": {"authority": "CNIL"}},
            "Twitter removed content of A, as ordered by CNIL.",
        ),
        ([Kind.LEGAL_ACTION], {}, "Legal action was taken against Twitter."),
    ],
)
def test_each_sort_of_act_has_its_form(kinds, values, text):
    assert told(kinds, **values) == text


def test_every_form_of_a_headline_has_one_in_the_past():
    assert {*NAMED.values(), *UNNAMED.values()} <= PAST.keys()


@pytest.mark.parametrize("kind", list(Kind))
@pytest.mark.parametrize("targets", [[], ["RT"]], ids=["unnamed", "named"])
def test_in_french_it_is_french(kind, targets):
    values = {"targets": targets, "countries": ["Russie"], "grounds": "haine"}
    with override("fr"):
        text = told([kind], day="26 octobre 2017", is_whole_day=True, **values)
    assert text.startswith("Le 26 octobre 2017, ")
    assert "{" not in text
    assert not {"the", "its", "from", "of", "country"} & set(text.split())


@pytest.mark.parametrize(
    ("code", "english", "french"),
    [
        ("US", "the United States", "les États-Unis"),
        ("NL", "the Netherlands", "les Pays-Bas"),
        ("FR", "France", "la France"),
        ("MX", "Mexico", "le Mexique"),
        ("KP", "North Korea", "la Corée du Nord"),
        ("IR", "Iran", "l’Iran"),
        ("CU", "Cuba", "Cuba"),
        ("EU", "the European Union", "l’Union européenne"),
    ],
)
def test_countries_have_the_article_that_a_sentence_asks_for(code, english, french):
    for language, text in (("en", english), ("fr", french)):
        with override(language):
            assert country_in_sentence(code, country_name(code)) == text


def test_a_state_whose_name_is_plural_acts_in_the_plural_in_french():
    with override("fr"):
        text = told([Kind.PLATFORM_BLOCK], countries=["les Pays-Bas"])
    assert text == "Les Pays-Bas ont bloqué Twitter."


@pytest.mark.parametrize(
    ("name", "ending"),
    [
        ("Russia", ", sur ordre de la Russie."),
        ("United Kingdom", ", sur ordre du Royaume-Uni."),
        ("Ofcom", ", sur ordre d’Ofcom."),
    ],
)
def test_who_ordered_an_act_is_named_in_french(name, ending):
    with override("fr"):
        text = told([Kind.SERVICE_DENIAL], ordered_by=authority_in_sentence(name))
    assert text.endswith(ending)
