from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.conftest import NOW
from tracker.feeds.dates.parse import Published
from tracker.feeds.identity.recognise import (
    StoredEntries,
    StoredEntry,
    loses_words,
    recognise,
    word_length,
)
from tracker.feeds.parsing.types import entry_of, told_apart

OLD: dict[str, Any] = {
    "guid": "https://paper.example/?p=1",
    "link": "https://paper.example/2026/court-fines-meta",
    "title": "Court fines Meta over hidden advertisements",
    "summary": "A court in the capital fined the company on Friday after a long trial.",
    "at": NOW,
}
ANOTHER = {
    "title": "Ministry orders the blocking of Telegram",
    "summary": "The order was signed on Monday and names no reason at all for the step.",
}
LATER = NOW + timedelta(days=2)


def item(at=NOW, **words):
    given = {"guid": "", "link": "", "title": "", "summary": "", "body": "", "author": ""} | words
    return entry_of(published=Published(at, str(at)), **given)


def row(key="", **words):
    entry = item(**words)
    return StoredEntry(
        key or entry.key,
        entry.guid,
        entry.link,
        entry.title,
        entry.summary,
        entry.published_at,
        frozenset({entry.content_hash}),
        word_length(entry.title, entry.summary, entry.body),
    )


def same(old, new, **more):
    """Whether the new item is taken for the old one."""
    ((_, found),) = recognise([item(**new)], StoredEntries([row(**old)]), **more)
    return found is not None


def without(*names):
    return {k: v for k, v in OLD.items() if k not in names}


SAME = {
    "as it was": (OLD, OLD),
    "another link under its guid": (OLD, OLD | {"link": "https://paper.example/other"}),
    "another guid at its link": (OLD, OLD | {"guid": "urn:new"}),
    "guid and host changed": (
        without("guid"),
        without("guid") | {"link": "https://new.example/2026/court-fines-meta"},
    ),
    "an unknown parameter in the link": (
        OLD,
        OLD | {"link": "https://paper.example/2026/court-fines-meta?t=222&xtor=RSS-1"},
    ),
    "another headline, slug and the same summary": (
        OLD,
        OLD | {"title": "Meta must pay, says court", "link": "https://paper.example/2026/pay"},
    ),
    "a longer headline and another slug, no summary": (
        without("summary"),
        without("summary")
        | {"title": OLD["title"] + ", lawyers protest", "link": "https://paper.example/x"},
    ),
    "another headline at its guid and link, no summary": (
        without("summary"),
        without("summary") | {"title": "Meta must pay"},
    ),
    "another summary": (OLD, OLD | {"summary": ANOTHER["summary"]}),
    "a slip mended in both": (
        OLD,
        OLD
        | {
            "title": "Court fines Meta over hiden advertisements",
            "summary": OLD["summary"].replace("Friday", "Fridays"),
        },
    ),
    "a new date": (OLD, OLD | {"at": LATER}),
    "new guid and link, the same headline and hour": (
        OLD,
        OLD | {"guid": "CBM2", "link": "https://paper.example/rss/CBM2"},
    ),
    "a date that moved by a second, new guid and link": (
        OLD,
        OLD | {"guid": "2", "link": "https://paper.example/2", "at": NOW + timedelta(seconds=1)},
    ),
    "guid, link and headline follow an edit": (
        without("guid"),
        without("guid")
        | {"title": OLD["title"] + ", lawyers say", "link": "https://paper.example/lawyers-say"},
    ),
    "guid and link follow a reworded headline": (
        OLD,
        OLD
        | {
            "title": "Meta fined over advertisements by court",
            "guid": "2",
            "link": "https://paper.example/2",
        },
    ),
    "an article gave way to a notice": (
        OLD,
        OLD | {"title": "Page not found", "summary": "Sorry, this page was removed."},
    ),
    "a short title at a new host, guid the same": (
        OLD | {"title": "Meta fined"},
        OLD | {"title": "Meta fined", "link": "https://new.example/1"},
    ),
}
ANOTHER_ARTICLE = {
    "guid and link used again, title and summary differ": (OLD, OLD | ANOTHER),
    "the same on the next day": (OLD, OLD | ANOTHER | {"at": LATER}),
    "a page of releases without summaries": (
        without("guid", "summary"),
        without("guid", "summary") | {"title": ANOTHER["title"], "at": LATER},
    ),
    "a page of releases that differ by a number": (
        without("guid", "summary") | {"title": "Decision 14 of the regulator"},
        without("guid", "summary") | {"title": "Decision 15 of the regulator", "at": LATER},
    ),
    "a column of the same title": (
        OLD | {"title": "Platform news of the week in short"},
        {
            "guid": "2",
            "link": "https://paper.example/2",
            "title": "Platform news of the week in short",
            "summary": ANOTHER["summary"],
            "at": LATER,
        },
    ),
    "another decision of the same day with the same words below": (
        OLD | {"title": "Decision 14 on hidden advertisements"},
        OLD
        | {
            "title": "Decision 15 on hidden advertisements",
            "guid": "2",
            "link": "https://paper.example/2",
        },
    ),
    "the same agency report at another paper": (
        OLD,
        OLD
        | {
            "guid": "2",
            "link": "https://daily.example/1",
            "at": NOW + timedelta(hours=1),
        },
    ),
}


@pytest.mark.parametrize(("old", "new"), SAME.values(), ids=SAME)
def test_an_article_is_the_same_whatever_else_changes(old, new):
    assert same(old, new)


@pytest.mark.parametrize(("old", "new"), ANOTHER_ARTICLE.values(), ids=ANOTHER_ARTICLE)
def test_another_article_is_never_taken_for_an_edit(old, new):
    assert not same(old, new)


def test_a_new_article_in_an_old_one_s_place_gets_a_key_of_its_own():
    old, entry = row(**OLD), item(**OLD | ANOTHER)
    ((stored, _),) = recognise([entry], StoredEntries([old]))
    assert entry.key == old.key != stored.key
    ((again, found),) = recognise([entry], StoredEntries([old, row(stored.key, **OLD | ANOTHER)]))
    assert found is not None
    assert (found.key, again.key) == (stored.key, stored.key)


def test_an_entry_that_the_body_still_has_is_no_other_s():
    old = row(**OLD)
    new = item(**OLD | {"guid": "2", "link": "https://paper.example/2"})
    ((_, found),) = recognise([new], StoredEntries([old]), known_names=frozenset({old.name}))
    assert found is None


def test_a_headline_that_was_stored_with_its_publisher_s_name_is_the_same():
    old = OLD | {"title": f"{OLD['title']} - Paper", "summary": ""}
    new = OLD | {"guid": "2", "link": "https://paper.example/rss/2", "summary": ""}
    entry = replace(item(**new), source_name="Paper")
    ((_, found),) = recognise([entry], StoredEntries([row(**old)]))
    assert found is not None


def test_a_whole_body_under_new_keys_is_known_by_its_titles():
    new = OLD | {"guid": "2", "link": "https://new.example/2", "at": LATER}
    assert same(OLD, new, is_all_new=True)
    assert not same(OLD, new)


def page(*titles, guid="", link="https://office.example/press"):
    return told_apart(
        item(guid=guid, link=link, title=t, at=NOW - timedelta(days=n))
        for n, t in enumerate(titles)
    )


@pytest.mark.parametrize("guid", ["", "N/A"])
def test_items_that_share_their_only_name_are_articles_each(guid):
    titles = ["Office fines Meta", "Office orders X to answer", "Office blocks a list"]
    first = page(*titles, guid=guid)
    rows = StoredEntries([StoredEntry(e.key, e.guid, e.link, e.title) for e in first])
    assert len(rows.by_key) == 3
    second = recognise(page("Court lifts the blocking", *titles, guid=guid), rows)
    assert [found.title if found else None for _, found in second] == [None, *titles]


def test_the_same_item_twice_is_one():
    assert len(page("Office fines Meta", "Office fines Meta", guid="1")) == 1
    twice = [item(guid="1", title="a"), item(guid="1", title="a", summary="more")]
    assert len(told_apart(twice)) == 1


def test_releases_of_one_title_are_told_apart_by_their_words_and_days():
    link, days = "https://office.example/press", [NOW, LATER]
    by_words = [item(link=link, title="Press release", summary=s) for s in ("One", "Two")]
    by_day = [item(link=link, title="Press release", summary="One", at=day) for day in days]
    assert len(told_apart(by_words)) == 2
    assert len(told_apart([*by_words, by_day[1]])) == 3


def test_a_link_that_was_shared_once_names_nobody_later():
    rows = [row(key=t, link="https://office.example/press", title=t) for t in ("One", "Two")]
    new = item(link="https://office.example/press", title="Three")
    ((_, found),) = recognise([new], StoredEntries(rows))
    assert found is None


LONG = {"summary": "The court gave its reasons at length. " * 20}


@pytest.mark.parametrize("body", ["", "Subscribe to read on."])
def test_an_edit_that_takes_most_words_away_is_none(body):
    old = row(**OLD | LONG)
    assert loses_words(item(**OLD | {"summary": body}), old)
    assert not loses_words(item(**OLD | {"summary": LONG["summary"][:500]}), old)
    assert not loses_words(item(title="Short"), row(title="A short one"))


@pytest.mark.parametrize(
    "notice",
    ["Subscribe to continue reading.", "Cet article est réservé aux abonnés.", "[Removed]", "404"],
)
def test_a_notice_in_an_article_s_place_is_no_edit_however_short_the_article(notice):
    assert loses_words(item(**OLD | {"summary": notice}), row(**OLD))
    assert loses_words(item(**OLD | {"title": notice, "summary": ""}), row(**OLD))


@pytest.mark.parametrize(
    "headline",
    [
        "Facebook page of a party removed after a complaint",
        "Apple deletes the article app from its store",
        "YouTube lets nobody subscribe to the channel of a minister",
        "Posts on the vote are no longer available in Arland",
        "Telegram channel not found: what users saw",
    ],
)
def test_a_headline_that_speaks_of_removals_is_none(headline):
    assert not loses_words(item(**OLD | {"title": headline}), row(**OLD))


WORDS = st.sampled_from(["meta", "court", "x", "fines", "7", "8", "Телеграм", "封鎖", ""])
# Words as a feed's text is kept: no blank at either end, and single ones between.
TEXT = st.lists(WORDS, max_size=5).map(lambda words: " ".join(filter(None, words)))
ITEM = st.fixed_dictionaries(
    {
        "guid": st.sampled_from(["", "N/A", "1", "2"]),
        "link": st.sampled_from(["", "https://a.example/1", "https://a.example/2?x=1"]),
        "title": TEXT,
        "summary": TEXT,
        "at": st.sampled_from([None, NOW, LATER]),
    }
)


@given(st.lists(ITEM, max_size=6), st.lists(ITEM, max_size=6))
def test_each_stored_entry_stands_for_one_item_and_keys_are_never_given_twice(old, new):
    first = told_apart(item(**words) for words in old)
    rows = StoredEntries(
        [
            StoredEntry(e.key, e.guid, e.link, e.title, e.summary, e.published_at)
            for e, _ in recognise(first, StoredEntries())
        ]
    )
    assert len(rows.by_key) == len(first)
    second = recognise(told_apart(item(**words) for words in new), rows)
    assert len({entry.key for entry, _ in second}) == len(second)
    matched = [found.key for _, found in second if found]
    assert len(set(matched)) == len(matched)
    assert all(entry.key not in rows.by_key for entry, found in second if found is None)


@given(st.lists(ITEM, max_size=8))
def test_the_same_body_again_brings_nothing(items):
    first = told_apart(item(**words) for words in items)
    rows = [
        StoredEntry(
            e.key, e.guid, e.link, e.title, e.summary, e.published_at, frozenset({e.content_hash})
        )
        for e, _ in recognise(first, StoredEntries())
    ]
    again = recognise(told_apart(item(**words) for words in items), StoredEntries(rows))
    assert [entry.key for entry, _ in again] == [found.key for _, found in again if found]
