"""One story through every room: a feed is polled, its entry becomes a reaction in an event of the
history, the timeline shows it, a subscriber is mailed, and stops the mails.
"""

import os
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.core import mail
from django.utils import timezone

from tests import make
from tests.conftest import Answer
from tests.thorough import IS_WHOLE
from tracker import tasks
from tracker.celery import app
from tracker.events.intake.history_csv import SHIPPED_HISTORY
from tracker.events.intake.history_import import import_history
from tracker.events.models import Event
from tracker.feeds.services import add_feed

pytestmark = pytest.mark.django_db
PUBLISHED = datetime(2017, 10, 27, 14, 0, tzinfo=UTC)
TITLE = "Moscou dénonce la décision de Twitter contre RT et Sputnik"
FIRST = (
    "Le Kremlin a regretté vendredi que Twitter, en privant RT et Sputnik de publicité, traite"
    " ses clients de façon inégale."
)
REST = (
    "Twitter a annoncé ce 26 octobre qu'il interdit à RT et à Sputnik d'acheter de la publicité."
    " Le ministère des Affaires étrangères promet des mesures de rétorsion."
)


def article():
    """(title, first sentence, full text): our own, or those of the file that SAMPLE_ARTICLE names,
    whose first paragraph is its first sentence.
    """
    path = os.environ.get("SAMPLE_ARTICLE")
    if not path:
        return TITLE, FIRST, f"{FIRST} {REST}"
    full = Path(path).read_text("utf-8")
    return TITLE, full.partition("\n")[0], full


def history():
    """The shipped history; in a quick run the lines that tell of the platform alone."""
    head, *lines = SHIPPED_HISTORY.read_text("utf-8").splitlines(keepends=True)
    told = lines if IS_WHOLE else [line for line in lines if line.startswith("twitter-")]
    return "".join([head, *told]).encode()


@pytest.fixture
def at_once(monkeypatch):
    """Queued tasks run on the spot."""
    monkeypatch.setitem(app.conf, "task_always_eager", True)
    monkeypatch.setitem(app.conf, "task_eager_propagates", True)


def subscribe(client):
    """Follows ad bans by the pages, as a reader does; the path that stops the mails."""
    client.post("/alerts/new?kind=ad_ban", {"address": "reader@example.org", "rate": "instant"})
    tasks.send_due()
    confirm, stop = re.findall(
        r"http\S+?(/alerts/(?:confirm|stop)/\S+)", str(mail.outbox.pop().body)
    )
    client.post(confirm)
    return stop


def served(server, *, with_full_text):
    title, first, full = article()
    item = {"title": title, "description": first, "link": "https://news.example/peskov"}
    if with_full_text:
        item["content"] = full
    server.pages["/rss"] = Answer(make.rss(item | {"published": PUBLISHED}, language="fr"))
    feed, _ = add_feed(url=f"{server.url}/rss", title="Example News", now=timezone.now())
    return feed


@pytest.mark.parametrize("with_full_text", [False, True], ids=["first sentence", "full text"])
def test_an_article_becomes_a_reaction_on_the_timeline_and_in_a_mail(
    server, local, client, at_once, with_full_text
):
    import_history(history(), timezone.now())
    act = Event.objects.get(ref="twitter-ad_ban-rt-sputnik-2017-10")
    stop = subscribe(client)
    served(server, with_full_text=with_full_text)

    tasks.poll_due_feeds()

    report = act.reports.get(entry__isnull=False)
    assert report.entry is not None
    found = report.entry.classification
    assert (found.kinds[0], found.platforms, found.coverage) == ("ad_ban", ["twitter"], "reaction")
    assert set(found.targets) == {"RT", "Sputnik"}
    if with_full_text:
        assert (found.occurred, found.occurred_source) == ("2017-10-26", "text")
    assert report.role == "reaction"
    act.refresh_from_db()
    assert act.occurred == "2017-10-26"

    timeline = client.get("/?q=sputnik&kind=ad_ban&since=2017-10&until=2017-10").content.decode()
    assert act.headline in timeline
    assert article()[0] in re.sub("</?mark[^>]*>", "", timeline)
    page = client.get(f"/events/{act.pk}").content.decode()
    assert "<h2>Reactions</h2>" in page
    assert "<mark" in page

    tasks.send_due()
    (sent,) = mail.outbox
    assert act.headline in sent.subject
    assert article()[0] in sent.body
    assert client.post(stop).status_code == 200
    tasks.sweep()
    tasks.send_due()
    assert len(mail.outbox) == 1
