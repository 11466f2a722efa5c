"""Recognise pages and items that replace a feed or an article, such as errors and notices; pure."""

import re
from collections.abc import Sequence

from tracker.feeds.parsing.types import ParsedEntry, ParseError

HEAD = 20_000  # bytes of a page that are examined
CHALLENGE = re.compile(
    r"just a moment|checking your browser|cf-chl|cf_chl|challenge-platform|captcha|ddos-guard"
    r"|attention required|enable javascript and cookies|are you a robot|not a robot|aws-waf"
    r"|incapsula|perimeterx|datadome|anubis|making sure you",
    re.I,
)
BLOCKED = re.compile(
    r"<title>[^<]{0,80}(access denied|forbidden|blocked|not allowed|zugriff verweigert"
    r"|accès refusé|acceso denegado|acesso negado|доступ (?:запрещ|ограничен))",
    re.I,
)
LOGIN = re.compile(r"<input[^>]{0,200}type\s*=\s*[\"']?password", re.I)
HTML = re.compile(r"<!doctype html|<html|<head[\s>]|<body[\s>]", re.I)
ROOT = re.compile(r"<(?![?!])(?:[\w.-]{1,40}:)?([\w.-]{1,40})")
ROOTS = {
    "opml": "list_of_feeds",
    "urlset": "sitemap",
    "sitemapindex": "sitemap",
    "rss": "broken_feed",
    "feed": "broken_feed",
    "rdf": "broken_feed",
}
REFUSES = {"challenge", "blocked_page", "login_page"}  # like a server that answers 403
WORDS = {
    "html_page": "an HTML page",
    "login_page": "a page to sign in",
    "challenge": "a page that wants to see a browser",
    "blocked_page": "a page that keeps us out",
    "list_of_feeds": "a list of feeds (OPML)",
    "sitemap": "a sitemap",
    "broken_feed": "a feed with faults",
    "other_xml": "XML, but no RSS or Atom",
    "plain_text": "plain text",
}
# Items that services write instead of entries; the whole feed is then empty.
NOT_SERVED = re.compile(
    r"not (?:yet )?(?:been )?white-?listed|rss reader not|whitelist(?:ed)? your"
    r"|feed reader is blocked",
    re.I,
)
SCRAPER = re.compile(
    r"^(?:bridge returned error|error: .{0,80}bridge|rss-?bridge.{0,40}(?:error|failed)"
    r"|.{0,40}bridge.{0,20}: (?:error|exception)|rsshub.{0,20}error|failed to (?:fetch|generate)"
    r"|(?:feed|rss) (?:generation |generator )?(?:error|expired)|this feed (?:has expired|is no)"
    r"|your (?:feed|subscription|trial) (?:has|is) expired|(?:http|curl) error \d*"
    r"|cloudflare challenge|just a moment\W*$|attention required!|access denied\W*$"
    r"|(?:please )?verify (?:that )?you are (?:a )?human|are you a robot"
    r"|\d{3} (?:forbidden|not found|internal server error)$)",
    re.I,
)
# What publishers write instead of an article that they withdraw or sell. Since this record is about
# removed pages and posts, such words are a notice only if they are the whole text.
INSTEAD = re.compile(
    r"^\W*(?:(?:error )?(?:404|403|410|500|502|503)\b|(?:page |article )?not found\W*$"
    r"|(?:sorry|oops|this|the requested|the) (?:\w+ ){0,4}?(?:content|article|page|story)"
    r" (?:\w+ ){0,4}?(?:available|unavailable|exist|found|removed|deleted|withdrawn)"
    r"|(?:removed|deleted|withdrawn)\W*$|access denied|service unavailable|page introuvable"
    r"|contenu indisponible|seite nicht gefunden|página no encontrada|pagina non trovata"
    r"|página não encontrada|страница не найдена|ページが見つかりません|页面不存在)"
    r"|subscribe (?:now )?to (?:read|continue|access|view|unlock|see|our)|^\W*subscribe\b"
    r"|(?:for|to) subscribers only|subscribers[ -]only|to (?:continue|keep) reading"
    r"|(?:sign|log) ?in to (?:read|continue|access|view)|register to (?:read|continue)"
    r"|already a (?:subscriber|member)\?|réservée? aux abonnés|pour lire la suite"
    r"|^\W*abonnez-vous|nur für abonnenten|jetzt abonnieren|weiterlesen mit"
    r"|solo para suscriptores|^\W*suscríbete|solo per abbonati|^\W*abbonati|para assinantes"
    r"|только для подписчиков|оформите подписку|有料会員|会員限定|仅限订阅|订阅后",
    re.I,
)
NOTICE = 200  # maximum characters of a notice
FEW = 3  # maximum items of a body that consists of notices


def page_error(body: bytes) -> ParseError:
    """Return the error for a body that is not a feed."""
    encoding = "utf-16" if b"\0" in body[:100] else "utf-8"
    text = body[:HEAD].decode(encoding, "replace").lstrip("\ufeff \t\r\n")
    cause = _cause(text)
    state = "refused" if cause in REFUSES else "not_a_feed"
    return ParseError(f"not a feed: {WORDS[cause]}", state, cause)


def _cause(text: str) -> str:
    root = ROOT.search(text)
    name = root[1].lower() if root else ""
    if name in ROOTS:
        return ROOTS[name]
    if not HTML.search(text):
        return "other_xml" if text.startswith("<") else "plain_text"
    pages = (("challenge", CHALLENGE), ("blocked_page", BLOCKED), ("login_page", LOGIN))
    return next((cause for cause, pattern in pages if pattern.search(text)), "html_page")


def is_notice(text: str) -> bool:
    """Return whether a short text says that there is no article here, or only for payment."""
    return 0 < len(text) <= NOTICE and bool(INSTEAD.search(text))


def check_for_notice(entries: Sequence[ParsedEntry]) -> None:
    """Raise ParseError if a body's only items are notices of the service that made it."""
    if not 0 < len(entries) <= FEW:
        return
    titles = [entry.title or entry.summary[:200] for entry in entries]
    if all(NOT_SERVED.search(title) for title in titles):
        raise ParseError("the service does not serve us", "refused", "not_whitelisted")
    if all(SCRAPER.search(title) for title in titles):
        reason = "the service that makes the feed reports an error"
        raise ParseError(reason, "failing", "scraper_error")
