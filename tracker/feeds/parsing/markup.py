"""Convert markup to words, and links to addresses; pure."""

import hashlib
import html
import re
from functools import lru_cache
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit

from lxml import etree

from tracker.feeds.limits import HOST_LIMIT, MARKUP_LIMIT, URL_LIMIT
from tracker.redact import without_credentials
from tracker.text import CONTROL, UNWANTED, clean_text, is_seen

# In document order, comments left out.
WORDS = etree.XPath("//text()", smart_strings=False)
# Elements without words of the article: code, fallbacks, and captions.
DROPPED = ("script", "style", "template", "noscript", "figcaption", "rp", "rt", "button")
CAPTIONS = etree.XPath(
    "//*[contains(concat(' ', @class, ' '), ' wp-caption-text ')"
    " or contains(concat(' ', @class, ' '), ' caption ')"
    " or contains(concat(' ', @class, ' '), ' image-caption ')]"
)
# Tags that separate words; other tags do not.
BLOCKS = (
    *("address", "article", "aside", "blockquote", "body", "br", "center", "dd", "details", "div"),
    *("dl", "dt", "fieldset", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6"),
    *("header", "hr", "iframe", "img", "li", "main", "nav", "ol", "option", "p", "pre", "section"),
    *("summary", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "ul", "video", "audio"),
)
NAME_MARKS = ("-", "–", "—", "|", "·")  # before the name of a publisher
VOID = {"br", "hr", "img", "wbr", "input"}
TAG = re.compile(r"<(/?)([A-Za-z][A-Za-z0-9]*)\s*(/?)>")  # without attributes
REFERENCE = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
CDATA = re.compile(r"<!\[CDATA\[|\]\]>")  # wrapped twice
MARKUP_SHARE = 10  # characters of HTML that are parsed for each character of text that is stored
# Tracking parameters, which do not change the page.
TRACKING = re.compile(r"utm_\w+|fbclid|gclid|dclid|msclkid|mc_[ce]id|igshid|ref_src|cmpid|yclid")


def text_of(markup: object, limit: int) -> str:
    """Return the words of an HTML fragment, without scripts, styles, captions and comments. Block
    tags separate words, others do not: "<b>You</b>Tube" is one word.
    """
    if not isinstance(markup, str):
        return ""
    markup = CDATA.sub("", markup) if "]]>" in markup or "<![" in markup else markup
    if "<" not in markup:
        return clean_text(_unescaped(markup[: limit * 4]), limit)
    # Cut before parsing: one field may be the whole body (fault P3).
    markup = markup[: min(MARKUP_LIMIT, limit * MARKUP_SHARE)]
    try:
        if not is_seen(markup):
            markup = CONTROL.sub(" ", markup)
            markup = markup if is_seen(markup) else UNWANTED.sub("", markup)
        root = etree.HTML(markup)
    except (etree.LxmlError, ValueError):
        root = None
    if root is None:
        return clean_text(_unescaped(re.sub(r"<[^>]*>", " ", markup)), limit)
    etree.strip_elements(root, *DROPPED, with_tail=False)
    for caption in CAPTIONS(root) if "caption" in markup else ():
        caption.clear(keep_tail=True)
    for block in root.iter(*BLOCKS):
        block.text = f" {block.text or ''}"
        block.tail = f" {block.tail or ''}"
    return clean_text("".join(WORDS(root)), limit)


def title_of(title: object, limit: int, *, is_text: bool = False) -> str:
    """Return the words of a headline. Tags that are opened and closed, or have attributes, are
    markup; a lone "<script>" is what the headline is about. With `is_text` (RFC 4287 3.1.1.1) no
    tag is markup.
    """
    if not isinstance(title, str):
        return ""
    title = CDATA.sub("", title)
    if is_text:
        return clean_text(_unescaped(title[: limit * 4]), limit)
    if "<" in title:
        lower = title.lower()

        def is_markup(tag: re.Match[str]) -> bool:
            name = tag[2].lower()
            is_paired = f"</{name}" in lower and bool(re.search(rf"<{name}[\s>]", lower))
            return is_paired or name in VOID or bool(tag[3])

        title = TAG.sub(lambda tag: tag[0] if is_markup(tag) else _as_words(tag), title)
    return text_of(title, limit)


def without_name(title: str, publisher: str) -> str:
    """Return a headline without the publisher's name that an aggregator adds ("... - BBC"): it is
    not part of the article, and some papers are named after countries.
    """
    if not publisher or not title.endswith(publisher):
        return title
    headline = title.removesuffix(publisher).rstrip()
    return headline[:-1].rstrip() if headline[-1:] in NAME_MARKS and len(headline) > 1 else title


def _unescaped(text: str) -> str:
    """Return a text with character references resolved. Without a closing ";" it is no reference:
    "&copying" is a word after an unescaped "&".
    """
    return REFERENCE.sub(lambda reference: html.unescape(reference[0]), text)


def _as_words(tag: re.Match[str]) -> str:
    return tag[0].replace("<", "&lt;").replace(">", "&gt;")


@lru_cache(maxsize=16)  # the links of a body have one or two
def _public(base: str) -> str:
    return without_credentials(base)


def web_link(link: object, base: str) -> str:
    """Return an absolute http(s) address, or "" for anything else (javascript:, data:, too long,
    unreadable). Links are public, so user and password are removed, including those of the base
    address.
    """
    if not isinstance(link, str) or not link.strip():
        return ""
    try:
        url = urljoin(_public(base), clean_text(link, URL_LIMIT + 1))
        parts = urlsplit(url)
        if "@" in parts.netloc:
            parts = parts._replace(netloc=parts.netloc.rpartition("@")[2])
            url = parts.geturl()
    except ValueError:
        return ""
    if parts.scheme not in {"http", "https"} or not parts.hostname or len(url) > URL_LIMIT:
        return ""
    return url


def host_of(url: str) -> str:
    """Return the host that identifies a publisher: without "www.", cut to the stored length; "" for
    none.
    """
    try:
        host = urlsplit(clean_text(url)).hostname or ""
    except ValueError:
        return ""
    return host.removeprefix("www.")[:HOST_LIMIT]


def link_hash(link: str) -> str:
    """Return 16 hex digits of the hash of the canonical link; "" for ""."""
    return hashlib.sha256(canonical(link).encode()).hexdigest()[:16] if link else ""


def canonical(link: str) -> str:
    """Return the canonical form of an address, for comparison: without scheme, "www.", fragment,
    tracking parameters and closing slash. "" for "".
    """
    try:
        parts = urlsplit(link)
        host = (parts.hostname or "").removeprefix("www.")
    except ValueError:
        return link
    path = parts.path.rstrip("/")
    if not parts.query:
        return f"{host}{path}"
    query = [(k, v) for k, v in parse_qsl(parts.query, True) if not TRACKING.fullmatch(k.lower())]
    return f"{host}{path}" + (f"?{urlencode(query)}" if query else "")
