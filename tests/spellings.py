"""Ways to write an address on this machine or in a private network, as attackers do: by Unicode
that IDNA folds, numbers in other bases, IPv6 that wraps IPv4, user names, dots, escapes.
"""

import ipaddress
import unicodedata
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from random import Random

PLAIN = frozenset("0123456789abcdefghijklmnopqrstuvwxyz.")
STOPS = "。．｡"  # IDNA reads them as dots (RFC 3490 3.1, UTS 46)
V4 = ["127.0.0.1", "127.0.0.1", "127.0.0.2", "0.0.0.0", "10.1.2.3", "169.254.169.254"]


@cache
def folded() -> dict[str, list[str]]:
    """By plain text ("1", ".", "10", "1."): every character that folds to it."""
    table: dict[str, list[str]] = defaultdict(list)
    for code in range(0x80, 0x20000):  # what lies above folds to ideographs
        plain = unicodedata.normalize("NFKC", chr(code)).lower()
        if plain and PLAIN.issuperset(plain):
            table[plain].append(chr(code))
    table["."].extend(STOPS)
    for code in range(0x110000):  # digits of other scripts, which a careless int() reads
        if (digit := unicodedata.digit(chr(code), None)) is not None and code > 0x7F:
            table[str(digit)].append(chr(code))
    return table


def spellings(count: int, port: int, seed: int = 0) -> Iterator[str]:
    """So many different http addresses, each of which leads nowhere or inside."""
    random, seen = Random(seed), set[str]()
    while len(seen) < count:
        url = _url(random, port)
        if url not in seen:
            seen.add(url)
            yield url


def _url(random: Random, port: int) -> str:
    host = _host(random)
    if not host.startswith("[") and random.random() < 0.6:
        host = disguised(host, random)
    if random.random() < 0.15:
        host = _escaped(host, random)
    before = random.choice(
        ["", "", "", "", "user:pw@", "example.com@", "example.com\\@", "a%40b@", "example.com:80@"]
    )
    after = random.choice(["", "", "", "", ".", "..", " ", "\t", "%00", "%20", "%2f", "\u3000"])
    scheme = random.choice(["http://", "http://", "http://", "HTTP://", "http:\\\\", "http:/\\"])
    return f"{scheme}{before}{host}{after}:{port}/{random.randrange(10**9)}"


def _host(random: Random) -> str:
    ip = ipaddress.IPv4Address(random.choice(V4))
    ways = [_dotted, _dotted, _number, _short, _bases, _wrapped, _wrapped, _named]
    return random.choice(ways)(ip, random)


def _dotted(ip: ipaddress.IPv4Address, random: Random) -> str:
    return str(ip)


def _number(ip: ipaddress.IPv4Address, random: Random) -> str:
    return random.choice(["{}", "0x{:x}", "0{:o}", "0X{:X}", "000{:o}"]).format(int(ip))


def _short(ip: ipaddress.IPv4Address, random: Random) -> str:
    a, b, c, d = ip.packed
    return random.choice([f"{a}.{b}.{(c << 8) + d}", f"{a}.{(b << 16) + (c << 8) + d}"])


def _bases(ip: ipaddress.IPv4Address, random: Random) -> str:
    return ".".join(random.choice(["{}", "0x{:x}", "0{:o}", "{:03}"]).format(n) for n in ip.packed)


def _wrapped(ip: ipaddress.IPv4Address, random: Random) -> str:
    high, low = int(ip) >> 16, int(ip) & 0xFFFF
    inside = random.choice([str(ip), f"{high:x}:{low:x}"])
    prefix = random.choice(["::ffff:", "::", "::ffff:0:", "64:ff9b::", "64:ff9b:1::"])
    wrapped = random.choice(
        [
            f"{prefix}{inside}",
            f"0:0:0:0:0:FFFF:{inside}",
            f"2002:{high:x}:{low:x}::",
            f"2001:0:1:1:1:1:{high ^ 0xFFFF:x}:{low ^ 0xFFFF:x}",
            "::1",
            "::",
            "0:0:0:0:0:0:0:1",
            "fe80::1",
            "fec0::1",
            "fc00::1",
            "5f00::1",
            "3fff::1",
        ]
    )
    return f"[{wrapped}{random.choice(['', '', '', '%25lo', '%lo'])}]"


def _named(ip: ipaddress.IPv4Address, random: Random) -> str:
    return random.choice(["localhost", "LOCALHOST", "localhost.localdomain", "ip6-localhost"])


def disguised(host: str, random: Random) -> str:
    """A host with some of its characters written by others that fold to them."""
    table, pieces, at = folded(), list[str](), 0
    while at < len(host):
        size = random.choice([1, 1, 1, 2, 3])
        plain = host[at : at + size].lower()
        if plain not in table or random.random() < 0.4:
            plain = host[at]
            pieces.append(plain)
        else:
            pieces.append(random.choice(table[plain]))
        if random.random() < 0.03:
            pieces.append(random.choice("\u00ad\u200b\u2060"))
        at += len(plain)
    return "".join(pieces)


def _escaped(host: str, random: Random) -> str:
    return "".join(
        "".join(f"%{byte:02x}" for byte in c.encode()) if random.random() < 0.4 else c for c in host
    )
