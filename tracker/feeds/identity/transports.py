"""Know services that carry articles of others, and find the articles' own addresses; pure."""

import base64
import binascii
import re
from functools import lru_cache
from urllib.parse import parse_qs, unquote, urlsplit

# Hosts that serve feeds of other sites; the channel's link says whose. Subdomains count, too.
TRANSPORTS = frozenset(
    {
        *("feedburner.com", "feeds2.feedburner.com", "feedproxy.google.com", "feedblitz.com"),
        *(
            "rsshub.app",
            "rss-bridge.org",
            "rss.app",
            "fetchrss.com",
            "politepaul.com",
            "feed43.com",
        ),
        *("openrss.org", "morss.it", "feedity.com", "createfeed.fivefilters.org", "rssbox.app"),
        *("feeds.transistor.fm", "rss.beehiiv.com", "pipes.digital", "feedx.net", "rssground.com"),
        *("kill-the-newsletter.com", "siftrss.com", "feedspot.com", "follow.it", "rss2json.com"),
        *("granary.io", "fetchrss.com", "plink.anyfeeder.com", "xcancel.com", "nitter.net"),
    }
)
# Parts of a path that only such a service has, on any host.
BRIDGES = re.compile(r"[?&]action=display&.*bridge=|[?&]bridge=\w+", re.I)
# Redirectors: host (a subdomain counts too), beginning of the path, parameter with the address.
REDIRECTORS = (
    ("google.com", "/url", ("url", "q")),
    ("bing.com", "/news/apiclick.aspx", ("url",)),
    ("facebook.com", "/l.php", ("u",)),
    ("instagram.com", "/", ("u",)),
    ("youtube.com", "/redirect", ("q",)),
    ("duckduckgo.com", "/l/", ("uddg",)),
    ("vk.com", "/away.php", ("to",)),
    ("t.umblr.com", "/redirect", ("z",)),
    ("slack-redir.net", "/link", ("url",)),
    ("news.yahoo.co.jp", "/redirect", ("url",)),
    ("feedproxy.google.com", "/", ("url",)),
    ("out.reddit.com", "/", ("url",)),
    ("urldefense.com", "/", ("u",)),
)
HOSTS = 1_024  # that are remembered
DEEP = 3  # redirectors in redirectors
# The pattern of an account in a path, by the platform's domain; "" for any server.
ACCOUNTS = (
    ("youtube.com", re.compile(r"/(channel/[\w-]+|@[^/]+|user/[^/]+|c/[^/]+)")),
    ("reddit.com", re.compile(r"/((?:r|user|u)/[\w-]+)")),
    ("medium.com", re.compile(r"/(?:feed/)?(@[\w.-]+|[a-z0-9][\w-]+)")),
    ("t.me", re.compile(r"/(?:s/)?(\w+)")),
    ("bsky.app", re.compile(r"/(profile/[\w.:-]+)")),
    ("twitter.com", re.compile(r"/(\w+)")),
    ("x.com", re.compile(r"/(\w+)")),
    ("facebook.com", re.compile(r"/([\w.-]+)")),
    ("instagram.com", re.compile(r"/([\w.]+)")),
    ("", re.compile(r"/(@[\w.-]+)")),
)
FEED_ENDING = re.compile(r"\.(?:rss|atom|xml|json)$", re.I)
PLAIN = re.compile(rb"https?://[\x21-\x7e]+")
# reddit writes both links of a post into its text.
REDDIT_LINK = re.compile(r'<a href="(https?://[^"]{1,2000})">\s*\[link\]', re.I)


def is_on(host: str, domain: str) -> bool:
    """Return whether a host is a domain or one of its subdomains."""
    return host == domain or host.endswith(f".{domain}")


def is_transport(url: str) -> bool:
    """Return whether an address belongs to a service that makes or relays feeds of other sites."""
    host = _host(url)
    return any(is_on(host, domain) for domain in TRANSPORTS) or bool(BRIDGES.search(url))


def account_of(url: str) -> str:
    """Return the part of an address that identifies the publisher on a shared platform, as in
    "channel/UC1" or "@name"; "" if the host does.
    """
    host = _host(url)
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    if is_on(host, "youtube.com") and parts.path == "/feeds/videos.xml":
        query = parse_qs(parts.query)
        for name, place in (("channel_id", "channel"), ("user", "user"), ("playlist_id", "list")):
            if name in query:
                return f"{place}/{query[name][0]}"[:100]
    path = FEED_ENDING.sub("", unquote(parts.path))
    for domain, pattern in ACCOUNTS:
        # A subdomain of Medium belongs to one author.
        is_there = host == domain if domain == "medium.com" else is_on(host, domain)
        if (not domain or is_there) and (match := pattern.match(path)):
            return FEED_ENDING.sub("", match[1])[:100]
    return ""


def article_link(link: str, *, original: str = "", text: str = "") -> str:
    """Return the address of an entry's article: `original` if the feed names it, a redirector's
    target, the page that a reddit post is about (`text` is the entry's markup); else the link
    itself.
    """
    link = original or link
    for _ in range(DEEP):
        target = _target(link)
        if not target:
            break
        link = target
    if is_on(_host(link), "reddit.com") and (match := REDDIT_LINK.search(text)):
        # A post about reddit itself is the article.
        about = match[1].replace("&amp;", "&")
        return (
            link if is_on(_host(about), "reddit.com") or is_on(_host(about), "redd.it") else about
        )
    return link


def _target(link: str) -> str:
    host = _host(link)
    # Some feeds escape the address once too often.
    parts = urlsplit(link.replace("&amp;", "&")) if host else None
    if parts is None:
        return ""
    if host == "news.google.com":
        return _decoded(parts.path.rpartition("/")[2])
    for path, names in _redirectors(host):
        if parts.path.startswith(path):
            query = parse_qs(parts.query)
            for name in names:
                target = query.get(name, [""])[0]
                if target.startswith(("http://", "https://")) and _host(target):
                    return target
    return ""


@lru_cache(HOSTS)
def _redirectors(host: str) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """The redirectors on a host: the beginning of the path, the parameters with the address."""
    return tuple((path, names) for domain, path, names in REDIRECTORS if is_on(host, domain))


def _decoded(name: str) -> str:
    """Return the address in the name of a Google News article, which older ones carry in base64."""
    try:
        data = base64.urlsafe_b64decode(name + "=" * (-len(name) % 4))
    except (binascii.Error, ValueError):
        return ""
    match = PLAIN.search(data)
    return match[0].decode("ascii") if match else ""


def _host(url: str) -> str:
    try:
        return (urlsplit(url).hostname or "").rstrip(".").removeprefix("www.")
    except ValueError:
        return ""
