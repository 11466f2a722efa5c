"""Every view of the timeline as a file or a feed."""

import csv
import io
import json
import re
import zipfile
from datetime import UTC, date, datetime, timedelta

import duckdb
import feedparser
import pytest
from icalendar import Calendar

from tests import make
from tests.conftest import NOW
from tests.thorough import size
from tracker.events.editing.actions import Editor, current_values, edit_event, refuse_event
from tracker.events.publish.dictionary.columns import EVENT_COLUMNS, names
from tracker.feeds.models import ReadDay

pytestmark = pytest.mark.django_db
FORMS = ["csv", "jsonl", "atom", "json", "ics"]


def body(answer):
    return b"".join(answer.streaming_content) if answer.streaming else answer.content


def lines(client, address):
    return [json.loads(line) for line in body(client.get(address)).decode().splitlines()]


def test_csv_begins_with_its_header_and_has_the_whole_result(client):
    count = size(130, 250)
    for number in range(count):
        make.event(f"Act {number}")
    make.event("Other", kind="reinstatement")
    answer = client.get("/events.csv?kind=ad_ban")
    assert answer["Content-Type"].startswith("text/csv; charset=utf-8")
    text = body(answer).decode("utf-8-sig")
    assert text.startswith("id,url,headline,")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert len(rows) == count
    assert {row["platforms"] for row in rows} == {"twitter"}
    assert rows[0]["dsa_decision"] == "DECISION_PROVISION_PARTIAL_SUSPENSION"
    assert rows[0]["url"].startswith("http://testserver/events/")


def test_a_second_file_has_the_reports_with_titles_and_links(client):
    event = make.event("Act")
    report = make.report(event)
    make.report(make.event("Other", kind="reinstatement"))
    (row,) = csv.DictReader(
        io.StringIO(body(client.get("/reports.csv?kind=ad_ban")).decode("utf-8-sig"))
    )
    entry = report.entry
    assert (row["event_id"], row["title"]) == (str(event.pk), entry.title)
    assert (row["url"], row["publisher"]) == (entry.link, entry.source.name)
    assert (row["role"], row["published_at"][:4]) == ("report", f"{entry.published_at.year}")
    assert row["reprint_of"] == ""


def test_each_reprint_has_a_line_that_names_the_report_it_repeats(client):
    event = make.event("Act")
    reports = []
    for number in range(3):
        feed = make.feed(f"https://p{number}.example/rss", host=f"p{number}.example")
        wire = make.entry("Twitter bars both outlets from advertising", feed=feed)
        reports.append(make.report(event, wire))
    text = body(client.get("/reports.csv")).decode("utf-8-sig")
    found = [(row["report_id"], row["reprint_of"]) for row in csv.DictReader(io.StringIO(text))]
    first, *others = (str(report.pk) for report in reports)
    assert found == [(first, ""), *((other, first) for other in others)]


def test_a_program_reads_both_tables_without_an_option(client, tmp_path):
    event = make.event('Says "no", and; more', targets=["=SUM(1)", "RT"])
    make.report(event)
    for name in ("events", "reports"):
        (tmp_path / f"{name}.csv").write_bytes(body(client.get(f"/{name}.csv")))
    events = duckdb.read_csv(str(tmp_path / "events.csv"))
    assert events.columns == list(names(EVENT_COLUMNS))
    assert events.select("id", "headline").fetchall() == [(event.pk, event.headline)]
    reports = duckdb.read_csv(str(tmp_path / "reports.csv"))
    assert reports.select("event_id").fetchall() == [(event.pk,)]


def test_what_the_tables_are_is_linked_and_describes_every_column(client, settings):
    settings.DATA_LICENCE = "CC-BY-4.0"
    make.event()
    link = client.get("/events.csv?kind=ad_ban")["Link"]
    (address,) = re.findall(r'<([^>]+)>; rel="describedby"; type="application/csvm\+json"', link)
    told = client.get(address).json()
    assert (told["dc:license"], told["schema:query"]) == ("CC-BY-4.0", "kind:ad_ban")
    assert told["schema:coverage"] == "0 of 0 sources were read in the last 24 hours"
    events, reports = told["tables"]
    assert events["url"] == "http://testserver/events.csv?kind=ad_ban"
    for table in (events, reports):
        text = body(client.get(table["url"])).decode("utf-8-sig")
        header = next(csv.reader(io.StringIO(text)))
        assert [column["name"] for column in table["tableSchema"]["columns"]] == header
    assert address.removeprefix("http://testserver") in client.get("/?kind=ad_ban").content.decode()


def test_a_zip_has_both_tables_and_what_they_are(client):
    make.report(make.event("Act"))
    with zipfile.ZipFile(io.BytesIO(body(client.get("/events.zip?kind=ad_ban")))) as packed:
        assert packed.testzip() is None
        told = json.loads(packed.read("csv-metadata.json"))
        names_within = [table["url"] for table in told["tables"]]
        assert names_within == ["events.csv", "reports.csv"]
        for name in names_within:
            assert len(packed.read(name).decode("utf-8-sig").splitlines()) == 2


@pytest.mark.parametrize("path", ["/events.csv", "/reports.csv", "/events.atom", "/chart.csv"])
def test_an_unknown_parameter_is_refused_by_its_name(client, path):
    answer = client.get(f"{path}?platfrom=twitter")
    assert answer.status_code == 422
    assert "Unknown parameter “platfrom”. Did you mean “platform”?" in answer.content.decode()


def test_readers_see_the_articles_with_title_publisher_and_link(client):
    event = make.event("Act")
    entry = make.report(event, make.entry("Bans <RT> & Sputnik")).entry
    (item,) = feedparser.parse(client.get("/events.atom").content).entries
    assert f'href="{entry.link}"' in item.summary
    assert "Bans &lt;RT&gt; &amp; Sputnik" in item.summary
    assert {link.href for link in item.links if link.rel == "related"} == {entry.link}
    (told,) = client.get("/events.json").json()["items"]
    assert told["external_url"] == entry.link
    assert "Bans &lt;RT&gt; &amp; Sputnik" in told["content_html"]
    (day,) = Calendar.from_ical(client.get("/events.ics").content).walk("VEVENT")
    for text in (told["content_text"], str(day["DESCRIPTION"])):
        assert "Bans <RT> & Sputnik" in text
        assert entry.source.name in text
        assert entry.link in text


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        (
            "since=2026-11-01&until=2026-11-03",
            "2 of the 3 days from 2026-11-01 to 2026-11-03; on 1",
        ),
        ("since=2026-11-02&until=2026-11", "1 of the 29 days from 2026-11-02 to 2026-11-30; on 1"),
    ],
)
def test_coverage_is_of_the_days_that_were_asked_for(client, asked, words, monkeypatch):
    now = datetime(2026, 12, 5, tzinfo=UTC)
    monkeypatch.setattr("tracker.web.views.exports.timezone.now", lambda: now)
    ReadDay.objects.create(day=date(2026, 11, 1), tried=10, read=9)
    ReadDay.objects.create(day=date(2026, 11, 2), tried=10, read=5)
    make.event()
    told = client.get(f"/events.csv.metadata.json?{asked}").json()
    assert f"sources were read on {words} of these" in told["schema:coverage"]


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ("as_of=2026-11-01T12:00:00Z", "no source was read on 2026-10-30"),
        ("as_of=2026-11-03T12:00:00Z", "sources were read on 2026-11-01"),
        (
            "since=2026-11-02&until=2026-11-02",
            "sources were read on 2026-11-02; fewer than 80% of them answered",
        ),
        ("since=2026-12-05", "sources were read on 2026-12-05"),
        (
            "since=2026-12-04",
            "sources were read on 1 of the 2 days from 2026-12-04 to 2026-12-05; on 0 of these"
            " fewer than 80% of them answered",
        ),
    ],
)
def test_coverage_of_a_day_and_of_today(client, asked, words, monkeypatch):
    now = datetime(2026, 12, 5, 12, tzinfo=UTC)
    monkeypatch.setattr("tracker.web.views.exports.timezone.now", lambda: now)
    ReadDay.objects.create(day=date(2026, 11, 1), tried=10, read=9)
    ReadDay.objects.create(day=date(2026, 11, 2), tried=10, read=5)
    make.feed(succeeded_at=now)  # today is not counted yet
    make.event()
    told = client.get(f"/events.csv.metadata.json?{asked}").json()
    assert told["schema:coverage"] == words
    ReadDay.objects.create(day=date(2026, 12, 5), tried=1, read=1)
    assert client.get(f"/events.csv.metadata.json?{asked}").json() == told


def test_a_cell_that_looks_like_a_formula_is_text(client):
    make.event("=HYPERLINK(1)", targets=["@SUM(1)"])
    text = body(client.get("/events.csv")).decode()
    assert ",'=HYPERLINK(1)," in text
    assert ",'@SUM(1)," in text


def test_json_lines_tell_everything_with_the_words_that_gave_it(client):
    pk = make.processed("Twitter bans ads from RT and Sputnik")
    answer = client.get("/events.jsonl?target=rt")
    (event,) = map(json.loads, body(answer).decode().splitlines())
    (address,) = re.findall(r'<([^>]+)>; rel="describedby"', answer["Link"])
    assert client.get(address).json()["schema:query"] == "target:rt"
    assert (event["id"], event["kinds"], event["precision"]) == (pk, ["ad_ban"], "day")
    (report,) = event["reports"]
    assert report["title"] == "Twitter bans ads from RT and Sputnik"
    assert {"field": "kinds", "words": "bans"}.items() <= report["evidence"][0].items()


def test_a_file_of_a_day_is_the_same_after_changes(client):
    events = [make.event(f"Act {n}") for n in range(3)]
    address = f"/events.jsonl?as_of={NOW + timedelta(minutes=1):%Y-%m-%dT%H:%M:%SZ}"
    before = lines(client, address)
    edit = type(current_values(events[0]))(
        **(vars(current_values(events[0])) | {"own_headline": "New"})
    )
    edit_event(events[0].pk, edit, Editor("ed", NOW + timedelta(minutes=2)))
    refuse_event(events[1].pk, Editor("ed", NOW + timedelta(minutes=2), "no act"))
    after = lines(client, address)
    assert [e["headline"] for e in after] == [e["headline"] for e in before]


def test_the_atom_feed_is_read_by_readers_and_its_ids_are_for_ever(client):
    event = make.event("Twitter bars <RT> & others")
    answer = client.get("/events.atom?kind=ad_ban")
    assert answer["Content-Type"] == "application/atom+xml"
    feed = feedparser.parse(answer.content)
    assert not feed.bozo
    assert feed.feed.title == "Platform Policy Tracker: ad bans"
    (entry,) = feed.entries
    assert entry.id == f"tag:testserver,2026:event/{event.pk}"
    assert entry.link == f"http://testserver/events/{event.pk}"
    assert entry.updated_parsed[:3] == NOW.timetuple()[:3]


def test_a_feed_has_what_was_recorded_last(client):
    old = make.event("Recorded first", occurred="2026-01-01")
    make.event("Recorded last", occurred="2007-01-01", recorded_at=NOW + timedelta(days=1))
    feed = client.get("/events.json").json()
    assert feed["version"] == "https://jsonfeed.org/version/1.1"
    assert [item["title"] for item in feed["items"]] == ["Recorded last", old.headline]
    assert feed["items"][0]["_event"]["kinds"] == ["ad_ban"]


def test_a_calendar_has_the_events_whose_day_is_known(client):
    event = make.event("Twitter bars RT; others, too")
    make.event("month", occurred="2017-10")
    make.event("undated", occurred="")
    calendar = Calendar.from_ical(client.get("/events.ics").content)
    (entry,) = calendar.walk("VEVENT")
    assert entry["SUMMARY"] == event.headline
    assert entry.decoded("DTSTART").isoformat() == "2017-10-26"


@pytest.mark.parametrize("form", FORMS)
def test_what_did_not_change_is_not_sent_again(client, form):
    event = make.event()
    first = client.get(f"/events.{form}")
    etag, changed = first["ETag"], first["Last-Modified"]
    again = client.get(f"/events.{form}", headers={"If-None-Match": etag})
    assert (again.status_code, again["ETag"]) == (304, etag)
    since = client.get(f"/events.{form}", headers={"If-Modified-Since": changed})
    assert since.status_code == 304
    refuse_event(event.pk, Editor("ed", NOW + timedelta(minutes=1), "no act"))
    assert client.get(f"/events.{form}", headers={"If-None-Match": etag}).status_code == 200


@pytest.mark.parametrize("form", FORMS)
def test_w5_a_query_that_cannot_be_read_is_answered_with_why(client, form):
    assert client.get(f"/events.{form}?kind=odd").status_code == 400
    assert client.get(f"/events.{form}?as_of=yesterday").status_code == 400


def test_the_timeline_offers_its_own_view_in_every_form(client):
    make.event()
    page = client.get("/?kind=ad_ban").content.decode()
    for form in FORMS:
        assert f'href="/events.{form}?kind=ad_ban"' in page


def test_an_export_takes_few_queries_however_many_events(client, django_assert_max_num_queries):
    for number in range(30):
        make.report(make.event(f"Act {number}"))
    with django_assert_max_num_queries(12):
        body(client.get("/events.csv"))


OUTPUTS = [
    *("/events.csv", "/events.jsonl", "/events.zip", "/events.csv.metadata.json", "/events.atom"),
    *("/events.json", "/events.ics", "/chart.svg", "/chart.csv", "/embed", "/api/v1/events"),
    *("/pivot", "/compare?compared=twitter&", "/map", "/pivot.csv"),
]


@pytest.mark.parametrize("days", ["since=7d", "until=today", "q=last+month", "since=this-year"])
def test_every_output_takes_relative_days(client, days):
    make.report(make.event())
    for path in OUTPUTS:
        answer = client.get(f"{path}{'' if path.endswith('&') else '?'}{days}")
        assert answer.status_code == 200, path


def test_a_chart_names_no_description_that_is_of_other_tables(client):
    make.event()
    assert "Link" not in client.get("/chart.csv").headers


def test_a_file_of_counts_refuses_what_it_does_not_know(client):
    make.event()
    assert client.get("/pivot.csv?platfrom=twitter").status_code == 422
    assert client.get("/compare.csv?compared=twitter&compared=Nobody+Known").status_code == 400
    assert client.get("/pivot?utm_source=x").status_code == 200


def test_every_line_is_an_event(client):
    for _ in range(3):
        make.event()
    assert [line["type"] for line in lines(client, "/events.jsonl")] == ["event"] * 3


@pytest.mark.parametrize(
    "address",
    [
        *("/events.csv", "/reports.csv", "/chart.csv", "/pivot.csv"),
        "/compare.csv?compared=twitter&compared=youtube",
    ],
)
def test_every_csv_is_read_by_spreadsheets_as_utf_8(client, address):
    make.event(platforms=["twitter", "youtube"])
    assert body(client.get(address)).startswith(b"\xef\xbb\xbf")
