"""The demo data is what demo/README.md says, and makes events."""

import json
import runpy
from datetime import UTC, datetime, timedelta

import pytest

from tests import make
from tests.processes import ROOT
from tracker.events.models import Event
from tracker.feeds import opml
from tracker.feeds.parsing.parse import parse

DEMO = runpy.run_path(str(ROOT / "demo" / "serve.py"))
BASE = "http://127.0.0.1:8999"
NOW = datetime(2026, 11, 29, 12, tzinfo=UTC)


def test_every_article_is_in_one_feed_and_the_week_ends_today():
    found = DEMO["articles"](NOW)
    pages = DEMO["feeds"](found, BASE)
    entries = [
        e for path, body in pages.items() for e in parse(body, url=f"{BASE}{path}", now=NOW).entries
    ]
    assert len(entries) == len(found) == len(DEMO["ARTICLES"].read_text("utf-8").splitlines())
    days = [entry.published_at for entry in entries if entry.published_at]
    assert len(days) == len(entries)
    assert timedelta(0) < NOW - max(days) < timedelta(days=2)
    assert NOW - min(days) < timedelta(days=10)
    listed = opml.read(DEMO["opml"](sorted(pages), BASE))
    assert [o.url for o in listed.outlines] == [f"{BASE}{path}" for path in sorted(pages)]


@pytest.mark.django_db
def test_an_act_of_the_week_becomes_an_event():
    acts = [a for a in DEMO["articles"](NOW) if a["lang"] == "en" and a["kinds"]][:3]
    for act in acts:
        make.processed(act["title"], summary=act["summary"], published_at=NOW)
    assert Event.objects.exists()


def test_the_licence_of_the_data_is_stated():
    assert "CC BY 4.0" in (ROOT / "demo" / "README.md").read_text("utf-8")
    notice = (ROOT / "NOTICE").read_text("utf-8")
    assert "made_up_week.jsonl" in notice
    assert "history.csv" in notice


def test_no_made_up_article_names_a_real_address():
    for line in DEMO["ARTICLES"].read_text("utf-8").splitlines():
        assert "http" not in json.dumps(json.loads(line), ensure_ascii=False)
