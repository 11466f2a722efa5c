"""Acts that hit people in no list, reported in eleven languages, and what undoes them: each act is
one event, and each undoing finds its act, whatever scripts their names are written in.
"""

from collections import defaultdict
from datetime import date
from pathlib import Path

import pytest

from tracker.classify import Text, classify, encoder
from tracker.events.grouping.batch import EntryGroups
from tracker.events.grouping.certainty import SEEMS
from tracker.events.grouping.likeness.report_facts import facts_of
from tracker.events.grouping.relations import UNDOES, relation_between

ACTS = Path(__file__).parent.parent / "data" / "made_up_undoings.tsv"
WHOLE = 0.85  # at least


@pytest.fixture(scope="module")
def reports():
    """(act, event, facts) of each report."""
    sentence, groups, rows = encoder.load(), EntryGroups(), []
    for line in ACTS.read_text("utf-8").splitlines()[1:]:
        day, act, language, title, summary = line.split("\t")
        read = classify(
            Text(title, summary, "", language), date.fromisoformat(day), sentence=sentence
        )
        groups.add_entry(read, title, summary)
        rows.append((act, facts_of(read, title, summary)))
    outcomes = groups.finish().outcomes
    return [(act, said.event, facts) for (act, facts), said in zip(rows, outcomes, strict=True)]


def test_acts_are_whole_and_none_is_mixed_with_another(reports):
    by_act, by_event = defaultdict(set), defaultdict(set)
    for act, event, _ in reports:
        by_act[act].add(event)
        by_event[event].add(act)
    assert [acts for acts in by_event.values() if len(acts) > 1] == []
    split = {act for act, events in by_act.items() if len(events) > 1}
    assert len(split) <= (1 - WHOLE) * len(by_act), split


def test_a_lift_is_never_taken_for_the_measure(reports):
    turned = [f.title for act, _, f in reports if act.endswith("_r") and not f.is_undoing]
    assert len(turned) <= 1, turned  # "desbane"


def test_each_undoing_is_related_to_its_act_before_any_other(reports):
    acts = [(act, facts) for act, _, facts in reports if not act.endswith("_r")]
    undoings = [(act, facts) for act, _, facts in reports if act.endswith("_r")]
    best = defaultdict(list)
    for act, later in undoings:
        for earlier_act, earlier in acts:
            relation = relation_between(later, earlier)
            if relation and relation.type == UNDOES:
                best[act].append((relation.score, earlier_act, relation.certainty))
    wrong = {act: max(found)[1] for act, found in best.items() if max(found)[1] + "_r" != act}
    assert wrong == {}
    assert set(best) == {act for act, _ in undoings}
    # Most are sure enough for followers to hear of them before an editor looks.
    unsure = {act for act, related in best.items() if max(related)[2] < SEEMS}
    assert len(unsure) <= (1 - WHOLE) * len(best), (unsure, len(best))
