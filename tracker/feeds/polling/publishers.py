"""Find the publishers of feeds and entries while polls are stored."""

from datetime import datetime
from typing import Any

from tracker.feeds.identity.publisher import host_of, publisher_of, publisher_of_feed, tenant
from tracker.feeds.identity.transports import is_transport
from tracker.feeds.limits import NAME_LIMIT
from tracker.feeds.models import Entry, Feed, Source
from tracker.feeds.parsing.types import ParsedFeed, is_language_tag


class Publishers:
    """The publishers that polls name, each looked up once in a transaction."""

    def __init__(self) -> None:
        self.by_host: dict[str, Source] = {}
        self.at_home: dict[str, set[int]] = {}

    def get(self, host: str, name: str) -> Source:
        """Return the publisher of a host, created with this name if it is new."""
        if host not in self.by_host:
            defaults = {"name": name[:NAME_LIMIT]}
            self.by_host[host], _ = Source.objects.get_or_create(host=host, defaults=defaults)
        return self.by_host[host]

    def is_followed_there(self, feed: Feed, host: str) -> bool:
        """Return whether a site has its own feed here, which no feed from elsewhere may speak for;
        a service carries a site's feed with the site's consent.
        """
        if is_transport(feed.url) or tenant(host) == tenant(host_of(feed.url)):
            return False
        if host not in self.at_home:
            self.at_home[host] = _feeds_at_home(host)
        return bool(self.at_home[host] - {feed.pk})


def _feeds_at_home(host: str) -> set[int]:
    """Return the ids of a publisher's feeds on its own site."""
    own = Feed.objects.followed().filter(source__host=host)
    # All feeds on one service may be of one site: the database filters out those located elsewhere.
    near = own.filter(url__contains=tenant(host)).values_list("pk", "url")
    return {pk for pk, url in near if tenant(host_of(url)) == tenant(host)}


def publisher_values(
    feed: Feed, parsed: ParsedFeed, publishers: Publishers, now: datetime, *, has_entries: bool
) -> dict[str, Any]:
    """Return the publisher and language that a feed's channel names, if the row only has those of
    its address; existing entries get the publisher, too.
    """
    values: dict[str, Any] = {}
    if not feed.language and is_language_tag(parsed.language):
        values["language"] = parsed.language
    if feed.source.host not in {host_of(feed.url), publisher_of(feed.url)}:
        return values  # somebody said whose it is
    host = publisher_of_feed(feed.url, parsed.site, [entry.link for entry in parsed.entries])
    # Nobody from elsewhere speaks for a site that has a feed of its own here (decision D35, fault
    # S3).
    if host == feed.source.host or publishers.is_followed_there(feed, host):
        return values
    source = publishers.get(host, parsed.title or host)
    if has_entries:
        own = Entry.objects.filter(feed=feed, source=feed.source)
        # What events say of their publishers follows when their reports are read again.
        own.filter(is_evidence=True, process_at=None).update(process_at=now)
        own.update(source=source)
    return values | {"source": source}
