"""Load the classifier's accuracy as last measured (bench.gold)."""

import tomllib
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

# Stored with the code, not computed: the About page must not need the labelled texts, which we may
# not distribute.
FILE = Path(__file__).with_suffix(".toml")


@dataclass(frozen=True)
class Accuracy:
    """Figures from 0 to 1 by name, on which day and on how many entries in how many languages;
    `natural` are those at the rate of acts in ordinary feeds.
    """

    measured: date
    entries: int
    languages: int
    figures: tuple[tuple[str, float], ...]
    natural: tuple[tuple[str, float], ...]


@cache
def load_accuracy() -> Accuracy:
    """Load the figures of accuracy.toml."""
    content = tomllib.loads(FILE.read_text("utf-8"))
    return Accuracy(
        measured=date.fromisoformat(content["measured"]),
        entries=content["entries"],
        languages=content["languages"],
        figures=tuple(content["figures"].items()),
        natural=tuple(content["natural"].items()),
    )
