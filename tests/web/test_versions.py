"""The record as it stood, and citations that lead to it."""

import html
import json
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from tests import make
from tests.conftest import NOW
from tracker.events.editing.actions import (
    Editor,
    current_values,
    edit_event,
    merge_events,
    refuse_event,
)
from tracker.events.models import Entity, Event
from tracker.events.search.past.timestamps import MomentError, moment

pytestmark = pytest.mark.django_db
DAY = timedelta(minutes=1)


def at(days):
    return Editor("ed", NOW + days * DAY, "because")


def as_of(days):
    return f"{NOW + days * DAY:%Y-%m-%dT%H:%M:%SZ}"


@pytest.fixture
def event():
    return Event.objects.get(pk=make.processed("Twitter bans ads from RT and Sputnik"))


def test_an_event_shows_what_it_said_then(client, event):
    edit_event(
        event.pk, replace(current_values(event), own_headline="Later", targets=("TASS",)), at(2)
    )
    then = client.get(f"/events/{event.pk}?as_of={as_of(1)}").content.decode()
    assert "Version of" in then
    assert "Twitter bars RT, Sputnik from advertising" in then
    assert "TASS" not in then
    assert "Later" in client.get(f"/events/{event.pk}?as_of={as_of(3)}").content.decode()


def test_a_version_of_a_merged_or_refused_event_is_still_there(client, event):
    kept = make.event("Kept")
    merge_events(event.pk, kept.pk, at(2))
    assert client.get(f"/events/{event.pk}").status_code == 301
    then = client.get(f"/events/{event.pk}?as_of={as_of(1)}")
    assert (then.status_code, "RT, Sputnik" in then.content.decode()) == (200, True)
    after = client.get(f"/events/{event.pk}?as_of={as_of(3)}").content.decode()
    assert f"it was merged into event {kept.pk}" in after


def test_every_output_that_a_past_page_leads_to_is_of_that_moment(client, event):
    edit_event(event.pk, replace(current_values(event), own_headline="Later"), at(2))
    moment = f"{NOW + DAY:%Y-%m-%dT%H:%M:%SZ}"
    page = client.get(f"/events/{event.pk}?as_of={moment}").content.decode()
    outputs = re.findall(r'href="(/events(?:/\d+/cite)?\.(?:\w+)[^"]*)"', page)
    own = [html.unescape(address) for address in outputs if str(event.pk) in address]
    assert {address.partition("?")[0] for address in own} == {
        "/events.atom",
        f"/events/{event.pk}/cite.bib",
        f"/events/{event.pk}/cite.json",
    }
    for address in own:
        assert address.endswith(f"as_of={moment}")
        then = client.get(address).content.decode()
        assert "Later" not in then, address
        assert "RT, Sputnik" in then
    shared = f"http://testserver/events/{event.pk}?as_of={moment}"
    assert f'<code id="address">{shared}</code>' in page
    assert json.loads(re.findall(r'ld\+json">(.*?)</script>', page)[0])["url"] == shared
    present = client.get(f"/events/{event.pk}").content.decode()
    assert f'href="/events/{event.pk}/cite.bib"' in present
    assert f'<code id="address">http://testserver/events/{event.pk}</code>' in present


def test_before_it_was_recorded_there_is_nothing(client, event):
    before = client.get(f"/events/{event.pk}?as_of={as_of(-1)}")
    assert before.status_code == 404
    assert "was not on record then" in before.content.decode()


def test_the_timeline_of_a_day_is_the_same_after_edits_merges_and_refusals(client, event):
    others = [make.event(f"Act {n}", occurred=f"2017-0{n}-01") for n in range(1, 8)]
    addresses = [
        f"/?as_of={as_of(1)}",
        f"/?as_of={as_of(1)}&kind=ad_ban&target=rt",
        f"/?as_of={as_of(1)}&q=act&since=2017-02&until=2017-06",
    ]
    before = [headlines(client, address) for address in addresses]
    assert before[0][0] == "Twitter bars RT, Sputnik from advertising"
    assert len(before[0]) == 8
    edit = replace(current_values(others[0]), own_headline="New", occurred="2020-01-01", targets=())
    edit_event(others[0].pk, edit, at(2))
    merge_events(others[1].pk, others[2].pk, at(2))
    refuse_event(others[3].pk, at(2))
    edit_event(others[4].pk, replace(current_values(others[4]), kinds=("policy_change",)), at(2))
    make.event("Recorded later", recorded_at=NOW + 2 * DAY, changed_at=NOW + 2 * DAY)
    assert [headlines(client, address) for address in addresses] == before
    assert headlines(client, "/")[0] == "New"


def headlines(client, address):
    text = client.get(address).content.decode()
    return [
        part.partition(">")[2].partition("</a>")[0]
        for part in text.split('<h3>\n<a href="/events/')[1:]
    ]


def test_pages_of_a_day_follow_each_other_without_loss(client, monkeypatch):
    monkeypatch.setattr("tracker.events.search.find.PAGE", 2)
    from tracker.events.search import find  # noqa: PLC0415
    from tracker.events.search.query import Query  # noqa: PLC0415

    events = [make.event(f"Act {n}", occurred=f"2017-0{n}-01") for n in range(1, 8)]
    for event in events[::2]:
        edit_event(event.pk, replace(current_values(event), occurred="2020-01-01"), at(2))
    seen, after = [], ""
    for _ in range(7):
        page = find.find_events_as_of(Query(), NOW + DAY, find.ViewOptions(after=after, size=2))
        seen += [row.id for row in page.rows]
        after = page.after
        if not after:
            break
    assert seen == [event.pk for event in reversed(events)]


MOMENTS = {
    "": None,
    "2017-11-01": datetime(2017, 11, 1, 23, 59, 59, 999_999, tzinfo=UTC),
    "2017-11-01T12:00:00Z": datetime(2017, 11, 1, 12, 0, 0, 999_999, tzinfo=UTC),
    f"{datetime.now(UTC):%Y-%m-%d}": None,
}


@pytest.mark.parametrize(("text", "expected"), MOMENTS.items(), ids=MOMENTS)
def test_a_moment_is_the_end_of_its_day_or_second_unless_the_day_is_not_over(text, expected):
    assert moment(text) == expected


def test_what_lies_ahead_is_refused(client, event):
    for address in ("/", f"/events/{event.pk}", "/events.csv", "/chart.svg", "/api/v1/events"):
        answer = client.get(address, {"as_of": "2199-01-01"})
        assert answer.status_code == 400
        assert "is in the future" in answer.content.decode()


def test_before_the_first_event_the_page_says_when_the_record_begins(client, event):
    page = client.get("/?as_of=2001-01-01").content.decode()
    assert f"the record begins on {NOW:%d %B %Y}" in page
    assert "the record begins on" not in client.get(f"/?as_of={as_of(1)}").content.decode()


@pytest.mark.parametrize("text", ["yesterday", "2017-13-01", "1.11.2017", "x" * 10_000])
def test_what_is_no_moment_is_said(client, event, text):
    with pytest.raises(MomentError, match="Use 2026-11-01"):
        moment(text)
    for address in ("/", f"/events/{event.pk}"):
        answer = client.get(address, {"as_of": text})
        assert answer.status_code == 400
        assert "Use 2026-11-01" in answer.content.decode()


def test_a_citation_leads_to_the_version_that_was_seen(client, event):
    (item,) = json.loads(client.get(f"/events/{event.pk}/cite.json").content)
    assert item["title"] == "Twitter bars RT, Sputnik from advertising"
    assert item["type"] == "webpage"
    assert item["event-date"] == {"date-parts": [[2017, 10, 27]]}
    edit_event(event.pk, replace(current_values(event), own_headline="Later"), at(2))
    address = item["URL"].removeprefix("http://testserver")
    assert "Twitter bars RT, Sputnik" in client.get(address).content.decode()


def test_bibtex_escapes_what_tex_would_read(client):
    event = make.event(r"50% of {ads} & \more_ #1")
    text = client.get(f"/events/{event.pk}/cite.bib")
    assert text["Content-Type"].startswith("application/x-bibtex")
    assert r"title = {50\% of \{ads\} \& more\_ \#1}" in text.content.decode()


def test_looking_back_makes_no_rows_and_few_queries(client, django_assert_max_num_queries):
    make.feed()  # without one the page looks for what to follow
    for number in range(20):
        event = make.event(f"Act {number}", targets=[f"Target {number}"])
        edit_event(event.pk, replace(current_values(event), targets=("RT",)), at(2))
    before = Entity.objects.count()
    with django_assert_max_num_queries(35):
        assert "Target 7" in client.get(f"/?as_of={as_of(1)}").content.decode()
    assert Entity.objects.count() == before
