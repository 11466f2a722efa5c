"""manage.py poll"""

import logging
from argparse import ArgumentParser
from collections import Counter
from typing import Any

from django.core.management.base import CommandError
from tqdm import tqdm

from tracker import database_time
from tracker.alerts.hits import record_hits
from tracker.events.intake.processing import BATCH, process_entries
from tracker.feeds.models import Feed
from tracker.feeds.polling.claims import claim_due
from tracker.feeds.polling.outcomes import Polled
from tracker.feeds.polling.polls import poll
from tracker.management.command import PlainCommand
from tracker.redact import without_secrets

log = logging.getLogger(__name__)


class Command(PlainCommand):
    help = (
        "Poll now, in the foreground: every feed (or those that are due), then classify and group"
        " what is new."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--due", action="store_true", help="only feeds that are due")
        parser.add_argument("--feed", type=int, help="only this feed, by its number")

    def handle(self, *args: Any, **options: Any) -> None:
        number = options["feed"]
        followed = Feed.objects.followed().filter(pk=number, paused_at__isnull=True)
        if number is not None and not followed.update(is_active=True):
            raise CommandError(f"there is no feed {number}, or it is paused or removed")
        feeds = claim_due(
            database_time.now(),
            limit=Feed.objects.count(),
            everything=not options["due"],
            only=number,
        )
        states: Counter[str] = Counter()
        failed = 0
        with tqdm(total=len(feeds), desc="Feeds", unit="feed", file=self.stderr.raw) as bar:
            try:
                for polled in poll(feeds):
                    self._count(polled, states, bar)
            except ExceptionGroup as errors:  # the others were read and are classified
                failed = len(errors.exceptions)
                log.exception("feeds not stored", extra={"feeds": failed})
        new = states.pop("", 0)
        count, events = self._process()
        states_in_words = (
            ", ".join(f"{n} {state}" for state, n in states.most_common()) or "none due"
        )
        self.stdout.write(f"Feeds: {len(feeds)}, {states_in_words}. New entries: {new}.")
        self.stdout.write(f"Entries classified: {count}. Events with a new report: {events}.")
        if failed:
            raise CommandError(
                f"{failed} feeds failed because of a fault of ours. The log has the details."
            )

    def _count(self, polled: Polled, states: Counter[str], bar: "tqdm[Any]") -> None:
        """Count one feed by its state, and its new entries under ""."""
        states[str(Feed.State(polled.state).label)] += 1
        states[""] += polled.new
        if polled.error:
            with bar.external_write_mode(file=self.stderr.raw):
                self.stderr.write(f"{without_secrets(polled.feed_url)}: {polled.error}")
        bar.update()

    def _process(self) -> tuple[int, int]:
        count, events = 0, set[int]()
        with tqdm(desc="Entries", unit="entry", file=self.stderr.raw) as bar:
            while True:
                processed = process_entries(database_time.now(), BATCH)
                record_hits(processed.event_ids, database_time.now())
                count += processed.entries
                events.update(processed.event_ids)
                bar.update(processed.entries)
                if not processed.entries:
                    return count, len(events)
