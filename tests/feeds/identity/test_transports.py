import base64

import pytest

from tracker.feeds.identity.publisher import publisher_of, publisher_of_feed, tenant
from tracker.feeds.identity.transports import article_link

HIDDEN = base64.urlsafe_b64encode(b"\x08\x13\x22\x1bhttps://paper.example/story\xd2\x01").decode()
LINKS = {
    "none": ("https://paper.example/a?url=1", "https://paper.example/a?url=1"),
    "Google": (
        "https://www.google.com/url?rct=j&sa=t&url=https://paper.example/a%3Fb%3D1&ct=ga",
        "https://paper.example/a?b=1",
    ),
    "escaped once too often": (
        "https://www.google.com/url?rct=j&amp;sa=t&amp;url=https://paper.example/a&amp;ct=ga",
        "https://paper.example/a",
    ),
    "Bing": (
        "http://www.bing.com/news/apiclick.aspx?ref=FexRss&url=https%3a%2f%2fpaper.example%2fa",
        "https://paper.example/a",
    ),
    "one in the other": (
        "https://l.facebook.com/l.php?u=https%3A%2F%2Fwww.google.com%2Furl%3Fq%3D"
        "https%253A%252F%252Fpaper.example%252Fa",
        "https://paper.example/a",
    ),
    "older Google News": (
        f"https://news.google.com/rss/articles/{HIDDEN.rstrip('=')}?oc=5",
        "https://paper.example/story",
    ),
    "newer Google News": (
        "https://news.google.com/rss/articles/CBMiAbc?oc=5",
        "https://news.google.com/rss/articles/CBMiAbc?oc=5",
    ),
    "another scheme": (
        "https://www.google.com/url?url=javascript:alert(1)",
        "https://www.google.com/url?url=javascript:alert(1)",
    ),
}


@pytest.mark.parametrize(("link", "article"), LINKS.values(), ids=LINKS)
def test_a_redirector_s_link_is_that_of_the_article(link, article):
    assert article_link(link) == article


def test_a_post_on_reddit_is_about_the_page_that_it_links_to():
    post = "https://www.reddit.com/r/news/comments/1/x/"
    text = '<a href="{}">[link]</a> <a href="' + post + '">[comments]</a>'
    page = text.format("https://paper.example/a?b=1&amp;c=2")
    assert article_link(post, text=page) == "https://paper.example/a?b=1&c=2"
    assert article_link(post, text=text.format(post)) == post


PUBLISHERS = {
    "https://www.paper.example/rss": "paper.example",
    "https://www.youtube.com/feeds/videos.xml?channel_id=UC1": "youtube.com/channel/UC1",
    "https://www.youtube.com/@ann": "youtube.com/@ann",
    "https://www.reddit.com/r/news/.rss": "reddit.com/r/news",
    "https://social.example/@ann.rss": "social.example/@ann",
    "https://social.example/tags/ads.rss": "social.example",
    "https://medium.com/feed/@ann": "medium.com/@ann",
    "https://ann.medium.com/feed": "ann.medium.com",
    "https://t.me/s/ann": "t.me/ann",
    "": "",
    "http://[": "",
}


@pytest.mark.parametrize(("url", "publisher"), PUBLISHERS.items())
def test_an_account_on_a_platform_is_a_publisher_of_its_own(url, publisher):
    assert publisher_of(url) == publisher
    assert tenant(publisher) == publisher


HERE = ["https://paper.example/1", "https://www.paper.example/2", "https://other.example/3"]
FEEDS = {
    "its own address": ("https://paper.example/rss", "https://paper.example/", [], "paper.example"),
    "FeedBurner": (
        "https://feeds.feedburner.com/paper", "https://paper.example/", [], "paper.example",
    ),
    "a route of RSSHub": ("https://rsshub.app/x/y", "https://paper.example/", [], "paper.example"),
    "somebody's bridge": (
        "https://b.example/?action=display&bridge=X&format=Atom", "https://paper.example/", [],
        "paper.example",
    ),
    "another host, the articles lie there": (
        "https://127.0.0.1/rss", "https://paper.example/news", HERE, "paper.example",
    ),
    "another host, the articles lie elsewhere": (
        "https://evil.example/rss", "https://paper.example/", HERE[2:], "evil.example",
    ),
    "another host, no articles": (
        "https://evil.example/rss", "https://paper.example/", [], "evil.example",
    ),
    "a service that names itself": (
        "https://feeds.feedburner.com/x", "https://feeds.feedburner.com/x", [],
        "feeds.feedburner.com",
    ),
    "an aggregator": (
        "https://news.google.com/rss", "https://paper.example/", HERE, "news.google.com",
    ),
    "a channel of YouTube": (
        "https://www.youtube.com/feeds/videos.xml?channel_id=UC1",
        "https://www.youtube.com/channel/UC1", [], "youtube.com/channel/UC1",
    ),
    "no site": ("https://paper.example/rss", "", HERE, "paper.example"),
}  # fmt: skip


@pytest.mark.parametrize(("url", "site", "links", "publisher"), FEEDS.values(), ids=FEEDS)
def test_a_feed_is_its_site_s_where_a_service_only_carries_it(url, site, links, publisher):
    assert publisher_of_feed(url, site, links) == publisher
