"""Charts by facts of which most events say nothing: law, authority, currency and others."""

import pytest

from tests import make
from tests.conftest import NOW
from tracker.events.queried import QUERIED
from tracker.events.search.figures.charts import CHARTED, SERIES
from tracker.events.search.find import ViewOptions, find_events
from tracker.events.search.query import Query
from tracker.events.wording.terms import FACETS

pytestmark = pytest.mark.django_db
LAWS = ("dsa", "dma", "netzdg", "gdpr", "ccpa", "coppa", "it_rules", "online_safety_act")
FACTS = {
    "appeal": "filed",
    "territory": "eu",
    "degree": "total",
    "authority": "CNIL",
    "ordered_by": "Roskomnadzor",
    "amount": 5_000,
    "currency": "EUR",
    "affected": 7,
    "affected_what": "posts",
}


def chart_by(by):
    return find_events(Query(), ViewOptions(by=by), today=NOW.date()).chart


@pytest.fixture
def events():
    make.event("First", law="dsa", **FACTS)
    make.event("Second", law="dsa")
    make.event("Third", law="netzdg")
    make.event("Without any")


def test_every_field_has_a_chart_and_a_name():
    assert set(QUERIED) <= set(CHARTED) <= set(FACETS)


def test_laws_are_told_apart_and_events_without_one_are_counted_aside(events):
    chart = chart_by("law")
    assert [one.name for one in chart.series] == ["Digital Services Act", "NetzDG"]
    assert sum(bar.total for bar in chart.bars) == 3
    assert chart.unsaid == 1


@pytest.mark.parametrize("by", QUERIED)
def test_each_fact_is_charted(events, by):
    chart = chart_by(by)
    assert sum(bar.total for bar in chart.bars) + chart.unsaid == 4
    assert all(one.name for one in chart.series)


def test_of_many_laws_the_rest_is_summed_up():
    for law in LAWS:
        make.event(f"Under {law}", law=law)
    chart = chart_by("law")
    assert [one.value for one in chart.series][-1] == ""
    assert len(chart.series) == SERIES + 1
    assert sum(bar.total for bar in chart.bars) == len(LAWS)


def test_page_table_picture_file_embed_and_api_have_it(client, events):
    page = client.get("/?chart=law").content.decode()
    assert "url(#fill-series0)" in page
    assert '<th scope="col">Digital Services Act</th>' in page
    assert "1 event without this information is not included." in page
    assert "chart=authority" in page
    for path in ("/chart.svg", "/embed"):
        text = client.get(f"{path}?chart=law").content.decode()
        assert "NetzDG" in text
        assert "By law; 1 event without this information is not included." in text
    assert client.get("/chart.png?chart=law").content[:4] == b"\x89PNG"
    head = b"".join(client.get("/chart.csv?chart=law")).decode("utf-8-sig").splitlines()[0]
    assert head == "since,until,Digital Services Act,NetzDG,days_of_failed_sources"
    told = client.get("/api/v1/counts?chart=law").json()
    assert {name for period in told["periods"] for name in period["counts"]} == {"dsa", "netzdg"}


def test_a_chart_of_what_no_event_says_leads_back(client):
    make.event("Without any")
    page = client.get("/?chart=law").content.decode()
    assert "No chart by law" in page
    assert "Chart by kind" in page
