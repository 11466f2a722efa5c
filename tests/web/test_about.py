import pytest
from django.db import OperationalError

from tests import make
from tests.outages import OUTAGES
from tracker.classify import Kind
from tracker.web.middleware.unavailable import Unavailable

pytestmark = pytest.mark.django_db


def test_about_defines_every_kind_and_says_how_it_is_doing(client):
    make.feed(language="fr", polled_at=make.DAY)
    make.event()
    text = client.get("/about").content.decode()
    for kind in Kind:
        assert kind.definition in text
    assert "1 events, of which" in text or "1 event" in text
    assert "Relevance F1" in text
    assert "in 1 language;" in text


@pytest.mark.parametrize(
    ("contact", "link"),
    [
        ("help@tracker.example", '<a href="mailto:help@tracker.example">help@tracker.example</a>'),
        ("mailto:help@tracker.example", '<a href="mailto:help@tracker.example">'),
        ("https://tracker.example/help", '<a href="https://tracker.example/help">'),
    ],
    ids=["address", "mailto", "page"],
)
def test_the_accessibility_statement_says_whom_to_write_to_and_its_day(
    client, settings, contact, link
):
    settings.CONTACT = contact
    page = client.get("/accessibility").content.decode()
    assert link in page
    assert "last checked on 30 November 2026" in page


def test_the_accessibility_statement_names_no_contact_that_leads_back_to_the_site(client, settings):
    settings.CONTACT = settings.SITE_URL
    page = client.get("/accessibility").content.decode()
    assert "names no contact" in page
    assert f'<a href="{settings.SITE_URL}">' not in page


@pytest.mark.parametrize("path", ["/", "/sources", "/login", "/nowhere", "/sitemap-0.xml"])
def test_every_page_and_the_site_map_lead_to_the_accessibility_statement(client, path):
    assert "/accessibility" in client.get(path).content.decode()


def test_a_wrong_address_offers_to_search_for_its_words(client):
    answer = client.get("/event/twitter-rt-ban/2017")
    assert answer.status_code == 404
    assert 'value="event twitter rt ban"' in answer.content.decode()


@OUTAGES
def test_while_the_database_does_not_answer_it_says_so_and_when_to_come_back(
    client, monkeypatch, outage
):
    def fails(*args, **kwargs):
        raise outage

    monkeypatch.setattr("tracker.events.search.find.find_events", fails)
    answer = client.get("/")
    assert (answer.status_code, answer["Retry-After"]) == (503, "60")
    assert "Nothing is lost" in answer.content.decode()
    assert "Content-Security-Policy" in answer


def test_q7_once_one_waited_for_the_lock_in_vain_other_writers_are_told_at_once(rf):
    asked = []

    def locked(request):
        asked.append(request.method)
        raise OperationalError("database is locked")

    gate = gate_of(locked)
    assert gate(rf.post("/alerts/new")).status_code == 503
    answer = gate(rf.post("/alerts/new"))
    assert (answer.status_code, answer["Retry-After"]) == (503, "60")
    gate(rf.get("/"))
    assert asked == ["POST", "GET"]


def test_q7_another_error_of_the_database_stops_no_other_writer(rf):
    asked = []

    def ended(request):
        asked.append(request.method)
        raise OperationalError("canceling statement due to statement timeout")

    gate = gate_of(ended)
    for _ in range(2):
        assert gate(rf.post("/alerts/new")).status_code == 503
    assert asked == ["POST", "POST"]


def gate_of(view):
    """The middleware before a view, as Django has them work together."""

    def answer(request):
        try:
            return view(request)
        except OperationalError as error:
            found = gate.process_exception(request, error)
            assert found is not None
            return found

    gate = Unavailable(answer)
    return gate


@OUTAGES
def test_q7_a_session_that_cannot_be_read_is_a_503_too(client, monkeypatch, outage):
    def locked(self):
        raise outage

    monkeypatch.setattr("django.contrib.sessions.backends.db.SessionStore.load", locked)
    client.cookies["sessionid"] = "x" * 32
    client.raise_request_exception = False
    answer = client.get("/review")
    assert (answer.status_code, answer["Retry-After"]) == (503, "60")
