"""Readers suggest, editors answer, the event's page shows it."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User

from tests import make
from tests.conftest import NOW
from tracker.events.models import Suggestion
from tracker.events.review.suggestions import (
    SuggestionAnswerError,
    TooManySuggestionsError,
    add_suggestion,
    answer_suggestion,
)

pytestmark = pytest.mark.django_db
FORM = {"field": "occurred", "text": "It was <b>25</b> October", "url": "https://news.example/1"}


@pytest.fixture
def event():
    return make.event()


def test_a_suggestion_is_stored_and_answered_in_public(client, event):
    text = client.post(f"/events/{event.pk}/suggest", FORM, follow=True).content.decode()
    assert "An editor will read your suggestion" in text
    asked = Suggestion.objects.get()
    assert "127.0.0.1" not in asked.origin
    client.force_login(User.objects.create_user("ed", is_staff=True))
    assert "It was &lt;b&gt;25&lt;/b&gt; October" in client.get("/review").content.decode()
    told = {"state": "declined", "answer": "The company names the 26th"}
    client.post(f"/suggestions/{asked.pk}", told)
    client.logout()
    page = client.get(f"/events/{event.pk}").content.decode()
    assert "declined: The company names the 26th" in page


BAD = {
    "nothing said": {"text": " "},
    "no such field": {"field": "everything"},
    "no address": {"url": "javascript:alert(1)"},
    "too long": {"text": "x" * 501},
}


@pytest.mark.parametrize("change", BAD.values(), ids=BAD)
def test_a_bad_suggestion_is_named_and_not_stored(client, event, change):
    asked = client.post(f"/events/{event.pk}/suggest", FORM | change)
    assert asked.status_code == 400
    assert "errorlist" in asked.content.decode()
    assert not Suggestion.objects.exists()


def test_the_sixth_in_an_hour_waits_and_keeps_what_was_written(client, event):
    for number in range(5):
        client.post(f"/events/{event.pk}/suggest", FORM | {"text": f"Reason {number}"})
    asked = client.post(f"/events/{event.pk}/suggest", FORM)
    assert asked.status_code == 429
    assert 3500 < int(asked["Retry-After"]) <= 3660
    assert "It was &lt;b&gt;25&lt;/b&gt; October" in asked.content.decode()
    assert Suggestion.objects.count() == 5


def test_an_hour_later_it_is_taken_and_others_were_never_held_up(event):
    given = {"field": "kind", "text": "t", "url": ""}
    for number in range(5):
        add_suggestion(event, **given | {"text": f"t{number}"}, origin="a", now=NOW)
    with pytest.raises(TooManySuggestionsError):
        add_suggestion(event, **given, origin="a", now=NOW + timedelta(minutes=59))
    add_suggestion(event, **given, origin="b", now=NOW + timedelta(minutes=59))
    add_suggestion(event, **given, origin="a", now=NOW + timedelta(minutes=61))


def test_a_suggestion_sent_twice_is_stored_once(client, event):
    for _ in range(2):
        client.post(f"/events/{event.pk}/suggest", FORM)
    asked = Suggestion.objects.get()
    given: dict[str, Any] = {"state": "declined", "answer": "No", "by": "ed", "now": NOW}
    answers = [answer_suggestion(asked.pk, **given) for _ in range(2)]
    assert answers[0] == answers[1]


def test_an_answer_is_given_once_and_a_refusal_with_its_reason(event):
    asked = add_suggestion(event, field="kind", text="t", url="", origin="a", now=NOW)
    with pytest.raises(SuggestionAnswerError, match="Give a reason"):
        answer_suggestion(asked.pk, state="declined", answer=" ", by="ed", now=NOW)
    with pytest.raises(SuggestionAnswerError, match="not an answer"):
        answer_suggestion(asked.pk, state="open", answer="", by="ed", now=NOW)
    answer_suggestion(asked.pk, state="accepted", answer="", by="ed", now=NOW)
    with pytest.raises(SuggestionAnswerError, match="already"):
        answer_suggestion(asked.pk, state="declined", answer="no", by="ed", now=NOW)


def test_a_merged_or_refused_event_takes_none(client, event):
    gone = make.event(state="refused")
    assert client.get(f"/events/{gone.pk}/suggest").status_code == 404
