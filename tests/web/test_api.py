"""The API: reads without a key, writes with an editor's token, says what is wrong and where."""

import json
from datetime import timedelta
from time import time
from unittest import mock

import pytest
from django.contrib.auth.models import User
from django.core import signing
from django.core.cache import cache
from django.core.management import call_command

from tests import make
from tests.conftest import NOW
from tracker.events.editing.actions import Editor, last_revision_id, merge_events
from tracker.events.models import Entity, Event
from tracker.events.record.entities import get_entity
from tracker.operations.editor_tokens import create_token as make_token
from tracker.operations.editor_tokens import revoke_token
from tracker.operations.models import ApiToken

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _own_rate():
    cache.clear()


@pytest.fixture
def anna():
    return User.objects.create_user("anna", password="open-sesame", is_staff=True)


def get(client, address, status=200):
    answer = client.get(f"/api/v1/{address}")
    assert answer.status_code == status, answer.content
    return answer.json()


def test_events_of_a_query_page_by_page_with_what_they_are(client):
    for number in range(5):
        make.event(f"act {number}", occurred=f"2017-10-0{number + 1}")
    make.event("other", kind="reinstatement")
    seen, after = [], ""
    while True:
        page = get(client, f"events?kind=ad_ban&limit=2&after={after}")
        seen += [event["headline"] for event in page["events"]]
        after = page["after"]
        if after is None:
            break
    assert seen == [f"act {number}" for number in (4, 3, 2, 1, 0)]
    assert (page["total"], page["about"]["query"]) == (5, "kind:ad_ban")
    assert page["about"]["schema"] == "1"


def test_the_query_is_that_of_the_site_typed_or_ticked(client):
    make.event("banned")
    make.event("restored", kind="reinstatement")
    for address in ("events?q=-kind:ad_ban", "events?not=kind:ad_ban", "events?kind=reinstatement"):
        assert [e["headline"] for e in get(client, address)["events"]] == ["restored"]


def test_words_are_answered_by_relevance_unless_another_order_is_asked_for(client):
    make.event("Gab bars RT", occurred="2017-10-01")
    later = make.event("Another act", occurred="2018-01-01")
    make.report(later, make.entry("Another act", summary="Gab had done the same."))
    orders = {"": "relevance", "&sort=occurred": "occurred", "&as_of=2026-11-25": "relevance"}
    for asked, order in orders.items():
        answer = get(client, f"events?q=gab{asked}")
        first = "Gab bars RT" if order == "relevance" else "Another act"
        assert (answer["sort"], answer["events"][0]["headline"]) == (order, first)


def test_an_event_has_the_words_that_its_facts_rest_on_and_its_codes(client):
    pk = make.processed("Twitter permanently suspends Alex Jones")
    told = get(client, f"events/{pk}")
    assert told["dsa"]["decision"] == ["DECISION_ACCOUNT_TERMINATED"]
    (report,) = told["reports"]
    kinds = [one for one in report["evidence"] if one["field"] == "kinds"]
    assert kinds[0]["words"] in report["title"]


def test_a_merged_event_leads_to_the_other_and_can_be_seen_as_it_was(client, anna):
    gone, kept = make.event("gone"), make.event("kept")
    merge_events(gone.pk, kept.pk, Editor("anna", make.day("2026-11-25")))
    answer = client.get(f"/api/v1/events/{gone.pk}")
    assert (answer.status_code, answer["Location"]) == (301, f"/api/v1/events/{kept.pk}")
    assert get(client, f"events/{gone.pk}?as_of=2026-11-24T23:00:00Z")["headline"] == "gone"
    assert get(client, f"events/{gone.pk}?as_of=2001-01-01", 404)["error"]["code"] == "not_found"


def test_history_has_every_change(client, anna):
    event = make.event()
    merge_events(make.event("gone").pk, event.pk, Editor("anna", NOW, "the same act"))
    (gone,) = Event.objects.exclude(merged_into=None)
    told = get(client, f"events/{gone.pk}/history")
    (merged,) = [one for one in told if one["field"] == "merged_into"]
    assert (merged["after"], merged["by"], merged["reason"]) == (event.pk, "anna", "the same act")


def test_counts_say_what_each_value_would_leave_and_how_many_a_period_has(client):
    make.event(occurred="2016-02-01")
    told = get(client, "counts?chart=platform")
    assert {"value": "twitter", "name": "X (Twitter)", "count": 1}.items() <= (
        told["facets"]["platform"][0].items()
    )
    assert told["periods"][0] == {
        "since": "2016-01-01",
        "until": "2016-03-31",
        "counts": {"X (Twitter)": 1},
    }


def test_reports_entities_platforms_sources_and_kinds(client):
    event = make.event(targets=["Alexei Navalny"])
    report = make.report(event)
    (told,) = get(client, "reports")["reports"]
    assert (told["id"], told["event"], told["title"]) == (report.pk, event.pk, report.entry.title)
    (navalny,) = get(client, "entities?type=target&name=Naval")["entities"]
    assert (navalny["name"], navalny["events"]) == ("Alexei Navalny", 1)
    assert "Навальн" in str(navalny["names"])
    assert get(client, f"entities/{navalny['id']}") == navalny
    assert [one["slug"] for one in get(client, "platforms")] == ["twitter"]
    assert get(client, "sources")[0]["host"] == "news.example"
    assert len(get(client, "kinds")) == 10


def test_lists_are_paged_by_the_last_id(client):
    for number in range(3):
        make.event(targets=[f"t{number}"], platforms=[], countries=[])
    first = get(client, "entities?limit=2")
    rest = get(client, f"entities?limit=2&after={first['after']}")
    assert [e["name"] for e in first["entities"] + rest["entities"]] == ["t0", "t1", "t2"]
    assert rest["after"] is None


@pytest.mark.parametrize(
    ("address", "status", "code", "words"),
    [
        ("events?kind=odd", 400, "query", "Unknown kind “odd”"),
        ("events?q=colour:red", 400, "query", "Unknown field “colour”"),
        ("events?limit=1000", 422, "value", "limit"),
        ("events?limit=x", 422, "value", "limit"),
        ("events?as_of=tomorrow", 400, "as_of", "tomorrow"),
        ("events/999", 404, "not_found", "no event 999"),
        ("events/99999999999999999999", 404, "not_found", "no event"),
        ("entities/999", 404, "not_found", "no entity 999"),
    ],
)
def test_what_is_wrong_is_named(client, address, status, code, words):
    error = get(client, address, status)["error"]
    assert error["code"] == code
    assert words in error["message"]


def test_a_query_that_cannot_be_read_comes_back_repaired(client):
    error = get(client, "events?kind=odd&platform=twitter", 400)["error"]
    assert (error["place"], error["repaired"]) == ("kind:odd", "platform:twitter")


def test_more_requests_than_the_rate_are_told_when_to_come_back(client, monkeypatch):
    answers = [client.get("/api/v1/kinds") for _ in range(121)]
    assert {a.status_code for a in answers[:120]} == {200}
    assert answers[120].status_code == 429
    assert 1 <= int(answers[120]["Retry-After"]) <= 61
    assert answers[120].json()["error"]["code"] == "rate"


def test_another_address_in_a_header_is_not_believed(client):
    for number in range(120):
        client.get("/api/v1/kinds", headers={"X-Forwarded-For": f"10.0.0.{number}"})
    assert client.get("/api/v1/kinds").status_code == 429


class TestWriting:
    def write(self, client, anna, path, body, method="post", token=None):
        return getattr(client, method)(
            f"/api/v1/events/{path}",
            json.dumps(body),
            content_type="application/json",
            headers={"Authorization": f"Bearer {token or make_token(anna)}"},
        )

    def test_an_edit_changes_what_it_names_and_is_written_down(self, client, anna):
        event = make.event()
        answer = self.write(
            client, anna, event.pk, {"kinds": ["legal_action"], "reason": "a court"}, "patch"
        )
        assert answer.status_code == 200, answer.content
        told = answer.json()["event"]
        assert (told["kinds"], told["state"]) == (["legal_action"], "reviewed")
        assert told["headline"] == event.headline
        change = event.revisions.get(field="kinds")
        assert (change.by, change.reason) == ("anna", "a court")

    def test_an_event_with_two_thousand_targets_is_refused_in_plain_words(self, client, anna):
        event = make.event()
        body = {"targets": [f"Name {n}" for n in range(2000)]}
        answer = self.write(client, anna, event.pk, body, "patch")
        assert answer.status_code == 422
        message = answer.json()["error"]["message"]
        assert "targets" in message
        assert "at most 100" in message

    def test_what_is_done_to_a_merged_event_is_refused_by_name(self, client, anna):
        gone, kept = make.event(), make.event()
        self.write(client, anna, f"{gone.pk}/merge", {"into": kept.pk})
        answer = self.write(client, anna, gone.pk, {"occurred": "2017-10-25"}, "patch")
        assert answer.status_code == 422
        told = f"event {gone.pk} was merged into event {kept.pk}"
        assert answer.json()["error"]["message"] == told

    def test_what_changed_meanwhile_is_not_overwritten(self, client, anna):
        event = make.event()
        seen = last_revision_id(event)
        self.write(client, anna, event.pk, {"occurred": "2017-10-25"}, "patch")
        answer = self.write(
            client, anna, event.pk, {"occurred": "2017-10-24", "seen": seen}, "patch"
        )
        assert (answer.status_code, answer.json()["error"]["code"]) == (409, "conflict")
        event.refresh_from_db()
        assert event.occurred == "2017-10-25"

    def test_accept_refuse_and_merge(self, client, anna):
        one, other = make.event("one"), make.event("other")
        assert (
            self.write(client, anna, f"{one.pk}/accept", {}).json()["event"]["state"] == "reviewed"
        )
        merged = self.write(client, anna, f"{other.pk}/merge", {"into": one.pk})
        assert merged.json()["event"]["id"] == one.pk
        assert self.write(client, anna, f"{one.pk}/refuse", {"reason": "no act"}).status_code == 200
        assert not Event.objects.visible().exists()

    @pytest.mark.parametrize(
        ("body", "words"),
        [
            ({"kinds": ["odd"]}, "kind"),
            ({"occurred": "soon"}, "day"),
            ({"headline": "x" * 301}, "headline"),
        ],
    )
    def test_a_bad_value_is_named_and_nothing_is_stored(self, client, anna, body, words):
        event = make.event()
        answer = self.write(client, anna, event.pk, body, "patch")
        assert answer.status_code == 422
        assert words in answer.json()["error"]["message"].lower()
        assert not event.revisions.exists()

    def test_without_a_valid_token_nothing_is_written(self, client, anna):
        event = make.event()
        old = make_token(anna)
        reader = User.objects.create_user("reader", password="x")
        anna.set_password("another")
        anna.save()
        for token in ("forged", old, make_token(reader), ""):
            answer = self.write(client, anna, f"{event.pk}/refuse", {}, token=token or " ")
            assert answer.status_code == 401
            assert answer["WWW-Authenticate"] == "Bearer"
        event.refresh_from_db()
        assert event.state == "machine"

    def test_a_signed_token_of_before_is_taken_until_it_ends(self, client, anna):
        event = make.event()
        marked = {"user": anna.pk, "password": anna.get_session_auth_hash()[:20]}
        token = signing.dumps(marked, salt="api")
        assert self.write(client, anna, f"{event.pk}/accept", {}, token=token).status_code == 200
        with mock.patch("django.core.signing.time.time", return_value=time() + 366 * 24 * 3600):
            answer = self.write(client, anna, f"{event.pk}/accept", {}, token=token)
        assert answer.status_code == 401
        anna.set_password("another")
        anna.save()
        answer = self.write(client, anna, f"{event.pk}/accept", {}, token=token)
        assert answer.status_code == 401

    def test_a_token_that_is_over_or_revoked_or_of_a_former_editor_is_void(self, client, anna):
        event = make.event()
        tokens = [make_token(anna, name=name) for name in ("over", "revoked", "other")]
        over, revoked, other = ApiToken.objects.order_by("pk")
        ApiToken.objects.filter(pk=over.pk).update(expires_at=over.created_at)
        assert revoke_token(revoked.pk)
        assert not revoke_token(revoked.pk)
        statuses = [
            self.write(client, anna, f"{event.pk}/accept", {}, token=token).status_code
            for token in tokens
        ]
        assert statuses == [401, 401, 200]
        other.refresh_from_db()
        assert other.used_at is not None
        User.objects.filter(pk=anna.pk).update(is_staff=False)
        answer = self.write(client, anna, f"{event.pk}/accept", {}, token=tokens[2])
        assert answer.status_code == 401

    def test_a_session_is_no_token(self, admin_client):
        event = make.event()
        answer = admin_client.post(
            f"/api/v1/events/{event.pk}/refuse", "{}", content_type="application/json"
        )
        assert answer.status_code == 401

    def test_the_command_prints_a_token_of_an_editor(self, client, anna, capsys):
        call_command("apitoken", "anna")
        token = capsys.readouterr().out.strip()
        answer = self.write(client, anna, f"{make.event().pk}/accept", {}, token=token)
        assert answer.status_code == 200


def test_the_description_is_openapi_and_the_page_is_made_of_it(client):
    told = get(client, "openapi.json")
    assert told["openapi"].startswith("3.1")
    assert "/api/v1/events/{event_id}" in told["paths"]
    page = client.get("/api").content.decode()
    for path in told["paths"]:
        assert path in page
    assert "Authorization: Bearer" in page


def test_an_entity_that_was_merged_leads_to_the_other(client):
    gone, kept = (get_entity(Entity.Type.TARGET, name) for name in ("A. Jones", "Alex Jones"))
    gone.merged_into = kept
    gone.save()
    answer = client.get(f"/api/v1/entities/{gone.pk}")
    assert (answer.status_code, answer["Location"]) == (301, f"/api/v1/entities/{kept.pk}")


@pytest.mark.parametrize(
    "address", ["events?platfrom=twitter", "events/1?asof=2026", "kinds?x=1", "counts?knd=ad_ban"]
)
def test_an_unknown_parameter_is_refused_by_its_name(client, address):
    make.event()
    told = get(client, address, 422)["error"]
    assert told["code"] == "parameter"
    assert told["place"] == address.partition("?")[2].partition("=")[0]
    assert "Unknown parameter" in told["message"]


def test_a_copy_is_kept_up_to_date_by_what_changed_since(client):
    make.event("old")
    later = NOW + timedelta(hours=1)
    make.event("new", recorded_at=later, changed_at=later)
    for since, headlines in {"12:30:00Z": ["new"], "12:00:00Z": ["new", "old"]}.items():
        for name in ("changed_since", "changed"):
            value = f"2026-11-24T{since}" + (".." if name == "changed" else "")
            told = get(client, f"events?{name}={value}&sort=recorded")
            assert [event["headline"] for event in told["events"]] == headlines
    told = get(client, "events?changed_since=2026-11-24&as_of=2026-11-24", 400)
    assert "cannot be combined with as_of" in told["error"]["message"]
