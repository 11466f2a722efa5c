"""Look up the shipped history's headlines in other languages by the English ones."""

import csv
from functools import cache
from pathlib import Path

DATA = Path(__file__).parents[1] / "data"


def translate_headline(headline: str, language: str) -> str:
    """Return a headline of the shipped history in another language, as in data/history_fr.csv; ""
    for other headlines, and if there is no such file.
    """
    return _translated_headlines(language).get(headline, "")


@cache
def _translated_headlines(language: str) -> dict[str, str]:
    translated = _headlines_by_ref(f"history_{language}.csv")
    english = _headlines_by_ref("history.csv")
    return {english[ref]: headline for ref, headline in translated.items()}


def _headlines_by_ref(name: str) -> dict[str, str]:
    if not (DATA / name).exists():
        return {}
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        return {row["ref"]: row["headline"] for row in csv.DictReader(file)}
