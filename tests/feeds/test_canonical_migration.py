"""F1: addresses that were stored before there was one spelling get it, and no entry is lost."""

import importlib
from datetime import timedelta

import pytest
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from hypothesis import given, settings
from hypothesis import strategies as st

from tests import make
from tests.conftest import NOW
from tracker.feeds.migrations._addresses import canonical
from tracker.feeds.models import Entry, Feed
from tracker.feeds.network.addresses import AddressError, parse
from tracker.feeds.services import add_feed

OLD = "HTTP://News.Example:80/a b#top"
NEW = "http://news.example/a%20b"


def migrate(app, name):
    """Does what a migration does, with its own models; the tables are those of now."""
    migration = importlib.import_module(f"tracker.{app}.migrations.{name}")
    state = MigrationLoader(connection).project_state((app, name))
    with connection.schema_editor() as editor:
        migration.respell(state.apps, editor)


def respell_feeds():
    migrate("feeds", "0007_canonical_addresses")


@pytest.mark.django_db(transaction=True)
class TestFeeds:
    def test_an_old_spelling_becomes_the_one_that_is_looked_for(self):
        feed = make.feed(OLD, moved_to="HTTP://B.example")
        entry = make.entry(feed=feed)
        respell_feeds()
        feed.refresh_from_db()
        assert (feed.url, feed.moved_to, feed.is_active) == (NEW, "http://b.example/", True)
        assert add_feed(url=OLD, now=NOW) == (feed, False)
        assert list(feed.entries.all()) == [entry]

    def test_of_two_feeds_of_one_address_one_is_stopped_with_the_reason(self):
        old, new = make.feed(OLD, state="working"), make.feed(NEW, state="working")
        entries = [make.entry(feed=old), make.entry(feed=new)]
        for _ in range(2):  # twice is the same as once
            respell_feeds()
            old.refresh_from_db()
            new.refresh_from_db()
            assert (old.url, old.is_active, old.state) == (OLD, False, "not_allowed")
            assert (
                old.error
                == f"stopped: this is the address of feed {new.pk}, which is polled instead"
            )
            assert (new.url, new.is_active, new.state) == (NEW, True, "working")
        assert list(Entry.objects.order_by("pk")) == entries
        assert add_feed(url=OLD, now=NOW) == (new, False)

    def test_an_address_that_was_polled_is_polled_on(self):
        make.feed(OLD, next_poll_at=NOW)
        new = make.feed(NEW, is_active=False, state="gone", error="HTTP 410")
        respell_feeds()
        new.refresh_from_db()
        assert (new.is_active, new.next_poll_at, new.state, new.error) == (True, NOW, "new", "")

    def test_of_two_old_spellings_the_one_that_was_read_last_goes_on(self):
        first = make.feed(OLD, succeeded_at=NOW - timedelta(days=3))
        last = make.feed(f"{OLD}2", succeeded_at=NOW)
        stopped = make.feed(f"{OLD}3", succeeded_at=NOW, is_active=False)
        respell_feeds()
        for feed in (first, last, stopped):
            feed.refresh_from_db()
        assert (last.url, last.is_active) == (NEW, True)
        assert (first.url, first.is_active, stopped.is_active) == (OLD, False, False)
        assert first.error.startswith(f"stopped: this is the address of feed {last.pk}")

    def test_what_is_no_address_stays(self):
        urls = ["http://0x7f.1/rss", "http://[::1%25lo]/", "ftp://a.example/", "x"]
        for url in urls:
            make.feed(url)
        respell_feeds()
        assert sorted(Feed.objects.values_list("url", flat=True)) == sorted(urls)

    def test_web_hooks_too(self):
        alert = make.alert(hook_url="HTTPS://Hooks.Example/a#b")
        other = make.alert(address="b@example.org")
        migrate("alerts", "0010_canonical_hooks")
        for row in (alert, other):
            row.refresh_from_db()
        assert (alert.hook_url, other.hook_url) == ("https://hooks.example/a", "")


@given(st.text(max_size=40) | st.from_regex(r"https?://[a-zA-Z0-9.:@%\[\]äß]{1,20}(/.{0,9})?"))
@settings(max_examples=200, deadline=None)
def test_the_frozen_form_is_the_one_that_is_used(text):
    try:
        address = str(parse(text))
    except AddressError:
        address = None
    assert canonical(text) == address
