"""The canonical form of an http(s) address, as feeds/network/addresses.py had it when migration
0007 was written; frozen with that migration and 0010 of alerts.
"""

import ipaddress
import re

from yarl import URL

LIMIT = 2_000  # characters
CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
LABEL = re.compile(r"[a-z0-9_-]{1,63}", re.ASCII)
NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*", re.ASCII)
HOST_LIMIT = 253


def canonical(text):
    """The one spelling of an address; None for what is no address, which is left as it is."""
    text = text.strip()
    if len(text) > LIMIT or CONTROL.search(text):
        return None
    try:
        url = URL(text)
    except ValueError:
        return None
    if url.scheme not in {"http", "https"} or not url.raw_host:
        return None
    host = _host(url.raw_host)
    if host is None:
        return None
    url = url.with_fragment(None)
    if host != url.raw_host:
        url = url.with_host(host)
    if str(url).count("/") == 2:
        url = url.with_path("/")
    return str(url) if len(str(url)) <= LIMIT else None


def _host(host):
    if ":" in host:
        return host if "%" not in host and _is_literal(host) else None
    host = host.removesuffix(".")
    labels = host.split(".")
    if not all(map(LABEL.fullmatch, labels)) or len(host) > HOST_LIMIT:
        return None
    if NUMBER.fullmatch(labels[-1]) and not _is_literal(host):
        return None
    return host


def _is_literal(host):
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True
