from datetime import timedelta

import pytest
from django.utils import timezone

from tests import make
from tests.conftest import NOW
from tracker.feeds.models import Feed, Poll
from tracker.feeds.opml import read
from tracker.web.page_cache import pages

pytestmark = pytest.mark.django_db


def test_feeds_stand_worst_first_with_their_error(client):
    make.feed("https://a.example/rss", title="Alpha", state="working")
    make.feed(
        "https://b.example/rss", title="Beta", state="not_a_feed", error="not a feed: an HTML page"
    )
    text = client.get("/sources").content.decode()
    assert text.index("Beta") < text.index("Alpha")
    assert "not a feed: an HTML page" in text


@pytest.mark.parametrize("state", list(Feed.State))
def test_every_state_has_words_and_a_filter(client, state):
    make.feed(title="Alpha", state=state)
    assert str(state.label) in client.get("/sources").content.decode()
    assert "Alpha" in client.get(f"/sources?state={state.value}").content.decode()
    assert "Alpha" not in client.get("/sources?state=nonsense").content.decode()


def test_the_head_counts_what_was_read_and_what_waits(client):
    make.feed("https://a.example/rss")
    make.feed("https://b.example/rss", polled_at=NOW, failures=2, state="failing")
    text = " ".join(client.get("/sources").content.decode().split())
    assert "2 feeds. Read in the last 24 hours: 0; 0 silent, 1 failing, 1 waiting" in text


def test_the_list_is_narrowed_by_words_of_the_name_and_the_address(client):
    make.feed("https://a.example/rss", title="Éclair du matin", language="fr", country="FR")
    make.feed("https://user:hunter2@b.example/rss", title="Beta", group="News", country="DE")
    text = {
        query: client.get(f"/sources?{query}").content.decode()
        for query in (
            *("q=éCLAIR", "q=b.example+beta", "q=hunter2", "language=fr", "country=DE"),
            *("group=News", "q=eclair&country=DE"),
        )
    }
    shown = {
        query: tuple(name for name in ("Éclair", "Beta") if f">{name}" in page)
        for query, page in text.items()
    }
    assert shown == {
        "q=éCLAIR": ("Éclair",),
        "q=b.example+beta": ("Beta",),
        "q=hunter2": (),
        "language=fr": ("Éclair",),
        "country=DE": ("Beta",),
        "group=News": ("Beta",),
        "q=eclair&country=DE": (),
    }
    assert "No feed matches" in text["q=hunter2"]


def test_the_list_has_pages_of_fifty(client):
    for number in range(101):
        make.feed(f"https://a.example/{number}", title=f"Feed {number:03}.", group="News")
    text = client.get("/sources?group=News").content.decode()
    assert "1–50 of 101 feeds" in text
    assert 'href="?group=News&amp;page=3"' in text
    text = client.get("/sources?page=3").content.decode()
    assert "Feed 100." in text
    assert "Feed 099." not in text
    assert "Feed 100." in client.get("/sources?page=99").content.decode()


@pytest.mark.parametrize(
    ("sort", "first"),
    [("", "Beta"), ("title", "Alpha"), ("newest", "Alpha"), ("oldest", "Gamma"), ("none", "Beta")],
)
def test_the_list_is_sorted(client, sort, first):
    make.feed("https://a.example/", title="Alpha", state="working", new_entry_at=NOW)
    make.feed(
        "https://b.example/", title="Beta", state="gone", new_entry_at=NOW - timedelta(days=1)
    )
    make.feed("https://c.example/", title="Gamma", state="new")
    text = client.get(f"/sources?sort={sort}").content.decode()
    assert min(("Alpha", "Beta", "Gamma"), key=lambda name: text.index(f">{name}<")) == first


def test_removed_feeds_are_shown_only_if_asked_for_and_not_counted(client):
    make.feed("https://a.example/", title="Alpha", removed_at=NOW, is_active=False)
    make.feed("https://b.example/", title="Beta", paused_at=NOW, is_active=False)
    text = client.get("/sources").content.decode()
    assert ">Alpha<" not in text
    assert "1 feed. Read in the last 24 hours: 0; 0 silent, 0 failing" in " ".join(text.split())
    assert ">Alpha<" in client.get("/sources?state=removed").content.decode()
    assert ">Beta<" in client.get("/sources?state=paused").content.decode()
    assert ">Beta<" not in client.get("/sources?state=new").content.decode()
    assert b"b.example" in client.get("/sources.opml").content
    assert b"a.example" not in client.get("/sources.opml").content
    assert [feed["title"] for feed in client.get("/api/v1/sources").json()] == ["Beta"]


def test_without_feeds_it_says_how_to_add_some(client):
    assert "manage.py setuplink" in client.get("/sources").content.decode()


@pytest.mark.parametrize("address", ["/", "/sources"])
def test_without_feeds_editors_get_to_catalogue_and_removed_feeds(client, admin_client, address):
    words = [client.get(address).content.decode(), admin_client.get(address).content.decode()]
    assert all("No feeds are followed." in page for page in words)
    assert not any("setuplink" in page for page in words)
    assert "sources/import" not in words[0]
    assert 'href="/sources/import?list=catalogue"' in words[1]
    assert "removed feed" not in words[1]
    make.feed(removed_at=NOW, is_active=False)
    page = admin_client.get(address).content.decode()
    assert "Choose from 1 removed feed" in page
    assert 'href="/sources?state=removed"' in page
    page = admin_client.get("/sources/import?list=catalogue").content.decode()
    assert "&lt;opml" in page


def test_a_feed_shows_its_log_and_its_latest_entries(client):
    feed = make.feed()
    Poll.objects.create(feed=feed, at=NOW, state="failing", status=404, error="HTTP 404 Not Found")
    make.entry("A headline of its own", feed=feed)
    text = client.get(f"/sources/{feed.pk}").content.decode()
    assert "HTTP 404 Not Found" in text
    assert "A headline of its own" in text


def test_f10_credentials_in_an_address_are_not_shown(client):
    feed = make.feed("https://user:hunter2@a.example/rss?x=1")
    for address in ("/sources", f"/sources/{feed.pk}"):
        assert "hunter2" not in client.get(address).content.decode()
    assert "a.example/rss?x=1" in client.get(f"/sources/{feed.pk}").content.decode()


def test_any_number_of_feeds_takes_the_same_number_of_queries(client, django_assert_num_queries):
    for number in range(5):
        make.feed(f"https://a.example/{number}")
    # Three of them since nothing was polled lately: see operations/status.py.
    with django_assert_num_queries(9):
        client.get("/sources")


def test_the_feeds_come_as_opml_by_the_same_filter_without_secrets(client):
    make.feed("https://user:hunter2@a.example/rss", title="Alpha", state="working", group="News")
    make.feed("https://b.example/rss", title="Beta", state="failing")
    answer = client.get("/sources.opml?state=working")
    (outline,) = read(answer.content).outlines
    assert (outline.url, outline.title, outline.group) == (
        "https://a.example/rss",
        "Alpha",
        "News",
    )
    assert "sources.opml" in answer["Content-Disposition"]


def test_a_feed_shows_its_weeks_its_events_and_that_it_went_quiet(client):
    feed = make.feed(title="Alpha", state="working")
    make.report(make.event(), make.entry("x", feed=feed, first_seen_at=timezone.now()))
    text = " ".join(client.get("/sources").content.decode().split())
    assert "1 new entries in 26 weeks, 0 in the last whole one" in text
    assert 'data-label="Events in 90 days"><div>1</div>' in text
    assert "quieter" not in text
    for week in range(2, 12):
        for _ in range(20):
            seen = timezone.now() - timedelta(weeks=week)
            make.entry("x", feed=feed, first_seen_at=seen)
    pages.clear()
    assert "quieter than usual" in client.get("/sources").content.decode()


def test_categories_of_the_catalogue_are_named_in_the_readers_language(client):
    feed = make.feed(title="Alpha", group="World news")
    make.feed("https://b.example/rss", title="Beta", group="Ours")
    for address in ("/sources", f"/sources/{feed.pk}"):
        page = client.get(address, headers={"accept-language": "fr"}).content.decode()
        assert "Actualité internationale" in page
    page = client.get("/sources", headers={"accept-language": "fr"}).content.decode()
    assert '<option value="World news"' in page
    assert "Ours" in page
