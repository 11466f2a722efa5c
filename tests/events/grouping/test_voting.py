import json
from dataclasses import replace
from types import SimpleNamespace

import pytest

from tracker.classify import Classification, Evidence, Kind, Role
from tracker.events.grouping.voting import Ballot, ballot_of, vote, zones_of

ONE = Ballot(
    kinds=("account_suspension",),
    targets=("Lena Brandt",),
    unlisted=frozenset({"Lena Brandt"}),
    countries=("DE",),
    occurred="2026-11-20",
    occurred_source="published",
    language="en",
    kind_confidence=0.8,
    weight=0.9,
)


def said(*names: str, listed: tuple[str, ...] = (), **changes: object) -> Ballot:
    """ONE with these targets, of which some are listed."""
    given: dict[str, object] = {"targets": names, "unlisted": frozenset(names) - {*listed}}
    return replace(ONE, **(given | changes))  # type: ignore[arg-type]


def kind(name: str, confidence: float, **changes: object) -> Ballot:
    given: dict[str, object] = {"kinds": (name,), "kind_confidence": confidence}
    return replace(ONE, **(given | changes))  # type: ignore[arg-type]


A, B = "account_suspension", "content_removal"
KINDS = {
    "one": ([kind(A, 0.4)], (A,)),
    "most": ([kind(B, 0.7), kind(A, 0.7), kind(A, 0.7)], (A,)),
    "the surer": ([kind(B, 0.4), kind(A, 0.95)], (A,)),
    "the surer that it is an act": ([kind(B, 0.8, weight=0.2), kind(A, 0.7)], (A,)),
    "a report before reactions": (
        [kind(B, 0.6, coverage="reaction"), kind(A, 0.6), kind(B, 0.1, coverage="analysis")],
        (A,),
    ),
    "the title before the body": (
        [kind(B, 0.8, zones={("kinds", B): "body"}), kind(A, 0.7, zones={("kinds", A): "title"})],
        (A,),
    ),
    "of equals the first": ([kind(B, 0.8), kind(A, 0.8)], (B,)),
    "a second kind of half": ([replace(ONE, kinds=(A, B)), kind(A, 0.8)], (A, B)),
    "a second kind of few": ([replace(ONE, kinds=(A, B)), kind(A, 0.8), kind(A, 0.8)], (A,)),
    "nobody says how sure": ([kind(B, 0.0), kind(A, 0.0), kind(A, 0.0)], (A,)),
}


@pytest.mark.parametrize(("ballots", "kinds"), KINDS.values(), ids=KINDS)
def test_kinds_go_by_weight_and_confidence(ballots, kinds):
    assert vote(ballots).kinds == kinds


TARGETS = {
    "what one report says": ([said("A", "B")], ("A", "B")),
    "none": ([said()], ()),
    "of those who name any": ([said("Acme"), said(), said()], ("Acme",)),
    "named by one of three": ([said("Acme"), said("Acme"), said("Acme", "Borealis")], ("Acme",)),
    "named by two of five": (
        [said("Acme", "Borealis"), said("Acme", "Borealis"), said("Acme"), said("Acme")],
        ("Acme", "Borealis"),
    ),
    "the fullest of equal spellings": ([said("Brandt"), said("Lena Brandt")], ("Lena Brandt",)),
    "the likeliest spelling": (
        [said("Lena Brandt"), said("Lina Brandt"), said("Lena Brandt")],
        ("Lena Brandt",),
    ),
    "the list's spelling": (
        [
            said("Navalny"),
            said("Навальный", language="ru"),
            said("Alexei Navalny", listed=("Alexei Navalny",)),
        ],
        ("Alexei Navalny",),
    ),
    "a Latin spelling": (
        [
            said("Лена Брандт", language="ru"),
            said("Лена Брандт", language="ru"),
            said("Lena Brandt"),
        ],
        ("Lena Brandt",),
    ),
    "a script that is not spelt": (
        [said("Lena Brandt"), said("莱娜", language="zh")],
        ("Lena Brandt",),
    ),
    "two of one report in two scripts": ([said("Lena Brandt", "莱娜")], ("Lena Brandt", "莱娜")),
    "two listed names": ([said("RT", "Sputnik", listed=("RT", "Sputnik"))], ("RT", "Sputnik")),
}


@pytest.mark.parametrize(("ballots", "targets"), TARGETS.values(), ids=TARGETS)
def test_targets_are_those_of_two_reports_or_of_most(ballots, targets):
    assert vote(ballots).targets == targets


def test_a_target_is_unlisted_unless_a_report_knows_it():
    known = said("Alexei Navalny", listed=("Alexei Navalny",))
    assert vote([said("Navalny")]).unlisted == {"Navalny"}
    assert vote([said("Navalny"), known]).unlisted == frozenset()


def day(occurred: str, source: str = "text", **changes: object) -> Ballot:
    given: dict[str, object] = {"occurred": occurred, "occurred_source": source}
    return replace(ONE, **(given | changes))  # type: ignore[arg-type]


DAYS = {
    "what texts tell": (
        [day("2026-11-21", "published"), day("2026-11-19")],
        ("2026-11-19", "text"),
    ),
    "the first that published": (
        [day("2026-11-21", "published"), day("2026-11-20", "published")],
        ("2026-11-20", "published"),
    ),
    "most texts": (
        [day("2026-11-18"), day("2026-11-19"), day("2026-11-19")],
        ("2026-11-19", "text"),
    ),
    "a day before its month": (
        [day("2026-11"), day("2026-11"), day("2026-11-19")],
        ("2026-11-19", "text"),
    ),
    "a report's before a reaction's": (
        [day("2026-11-25", coverage="reaction", weight=1.0), day("2026-11-19", weight=0.2)],
        ("2026-11-19", "text"),
    ),
    "none": ([day("", "")], ("", "")),
}


@pytest.mark.parametrize(("ballots", "occurred"), DAYS.values(), ids=DAYS)
def test_the_day_is_that_of_the_texts(ballots, occurred):
    voted = vote(ballots)
    assert (voted.occurred, voted.occurred_source) == occurred


def test_the_country_that_most_name_first_stands_first():
    ballots = [
        replace(ONE, countries=c) for c in (("US", "DE"), ("DE", "US"), ("DE",), ("FR", "DE"))
    ]
    assert vote(ballots).countries == ("DE", "US")


def test_an_amount_keeps_its_currency_and_an_authority_its_type():
    ballots = [
        replace(ONE, amount=(2_000, "EUR"), authority=("Ofcom", "regulator")),
        replace(ONE, amount=(3_000, "USD"), weight=0.2, affected=(40, "posts")),
        replace(ONE, extent="permanent", grounds="hate", effective_on="2026-12-01"),
    ]
    voted = vote(ballots)
    assert (voted.amount, voted.affected) == ((2_000, "EUR"), (40, "posts"))
    assert (voted.authority, voted.extent) == (("Ofcom", "regulator"), "permanent")
    assert (voted.grounds, voted.effective_on) == ("hate", "2026-12-01")


def test_a_ballot_is_what_a_classification_says():
    found = Classification(
        "en",
        kinds=(Kind.AD_BAN,),
        targets=("Acme",),
        unlisted=("Acme",),
        coverage=Role.REACTION,
        evidence=(Evidence("targets", "Acme", "title", 0, 4, "Acme"),),
    )
    zones = zones_of((one.field, one.value, one.zone) for one in found.evidence)
    ballot = ballot_of(found, zones, 0.8)
    assert (ballot.kinds, ballot.coverage) == (("ad_ban",), "reaction")
    assert ballot.worth("targets", "Acme") == pytest.approx(0.4)
    assert vote([ballot]).targets == ("Acme",)
    stored = SimpleNamespace(**json.loads(json.dumps(found.as_dict())))
    assert ballot_of(stored, zones, 0.8) == ballot


@pytest.mark.parametrize("weight", [0.0, 1.0])
def test_any_ballots_have_an_outcome(weight):
    voted = vote([replace(ONE, weight=weight), said(weight=weight), kind(B, 0.0, weight=weight)])
    assert voted.kinds


def test_a_place_that_one_report_took_for_who_was_hit_gives_way_to_the_name_that_it_prints():
    ballots = [
        said("Anna Kowal", text="Instagram removes photos of Anna Kowal"),
        said("Gdynia", text="Her photos are gone: Anna Kowal on a quiet day in Gdynia"),
        said("Anna Kowal", text="Instagram deletes pictures by Anna Kowal"),
    ]
    assert vote(ballots).targets == ("Anna Kowal",)
    apart = [replace(one, text="") for one in ballots[:2]]
    assert set(vote(apart).targets) == {"Anna Kowal", "Gdynia"}


def test_two_names_that_reports_print_side_by_side_both_stay():
    text = "Twitch bans Anna Kowal and Bo Karling"
    assert set(vote([said("Anna Kowal", text=text), said("Bo Karling", text=text)]).targets) == {
        "Anna Kowal",
        "Bo Karling",
    }


def test_the_last_step_of_an_appeal_holds_however_many_told_an_earlier_one():
    announced = replace(ONE, appeal="announced")
    assert vote([announced, announced, replace(ONE, appeal="filed")]).appeal == "filed"
    assert vote([announced, announced, replace(ONE, appeal="rejected")]).appeal == "rejected"
    assert vote([ONE]).appeal == ""


def test_a_law_keeps_its_article_and_a_report_without_one_says_nothing_against():
    ballots = [replace(ONE, law=("dsa", "")), replace(ONE, law=("dsa", "39")), ONE]
    assert vote(ballots).law == ("dsa", "39")
    others = [replace(ONE, law=("dma", "")), replace(ONE, law=("dma", "")), *ballots[1:]]
    assert vote(others).law == ("dma", "")


AUTHORITIES = {
    "a listed one before any": ("Bezirksgericht Ulm", "CNIL", "CNIL"),
    "one that readers can read": ("السلطات الكينية", "Kenyan regulator", "Kenyan regulator"),
    "one by name": ("tribunal", "EU court", "EU court"),
}


@pytest.mark.parametrize(("first", "second", "chosen"), AUTHORITIES.values(), ids=AUTHORITIES)
def test_the_authority_that_says_most_is_named(first, second, chosen):
    ballots = [
        replace(ONE, authority=(first, "court"), ordered_by=(first, "court")),
        replace(ONE, authority=(second, "court"), ordered_by=(second, "court"), weight=0.1),
    ]
    voted = vote(ballots)
    assert (voted.authority[0], voted.ordered_by[0]) == (chosen, chosen)


def test_a_region_is_named_in_latin_letters_if_a_report_has_it_so():
    ballots = [
        replace(ONE, territory=("region", "Дагестан")),
        replace(ONE, territory=("region", "Dagestan"), weight=0.1),
    ]
    assert vote(ballots).territory == ("region", "Dagestan")
    assert vote([ONE]).territory == ("", "")
