import pytest
from django.http import QueryDict

from tracker.events.search.language.parsing import parse
from tracker.events.search.query import Query, QueryError
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


IMPOSSIBLE = {
    "day": ("since=2026-02-30", ["since:2026-02-30"]),
    "days": ("since=2018&until=2017", ["date:2018..2017"]),
    "amounts": ("amount_from=5&amount_to=1", ["amount:5..1"]),
    "affected": ("affected_from=5&affected_to=1", ["affected:5..1"]),
    "effect": ("effective_since=2026-12&effective_until=2026-11", ["effective:2026-12..2026-11"]),
    "typed and sent": ("q=since:2018&until=2017", ["date:2018..2017"]),
    "order": ("sort=zzz", ["sort:zzz"]),
    "all at once": ("sort=zzz&country=zzz&chart=x", ["country:zzz", "sort:zzz", "chart:x"]),
}


@pytest.mark.parametrize(("address", "places"), IMPOSSIBLE.values(), ids=IMPOSSIBLE)
def test_impossible_values_are_all_named_wherever_they_are_sent(client, db, address, places):
    with pytest.raises(QueryError) as error:
        query_of(QueryDict(address), checks_view=True)
    assert [problem.place for problem in error.value.problems] == places
    for path in ("/api/v1/events", "/api/v1/counts", "/chart.csv"):
        assert client.get(f"{path}?{address}").status_code in {400, 422}, path
    is_shown = address == "sort=zzz"  # a page says what it is sorted by
    for path in ("/", "/alerts/new", "/compare"):
        assert client.get(f"{path}?{address}").status_code == (200 if is_shown else 400), path
