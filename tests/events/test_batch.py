"""A made-up day: fifteen acts on one platform, of one kind, in nine languages."""

from collections import Counter, defaultdict
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from tracker.classify import Classification, Coverage, Kind, Text, classify
from tracker.events.batch import Groups

DAY = date(2026, 11, 20)
TABLE = Path(__file__).parent / "data" / "made_up_day.tsv"


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
        coverage=Coverage.REPORT,
        confidence=0.8,
        kind_confidence=0.9,
    )


ROWS = [read(line) for line in TABLE.read_text("utf-8").splitlines() if line[0] != "#"]


def grouped(rows: list[tuple[str, Classification]]) -> dict[int, Counter[str]]:
    """The acts of each event."""
    groups = Groups()
    for _, found in rows:
        groups.place(found)
    events: dict[int, Counter[str]] = defaultdict(Counter)
    for number, (act, _) in zip(groups.finish().numbers, rows, strict=True):
        events[number][act] += 1
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


def test_a_group_votes_and_its_wrong_kind_is_outvoted():
    _, found = ROWS[0]
    wrong = replace(found, kinds=(Kind.CONTENT_REMOVAL,), kind_confidence=0.4)
    groups = Groups()
    for said in (wrong, found, found):
        groups.place(said)
    result = groups.finish()
    assert len(set(result.numbers)) == 1
    assert result.voted[result.numbers[0]].kinds == ("account_suspension",)
    assert result.voted[result.numbers[0]].targets == ("Lena Brandt",)


def test_of_a_run_without_entries_nothing_comes():
    assert Groups().finish().numbers == ()


def test_what_an_entry_joins_is_known_while_the_run_goes_on():
    groups = Groups()
    numbers = [groups.place(found) for _, found in ROWS[:4]]
    assert numbers == [0, 0, 0, 0]
    assert groups.most_named(0, "platforms") == ["youtube"]
