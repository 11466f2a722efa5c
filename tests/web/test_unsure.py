"""What is unsure, as reported, fined and ordered, as pages, files and programs see it."""

import csv
import io
import json
import re

import pytest
from django.contrib.auth.models import User

from tests import make
from tests.conftest import NOW
from tracker.events.editing.actions import Editor, accept_event, last_revision_id
from tracker.events.models import Entity, EntryClassification, Event, Link

pytestmark = pytest.mark.django_db
NOTICE = "Unsure: the program is not confident that this is an act."
READERS = [
    {"reader": "words", "event": 2.6, "kind": "ad_ban", "kind_probability": 0.8},
    {"reader": "sentence", "event": 3.5, "kind": "ad_ban", "kind_probability": 0.9},
]


def text_of(answer):
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return body.decode("utf-8-sig")


@pytest.fixture
def unsure():
    return make.event("Doubtful headline", state="unsure", confidence=0.31)


@pytest.fixture
def reported():
    """An event with all figures, whose target no list knows."""
    event = make.event("Full headline", targets=["Marla Quint"], confidence=0.97)
    entry = make.entry("Twitter bans ads from Marla Quint")
    make.report(event, entry)
    EntryClassification.objects.create(
        entry=entry, version="1", language="en", confidence=0.9, made_at=NOW, readers=READERS
    )
    Entity.objects.filter(name="Marla Quint").update(is_reported=True)
    Event.objects.filter(pk=event.pk).update(
        kind_confidence=0.82,
        effective_on="2026-12-01",
        amount=12_000_000,
        currency="EUR",
        affected=25_000,
        affected_what="accounts",
        authority="Ofcom",
        authority_type="regulator",
    )
    return event


PATHS = ["/", "/events.atom", "/events.json", "/events.ics", "/events.csv", "/events.jsonl"]
PATHS += ["/api/v1/events", "/embed", "/?as_of=2026-11-25"]


@pytest.mark.parametrize("path", PATHS)
def test_lists_leave_it_out_unless_they_are_asked_for(client, unsure, path):
    assert "Doubtful headline" not in text_of(client.get(path))
    both = "&" if "?" in path else "?"
    assert "Doubtful headline" in text_of(client.get(f"{path}{both}state=unsure"))
    assert "Doubtful headline" in text_of(client.get(f"{path}{both}q=state:unsure"))
    assert "Doubtful headline" not in text_of(client.get(f"{path}{both}not=state:machine"))


def test_on_the_timeline_it_is_labelled(client, unsure):
    page = text_of(client.get("/?state=unsure"))
    assert '<span class="state unsure">Unsure</span>' in page
    assert 'id="state-unsure"' in page


def test_its_page_answers_with_a_notice(client, unsure):
    answer = client.get(f"/events/{unsure.pk}")
    assert answer.status_code == 200
    assert NOTICE in text_of(answer)
    accept_event(unsure.pk, Editor("ed", NOW))
    assert NOTICE not in text_of(client.get(f"/events/{unsure.pk}"))


def test_pages_of_entities_and_programs_leave_it_out_too(client, unsure):
    entity = unsure.entities.get(type="platform")
    assert "Doubtful headline" not in text_of(client.get(f"/entities/{entity.pk}"))
    assert client.get(f"/api/v1/entities/{entity.pk}").json()["events"] == 0
    make.report(unsure)
    assert client.get("/api/v1/reports").json()["reports"] == []
    assert client.get(f"/api/v1/events/{unsure.pk}").json()["state"] == "unsure"


def test_a_link_with_it_is_shown_on_its_own_page_and_to_editors(client, unsure):
    other = make.event("Another headline")
    Link.objects.create(source=unsure, target=other, type="same")
    assert "Doubtful headline" not in text_of(client.get(f"/events/{other.pk}"))
    assert "Another headline" in text_of(client.get(f"/events/{unsure.pk}"))
    client.force_login(User.objects.create_user("ed", is_staff=True))
    assert "Doubtful headline" in text_of(client.get(f"/review?event={other.pk}"))


def test_an_alert_on_what_is_unsure_says_when_it_will_tell(client, unsure):
    page = text_of(client.get("/alerts/new?state=unsure"))
    assert "Unsure events send no alerts until" in page
    assert "Doubtful headline" not in page
    assert "Unsure events" not in text_of(client.get("/alerts/new?kind=ad_ban"))


def test_editors_find_it_in_a_lane_and_accept_it(client, unsure):
    client.force_login(User.objects.create_user("ed", is_staff=True))
    page = text_of(client.get("/review?lane=unsure"))
    assert "Unsure: an act?" in page
    assert "Doubtful headline" in page
    client.post(f"/events/{unsure.pk}/accept", {"read_version": last_revision_id(unsure)})
    assert Event.objects.get(pk=unsure.pk).state == "reviewed"
    assert "Doubtful headline" in text_of(client.get("/"))


def test_a_target_is_not_offered_once_more(client, reported):
    client.force_login(User.objects.create_user("ed", is_staff=True))
    page = f"/review?event={reported.pk}"
    assert "+ Marla Quint" not in text_of(client.get(page))
    reported.parties.filter(entity__name="Marla Quint").delete()
    assert "+ Marla Quint" in text_of(client.get(page))


def test_the_page_says_what_else_is_known_and_how_sure_each_reader_is(client, reported):
    page = " ".join(text_of(client.get(f"/events/{reported.pk}")).split())
    page = re.sub(r' data-fact="\w+"', "", page)
    for words in (
        "<dt>In force from</dt> <dd> 1 December 2026",
        "<dt>Amount</dt> <dd> €12,000,000",
        "<dt>Affected</dt> <dd> 25,000 accounts",
        "<dt>Authority</dt> <dd> Ofcom (regulator)",
        "an act: 97%, this kind: 82%",
        "Word model: act 93%, ad ban. Sentence model: act 97%, ad ban.",
    ):
        assert words in page


def test_a_name_in_no_list_carries_a_mark(client, reported):
    target = Entity.objects.get(name="Marla Quint")
    for path in ("/", f"/events/{reported.pk}", f"/entities/{target.pk}"):
        assert ">as reported</small>" in text_of(client.get(path))
    Entity.objects.update(is_reported=False)
    for path in ("/", f"/events/{reported.pk}", f"/entities/{target.pk}"):
        assert ">as reported</small>" not in text_of(client.get(path))


def test_programs_read_the_same(client, reported):
    event = client.get(f"/api/v1/events/{reported.pk}").json()
    assert event["target_details"][0]["reported"] is True
    assert (event["amount"], event["currency"]) == (12_000_000, "EUR")
    assert (event["affected"], event["affected_what"]) == (25_000, "accounts")
    assert (event["authority"], event["effective_on"]) == ("Ofcom", "2026-12-01")
    assert event["kind_confidence"] == 0.82
    assert event["reports"][0]["readers"] == READERS
    line = json.loads(text_of(client.get("/events.jsonl")).splitlines()[0])
    assert {**line, "url": "", "type": ""} == {**event, "url": "", "type": ""}
    target = Entity.objects.get(name="Marla Quint")
    assert client.get(f"/api/v1/entities/{target.pk}").json()["reported"] is True
    assert "Amount: €12,000,000" in text_of(client.get("/events.atom"))


def test_so_do_spreadsheets(client, reported):
    lines = text_of(client.get("/events.csv")).splitlines()
    (row,) = csv.DictReader(io.StringIO("\n".join(lines)))
    assert row["targets_as_reported"] == "Marla Quint"
    assert (row["amount"], row["currency"], row["affected"]) == ("12000000", "EUR", "25000")
    assert (row["authority_type"], row["effective_on"]) == ("regulator", "2026-12-01")


def test_an_act_on_social_media_as_such_is_named_so_and_can_be_accepted(client):
    event = make.event("An age limit", platforms=["social_media"], kind="legal_action")
    assert "<b>Social media</b>" in text_of(client.get("/"))
    french = text_of(client.get("/?platform=social_media", headers={"accept-language": "fr"}))
    assert "<b>Réseaux sociaux</b>" in french
    client.force_login(User.objects.create_user("ed", is_staff=True))
    client.post(f"/events/{event.pk}/accept", {"read_version": last_revision_id(event)})
    assert Event.objects.get(pk=event.pk).state == "reviewed"


def test_lists_take_no_more_queries_for_it(client, reported, django_assert_num_queries):
    client.get("/api/v1/events")
    with django_assert_num_queries(8):
        client.get("/api/v1/events")
