"""manage.py preview URL"""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import CommandError
from django.utils import timezone

from tracker.events.intake.preview import EntryPreview, preview_feed
from tracker.feeds.discover import TOO_MUCH, discover, search_budget
from tracker.feeds.network.types import FetchError
from tracker.management.command import PlainCommand
from tracker.redact import without_secrets


class Command(PlainCommand):
    help = "Show the entries of a feed and how they would be classified; store nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("url")

    def handle(self, *args: Any, **options: Any) -> None:
        url, shown = options["url"], without_secrets(options["url"])
        budget = search_budget()
        try:
            feeds = discover(url, now=timezone.now(), budget=budget)
        except FetchError as error:
            raise CommandError(f"{shown}: {error.reason}") from None
        if not feeds:
            raise CommandError(f"{shown}: no feed there or at the usual places")
        for feed in feeds:
            name = feed.feed.title or "no title"
            self.stdout.write(
                f"{name}: {len(feed.feed.entries)} entries, {feed.feed.skipped} skipped"
            )
            for row in preview_feed(feed.feed, budget):
                self.stdout.write(_line(row))
        if budget.is_spent:
            self.stderr.write(TOO_MUCH)


def _line(row: EntryPreview) -> str:
    """ "2017-10-26  ad_ban: twitter, RT, Sputnik  Twitter bans ads …"."""
    day = row.entry.published_at.date() if row.entry.published_at else "no date"
    facts = ", ".join([*row.classification.platforms, *row.classification.targets])
    what = (
        f"{', '.join(row.classification.kinds)}: {facts}"
        if row.classification.is_event
        else "no event"
    )
    return f"{day}  {what}  {row.entry.title or row.entry.summary[:100]}"
