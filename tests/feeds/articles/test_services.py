"""Translators and archives are asked by workers, about articles of events that are shown; what they
answer is hostile until it was read.
"""

import json
from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone, translation

from tests import make
from tests.conftest import NOW, Answer
from tracker import tasks
from tracker.events.intake.article_requests import queue_article_requests
from tracker.events.publish.articles import articles_in_html, articles_in_text
from tracker.events.search.load import load_rows
from tracker.feeds.articles import archiving, asking, translating
from tracker.feeds.models import Activity, ArchivedCopy, Entry, TranslatedTitle
from tracker.feeds.network.calls import CallAnswer
from tracker.locks import LOST, LOST_TRIES, lease_rows
from tracker.operations.health.status import watch
from tracker.operations.retry import items_set_aside, retry_items

pytestmark = pytest.mark.django_db
TITLE = "В Кении снова работает Telegram"
MEMENTOS = '<https://a.example/>; rel="original", <https://archive.example/m/1>; rel="memento"'
LATER = NOW + timedelta(days=1)


def posted(server, answer, status=200):
    """Let the server answer a POST at every path, and keep what it was sent."""
    sent = []

    def do_post(handler):
        body = handler.rfile.read(int(handler.headers["Content-Length"]))
        sent.append((handler.path, dict(handler.headers), json.loads(body)))
        out = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
        handler.send_response(status)
        handler.send_header("Content-Length", str(len(out)))
        handler.end_headers()
        handler.wfile.write(out)

    server.http.RequestHandlerClass.do_POST = do_post
    return sent


@pytest.fixture
def shown():
    """The event of a Russian article."""
    event = make.event("Kenya lifts its block", recorded_at=NOW, changed_at=NOW)
    make.report(event, make.entry(TITLE, language="ru"))
    return event


@pytest.fixture
def translator(server, settings):
    settings.TRANSLATE_URL = server.url
    settings.LANGUAGES = [("en", "English"), ("fr", "Français")]
    return server


def row_of(event):
    (row,) = load_rows([event])
    return row.reports[0]


def test_a_title_is_translated_into_each_language_of_the_interface(shown, translator):
    sent = posted(translator, {"translatedText": "Telegram works again in Kenya\x07"})
    assert queue_article_requests(NOW) == 2
    assert queue_article_requests(NOW) == 0
    assert translating.translate_titles(NOW) == 2
    assert {body["target"] for _, _, body in sent} == {"en", "fr"}
    assert {(path, body["source"], body["q"]) for path, _, body in sent} == {
        ("/translate", "ru", TITLE)
    }
    assert row_of(shown).title_translated == "Telegram works again in Kenya"
    assert row_of(shown).title == TITLE
    assert translating.translate_titles(LATER) == 0


def test_a_translation_is_marked_everywhere_and_cited_nowhere(shown, translator, client):
    posted(translator, {"translatedText": "Telegram works again <b>"})
    queue_article_requests(NOW)
    translating.translate_titles(NOW)
    page = client.get(f"/events/{shown.pk}").content.decode()
    assert "Telegram works again &lt;b&gt;" in page
    assert "machine translation" in page
    assert 'href="https://web.archive.org/web/20171027090000/https://news.example/1"' in page
    (report,) = client.get(f"/api/v1/events/{shown.pk}").json()["reports"]
    assert (report["title"], report["title_translated"]) == (TITLE, "Telegram works again <b>")
    (row,) = load_rows([shown])
    assert "Machine translation: Telegram works again" in articles_in_text(row, "")
    assert "Machine translation: Telegram works again &lt;b&gt;" in articles_in_html(row, "")
    with translation.override("fr"):
        assert row.reports[0].title_translated == "Telegram works again <b>"
    for form in ("cite.bib", "cite.json"):
        assert b"works again" not in client.get(f"/events/{shown.pk}/{form}").content
    # What was answered since is no part of the past.
    at = f"{NOW:%Y-%m-%dT%H:%M:%SZ}"
    past = client.get(f"/api/v1/events/{shown.pk}", {"as_of": at}).json()["reports"]
    assert [old["title_translated"] for old in past] in ([], [""])


def test_nobody_is_asked_without_the_setting(shown, server, settings):
    sent = posted(server, {})
    settings.TRANSLATE_URL = ""
    assert queue_article_requests(NOW) == 0
    tasks.ask_about_articles()
    assert (sent, server.seen) == ([], [])


def test_a_chat_server_is_asked_with_its_model_and_key(shown, translator, settings):
    settings.TRANSLATE_KIND, settings.TRANSLATE_MODEL = "openai", "small"
    settings.TRANSLATE_KEY = "secret"
    settings.TRANSLATE_URL += "/v1/"
    content = "“Telegram works again”"
    sent = posted(translator, {"choices": [{"message": {"content": content}}]})
    queue_article_requests(NOW)
    assert translating.translate_titles(NOW) == 2
    path, headers, body = sent[0]
    assert (path, headers["Authorization"]) == ("/v1/chat/completions", "Bearer secret")
    assert (body["model"], body["messages"][1]["content"]) == ("small", TITLE)
    assert row_of(shown).title_translated == "Telegram works again"


@pytest.mark.parametrize(
    "body",
    [b"", b"[]", b"<html>", b"[" * 5000, b'{"translatedText": 7}', b'{"translatedText": " "}',
     json.dumps({"translatedText": "x" * 400}).encode()],
    ids=["nothing", "list", "page", "deep", "number", "blank", "long"],
)  # fmt: skip
def test_an_answer_that_is_no_title_is_booked_and_set_aside(shown, translator, body):
    sent = posted(translator, body)
    queue_article_requests(NOW)
    TranslatedTitle.objects.filter(language="fr").delete()
    for hours in range(0, 24, 4):
        translating.translate_titles(NOW + timedelta(hours=hours))
        TranslatedTitle.objects.exclude(next_try_at=None).update(next_try_at=NOW)
    row = TranslatedTitle.objects.get()
    assert (len(sent), row.attempts, row.next_try_at) == (asking.TRIES, asking.TRIES, None)
    assert row.error
    assert row_of(shown).title_translated == ""
    (item,) = items_set_aside(["translation"])
    assert (item.title, item.error) == (TITLE, row.error)
    assert retry_items([item], NOW) == 1
    posted(translator, {"translatedText": "Telegram is back"})
    assert translating.translate_titles(NOW) == 1


def test_a_server_that_fails_is_left_alone_and_loses_nothing(shown, translator):
    sent = posted(translator, {}, status=503)
    queue_article_requests(NOW)
    assert translating.translate_titles(NOW) == 0
    assert len(sent) == 1
    assert not translating.SERVICE.due(NOW + timedelta(seconds=50)).exists()
    assert sum(row.attempts for row in TranslatedTitle.objects.all()) == 1
    assert "503" in Activity.objects.get(work_type="translations").error


def test_f8_a_server_that_goes_while_its_answer_is_unpacked_is_not_a_question_s_fault(
    shown, translator, monkeypatch
):
    async def fail(reader, name):
        raise RuntimeError("Connection closed.")  # as aiohttp does then

    def begin(handler):
        handler.send_response(200)
        handler.send_header("Content-Length", "1000")
        handler.end_headers()

    translator.http.RequestHandlerClass.do_POST = begin
    monkeypatch.setattr("aiohttp.streams.StreamReader._wait", fail)
    queue_article_requests(NOW)
    for _ in range(asking.TRIES + 1):
        TranslatedTitle.objects.filter(next_try_at__isnull=False).update(next_try_at=NOW)
        assert translating.translate_titles(NOW) == 0
    assert not TranslatedTitle.objects.filter(next_try_at=None).exists()
    assert "broke off" in Activity.objects.get(work_type="translations").error


def test_a_title_edited_since_has_no_translation(shown, translator):
    posted(translator, {"translatedText": "Telegram is back"})
    queue_article_requests(NOW)
    translating.translate_titles(NOW)
    Entry.objects.update(title="Другое")
    assert row_of(shown).title_translated == ""


def test_unsure_events_are_told_to_nobody(translator, settings):
    settings.ARCHIVE_SAVE_URL = f"{translator.url}/save/{{url}}"
    make.report(make.event("Unsure", state="unsure"), make.entry(TITLE, language="ru"))
    assert queue_article_requests(NOW) == 0


def test_a_copy_is_saved_once_and_linked(server, settings, local):
    settings.ARCHIVE_SAVE_URL = f"{server.url}/save/{{url}}"
    event = make.event("Act", recorded_at=NOW, changed_at=NOW)
    link = f"{server.url}/article?a=1"
    make.report(event, make.entry("A title", link=link, language="en"))
    server.pages[f"/save/{link}"] = Answer(
        status=302, headers={"Location": f"/web/20261129/{link}"}
    )
    assert queue_article_requests(NOW) == 1
    assert archiving.save_copies(NOW) == 1
    assert archiving.save_copies(LATER) == 0
    assert [path for path, _ in server.seen] == [f"/save/{link}"]
    row = row_of(event)
    assert (row.archived_url, row.is_archived) == (f"{server.url}/web/20261129/{link}", True)


def test_an_archive_is_never_sent_to_an_internal_page(server, settings, canary):
    settings.ARCHIVE_SAVE_URL = f"{server.url}/save/{{url}}"
    event = make.event("Act", recorded_at=NOW, changed_at=NOW)
    make.report(event, make.entry("A title", link=f"{canary.url}/admin", language="en"))
    queue_article_requests(NOW)
    assert archiving.save_copies(NOW) == 0
    assert server.seen == []
    copy = ArchivedCopy.objects.get()
    assert (copy.next_try_at, "not public" in copy.error) == (None, True)


@pytest.mark.parametrize(
    ("headers", "url"),
    [
        ({"content_location": "/web/1/https://a.example/"}, "https://archive.example/web/1/https://a.example/"),
        ({"location": "https://www.archive.example/wip"}, "https://www.archive.example/wip"),
        ({"link": MEMENTOS}, "https://archive.example/m/1"),
        ({"location": "https://evil.example/"}, ""),
        ({"location": "javascript:alert(1)"}, ""),
        ({"location": "https://user:word@archive.example/x"}, ""),
        ({}, ""),
    ],
    ids=["content-location", "location", "memento", "elsewhere", "script", "password", "nothing"],
)  # fmt: skip
def test_an_archive_s_answer_is_a_link_to_its_own_site_or_nothing(headers, url):
    fields = {"location": "", "content_location": "", "link": ""} | headers
    answer = CallAnswer(200, b"", **fields)
    asked = "https://archive.example/save/https://a.example/"
    if url:
        assert archiving.read_copy(answer, asked) == url
    else:
        with pytest.raises(asking.ServiceAnswerError):
            archiving.read_copy(answer, asked)


def test_by_default_a_copy_is_a_link_alone():
    event = make.event("Act")
    make.report(event, make.entry("A title"))
    row = row_of(event)
    assert row.archived_url.startswith("https://web.archive.org/web/20171027090000/https://news.")
    assert not row.is_archived


def test_a_page_of_a_query_is_quoted_and_one_without_a_day_is_the_newest(settings):
    settings.ARCHIVE_URL = "https://archive.example/find?at={timestamp}&page={url}"
    page = archiving.copy_address("https://a.example/?x=1&y", NOW.date())
    assert page.endswith("&page=https%3A%2F%2Fa.example%2F%3Fx%3D1%26y")
    settings.ARCHIVE_URL = "https://archive.example/web/{timestamp}/{url}"
    newest = archiving.copy_address("https://a.example/", None)
    assert newest == "https://archive.example/web/https://a.example/"
    settings.ARCHIVE_URL = ""
    assert archiving.copy_address("https://a.example/", None) == ""


def test_a_question_that_ended_its_workers_is_set_aside(shown, translator):
    sent = posted(translator, {"translatedText": "Telegram is back"})
    queue_article_requests(NOW)
    first = TranslatedTitle.objects.order_by("pk")[0]
    TranslatedTitle.objects.filter(pk=first.pk).update(attempts=LOST_TRIES, claim=uuid4())
    assert translating.translate_titles(NOW) == 1
    first.refresh_from_db()
    assert (first.next_try_at, first.error) == (None, LOST)
    assert len(sent) == 1


def test_a_claimed_question_is_asked_by_nobody_else(shown, translator):
    sent = posted(translator, {"translatedText": "Telegram is back"})
    queue_article_requests(NOW)
    lease_rows(translating.SERVICE.due(NOW), "next_try_at", NOW, 10)
    assert translating.translate_titles(NOW) == 0
    assert sent == []


def test_a_failing_service_is_shown_and_raises_no_alarm(shown, translator):
    posted(translator, {}, status=500)
    queue_article_requests(NOW)
    translating.translate_titles(NOW)
    later = timezone.now() + timedelta(days=1)
    (part,) = [part for part in watch(later).parts if part.name == "translations"]
    assert part.is_well
    assert part.failing_since is not None
    assert "500" in part.error


def test_parts_that_are_not_set_up_are_not_listed():
    names = {part.name for part in watch(NOW).parts}
    assert not names & {"translations", "archiving"}
