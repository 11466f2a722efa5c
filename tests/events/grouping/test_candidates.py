"""Which events an editor is asked about ("same event?") when a report opens a new one."""

from dataclasses import replace
from typing import Any

import pytest

from tracker.classify.words.generics import SOCIAL_MEDIA
from tracker.events.grouping.decide import choose_event
from tracker.events.grouping.likeness.candidates import is_candidate
from tracker.events.grouping.likeness.report_facts import ReportFacts
from tracker.events.reasons import Reason

NONE: frozenset[str] = frozenset()
NAMELESS = ReportFacts(
    kinds=("account_suspension",),
    platforms=("instagram",),
    targets=NONE,
    countries=(),
    occurred="2026-11-20",
    details=frozenset({"baker", "page", "closed", "340"}),
    language="en",
)


def named(name: str, **values: Any) -> ReportFacts:
    names = frozenset([name])
    return replace(NAMELESS, **{"targets": names, "unlisted": names} | values)


BAKER = named("Tilde Brandsen")

WITHOUT_A_NAME = {
    "kind, platform, day and words agree": ({}, True),
    "one word in common": ({"details": frozenset({"baker", "regret"})}, True),
    "a number in common": ({"details": frozenset({"regret", "340"})}, True),
    "the day after": ({"occurred": "2026-11-21"}, True),
    "the month alone": ({"occurred": "2026-11"}, True),
    "also another platform": ({"platforms": ("instagram", "threads")}, True),
    "another language": ({"language": "fr", "details": frozenset({"boulan"})}, True),
    "other words": ({"details": frozenset({"singer", "regret"})}, False),
    "no words": ({"details": NONE}, False),
    "two days later": ({"occurred": "2026-11-22"}, False),
    "no day": ({"occurred": ""}, False),
    "another kind first": ({"kinds": ("content_removal", "account_suspension")}, False),
    "another product of the company": ({"platforms": ("facebook",)}, False),
    "the company": ({"platforms": ("meta",)}, False),
    "another product first": ({"platforms": ("facebook", "instagram")}, False),
    "another product, another language": ({"platforms": ("threads",), "language": "fr"}, False),
    "no platform": ({"platforms": ()}, False),
}


@pytest.mark.parametrize(("values", "is_asked"), WITHOUT_A_NAME.values(), ids=WITHOUT_A_NAME)
def test_without_a_name_kind_platform_day_and_words_agree(values, is_asked):
    other = replace(NAMELESS, **values)
    for one in (NAMELESS, BAKER):
        assert is_candidate(one, other) is is_asked
        assert is_candidate(other, one) is is_asked


WITH_A_NAME = {
    "another kind": ({"kinds": ("content_removal",)}, True),
    "days later": ({"occurred": "2026-11-24"}, True),
    "no day": ({"occurred": ""}, True),
    "other words": ({"details": frozenset({"singer"})}, True),
    "the company": ({"platforms": ("meta",)}, True),
    "both products": ({"platforms": ("facebook", "instagram")}, True),
    "no platform": ({"platforms": ()}, True),
    "social media as such": ({"platforms": (SOCIAL_MEDIA,)}, True),
    "another product": ({"platforms": ("facebook",)}, False),
    "another company": ({"platforms": ("vk",)}, False),
}


@pytest.mark.parametrize(("values", "is_asked"), WITH_A_NAME.values(), ids=WITH_A_NAME)
def test_with_one_name_only_another_platform_speaks_against_it(values, is_asked):
    for other in (replace(BAKER, **values), named("Tilde Brandsens", **values)):
        assert is_candidate(BAKER, other) is is_asked
        assert is_candidate(other, BAKER) is is_asked


def test_a_name_that_the_other_text_prints_is_a_name_in_common():
    printing = replace(NAMELESS, title="Tilde Brandsen is back", occurred="", kinds=("ad_ban",))
    assert is_candidate(BAKER, printing)
    assert not is_candidate(BAKER, replace(printing, title="The baker is back"))


def test_names_that_may_be_translations_of_each_other_are_no_name_in_common():
    chinese = named("北极光", language="zh", details=NONE)
    assert is_candidate(named("Borealis"), chinese)
    assert not is_candidate(named("Borealis"), replace(chinese, occurred=""))
    assert not is_candidate(named("Borealis"), replace(chinese, platforms=("threads",)))


def test_a_busy_day_of_one_company_asks_nothing_of_a_report_without_a_name():
    products = ("facebook", "threads", "whatsapp", "meta")
    names = ("Mira Holm", "Jon Vik", "Ada Tern", "")
    busy = [
        (number, [replace(NAMELESS, platforms=(slug,), details=NONE, countries=())])
        if not name
        else (number, [named(name, platforms=(slug,), details=NONE)])
        for number, (slug, name) in enumerate((s, n) for s in products for n in names)
    ]
    decision = choose_event(replace(NAMELESS, details=NONE), busy)
    assert (decision.event, decision.nearly, decision.reasons) == (None, None, ())
    for _, (report,) in busy:
        assert choose_event(report, [(99, [replace(NAMELESS, details=NONE)])]).nearly is None


def test_if_the_likest_event_is_no_candidate_the_next_one_is():
    french = replace(NAMELESS, language="fr", details=NONE, extent="temporary")
    likest = named("Mira Holm", occurred="2026-11-22", extent="temporary")
    assert choose_event(french, [(1, [likest])]).nearly is None
    decision = choose_event(french, [(1, [likest]), (2, [BAKER])])
    assert (decision.event, decision.nearly) == (None, 2)
    assert Reason("same_day", ()) in decision.reasons


def test_an_event_that_names_somebody_is_asked_about_by_its_named_reports():
    russian = named("Тильде", language="ru", details=NONE)
    assert choose_event(russian, [(1, [named("Borealis"), NAMELESS])]).nearly == 1
    earlier = named("Borealis", occurred="2026-11-18")
    assert choose_event(russian, [(1, [earlier, NAMELESS])]).nearly is None
