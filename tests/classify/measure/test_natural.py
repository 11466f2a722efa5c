"""Figures at the natural rate of feeds, and the folder that they are measured on."""

import gzip
import json

import pytest

from tracker.classify import Classification, Kind, Text
from tracker.classify.encoder import SentenceScore
from tracker.classify.measure.natural import (
    count_band,
    count_by_error,
    count_by_kind,
    kind_accuracy,
    natural_pairs,
    reliability,
)
from tracker.classify.measure.recorded import RecordedModel, load_recorded
from tracker.classify.measure.stream import StreamEntry, StreamError, folds_of, read_stream


def entry(*kinds, published="2026-01-05", **fields):
    return StreamEntry("a", Text("a"), published, kinds, **fields)


def found(confidence, *kinds, shown=True):
    return Classification("en", kinds=kinds, confidence=confidence, shown=shown and bool(kinds))


ACT, NONE = entry(Kind.AD_BAN), entry(why="product")
PAIRS = [
    (ACT, found(0.93, Kind.AD_BAN)),
    (ACT, found(0.3, Kind.LEGAL_ACTION, shown=False)),
    (ACT, found(0.0)),
    (NONE, found(0.91, Kind.LEGAL_ACTION)),
    *[(NONE, found(0.0))] * 96,
]


def test_precision_recall_and_false_ones_of_a_thousand_are_told_for_each_band():
    shown = count_band(PAIRS, lambda c: c.shown)
    assert (shown.right, shown.taken, shown.acts, shown.entries) == (1, 2, 3, 100)
    assert shown.precision == 0.5
    assert shown.recall == pytest.approx(1 / 3)
    assert shown.false_in_thousand == 10
    assert count_band(PAIRS, lambda c: c.is_event).recall == pytest.approx(2 / 3)
    assert count_band([], lambda c: c.shown).precision == 0


def test_what_was_picked_or_is_in_doubt_counts_neither_way():
    picked, doubtful = entry(is_natural=False), entry(is_doubtful=True)
    pairs = [(one, found(0.9, Kind.AD_BAN)) for one in (picked, doubtful, ACT)]
    assert [e for e, _ in natural_pairs(pairs)] == [ACT]


def test_errors_are_counted_by_predicted_kind_and_by_what_they_are():
    assert count_by_kind(PAIRS) == {"ad_ban": (1, 1), "legal_action": (1, 0)}
    assert count_by_error(PAIRS) == {"product": 1}
    assert kind_accuracy(PAIRS) == (1, 2)


def test_confidence_is_set_against_how_often_it_was_an_act():
    (low, _, count, acts, mean), (high, *_) = reliability(PAIRS)
    assert (low, count, acts, mean) == (0.2, 1, 1, 0.3)
    assert high == 0.9


@pytest.fixture
def folder(tmp_path):
    rows = [{"id": f"s{n}", "lang": "en", "title": f"t{n}", "summary": "x"} for n in range(4)]
    with gzip.open(tmp_path / "stream.jsonl.gz", "wt", encoding="utf-8") as file:
        file.write("".join(json.dumps(row) + "\n" for row in rows))
    with gzip.open(tmp_path / "picked.jsonl.gz", "wt", encoding="utf-8") as file:
        file.write(json.dumps({"id": "p0", "lang": "??", "title": "t", "published": "2026-02-01"}))
    label = {"id": "s1", "kinds": ["ad_ban"], "doubt": True, "why": "", "event": "e"}
    (tmp_path / "stream-labels.jsonl").write_text(json.dumps(label))
    return tmp_path


def test_a_folder_is_read_with_its_labels(folder):
    entries = {one.id: one for one in read_stream(folder)}
    assert entries["s1"].kinds == (Kind.AD_BAN,)
    assert entries["s1"].is_doubtful
    assert entries["s1"].is_labelled
    assert not entries["s0"].is_labelled
    assert entries["s0"].is_natural
    assert not entries["p0"].is_natural
    assert entries["p0"].text.language == ""


def test_a_folder_without_entries_and_a_bad_line_are_named(tmp_path, folder):
    with pytest.raises(StreamError, match="holds no"):
        read_stream(tmp_path / "none")
    (folder / "stream-labels.jsonl").write_text('{"id": "s1"}\nnonsense')
    with pytest.raises(StreamError, match=r"stream-labels\.jsonl, line 2"):
        read_stream(folder)


def test_folds_keep_months_together_and_spread_the_acts():
    entries = [entry(Kind.AD_BAN, published=f"2026-0{month}-01") for month in (1, 2, 3) * 2]
    folds = folds_of(entries, 3)
    assert folds[:3] == folds[3:]
    assert sorted(folds[:3]) == [0, 1, 2]


def test_recorded_scores_are_read_by_text(folder):
    scores = folder / "scores.jsonl"
    scores.write_text(json.dumps({"id": "s2", "event": 1.5, "kinds": [0.0] * 10}))
    entries = read_stream(folder)
    reader = load_recorded(scores, entries)
    assert isinstance(reader, RecordedModel)
    assert reader.read([("t2", "x")]) == [SentenceScore(1.5, (0.0,) * 10)]
    assert [one.id for one in entries if reader.has(one)] == ["s2"]
