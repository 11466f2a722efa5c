"""Who published an entry, and whose a host is; pure. What is counted as a publisher rests on it."""

import ipaddress
from collections.abc import Sequence
from functools import cache
from urllib.parse import urlsplit

import idna
from publicsuffixlist import PublicSuffixList

from tracker.feeds.identity.transports import account_of, is_transport
from tracker.feeds.parsing.types import ParsedEntry

HOST_LIMIT = 253  # characters
# Hosts that collect the articles of others and say by `<source>` whose they are.
AGGREGATORS = frozenset(
    {
        *("news.google.com", "www.bing.com", "www.google.com"),
        *("www.reddit.com", "old.reddit.com", "reddit.com", "hnrss.org", "news.ycombinator.com"),
    }
)
# Domains that rent out their subdomains and do not say so in the private part of the list.
RENTED = frozenset(
    {
        *("beehiiv.com", "blogs.com", "canalblog.com", "dreamwidth.org", "fc2.com", "ghost.io"),
        *("glitch.me", "hashnode.dev", "livejournal.com", "medium.com", "micro.blog"),
        *("neocities.org", "over-blog.com", "squarespace.com", "substack.com", "surge.sh"),
        *("tistory.com", "tumblr.com", "typepad.com", "weebly.com", "wordpress.com", "write.as"),
    }
)


def is_known_aggregator(url: str) -> bool:
    """Whether the feed at an address is one that collects the articles of others."""
    return (urlsplit(url).hostname or "").rstrip(".").lower() in AGGREGATORS


def host_of(url: str) -> str:
    """The host of an address as DNS has it, without "www."; "" where there is none."""
    try:
        host = (urlsplit(url).hostname or "").rstrip(".")
    except ValueError:
        return ""
    return _ascii(host).removeprefix("www.")[:HOST_LIMIT]


def tenant(host: str) -> str:
    """Who answers for a host: its registrable domain ("bbc.co.uk"), and under a domain that rents
    out its subdomains the subdomain ("a.blogspot.com"); an IP address is its own, and so is an
    account ("youtube.com/@name").
    """
    if "/" in host:  # an account on a shared platform
        return host
    host = _ascii(host.rstrip("."))
    try:
        ipaddress.ip_address(host.strip("[]"))
    except ValueError:
        return _rented(host, _suffixes().privatesuffix(host) or host)
    return host


def spoken_for(url: str, domain: str) -> str:
    """For whom the server of an address speaks when it asks to be left alone: for its whole
    registrable domain, or for the tenant alone where that rents out its subdomains.
    """
    owner = tenant(host_of(url))
    return owner if owner.endswith(f".{domain}") else domain


def publisher_of(url: str) -> str:
    """Whom an address names as its publisher: its host, and the account on it where the host is
    that of a platform ("youtube.com/@name"); "" where there is none.
    """
    host, account = host_of(url), account_of(url)
    return f"{tenant(host)}/{account}"[:HOST_LIMIT] if host and account else host


def publisher_of_feed(url: str, site: str, links: Sequence[str]) -> str:
    """Who publishes a feed: who its address says, or the site that its channel names (`site`) where
    the address is that of a service, or where most of its articles (`links`) lie there too.
    """
    own, told = publisher_of(url), publisher_of(site)
    if not told or is_transport(site) or is_known_aggregator(url):
        return own
    if tenant(host_of(site)) == tenant(host_of(url)):
        return told if "/" in told else own
    whose = tenant(host_of(site))
    there = sum(tenant(host_of(link)) == whose for link in links)
    # Decision D35.
    return told if is_transport(url) or there > len(links) / 2 else own


def publisher_host(entry: ParsedEntry, feed_url: str, *, is_aggregator: bool) -> str:
    """The host of an entry's publisher; "" for the feed's own.

    A feed speaks for its own publisher alone, unless somebody marked it as an aggregator: by
    `<source>` and by links alike anybody could claim to be six newsrooms. An aggregator is believed
    if the link leads to who it names, or over its own redirector; else the link says who it is.
    """
    linked, claimed = host_of(entry.link), host_of(entry.source_url)
    if not is_aggregator or not linked:
        return ""
    is_redirected = tenant(linked) == tenant(host_of(feed_url))
    if claimed and (is_redirected or tenant(linked) == tenant(claimed)):
        return claimed
    return "" if is_redirected else tenant(linked)


def _rented(host: str, domain: str) -> str:
    subdomain = host.removesuffix(domain).rstrip(".").rpartition(".")[2]
    return f"{subdomain}.{domain}" if domain in RENTED and subdomain not in {"", "www"} else domain


def _ascii(host: str) -> str:
    try:
        return idna.encode(host, uts46=True).decode().rstrip(".")
    except (idna.IDNAError, UnicodeError):
        return host.lower()


@cache
def _suffixes() -> PublicSuffixList:
    # With the private part: a tenant is a publisher of its own; fetch.py goes by ICANN's (decisions
    # D23 and D24).
    return PublicSuffixList()
