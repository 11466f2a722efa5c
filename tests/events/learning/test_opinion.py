"""A second opinion, asked of a local server that speaks the protocol, well and badly."""

import json
import sys
import threading
import time
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from tests import make
from tests.conftest import NOW
from tracker.events.learning import opinion
from tracker.events.models import EntryClassification, SecondOpinion

pytestmark = pytest.mark.django_db


class Model:
    """A chat completions server: `replies` are (status, body) by turns, the last one for ever."""

    def __init__(self) -> None:
        self.replies: list[tuple[int, object]] = []
        self.asked: list[dict[str, object]] = []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                size = int(self.headers["Content-Length"])
                outer.asked.append(json.loads(self.rfile.read(size)))
                status, body = outer.replies.pop(0) if len(outer.replies) > 1 else outer.replies[0]
                if callable(body):
                    body = body()
                data = body if isinstance(body, bytes) else json.dumps(body).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

            def log_message(self, *args: object) -> None:
                pass

        self.http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.thread = threading.Thread(target=self.http.serve_forever, args=(0.02,))
        self.thread.start()


def says(content, **message):
    return {
        "id": "1",
        "object": "chat.completion",
        "created": 1,
        "model": "m",
        "choices": [
            {
                "index": 0,
                "finish_reason": "stop",
                "message": {"role": "assistant", "content": content, **message},
            }
        ],
        "usage": {"prompt_tokens": 1_000_000, "completion_tokens": 500_000, "total_tokens": 1},
    }


def label(*kinds, quote="Twitter drops it"):
    return says(json.dumps({"kinds": kinds, "quote": quote}))


@pytest.fixture
def model(settings):
    it = Model()
    settings.OPINION_URL = f"http://127.0.0.1:{it.http.server_address[1]}/v1"
    settings.OPINION_MODEL = "small"
    settings.OPINION_PRICES = [0.5, 2.0]
    yield it
    it.http.shutdown()
    it.http.server_close()
    it.thread.join()


def unsure(title="Twitter drops it", confidence=0.5, kinds=("ad_ban",)):
    entry = make.entry(title)
    EntryClassification.objects.create(
        entry=entry,
        version="1",
        language="en",
        kinds=list(kinds),
        confidence=confidence,
        made_at=NOW,
    )
    return entry


def test_it_is_off_by_default():
    unsure()
    assert opinion.ask_opinions(NOW) == 0


def test_only_what_the_classifier_is_not_sure_of_is_asked_once(model):
    model.replies = [(200, label("content_removal"))]
    entry = unsure()
    unsure("Sure", confidence=0.95)
    unsure("No event", kinds=())
    assert opinion.ask_opinions(NOW) == 1
    assert opinion.ask_opinions(NOW) == 0
    (asked,) = model.asked
    assert asked["model"] == "small"
    assert "Twitter drops it" in asked["messages"][1]["content"]
    assert asked["response_format"]["json_schema"]["strict"] is True
    told = SecondOpinion.objects.get()
    assert (told.entry, told.kinds, told.quote) == (entry, ["content_removal"], "Twitter drops it")
    assert told.cost == pytest.approx(0.5 + 1.0)


USELESS = {
    "bad JSON": says("Sure! It is an ad ban."),
    "another shape": says('{"kind": "ad_ban"}'),
    "no such kind": label("add_ban"),
    "a kind twice": label("ad_ban", "ad_ban"),
    "a quote of its own": label("ad_ban", quote="as everybody knows"),
    "no quote": label("ad_ban", quote=" "),
    "a list": says("[1]"),
    "deep JSON": says("[" * 100_000),
    "a refusal": says(None, refusal="I cannot help with that"),
    "nothing": says(None),
    "no choice": says("x") | {"choices": []},
}


@pytest.mark.parametrize("reply", USELESS.values(), ids=USELESS)
def test_what_is_no_answer_counts_as_none_and_is_not_asked_again(model, reply):
    model.replies = [(200, reply)]
    unsure()
    assert opinion.ask_opinions(NOW) == 0
    told = SecondOpinion.objects.get()
    assert (told.state, told.kinds) == ("refused", [])
    assert told.note
    assert opinion.ask_opinions(NOW) == 0
    assert len(model.asked) == 1


@pytest.mark.parametrize(
    ("status", "body"), [(429, {"error": "slow down"}), (500, b"oops"), (200, b"<html>")]
)
def test_a_server_that_fails_is_left_alone_for_an_hour(model, status, body):
    model.replies = [(status, body), (200, label("ad_ban"))]
    unsure()
    unsure("Twitter drops it again")
    assert opinion.ask_opinions(NOW) == 0
    assert opinion.ask_opinions(NOW + timedelta(minutes=5)) == 0
    assert len(model.asked) == 1
    assert opinion.ask_opinions(NOW + timedelta(hours=2)) == 2


def test_a_server_that_takes_too_long_has_failed(model, monkeypatch):
    monkeypatch.setattr(opinion, "TIMEOUT", 0.1)

    def late():
        time.sleep(0.5)
        return label("ad_ban")

    model.replies = [(200, late)]
    unsure()
    assert opinion.ask_opinions(NOW) == 0
    assert SecondOpinion.objects.get().state == "failed"


def test_calls_a_day_are_capped(model, settings):
    settings.OPINION_CALLS = 2
    model.replies = [(200, label("ad_ban"))]
    for number in range(4):
        unsure(f"Twitter drops it {number}")
    assert opinion.ask_opinions(NOW) == 2
    assert opinion.ask_opinions(NOW) == 0
    assert opinion.ask_opinions(NOW + timedelta(days=1)) == 2


def test_money_a_month_is_capped(model, settings):
    settings.OPINION_BUDGET = 2.0  # a call costs 1.5
    model.replies = [(200, label("ad_ban"))]
    for number in range(4):
        unsure(f"Twitter drops it {number}")
    assert opinion.ask_opinions(NOW) == 2
    assert opinion.ask_opinions(NOW) == 0
    assert opinion.ask_opinions(NOW + timedelta(days=31)) == 2


def test_without_its_client_it_says_so(settings, monkeypatch, caplog):
    settings.OPINION_URL = "http://127.0.0.1:9/v1"
    monkeypatch.setitem(sys.modules, "openai", None)
    assert opinion.ask_opinions(NOW) == 0
    assert "without its client" in caplog.text
