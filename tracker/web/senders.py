"""Daily pseudonymous ids of senders and their networks, for rate limits."""

import ipaddress
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.http import HttpRequest
from django.utils.crypto import salted_hmac

from tracker.locks import RINGS

# Prefix lengths of the networks around an address, the widest first, which senders share; the last
# is one sender's own: the owner of one IPv6 address has its whole /64, often a /56 or a /48 (D174).
NETWORKS = {4: (24, 28, 32), 6: (48, 56, 64)}

# What one provider's customers usually share. One person has a line, a phone and tunnels, each in
# networks of their own, but seldom at three providers (decision D158).
PROVIDERS = {4: 16, 6: 32}

PORT = re.compile(r"(?:\[([0-9a-fA-F:.]+)\]|([0-9.]+))(?::[0-9]+)?")  # the format of some proxies


@dataclass(frozen=True)
class Origin:
    """Keyed hashes of a request's origin: the sender (see sender_key), and its provider's network,
    which begins with 4 or 6, since most people have addresses of both versions of IP.
    """

    sender: str
    network: str


def address_of(request: HttpRequest) -> str:
    """Return the sender's address, of IPv6 the first of its /64; behind proxies (the setting
    PROXIES) the one that our outermost proxy saw.
    """
    return _networks(request)[-1]


def network_of(request: HttpRequest) -> str:
    """Return the first address of the network around the sender's."""
    return _networks(request)[0]


def origin_of(request: HttpRequest, purpose: str, today: date) -> Origin:
    """Return keyed hashes of the sender's address and of its provider's network, for one purpose
    and day.
    """
    # The hash changes daily, so that nobody can be tracked (decision D71).
    salt = f"{purpose} {today}"
    peer = _peer(request)
    network = _cut(peer, PROVIDERS) or peer
    family = "6" if ":" in network else "4"
    return Origin(sender_key(request, salt), family + _hash(f"network {salt}", network)[1:])


def sender_key(request: HttpRequest, salt: str) -> str:
    """Return a keyed hash that begins with those of the networks around the sender (locks.RINGS),
    so that one text counts for each of them.
    """
    key = ""
    for place, (network, end) in enumerate(zip(_networks(request), RINGS, strict=True)):
        key += _hash(f"{salt} {place}", network)[: end - len(key)]
    return key


def is_proxy_miscounted(request: HttpRequest) -> bool:
    """Return whether the request came through a proxy that PROXIES does not count, or through fewer
    than it counts: all senders then look like one and share its limits.
    """
    if "X-Forwarded-For" not in request.headers:
        return False
    hops = len(request.headers["X-Forwarded-For"].split(","))
    # More hops than proxies are no mistake: the client may have added the leftmost ones.
    if 0 < settings.NINJA_NUM_PROXIES <= hops:
        return False
    try:
        peer = ipaddress.ip_address(request.META.get("REMOTE_ADDR") or "127.0.0.1")
    except ValueError:
        return False
    # A public peer may have invented the header, which proves no proxy.
    return peer.is_loopback or peer.is_private


def _networks(request: HttpRequest) -> tuple[str, ...]:
    """Return the first addresses of the networks around the sender's, the widest first."""
    peer = _peer(request)
    rings = ({v: lengths[place] for v, lengths in NETWORKS.items()} for place in range(len(RINGS)))
    return tuple(_cut(peer, ring) or peer for ring in rings)


def _peer(request: HttpRequest) -> str:
    peer = str(request.META.get("REMOTE_ADDR", ""))
    forwarded = request.headers.get("X-Forwarded-For", "").split(",")
    if settings.NINJA_NUM_PROXIES and len(forwarded) >= settings.NINJA_NUM_PROXIES:
        # Counted from the right: entries further left were sent by the client, who may write
        # anything.
        claimed = forwarded[-settings.NINJA_NUM_PROXIES].strip()
        return claimed if _is_address(claimed) else peer
    return peer


def _is_address(text: str) -> bool:
    """Return whether it is an IP address, with or without a port, unlike some proxies'
    "unknown".
    """
    return "%" not in text and _cut(text, PROVIDERS) is not None


def _cut(text: str, lengths: Mapping[int, int]) -> str | None:
    """Return the first address of the network around an address, by its prefix length in each
    version of IP; None if it is not an address.
    """
    with_port = PORT.fullmatch(text)
    try:
        address = ipaddress.ip_address((with_port[1] or with_port[2]) if with_port else text)
    except ValueError:
        return None
    # A dual-stack socket shows IPv4 clients as ::ffff:192.0.2.1; they are the same sender.
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped:
        address = address.ipv4_mapped
    net = ipaddress.ip_network((address.packed, lengths[address.version]), strict=False)
    return str(net.network_address)


def _hash(salt: str, text: str) -> str:
    return salted_hmac(salt, text, secret=settings.SECRET_KEY).hexdigest()
