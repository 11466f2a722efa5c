"""The table of codes; those of the database's schema v2."""

from dataclasses import replace

import pytest

from tracker.classify import Kind
from tracker.classify.words.lexicon import lexicon_of
from tracker.classify.words.lists import listed_rows
from tracker.events.dsa import (
    CATEGORIES,
    KEYWORDS,
    MEANS,
    RULES,
    DsaCodes,
    DsaFacts,
    codes_of,
)

SEEN = "DECISION_VISIBILITY_CONTENT_"
TABLE = {
    "RT and Sputnik may stay but not advertise, for good": (
        DsaFacts(["ad_ban"], ["twitter"], ["RT", "Sputnik"], "permanent"),
        ["DECISION_PROVISION_PARTIAL_TERMINATION"],
    ),
    "an advertiser is paused": (
        DsaFacts(["ad_ban"], ["twitter"], ["RT"]),
        ["DECISION_PROVISION_PARTIAL_SUSPENSION"],
    ),
    "a category of ads": (DsaFacts(["ad_ban", "policy_change"], ["google"], ["crypto ads"]), []),
    "an ad account is closed": (
        DsaFacts(["ad_ban", "account_suspension"], ["facebook"], ["RT"]),
        ["ACCOUNT_TYPE_BUSINESS", "DECISION_ACCOUNT_SUSPENDED"],
    ),
    "single ads are pulled": (
        DsaFacts(["ad_ban", "content_removal"], ["facebook"], ["A campaign"]),
        [f"{SEEN}REMOVED"],
    ),
    "permanently suspended": (
        DsaFacts(["account_suspension"], ["twitter"], ["Donald Trump"], "permanent"),
        ["DECISION_ACCOUNT_TERMINATED"],
    ),
    "locked": (
        DsaFacts(["account_suspension"], ["twitter"], ["Donald Trump"], "temporary"),
        ["DECISION_ACCOUNT_SUSPENDED"],
    ),
    "removed": (DsaFacts(["content_removal"], ["facebook"]), [f"{SEEN}REMOVED"]),
    "delisted": (DsaFacts(["content_removal"], ["google_search"]), [f"{SEEN}DISABLED"]),
    "demonetized": (DsaFacts(["demonetization"], ["youtube"]), ["DECISION_MONETARY_SUSPENSION"]),
    "demonetized for good": (
        DsaFacts(["demonetization"], ["youtube"], extent="permanent"),
        ["DECISION_MONETARY_TERMINATION"],
    ),
    "out of the app store": (
        DsaFacts(["service_denial"], ["apple_app_store"]),
        [f"{SEEN}REMOVED"],
    ),
    "no more hosting": (
        DsaFacts(["service_denial"], ["aws"]),
        ["DECISION_PROVISION_TOTAL_SUSPENSION"],
    ),
    "payments ended": (
        DsaFacts(["service_denial"], ["paypal"], extent="permanent"),
        ["DECISION_PROVISION_TOTAL_TERMINATION"],
    ),
    "a card network": (DsaFacts(["service_denial"], ["visa", "mastercard"]), []),
    "a content network": (DsaFacts(["service_denial"], ["cloudflare"]), []),
    "reach, by no known means": (DsaFacts(["reach_restriction"], ["twitter"]), []),
    "reinstated": (DsaFacts(["reinstatement"], ["twitter"]), []),
    "a rule": (DsaFacts(["policy_change"], ["youtube"]), []),
    "a state's block": (DsaFacts(["platform_block"], ["twitter"]), []),
    "a lawsuit": (DsaFacts(["legal_action"], ["google"]), []),
}


@pytest.mark.parametrize(("facts", "expected"), TABLE.values(), ids=TABLE)
def test_the_table(facts, expected):
    told = codes_of(facts)
    assert list(told.decision) == expected
    assert expected or told.note


@pytest.mark.parametrize(("means", "code"), MEANS.items(), ids=MEANS)
def test_means_of_reach_are_kept_apart(means, code):
    assert codes_of(DsaFacts(["reach_restriction"], ["twitter"], means=[means])).decision == (code,)


def test_the_ground_gives_category_and_keywords_where_there_is_a_decision():
    hate = DsaFacts(["content_removal"], ["youtube"], grounds="hate")
    assert codes_of(hate) == DsaCodes(
        (f"{SEEN}REMOVED",),
        "STATEMENT_CATEGORY_ILLEGAL_OR_HARMFUL_SPEECH",
        ("KEYWORD_HATE_SPEECH",),
        ground="DECISION_GROUND_INCOMPATIBLE_CONTENT",
    )
    assert codes_of(replace(hate, kinds=["policy_change"])).category == ""
    assert codes_of(replace(hate, grounds="other")).category == ""


def test_every_kind_ground_and_means_has_its_rule():
    assert set(RULES) == set(Kind)
    assert set(CATEGORIES) == set(listed_rows("ground"))
    assert set(KEYWORDS) == {
        name for name, row in listed_rows("statement").items() if row.type == "keyword"
    }
    assert set(MEANS) == set(listed_rows("means"))


WORDS = {
    "Twitter adds a warning label to a post": "labelled",
    "Instagram accused of shadow banning": "demoted",
    "YouTube schränkt Video ein: Altersbeschränkung": "age_restricted",
    "YouTube désactive les commentaires": "interaction",
    "Twitter withholds accounts in India": "withheld",
    "Facebook отключил прямые трансляции": "function",
}


@pytest.mark.parametrize(("title", "means"), WORDS.items(), ids=WORDS.values())
def test_means_are_found_by_their_words(title, means):
    assert means in {hit.value for hit in lexicon_of("means").find(title, "en")}


SCHEMA_CATEGORIES = {
    *("ANIMAL_WELFARE", "CONSUMER_INFORMATION", "CYBER_VIOLENCE", "CYBER_VIOLENCE_AGAINST_WOMEN"),
    *("DATA_PROTECTION_AND_PRIVACY_VIOLATIONS", "ILLEGAL_OR_HARMFUL_SPEECH"),
    *("INTELLECTUAL_PROPERTY_INFRINGEMENTS", "NEGATIVE_EFFECTS_ON_CIVIC_DISCOURSE_OR_ELECTIONS"),
    *("NOT_SPECIFIED_NOTICE", "OTHER_VIOLATION_TC", "PROTECTION_OF_MINORS"),
    *("RISK_FOR_PUBLIC_SECURITY", "SCAMS_AND_FRAUD", "SELF_HARM"),
    *("UNSAFE_AND_PROHIBITED_PRODUCTS", "VIOLENCE"),
}


def test_all_sixteen_categories_can_be_reached():
    reached = {category for category, _ in CATEGORIES.values()} | set(KEYWORDS.values())
    assert reached == SCHEMA_CATEGORIES


REMOVED = DsaFacts(["content_removal"], ["facebook"])
DETAILS = {
    "self-harm has no ground of ours": (
        {"words": ["suicide"]},
        {"category": "STATEMENT_CATEGORY_SELF_HARM", "keywords": ("KEYWORD_SUICIDE",)},
    ),
    "a second category": (
        {"words": ["phishing"], "grounds": "hate"},
        {"categories": ("STATEMENT_CATEGORY_SCAMS_AND_FRAUD",)},
    ),
    "at somebody's demand": (
        {"grounds": "sanctions_or_law"},
        {
            "category": "STATEMENT_CATEGORY_NOT_SPECIFIED_NOTICE",
            "keywords": ("KEYWORD_VIOLATION_NATIONAL_LAW",),
            "ground": "DECISION_GROUND_ILLEGAL_CONTENT",
        },
    ),
    "by a law of the EU": (
        {"law": "dsa", "grounds": "hate"},
        {"keywords": ("KEYWORD_HATE_SPEECH", "KEYWORD_VIOLATION_EU_LAW")},
    ),
    "videos by number": (
        {"affected_what": "videos", "words": ["text"]},
        {"content_types": ("CONTENT_TYPE_VIDEO",)},
    ),
    "images by their word": ({"words": ["image"]}, {"content_types": ("CONTENT_TYPE_IMAGE",)}),
    "in two countries, one outside the EEA": (
        {"territory": "country", "countries": ["DE", "RU"]},
        {"territory": ("DE",)},
    ),
}


@pytest.mark.parametrize(("facts", "codes"), DETAILS.values(), ids=DETAILS)
def test_what_else_the_news_tell(facts, codes):
    told = codes_of(replace(REMOVED, **facts))
    assert {name: getattr(told, name) for name in codes} == codes


def test_where_it_holds_in_europe():
    eu = codes_of(replace(REMOVED, territory="eu")).territory
    everywhere = codes_of(replace(REMOVED, territory="worldwide")).territory
    assert (len(eu), len(everywhere)) == (27, 30)
    assert codes_of(REMOVED).territory == ()


def test_limited_ads_are_no_end_of_payments():
    limited = DsaFacts(["demonetization"], ["youtube"], words=["ads_limited"])
    assert codes_of(limited).decision == ("DECISION_MONETARY_OTHER",)


def test_an_app_out_of_a_store_is_an_app():
    assert codes_of(DsaFacts(["service_denial"], ["apple_app_store"])).content_types == (
        "CONTENT_TYPE_APP",
    )


def test_a_whole_account_has_no_content_type():
    whole = DsaFacts(["account_suspension"], ["twitter"], words=["video"])
    assert codes_of(whole).content_types == ()
