"""Every view of the timeline as a file or a feed."""

import csv
import io
import json
from datetime import UTC, date, datetime, timedelta

import feedparser
import pytest
from icalendar import Calendar

from tests import make
from tests.conftest import NOW
from tracker.events.editing.actions import Editor, current_values, edit_event, refuse_event
from tracker.feeds.models import ReadDay

pytestmark = pytest.mark.django_db
FORMS = ["csv", "jsonl", "atom", "json", "ics"]


def body(answer):
    return b"".join(answer.streaming_content) if answer.streaming else answer.content


def lines(client, address):
    return [json.loads(line) for line in body(client.get(address)).decode().splitlines()]


def test_csv_has_the_whole_result_and_says_what_it_is(client, settings):
    settings.DATA_LICENCE = "CC-BY-4.0"
    for number in range(250):
        make.event(f"Act {number}")
    make.event("Other", kind="reinstatement")
    answer = client.get("/events.csv?kind=ad_ban")
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    text = body(answer).decode("utf-8-sig")
    head = [line for line in text.splitlines() if line.startswith("# ")]
    rows = list(csv.DictReader(line for line in io.StringIO(text) if not line.startswith("# ")))
    assert "# query: kind:ad_ban" in head
    assert "# licence: CC-BY-4.0" in head
    assert any(line.startswith("# as_of: 20") for line in head)
    assert "# coverage: 0 of 0 sources were read in the last 24 hours" in head
    assert len(rows) == 250
    assert {row["platforms"] for row in rows} == {"twitter"}
    assert rows[0]["dsa_decision"] == "DECISION_PROVISION_PARTIAL_SUSPENSION"
    assert rows[0]["url"].startswith("http://testserver/events/")


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        (
            "since=2026-11-01&until=2026-11-03",
            "2 of the 3 days from 2026-11-01 to 2026-11-03; on 1",
        ),
        ("since=2026-11-02&until=2026-11", "1 of the 29 days from 2026-11-02 to 2026-11-30; on 1"),
        ("as_of=2026-11-01T12:00:00Z", "1 of the 1 days from 2026-11-01 to 2026-11-01; on 0"),
    ],
)
def test_coverage_is_of_the_days_that_were_asked_for(client, asked, words, monkeypatch):
    now = datetime(2026, 12, 5, tzinfo=UTC)
    monkeypatch.setattr("tracker.web.views.exports.timezone.now", lambda: now)
    ReadDay.objects.create(day=date(2026, 11, 1), tried=10, read=9)
    ReadDay.objects.create(day=date(2026, 11, 2), tried=10, read=5)
    make.event()
    head = body(client.get(f"/events.csv?{asked}")).decode()
    assert f"# coverage: sources were read on {words} of these" in head
    (about, *_) = lines(client, f"/events.jsonl?{asked}")
    assert words in about["coverage"]


def test_a_cell_that_looks_like_a_formula_is_text(client):
    make.event("=HYPERLINK(1)", targets=["@SUM(1)"])
    text = body(client.get("/events.csv")).decode()
    assert ",'=HYPERLINK(1)," in text
    assert ",'@SUM(1)," in text


def test_json_lines_tell_everything_with_the_words_that_gave_it(client):
    pk = make.processed("Twitter bans ads from RT and Sputnik")
    about, event = lines(client, "/events.jsonl?target=rt")
    assert (about["type"], about["query"]) == ("about", "target:rt")
    assert (event["id"], event["kinds"], event["precision"]) == (pk, ["ad_ban"], "day")
    (report,) = event["reports"]
    assert report["title"] == "Twitter bans ads from RT and Sputnik"
    assert {"field": "kinds", "words": "bans"}.items() <= report["evidence"][0].items()


def test_a_file_of_a_day_is_the_same_after_changes(client):
    events = [make.event(f"Act {n}") for n in range(3)]
    address = f"/events.jsonl?as_of={NOW + timedelta(minutes=1):%Y-%m-%dT%H:%M:%SZ}"
    before = lines(client, address)[1:]
    edit = type(current_values(events[0]))(
        **(vars(current_values(events[0])) | {"own_headline": "New"})
    )
    edit_event(events[0].pk, edit, Editor("ed", NOW + timedelta(minutes=2)))
    refuse_event(events[1].pk, Editor("ed", NOW + timedelta(minutes=2), "no act"))
    after = lines(client, address)[1:]
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
