"""F10: a password, a secret or a signed link reaches no log, note, traceback, page or report."""

import importlib
import json
import logging
import pkgutil
import traceback
from dataclasses import is_dataclass
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.management import call_command
from django.db import IntegrityError
from django.urls import URLPattern, reverse

import tracker
from tests import make
from tests.conftest import NOW, Answer
from tracker.alerts.delivery.webhooks import HookCall, create_secret
from tracker.feeds.models import Entry, Feed, Poll
from tracker.feeds.network.types import Fetched, FetchError, Request, Response
from tracker.feeds.parsing.types import ParseError
from tracker.feeds.polling.claims import claim_due
from tracker.feeds.polling.polls import poll
from tracker.operations.logs import JsonLine, OneLine
from tracker.redact import print_error, scrub, without_credentials, without_secrets
from tracker.web.urls import urlpatterns


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("https://user:word@news.example/rss", "https://news.example/rss"),
        ("http://us%40er:p@ss@news.example", "http://news.example"),
        ("see http://token@a.example, not x@b.example", "see http://a.example, not x@b.example"),
        ("/sources/new?url=https%3A%2F%2Fu%3Aw%40a.example%2F", None),
        ("https://a.example/rss?token=abc&lang=fr", "https://a.example/rss?token=***&lang=fr"),
        ("https://a.example/?X-Amz-Signature=ab&api_key=c", None),
        (
            "https://a.example/?q=tokens&page=2&keyword=x",
            "https://a.example/?q=tokens&page=2&keyword=x",
        ),
        ("https://medium.example/@writer", "https://medium.example/@writer"),
        ("GET /alerts/manage/1.abc.def/data.json", "GET /alerts/manage/***/data.json"),
        ("https://hooks.slack.com/services/T0/B0/abc", "https://hooks.slack.com/services/***"),
        ("https://hooks.slack.com/triggers/E0/1/abc x", "https://hooks.slack.com/triggers/*** x"),
        ("https://a.webhook.office.com/webhookb2/1@2/abc", None),
        ("https://matrix.example/webhook/abc: 404", "https://matrix.example/webhook/*** 404"),
        ("/login?next=%2Fjoin%2Fabc%3Dd&lang=fr", "/login?next=%2Fjoin%2F***&lang=fr"),
        ("/login?next=%2fpassword%2fMQ%2fabc%3Flang", "/login?next=%2fpassword%2f***%3Flang"),
        ("/setup/MQ/abc", "/setup/***"),
        ("/collections/edit/a-b.c", "/collections/edit/***"),
        ("/collections/a-b.c/brief.docx", "/collections/***/brief.docx"),
        # A link of every page, to the same page in another language.
        (
            "/language/fr?next=%2Falerts%2Fmanage%2Fa-b.c%3Fx",
            "/language/fr?next=%2Falerts%2Fmanage%2F***%3Fx",
        ),
        (
            "/login?next=%2Fcollections%2Fedit%2Fa-b.c&x=1",
            "/login?next=%2Fcollections%2Fedit%2F***&x=1",
        ),
        ("/language/ar?next=/collections/a-b.c/brief", "/language/ar?next=/collections/***/brief"),
        ("GET /login/provider/back?code=a&state=b HTTP", "GET /login/provider/back?*** HTTP"),
        ("/events.csv?jwt=a.b.c&authorization=d", "/events.csv?jwt=***&authorization=***"),
        (f"failed with ppt_{'aB3_-' * 8}", "failed with ppt_***"),
        ("Authorization: Bearer abcdef", "Authorization: Bearer ***"),
    ],
)
def test_f10_what_is_left_of_a_text(text, shown):
    cleaned = without_secrets(text)
    assert cleaned == shown if shown is not None else cleaned != text
    assert without_secrets(cleaned) == cleaned


def test_f10_every_address_with_a_token_is_shown_without_it():
    patterns: list[Any] = list(urlpatterns)
    converters = {p.name: p.pattern.converters for p in patterns if isinstance(p, URLPattern)}
    parts = {name: list(found) for name, found in converters.items() if "token" in found}
    assert len(parts) > 5
    for name, asked in parts.items():
        path = reverse(name, kwargs={p: "7" if p.endswith("_id") else "TOPSECRET" for p in asked})
        assert "TOPSECRET" not in without_secrets(f"https://a.example{path}")


def classes():
    for module in pkgutil.walk_packages(tracker.__path__, "tracker."):
        # Training needs what a server has not installed.
        if not {"migrations", "training"} & set(module.name.split(".")):
            for item in vars(importlib.import_module(module.name)).values():
                if isinstance(item, type) and is_dataclass(item) and item.__module__ == module.name:
                    yield item


def test_f10_every_object_that_holds_an_address_or_a_secret_prints_it_cleaned():
    telling = {
        item.__qualname__
        for item in classes()
        for name, field in item.__dataclass_fields__.items()
        if (name.endswith("url") or name in {"secret", "moved_to"})
        and field.repr
        and item.__dataclass_params__.repr  # made by dataclass, not by Discreet
        # What readers of the site are shown: links to articles, not addresses that are fetched.
        and not item.__module__.startswith(("tracker.events", "tracker.web"))
    }
    assert telling <= {"ParsedEntry"}  # whose publisher's address stands in the feed


SECRET_URL = "https://user:TOPSECRET@a.example/rss?token=TOPSECRET"


@pytest.mark.parametrize(
    "item",
    [
        Request(SECRET_URL),
        Response(SECRET_URL, 200, b"x" * 99, "", "", "", moved_to=SECRET_URL),
        Fetched(0, Response(SECRET_URL, 200, b"", "", "", ""), 0.0),
        FetchError(f"InvalidURL: {SECRET_URL}"),
        HookCall(SECRET_URL, create_secret().replace("whsec_", "whsec_TOPSECRET"), "id", b"{}"),
    ],
    ids=lambda item: type(item).__name__,
)
def test_f10_a_repr_has_no_secret(item):
    assert "TOPSECRET" not in repr(item) + str(item)


@pytest.mark.parametrize("formatter", [OneLine(), JsonLine()], ids=["line", "json"])
def test_f10_a_log_line_has_none(formatter):
    error = IntegrityError(f"DETAIL: Key (url)=({SECRET_URL}) already exists.")
    info = (type(error), error, None)
    record = logging.LogRecord("x", logging.ERROR, "", 0, "at %s", (SECRET_URL,), info)
    assert "TOPSECRET" not in formatter.format(record)
    assert "a.example" in formatter.format(record)


def test_f10_nor_what_ends_a_command(capsys):
    error = IntegrityError(f"DETAIL: Key (url)=({SECRET_URL}) already exists.")
    print_error(type(error), error, None)
    told = capsys.readouterr().err
    assert "IntegrityError" in told
    assert "TOPSECRET" not in told


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://a.example/collections/bans/1", "https://a.example/collections/bans/1"),
        ("https://a.example/alerts/new/1?token=b", "https://a.example/alerts/new/1?token=***"),
        ("https://u:w@a.example/password/x/y", "https://a.example/password/x/y"),
    ],
)
def test_f10_a_link_to_another_site_keeps_its_path(url, shown):
    assert without_credentials(url) == shown


def report_of(error):
    """What sentry-sdk makes of an error, in its form."""
    return {
        "level": "error",
        "logentry": {"message": "failed %s", "params": [SECRET_URL]},
        "request": {
            "url": "http://tracker.example/alerts/manage/TOPSECRET",
            "query_string": "url=https%3A%2F%2Fuser%3ATOPSECRET%40a.example%2Frss",
        },
        "breadcrumbs": {"values": [{"message": SECRET_URL, "data": {"http.query": SECRET_URL}}]},
        "exception": {
            "values": [
                {"type": type(one).__name__, "value": "\n".join([str(one), *notes(one)])}
                for one in [error, *getattr(error, "exceptions", ())]
            ]
        },
        "extra": {"tuple": (SECRET_URL, 1, None)},
    }


def notes(error):
    return getattr(error, "__notes__", [])


def test_f10_nor_a_report_of_an_error():
    report = scrub(report_of(ValueError(SECRET_URL)), {})
    assert "TOPSECRET" not in json.dumps(report)
    assert report["level"] == "error"


@pytest.mark.services
def test_f10_nor_what_the_real_sdk_sends(settings):
    """Only where sentry-sdk is installed, which the tracker does not ask for."""
    sentry_sdk = pytest.importorskip("sentry_sdk")
    sent: list[bytes] = []
    send = {"capture_envelope": lambda self, envelope: sent.append(envelope.serialize())}
    sentry_sdk.init(
        "http://key@127.0.0.1:1/1",
        include_local_variables=False,
        max_request_body_size="never",
        before_send=scrub,
        transport=type("Kept", (sentry_sdk.transport.Transport,), send),
    )
    logging.getLogger("x").warning("asked %s", SECRET_URL)
    error = ValueError(f"no {SECRET_URL}")
    error.add_note(SECRET_URL)
    logging.getLogger("x").error("failed %s", SECRET_URL, exc_info=error)
    sentry_sdk.capture_exception(error)
    sentry_sdk.flush()
    sentry_sdk.init()
    assert sent
    assert not any(b"TOPSECRET" in envelope for envelope in sent)


# --- a feed with a password, and a failure in every step


def refused(server, monkeypatch):
    server.pages["/rss?token=TOPSECRET"] = Answer(status=401)


def garbled(server, monkeypatch):
    def answer(handler):
        handler.wfile.write(b"HTTP/1.1 abc\r\n\r\n")

    server.pages["/rss?token=TOPSECRET"] = Answer(act=answer)


def misled(server, monkeypatch):
    location = {"Location": "http://user:TOPSECRET@[/"}
    server.pages["/rss?token=TOPSECRET"] = Answer(status=301, headers=location)


def moved(server, monkeypatch):
    location = {"Location": "/new?token=TOPSECRET"}
    server.pages["/rss?token=TOPSECRET"] = Answer(status=301, headers=location)
    server.pages["/new?token=TOPSECRET"] = well()


def read_wrong(server, monkeypatch):
    server.pages["/rss?token=TOPSECRET"] = well()
    words = f"could not be read: ValueError: {server.url.replace('//', '//user:TOPSECRET@')}"
    monkeypatch.setattr(
        "tracker.feeds.parsing.pool.outcome", lambda future: ParseError(words, "not_a_feed")
    )


def stored_wrong(server, monkeypatch):
    server.pages["/rss?token=TOPSECRET"] = well()

    def fail(*args):
        raise ValueError("no room")

    monkeypatch.setattr("tracker.feeds.entries.store", fail)


def refused_by_the_database(server, monkeypatch):
    server.pages["/rss?token=TOPSECRET"] = well()

    def fail(*args):
        raise IntegrityError(f"DETAIL: Key (url)=({Feed.objects.get().url}) already exists.")

    monkeypatch.setattr("tracker.feeds.entries.store", fail)


def well():
    return Answer(make.rss({"title": "a", "link": "/article"}))


def unreachable(server, monkeypatch):
    server.close()
    monkeypatch.setattr(server, "close", lambda: None)


STEPS = [
    *(refused, garbled, misled, moved, read_wrong, stored_wrong, refused_by_the_database),
    unreachable,
]


class Lines(list[str]):
    """A stream that keeps what is written to it."""

    write = list.append

    def flush(self):
        pass


@pytest.fixture
def lines(settings):
    """What is logged, in both forms."""
    settings.METRICS_TOKEN = "metrics"
    kept, root = Lines(), logging.getLogger()
    handlers = [logging.StreamHandler(kept) for _ in range(2)]
    for handler, formatter in zip(handlers, [OneLine(), JsonLine()], strict=True):
        handler.setFormatter(formatter)
        root.addHandler(handler)
    yield kept
    for handler in handlers:
        root.removeHandler(handler)


def failing_feed(server):
    port = server.url.rpartition(":")[2]
    url = f"http://user:TOPSECRET@127.0.0.1:{port}/rss?token=TOPSECRET"
    return make.feed(url, next_poll_at=NOW)


def told_of(group):
    """Where the errors of a batch are told: log, terminal, report."""
    logging.getLogger("celery.app.trace").error("Task raised: %r", group, exc_info=group)
    print_error(type(group), group, group.__traceback__)
    yield json.dumps(scrub(report_of(group)))
    for error in group.exceptions:
        yield from notes(error)


def pages(client, feed):
    public = ["/sources", f"/sources/{feed.pk}", "/sources.opml", "/health"]
    yield from (client.get(path).content.decode() for path in public)
    client.force_login(User.objects.create_superuser("owner"))
    private = [f"/sources/{feed.pk}", "/status", "/deliveries"]
    yield from (client.get(path).content.decode() for path in private)
    answer = client.get("/metrics", headers={"Authorization": "Bearer metrics"})
    assert answer.status_code == 200
    yield answer.content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize("failure", STEPS)
@pytest.mark.usefixtures("local")
def test_f10_a_feeds_password_is_seen_nowhere(failure, server, client, monkeypatch, lines, capsys):
    feed = failing_feed(server)
    failure(server, monkeypatch)
    try:
        list(poll(claim_due(NOW)))
    except ExceptionGroup as group:
        lines += told_of(group)
        if failure is stored_wrong:  # nothing but our own words in it
            lines += traceback.format_exception(group)
    lines += [*pages(client, feed), *capsys.readouterr()]
    lines += Poll.objects.values_list("error", flat=True)
    assert any("127.0.0.1" in text for text in lines)
    assert not [text for text in lines if "TOPSECRET" in text]


@pytest.mark.django_db
@pytest.mark.usefixtures("local")
def test_f10_nor_in_the_links_of_its_articles(server, client, lines):
    feed = failing_feed(server)
    items = [
        {"title": f"Twitter bans all advertising from {name}", "link": link, "guid": link or name}
        for name, link in {"RT": "/a", "Sputnik": "#b", "TASS": "?c=1", "Huawei": "d"}.items()
    ]
    server.pages["/rss?token=TOPSECRET"] = Answer(make.rss(*items))
    list(poll(claim_due(NOW)))
    for entry in Entry.objects.order_by("pk"):
        make.report(make.event(targets=[entry.title.split()[-1]]), entry)
    shown = [*lines, *pages(client, feed), *Entry.objects.values_list("link", flat=True)]
    for path in ("/", "/reports.csv", "/events.jsonl", "/events.atom", "/api/v1/reports"):
        answer = client.get(path)
        shown.append((answer.getvalue() if answer.streaming else answer.content).decode())
    assert [link for link in shown if link.endswith("/a")]
    assert not [text for text in shown if "TOPSECRET" in text]


@pytest.mark.django_db
@pytest.mark.usefixtures("local")
def test_f10_nor_where_an_operator_polls(server, monkeypatch, lines, capsys):
    failing_feed(server)
    monkeypatch.setattr("tracker.management.commands.poll.Command._process", lambda _: (0, 0))
    misled(server, monkeypatch)
    call_command("poll", stdout=lines, stderr=lines)
    lines += capsys.readouterr()
    assert any("redirected: not an address" in text for text in lines)
    assert not [text for text in lines if "TOPSECRET" in text]
