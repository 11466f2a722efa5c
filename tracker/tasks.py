"""Every task, in the order of the flow. Each can run twice: the rows say what is due, a message
only says "look now".
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
from tracker.events.intake import article_requests
from tracker.events.intake import processing as events
from tracker.events.learning import opinion
from tracker.events.publish import dumps
from tracker.events.record.derived import rebuild, versions
from tracker.feeds import health
from tracker.feeds.articles import archiving, translating
from tracker.feeds.polling.claims import claim_due
from tracker.feeds.polling.polls import poll
from tracker.operations import clock, learning, owners, retention
from tracker.operations.health import status


def _now() -> datetime:
    """Return the database's time, and note this machine's clock, since any of several machines may
    get a task.
    """
    now = database_time.now()
    clock.note_sometimes(now)
    return now


def _do_each(*steps: Callable[[datetime], object]) -> None:
    """Run each step even if others fail; raise the errors at the end."""
    list(run_all(lambda step: step(_now()), steps))


@shared_task
def poll_due_feeds() -> None:
    """Poll a batch of due feeds, and look again while there are more; new entries go on to
    process_entries, feed by feed, so that a slow one delays nobody.
    """
    claimed = claim_due(_now())
    for polled in poll(claimed):
        if polled.new or polled.changed:
            process_entries.delay()
    if claimed:
        poll_due_feeds.delay()


@shared_task
def process_entries() -> None:
    """Classify and group a batch of waiting entries; look again while there are more."""
    processed = events.process_entries(_now())
    if processed.event_ids:
        match_alerts.delay(list(processed.event_ids))
    if processed.entries == events.BATCH:
        process_entries.delay()


@shared_task
def match_alerts(event_ids: list[int]) -> None:
    """Store the hits of events that got a new report."""
    hits.record_hits(event_ids, _now())


@shared_task
def send_due() -> None:
    """Build due digests and send a batch of due mails; look again while there are more."""
    sending.send_due_mails(_now())
    if sending.has_due_mails(_now()):
        send_due.delay()


@shared_task
def call_hooks() -> None:
    """Make the due webhook calls."""
    calling.call_due_hooks(_now())


@shared_task
def look_after_readers() -> None:
    """Find what changed because a day passed, and who was mailed nothing for weeks; read
    bounces.
    """
    _do_each(
        days.record_silent,
        days.record_ended,
        days.record_status,
        queueing.queue_watching_mails,
        bounces.process_bounce_folder,
    )


@shared_task
def tell_owners() -> None:
    """Queue the owners' mail about feeds that are gone, have failed for days or fell silent."""
    owners.tell_owners(_now())


@shared_task
def heartbeat() -> None:
    """Report to HEARTBEAT_URL if all is well; tell the owners if polling stopped."""
    status.send_heartbeat(_now())


@shared_task
def forget() -> None:
    """Delete data whose retention period is over."""
    retention.forget(_now())


@shared_task
def ask_opinions() -> None:
    """Ask a language model, if configured, about entries that the classifier is unsure about."""
    opinion.ask_opinions(_now())


@shared_task
def ask_about_articles() -> None:
    """Request translations and archived copies, if configured, for articles of shown events."""
    _do_each(
        article_requests.queue_article_requests,
        translating.translate_titles,
        archiving.save_copies,
    )


@shared_task
def learn() -> None:
    """Queue a learning run if editors decided anything since the last one."""
    learning.learn_when_decided(_now())


@shared_task
def learn_when_asked() -> None:
    """Learn from what editors decided, if that is due; use the result if it makes nothing worse."""
    learning.run_due(_now())


@shared_task
def record_days() -> None:
    """Record how much was read today, for charts and files."""
    health.record_days(_now())


@shared_task
def write_dump() -> None:
    """Write the whole record as files, once a day."""
    dumps.write_dumps(_now())


@shared_task
def sweep() -> None:
    """Follow a clock that was set back; pick up work whose broker message was lost: entries without
    a classification, events without hits and what editors changed, entries that were classified
    before the classifier learned; delete old sign-ups; goes on with search texts and versions of
    before an update.
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
