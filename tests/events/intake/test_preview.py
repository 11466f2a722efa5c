from tests import make
from tests.conftest import NOW
from tracker.events.intake.preview import preview_feed
from tracker.feeds.parsing.parse import parse

ACT = "Twitter bans ads from RT and Sputnik"


def feed():
    body = make.rss({"title": ACT, "guid": "1"})
    return parse(body, url="https://news.example/rss", now=NOW)


def test_a_preview_says_what_an_entry_would_be_taken_for():
    (entry,) = preview_feed(feed())
    assert entry.entry.title == ACT
    assert entry.classification.shown


def test_a_preview_uses_the_bands_of_this_installation(settings):
    settings.CLASSIFY_SHOWN = settings.CLASSIFY_UNSURE = 1.0
    (entry,) = preview_feed(feed())
    assert not entry.classification.is_event
