"""Parse addresses once into a canonical form, check them, and pass the same value to the HTTP
client, whose sockets check again what they connect to.
"""

import ipaddress
import re
import socket
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urljoin

from yarl import URL

from tracker.feeds.limits import URL_LIMIT
from tracker.redact import without_secrets

Network = ipaddress.IPv4Network | ipaddress.IPv6Network
IP = ipaddress.IPv4Address | ipaddress.IPv6Address

# IPv4 ranges without public servers (RFC 6890 and its registry), and internal addresses of clouds.
_PRIVATE_V4 = (
    "0.0.0.0/8",
    "10.0.0.0/8",
    "100.64.0.0/10",
    "127.0.0.0/8",
    "168.63.129.16/32",  # looks public, but is Azure's internal service address
    "169.254.0.0/16",
    "172.16.0.0/12",
    "192.0.0.0/24",
    "192.0.2.0/24",
    "192.88.99.0/24",  # relays to 6to4 (RFC 7526)
    "192.168.0.0/16",
    "198.18.0.0/15",
    "198.51.100.0/24",
    "203.0.113.0/24",
    "224.0.0.0/4",
    "240.0.0.0/4",
)
# All public IPv6 addresses are in here (RFC 3513 4), so other ranges need not be listed: neither
# fec0::/10 and 5f00::/16 nor what wraps an IPv4 address (::a.b.c.d, ::ffff:0:a.b.c.d, 64:ff9b::/96,
# 64:ff9b:1::/48) ...
_PUBLIC_V6 = ipaddress.ip_network("2000::/3")
# ... but these parts of it are not public.
_PRIVATE_V6 = (
    "2001::/23",  # Teredo, ORCHID, benchmarks and other protocols (RFC 2928)
    "2001:db8::/32",
    "2002::/16",  # 6to4 wraps an IPv4 address (RFC 3056)
    "3fff::/20",
    "3ffe::/16",
)
_PRIVATE: tuple[Network, ...] = tuple(map(ipaddress.ip_network, (*_PRIVATE_V4, *_PRIVATE_V6)))

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
_UNDECODED = re.compile(r"[\udc80-\udcff]")  # a byte of a header that was not UTF-8
_LABEL = re.compile(r"(?=-*[a-z0-9_])[a-z0-9_-]{1,63}", re.ASCII)
# Schemes that feed readers write before an address, and addresses without a scheme.
_FEED_SCHEME = re.compile(r"(?:feed|rss|itpc|pcast|podcast):(?://)?(?=(https?:)?)", re.I)
_BARE = re.compile(r"[^\s/:?#@\[\]]+\.[^\s/:?#@.\[\]]{2,}\.?(?::\d{1,5})?(?:[/?#]|$)")
# a name that ends in a number is read as IPv4
_NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*", re.ASCII)
_HOST_LIMIT = 253
REDIRECT_LIMIT = 8_000  # characters of an address that is only followed (RFC 9110 4.1)
_IPV6_HINT = "not an address: write an IPv6 address in brackets and without a zone"
_IPV4_HINT = "not an address: write an IPv4 address as four plain numbers, like 93.184.216.34"


class AddressError(ValueError):
    """Not an http(s) address; says why, without repeating it. `cause` is one of causes.py."""

    def __init__(self, reason: str, cause: str = "address_unreadable") -> None:
        super().__init__(reason)
        self.cause = cause


class AddressRefusedError(OSError):
    """A host that resolves to an address that must not be connected to."""


@dataclass(frozen=True, repr=False)
class Address:
    """An http or https address in its canonical form: host in lower case ASCII (IDNA), a literal or
    a name without trailing dot; no fragment. `url` is what the HTTP client gets. `str()` is the
    text to store, secrets included; `repr()` has none.
    """

    url: URL

    def __str__(self) -> str:
        return str(self.url)

    def __repr__(self) -> str:
        return f"<Address {without_secrets(str(self.url))}>"

    @property
    def host(self) -> str:
        """The name or literal, without brackets."""
        return self.url.raw_host or ""

    @property
    def ip(self) -> IP | None:
        """The host if it is a literal."""
        return _literal(self.host)

    @property
    def origin(self) -> str:
        """Host and port, as in "news.example:8080"; without the port that the scheme implies."""
        return self.url.host_port_subcomponent or ""

    @property
    def has_user(self) -> bool:
        """Whether it contains a user or password."""
        return self.url.raw_user is not None or self.url.raw_password is not None

    def join(self, reference: str) -> "Address":
        """Return the target of a reference on this page, as in a Location. Raises AddressError."""
        try:
            joined = urljoin(str(self.url), reference.strip())
        except ValueError:
            raise AddressError("not an address") from None
        return parse(joined, REDIRECT_LIMIT)


def completed(text: str) -> str:
    """Return an address as people type it or other feed readers store it, completed: "https://" is
    added to a bare host, and replaces "feed:".
    """
    text = text.strip()
    if match := _FEED_SCHEME.match(text):
        text = text[match.end() :] if match[1] else f"https://{text[match.end() :].lstrip('/')}"
    return f"https://{text}" if _BARE.match(text) else text


def spellings(address: Address) -> tuple[str, ...]:
    """Return the equivalent addresses: with http and https, with and without a trailing slash; the
    given one first.
    """
    paths = {address.url.raw_path.rstrip("/") or "/", address.url.raw_path.rstrip("/") + "/"}
    urls = (
        address.url.with_path(path, encoded=True, keep_query=True).with_scheme(scheme)
        for path in sorted(paths)
        for scheme in ("https", "http")
    )
    return tuple(dict.fromkeys([str(address), *map(str, urls)]))


def parse(text: str, limit: int = URL_LIMIT) -> Address:
    """Return the address that a text means to the HTTP client, in canonical form.

    Raises AddressError for anything that two programs may read differently: control characters,
    numbers that are not plain IPv4 addresses ("0x7f.1", "2130706433"), "%" or other characters in
    the host that are left after IDNA. The length limit applies to the canonical form.
    """
    text = _UNDECODED.sub(lambda char: f"%{ord(char[0]) - 0xDC00:02X}", text.strip())
    if len(text) > limit:
        raise AddressError(f"address longer than {limit} characters")
    if _CONTROL.search(text):
        raise AddressError("not an address: it has a control character in it")
    try:
        url = URL(text)
    except ValueError:  # yarl's message repeats the address, including a password
        raise AddressError("not an address: its host or port cannot be read") from None
    if url.scheme not in {"http", "https"} or not url.raw_host:
        raise AddressError("only http and https addresses are fetched", "address_scheme")
    host = _host(url.raw_host)
    url = url.with_fragment(None)
    if host != url.raw_host:
        url = url.with_host(host)
    if str(url).count("/") == 2:
        url = url.with_path("/")  # "http://a.example" and "http://a.example/" are one
    if len(str(url)) > limit:
        raise AddressError(f"address longer than {limit} characters")
    return Address(url)


def _host(host: str) -> str:
    """Return a host in yarl's form, without trailing dot. Raises AddressError unless it is a
    literal or a name.
    """
    if ":" in host:
        if "%" in host or _literal(host) is None:
            raise AddressError(_IPV6_HINT)
        return host
    host = host.removesuffix(".")
    labels = host.split(".")
    if not all(map(_LABEL.fullmatch, labels)) or len(host) > _HOST_LIMIT:
        raise AddressError("not an address: there is no such host name")
    if _NUMBER.fullmatch(labels[-1]) and _literal(host) is None:
        raise AddressError(_IPV4_HINT)
    return host


def _literal(host: str) -> IP | None:
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None


def is_public(ip: IP) -> bool:
    """Return whether a literal is public: not in a private, local, special or wrapping range."""
    if ip.version == 6 and ip not in _PUBLIC_V6:
        return False
    # Python's own table differs between versions, so ours is checked, too (fault N2).
    return ip.is_global and not any(ip in network for network in _PRIVATE)


def check_address(text: str, allowed: Sequence[Network]) -> None:
    """Raise AddressRefusedError unless the text is a literal (a zone may follow) that is public or
    in an allowed network.
    """
    ip = _literal(text.partition("%")[0])
    if ip is None:
        raise AddressRefusedError("address not allowed: no name was looked up")
    # The kernel connects ::ffff:a.b.c.d by IPv4.
    if isinstance(ip, ipaddress.IPv6Address) and ip.ipv4_mapped:
        ip = ip.ipv4_mapped
    if not any(ip in network for network in allowed) and not is_public(ip):
        raise AddressRefusedError(f"address not allowed: {ip} is not public")


def checked_sockets(allowed: Sequence[Network]) -> Callable[[tuple[Any, ...]], socket.socket]:
    """Return a factory of sockets (from rows of getaddrinfo) that connect to public and allowed
    addresses only: the address given to the kernel is checked, however it was spelled before.
    """

    # The last check, since aiohttp does not ask the resolver about literals (decision D19).
    class CheckedSocket(socket.socket):
        def connect(self, address: Any) -> None:
            check_address(str(address[0]), allowed)
            super().connect(address)

        def connect_ex(self, address: Any) -> int:
            check_address(str(address[0]), allowed)
            return super().connect_ex(address)

    def create(info: tuple[Any, ...]) -> socket.socket:
        return CheckedSocket(family=info[0], type=info[1], proto=info[2])

    return create
