from datetime import timedelta

import pytest

from tests import make
from tests.conftest import NOW, Answer
from tracker.feeds.fetch import FetchError
from tracker.feeds.models import Entry, Feed, Poll
from tracker.feeds.services import LEASE, add_feed, claim_due, import_opml, poll

pytestmark = pytest.mark.django_db


def polled(feed):
    Feed.objects.filter(pk=feed.pk).update(next_poll_at=NOW)
    (found,) = poll(claim_due(NOW))
    return found


def test_new_entries_are_stored_once_and_wait_for_classification(server, local):
    server.pages["/"] = Answer(make.rss({"title": "a", "guid": "1"}, {"title": "b", "guid": "2"}))
    feed = make.feed(f"{server.url}/", language="fr")
    assert polled(feed).new == 2
    assert polled(feed).new == 0
    assert Entry.objects.filter(process_at__isnull=False, language="fr").count() == 2


def test_a_changed_entry_is_updated_and_waits_again(server, local):
    server.pages["/"] = Answer(make.rss({"title": "a", "guid": "1"}))
    feed = make.feed(f"{server.url}/")
    polled(feed)
    Entry.objects.update(process_at=None)
    server.pages["/"] = Answer(make.rss({"title": "b", "guid": "1"}))
    assert polled(feed).changed == 1
    entry = Entry.objects.get()
    assert (entry.title, entry.process_at is not None) == ("b", True)


def test_h1_a_304_is_asked_for_and_stores_nothing_but_the_poll(server, local):
    server.pages["/"] = Answer(make.rss({"title": "a", "guid": "1"}), headers={"ETag": '"x"'})
    feed = make.feed(f"{server.url}/")
    polled(feed)
    polled(feed)
    assert server.seen[1][1]["if-none-match"] == '"x"'
    assert list(feed.polls.order_by("pk").values_list("status", "new")) == [(200, 1), (304, 0)]
    feed.refresh_from_db()
    assert feed.state == Feed.State.UNCHANGED


def test_the_user_agent_says_who_asks(server, local, settings):
    settings.CONTACT = "https://tracker.example/about"
    server.pages["/"] = Answer(make.rss({"title": "a"}))
    polled(make.feed(f"{server.url}/"))
    assert "+https://tracker.example/about" in server.seen[0][1]["user-agent"]


def test_f8_after_a_failure_old_entries_stay_and_the_next_success_counts_from_none(server, local):
    server.pages["/"] = Answer(make.rss({"title": "a", "guid": "1"}))
    feed = make.feed(f"{server.url}/")
    polled(feed)
    server.pages["/"] = Answer(b"<html>maintenance</html>")
    assert polled(feed).state == "not_a_feed"
    feed.refresh_from_db()
    assert (feed.failures, Entry.objects.count()) == (1, 1)
    server.pages["/"] = Answer(make.rss({"title": "a", "guid": "1"}))
    assert polled(feed).state == "unchanged"
    feed.refresh_from_db()
    assert (feed.failures, feed.error) == (0, "")


def test_q3_a_second_worker_gets_nothing():
    make.feed()
    assert len(claim_due(NOW)) == 1
    assert claim_due(NOW) == []


def test_q1_a_claim_ends_with_its_lease():
    make.feed()
    claim_due(NOW)
    assert len(claim_due(NOW + LEASE + timedelta(seconds=1))) == 1


def test_q1_a_poll_whose_claim_was_taken_over_stores_nothing(server, local):
    server.pages["/"] = Answer(make.rss({"title": "a"}))
    make.feed(f"{server.url}/")
    late = claim_due(NOW)
    claim_due(NOW + LEASE + timedelta(seconds=1))
    assert list(poll(late)) == []
    assert (Entry.objects.count(), Poll.objects.count()) == (0, 0)


def test_f1_a_private_feed_is_kept_not_fetched_and_says_why(server):
    feed, is_new = add_feed(url=f"{server.url}/", now=NOW)
    assert is_new
    assert feed.state == Feed.State.NOT_ALLOWED
    assert polled(feed).state == "not_allowed"
    assert server.seen == []


def test_a_feed_without_a_title_takes_its_own_once_read(server, local):
    server.pages["/"] = Answer(make.rss({"title": "a"}))
    add_feed(url=f"{server.url}/", now=NOW)
    add_feed(url=f"{server.url}/?", title="Mine", now=NOW)
    server.pages["/?"] = server.pages["/"]
    list(poll(claim_due(NOW)))
    assert list(Feed.objects.order_by("pk").values_list("title", flat=True)) == ["Example", "Mine"]


def test_an_address_that_is_none_is_refused():
    with pytest.raises(FetchError, match="only http"):
        add_feed(url="ftp://a.example/", now=NOW)


def test_an_import_goes_on_after_a_bad_line_and_names_it():
    data = b'<opml><body>\n<outline xmlUrl="file:///x"/>\n<outline xmlUrl="https://a.example/rss"/></body></opml>'
    done = import_opml(data, now=NOW)
    assert (done.added, done.known) == (1, 0)
    assert done.refused[0].startswith("line 2: file:///x")
    assert import_opml(data, now=NOW).known == 1
