"""Pages of counts: comparing, the cross table, the map."""

import csv
import io
import re
from html import unescape

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests import make
from tracker.events.models import Entity, Link
from tracker.events.record.derived.columns import reindex
from tracker.events.record.entities import get_entity, merge_entities
from tracker.events.search import find
from tracker.events.search.figures.outcomes import median
from tracker.web.charts.outlines import load_outlines
from tracker.web.pages.overviews.world import shade_bounds
from tracker.web.query_params import query_of

pytestmark = pytest.mark.django_db
PAGES = ["/compare?compared=twitter&compared=youtube", "/pivot", "/map"]


@pytest.fixture
def record():
    """Two platforms: one undid its measure after 29 days, the other was fined."""
    ban = make.event("Ban", occurred="2017-10-26")
    undoing = make.event("Lifted", kind="reinstatement", occurred="2017-11-24")
    Link.objects.create(source=undoing, target=ban, type="undoes", state="confirmed")
    fine = make.event(
        "Fine",
        kind="legal_action",
        platforms=["youtube"],
        countries=["FR", "DE"],
        occurred="2018-02",
    )
    type(fine).objects.filter(pk=fine.pk).update(amount=5_000_000, currency="EUR")
    make.event("Unsure", state="unsure")
    reindex([ban.pk, undoing.pk, fine.pk])
    return ban


def text_of(client, address, status=200):
    answer = client.get(address)
    assert answer.status_code == status
    return " ".join(answer.content.decode().split())


def table_of(client, address):
    text = client.get(address).getvalue().decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text)))


def test_the_comparison_has_the_figures_of_each(client, record):
    rows = {
        name: cells
        for name, *cells in table_of(client, f"{PAGES[0]}".replace("/compare", "/compare.csv"))
    }
    assert rows["figure"] == ["X (Twitter)", "YouTube"]
    assert rows["events"] == ["2", "1"]
    assert rows["ad_ban"] == ["1", "0"]
    assert (rows["measures"], rows["undone"]) == (["1", "0"], ["1", "0"])
    assert rows["median_days_until_undone"] == ["29", ""]
    assert rows["amount_EUR"] == ["", "5000000"]
    text = text_of(client, PAGES[0])
    assert "1 (100%)" in text
    assert "29 days (of 1 measure)" in text
    assert "€5,000,000" in text
    assert text.count('class="chart"') == 2


def test_an_act_that_undoes_counts_at_once_and_only_while_it_is_confirmed(client, record):
    address = "/compare.csv?compared=twitter&compared=youtube"
    Link.objects.update(state="proposed")
    reindex([record.pk])
    rows = {name: cells for name, *cells in table_of(client, address)}
    assert rows["undone"] == ["0", "0"]


@pytest.mark.parametrize(
    "query",
    [
        "compared=X (Twitter)&compared=youtube",
        "compared=твиттер&compared=YouTube",
        "type=country&compared=France&compared=ru",
        "type=target&compared=rt&compared=RT&compared=Sputnik",
    ],
)
def test_names_codes_and_names_in_other_scripts_are_understood(client, record, query):
    make.event("Other", targets=["Sputnik"])
    assert "Events over time" in text_of(client, f"/compare?{query}")


def test_a_merged_entity_counts_for_the_other(client, record):
    make.event("Other", targets=["Sputnik"])
    gone, into = get_entity(Entity.Type.TARGET, "Sputnik"), get_entity(Entity.Type.TARGET, "RT")
    merge_entities(gone.pk, into.pk)
    text = text_of(client, "/compare?type=target&compared=rt&compared=Sputnik", 400)
    assert "Enter 2 to 5 names" in text


@pytest.mark.parametrize(
    "names", ["compared=X&compared=Twitter", "compared=twitter&compared=твиттер"]
)
def test_one_platform_under_two_names_is_not_compared_with_itself(client, record, names):
    for path in ("/compare", "/compare.csv"):
        text = text_of(client, f"{path}?type=platform&{names}", 400)
        assert "These names mean the same" in text
        assert "Choose two different names" in text


def test_a_file_compares_at_least_two(client, record):
    for address in ("/compare.csv", "/compare.csv?compared=twitter"):
        assert "Choose two different names" in text_of(client, address, 400)


def test_what_cannot_be_compared_is_named(client, record):
    text = text_of(client, "/compare?compared=twitter&compared=Nobody", 400)
    assert "No recorded name is “Nobody”" in text
    assert 'value="Nobody"' in text
    assert "Unknown type “odd”" in text_of(client, "/compare?type=odd", 400)
    six = "&".join(f"compared={n}" for n in range(6))
    assert "at most 5" in text_of(client, f"/compare?{six}", 400)


def test_other_filters_hold_for_all_and_can_be_taken_off(client, record):
    address = "/compare.csv?compared=twitter&compared=youtube&kind=ad_ban&platform=tiktok"
    rows = {name: cells for name, *cells in table_of(client, address)}
    assert rows["events"] == ["1", "0"]
    text = text_of(client, address.replace(".csv", ""))
    assert 'href="?type=platform&amp;compared=twitter&amp;compared=youtube"' in text


def test_the_cross_table_counts_each_value_and_the_rest(client, record):
    rows = table_of(client, "/pivot.csv?rows=country&columns=kind")
    assert rows[0][0] == "country"
    counts = {row[0]: dict(zip(rows[0][1:], row[1:], strict=True)) for row in rows[1:]}
    assert counts["Russia"]["Ad ban"] == "1"
    assert counts["Germany"]["Legal action"] == counts["France"]["Legal action"] == "1"
    # The act in two countries is one act.
    assert counts["total"]["Legal action"] == "1"
    assert counts["total"]["total"] == "3"


@pytest.mark.parametrize(
    "pair",
    ["country,kind", "year,platform", "month,ground", "lang,source", "state,origin", "target,year"],
)
def test_each_count_leads_to_just_these_events(client, record, rf, pair):
    make.report(record)
    rows, columns = pair.split(",")
    for query in (
        *("", "since=2017-10-30", "platform=twitter&until=2017"),
        "kind=legal_action&kind=ad_ban",
    ):
        text = text_of(client, f"/pivot?rows={rows}&columns={columns}&{query}")
        links = re.findall(r'href="/(\?[^"]*)?">([\d,]+)</a>', text)
        assert links, query
        for address, number in links:
            request = rf.get("/" + address.replace("&amp;", "&"))
            assert find.count_events(query_of(request.GET)) == int(number), address


def test_facets_that_make_no_table_are_refused_with_the_ones_that_do(client):
    assert "Unknown facet “odd”. Use one of: kind, platform" in text_of(
        client, "/pivot?rows=odd", 400
    )
    assert "two different facets" in text_of(client, "/pivot?rows=kind&columns=kind", 400)


def test_the_map_and_its_table_follow_the_filter(client, record):
    make.event("In the union", countries=["EU"])
    text = text_of(client, "/map")
    assert 'aria-label="France: 1"' in text
    assert "Not on the map: European Union" in text
    assert 'href="/?country=FR"' in text
    narrowed = text_of(client, "/map?kind=ad_ban")
    assert 'aria-label="Russia: 1"' in narrowed
    assert "France: 1" not in narrowed
    assert 'href="/?kind=ad_ban&amp;country=RU"' in narrowed


def test_every_state_is_on_the_map_once_and_within_it():
    codes = [outline.code for outline in load_outlines()]
    assert len(codes) == len(set(codes)) > 230
    assert {"FR", "RU", "SG", "MT", "XK", "VA", "HK"} <= set(codes)


def test_shades_tell_few_large_countries_from_many_small_ones():
    assert shade_bounds(0) == ()
    assert shade_bounds(2) == (1, 2)
    assert shade_bounds(100_000) == (1, 10, 100, 1_000, 10_000)


@pytest.mark.parametrize("page", PAGES)
def test_pages_of_counts_ask_little_hold_without_events_and_answer_about_the_past(client, page):
    assert client.get(page).status_code in {200, 400}
    make.event()
    make.event("Other", platforms=["youtube"])
    client.get(page)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(page).status_code == 200
    assert len(queries) <= 15
    joint = "&" if "?" in page else "?"
    then = client.get(f"{page}{joint}as_of=2020-01-01")
    assert then.status_code == 200
    past = then.content.decode()
    assert "as_of=2020-01-01" in past
    assert "1 January 2020, 23:59 UTC" in past
    assert "Unknown kind" in text_of(client, f"{page}{joint}kind=odd", 400)


def test_the_middle_of_many_days():
    assert median({}) is None
    assert median({3: 1, 10: 1, 500: 1}) == 10
    assert median({1: 1, 2: 1}) == 1


def test_a_misspelt_name_leads_to_the_comparison_that_was_meant(client, record):
    make.event("Other", platforms=["telegram"])
    text = text_of(client, "/compare?compared=telgram&compared=youtube&since=2017", 400)
    (link,) = re.findall(r'Did you mean: <a href="([^"]+)">Telegram</a>', text)
    assert "Compare Telegram and YouTube" in text_of(client, "/compare" + unescape(link))
    assert "since=2017" in link


def test_a_name_of_another_type_is_not_suggested(client, record):
    text = text_of(client, "/compare?type=country&compared=youtub&compared=FR", 400)
    assert "No recorded name is “youtub”" in text
    assert "Did you mean" not in text
