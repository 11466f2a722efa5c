"""Each task calls one service and queues what comes next."""

import ast
from pathlib import Path

import pytest

from tests.conftest import NOW
from tracker import tasks
from tracker.celery import app
from tracker.events.intake.processing import BATCH, Processed
from tracker.feeds.polling.outcomes import Polled

ROOT = Path(__file__).parent.parent


@pytest.fixture
def queued(monkeypatch):
    """The names and arguments of the tasks that were queued."""
    names = []
    for task in (
        tasks.poll_due_feeds,
        tasks.process_entries,
        tasks.match_alerts,
        tasks.send_due,
    ):
        monkeypatch.setattr(
            task, "delay", lambda *args, name=task.name: names.append((name.split(".")[-1], *args))
        )
    monkeypatch.setattr(tasks, "_now", lambda: NOW)
    return names


def polls(monkeypatch, *polled):
    monkeypatch.setattr("tracker.tasks.claim_due", lambda now: list(polled))
    monkeypatch.setattr("tracker.tasks.poll", lambda claimed: iter(polled))


def test_a_poll_with_news_is_processed_feed_by_feed(monkeypatch, queued):
    new, changed = Polled(1, "", "working", "", 2, 0), Polled(2, "", "working", "", 0, 1)
    polls(monkeypatch, new, Polled(3, "", "unchanged", "", 0, 0), changed)
    tasks.poll_due_feeds()
    assert queued == [("process_entries",), ("process_entries",), ("poll_due_feeds",)]


def test_without_due_feeds_nothing_is_queued(monkeypatch, queued):
    polls(monkeypatch)
    tasks.poll_due_feeds()
    assert queued == []


@pytest.mark.parametrize(
    ("processed", "next_tasks"),
    [
        (Processed(0, ()), []),
        (Processed(3, (7, 8)), [("match_alerts", [7, 8])]),
        (Processed(BATCH, ()), [("process_entries",)]),
    ],
    ids=["nothing", "events", "a full batch"],
)
def test_events_go_to_the_alerts_and_a_full_batch_looks_again(
    monkeypatch, queued, processed, next_tasks
):
    monkeypatch.setattr("tracker.events.intake.processing.process_entries", lambda now: processed)
    tasks.process_entries()
    assert queued == next_tasks


def test_the_sweep_looks_for_what_a_lost_message_left(monkeypatch, queued):
    monkeypatch.setattr("tracker.events.intake.processing.queue_reclassification", lambda now: 0)
    matched: list[object] = []
    monkeypatch.setattr("tracker.operations.clock.follow", lambda machine_time, now: None)
    rebuilt: list[bool] = []
    filled: list[bool] = []
    monkeypatch.setattr(
        "tracker.events.record.derived.rebuild.run_rebuild_step", lambda: rebuilt.append(True)
    )
    monkeypatch.setattr("tracker.events.record.derived.versions.fill", lambda: filled.append(True))
    monkeypatch.setattr("tracker.alerts.hits.match_changed_events", matched.append)
    monkeypatch.setattr("tracker.alerts.subscribing.delete_unconfirmed", lambda now: 0)
    tasks.sweep()
    assert queued == [("process_entries",)]
    assert matched == [NOW]
    assert (rebuilt, filled) == ([True], [True])


def test_alerts_are_matched_and_sent_now(monkeypatch, queued):
    calls = []
    monkeypatch.setattr(
        "tracker.alerts.hits.record_hits", lambda ids, now: calls.append((ids, now))
    )
    monkeypatch.setattr("tracker.alerts.delivery.sending.send_due_mails", calls.append)
    monkeypatch.setattr("tracker.alerts.delivery.sending.has_due_mails", lambda now: True)
    tasks.match_alerts([7])
    tasks.send_due()
    assert calls == [([7], NOW), NOW]
    assert queued == [("send_due",)]


def test_m5_no_message_waits_in_the_broker():
    for path in (ROOT / "tracker").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            name = getattr(node, "attr", None) or getattr(node, "arg", None)
            assert name not in {"countdown", "eta", "apply_async"}, path
            is_method = isinstance(node, ast.Attribute)
            assert not (is_method and ast.unparse(node) == "self.retry"), path


def test_the_clock_names_tasks_that_exist_and_its_ticks_expire_with_their_period():
    app.loader.import_default_modules()
    for entry in app.conf.beat_schedule.values():
        assert entry["task"] in app.tasks
        period = entry["schedule"].run_every.total_seconds()
        assert entry["options"]["expires"] <= period
