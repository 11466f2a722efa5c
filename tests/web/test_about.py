import pytest
from django.db import OperationalError

from tests import make
from tracker.classify import Kind

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


def test_a_wrong_address_offers_to_search_for_its_words(client):
    answer = client.get("/event/twitter-rt-ban/2017")
    assert answer.status_code == 404
    assert 'value="event twitter rt ban"' in answer.content.decode()


def test_while_the_database_does_not_answer_it_says_so_and_when_to_come_back(client, monkeypatch):
    def fails(*args, **kwargs):
        raise OperationalError("connection refused")

    monkeypatch.setattr("tracker.web.views.timeline.search.find", fails)
    answer = client.get("/")
    assert (answer.status_code, answer["Retry-After"]) == (503, "60")
    assert "Nothing is lost" in answer.content.decode()
    assert "Content-Security-Policy" in answer
