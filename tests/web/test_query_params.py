import pytest
from django.http import QueryDict

from tracker.events.search.query import Query, QueryError, parse
from tracker.web.query_params import parameters_of, query_of

QUERIES = [
    "",
    "kind:ad_ban kind:reinstatement platform:twitter country:RU",
    "since:2017-10 until:2018",
    'state:machine "Donald Trump" ad "a:b"',
    "(platform:x OR platform:facebook) platform:youtube",
    "(kind:ad_ban OR kind:platform_block) (kind:platform_block OR kind:legal_action)",
    "( RT OR Sputnik ) ban",
    "-( RT kind:ad_ban ) y",
    "RT OR Sputnik names:off",
    "last month",
    "() :( x",
]


@pytest.mark.parametrize("text", QUERIES)
def test_an_address_holds_the_whole_query(text):
    address = parameters_of(parse(text))
    assert query_of(QueryDict(address.removeprefix("?"))) == parse(text)


def test_blank_parameters_are_left_out():
    assert parameters_of(Query(), after="", q="") == ""
    assert query_of(QueryDict("kind=&since=&q=")) == Query()


def test_a_ticked_facet_and_typed_text_add_up_and_the_later_date_wins():
    found = query_of(QueryDict("q=kind:ad_ban+since:2017&kind=reinstatement&since=2018"))
    assert (found.kind, found.since) == (("ad_ban", "reinstatement"), "2018")


def test_what_cannot_be_read_is_an_error():
    with pytest.raises(QueryError):
        query_of(QueryDict("kind=odd"))
