"""The table of codes; those of the database's schema v2."""

from dataclasses import replace

import pytest

from tracker.classify import Kind
from tracker.classify.words.lexicon import lexicon_of
from tracker.classify.words.lists import listed_rows
from tracker.events.dsa import CATEGORIES, MEANS, RULES, DsaCodes, DsaFacts, codes_of

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
        [f"{SEEN}REMOVED", "CONTENT_TYPE_APP"],
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
    )
    assert codes_of(replace(hate, kinds=["policy_change"])).category == ""
    assert codes_of(replace(hate, grounds="other")).category == ""


def test_every_kind_ground_and_means_has_its_rule():
    assert set(RULES) == set(Kind)
    assert set(CATEGORIES) == set(listed_rows("ground")) - {"sanctions_or_law"}
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
