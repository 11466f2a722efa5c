"""Daily pseudonymous ids of senders and their networks, for rate limits."""

import ipaddress
import re
from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.http import HttpRequest
from django.utils.crypto import salted_hmac

# Bits of an address that are one sender's, and of the network that senders share: whoever has one
# IPv6 address has its whole /64, and often a /48.
SENDER_BITS = {4: 32, 6: 64}
NETWORK_BITS = {4: 24, 6: 48}

PORT = re.compile(r"(?:\[([0-9a-fA-F:.]+)\]|([0-9.]+))(?::[0-9]+)?")  # as some proxies write it


@dataclass(frozen=True)
class Origin:
    """Keyed hashes of where a request comes from."""

    sender: str
    network: str


def address_of(request: HttpRequest) -> str:
    """The sender's address, of IPv6 the first of its /64; behind proxies (the setting PROXIES) that
    which the outermost of ours saw.
    """
    peer = _peer(request)
    return _cut(peer, SENDER_BITS) or peer


def network_of(request: HttpRequest) -> str:
    """The first address of the network around the sender's."""
    peer = _peer(request)
    return _cut(peer, NETWORK_BITS) or peer


def origin_of(request: HttpRequest, purpose: str, today: date) -> Origin:
    """Keyed hashes of the sender's address and network, for one purpose and day."""
    # The hash changes with the day, so that it follows nobody (decision D71).
    salt = f"{purpose} {today}"
    return Origin(_hash(salt, address_of(request)), _hash(f"network {salt}", network_of(request)))


def is_proxy_miscounted(request: HttpRequest) -> bool:
    """Whether a proxy passed the request on that PROXIES does not count, or fewer than it counts:
    then all senders look like one, and share its limits.
    """
    if "X-Forwarded-For" not in request.headers:
        return False
    hops = len(request.headers["X-Forwarded-For"].split(","))
    # More hops than proxies are no mistake: the client may have written the ones further left.
    if 0 < settings.NINJA_NUM_PROXIES <= hops:
        return False
    try:
        peer = ipaddress.ip_address(request.META.get("REMOTE_ADDR") or "127.0.0.1")
    except ValueError:
        return False
    # From a public peer the header may be its own invention, which proves no proxy.
    return peer.is_loopback or peer.is_private


def _peer(request: HttpRequest) -> str:
    peer = str(request.META.get("REMOTE_ADDR", ""))
    forwarded = request.headers.get("X-Forwarded-For", "").split(",")
    if settings.NINJA_NUM_PROXIES and len(forwarded) >= settings.NINJA_NUM_PROXIES:
        # Counted from the right: what stands further left was sent by the client, who may write
        # anything.
        claimed = forwarded[-settings.NINJA_NUM_PROXIES].strip()
        return claimed if _is_address(claimed) else peer
    return peer


def _is_address(text: str) -> bool:
    """Whether it is an IP address, with or without a port, which some proxies' "unknown" is not."""
    return "%" not in text and _cut(text, SENDER_BITS) is not None


def _cut(text: str, bits: dict[int, int]) -> str | None:
    """The first address of the network that an address lies in; None for what is no address."""
    with_port = PORT.fullmatch(text)
    try:
        address = ipaddress.ip_address((with_port[1] or with_port[2]) if with_port else text)
    except ValueError:
        return None
    # A socket of both families shows IPv4 clients as ::ffff:192.0.2.1; they are the same sender.
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped:
        address = address.ipv4_mapped
    net = ipaddress.ip_network((address.packed, bits[address.version]), strict=False)
    return str(net.network_address)


def _hash(salt: str, text: str) -> str:
    return salted_hmac(salt, text, secret=settings.SECRET_KEY).hexdigest()
