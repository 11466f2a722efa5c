"""What every test may use: a fixed clock and local web servers; nothing leaves this machine."""

import gc
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from pathlib import Path

import pytest
from django.core.cache import cache
from django.utils import translation
from hypothesis import HealthCheck, settings

from tracker import database_time
from tracker.alerts.hits import compared
from tracker.alerts.matching import alerts
from tracker.classify.encoder.run import Encoder, SentenceScore
from tracker.events.search.index.events import index
from tracker.events.search.past.snapshot import past_snapshots
from tracker.feeds import activity
from tracker.operations import clock
from tracker.site import name as site_name
from tracker.web.page_cache import pages

# A property holds on a slow machine, too.
settings.register_profile("tracker", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("tracker")
NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


# Where a test that asks pytest for no database uses none, nor starts a process that does.
WITHOUT_PROCESSES = {"classify", "index", "feeds", "events"}


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--only-database", action="store_true", help="leave out tests that use no database"
    )


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if not config.getoption("--only-database"):
        return
    left_out = [item for item in items if _is_without_database(item)]
    config.hook.pytest_deselected(items=left_out)
    items[:] = [item for item in items if not _is_without_database(item)]


def pytest_collection_finish() -> None:
    """What was imported and collected is no garbage: without this a tenth of the time goes into
    looking through it again and again.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)


def _is_without_database(item: pytest.Item) -> bool:
    room = item.path.relative_to(Path(__file__).parent).parts[0]
    fixtures = {"db", "transactional_db", "live_server"} & set(getattr(item, "fixturenames", ()))
    asks = item.get_closest_marker("django_db") is not None or bool(fixtures)
    return room in WITHOUT_PROCESSES and not asks


@dataclass
class Answer:
    """What the local server says to a path; `act` may take over the whole answer."""

    body: bytes = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    act: Callable[[BaseHTTPRequestHandler], None] | None = None


class Server:
    """A web server on a loopback address: `pages` maps paths to answers, `seen` keeps what was
    asked, with which headers.
    """

    def __init__(self, host: str = "127.0.0.1") -> None:
        self.pages: dict[str, Answer] = {}
        self.seen: list[tuple[str, dict[str, str]]] = []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                outer.seen.append((self.path, {k.lower(): v for k, v in self.headers.items()}))
                answer = outer.pages.get(self.path, Answer(status=404))
                if answer.act:
                    answer.act(self)
                    return
                etag = answer.headers.get("ETag")
                is_known = bool(etag) and self.headers.get("If-None-Match") == etag
                self.send_response(304 if is_known else answer.status)
                for name, value in answer.headers.items():
                    self.send_header(name, value)
                body = b"" if is_known else answer.body
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *args: object) -> None:
                pass

        self.http = ThreadingHTTPServer((host, 0), Handler)
        self.http.daemon_threads = True
        self.url = f"http://{host}:{self.http.server_address[1]}"
        self.thread = threading.Thread(
            target=self.http.serve_forever, kwargs={"poll_interval": 0.02}
        )
        self.thread.start()

    def close(self) -> None:
        self.http.shutdown()
        self.http.server_close()
        self.thread.join()


@pytest.fixture
def server() -> Iterator[Server]:
    it = Server()
    yield it
    it.close()


@pytest.fixture
def canary() -> Iterator[Server]:
    """A server that stands for an internal one: nothing may ever ask it."""
    it = Server("127.0.0.2")
    yield it
    it.close()
    assert it.seen == []


@pytest.fixture(scope="session")
def _mail_folders(tmp_path_factory) -> Iterator[Path]:
    """Names of folders for mails, which are made only when a mail is written: a folder for each of
    four thousand tests takes pytest 20 s to remove.
    """
    base = tmp_path_factory.mktemp("mail")
    return (base / str(number) for number in count())


@pytest.fixture(autouse=True)
def _plain_settings(settings, _mail_folders):
    """Each test's own folder for mails, static files without a manifest, passwords hashed at
    once.
    """
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.MAIL_DIR = next(_mail_folders)
    settings.MAIL_RATE = 0.0
    settings.ALLOWED_NETWORKS = []
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }


@pytest.fixture(autouse=True)
def _own_index():
    """The rows of another test are gone: nothing is held of them."""
    index.forget()
    past_snapshots.forget()
    alerts.forget()
    compared.clear()
    clock.noted.clear()
    database_time.asked.at = None
    cache.clear()
    cache.set(site_name.KEY, "", None)  # asked once a minute, not once a test
    pages.clear()
    activity.forget()
    translation.activate("en")  # a request leaves its language to the thread


OPINIONS: dict[tuple[str, str], SentenceScore] = {}


@pytest.fixture(autouse=True)
def _each_sentence_is_read_once(request, monkeypatch):
    """Tests of what is done with a classification share what the sentence model says of a text:
    it says the same each time, and takes longer than the rest of such a test.
    """
    if "classify" in request.path.parts:
        return
    read = Encoder.read

    def remember(encoder, texts):
        unknown = [text for text in texts if text not in OPINIONS]
        OPINIONS.update(zip(unknown, read(encoder, unknown), strict=True))
        return [OPINIONS[text] for text in texts]

    monkeypatch.setattr(Encoder, "read", remember)


@pytest.fixture
def local(settings):
    """Feeds of the local server may be read."""
    settings.ALLOWED_NETWORKS = ["127.0.0.1/32"]
