"""A made-up week of newsrooms in nine languages: 114 reports of 36 acts that hit people, outlets
and apps that exist nowhere, and 63 other entries.
"""

import json
import re
import unicodedata
from collections import defaultdict
from datetime import date
from pathlib import Path

import pytest

from tracker.classify import Text, classify, encoder
from tracker.events.grouping.batch import EntryGroups

WEEK = Path(__file__).parent.parent / "data" / "made_up_week.jsonl"
NAMED, WHOLE, FOUND = 0.8, 0.85, 0.9  # at least
FALSE = 2  # shown, at most: anniversaries of old bans


def normal(name):
    plain = "".join(
        c for c in unicodedata.normalize("NFKD", name.casefold()) if not unicodedata.combining(c)
    )
    return re.sub(r"[\W_]+", " ", plain).strip()


@pytest.fixture(scope="module")
def week():
    """Each entry with its classification and, for what is taken for an act, its outcome."""
    rows = [json.loads(line) for line in WEEK.read_text("utf-8").splitlines()]
    sentence, groups, placed = encoder.load(), EntryGroups(), []
    for row in rows:
        day = date.fromisoformat(row["published"][:10])
        row["found"] = classify(Text(row["title"], row["summary"]), day, sentence=sentence)
        if row["found"].is_event:
            groups.add_entry(row["found"], row["title"], row["summary"])
            placed.append(row)
    for row, outcome in zip(placed, groups.finish().outcomes, strict=True):
        row["outcome"] = outcome
    return rows


def test_acts_are_found_and_hardly_anything_else(week):
    acts = [row for row in week if row["kinds"]]
    others = [row for row in week if not row["kinds"]]
    assert sum("outcome" in row for row in acts) >= FOUND * len(acts)
    assert [row["title"] for row in others if row["found"].shown][FALSE:] == []


def test_who_was_hit_is_named_where_the_report_prints_it(week):
    printed = [row for row in week if row["kinds"] and row["latin"] and row["targets"]]
    named = [
        row
        for row in printed
        if "outcome" in row
        and {normal(name) for name in row["targets"] + row["aliases"]}
        & {normal(name) for name in row["outcome"].targets}
    ]
    missed = [row["title"] for row in printed if row not in named]
    assert len(named) >= NAMED * len(printed), missed


def test_acts_are_kept_whole_and_apart(week):
    by_act, by_event = defaultdict(set), defaultdict(set)
    for row in week:
        if "outcome" in row and row["kinds"]:
            by_act[row["event"]].add(row["outcome"].event)
            by_event[row["outcome"].event].add(row["event"])
    assert [acts for acts in by_event.values() if len(acts) > 1] == []
    whole = [act for act, events in by_act.items() if len(events) == 1]
    assert len(whole) >= WHOLE * len(by_act), set(by_act) - set(whole)
