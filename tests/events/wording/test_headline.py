import pytest
from django.utils.translation import override

from tracker.classify import Kind
from tracker.events.wording.headline import (
    HEADLINE_LIMIT,
    HeadlineFacts,
    Quote,
    needs_quote,
    quote_headline,
    write_headline,
)

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
        "Brazil lifts its block of X",
    ),
    "unknown state": ([Kind.PLATFORM_BLOCK], (["X"], [], []), "A state blocks X"),
    "court": (
        [Kind.LEGAL_ACTION],
        (["Meta"], [], ["European Union"]),
        "European Union: legal action against Meta",
    ),
    "court nowhere": ([Kind.LEGAL_ACTION], (["Meta"], [], []), "Legal action against Meta"),
    "many": (
        [Kind.ACCOUNT_SUSPENSION],
        (["X"], ["A", "B", "C", "D"], []),
        "X suspends A, B, C and others",
    ),
}


def said(kinds, platforms=("X",), targets=(), countries=(), **values):
    """The headline, with these facts."""
    return write_headline(HeadlineFacts(kinds, platforms, targets, countries, **values))


@pytest.mark.parametrize(("kinds", "parts", "text"), CASES.values(), ids=CASES)
def test_the_headline_states_the_act(kinds, parts, text):
    assert said(kinds, *parts, ads=text == "Facebook bans cryptocurrency ads") == text


@pytest.mark.parametrize("kind", list(Kind))
@pytest.mark.parametrize("targets", [[], ["RT"]], ids=["unnamed", "named"])
@pytest.mark.parametrize("language", ["en", "fr"])
def test_every_kind_has_a_headline(kind, targets, language):
    with override(language):
        text = said([kind], ["Twitter"], targets, ["Russia"])
    assert "Twitter" in text
    assert "{" not in text
    assert "[" not in text


FINE = {"amount": 320_000_000, "currency": "EUR"}
EU_FINE = {"countries": ["EU"], "platforms": ["TikTok"], **FINE}
FACTS = {
    "a fine": (
        (Kind.LEGAL_ACTION, EU_FINE),
        "EU fines TikTok €320 million",
        "EU\xa0: amende de 320 millions d’euros pour TikTok",
    ),
    "by an authority": (
        (Kind.LEGAL_ACTION, {**EU_FINE, "authority": "European Commission"}),
        "European Commission fines TikTok €320 million",
        "European Commission\xa0: amende de 320 millions d’euros pour TikTok",
    ),
    "by nobody known": (
        (Kind.LEGAL_ACTION, {"platforms": ["TikTok"], "amount": 45_500, "currency": "USD"}),
        "TikTok is fined $45,500",
        "TikTok\xa0: amende de 45\u202f500\xa0$US",
    ),
    "in rubles": (
        (Kind.LEGAL_ACTION, {"countries": ["Russia"], "amount": 4_000_000_000, "currency": "RUB"}),
        "Russia fines X RUB\xa04 billion",
        "Russia\xa0: amende de 4 milliards de roubles russes pour X",
    ),
    "a partial block of a region": (
        (
            Kind.PLATFORM_BLOCK,
            {"countries": ["Russia"], "is_partial": True, "region": "Dagestan"},
        ),
        "Russia partly blocks X in Dagestan",
        "Russia bloque partiellement X (Dagestan)",
    ),
    "a fine upheld": (
        (
            Kind.LEGAL_ACTION,
            {
                "amount": 200_000_000,
                "currency": "EUR",
                "authority": "tribunal",
                "is_court": True,
                "appeal": "rejected",
            },
        ),
        "Tribunal rejects the appeal of X over €200 million",
        "Tribunal\xa0: recours de X rejeté (200 millions d’euros)",
    ),
    "an appeal won": (
        (
            Kind.LEGAL_ACTION,
            {"authority": "EU court", "is_court": True, "appeal": "granted"},
        ),
        "EU court upholds the appeal of X",
        "EU court\xa0: recours de X accueilli",
    ),
    "a number": (
        (Kind.ACCOUNT_SUSPENSION, {"affected": 6_800_000, "affected_what": "accounts"}),
        "X suspends 6.8 million accounts",
        "X suspend 6,8 millions de comptes",
    ),
    "a small number": (
        (Kind.CONTENT_REMOVAL, {"affected": 5_200, "affected_what": "videos"}),
        "X removes 5,200 videos",
        "X retire 5\u202f200 vidéos",
    ),
    "a name and a number": (
        (
            Kind.ACCOUNT_SUSPENSION,
            {"targets": ["Sputnik"], "affected": 30, "affected_what": "accounts"},
        ),
        "X suspends Sputnik (30 accounts)",
        "X suspend Sputnik (30 comptes)",
    ),
    "a sort and a number": (
        (
            Kind.ACCOUNT_SUSPENSION,
            {
                "targets": ["scam centres"],
                "classes": True,
                "affected": 6_800_000,
                "affected_what": "accounts",
            },
        ),
        "X suspends 6.8 million accounts (scam centres)",
        "X suspend 6,8 millions de comptes (scam centres)",
    ),
    "a role": (
        (Kind.REACH_RESTRICTION, {"targets": ["le député Lou Morel"]}),
        "X limits the reach of le député Lou Morel",
        "X limite la portée du député Lou Morel",
    ),
    "a sort of things": (
        (Kind.CONTENT_REMOVAL, {"targets": ["gun videos"], "classes": True}),
        "X removes gun videos",
        "X retire gun videos",
    ),
    "social media as such": (
        (Kind.PLATFORM_BLOCK, {"countries": ["Gabon"], "platforms": ["social media"]}),
        "Gabon blocks social media",
        "Gabon\xa0: blocage de social media",
    ),
    "no vowel": (
        (Kind.DEMONETIZATION, {"targets": ["Yara"]}),
        "X cuts off the earnings of Yara",
        "X coupe les revenus de Yara",
    ),
    "a vowel": (
        (Kind.DEMONETIZATION, {"targets": ["Infowars"]}),
        "X cuts off the earnings of Infowars",
        "X coupe les revenus d’Infowars",
    ),
}


@pytest.mark.parametrize(("facts", "english", "french"), FACTS.values(), ids=FACTS)
def test_amounts_numbers_and_authorities_stand_in_it(facts, english, french):
    kind, values = facts
    assert said([kind], **values) == english
    with override("fr"):
        assert said([kind], **values) == french


QUOTE = Quote("Example News", "X suspends a farmer who filmed geese - Example News", "en")


def test_a_quotation_names_the_publisher_once():
    text = quote_headline(QUOTE)
    assert text == "Example News reports: “X suspends a farmer who filmed geese”"
    with override("fr"):
        text = quote_headline(QUOTE)
    assert text == "Example News : « X suspends a farmer who filmed geese »".replace(
        "« ", "«\xa0"
    ).replace(" »", "\xa0»").replace(" :", "\xa0:")


SAID_ALONE = {
    "a target": (Kind.ACCOUNT_SUSPENSION, {"targets": ["RT"]}),
    "a number": (Kind.CONTENT_REMOVAL, {"affected": 3, "affected_what": "posts"}),
    "a block": (Kind.PLATFORM_BLOCK, {"countries": ["Kenya"]}),
    "a fine": (Kind.LEGAL_ACTION, FINE),
}


@pytest.mark.parametrize(("kind", "values"), SAID_ALONE.values(), ids=SAID_ALONE)
def test_what_the_facts_say_is_not_quoted(kind, values):
    facts = {"platforms": ["X"], "targets": [], "countries": []} | values
    assert not needs_quote(HeadlineFacts([kind], **facts))


def test_what_they_do_not_say_is():
    for kind in Kind:
        assert needs_quote(HeadlineFacts([kind], ["X"], [], []))


def test_a_long_title_is_cut_and_one_with_another_name_behind_it_is_not():
    long = quote_headline(Quote("N", "x" * 400, "en"))
    assert len(long) == HEADLINE_LIMIT
    assert long.endswith("…”")
    other = quote_headline(Quote("N", "Back on X - at last", "en"))
    assert other == "N reports: “Back on X - at last”"
