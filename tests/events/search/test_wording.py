import pytest
from django.utils.translation import override

from tracker.events.search.language.parsing import parse
from tracker.events.search.query import Query
from tracker.events.search.wording.conditions import chips
from tracker.events.search.wording.queries import describe_query
from tracker.events.search.wording.values import NAMES
from tracker.events.wording.names import format_day

PHRASES = {
    "": "everything",
    "kind:ad_ban platform:twitter country:RU since:2017-10": (
        "ad bans on X (Twitter) concerning Russia since 2017-10"
    ),
    'until:2018 "Donald Trump" ban': "events with “Donald Trump”, “ban” until 2018",
    "kind:ad_ban kind:reinstatement state:reviewed": "ad bans or reinstatements (reviewed)",
}


@pytest.mark.parametrize(("text", "phrase"), PHRASES.items())
def test_a_query_reads_as_a_phrase(text, phrase):
    assert describe_query(parse(text)) == phrase


def test_each_condition_is_a_chip_that_takes_it_away():
    query = parse("kind:ad_ban country:RU since:2017 rt")
    found = chips(query)
    assert [words for _, words, _ in found] == ["Ad ban", "Russia", "“rt”", "2017"]
    assert found[0][2] == parse("country:RU since:2017 rt")
    assert all(rest != query for _, _, rest in found)
    assert chips(Query()) == []


DAYS = {
    "2017-10-06": "6 October 2017",
    "2017-10": "October 2017",
    "2017": "2017",
    "": "day unknown",
}


@pytest.mark.parametrize(("occurred", "words"), DAYS.items())
def test_a_day_reads_as_precisely_as_it_is_told(occurred, words):
    assert format_day(occurred) == words


def test_a_value_is_called_the_same_in_chips_and_in_facets():
    query = parse("affected_what:posts state:unsure degree:partial")
    words = {field: words for field, words, _ in chips(query)}
    assert words == {"affected_what": "Posts", "state": "Unsure", "degree": "Partial"}
    assert words == {field: NAMES[field](*getattr(query, field)) for field in words}


def test_the_chip_of_an_order_says_that_it_was_ordered():
    (_, decided, _), (_, ordered, _) = chips(parse("authority:cnil ordered_by:cnil"))
    assert ordered == f"ordered by {decided}"
    assert NAMES["ordered_by"]("cnil") == decided


def test_the_first_of_a_month_is_an_ordinal_in_french():
    with override("fr"):
        assert format_day("2026-12-01") == "1er décembre 2026"
        assert format_day("2026-12-21") == "21 décembre 2026"
