"""That no source is read is said where people look, with the reason in plain words."""

from datetime import timedelta

import pytest
from django.utils import timezone

from tests import make
from tracker.feeds.models import Activity

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


def shown(client, path="/"):
    return " ".join(client.get(path).content.decode().split())


def polls(**values):
    Activity.objects.create(work_type="polls", **values)


@pytest.mark.parametrize("path", ["/", "/sources"])
@pytest.mark.parametrize(
    ("cause", "words"),
    [
        ("no_such_host", "This machine has no name resolution (DNS)."),
        ("no_answer", "This machine has no connection to the sources."),
        ("http", "Every poll fails."),
    ],
)
def test_a_first_start_without_a_network_says_what_is_missing(client, path, cause, words):
    for number in range(5):
        make.feed(f"https://a.example/{number}", failures=1, cause=cause, polled_at=timezone.now())
    polls(failing_since=timezone.now(), failures=5)
    text = shown(client, path)
    assert "No source can be read." in text
    assert words in text
    assert "first poll running" not in text


def test_a_network_that_fails_later_is_named_after_ten_minutes(client):
    now = timezone.now()
    feed = make.feed(failures=3, cause="no_such_host", next_poll_at=now + HOUR)
    polls(succeeded_at=now - HOUR, failing_since=now - timedelta(minutes=9), failures=9)
    assert "No source has been read" not in shown(client, "/sources")
    Activity.objects.update(failing_since=now - timedelta(minutes=11))
    assert "No source has been read since" in shown(client, "/sources?sort=title")
    feed.delete()


def test_a_poller_that_does_not_run_is_named(client):
    now = timezone.now()
    make.feed(next_poll_at=now - HOUR, polled_at=now - HOUR)
    polls(succeeded_at=now - HOUR)
    assert "The part that polls feeds is not running." in shown(client)


@pytest.mark.parametrize("due", [-HOUR, HOUR], ids=["much to do", "nothing to do"])
def test_while_sources_are_read_nothing_is_said(client, due):
    now = timezone.now()
    make.feed(next_poll_at=now + due, polled_at=now)
    make.feed("https://b.example/rss", failures=9, cause="no_such_host")
    polls(succeeded_at=now - (timedelta(minutes=1) if due < timedelta(0) else timedelta(minutes=9)))
    assert "No source" not in shown(client)


def test_owners_read_the_same_in_words(admin_client):
    now = timezone.now()
    make.feed(succeeded_at=now, polled_at=now, next_poll_at=now + HOUR)
    polls(succeeded_at=now)
    text = shown(admin_client, "/status")
    assert "Sources: 1 of 1 feed was read in the last 24 hours, 0 failing." in text
    Activity.objects.update(succeeded_at=None, failing_since=now, failures=9)
    text = shown(admin_client, "/status")
    assert "Every poll fails." in text
    assert "All systems working" not in text
