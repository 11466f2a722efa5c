"""How events are come to: help, suggestions, all values of a facet, site map, linked data."""

import json
import re

import pytest
from lxml import etree

from tests import make
from tests.conftest import NOW
from tracker.events.editing.actions import Editor, refuse_event
from tracker.events.search.language.examples import TOPICS
from tracker.web.views.discovery import sitemap

pytestmark = pytest.mark.django_db
LOC = ".//{http://www.sitemaps.org/schemas/sitemap/0.9}loc"


def page(client, address, status=200):
    answer = client.get(address)
    assert answer.status_code == status
    # As one line an element is the same however its template is laid out.
    return re.sub(r"\s+", " ", answer.content.decode())


def test_every_example_of_the_help_page_can_be_clicked_and_is_read(client):
    text = page(client, "/help/search")
    links = re.findall(r'<a href="(/\?[^"]+)"><code>', text)
    assert len(links) == sum(len(topic.examples) for topic in TOPICS) > 20
    for link in links:
        assert client.get(link.replace("&amp;", "&")).status_code == 200, link


def test_all_errors_stand_on_one_page_with_links_and_the_query_in_the_box(client):
    text = page(client, "/?q=kind:adban+platform:telgram+RT", 400)
    assert text.count("kind:adban platform:telgram RT") == 2
    assert "<title> Error: " in text
    assert 'href="/?kind=' not in text
    for meant in ("RT+kind%3Aad_ban", "RT+platform%3Atelegram"):
        assert f'href="/?q={meant}"' in text


def test_a_misspelt_word_is_answered_with_the_name_that_gives_events(client):
    make.event("Act", platforms=["telegram"])
    text = page(client, "/?q=telgram")
    assert "Did you mean:" in text
    assert '<a href="?q=Telegram">Telegram</a>' in text


def test_an_address_without_blank_parameters_is_the_one_that_stays(client):
    answer = client.get("/?kind=ad_ban&since=&until=&in_force=&in_force=")
    assert (answer.status_code, answer["Location"]) == (302, "/?kind=ad_ban")
    assert client.get("/?since=&q=")["Location"] == "/"


def test_the_events_come_before_the_filters_and_both_dates_have_a_label(client):
    make.event("Twitter bars RT")
    text = page(client, "/")
    assert text.index('class="events"') < text.index('id="filters"')
    assert '<label class="dated" for="since">From</label>' in text
    assert '<label class="dated" for="until">To</label>' in text


def test_every_value_of_a_facet_is_reached_chosen_and_excluded(client):
    for number in range(25):
        make.event(f"Act {number}", targets=[f"Target {number:02}"], countries=["DE"])
    assert "/values/target?kind=ad_ban" in page(client, "/?kind=ad_ban")
    text = page(client, "/values/target?kind=ad_ban")
    assert text.count('Without<span class="unseen"> Target') == 25
    text = page(client, "/values/target?named=get+07")
    assert text.count('Without<span class="unseen"> Target') == 1
    assert 'href="/?target=target+07"' in text
    assert 'href="/?not=target%3A%22target+07%22"' in text
    assert 'href="/?country=DE"' in page(client, "/values/country?named=germ")
    assert client.get("/values/nothing").status_code == 404


def suggested(client, typed):
    told = client.get("/search/suggestions", {"q": typed}).json()["suggestions"]
    return {item["text"]: item["count"] for item in told}


def test_what_is_typed_is_completed_by_names_on_record_and_fields(client):
    make.event(targets=["Alexei Navalny"], platforms=["twitter"])
    assert suggested(client, "ban Наваль") == {'ban target:"alexei navalny" ': 1}
    assert suggested(client, 'platform:"twit')["platform:twitter "] == 1
    assert "country:DE " in suggested(client, "country:Germ")
    assert "-kind:ad_ban " in suggested(client, "-ad")
    assert "in_force:" in suggested(client, "in_f")
    assert suggested(client, '"') == suggested(client, "") == {}


def test_the_site_map_has_the_shown_events_by_ranges_of_numbers(client, monkeypatch):
    monkeypatch.setattr(sitemap, "IN_A_PART", 2)
    events = [make.event(f"Act {n}") for n in range(3)]
    refuse_event(events[2].pk, Editor("ed", NOW, "no act"))
    index = etree.fromstring(client.get("/sitemap.xml").content)
    parts = [node.text.removeprefix("http://testserver") for node in index.iterfind(LOC)]
    assert parts[0] == "/sitemap-0.xml"
    listed = []
    for part in parts:
        answer = client.get(part)
        if answer.status_code == 200:
            listed += [node.text for node in etree.fromstring(answer.content).iterfind(LOC)]
    assert "http://testserver/" in listed
    numbers = {int(a.rpartition("/")[2]) for a in listed if "/events/" in a}
    assert numbers == {events[0].pk, events[1].pk}
    assert "Sitemap: http://testserver/sitemap.xml" in page(client, "/robots.txt")


def test_an_event_s_page_says_what_it_is_to_programs(client):
    event = make.event("Says </script><b> & more")
    entry = make.report(event).entry
    text = page(client, f"/events/{event.pk}?utm=x")
    (body,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', text)
    told = json.loads(body)
    assert (told["@type"], told["headline"]) == ("Report", event.headline)
    assert told["citation"][0]["url"] == entry.link
    assert f'<link rel="canonical" href="http://testserver/events/{event.pk}">' in text
    assert f'href="/events.atom?event={event.pk}"' in text
    assert '<meta property="og:type" content="article">' in text


def test_a_list_s_canonical_address_is_its_query(client):
    make.event()
    text = page(client, "/?q=kind:%22ad+ban%22&chart=platform")
    assert '<link rel="canonical" href="http://testserver/?kind=ad_ban">' in text


@pytest.mark.parametrize("path", ["/api/v1/events", "/events.csv", "/data/dictionary.json"])
def test_pages_of_other_sites_may_read_and_not_write(client, path):
    asked = {"origin": "https://notebook.example"}
    assert client.get(path, headers=asked)["Access-Control-Allow-Origin"] == "*"
    sent = asked | {"access-control-request-method": "PATCH"}
    allowed = client.options(path, headers=sent)["Access-Control-Allow-Methods"]
    assert "PATCH" not in allowed
    assert "Access-Control-Allow-Origin" not in client.get("/", headers=asked)


def test_a_list_of_values_takes_a_search_that_finds_nothing(client):
    make.report(make.event())
    for field in ("source", "lang", "target", "country"):
        assert client.get(f"/values/{field}?q=zzzzqq").status_code == 200
