"""Time to knowledge: what counts, what is unknown, and the figures."""

from datetime import timedelta

import pytest

from tests import make
from tests.conftest import NOW
from tracker.alerts.models import Delivery, Hit
from tracker.events.models import Event, Report
from tracker.operations.health import knowledge
from tracker.web.pages.overviews.knowledge import format_minutes

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


@pytest.fixture(autouse=True)
def fresh():
    knowledge.computed.clear()


def known_event(*articles, recorded=3, **values):
    """An event recorded so many minutes after NOW, of articles (published, seen, language)."""
    made = make.event("", recorded_at=NOW + recorded * MINUTE, **values)
    for published, seen, language in articles:
        published_at = None if published is None else NOW + published * MINUTE
        entry = make.entry(
            published_at=published_at, first_seen_at=NOW + seen * MINUTE, language=language
        )
        make.report(made, entry)
    return made


def times_of(event):
    times = knowledge.times_of_event(Event.objects.get(pk=event.pk))
    assert times is not None
    return times


def mailed(event, minutes, state="sent"):
    alert = make.alert("kind:ad_ban", address=f"r{minutes}@example.org")
    at = NOW + minutes * MINUTE
    delivery = Delivery.objects.create(
        subscriber=alert.subscriber,
        type="digest",
        state=state,
        message_id=f"m{minutes}{state}",
        since=NOW,
        created_at=NOW,
        next_try_at=NOW,
        ended_at=at,
    )
    Hit.objects.create(alert=alert, event=event, at=NOW, delivery=delivery)


def test_it_counts_from_the_first_article_to_read_recorded_and_first_mail():
    event = known_event((1, 2, "fr"), (0, 4, "ru"))
    mailed(event, 9)
    mailed(event, 7)
    mailed(event, 1, state="failed")
    times = times_of(event)
    assert {step: times.minutes_to(step) for step in knowledge.STEPS} == {
        "entry": 2,
        "event": 3,
        "mail": 7,
    }
    assert times.language == "ru"  # the article that appeared first, not the one read first


@pytest.mark.parametrize(
    "article",
    [
        {"published_at": None},
        {"published_at": NOW + 5 * MINUTE},  # ahead of our clock
        {"published_at": NOW - 600 * MINUTE, "published_raw": "28 Nov 2026"},  # a day alone
    ],
    ids=["none", "ahead", "day"],
)
def test_an_article_without_a_time_is_unknown_and_not_quick(article):
    event = make.event("", recorded_at=NOW)
    make.report(event, make.entry(**article))
    times = times_of(event)
    assert times.article_at is None
    assert times.minutes_to("event") is None


def test_the_history_and_what_was_old_at_the_first_poll_are_left_out():
    history = make.event("", ref="2017-10-twitter-rt", occurred_source="history")
    Report.objects.create(event=history, url="https://news.example/old", added_at=NOW)
    backlog = make.event("")
    make.report(backlog, make.entry(is_news=False))
    refused = known_event((0, 1, "en"), state="refused")
    assert [knowledge.times_of_event(e) for e in (history, backlog, refused)] == [None] * 3
    assert knowledge.recent_knowledge(NOW + 60 * MINUTE).events == 0


def test_the_figures_of_a_span_are_by_step_and_language():
    for minutes, language in ((2, "en"), (4, "ja"), (90, "ja")):
        known_event((0, 1, language), recorded=minutes)
    known_event((None, 1, ""), recorded=5)
    span = knowledge.recent_knowledge(NOW + 200 * MINUTE)
    assert (span.events, span.first_known, span.not_english) == (4, 3, 2)
    assert span.steps["event"].known == 3
    assert span.steps["event"].median == 4
    assert span.steps["event"].p95 == pytest.approx(81.4)
    assert span.steps["mail"].median is None


def test_months_are_those_of_recording_and_empty_ones_are_left_out():
    known_event((0, 1, "en"))
    long_ago = known_event((0, 1, "en"))
    type(long_ago).objects.filter(pk=long_ago.pk).update(recorded_at=NOW - timedelta(days=62))
    spans = knowledge.monthly_knowledge(NOW + 60 * MINUTE)
    assert [span.span for span in spans] == [
        f"{NOW:%Y-%m}",
        f"{NOW - timedelta(days=62):%Y-%m}",
    ]


def test_a_past_month_is_read_again_only_when_it_has_other_reports(django_assert_num_queries):
    event = known_event((0, 1, "en"))
    later = NOW + timedelta(days=40)
    assert knowledge.monthly_knowledge(later)
    with django_assert_num_queries(knowledge.MONTHS):
        knowledge.monthly_knowledge(later)
    make.report(event)
    assert knowledge.monthly_knowledge(later)[0].events == 1


@pytest.mark.parametrize(
    ("minutes", "words"),
    [
        (0.2, "less than a minute"),
        (1, "1 minute"),
        (119, "119 minutes"),
        (180, "3 hours"),
        (60 * 24 * 3, "3 days"),
    ],
)
def test_minutes_are_worded_as_people_say_them(minutes, words):
    assert format_minutes(minutes) == words


def test_the_page_the_event_and_the_api_say_the_same(client):
    event = known_event((0, 2, "fr"))
    mailed(event, 7)
    page = client.get(f"/events/{event.pk}").content.decode()
    assert "recorded 3 minutes later" in " ".join(page.split())
    told = client.get(f"/api/v1/events/{event.pk}/knowledge").json()
    assert told["minutes"] == {"entry": 2.0, "event": 3.0, "mail": 7.0}
    assert (told["language"], told["entry_at"] is not None) == ("fr", True)
    answer = client.get("/api/v1/knowledge").json()
    assert set(answer["recent"]["minutes"]) == {"entry", "event", "mail"}
    assert client.get("/knowledge").status_code == 200


def test_an_event_of_the_history_says_that_nobody_knows(client):
    history = make.event("", ref="2017-10-twitter-rt", occurred_source="history")
    told = client.get(f"/api/v1/events/{history.pk}/knowledge").json()
    assert told["minutes"] == {"entry": None, "event": None, "mail": None}
    assert "Time to knowledge" not in client.get(f"/events/{history.pk}").content.decode()


def test_the_latest_figures_are_measured_once_in_a_while(django_assert_num_queries):
    known_event((0, 1, "en"))
    first = knowledge.latest_knowledge(NOW + 60 * MINUTE)
    assert [span.span for span in first] == ["", f"{NOW:%Y-%m}"]
    with django_assert_num_queries(0):
        assert knowledge.latest_knowledge(NOW + 61 * MINUTE) == first
