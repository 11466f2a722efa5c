"""Feeds whose publishers change guids, links, hosts, headlines and texts from fetch to fetch,
polled over simulated days; what comes of it.
"""

import hashlib
import random
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import timedelta
from unittest import mock
from urllib.parse import urlsplit

from django.db.models import Min

from tests import make
from tests.conftest import NOW
from tracker.feeds.models import Entry, EntryVersion, Feed
from tracker.feeds.network.types import Fetched, Response
from tracker.feeds.parsing.parse import parse
from tracker.feeds.plan import JITTER
from tracker.feeds.polling import polls
from tracker.feeds.polling.claims import claim_due
from tracker.feeds.read import Read

TICK = timedelta(minutes=5)
SHOWN = 15  # items of a body
HABITS = (
    "still", "rotating", "slugs", "tracking", "hosts", "edits", "paywall", "releases", "no guid",
    "all guids", "google news",
)  # fmt: skip
SUBJECTS = (
    "Meta", "Telegram", "TikTok", "X", "YouTube", "Google", "Apple", "Reddit", "Twitch", "Discord",
)  # fmt: skip
VERBS = (
    "removes", "blocks", "restores", "labels", "limits", "demotes", "bans", "opens", "fines",
    "reviews",
)  # fmt: skip
OBJECTS = (
    "the page of a party", "an archive of songs", "adverts for pills", "a map of the border",
    "clips of a march", "the account of a mayor", "a game for children", "posts on the vote",
    "a list of shops", "letters of a judge",
)  # fmt: skip
PLACES = (
    "Arland", "Borland", "Corland", "Dorland", "Erland", "Forland", "Gorland", "Horland", "Irland",
    "Jorland",
)  # fmt: skip
WHY = (
    "after a complaint", "over a new law", "by mistake", "for a week", "without a word", "at last",
)  # fmt: skip
PAYWALL = "Subscribe to read the whole article."


@dataclass
class Article:
    number: int
    title: str
    summary: str
    at: object
    renames: int = 0


class Publisher:
    """One feed's articles, and how it shows them."""

    def __init__(self, number, seed, moves_at, pace):
        self.pace = pace
        self.moves_at = moves_at
        self.habit = HABITS[number % len(HABITS)]
        self.random = random.Random(f"{seed} {number}")
        self.host = f"paper{number}.example"
        self.url = f"https://{self.host}/rss"
        if self.habit == "google news":
            self.url = f"https://news.google.com/rss/search?q=topic{number}"
        self.articles = []
        self.by_title = {}
        self.shown = set()
        self.next_at = NOW
        self.fetches = 0

    def write_until(self, now):
        """Publishes what is due, and edits what was there."""
        while self.next_at <= now:
            self.publish(self.next_at)
            self.next_at += timedelta(hours=self.pace * self.random.choice([1, 2, 5, 9]))

    def publish(self, at):
        number = len(self.articles)
        parts = [self.random.choice(p) for p in (SUBJECTS, VERBS, OBJECTS, PLACES, WHY)]
        title = f"{parts[0]} {parts[1]} {parts[2]} in {parts[3]} {parts[4]}"
        if title in self.by_title:
            return
        summary = (
            f"What happened to {parts[2]} in {parts[3]} was told by {self.random.choice(SUBJECTS)}"
            f" on the {number}th day of the dispute, and {self.random.choice(VERBS)} is the word. "
        ) * 3
        article = Article(number, title, summary if self.habit != "releases" else "", at)
        self.rename(article, title)
        self.articles.append(article)

    def rename(self, article, title):
        article.title = title
        self.by_title[title] = article.number

    def body(self, now):
        self.fetches += 1
        self.write_until(now)
        items = self.articles[-SHOWN:][::-1]
        if self.habit == "google news":
            items = self.ranked(items)
        self.shown |= {article.number for article in items}
        for article in items:
            if self.random.random() < 0.05:
                self.edit(article)
        return make.rss(*(self.item(a, now) for a in items))

    def ranked(self, articles):
        """Articles in the order of the hour; some that were there before stay away for a while."""
        stays = [a for a in articles if a.number not in self.shown or self.random.random() < 0.8]
        return self.random.sample(stays, len(stays))

    def edit(self, article):
        if article.renames or self.habit not in {"edits", "slugs", "paywall"}:
            return
        article.renames += 1
        if self.habit == "paywall":
            article.summary = PAYWALL
        elif self.random.random() < 0.5 and self.habit == "edits":
            article.summary += "A word was added later."
        else:
            self.rename(article, f"{article.title}, lawyers say")

    def item(self, article, now):
        guid, link, at = self.names(article, article.number, is_late=now > self.moves_at)
        words = {"title": article.title, "description": article.summary}
        if self.habit == "google news":
            name, host = f"Paper {article.number % 7}", f"paper{article.number % 7}.example"
            words["title"] = f"{article.title} - {name}"
            words["description"] = f'<a href="{link}">{article.title}</a> <font>{name}</font>'
            words["source"] = (name, f"https://{host}")
        return words | {"guid": guid, "link": link, "published": at}

    def names(self, article, n, *, is_late):
        """Guid, link and date of an article as this publisher shows them at this fetch."""
        guid, link = f"https://{self.host}/?p={n}", f"https://{self.host}/a/{n}"
        rotated = f"https://{self.host}/rss/{n}-{self.fetches}"
        moved = f"https://new-{self.host}/a/{n}" if is_late and n % 2 else link
        slug = f"https://{self.host}/{article.title.replace(' ', '-').lower()}"
        tracked = f"{link}?at_medium={self.fetches}&t={self.fetches}"
        coded = f"CBMi{self.random.randbytes(30).hex()}" if n % 3 else f"CBMi{n:060x}"
        junk = "N/A" if len(self.host) % 2 else ""
        by_habit = {
            "rotating": (rotated, rotated) if n % 3 else (guid, link),
            "slugs": (guid, slug),
            "tracking": (guid, tracked),
            "hosts": (moved, moved),
            "releases": (junk, f"https://{self.host}/press"),
            "no guid": ("", link),
            "google news": (coded, f"https://news.google.com/rss/articles/{coded}?oc=5"),
            "all guids": (f"tag:{n}" if is_late else guid, link),
        }
        off = timedelta(seconds=self.fetches % 2 if self.habit == "rotating" else 0)
        return (*by_habit.get(self.habit, (guid, link)), article.at + off)


@dataclass
class Outcome:
    """What came of it: articles and entries, second copies, articles that are missing, evidence
    whose words changed, entries that came later than one interval, edits kept as versions.
    """

    articles: int = 0
    entries: int = 0
    duplicates: int = 0
    missing: int = 0
    overwritten: int = 0
    late: int = 0
    versions: int = 0


def simulate(feeds, days, pace=1, seed=0):
    """Polls `feeds` feeds over `days` days, every second entry being evidence at once; with
    a greater `pace` articles come more slowly.
    """
    publishers, clock = {}, [NOW]
    evidence: dict[int, list[str]] = {}
    for number in range(feeds):
        publisher = Publisher(number, seed, NOW + timedelta(days=days / 3), pace)
        host = urlsplit(publisher.url).hostname
        feed = make.feed(publisher.url, host=host, is_aggregator=host != publisher.host)
        publishers[feed.pk] = publisher
    result = Outcome()

    def read(claimed):
        yield [answered(feed, publishers[feed.pk].body(clock[0]), clock[0]) for feed in claimed]

    with ExitStack() as patches:
        patches.enter_context(mock.patch.object(polls, "read", read))
        now = patches.enter_context(mock.patch("tracker.database_time.now"))
        while clock[0] < NOW + timedelta(days=days):
            now.return_value = clock[0]
            result.late += polled_late(clock[0], evidence)
            due = Feed.objects.aggregate(due=Min("next_poll_at"))["due"]
            clock[0] = max(clock[0] + TICK, due)
    count_up(result, publishers)
    words = Entry.objects.filter(pk__in=evidence).values_list("pk", "title", "summary")
    result.overwritten = sum(evidence[pk] != told for pk, *told in words)
    return result


def answered(feed, body, now):
    """The answer to a feed, which is read unless it is the same as before."""
    answer = Response(feed.url, 200, body, "", "", "")
    body_hash = hashlib.sha256(body).hexdigest()
    is_new = body_hash != feed.body_hash
    parsed = parse(body, url=feed.url, known=bytes(feed.marks), now=now) if is_new else None
    return Read(feed, Fetched(0, answer, 0.1), answer, parsed, body_hash)


def polled_late(now, evidence):
    """Polls what is due; how many new entries came later than one interval of their feed."""
    late, before = 0, dict(Feed.objects.values_list("pk", "interval"))
    for polled in polls.poll(claim_due(now, limit=len(before))):
        if not polled.new:
            continue
        fresh = Entry.objects.filter(feed=polled.feed_id, first_seen_at=now)
        for entry in fresh:
            waited = now - entry.published_at
            late += waited > before[polled.feed_id] * (1 + JITTER) + TICK and entry.is_news
            if entry.pk % 2:
                evidence[entry.pk] = [entry.title, entry.summary]
        fresh.filter(pk__in=evidence).update(is_evidence=True)
    return late


def count_up(result, publishers):
    """Holds what is stored against what was published."""
    result.versions = EntryVersion.objects.count()
    for pk, publisher in publishers.items():
        titles = list(Entry.objects.filter(feed=pk).values_list("title", flat=True))
        numbers = {publisher.by_title[title] for title in titles}
        result.articles += len(publisher.shown)
        result.entries += len(titles)
        result.duplicates += len(titles) - len(numbers)
        result.missing += len(publisher.shown - numbers)
