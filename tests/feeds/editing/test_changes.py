from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from tests import make
from tests.conftest import NOW, Answer
from tracker.feeds.editing.changes import (
    FeedChangeError,
    FeedFacts,
    edit_feed,
    merge_feeds,
    pause_feeds,
    preview_merge,
    remove_feeds,
    restore_feeds,
    resume_feeds,
    set_group,
)
from tracker.feeds.models import Entry, Feed, FeedChange, FeedWeek
from tracker.feeds.polling.claims import claim_due
from tracker.feeds.polling.polls import poll
from tracker.feeds.services import add_feed, import_opml, poll_soon

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(days=1)
ED: dict[str, Any] = {"by": "ed", "now": NOW}


def facts(**values):
    given: dict[str, Any] = {
        "title": "Example News",
        "url": "",
        "group": "",
        "language": "",
        "country": "",
    }
    return FeedFacts(**{**given, "is_aggregator": False, **values})


def test_a_paused_or_removed_feed_is_not_due_nor_polled_with_all_nor_made_due():
    paused, removed, _other = (make.feed(f"https://{n}.example/") for n in range(3))
    pause_feeds([paused.pk], **ED)
    remove_feeds([removed.pk], **ED)
    for feed in (paused, removed):
        assert not poll_soon(feed.pk, NOW)
        assert not claim_due(LATER, only=feed.pk, everything=True)
    assert len(claim_due(LATER, everything=True)) == 1


def test_resumed_and_restored_feeds_are_due_at_once():
    feed = make.feed(next_poll_at=LATER)
    pause_feeds([feed.pk], **ED)
    resume_feeds([feed.pk], **ED)
    assert Feed.objects.due(NOW).get() == feed
    remove_feeds([feed.pk], **ED)
    restore_feeds([feed.pk], **ED)
    assert Feed.objects.due(NOW).get() == feed


def test_what_is_done_already_leaves_no_line():
    feed = make.feed(group="News")
    assert resume_feeds([feed.pk], **ED) == restore_feeds([feed.pk], **ED) == 0
    assert set_group([feed.pk], " News ", **ED) == 0
    assert (pause_feeds([feed.pk], **ED), pause_feeds([feed.pk], **ED)) == (1, 0)
    assert (remove_feeds([feed.pk], **ED), remove_feeds([feed.pk], **ED)) == (1, 0)
    assert pause_feeds([feed.pk], **ED) == 0
    assert list(FeedChange.objects.order_by("pk").values_list("verb", flat=True)) == [
        "paused",
        "removed",
    ]


def test_a_poll_that_runs_when_its_feed_is_removed_stores_nothing(server, local):
    server.pages["/"] = Answer(make.rss({"title": "New"}))
    feed = make.feed(f"{server.url}/")
    claimed = claim_due(NOW)
    remove_feeds([feed.pk], **ED)
    assert list(poll(claimed)) == []
    assert not Entry.objects.exists()
    feed.refresh_from_db()
    assert not feed.is_active


def test_a_corrected_address_forgets_what_was_known_of_the_old_one():
    feed = make.feed(
        "https://user:hunter2@a.example/rss",
        etag="x",
        marks=b"x",
        failures=9,
        state="gone",
        error="HTTP 410",
        cause="http_410",
        claim=UUID(int=1),
        next_poll_at=LATER,
        is_aggregator=True,
    )
    assert edit_feed(feed.pk, facts(url="b.example/feed", is_aggregator=True), **ED) == 1
    feed.refresh_from_db()
    assert (feed.url, feed.domain, feed.etag) == ("https://b.example/feed", "b.example", "")
    assert (feed.failures, feed.state, feed.error, feed.claim) == (0, "new", "", None)
    assert bytes(feed.marks) == b""
    assert not feed.is_aggregator  # the trust was in the old domain
    line = feed.changes.get()
    assert (line.before, line.after) == ("https://a.example/rss", "https://b.example/feed")


def test_the_first_poll_of_a_corrected_address_doubles_nothing_and_mails_nothing_old(server, local):
    old = [{"title": f"Old {n}", "guid": f"{n}", "link": f"/{n}"} for n in range(5)]
    server.pages["/a"] = Answer(make.rss(old[0]))
    server.pages["/b"] = Answer(make.rss(*old))
    feed = make.feed(f"{server.url}/a")
    list(poll(claim_due(NOW)))
    edit_feed(feed.pk, facts(url=f"{server.url}/b"), **ED)
    list(poll(claim_due(LATER)))
    assert sorted(Entry.objects.values_list("title", flat=True)) == [one["title"] for one in old]
    fresh = Entry.objects.exclude(title="Old 0")
    assert not fresh.filter(is_news=True).exists()


def test_a_feed_that_was_never_polled_knows_the_entries_that_a_merge_brought(server, local):
    server.pages["/a"] = Answer(make.rss({"title": "Known", "guid": "1", "link": "/known"}))
    server.pages["/b"] = Answer(make.rss({"title": "Known", "guid": "x", "link": "/known"}))
    feed = make.feed(f"{server.url}/a")
    list(poll(claim_due(NOW)))
    into = make.feed(f"{server.url}/b")
    merge_feeds(feed.pk, into.pk, **ED)
    list(poll(claim_due(LATER)))
    assert Entry.objects.get().feed == into


def test_a_feed_that_another_spelling_of_the_address_has_is_named():
    feed, other = make.feed("https://a.example/"), make.feed("https://b.example/rss")
    with pytest.raises(FeedChangeError, match=f"Feed {other.pk} "):
        edit_feed(feed.pk, facts(url="HTTPS://B.example:443/rss"), **ED)


def test_a_removed_feed_is_not_edited():
    feed = make.feed(removed_at=NOW)
    with pytest.raises(FeedChangeError):
        edit_feed(feed.pk, facts(title="New"), **ED)


def merged(**values):
    """Two feeds, of which the first has three entries, two of them known to the second."""
    feed, into = make.feed("https://a.example/", **values), make.feed("https://b.example/")
    make.entry("only here", feed=feed, link_hash="1")
    make.entry("without a link", feed=feed, link="", link_hash="")
    make.entry("same key", feed=feed, key="k", link_hash="2")
    make.entry("same link", feed=feed, link_hash="3")
    make.entry("there", feed=into, key="k", link_hash="4")
    make.entry("there too", feed=into, link_hash="3")
    make.entry("without one too", feed=into, link="", link_hash="")
    return feed, into


def test_a_merge_moves_entries_loses_none_and_doubles_none():
    feed, into = merged()
    before = set(Entry.objects.values_list("pk", flat=True))
    preview = preview_merge(feed.pk, into.pk)
    assert merge_feeds(feed.pk, into.pk, **ED) == preview
    assert (preview.moved, preview.doubles) == (2, 2)
    assert set(Entry.objects.values_list("pk", flat=True)) == before
    titles = Entry.objects.filter(feed=into).values_list("title", flat=True)
    assert sorted(titles) == [
        "only here",
        "there",
        "there too",
        "without a link",
        "without one too",
    ]
    counts = dict(FeedWeek.objects.values_list("feed", "stored"))
    assert counts == {feed.pk: 2, into.pk: 5}
    feed.refresh_from_db()
    assert (feed.merged_into, feed.removed_at, feed.is_active) == (into, NOW, False)
    assert set(FeedChange.objects.values_list("feed", "verb")) == {
        (feed.pk, "merged"),
        (into.pk, "absorbed"),
    }


def test_a_merged_feed_stays_where_it_is():
    feed, into = merged()
    third = make.feed("https://c.example/")
    merge_feeds(feed.pk, into.pk, **ED)
    merge_feeds(into.pk, third.pk, **ED)
    feed.refresh_from_db()
    assert feed.merged_into == third
    assert restore_feeds([feed.pk], **ED) == 0
    assert add_feed(url=feed.url, now=NOW) == (third, False)
    for pair in ((feed.pk, third.pk), (third.pk, into.pk), (third.pk, third.pk), (third.pk, 99)):
        with pytest.raises(FeedChangeError):
            merge_feeds(*pair, **ED)


def test_polls_of_both_feeds_that_run_during_a_merge_store_nothing(server, local):
    server.pages["/a"] = server.pages["/b"] = Answer(make.rss({"title": "New"}))
    feed, into = make.feed(f"{server.url}/a"), make.feed(f"{server.url}/b")
    claimed = claim_due(NOW)
    merge_feeds(feed.pk, into.pk, **ED)
    assert list(poll(claimed)) == []
    assert not Entry.objects.exists()
    assert Feed.objects.due(NOW).get() == into


def test_an_import_brings_removed_feeds_back_with_a_line_of_who_did_it():
    feed = make.feed("https://a.example/rss", removed_at=NOW, is_active=False)
    done = import_opml(b"https://a.example/rss", by="ed", now=NOW, is_dry=True)
    feed.refresh_from_db()
    assert (done.added, feed.removed_at) == (1, NOW)
    import_opml(b"https://a.example/rss", by="ed", now=NOW)
    feed.refresh_from_db()
    assert (feed.removed_at, feed.changes.get().verb) == (None, "restored")
