"""Which part of an address somebody registered; pure."""

import ipaddress
from functools import cache
from urllib.parse import urlsplit

from publicsuffixlist import PublicSuffixList


@cache
def _suffixes() -> PublicSuffixList:
    # Hosting on subdomains is one party that asks for rest (decision D23).
    return PublicSuffixList(only_icann=True)


def registrable_domain(url: str) -> str:
    """The part of the host that somebody registered ("bbc.co.uk"); for an address or a name without
    one, host and port. Hosting on subdomains counts as its host's, who is the one that asks for
    rest.
    """
    host = (urlsplit(url).hostname or "").rstrip(".")
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return _suffixes().privatesuffix(host) or _host(url)
    return _host(url)


def _host(url: str) -> str:
    """Host and port, whoever asks."""
    return urlsplit(url).netloc.rpartition("@")[2].lower()
