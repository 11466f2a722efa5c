"""Name targets in the active language: categories and institutions, as in data/target_names.csv;
names of people, outlets and apps are the same in every language.
"""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from tracker.classify.letters.folding import fold
from tracker.classify.words.lists import listed_rows
from tracker.events.wording.names import active_language

DATA = Path(__file__).parents[1] / "data" / "target_names.csv"
LANGUAGES = ("fr", "de", "es", "ar")


@dataclass(frozen=True)
class TranslatedTarget:
    """A target's name in the language of the record, its names by other language, and the article
    that it takes in a French sentence, "" for none.
    """

    name: str
    names: Mapping[str, str]
    article: str


@cache
def translated_targets() -> dict[str, TranslatedTarget]:
    """Return the targets that have names in other languages, by their recorded name."""
    with DATA.open(encoding="utf-8", newline="") as file:
        return {
            row["name"]: TranslatedTarget(
                row["name"], {code: row[code] for code in LANGUAGES}, row["article"]
            )
            for row in csv.DictReader(file)
        }


def shown_target_name(name: str) -> str:
    """Return a recorded target name in the active language, as in "political ads"."""
    known = translated_targets().get(name)
    return known.names.get(active_language(), name) if known else name


def spell_target(name: str) -> tuple[str, ...]:
    """Return a recorded target name with its names in other languages, by which it is found."""
    known = translated_targets().get(name)
    return (name, *known.names.values()) if known else (name,)


def target_in_sentence(shown: str) -> str:
    """Return a target's name in the active language as used in a sentence: "les publicités
    politiques".
    """
    article = _articles().get(shown, "") if active_language() == "fr" else ""
    return f"{article}{shown}" if article.endswith("’") else f"{article} {shown}".strip()


@cache
def _articles() -> dict[str, str]:
    return {target.names["fr"]: target.article for target in translated_targets().values()}


@cache
def _recorded_names() -> dict[str, str]:
    return {fold(name): name for name in (*translated_targets(), *listed_rows("target"))}


def target_name(slug: str) -> str:
    """Return the name of a target's slug in the active language; for an unknown one, the
    capitalised slug.
    """
    recorded = _recorded_names().get(slug)
    return shown_target_name(recorded) if recorded else slug.title()


def targets_beginning(words: str) -> frozenset[str]:
    """Return the slugs of the targets of which a name in another language begins with the words."""
    begin = fold(words)
    return frozenset(
        fold(target.name)
        for target in translated_targets().values()
        if begin and any(fold(name).startswith(begin) for name in target.names.values())
    )
