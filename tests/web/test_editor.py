"""What editors may do on the pages of sources, and nobody else."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from tests import make
from tests.conftest import NOW, Answer
from tracker.feeds.discover import REQUEST_LIMIT
from tracker.feeds.models import Feed

pytestmark = pytest.mark.django_db


@pytest.fixture
def editor(client):
    client.force_login(User.objects.create_user("ed", password="a long password", is_staff=True))
    return client


def searched(client, url):
    return client.post("/sources/new", {"act": "preview", "url": url})


def test_editors_sign_in_and_out(client):
    User.objects.create_user("ed", password="a long password", is_staff=True)
    form = {"username": "ed", "password": "wrong", "next": "/sources"}
    assert "correct username and password" in client.post("/login", form).content.decode()
    answer = client.post("/login", form | {"password": "a long password"}, follow=True)
    assert answer.redirect_chain == [("/sources", 302)]
    assert 'Signed in as <a href="/account">ed</a>' in answer.content.decode()
    assert "Editor sign-in" in client.post("/logout", follow=True).content.decode()


@pytest.mark.parametrize("path", ["/sources/new", "/sources/1/poll"])
@pytest.mark.parametrize("who", ["nobody", "reader"])
def test_w4_others_are_sent_to_sign_in(client, path, who):
    if who == "reader":
        client.force_login(User.objects.create_user("reader", password="a long password"))
    feed = make.feed(pk=1, next_poll_at=NOW + timedelta(days=300))
    for answer in (client.get(path), client.post(path, {"url": "https://a.example/"})):
        assert answer.status_code == 302
        assert answer["Location"].startswith("/login?next=")
    assert list(Feed.objects.values_list("next_poll_at")) == [(feed.next_poll_at,)]


def test_try_now_makes_the_feed_due_a_stopped_one_too(editor):
    later = timezone.now() + timedelta(days=30)
    feed = make.feed(next_poll_at=later, is_active=False, state="gone")
    text = editor.post(f"/sources/{feed.pk}/poll", follow=True).content.decode()
    assert "The feed will be polled within seconds" in text
    assert Feed.objects.due(timezone.now()).get() == feed


def test_a_feed_that_is_being_polled_is_left_alone(editor):
    later = timezone.now() + timedelta(minutes=4)
    feed = make.feed(next_poll_at=later, claim="00000000-0000-0000-0000-000000000001")
    text = editor.post(f"/sources/{feed.pk}/poll", follow=True).content.decode()
    assert "The feed is being polled now" in text
    assert not Feed.objects.due(timezone.now()).exists()


def test_a_preview_shows_what_would_be_taken_and_stores_nothing(editor, server, local):
    server.pages["/rss"] = Answer(
        make.rss(
            {"title": "Twitter bans ads from RT and Sputnik", "published": make.DAY},
            {"title": "Rain <b>in the north</b>"},
        )
    )
    text = searched(editor, f"{server.url}/rss").content.decode()
    assert "Ad ban: X (Twitter); RT, Sputnik" in text
    assert "no event" in text
    assert "<b>" not in text
    assert not Feed.objects.exists()
    form = {"url": f"{server.url}/rss", "title": "Example"}
    text = editor.post("/sources/new", form, follow=True).content.decode()
    assert "Feed added" in text
    assert Feed.objects.get().title == "Example"
    assert "Already followed" in searched(editor, form["url"]).content.decode()


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("file:///etc/passwd", "Only addresses with http or https"),
        ("http://127.0.0.2/rss", "belongs to a private network"),
        ("http://[", "This is not a web address"),
    ],
)
def test_f1_what_may_not_be_fetched_is_said(editor, url, words):
    answer = searched(editor, url)
    assert answer.status_code == 400
    assert words in answer.content.decode()
    assert not Feed.objects.exists()


def test_a_page_without_feeds_says_so(editor, server, local):
    server.pages["/"] = Answer(b"<html></html>")
    assert "No feed found" in searched(editor, f"{server.url}/").content.decode()


def test_s8_a_link_starts_no_search(editor, canary, settings):
    settings.ALLOWED_NETWORKS = ["127.0.0.0/8"]
    text = editor.get("/sources/new", {"url": f"{canary.url}/"}).content.decode()
    assert f'value="{canary.url}/"' in text


def test_s8_a_search_needs_the_forms_token(editor, canary, settings):
    settings.ALLOWED_NETWORKS = ["127.0.0.0/8"]
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = editor.cookies
    assert searched(strict, f"{canary.url}/").status_code == 403


def test_s8_a_page_that_leads_to_too_much_is_cut_and_that_is_said(editor, server, local):
    link = "<link rel=alternate type=application/rss+xml href=/{}>"
    server.pages["/"] = Answer("".join(link.format(n) for n in range(5_000)).encode())
    server.pages["/0"] = Answer(make.rss({"title": "a"}))
    text = searched(editor, f"{server.url}/").content.decode()
    assert len(server.seen) == REQUEST_LIMIT
    assert f"We stopped after {REQUEST_LIMIT} requests" in text
    assert f"{server.url}/0" in text


def test_a_followed_feed_is_searched_by_its_number_and_its_password_not_shown(
    editor, server, local
):
    server.pages["/rss"] = Answer(make.rss({"title": "a", "link": "/article"}))
    address = f"{server.url}/rss".replace("://", "://user:TOPSECRET@")
    feed = make.feed(address)
    answers = [
        editor.get(f"/sources/{feed.pk}"),
        editor.post("/sources/new", {"act": "preview", "feed": feed.pk}),
    ]
    assert server.seen[0][1]["authorization"].startswith("Basic ")
    assert "Already followed" in answers[1].content.decode()
    assert all(b"TOPSECRET" not in answer.content for answer in answers)
