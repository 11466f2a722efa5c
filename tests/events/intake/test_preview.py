import pytest

from tests import make
from tests.conftest import NOW
from tracker.events.intake.preview import preview_feed
from tracker.events.models import Entity
from tracker.events.record.entities import add_alias, get_entity
from tracker.feeds.parsing.parse import parse

pytestmark = pytest.mark.django_db
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


def test_a_preview_uses_the_names_that_editors_added():
    add_alias(get_entity(Entity.Type.TARGET, "Malo K"), "Malo Kante", by="ed")
    body = make.rss({"title": "YouTube suspends the channel of Malo Kante", "guid": "1"})
    (entry,) = preview_feed(parse(body, url="https://news.example/rss", now=NOW))
    assert entry.classification.targets == ("Malo K",)
