"""A made-up day: fifteen acts on one platform, of one kind, in nine languages."""

from collections import Counter, defaultdict
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path

import pytest

from tracker.classify import Classification, Kind, Role, Text, classify
from tracker.events.grouping.batch import EntryGroups, GroupedEntry

DAY = date(2026, 11, 20)
TABLE = Path(__file__).parent.parent / "data" / "made_up_day.tsv"


def read(line: str) -> tuple[str, Classification]:
    """The act and what a careful reader takes from its title."""
    act, language, name, countries, title = line.split("\t")
    names = (name,) if name else ()
    found = classify(Text(title, language=language), DAY)
    return act, replace(
        found,
        language=language,
        kinds=(Kind.ACCOUNT_SUSPENSION,),
        platforms=("youtube",),
        targets=names,
        unlisted=names,
        countries=tuple(countries.split()),
        occurred=DAY.isoformat(),
        occurred_source="published",
        coverage=Role.REPORT,
        confidence=0.8,
        kind_confidence=0.9,
    )


@cache  # when the first test asks, not while each process collects its tests
def rows() -> list[tuple[str, Classification]]:
    return [read(line) for line in TABLE.read_text("utf-8").splitlines() if line[0] != "#"]


@pytest.fixture
def brandt() -> Classification:
    return rows()[0][1]


def grouped(told: list[tuple[str, Classification]]) -> dict[int, Counter[str]]:
    """The acts of each event."""
    groups = EntryGroups()
    for _, found in told:
        groups.add_entry(found)
    events: dict[int, Counter[str]] = defaultdict(Counter)
    for outcome, (act, _) in zip(groups.finish().outcomes, told, strict=True):
        events[outcome.event][act] += 1
    return events


ORDERS = {
    "as told": lambda told: told,
    "turned": lambda told: told[::-1],
    "act by act apart": lambda told: told[::2] + told[1::2],
}


@pytest.mark.parametrize("ordered", ORDERS.values(), ids=ORDERS)
def test_fifteen_acts_in_like_words_stay_apart_and_whole(ordered):
    acts = Counter(act for act, _ in rows())
    events = grouped(ordered(rows()))
    assert all(len(told) == 1 for told in events.values()), "two acts in one event"
    whole = sum(any(told[act] == acts[act] for told in events.values()) for act in acts)
    assert len(acts) == 15
    assert whole >= 14


OTHER = (Kind.CONTENT_REMOVAL,)


def outcomes(*said: Classification) -> list[GroupedEntry]:
    """What becomes of the entries of one act."""
    groups = EntryGroups()
    for found in said:
        groups.add_entry(found)
    found_all = list(groups.finish().outcomes)
    assert len({one.event for one in found_all}) == 1
    return found_all


def test_a_wrong_kind_is_outvoted_but_not_where_the_entry_is_sure(brandt):
    wrong = replace(brandt, kinds=OTHER, kind_confidence=0.4)
    assert outcomes(wrong, brandt, brandt)[0].kinds == ("account_suspension",)
    sure = replace(wrong, kind_confidence=0.95)
    assert outcomes(brandt, brandt, sure)[2].kinds == ("content_removal",)


def test_what_most_reports_name_is_said_of_the_one_that_names_nobody(brandt):
    nameless = replace(brandt, targets=(), unlisted=())
    assert outcomes(brandt, brandt, nameless)[2].targets == ("Lena Brandt",)
    assert outcomes(brandt, brandt, nameless)[2].unlisted == ("Lena Brandt",)
    assert outcomes(brandt, nameless, nameless)[2].targets == ()


def test_a_reaction_gets_the_platform_of_the_reports_and_keeps_its_own(brandt):
    reaction = replace(brandt, platforms=("google", "youtube"), coverage=Role.REACTION)
    alone = replace(reaction, platforms=("google",))
    assert outcomes(brandt, brandt, reaction)[2].platforms == ("google", "youtube")
    assert outcomes(brandt, brandt, alone)[2].platforms == ("google", "youtube")


def test_social_media_in_general_is_no_platform_of_a_row(brandt):
    law = replace(brandt, platforms=(), scope="social_media", kinds=(Kind.LEGAL_ACTION,))
    reaction = replace(law, coverage=Role.REACTION)
    assert [one.platforms for one in outcomes(law, law, reaction)] == [(), (), ()]


def test_of_a_run_without_entries_nothing_comes():
    assert EntryGroups().finish().outcomes == ()


def test_what_an_entry_joins_is_known_while_the_run_goes_on():
    groups = EntryGroups()
    assert [groups.add_entry(found) for _, found in rows()[:4]] == [0, 0, 0, 0]


def test_an_entry_that_prints_the_name_of_its_event_has_it_as_its_target(brandt):
    named = replace(brandt, targets=("Anna Kowal",), unlisted=("Anna Kowal",), countries=())
    misread = replace(named, targets=("Gdynia",), unlisted=("Gdynia",))
    unread = replace(named, targets=(), unlisted=())
    groups = EntryGroups()
    groups.add_entry(named, "YouTube closes Anna Kowal's channel")
    groups.add_entry(misread, "Anna Kowal is off YouTube", "Her studio in Gdynia is silent.")
    groups.add_entry(unread, "Une chaîne disparaît", "Celle d'Anna Kowal.")
    assert {one.targets for one in groups.finish().outcomes} == {("Anna Kowal",)}
