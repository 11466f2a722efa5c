"""Add feeds, one by one or by lists; list them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TypedDict, Unpack

from django.db import transaction
from django.db.models import Case, When

from tracker.feeds import opml
from tracker.feeds.editing.changes import (
    GROUP_LIMIT,
    is_country_code,
    private_address_reason,
    record_change,
    restore_feeds,
)
from tracker.feeds.identity.publisher import is_known_aggregator, publisher_of
from tracker.feeds.limits import HOST_LIMIT, NAME_LIMIT, TITLE_LIMIT
from tracker.feeds.models import Feed, FeedChange, Source
from tracker.feeds.network.addresses import AddressError, completed, parse, spellings
from tracker.feeds.network.domains import registrable_domain
from tracker.feeds.network.types import FetchError
from tracker.feeds.parsing.types import is_language_tag
from tracker.redact import without_secrets
from tracker.site.name import site_name
from tracker.text import clean_text


class FeedDetails(TypedDict, total=False):
    """Details of a feed before it is read; `site` is the address of a page that identifies its
    publisher.
    """

    title: str
    group: str
    language: str
    site: str
    country: str
    is_aggregator: bool


def add_feed(
    *, url: str, now: datetime, by: str = "", **details: Unpack[FeedDetails]
) -> tuple[Feed, bool]:
    """Return the feed at `url`, or at another spelling of it, and whether it is new; it is due at
    once. A removed feed is followed again, and counts as new; for a merged one, the other feed is
    returned. A known aggregator is marked automatically. Raises FetchError if it is not an http(s)
    address. A private address is stored in the state "address not allowed" and never fetched, so
    that the person who added it sees why.
    """
    try:
        address = parse(completed(clean_text(url)))
    except AddressError as error:
        raise FetchError(str(error), code="address", permanent=True, cause=error.cause) from None
    # An address stored by an older version that could not be normalised may be another feed's now.
    known = Feed.objects.filter(url__in=[*spellings(address), clean_text(url)])
    by_likeness = Case(When(url=str(address), then=0), default=1)
    if feed := known.order_by(by_likeness, "-is_active", "pk").first():
        feed = feed.merged_into or feed
        return feed, bool(restore_feeds([feed.pk], by=by, now=now))
    refused = private_address_reason(str(address))
    title, language = details.get("title", ""), details.get("language", "")
    country = details.get("country", "")
    host = _publisher(details.get("site", "")) or publisher_of(str(address)) or address.host
    is_aggregator = details.get("is_aggregator", False) or is_known_aggregator(str(address))
    feed, is_new = Feed.objects.get_or_create(
        url=str(address),
        defaults={
            "source": _source(host, title),
            "domain": registrable_domain(str(address))[:HOST_LIMIT],
            "title": clean_text(title, TITLE_LIMIT) or host,
            "group": clean_text(details.get("group", ""), GROUP_LIMIT),
            "language": language if is_language_tag(language) else "",
            "country": country.upper() if is_country_code(country) else "",
            "is_aggregator": is_aggregator,
            "state": Feed.State.NOT_ALLOWED if refused else Feed.State.NEW,
            "error": refused,
            "cause": "address_private" if refused else "",
            "next_poll_at": now,
            "created_at": now,
        },
    )
    if is_new:
        record_change(feed.pk, FeedChange.Verb.ADDED, "", without_secrets(feed.url), by=by, now=now)
    return feed, is_new


def _source(host: str, title: str) -> Source:
    name = (clean_text(title) or host)[:NAME_LIMIT]
    return Source.objects.get_or_create(host=host, defaults={"name": name})[0]


def _publisher(site: str) -> str:
    """Return the publisher that a site's address names; "" if it is no address."""
    try:
        return publisher_of(str(parse(completed(clean_text(site)))))
    except AddressError:
        return ""


def poll_soon(feed_id: int, now: datetime) -> bool:
    """Make a feed due at once; return False if it is being polled, paused or removed."""
    free = Feed.objects.followed().filter(pk=feed_id, claim__isnull=True, paused_at__isnull=True)
    return bool(free.update(next_poll_at=now, is_active=True, attempts=0))


@dataclass(frozen=True)
class ImportedFeeds:
    """The result of an import: added feeds, known feeds, and refusals and remarks by line."""

    added: int
    known: int
    refused: tuple[str, ...]
    notes: tuple[str, ...] = ()
    new_feeds: tuple[tuple[str, str], ...] = ()  # title, and address without secrets


@transaction.atomic
def import_opml(data: bytes, *, now: datetime, by: str = "", is_dry: bool = False) -> ImportedFeeds:
    """Add every feed of a list, all at once, or only say what would be added (`is_dry`). Raises
    opml.OpmlError if it cannot be read; a refused line does not stop the others.
    """
    return import_list(opml.read(data), now=now, by=by, is_dry=is_dry)


@transaction.atomic
def import_list(
    listed: opml.FeedList, *, now: datetime, by: str = "", is_dry: bool = False
) -> ImportedFeeds:
    """Import a list that was already read, as import_opml does."""
    known = 0
    refused, notes, new_feeds = [], list(listed.notes), []
    for outline in listed.outlines:
        shown = f"line {outline.line}: {without_secrets(outline.url)[:200]}"
        try:
            feed, is_new = add_feed(
                url=outline.url,
                title=outline.title,
                group=outline.group,
                language=outline.language,
                site=outline.site,
                country=outline.country,
                is_aggregator=outline.is_aggregator,
                by=by,
                now=now,
            )
        except FetchError as error:
            refused.append(f"{shown}: {error.reason}")
            continue
        if is_new and outline.publisher:
            unnamed = Source.objects.filter(pk=feed.source_id, name__in=[feed.title, outline.title])
            unnamed.update(name=outline.publisher[:NAME_LIMIT])
        if not is_new and clean_text(outline.url) != feed.url:
            notes.append(f"{shown}: followed already as {without_secrets(feed.url)[:200]}")
        if is_new:
            new_feeds.append((feed.title, without_secrets(feed.url)))
        known += not is_new
    if is_dry:
        transaction.set_rollback(True)
    return ImportedFeeds(len(new_feeds), known, tuple(refused), tuple(notes), tuple(new_feeds))


def export_opml(feeds: Iterable[Feed]) -> bytes:
    """Return the feeds as OPML, without user and password in their addresses."""
    return opml.write(site_name(), map(_outline_of, feeds))


def _outline_of(feed: Feed) -> opml.Outline:
    return opml.Outline(
        line=0,
        url=without_secrets(feed.url),
        title=feed.title,
        group=feed.group,
        language=feed.language,
        site=f"https://{feed.source.host}",
        is_aggregator=feed.is_aggregator,
        publisher=feed.source.name,
        country=feed.country,
    )
