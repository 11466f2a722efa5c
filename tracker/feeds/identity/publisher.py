"""Determine who published an entry and whose a host is, which decides what counts as a publisher;
pure.
"""

import ipaddress
from collections.abc import Sequence
from functools import cache, lru_cache
from urllib.parse import urlsplit

import idna
from publicsuffixlist import PublicSuffixList

from tracker.feeds.identity.transports import account_of, is_transport
from tracker.feeds.parsing.types import ParsedEntry

HOST_LIMIT = 253  # characters
HOSTS = 4_096  # cached: a feed's entries have one or two, each looked up often
# Hosts that collect articles of others and name the publisher in `<source>`.
AGGREGATORS = frozenset(
    {
        *("news.google.com", "www.bing.com", "www.google.com"),
        *("www.reddit.com", "old.reddit.com", "reddit.com", "hnrss.org", "news.ycombinator.com"),
    }
)
# Domains that rent out subdomains but are missing in the private part of the list.
RENTED = frozenset(
    {
        *("beehiiv.com", "blogs.com", "canalblog.com", "dreamwidth.org", "fc2.com", "ghost.io"),
        *("glitch.me", "hashnode.dev", "livejournal.com", "medium.com", "micro.blog"),
        *("neocities.org", "over-blog.com", "squarespace.com", "substack.com", "surge.sh"),
        *("tistory.com", "tumblr.com", "typepad.com", "weebly.com", "wordpress.com", "write.as"),
    }
)


def is_known_aggregator(url: str) -> bool:
    """Return whether the feed at an address collects articles of others."""
    return (urlsplit(url).hostname or "").rstrip(".").lower() in AGGREGATORS


def host_of(url: str) -> str:
    """Return the host of an address as DNS has it, without "www."; "" where there is none."""
    try:
        host = (urlsplit(url).hostname or "").rstrip(".")
    except ValueError:
        return ""
    return _ascii(host).removeprefix("www.")[:HOST_LIMIT]


@lru_cache(HOSTS)
def tenant(host: str) -> str:
    """Return who answers for a host: its registrable domain ("bbc.co.uk"), and under a domain that
    rents out its subdomains the subdomain ("a.blogspot.com"); an IP address is its own, and so is
    an account ("youtube.com/@name").
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
    """Return whom an address names as its publisher: its host, and the account on it where the host
    is that of a platform ("youtube.com/@name"); "" where there is none.
    """
    host, account = host_of(url), account_of(url)
    return f"{tenant(host)}/{account}"[:HOST_LIMIT] if host and account else host


def publisher_of_feed(url: str, site: str, links: Sequence[str]) -> str:
    """Return the publisher of a feed: by its address, or the site that its channel names (`site`)
    if the address is a service's or if most of its articles (`links`) are also there.
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
    """Return the host of an entry's publisher; "" for the feed's own.

    A feed speaks only for its own publisher unless marked as an aggregator; otherwise `<source>`
    and links would let anybody claim to be six newsrooms. An aggregator is believed if the link
    leads to the publisher it names, or to its own redirector; else the link decides.
    """
    if not is_aggregator or not (linked := host_of(entry.link)):
        return ""
    claimed = host_of(entry.source_url)
    is_redirected = tenant(linked) == tenant(host_of(feed_url))
    if claimed and (is_redirected or tenant(linked) == tenant(claimed)):
        return claimed
    return "" if is_redirected else tenant(linked)


def _rented(host: str, domain: str) -> str:
    subdomain = host.removesuffix(domain).rstrip(".").rpartition(".")[2]
    return f"{subdomain}.{domain}" if domain in RENTED and subdomain not in {"", "www"} else domain


@lru_cache(HOSTS)
def _ascii(host: str) -> str:
    try:
        return idna.encode(host, uts46=True).decode().rstrip(".")
    except (idna.IDNAError, UnicodeError):
        return host.lower()


@cache
def _suffixes() -> PublicSuffixList:
    # With the private part: a tenant is a separate publisher; fetch.py uses the ICANN part
    # (decisions D23 and D24).
    return PublicSuffixList()
