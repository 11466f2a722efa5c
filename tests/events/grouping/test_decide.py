from dataclasses import replace
from typing import Any

import pytest

from tracker.classify import Classification
from tracker.classify.words.generics import SOCIAL_MEDIA
from tracker.events.grouping.decide import choose_event
from tracker.events.grouping.likeness.doubts import differ_by_a_name
from tracker.events.grouping.likeness.report_facts import ReportFacts, platforms_of
from tracker.events.grouping.likeness.reports import likeness
from tracker.events.reasons import Reason

ACT = ReportFacts(
    kinds=("ad_ban",),
    platforms=("twitter",),
    targets=frozenset({"RT", "Sputnik"}),
    countries=("RU",),
    occurred="2017-10-26",
    details=frozenset({"kremli", "electi", "broadc"}),
)
NONE: frozenset[str] = frozenset()
NAMELESS = replace(ACT, targets=frozenset())
OTHER = frozenset({"gambli", "firms", "campai"})
JOINS: dict[str, dict[str, Any]] = {
    "the same": {},
    "a day later": {"occurred": "2017-10-27"},
    "one of the targets": {"targets": frozenset({"RT"})},
    "the month only": {"occurred": "2017-10"},
    "no day": {"occurred": ""},
    "a reaction a month later": {"coverage": "reaction", "occurred": "2017-11-20"},
    "no target, same story": {"targets": frozenset(), "details": frozenset({"kremli", "broadc"})},
    "a further kind": {"kinds": ("ad_ban", "policy_change")},
    "a like kind, same target and day": {"kinds": ("account_suspension",)},
    "a further platform": {"platforms": ("twitter", "facebook")},
}


@pytest.mark.parametrize("change", JOINS.values(), ids=JOINS)
def test_an_entry_on_the_same_act_joins_and_says_why(change):
    decision = choose_event(replace(ACT, **change), [(7, [ACT])])
    assert decision.event == 7
    assert Reason("same_platforms", ("twitter",)) in decision.reasons


APART = {
    "another platform": {"platforms": ("youtube",)},
    "the undoing": {"kinds": ("reinstatement",)},
    "a state's act": {"kinds": ("platform_block",)},
    "another target": {"targets": frozenset({"Infowars"})},
    "weeks later": {"occurred": "2017-11-20"},
    "a reaction years later": {"coverage": "reaction", "occurred": "2019-11-20"},
    "a reaction before the act": {"coverage": "reaction", "occurred": "2017-09-01"},
    "no target, another story": {"targets": frozenset(), "details": OTHER},
}


@pytest.mark.parametrize("change", APART.values(), ids=APART)
def test_an_entry_on_another_act_does_not(change):
    assert choose_event(replace(ACT, **change), [(7, [ACT])]).event is None


def test_reasons_name_what_is_the_same():
    later = replace(ACT, occurred="2017-10-27", details=frozenset({"kremli", "1,200"}))
    other = replace(ACT, details=frozenset({"kremli", "1,200"}))
    assert choose_event(later, [(7, [other])]).reasons == (
        ("same_platforms", ("twitter",)),
        ("same_kind", ("ad_ban",)),
        ("days_apart", (1,)),
        ("same_target", ("RT", "Sputnik")),
        ("same_country", ("RU",)),
        ("words_in_common", (1,)),
        ("same_number", ("1,200",)),
    )


def test_the_best_neighbour_wins_and_of_equals_the_oldest():
    near = replace(ACT, targets=frozenset({"RT"}))
    assert choose_event(ACT, [(1, [near]), (3, [ACT]), (2, [ACT])]).event == 2


def test_a_reaction_that_came_first_is_joined_by_the_late_report():
    reaction = replace(ACT, coverage="reaction", occurred="2017-11-02")
    assert choose_event(ACT, [(7, [reaction])]).event == 7


def test_undated_reports_do_not_chain_through_one_that_is_like_both():
    first = replace(
        ACT, platforms=("facebook",), targets=frozenset({"A"}), occurred="", details=NONE
    )
    both = replace(first, targets=frozenset({"A", "B"}))
    last = replace(first, targets=frozenset({"B"}))
    assert choose_event(both, [(1, [first])]).event == 1
    assert choose_event(last, [(1, [first, both])]).event is None
    assert choose_event(last, [(1, [both])]).event == 1


def test_who_is_banned_for_hours_and_for_good_is_banned_twice():
    hours = replace(NAMELESS, extent="temporary")
    good = replace(NAMELESS, extent="permanent")
    assert likeness(hours, good)[0] < likeness(hours, hours)[0]


def test_a_report_of_hours_does_not_join_reports_of_a_ban_for_good():
    act = replace(ACT, details=frozenset())
    good = [replace(act, extent="permanent"), act, act, act]
    hours = replace(act, extent="temporary")
    assert choose_event(hours, [(7, good)]).event is None
    assert choose_event(act, [(7, good)]).event == 7
    assert (
        choose_event(hours, [(7, [*good, hours])]).event == 7
    )  # reports that contradict each other


NAMED = ReportFacts(
    kinds=("account_suspension",),
    platforms=("twitch",),
    targets=frozenset({"Nadine Marand"}),
    countries=(),
    occurred="2027-03-10",
    language="fr",
    unlisted=frozenset({"Nadine Marand"}),
    title="Nadine Marand bannie de Twitch",
)


@pytest.mark.parametrize(
    "words",
    [
        {"language": "es", "title": "Le cerraron el canal: el caso Nadine Marand"},
        {"language": "es", "title": "Twitch cierra un canal", "summary": "Nadine Marand dormía."},
        {"language": "ar", "title": "تويتش تحظر نادين ماراند"},
        {"language": "de", "title": "Nadine Marands Kanal", "targets": frozenset({"Lyon"})},
    ],
    ids=["title", "summary", "another script", "a name that was misread"],
)
def test_a_report_that_prints_the_name_is_of_the_act_though_it_was_not_read_as_hit(words):
    targets = words.get("targets", frozenset())
    entry = replace(NAMED, **{"targets": targets, "unlisted": targets} | words)
    decision = choose_event(entry, [(7, [NAMED])])
    assert decision.event == 7
    assert Reason("same_target", ("Nadine Marand",)) in decision.reasons


def test_two_reports_that_each_print_the_others_name_are_of_one_act():
    channel = replace(
        NAMED,
        targets=frozenset({"Canal do Tibau"}),
        unlisted=frozenset({"Canal do Tibau"}),
        title="Twitch suspende o Canal do Tibau",
        summary="Nadine Marand, a dona, mostrou uma arma.",
    )
    person = replace(NAMED, summary="Elle anime le Canal do Tibau depuis trois ans.")
    assert choose_event(person, [(7, [channel])]).event == 7


def test_a_report_on_somebody_else_who_is_named_in_the_background_is_another_act():
    other = replace(
        NAMED,
        targets=frozenset({"Bo Karling"}),
        unlisted=frozenset({"Bo Karling"}),
        title="Twitch bannit Bo Karling",
        summary="La veille, Nadine Marand avait perdu sa chaîne.",
    )
    assert choose_event(other, [(7, [NAMED])]).event is None


def test_without_a_target_a_block_needs_the_same_country():
    block = ReportFacts(("platform_block",), ("twitter",), frozenset(), ("NG",), "2021-06-04")
    other = replace(block, countries=("TR",))
    assert choose_event(block, [(1, [other])]).event is None
    assert choose_event(block, [(1, [other]), (2, [block])]).event == 2


def test_who_blocks_stands_first_whose_app_it_is_after():
    india = ReportFacts(("platform_block",), ("tiktok",), frozenset(), ("IN", "CN"), "")
    pakistan = replace(india, countries=("PK", "CN"))
    assert choose_event(pakistan, [(1, [india])]).event is None


ADVERTISER = ReportFacts(
    kinds=("ad_ban",),
    platforms=("twitter",),
    targets=frozenset({"Borealis"}),
    countries=(),
    occurred="2026-11-20",
    details=frozenset({"adverti", "longer", "takes"}),
    language="en",
    unlisted=frozenset({"Borealis"}),
)


def of(name: str, **changes: Any) -> ReportFacts:
    """The like-worded report on another name that no list knows."""
    names = frozenset([name] if name else [])
    return replace(ADVERTISER, targets=names, unlisted=names, **changes)


def grouped(reports: list[ReportFacts]) -> list[int]:
    """The event of each, in the order they come."""
    events: list[list[ReportFacts]] = []
    numbers = []
    for report in reports:
        number = choose_event(report, list(enumerate(events))).event
        if number is None:
            number = len(events)
            events.append([])
        events[number].append(report)
        numbers.append(number)
    return numbers


def test_like_words_on_unknown_names_are_as_many_acts():
    firsts = ("Ba", "Do", "Fe", "Gi", "Ku", "La", "Mo", "Ne", "Pi", "Ro")
    lasts = ("rea", "lvi", "ntor", "sket", "ndal", "mpur", "vik", "zeno", "thal", "rgo")
    names = [first + last for first in firsts for last in lasts]
    assert grouped([of(name) for name in names]) == list(range(100))


EIGHT = ("Acme", "Borealis", "Cygnus", "Dorado", "Eridani", "Fornax", "Gemini", "Hydra")


def test_ten_papers_on_each_of_eight_advertisers_make_eight_events():
    assert grouped([of(name) for _ in range(10) for name in EIGHT]) == list(range(8)) * 10


def test_an_unknown_name_and_a_listed_one_are_two_acts():
    listed = replace(ADVERTISER, targets=frozenset({"RT"}), unlisted=NONE)
    assert grouped([listed, ADVERTISER]) == [0, 1]


SPELT = {
    "in capitals": {"name": "BOREALIS"},
    "with its form": {"name": "Borealis Ltd"},
    "in Cyrillic": {"name": "Бореалис", "language": "ru"},
    "left out": {"name": ""},
}


@pytest.mark.parametrize("change", SPELT.values(), ids=SPELT)
def test_another_spelling_of_the_name_joins(change):
    first = replace(ADVERTISER, countries=("US",))
    assert grouped([first, replace(of(**change), countries=("US",))]) == [0, 0]


def test_whether_a_translated_name_is_one_is_asked():
    chinese = replace(of("北极光", language="zh", details=NONE), countries=("US",))
    decision = choose_event(chinese, [(3, [replace(ADVERTISER, countries=("US",))])])
    assert (decision.event, decision.nearly) == (None, 3)


FRAMES = {
    "Arabic": (
        "يوتيوب يحذف قناة {} بسبب خطاب الكراهية",
        "ar",
        ("لينا كيلر", "عمر مورو", "عمر كيلر"),
    ),
    "Chinese": ("推特封禁{}的账号 称其违反规则", "zh", ("王明华", "李明华", "王志强")),
    "English": ("X locks the account of {} over hate speech", "en", ("Kovac", "Brandt", "Orlov")),
}


@pytest.mark.parametrize("frame", FRAMES.values(), ids=FRAMES)
def test_like_words_on_names_that_nobody_could_read_are_as_many_acts(frame):
    words, language, names = frame
    reports = []
    for name in names:
        title = words.format(name)
        details = frozenset(word[:6] for word in title.lower().split() if len(word) > 3)
        pairs = (
            frozenset(title[i : i + 2] for i in range(len(title) - 1)) if language == "zh" else NONE
        )
        reports.append(of("", title=title, language=language, details=details | pairs))
    assert grouped(reports) == [0, 1, 2]


def test_a_nameless_report_in_another_language_joins_by_country_and_is_else_asked_about():
    nameless = of("", language="fr", details=NONE)
    assert choose_event(nameless, [(1, [ADVERTISER])]).event is None
    assert choose_event(nameless, [(1, [ADVERTISER])]).nearly == 1
    polish = replace(of("Zorza", language="pl"), details=frozenset({"konta"}))
    assert choose_event(replace(nameless, countries=("PL",)), [(1, [polish])]).event == 1


def test_a_report_without_a_name_joins_one_of_two_and_bridges_none():
    assert grouped([of(""), ADVERTISER, of("Cygnus")]) == [0, 0, 1]
    assert grouped([ADVERTISER, of(""), of(""), of("Cygnus")]) == [0, 0, 0, 1]
    assert grouped([ADVERTISER, of("Cygnus"), of("")]) == [0, 1, 0]


def test_reports_in_two_languages_without_a_name_join_by_day_platform_kind_and_country():
    first = replace(of(""), countries=("PL",), details=frozenset({"konta", "dzienn", "zawies"}))
    second = replace(first, details=frozenset({"krank", "mahler"}), language="de")
    assert grouped([first, second]) == [0, 0]


LAW = ReportFacts(
    kinds=("legal_action",),
    platforms=(SOCIAL_MEDIA,),
    targets=NONE,
    countries=("DK",),
    occurred="2026-11-20",
    details=frozenset({"parlia", "childr"}),
    language="en",
    authority="Folketing",
)


def test_a_law_on_social_media_goes_by_country_day_and_authority():
    again = replace(LAW, details=frozenset({"enfant"}), language="fr")
    decision = choose_event(again, [(7, [LAW])])
    assert decision.event == 7
    assert Reason("same_authority", ("Folketing",)) in decision.reasons
    assert choose_event(replace(LAW, countries=("NO",)), [(7, [LAW])]).event is None
    assert choose_event(replace(LAW, occurred="2026-10-02"), [(7, [LAW])]).event is None


def test_a_law_on_social_media_is_not_the_fine_on_a_platform_of_that_day():
    fine = replace(LAW, platforms=("tiktok",), details=frozenset({"fine", "millio", "court"}))
    assert choose_event(fine, [(7, [LAW])]).event is None
    named = replace(LAW, platforms=("tiktok",))
    assert choose_event(named, [(7, [LAW])]).event == 7
    assert choose_event(replace(named, countries=("NO",)), [(7, [LAW])]).event is None


def test_acts_on_platforms_that_nobody_names_go_by_their_target():
    unnamed = of("Borealis", platforms=())
    assert choose_event(unnamed, [(7, [ADVERTISER])]).event == 7
    assert choose_event(of("Cygnus", platforms=()), [(7, [ADVERTISER])]).event is None
    assert choose_event(of("", platforms=()), [(7, [ADVERTISER])]).event is None


def test_what_binds_social_media_stands_as_a_platform():
    assert platforms_of(Classification("en", scope="social_media")) == (SOCIAL_MEDIA,)
    assert platforms_of(Classification("en", platforms=("vk",), scope="social_media")) == ("vk",)
    assert platforms_of(Classification("en", scope="unnamed")) == ()


BLOCK = ReportFacts(
    kinds=("platform_block",),
    platforms=("telegram",),
    targets=frozenset(),
    countries=("KE",),
    occurred="2026-11-17",
)


@pytest.mark.parametrize("day", ["2026-11-17", "2026-11-20"])
def test_the_lift_of_a_block_is_another_act(day):
    lift = replace(BLOCK, kinds=("platform_block", "reinstatement"), occurred=day)
    assert choose_event(lift, [(1, [BLOCK])]).event is None
    assert choose_event(BLOCK, [(1, [lift])]).event is None
    assert choose_event(lift, [(1, [lift])]).event == 1


def test_blocks_of_two_products_of_a_company_are_two_acts():
    block = replace(BLOCK, platforms=("facebook",))
    for other in ("instagram", "whatsapp"):
        assert choose_event(replace(block, platforms=(other,)), [(1, [block])]).event is None
    for same in (("instagram", "facebook"), ("meta",)):
        assert choose_event(replace(block, platforms=same), [(1, [block])]).event == 1


def test_what_a_company_does_itself_is_told_of_either_product():
    on_one = replace(ACT, platforms=("facebook",))
    assert choose_event(replace(on_one, platforms=("instagram",)), [(1, [on_one])]).event == 1


UNDATED = replace(ACT, occurred="", language="en", summary="Twitter said so on March 24.")
NAMED_DAYS = {
    "the same day": (replace(UNDATED, summary="It went on 24 March."), True),
    "the day of a dated report": (replace(ACT, occurred="2017-03-24"), True),
    "no day": (replace(UNDATED, summary="Twitter said so."), True),
    "a later month": (replace(UNDATED, summary="Twitter said so on October 24."), False),
    "a later day alone": (
        replace(UNDATED, language="ja", summary="同社は10日に発表した。"),
        False,
    ),
    "a dated report of another month": (replace(ACT, occurred="2017-10-26"), False),
    "a reaction's own day": (
        replace(UNDATED, coverage="reaction", summary="The firm sued on May 2."),
        True,
    ),
}


@pytest.mark.parametrize(("report", "is_one"), NAMED_DAYS.values(), ids=NAMED_DAYS)
def test_reports_without_a_year_are_told_apart_by_the_days_they_name(report, is_one):
    assert (choose_event(UNDATED, [(1, [report])]).event == 1) is is_one
    assert (choose_event(report, [(1, [UNDATED])]).event == 1) is is_one


def test_titles_with_one_count_are_not_told_apart_by_the_words_beside_it():
    title = "Facebook removes 340 pages and groups over fake engagement"
    counted = replace(NAMELESS, platforms=("facebook",), title=title, language="en")
    other = replace(counted, title="Facebook removes 340 accounts for fake engagement")
    assert not differ_by_a_name(counted, other)
    in_a_year = replace(counted, title="Facebook removes Mira Holm over fake engagement in 2021")
    somebody = replace(counted, title="Facebook removes Jon Vik over fake engagement in 2021")
    details = frozenset({"mira", "holm"})
    assert differ_by_a_name(replace(in_a_year, details=details), somebody)
    hers = replace(counted, title="Facebook suspends 20 accounts of Mira Holm", details=details)
    his = replace(counted, title="Facebook suspends 20 accounts of Jon Vik")
    assert differ_by_a_name(hers, his)


def test_a_court_case_of_somebody_is_not_one_with_a_nameless_case_elsewhere():
    case = ReportFacts(
        kinds=("legal_action",),
        platforms=("facebook",),
        targets=frozenset({"Bright Shore"}),
        unlisted=frozenset({"Bright Shore"}),
        countries=(),
        occurred="2027-03-12",
        language="pl",
        kind_confidence=0.9,
    )
    nameless = replace(case, targets=NONE, unlisted=NONE, language="fr", occurred="2027-03-11")
    assert choose_event(nameless, [(7, [case])]).event is None
    assert choose_event(replace(nameless, countries=("PL",)), [(7, [case])]).event == 7


def test_a_description_does_not_join_a_name_in_another_language():
    named = ReportFacts(
        kinds=("account_suspension",),
        platforms=("twitter",),
        targets=frozenset({"Ottavio Brandal"}),
        unlisted=frozenset({"Ottavio Brandal"}),
        countries=(),
        occurred="2027-06-09",
        language="it",
        kind_confidence=0.9,
    )
    described = replace(named, targets=frozenset({"bot networks"}), unlisted=NONE, language="en")
    assert choose_event(described, [(7, [named])]).event is None


def test_two_nameless_court_cases_in_two_countries_are_two():
    case = ReportFacts(
        kinds=("legal_action",),
        platforms=("youtube",),
        targets=NONE,
        countries=(),
        occurred="2027-09-08",
        language="de",
        details=frozenset({"klagen"}),
    )
    elsewhere = replace(case, language="ru", details=frozenset({"потреб"}))
    assert choose_event(elsewhere, [(7, [case])]).event is None
    # A fine that two countries' papers report has its sum or its authority in common.
    assert choose_event(replace(elsewhere, details=case.details), [(7, [case])]).event == 7
