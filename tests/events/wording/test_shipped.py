"""The shipped history's headlines in French: complete, and shown while nobody changed them."""

import csv

import pytest
from django.utils import translation

from tests import make
from tracker.events.record.derived.headlines import headline_of
from tracker.events.wording.headline import HEADLINE_LIMIT
from tracker.events.wording.shipped import DATA, translate_headline


def rows(name):
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        return {row["ref"]: row["headline"] for row in csv.DictReader(file)}


def test_each_event_of_the_history_has_a_french_headline():
    english, french = rows("history.csv"), rows("history_fr.csv")
    assert list(english) == list(french)
    assert all(0 < len(headline) <= HEADLINE_LIMIT for headline in french.values())
    assert len(set(french.values())) == len(set(english.values()))


@pytest.mark.parametrize(
    ("headline", "language", "expected"),
    [
        ("Russia blocks Facebook", "fr", "La Russie bloque Facebook"),
        ("Russia blocks Facebook", "en", ""),
        ("Russia blocks Facebook", "xx", ""),
        ("Russia blocks Facebook!", "fr", ""),
    ],
)
def test_only_a_headline_of_the_history_is_translated(headline, language, expected):
    assert translate_headline(headline, language) == expected


@pytest.mark.django_db
def test_a_page_has_it_in_the_readers_language_and_an_editors_own_as_written():
    event, own = make.event("Russia blocks Facebook"), make.event("Russia blocks Facebook again")
    with translation.override("fr"):
        shown, written = headline_of(event, []), headline_of(own, [])
    assert (shown.text, shown.language) == ("La Russie bloque Facebook", "fr")
    assert (written.text, written.language) == ("Russia blocks Facebook again", "en")
    assert headline_of(event, []).text == "Russia blocks Facebook"
