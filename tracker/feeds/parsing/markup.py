"""Markup to words, links to addresses; pure."""

import hashlib
import html
import re
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit

from lxml import etree

from tracker.feeds.limits import HOST_LIMIT, MARKUP_LIMIT, URL_LIMIT
from tracker.text import CONTROL, UNWANTED, clean_text

# In document order, comments left out.
WORDS = etree.XPath("//text()[not(parent::script or parent::style)]", smart_strings=False)
MARKUP_SHARE = 10  # characters of HTML that are read for each character of text that is kept
# Parameters that say where a reader came from, not what is read.
TRACKING = re.compile(r"utm_\w+|fbclid|gclid|dclid|msclkid|mc_[ce]id|igshid|ref_src|cmpid|yclid")


def text_of(markup: object, limit: int) -> str:
    """The words of an HTML fragment, without scripts, styles and comments."""
    if not isinstance(markup, str):
        return ""
    if "<" not in markup:
        return clean_text(html.unescape(markup[: limit * 4]), limit)
    markup = markup[: min(MARKUP_LIMIT, limit * MARKUP_SHARE)]
    try:
        root = etree.HTML(UNWANTED.sub("", CONTROL.sub(" ", markup)))
    except (etree.LxmlError, ValueError):
        root = None
    if root is None:
        return clean_text(html.unescape(re.sub(r"<[^>]*>", " ", markup)), limit)
    return clean_text(" ".join(WORDS(root)), limit)


def web_link(link: object, base: str) -> str:
    """An absolute http(s) address, or "" for anything else (javascript:, data:, too long,
    unreadable).
    """
    if not isinstance(link, str) or not link.strip():
        return ""
    try:
        url = urljoin(base, clean_text(link, URL_LIMIT + 1))
        parts = urlsplit(url)
    except ValueError:
        return ""
    if parts.scheme not in {"http", "https"} or not parts.hostname or len(url) > URL_LIMIT:
        return ""
    return url


def host_of(url: str) -> str:
    """The host that a publisher is known by: without "www.", as much as is stored; "" for none."""
    try:
        host = urlsplit(clean_text(url)).hostname or ""
    except ValueError:
        return ""
    return host.removeprefix("www.")[:HOST_LIMIT]


def link_hash(link: str) -> str:
    """16 hex digits of the canonical link; "" for ""."""
    return hashlib.sha256(canonical(link).encode()).hexdigest()[:16] if link else ""


def canonical(link: str) -> str:
    """What an address leads to, however it is written: without scheme, "www.", fragment, tracking
    parameters and closing slash. "" for "".
    """
    try:
        parts = urlsplit(link)
        host = (parts.hostname or "").removeprefix("www.")
    except ValueError:
        return link
    query = [(k, v) for k, v in parse_qsl(parts.query, True) if not TRACKING.fullmatch(k.lower())]
    path = parts.path.rstrip("/")
    return f"{host}{path}" + (f"?{urlencode(query)}" if query else "")
