"""Every task, in the order of the flow. Each can run twice: what is due stands in the rows, a
message only says "look now".
"""

from collections.abc import Callable
from datetime import datetime

from celery import shared_task
from django.utils import timezone

from tracker import database_time
from tracker.alerts import hits, subscribing
from tracker.alerts.delivery import bounces, calling, queueing, sending
from tracker.alerts.followups import days
from tracker.batches import run_all
from tracker.events.intake import processing as events
from tracker.events.learning import opinion, retrain
from tracker.events.publish import dumps
from tracker.events.record import rebuild, versions
from tracker.feeds import health
from tracker.feeds import services as feeds
from tracker.operations import clock, owners, retention
from tracker.operations.health import status


def _now() -> datetime:
    """The database's time, after a note of what this machine's clock says: of several machines any
    may get a task.
    """
    now = database_time.now()
    clock.note_sometimes(now)
    return now


def _do_each(*steps: Callable[[datetime], object]) -> None:
    """Does each step, whatever the others do; what failed is raised at the end."""
    list(run_all(lambda step: step(_now()), steps))


@shared_task
def poll_due_feeds() -> None:
    """Polls a batch of due feeds, and looks again while there are more; what is new goes on to
    process_entries, feed by feed, so that a slow one delays nobody.
    """
    claimed = feeds.claim_due(_now())
    for polled in feeds.poll(claimed):
        if polled.new or polled.changed:
            process_entries.delay()
    if claimed:
        poll_due_feeds.delay()


@shared_task
def process_entries() -> None:
    """Classifies and groups a batch of waiting entries; looks again while there are more."""
    processed = events.process_entries(_now())
    if processed.event_ids:
        match_alerts.delay(list(processed.event_ids))
    if processed.entries == events.BATCH:
        process_entries.delay()


@shared_task
def match_alerts(event_ids: list[int]) -> None:
    """Writes the hits of events that got a new report."""
    hits.record_hits(event_ids, _now())


@shared_task
def send_due() -> None:
    """Makes the digests that are due and sends a batch of the mails that are due; looks again while
    there are more.
    """
    sending.send_due_mails(_now())
    if sending.has_due_mails(_now()):
        send_due.delay()


@shared_task
def call_hooks() -> None:
    """Makes the calls of web hooks that are due."""
    calling.call_due_hooks(_now())


@shared_task
def look_after_readers() -> None:
    """Finds what changed because a day passed, and who heard nothing for weeks; reads bounces."""
    _do_each(
        days.record_silent,
        days.record_ended,
        days.record_status,
        queueing.queue_watching_mails,
        bounces.process_bounce_folder,
    )


@shared_task
def tell_owners() -> None:
    """Queues the mail of feeds that are gone, fail for days or fell silent."""
    owners.tell_owners(_now())


@shared_task
def heartbeat() -> None:
    """Says elsewhere that all is well, if it is; tells the owners if polling stopped."""
    status.send_heartbeat(_now())


@shared_task
def forget() -> None:
    """Deletes what is kept for some time only."""
    retention.forget(_now())


@shared_task
def ask_opinions() -> None:
    """Asks a language model, if there is one, about entries that the classifier is not sure of."""
    opinion.ask_opinions(_now())


@shared_task
def learn() -> None:
    """Learns from what editors decided since the last time, if it makes nothing worse."""
    retrain.learn_weights(_now())


@shared_task
def record_days() -> None:
    """Keeps how much was read today, for charts and files."""
    health.record_days(_now())


@shared_task
def write_dump() -> None:
    """Writes the whole record as files, once a day."""
    dumps.write_dumps(_now())


@shared_task
def sweep() -> None:
    """Follows a clock that was set back; picks up what a lost message left behind: entries without
    a classification, events without hits and what editors changed, entries that were judged before
    the classifier learned; forgets old sign-ups; goes on with search texts and versions of before
    an update.
    """
    _do_each(
        lambda now: clock.follow(timezone.now(), now),
        events.queue_reclassification,
        lambda now: process_entries.delay(),
        hits.match_changed_events,
        subscribing.delete_unconfirmed,
        lambda now: rebuild.run_rebuild_step(),
        lambda now: versions.fill(),
    )
