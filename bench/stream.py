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
from tracker.classify.natural import (
    Pair,
    Share,
    by_error,
    by_kind,
    kind_accuracy,
    natural_pairs,
    reliability,
    share,
)
from tracker.classify.stream import read_stream, recorded

SCORES = Path("bench/data/stream-scores.jsonl")
SAID = Path("tracker/classify/accuracy.toml")
CLOSE = 0.01  # of what the About page says
SURE = 0.9


def main(folder: Path) -> int:
    entries = read_stream(folder)
    reader = recorded(SCORES, entries, encoder.load())
    pairs = natural_pairs((entry, classify(entry.text, sentence=reader)) for entry in entries)
    shown, asked = share(pairs, lambda c: c.shown), share(pairs, lambda c: c.is_event)
    _say("shown", shown)
    _say("shown or unsure", asked)
    _say("shown, without the sentence model", _words_alone(pairs))
    for name, is_mine in (
        ("English", lambda e: e.text.language == "en"),
        ("other languages", lambda e: e.text.language != "en"),
    ):
        own = [(entry, found) for entry, found in pairs if is_mine(entry)]
        _say(f"shown, {name}", share(own, lambda c: c.shown))
    sure = share(pairs, lambda c: c.shown and c.confidence >= SURE)
    print(f"of {sure.taken} shown with confidence {SURE} and more {sure.precision:.0%} are acts")
    right, found = kind_accuracy(pairs)
    print(f"kind: right for {right} of {found} acts found")
    told = ", ".join(f"{kind} {r} of {n}" for kind, (n, r) in by_kind(pairs).items())
    print(f"by predicted kind, acts among those shown: {told}")
    print("wrongly shown, by what it is:", dict(by_error(pairs)))
    print("confidence   from, to, events, acts, mean confidence")
    for low, high, count, acts, mean in reliability(pairs):
        print(f"  {low:.2f} {high:.2f} {count:5} {acts:5} ({acts / count:.2f}, {mean:.2f})")
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


def _say(name: str, found: Share) -> None:
    print(
        f"{name}: {found.right} of {found.acts} acts found (recall {found.recall:.2f}), of"
        f" {found.taken} shown {found.precision:.0%} are acts,"
        f" {found.false_in_thousand:.2f} false in 1,000 of {found.entries}"
    )


def _words_alone(pairs: Sequence[Pair]) -> Share:
    return share([(e, classify(e.text)) for e, _ in pairs], lambda c: c.shown)


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
