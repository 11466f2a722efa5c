import pytest

from tracker.events.grouping.publishers import agency_of, newsroom_of

HOSTS = {
    "www.bbc.co.uk": "bbc",
    "bbc.com": "bbc",
    "de.euronews.com": "euronews",
    "news.example": "news.example",
    "feeds.news.example": "news.example",
    "a.github.io": "a.github.io",
    "b.a.github.io": "a.github.io",
    "a.blogspot.com": "a.blogspot.com",
    "a.substack.com": "a.substack.com",
    "www.substack.com": "substack.com",
    "WWW.BBC.co.uk.": "bbc",
    "www.ｂbc.com": "bbc",
    "127.0.3.1": "127.0.3.1",
    "10.0.3.1": "10.0.3.1",
    "::1": "::1",
}


@pytest.mark.parametrize(("host", "name"), HOSTS.items(), ids=HOSTS)
def test_a_newsroom_is_one_whatever_its_address(host, name):
    assert newsroom_of(host) == name


CREDITS = {
    "in brackets": (
        "Twitter bars RT",
        "MOSCOW (Reuters) - Twitter said so.",
        "Reuters",
    ),
    "with a place": ("Twitter bars RT", "(Moscow, AFP) It said so.", "AFP"),
    "at the beginning": ("Twitter bars RT", "AFP — It said so.", "AFP"),
    "in the title": ("Twitter bars RT (AP)", "", "AP"),
    "in its own letters": ("Твиттер запретил рекламу", "МОСКВА. /ТАСС/ Компания сообщила.", "TASS"),
    "at the end": ("Twitter verbannt RT", "Das teilte das Unternehmen mit. (dpa)", "dpa"),
    "not a credit": ("AP photo editor joins Twitter", "She worked at AFP before.", ""),
    "a word that holds one": ("APPLE removes an app", "The AFPs of this world.", ""),
    "reported by": ("Twitter bars RT, Reuters reports", "", ""),
}


@pytest.mark.parametrize(("title", "summary", "name"), CREDITS.values(), ids=CREDITS)
def test_an_agency_is_known_by_its_credit(title, summary, name):
    assert agency_of(title, summary) == name
