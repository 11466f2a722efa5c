import pytest

from tracker.classify import Text, classify

SUFFIXES = {
    "a dash": "Facebook suspends page of a bakery collective - The Northern Ledger",
    "a bar": "Facebook suspends page of a bakery collective | Kanal 24",
    "a long dash": "Facebook suspends page of a bakery collective — Ledger",
}


@pytest.mark.parametrize("title", SUFFIXES.values(), ids=SUFFIXES)
def test_the_publisher_s_name_is_no_content(title):
    assert classify(Text(title)).details == ("bakery", "collec")


KEPT = {
    "a remark": "Facebook suspends page of a bakery - collective protests",
    "most of the title": "Meta Bans Page - Bakery Collective Protests",
}


@pytest.mark.parametrize("title", KEPT.values(), ids=KEPT)
def test_what_is_no_publisher_s_name_is_content(title):
    assert "collec" in classify(Text(title)).details
