"""A made-up day: fifteen acts on one platform, of one kind, in nine languages."""

from collections import Counter, defaultdict
from dataclasses import replace
from datetime import date
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


ROWS = [read(line) for line in TABLE.read_text("utf-8").splitlines() if line[0] != "#"]


def grouped(rows: list[tuple[str, Classification]]) -> dict[int, Counter[str]]:
    """The acts of each event."""
    groups = EntryGroups()
    for _, found in rows:
        groups.add_entry(found)
    events: dict[int, Counter[str]] = defaultdict(Counter)
    for outcome, (act, _) in zip(groups.finish().outcomes, rows, strict=True):
        events[outcome.event][act] += 1
    return events


ORDERS = {"as told": ROWS, "turned": ROWS[::-1], "act by act apart": ROWS[::2] + ROWS[1::2]}


@pytest.mark.parametrize("rows", ORDERS.values(), ids=ORDERS)
def test_fifteen_acts_in_like_words_stay_apart_and_whole(rows):
    acts = Counter(act for act, _ in rows)
    events = grouped(rows)
    assert all(len(told) == 1 for told in events.values()), "two acts in one event"
    whole = sum(any(told[act] == acts[act] for told in events.values()) for act in acts)
    assert len(acts) == 15
    assert whole >= 14


BRANDT = ROWS[0][1]
OTHER = (Kind.CONTENT_REMOVAL,)


def outcomes(*said: Classification) -> list[GroupedEntry]:
    """What becomes of the entries of one act."""
    groups = EntryGroups()
    for found in said:
        groups.add_entry(found)
    found_all = list(groups.finish().outcomes)
    assert len({one.event for one in found_all}) == 1
    return found_all


def test_a_wrong_kind_is_outvoted_but_not_where_the_entry_is_sure():
    wrong = replace(BRANDT, kinds=OTHER, kind_confidence=0.4)
    assert outcomes(wrong, BRANDT, BRANDT)[0].kinds == ("account_suspension",)
    sure = replace(wrong, kind_confidence=0.95)
    assert outcomes(BRANDT, BRANDT, sure)[2].kinds == ("content_removal",)


def test_what_most_reports_name_is_said_of_the_one_that_names_nobody():
    nameless = replace(BRANDT, targets=(), unlisted=())
    assert outcomes(BRANDT, BRANDT, nameless)[2].targets == ("Lena Brandt",)
    assert outcomes(BRANDT, BRANDT, nameless)[2].unlisted == ("Lena Brandt",)
    assert outcomes(BRANDT, nameless, nameless)[2].targets == ()


def test_a_reaction_gets_the_platform_of_the_reports_and_keeps_its_own():
    reaction = replace(BRANDT, platforms=("google", "youtube"), coverage=Role.REACTION)
    alone = replace(reaction, platforms=("google",))
    assert outcomes(BRANDT, BRANDT, reaction)[2].platforms == ("google", "youtube")
    assert outcomes(BRANDT, BRANDT, alone)[2].platforms == ("google", "youtube")


def test_social_media_in_general_is_no_platform_of_a_row():
    law = replace(BRANDT, platforms=(), scope="social_media", kinds=(Kind.LEGAL_ACTION,))
    reaction = replace(law, coverage=Role.REACTION)
    assert [one.platforms for one in outcomes(law, law, reaction)] == [(), (), ()]


def test_of_a_run_without_entries_nothing_comes():
    assert EntryGroups().finish().outcomes == ()


def test_what_an_entry_joins_is_known_while_the_run_goes_on():
    groups = EntryGroups()
    assert [groups.add_entry(found) for _, found in ROWS[:4]] == [0, 0, 0, 0]


def test_an_entry_that_prints_the_name_of_its_event_has_it_as_its_target():
    _, act = ROWS[0]
    named = replace(act, targets=("Anna Kowal",), unlisted=("Anna Kowal",), countries=())
    misread = replace(named, targets=("Gdynia",), unlisted=("Gdynia",))
    unread = replace(named, targets=(), unlisted=())
    groups = EntryGroups()
    groups.add_entry(named, "YouTube closes Anna Kowal's channel")
    groups.add_entry(misread, "Anna Kowal is off YouTube", "Her studio in Gdynia is silent.")
    groups.add_entry(unread, "Une chaîne disparaît", "Celle d'Anna Kowal.")
    assert {one.targets for one in groups.finish().outcomes} == {("Anna Kowal",)}
