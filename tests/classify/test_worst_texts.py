"""C1: no text that repeats itself slows the classifier, as long as parsing lets it be."""

import time
from datetime import date

import pytest

from tests.thorough import IS_THOROUGH
from tracker import classify
from tracker.classify import Text
from tracker.feeds.limits import BODY_LIMIT, SUMMARY_LIMIT, TITLE_LIMIT

SECONDS = 5  # of a core; half a second on a quiet machine
USUAL = {
    "an act": "Twitter bans all advertising from RT. ",
    "open quotes": "“",
    "names": "Abcd Efgh ",
    "dates": "1.1.2020 ",
    "joined names": "推特封禁",
    "combining marks": "a\u0301",
}
MORE = {
    "digits": "1.",
    "months": "January mars ",
    "people": "Donald Trump ",
    "commas": "Apple, Facebook, Spotify, ",
    "money": "$1,000,000 ",
    "brackets": "(AP) — ",
    "Arabic": "تويتر ",
    "Thai": "กก",
    "Hebrew": "א",
    "joined emoji": "👩‍👩",
    "hyphens": "a-",
    "apostrophes": "a'",
    "countries": "in Russia ",
    "one letter": "a",
}
TEXTS = USUAL | (MORE if IS_THOROUGH else {})


@pytest.fixture(autouse=True, scope="module")
def _lists_are_read():
    classify.classify(Text("Twitter bans ads from RT"), date(2026, 11, 28))


@pytest.mark.parametrize("piece", TEXTS.values(), ids=TEXTS)
def test_c1_a_text_that_repeats_itself_is_read_in_time(piece):
    whole = (piece * (BODY_LIMIT // len(piece) + 1))[:BODY_LIMIT]
    text = Text(whole[:TITLE_LIMIT], whole[:SUMMARY_LIMIT], whole)
    start = time.process_time()
    classify.classify(text, date(2026, 11, 28))
    assert time.process_time() - start < SECONDS
