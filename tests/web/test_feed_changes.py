"""What editors do to feeds in the browser: each change has its form, its words and its line."""

import re

import pytest
from django.contrib.auth.models import User

from tests import make
from tests.conftest import NOW
from tests.processes import ROOT
from tracker.feeds.causes import CAUSES
from tracker.feeds.models import Entry, Feed, FeedChange

pytestmark = pytest.mark.django_db


@pytest.fixture
def editor(client):
    client.force_login(User.objects.create_user("ed", is_staff=True))
    return client


def shown(answer):
    return " ".join(answer.content.decode().split())


def change(editor, act, *feeds, **values):
    form = {"act": act, "feed": [feed.pk for feed in feeds]} | values
    return shown(editor.post("/sources/change", form, follow=True))


def test_several_feeds_are_paused_resumed_removed_and_restored_at_once(editor):
    feeds = [make.feed(f"https://{n}.example/", title=f"Feed {n}") for n in range(3)]
    states = []
    for act in ("pause", "resume", "remove", "restore"):
        words = change(editor, act, *feeds[:2])
        assert "2 feeds " in words
        states.append(list(Feed.objects.order_by("pk").values_list("is_active", flat=True)))
    assert states == [[False, False, True], [True] * 3, [False, False, True], [True] * 3]
    lines = feeds[0].changes.order_by("pk").values_list("verb", "by")
    assert list(lines) == [(verb, "ed") for verb in ("paused", "resumed", "removed", "restored")]


def test_several_feeds_get_a_category(editor):
    feed, other = make.feed("https://a.example/"), make.feed("https://b.example/", group="Old")
    assert "Category of 2 feeds set" in change(editor, "group", feed, other, group="News")
    assert set(Feed.objects.values_list("group", flat=True)) == {"News"}
    page = shown(editor.get(f"/sources/{other.pk}"))
    assert 'ed: category set: <span dir="auto">Old → News</span>' in page


@pytest.mark.parametrize(
    ("form", "words"),
    [
        ({"act": "pause"}, "Select at least one feed"),
        ({"act": "pause", "feed": ["x", "-1", "9" * 30]}, "Select at least one feed"),
        ({"act": "destroy", "feed": [1]}, "Choose what to do with the feeds"),
    ],
)
def test_what_is_no_choice_changes_nothing(editor, form, words):
    make.feed(pk=1)
    assert words in shown(editor.post("/sources/change", form, follow=True))
    assert not FeedChange.objects.exists()


def test_a_removed_feed_says_so_and_can_be_restored_on_its_page(editor, client):
    feed = make.feed(title="Alpha")
    make.entry("A headline of its own", feed=feed)
    change(editor, "remove", feed)
    page = shown(editor.get(f"/sources/{feed.pk}"))
    assert "removed: " in page
    assert "A headline of its own" in page
    assert 'value="restore"' in page
    assert 'value="pause"' not in page
    assert "not polled" in shown(editor.post(f"/sources/{feed.pk}/poll", follow=True))


def test_nobody_but_editors_sees_who_changed_a_feed(editor):
    feed = make.feed()
    change(editor, "pause", feed)
    assert "ed: paused" in shown(editor.get(f"/sources/{feed.pk}"))
    editor.logout()
    assert "ed: paused" not in shown(editor.get(f"/sources/{feed.pk}"))


FACTS = {"title": "Alpha", "url": "https://news.example/rss"}


def test_every_fact_of_a_feed_can_be_edited(editor):
    feed = make.feed(title="Beta")
    form = FACTS | {"group": "News", "language": "fr", "country": "FR", "is_aggregator": "on"}
    page = shown(editor.post(f"/sources/{feed.pk}/edit", form, follow=True))
    for words in ("Feed saved", "publishes articles by others", "France", "French", "Alpha"):
        assert words in page
    assert FeedChange.objects.filter(feed=feed).count() == 5
    assert "Nothing was changed" in shown(
        editor.post(f"/sources/{feed.pk}/edit", form, follow=True)
    )


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"title": ""}, "This field is required"),
        ({"language": "no tag"}, "Enter a language tag"),
        ({"country": "XX"}, "Select a valid choice"),
        ({"url": "file:///etc/passwd"}, "This is not a web address"),
        ({"url": "https://b.example/"}, "Merge the two instead"),
        ({"url": "https://b.example/?key=***"}, "Enter the whole address"),
    ],
)
def test_what_cannot_be_stored_is_said_beside_the_form(editor, values, words):
    feed, _other = make.feed(title="Alpha"), make.feed("https://b.example/")
    answer = editor.post(f"/sources/{feed.pk}/edit", FACTS | values)
    assert answer.status_code == 400
    assert words in shown(answer)
    assert not FeedChange.objects.exists()


def test_f10_an_address_with_a_password_is_kept_where_it_was_not_changed(editor):
    feed = make.feed("https://user:hunter2@a.example/rss?key=abc", title="Beta")
    page = shown(editor.get(f"/sources/{feed.pk}/edit"))
    assert "hunter2" not in page
    assert "abc" not in page
    form = {"title": "Alpha", "url": "https://a.example/rss?key=***"}
    editor.post(f"/sources/{feed.pk}/edit", form)
    feed.refresh_from_db()
    assert (feed.title, feed.url) == ("Alpha", "https://user:hunter2@a.example/rss?key=abc")


def test_a_merge_is_shown_before_it_is_done(editor):
    feed, into = make.feed("https://a.example/", title="A"), make.feed("https://b.example/")
    make.entry(feed=feed)
    page = shown(editor.get(f"/sources/{feed.pk}/merge?into={into.pk}+Example"))
    assert "1 entry moves to the feed that remains" in page
    assert not Entry.objects.filter(feed=into).exists()
    page = editor.post(f"/sources/{feed.pk}/merge", {"into": into.pk}, follow=True)
    assert page.redirect_chain == [(f"/sources/{into.pk}", 302)]
    assert "1 entry was moved" in shown(page)
    assert Entry.objects.get().feed == into
    assert f'href="/sources/{into.pk}"' in shown(editor.get(f"/sources/{feed.pk}"))


def test_a_merged_feed_cannot_be_edited_or_restored_and_says_why(editor):
    feed, into = make.feed("https://a.example/", title="A"), make.feed("https://b.example/")
    editor.post(f"/sources/{feed.pk}/merge", {"into": into.pk})
    form = {"title": "Alpha", "url": "https://a.example/"}
    page = shown(editor.post(f"/sources/{feed.pk}/edit", form))
    assert f"This feed was merged into feed {into.pk}. Edit that one instead." in page
    page = shown(editor.post("/sources/change", {"feed": feed.pk, "act": "restore"}, follow=True))
    assert "merged into another for good" in page
    assert "0 feeds" not in page


@pytest.mark.parametrize("act", ["pause", "resume", "remove", "restore", "group"])
def test_an_action_that_changes_nothing_says_why(editor, act):
    feed = make.feed(group="News")
    if act in {"pause", "remove"}:
        editor.post("/sources/change", {"feed": feed.pk, "act": act})
    sent = {"feed": feed.pk, "act": act, "group": "News"}
    page = shown(editor.post("/sources/change", sent, follow=True))
    assert "Nothing was changed: " in page


def test_only_a_followed_address_is_said_to_be_tried_again():
    wait = CAUSES["refused_connection"]
    assert "We try again" in str(wait.hint)
    for cause in CAUSES.values():
        assert not re.search("We (try|ask) again", str(cause.hint_unfollowed))


@pytest.mark.parametrize("into", ["", "x", "itself", "99", "9" * 30])
def test_a_merge_needs_another_feed(editor, into):
    feed = make.feed()
    number = str(feed.pk) if into == "itself" else into
    for answer in (
        editor.get(f"/sources/{feed.pk}/merge", {"into": number}, follow=True),
        editor.post(f"/sources/{feed.pk}/merge", {"into": number}, follow=True),
    ):
        assert "Enter the number of another feed" in shown(answer)


LIST = """<opml version="2.0"><body><outline text="News">
<outline type="rss" text="Alpha" xmlUrl="https://a.example/rss"/>
<outline type="rss" text="Beta" xmlUrl="https://b.example/rss" country="de"/>
<outline type="rss" text="Bad" xmlUrl="ftp://c.example/rss"/>
</outline></body></opml>"""


def test_an_import_shows_what_it_would_add_and_stores_nothing_before(editor):
    make.feed("https://a.example/rss")
    page = shown(editor.post("/sources/import", {"opml": LIST, "act": "preview"}))
    assert "1 feed would be added; already followed: 1" in page
    assert "https://b.example/rss" in page
    assert "line 4: ftp://c.example/rss" in page
    assert (Feed.objects.count(), FeedChange.objects.count()) == (1, 0)
    page = shown(editor.post("/sources/import", {"opml": LIST, "act": "import"}, follow=True))
    assert "1 feed added" in page
    feed = Feed.objects.get(url="https://b.example/rss")
    assert (feed.group, feed.country, feed.changes.get().by) == ("News", "DE", "ed")


@pytest.mark.parametrize(
    ("text", "words"), [("", "Paste a list of feeds"), ("<html>", "no feed in the file")]
)
def test_what_is_no_list_is_refused_with_words(editor, text, words):
    answer = editor.post("/sources/import", {"opml": text, "act": "import"})
    assert answer.status_code == 400
    assert words in shown(answer)


def test_the_whole_catalogue_fits_into_the_form(editor):
    catalogue = (ROOT / "tracker" / "feeds" / "data" / "feeds.opml").read_text("utf-8")
    answer = editor.post("/sources/import", {"opml": catalogue, "act": "preview"})
    assert "253 feeds would be added" in shown(answer)
    assert 'enctype="multipart/form-data"' in shown(answer)  # percent-encoded it might be refused


def test_a_feed_that_was_removed_is_followed_again_when_it_is_added(editor):
    feed = make.feed("https://a.example/rss", removed_at=NOW, is_active=False)
    page = editor.post("/sources/new", {"url": "https://a.example/rss"}, follow=True)
    assert "Feed added" in shown(page)
    feed.refresh_from_db()
    assert (feed.removed_at, feed.is_active) == (None, True)
