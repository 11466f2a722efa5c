"""What a publisher sends reaches every page as text."""

import re

import pytest
from django.contrib.auth.models import User
from django.utils import timezone

from tests import make
from tests.conftest import NOW
from tracker.events.models import Change, Link, Revision, Suggestion
from tracker.feeds.models import Poll

pytestmark = pytest.mark.django_db
POISON = "<script>alert(1)</script><img src=x onerror=alert(1)>\"'{{7*7}}"


@pytest.fixture
def poisoned(client):
    """Rows whose every text is hostile; the addresses of all the pages that show them."""
    feed = make.feed(title=POISON, error=POISON, group=POISON, state="failing", host=POISON)
    feed.source.name = POISON
    feed.source.save()
    event = make.event(POISON, targets=[POISON], grounds="<b>x")
    entry = make.entry(POISON, feed=feed, summary=POISON, author=POISON, link="")
    make.report(event, entry, reasons=[POISON])
    Poll.objects.create(feed=feed, at=NOW, state="failing", error=POISON)
    Revision.objects.create(
        event=event, at=NOW, field="<b>", before=POISON, after=POISON, reason=POISON, by=POISON
    )
    other = make.event(POISON, platforms=["youtube"], targets=[POISON])
    Link.objects.create(source=event, target=other, type="same", reasons=[POISON])
    given = {"field": "other", "origin": "x", "at": NOW, "event": event, "text": POISON}
    Suggestion.objects.create(**given, url='https://a.example/"><script>alert(1)</script>')
    Suggestion.objects.create(**given, state="declined", answer=POISON)
    change = Change.objects.create(verb="edit", by=POISON, at=timezone.now(), reason=POISON)
    Revision.objects.create(event=event, at=NOW, field="report", after=[1, POISON], change=change)
    client.force_login(User.objects.create_user("ed", is_staff=True))
    return [
        "/",
        f"/events/{event.pk}",
        f"/events/{event.pk}?as_of={NOW:%Y-%m-%d}",
        f"/events/{event.pk}/edit",
        f"/events/{event.pk}/suggest",
        f"/events/{event.pk}/merge?into={other.pk}",
        f"/entities/{event.entities.get(type='target').pk}",
        f"/review?lane=suggested&event={event.pk}",
        "/sources",
        f"/sources/{feed.pk}",
        "/alerts/new",
    ]


def test_x1_x3_it_is_shown_as_text(client, poisoned):
    for address in poisoned:
        text = client.get(address).content.decode()
        assert "<script>alert" not in text
        assert "<img" not in text
        assert "&lt;script&gt;" in text


def test_x1_a_search_is_repeated_as_text(client):
    text = client.get("/", {"q": '"<script>alert(1)</script>"'}).content.decode()
    assert "<script>alert" not in text


def test_x1_no_page_allows_script_or_style_in_its_text(client, poisoned):
    for address in [*poisoned, "/alerts", "/nothing/here", "/?kind=odd"]:
        policy = client.get(address)["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy


def test_x1_templates_have_no_inline_script_or_style(client, poisoned):
    for address in poisoned:
        text = client.get(address).content.decode()
        assert " style=" not in text
        assert "<style" not in text
        assert " onclick" not in text


def test_x4_nothing_is_loaded_from_elsewhere(client, poisoned):
    for address in poisoned:
        text = client.get(address).content.decode()
        assert all(part.startswith("/static/") for part in text.split('src="')[1:])
        for part in text.split("<link ")[1:]:
            assert re.search(r'href="(http://testserver)?/', part.split(">")[0])
