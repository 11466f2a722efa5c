"""Queries on law, appeal, territory, degree and authorities: the same by every way of asking."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from tests import make
from tests.conftest import NOW
from tracker.events.editing.actions import Editor, current_values, edit_event
from tracker.events.queried import QUERIED
from tracker.events.search.facets import list_values
from tracker.events.search.facts import facts_of_events
from tracker.events.search.figures.cross import cross
from tracker.events.search.find import find_events, find_events_as_of
from tracker.events.search.index.events import index
from tracker.events.search.language.matching import matches
from tracker.events.search.language.parsing import parse
from tracker.events.search.language.suggestions import suggest
from tracker.events.search.query import Query, QueryError

pytestmark = pytest.mark.django_db
TODAY = NOW.date()
FACTS = {
    "law": "dsa",
    "law_article": "34",
    "appeal": "filed",
    "territory": "region",
    "region": "Bavaria",
    "degree": "partial",
    "authority": "Amtsgericht Köln",
    "authority_type": "court",
    "ordered_by": "Roskomnadzor",
    "ordered_by_type": "regulator",
    "amount": 120_000_000,
    "currency": "EUR",
    "affected": 5_000,
    "affected_what": "accounts",
}
ASKED = {
    "law": ("law:dsa", 'law:"Digital Services Act"', "law:DSA"),
    "appeal": ("appeal:filed", 'appeal:"appeal filed"'),
    "territory": ("territory:region",),
    "degree": ("degree:partial",),
    "authority": ('authority:"Amtsgericht Köln"', 'authority:"amtsgericht koln"'),
    "ordered_by": ("ordered_by:Roskomnadzor", "ordered_by:ROSKOMNADZOR"),
    "currency": ("currency:EUR", "currency:eur", "currency:euros", "currency:€"),
    "affected_what": ("affected_what:accounts",),
}
TYPED = [text for texts in ASKED.values() for text in texts]


@pytest.fixture
def event():
    make.event(
        "Another",
        law="netzdg",
        appeal="rejected",
        territory="eu",
        degree="total",
        amount=120_000_000,
        currency="USD",
        affected=5_000,
        affected_what="posts",
    )
    return make.event("The one", **FACTS)


def found(query):
    return [row.id for row in find_events(query, today=TODAY).rows]


def test_every_field_is_asked_here():
    assert set(ASKED) == set(QUERIED)


@pytest.mark.parametrize("text", TYPED)
def test_the_index_and_matching_choose_alike(event, text):
    query = parse(text, is_strict=True)
    assert found(query) == [event.pk]
    chosen = [
        pk
        for pk, facts in facts_of_events([event.pk, event.pk - 1]).items()
        if matches(query, facts, today=TODAY.isoformat())
    ]
    assert chosen == [event.pk]
    assert event.pk not in found(parse(f"-{text}", is_strict=True))


@pytest.mark.parametrize("text", TYPED)
def test_the_past_is_asked_alike(event, text):
    later = NOW + timedelta(hours=1)
    cleared: dict[str, Any] = {name: type(value)() for name, value in FACTS.items()}
    edit_event(event.pk, replace(current_values(event), **cleared), Editor("ed", later))
    query = parse(text)
    assert found(query) == []
    at = NOW + timedelta(minutes=30)
    assert [row.id for row in find_events_as_of(query, at).rows] == [event.pk]
    assert list(find_events_as_of(query, later).rows) == []


@pytest.mark.parametrize(
    "text", ["law:murphy", "appeal:perhaps", "territory:moon", "degree:half", "affected_what:ideas"]
)
def test_an_unknown_value_of_a_closed_field_is_named(text):
    with pytest.raises(QueryError, match=text.partition(":")[2]):
        parse(text)


def test_facets_count_them_and_name_authorities_as_printed(event):
    facets = find_events(Query(), today=TODAY).facets
    assert {c.value: c.count for c in facets["law"]} == {"dsa": 1, "netzdg": 1}
    (authority,) = facets["authority"]
    assert (authority.value, authority.name) == ("amtsgericht koln", "Amtsgericht Köln")
    (row,) = list_values(Query(), "ordered_by", "rosk")
    assert row.name == "Roskomnadzor"


def test_the_cross_table_has_them(event):
    table = cross(index.snapshot(), Query(), ("law", "authority"), (5, 5))
    assert [row.name for row in table.rows] == ["Digital Services Act", "NetzDG"]
    assert table.columns[0].name == "Amtsgericht Köln"


def test_laws_are_suggested_by_name(event):
    assert "law:dsa " in [each.text for each in suggest("digital")]


def test_pages_api_and_files_answer(client, event):
    for address in ("/", "/pivot", "/values/authority", "/api/v1/events", "/events.csv"):
        parameters = {"law": "dsa"} if address != "/pivot" else {"law": "dsa", "rows": "law"}
        answer = client.get(address, parameters)
        assert answer.status_code == 200, address
    told = client.get("/api/v1/events", {"law": "dsa"}).json()
    assert [e["id"] for e in told["events"]] == [event.pk]
    assert {n: told["events"][0][n] for n in FACTS} == FACTS
