"""Change feeds for editors: each function is one change in one transaction, logged with who made it
and when. A feed is never deleted, since its entries and the events based on them stay.
"""

import ipaddress
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext as _

from tracker.feeds.identity.publisher import is_known_aggregator
from tracker.feeds.limits import HOST_LIMIT, TITLE_LIMIT, URL_LIMIT
from tracker.feeds.models import Entry, Feed, FeedChange, FeedWeek
from tracker.feeds.network.addresses import AddressError, completed, parse, spellings
from tracker.feeds.network.client import check_url
from tracker.feeds.network.domains import registrable_domain
from tracker.feeds.network.types import FetchError
from tracker.feeds.parsing.types import is_language_tag
from tracker.redact import MASK, without_secrets
from tracker.text import clean_text

GROUP_LIMIT = 100
Verb = FeedChange.Verb


class FeedChangeError(ValueError):
    """A change of a feed that is not possible; the message says why."""


@dataclass(frozen=True)
class FeedFacts:
    """The values of a feed that an editor can set."""

    title: str
    url: str = field(repr=False)  # may contain a password
    group: str
    language: str
    country: str
    is_aggregator: bool


def is_country_code(text: str) -> bool:
    """Return whether a text has the form of an ISO 3166 code, as in "FR"."""
    return re.fullmatch("[A-Za-z]{2}", text) is not None


def private_address_reason(url: str) -> str:
    """Return why an address may not be fetched; "" if it may."""
    try:
        check_url(url, [ipaddress.ip_network(n) for n in settings.ALLOWED_NETWORKS])
    except FetchError as error:
        return error.reason
    return ""


def record_change(
    feed_id: int, verb: FeedChange.Verb, before: str, after: str, *, by: str, now: datetime
) -> None:
    """Log who changed what about a feed."""
    FeedChange.objects.create(
        feed_id=feed_id,
        at=now,
        by=by,
        verb=verb,
        before=before[:URL_LIMIT],
        after=after[:URL_LIMIT],
    )


@dataclass(frozen=True)
class _Line:
    """The parts of a logged change other than the feed and the words."""

    verb: FeedChange.Verb
    by: str
    now: datetime


def pause_feeds(ids: Iterable[int], *, by: str, now: datetime) -> int:
    """Stop polling feeds until they are resumed; return how many were not paused before."""
    values = {"paused_at": now, "is_active": False}
    return _change_each(
        ids, Q(paused_at=None, removed_at=None), values, _Line(Verb.PAUSED, by, now)
    )


def resume_feeds(ids: Iterable[int], *, by: str, now: datetime) -> int:
    """Poll paused feeds again, at once; return how many were paused."""
    values = {"paused_at": None, "is_active": True, "next_poll_at": now, "attempts": 0}
    paused = Q(paused_at__isnull=False, removed_at=None)
    return _change_each(ids, paused, values, _Line(Verb.RESUMED, by, now))


def remove_feeds(ids: Iterable[int], *, by: str, now: datetime) -> int:
    """Stop following feeds; their entries stay. A running poll stores nothing more."""
    values = {"removed_at": now, "is_active": False, "claim": None}
    return _change_each(ids, Q(removed_at=None), values, _Line(Verb.REMOVED, by, now))


def restore_feeds(ids: Iterable[int], *, by: str, now: datetime) -> int:
    """Follow removed feeds again, from now on; merged feeds stay merged."""
    removed = Q(removed_at__isnull=False, merged_into=None)
    values = {
        "removed_at": None,
        "paused_at": None,
        "is_active": True,
        "next_poll_at": now,
        "attempts": 0,
    }
    return _change_each(ids, removed, values, _Line(Verb.RESTORED, by, now))


def set_group(ids: Iterable[int], group: str, *, by: str, now: datetime) -> int:
    """Put feeds into a category, "" for none; return how many were in a different one."""
    group = clean_text(group, GROUP_LIMIT)
    other = Q(removed_at=None) & ~Q(group=group)
    return _change_each(
        ids,
        other,
        {"group": group},
        _Line(Verb.GROUPED, by, now),
        lambda feed: (feed.group, group),
    )


def _no_words(feed: Feed) -> tuple[str, str]:
    return "", ""


@transaction.atomic
def _change_each(
    ids: Iterable[int],
    which: Q,
    values: Mapping[str, object],
    line: _Line,
    words: Callable[[Feed], tuple[str, str]] = _no_words,
) -> int:
    """Set values of the feeds that match `which`, with a log line for each; return their number."""
    feeds = list(Feed.objects.select_for_update().filter(which, pk__in=set(ids)).order_by("pk"))
    Feed.objects.filter(pk__in=[feed.pk for feed in feeds]).update(**values)
    for feed in feeds:
        record_change(feed.pk, line.verb, *words(feed), by=line.by, now=line.now)
    return len(feeds)


@transaction.atomic
def edit_feed(feed_id: int, facts: FeedFacts, *, by: str, now: datetime) -> int:
    """Set a feed's values, with a log line for each that differs; return how many did. An empty
    title or address means no change. Raises FeedChangeError.
    """
    feed = Feed.objects.select_for_update().get(pk=feed_id)
    if feed.merged_into_id is not None:
        words = _("This feed was merged into feed %(number)d. Edit that one instead.")
        raise FeedChangeError(words % {"number": feed.merged_into_id})
    if feed.removed_at is not None:
        raise FeedChangeError(_("This feed was removed. Restore it first."))
    if facts.language and not is_language_tag(facts.language):
        raise FeedChangeError(_("Enter a language tag like fr or pt-BR"))
    if facts.country and not is_country_code(facts.country):
        raise FeedChangeError(_("Choose a country from the list"))
    changes = [*_differences(feed, facts), *_moved(feed, facts, now)]
    for verb, before, after, values in changes:
        Feed.objects.filter(pk=feed.pk).update(**values)
        record_change(feed.pk, verb, before, after, by=by, now=now)
    return len(changes)


Difference = tuple[FeedChange.Verb, str, str, dict[str, object]]  # before, after, what is stored


def _differences(feed: Feed, facts: FeedFacts) -> Iterator[Difference]:
    texts = (
        (Verb.RENAMED, "title", clean_text(facts.title, TITLE_LIMIT) or feed.title),
        (Verb.GROUPED, "group", clean_text(facts.group, GROUP_LIMIT)),
        (Verb.LANGUAGE, "language", facts.language),
        (Verb.COUNTRY, "country", facts.country.upper()),
    )
    for verb, name, value in texts:
        if value != getattr(feed, name):
            yield verb, getattr(feed, name), value, {name: value}
    if facts.is_aggregator != feed.is_aggregator:
        before, after = ("yes", "no") if feed.is_aggregator else ("no", "yes")
        yield Verb.AGGREGATOR, before, after, {"is_aggregator": facts.is_aggregator}


def _moved(feed: Feed, facts: FeedFacts, now: datetime) -> list[Difference]:
    """Return the change to a new address; none if it is the old one, as stored or as shown."""
    text = clean_text(facts.url)
    if text in {"", feed.url, without_secrets(feed.url)}:
        return []
    if MASK in text:
        raise FeedChangeError(_("Enter the whole address, with its key or password"))
    try:
        address = parse(completed(text))
    except AddressError as error:
        raise FeedChangeError(_("This is not a web address.")) from error
    url = str(address)
    if url == feed.url:
        return []
    if other := Feed.objects.filter(url__in=spellings(address)).exclude(pk=feed.pk).first():
        raise FeedChangeError(
            _("Feed %(number)d has this address already. Merge the two instead.")
            % {"number": other.pk}
        )
    domain = registrable_domain(url)[:HOST_LIMIT]
    values = {"domain": domain, "former_url": feed.url, **_new_address(url, now)}
    if domain != feed.domain:  # the trust to name other publishers was for the old one
        changed_by_hand = facts.is_aggregator != feed.is_aggregator
        trusted = facts.is_aggregator if changed_by_hand else is_known_aggregator(url)
        values["is_aggregator"] = trusted
    return [(Verb.MOVED, without_secrets(feed.url), without_secrets(url), values)]


def _new_address(url: str, now: datetime) -> dict[str, object]:
    """Return the values of a feed at an address that was never polled."""
    refused = private_address_reason(url)
    return {
        "url": url,
        "etag": "",
        "last_modified": "",
        "body_hash": "",
        "marks": b"",
        "moved_to": "",
        "moved_since": None,
        "failures": 0,
        "attempts": 0,
        "claim": None,
        "next_poll_at": now,
        "faults": 0,
        "fault": "",
        # Its next poll counts as a first poll, so that old entries are not mailed as news.
        "succeeded_at": None,
        "state": Feed.State.NOT_ALLOWED if refused else Feed.State.NEW,
        "error": refused,
        "cause": "address_private" if refused else "",
    }


@dataclass(frozen=True)
class MergedEntries:
    """How many entries moved to the other feed, and how many it already had, which stay."""

    moved: int
    doubles: int


@transaction.atomic
def merge_feeds(feed_id: int, into_id: int, *, by: str, now: datetime) -> MergedEntries:
    """Merge two feeds: the entries of the first move to the second, and the first is removed for
    good. An entry that the second already has, by key or link, stays with the first, so that
    nothing is lost or duplicated. Raises FeedChangeError.
    """
    locked = Feed.objects.select_for_update().filter(pk__in=[feed_id, into_id]).order_by("pk")
    feeds_by_id = {feed.pk: feed for feed in locked}
    if feed_id == into_id or len(feeds_by_id) < 2:
        raise FeedChangeError(_("Enter the number of another feed"))
    feed, into = feeds_by_id[feed_id], feeds_by_id[into_id]
    if feed.merged_into_id or into.removed_at:
        raise FeedChangeError(_("One of the feeds has already been removed or merged"))
    moving, doubles = _moving(feed_id, into_id), _doubles(feed_id, into_id).count()
    rows = list(moving.values_list("first_seen_at", "is_news"))
    _move_weeks(feed, into, [(at.date(), is_news) for at, is_news in rows])
    moving.update(feed=into)
    Feed.objects.filter(merged_into=feed).update(merged_into=into)
    Feed.objects.filter(pk=feed.pk).update(
        removed_at=now, merged_into=into, is_active=False, claim=None
    )
    times = [at for at in (feed.new_entry_at, into.new_entry_at) if at is not None]
    # A running poll of either feed used entries that have moved: it stores nothing, and the
    # remaining feed is polled again.
    is_polled_now = into.is_active and into.claim is not None
    Feed.objects.filter(pk=into.pk).update(
        claim=None,
        new_entry_at=max(times, default=None),
        next_poll_at=now if is_polled_now else F("next_poll_at"),
    )
    record_change(feed.pk, Verb.MERGED, feed.title, into.title, by=by, now=now)
    record_change(into.pk, Verb.ABSORBED, feed.title, into.title, by=by, now=now)
    return MergedEntries(len(rows), doubles)


def preview_merge(feed_id: int, into_id: int) -> MergedEntries:
    """Return the effects of a merge, without merging."""
    doubles = _doubles(feed_id, into_id).count()
    return MergedEntries(_moving(feed_id, into_id).count(), doubles)


def _is_known_to(into_id: int) -> Q:
    """Return the condition for entries that a feed already has, by their key or link."""
    known = Entry.objects.filter(feed=into_id)
    same_link = ~Q(link_hash="") & Q(link_hash__in=known.values("link_hash"))
    return Q(key__in=known.values("key")) | same_link


def _doubles(feed_id: int, into_id: int) -> QuerySet[Entry]:
    return Entry.objects.filter(_is_known_to(into_id), feed=feed_id)


def _moving(feed_id: int, into_id: int) -> QuerySet[Entry]:
    return Entry.objects.filter(feed=feed_id).exclude(_is_known_to(into_id))


def _move_weeks(feed: Feed, into: Feed, entries: Iterable[tuple[date, bool]]) -> None:
    """Add the moving entries to the weekly counts of the other feed; see FeedWeek."""
    stored: Counter[date] = Counter()
    news: Counter[date] = Counter()
    for day, is_news in entries:
        week = day - timedelta(days=day.weekday())
        stored[week] += 1
        news[week] += is_news
    for week, count in sorted(stored.items()):
        FeedWeek.objects.get_or_create(feed=into, week=week)
        FeedWeek.objects.filter(feed=into, week=week).update(
            stored=F("stored") + count, news=F("news") + news[week]
        )
        for own in FeedWeek.objects.filter(feed=feed, week=week):
            FeedWeek.objects.filter(pk=own.pk).update(
                stored=max(0, own.stored - count), news=max(0, own.news - news[week])
            )
