"""Plain builders of rows and feeds for tests. The sentences are our own."""

from datetime import UTC, datetime
from email.utils import format_datetime
from xml.sax.saxutils import escape

from tests.conftest import NOW
from tracker.alerts.models import Alert, Subscriber
from tracker.classify import encoder
from tracker.events.intake.processing import LoadedClassifier, process_entry
from tracker.events.models import Entity, Event, EventEntity, Report
from tracker.events.record.derived.columns import reindex
from tracker.events.record.entities import get_entity
from tracker.feeds.entries import tally
from tracker.feeds.models import Entry, Feed, Source
from tracker.feeds.network.domains import registrable_domain


def day(text):
    """Nine in the morning of "2017-10-27"."""
    return datetime.fromisoformat(f"{text}T09:00:00+00:00")


DAY = datetime(2017, 10, 27, 9, 0, tzinfo=UTC)


def feed(url="https://news.example/rss", **values):
    source, _ = Source.objects.get_or_create(
        host=values.pop("host", "news.example"), defaults={"name": "Example News"}
    )
    given = {"title": "Example News", "next_poll_at": NOW, "created_at": NOW} | values
    return Feed.objects.create(source=source, url=url, domain=registrable_domain(url), **given)


def entry(title="Twitter bans ads from RT and Sputnik", **values):
    number = Entry.objects.count() + 1
    its_feed = values.pop("feed", None) or Feed.objects.first() or feed()
    given = {
        "feed": its_feed,
        "source": its_feed.source,
        "key": f"key-{number}",
        "content_hash": f"hash-{number}",
        "link": f"https://news.example/{number}",
        "title": title,
        "published_at": DAY,
        "first_seen_at": NOW,
        "changed_at": NOW,
        "process_at": NOW,
    }
    made = Entry.objects.create(**(given | values))
    tally([(its_feed.pk, 1, int(made.is_news))], made.first_seen_at)
    return made


def processed(title="Twitter bans ads from RT and Sputnik", **values):
    """The id of the event that the entry came into, or None; read as a worker reads it."""
    return process_entry(entry(title, **values), NOW, LoadedClassifier(sentence=encoder.load()))


def event(headline="Twitter bars RT from advertising", **values):
    """An event; its headline is a person's own, "" for the one that the facts make."""
    parties = [
        *(get_entity(Entity.Type.PLATFORM, p) for p in values.pop("platforms", ["twitter"])),
        *(get_entity(Entity.Type.TARGET, t) for t in values.pop("targets", ["RT"])),
        *(get_entity(Entity.Type.COUNTRY, c) for c in values.pop("countries", ["RU"])),
    ]
    given = {
        "kind": "ad_ban",
        "own_headline": headline,
        "occurred": "2017-10-26",
        "recorded_at": NOW,
        "changed_at": NOW,
    }
    made = Event.objects.create(**(given | values))
    EventEntity.objects.bulk_create(EventEntity(event=made, entity=e) for e in parties)
    reindex([made.pk])
    made.refresh_from_db()
    return made


def report(of, entry_=None, **values):
    made = Report.objects.create(event=of, entry=entry_ or entry(), added_at=NOW, **values)
    reindex([of.pk])
    return made


def reports(of, entries):
    """Reports of one event, whose derived columns are set once."""
    made = Report.objects.bulk_create(Report(event=of, entry=e, added_at=NOW) for e in entries)
    reindex([of.pk])
    return made


def alert(query="", **values):
    given = {
        "rate": "instant",
        "state": "active",
        "created_at": NOW,
        "confirmed_at": NOW,
        "told_from": NOW,
    }
    its_reader = values.pop("subscriber", None) or reader(
        values.pop("address", "reader@example.org")
    )
    return Alert.objects.create(query=query, subscriber=its_reader, **(given | values))


def reader(address="reader@example.org", **values):
    return Subscriber.objects.get_or_create(address=address, defaults={"created_at": NOW} | values)[
        0
    ]


def rss(*items, language="en"):
    """An RSS 2.0 feed; an item is a dict of title, description, link, guid, published, content,
    source (name and address).
    """
    body = "".join(_item(**item) for item in items)
    return (
        '<?xml version="1.0" encoding="UTF-8"?><rss version="2.0"'
        ' xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel><title>Example</title>'
        f"<link>https://news.example/</link><language>{language}</language>{body}</channel></rss>"
    ).encode()


def _item(*, title="", description="", link="", guid="", published=None, content="", source=()):
    pieces = {"title": title, "description": description, "link": link, "guid": guid}
    text = "".join(f"<{name}>{escape(value)}</{name}>" for name, value in pieces.items() if value)
    if published:
        text += f"<pubDate>{format_datetime(published)}</pubDate>"
    if content:
        text += f"<content:encoded>{escape(content)}</content:encoded>"
    if source:
        text += f'<source url="{source[1]}">{escape(source[0])}</source>'
    return f"<item>{text}</item>"
