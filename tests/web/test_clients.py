"""Real readers of feeds subscribe to what the site publishes."""

import shutil
import sqlite3
import subprocess

import pytest
import reader

from tests import make

pytestmark = [pytest.mark.services, pytest.mark.django_db(transaction=True)]
HEADLINES = {"Twitter bars RT, Sputnik from advertising", "Россия <blocks> & “Twitter”"}


@pytest.fixture
def feed(live_server):
    make.processed("Twitter bans ads from RT and Sputnik")
    make.event("Россия <blocks> & “Twitter”", kind="platform_block")
    return f"{live_server.url}/events.atom"


def test_newsboat_lists_the_events(feed, tmp_path):
    program = shutil.which("newsboat")
    if program is None:
        pytest.skip("newsboat is not installed")
    (tmp_path / "urls").write_text(f"{feed}\n")
    (tmp_path / "config").touch()
    files = ["-u", tmp_path / "urls", "-c", tmp_path / "cache.db", "-C", tmp_path / "config"]
    for _ in range(2):  # the second time brings nothing twice
        subprocess.run(
            [program, *files, "-x", "reload"], env={"HOME": str(tmp_path)}, check=True, timeout=60
        )
    with sqlite3.connect(tmp_path / "cache.db") as db:
        items = db.execute("SELECT title, url, content FROM rss_item").fetchall()
        (title,) = db.execute("SELECT title FROM rss_feed").fetchone()
    assert {item[0] for item in items} == HEADLINES
    assert len(items) == 2
    assert all("/events/" in url and content for _, url, content in items)
    assert title == "Platform Policy Tracker: everything"


def test_lemon24_reader_reads_updates_and_changes(feed):
    it = reader.make_reader(":memory:")
    it.add_feed(feed)
    it.update_feeds()
    entries = list(it.get_entries())
    assert {entry.title for entry in entries} == HEADLINES
    assert all(
        entry.published and entry.updated and entry.id.startswith("tag:") for entry in entries
    )
    assert it.get_feed(feed).title == "Platform Policy Tracker: everything"
    make.event("YouTube suspends a channel", kind="account_suspension")
    it.update_feed(feed)
    assert it.get_entry_counts().total == 3
