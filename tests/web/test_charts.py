"""The chart of a query: as a file, and as a part of another site."""

import csv
import io
import xml.etree.ElementTree as ET
from datetime import date

import pytest
from PIL import Image

from tests import make
from tracker.feeds.models import ReadDay

pytestmark = pytest.mark.django_db


@pytest.fixture
def ban():
    return make.event(occurred="2017-10-26")


def test_csv_has_a_line_for_each_period_with_its_counts(client, ban):
    ReadDay.objects.create(day=date(2017, 10, 27), tried=10, read=7)
    ReadDay.objects.create(day=date(2017, 10, 28), tried=10, read=8)
    text = client.get("/chart.csv?kind=ad_ban").getvalue().decode("utf-8-sig")
    first = next(csv.DictReader(io.StringIO(text)))
    assert (first["since"], first["until"]) == ("2017-10-01", "2017-12-31")
    assert first["Ad ban"] == "1"
    assert first["days_of_failed_sources"] == "1"


def test_svg_is_one_and_shows_the_bars(client, ban):
    answer = client.get("/chart.svg")
    tree = ET.fromstring(answer.content)
    bars = {node.get("fill") for node in tree.iter("{http://www.w3.org/2000/svg}path")}
    fills = {node.get("fill") for node in tree.iter("{http://www.w3.org/2000/svg}rect")}
    assert answer["Content-Type"] == "image/svg+xml"
    assert "url(#fill-ad_ban)" in bars
    assert "#c2410c" in fills


def test_png_is_one(client, ban):
    image = Image.open(io.BytesIO(client.get("/chart.png?chart=country").content))
    assert image.size[0] == 2064


@pytest.mark.parametrize("form", ["svg", "png", "csv"])
def test_of_nothing_there_is_a_file_too(client, form):
    assert client.get(f"/chart.{form}").status_code == 200


@pytest.mark.parametrize("address", ["/chart.svg", "/chart.png", "/chart.csv", "/embed"])
def test_a_query_that_cannot_be_read_is_named(client, address):
    answer = client.get(f"{address}?kind=odd")
    assert answer.status_code == 400
    assert "Unknown kind “odd”" in answer.content.decode()


def test_an_embed_may_be_framed_by_every_site_and_leads_to_the_same_view(client, ban):
    answer = client.get("/embed?kind=ad_ban&chart=platform")
    text = answer.content.decode()
    assert "frame-ancestors *" in answer["Content-Security-Policy"]
    assert "X-Frame-Options" not in answer
    assert 'href="http://testserver/?kind=ad_ban&amp;chart=platform"' in text
    assert f'href="/events/{ban.pk}"' in text
    assert "<script" not in text


def test_no_other_page_may_be_framed(client):
    answer = client.get("/")
    assert answer["X-Frame-Options"] == "DENY"
    assert "frame-ancestors 'none'" in answer["Content-Security-Policy"]


def test_days_on_which_sources_failed_are_shaded_on_the_timeline(client, ban):
    assert "Shaded" not in client.get("/").content.decode()
    ReadDay.objects.create(day=date(2017, 11, 2), tried=10, read=7)
    text = client.get("/?kind=ad_ban").content.decode()
    assert "many sources could not be read on 1 day" in text
    assert "Shaded" in text
