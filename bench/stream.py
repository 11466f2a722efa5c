"""`python -m bench.stream FOLDER`: how right the classifier is at the natural rate of feeds.

The sentence model that is shipped was tuned on these entries; so each is read with the score that a
model gave it that had not seen its months (bench/data/stream-scores.jsonl, from `manage.py tune
--scores`). Ends with 1 where a figure lies below its bound or is not what the About page says.
"""

import sys
import tomllib
from collections.abc import Sequence
from pathlib import Path

from tracker.classify import classify, encoder
from tracker.classify.measure.natural import (
    BandCounts,
    Pair,
    band_line,
    count_band,
    natural_pairs,
    report_lines,
)
from tracker.classify.measure.recorded import load_recorded
from tracker.classify.measure.stream import read_stream

SCORES = Path("bench/data/stream-scores.jsonl")
SAID = Path("tracker/classify/measure/accuracy.toml")
CLOSE = 0.01  # of what the About page says


def main(folder: Path) -> int:
    entries = read_stream(folder)
    reader = load_recorded(SCORES, entries, encoder.load())
    pairs = natural_pairs((entry, classify(entry.text, sentence=reader)) for entry in entries)
    shown, asked = count_band(pairs, lambda c: c.shown), count_band(pairs, lambda c: c.is_event)
    print(*report_lines(pairs), sep="\n")
    print(band_line("shown, without the sentence model", _words_alone(pairs)))
    got = {
        "precision of what is shown": shown.precision,
        "recall of what is shown": shown.recall,
        "recall with what is unsure": asked.recall,
    }
    bounds = {
        "precision of what is shown": (shown.precision, 0.5),
        "recall of what is shown": (shown.recall, 0.6),
        "recall with what is unsure": (asked.recall, 0.75),
        "false in 1,000 shown, at most 1": (-shown.false_in_thousand, -1.0),
        "false in 1,000 with what is unsure, at most 4": (-asked.false_in_thousand, -4.0),
    }
    low = [name for name, (figure, bound) in bounds.items() if figure < bound]
    said = tomllib.loads(SAID.read_text("utf-8"))["natural"]
    stale = [name for name, figure in said.items() if abs(got[name] - figure) > CLOSE]
    for name in low:
        print(f"{name}: not reached")
    for name in stale:
        print(f"{name}: the About page says {said[name]}, it is {got[name]:.3f}")
    return int(bool(low or stale))


def _words_alone(pairs: Sequence[Pair]) -> BandCounts:
    return count_band([(e, classify(e.text)) for e, _ in pairs], lambda c: c.shown)


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
