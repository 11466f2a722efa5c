"""manage.py discover URL"""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import CommandError
from django.utils import timezone

from tracker.feeds.discover import TOO_MUCH, discover, is_of_comments, search_budget
from tracker.feeds.network.types import FetchError
from tracker.feeds.services import add_feed
from tracker.management.command import PlainCommand
from tracker.redact import without_secrets


class Command(PlainCommand):
    help = "Look for feeds at an address: the page itself, feeds it links to, the usual places."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("url")
        parser.add_argument(
            "--add",
            action="store_true",
            help="follow the feeds found, except comment feeds",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        now = timezone.now()
        shown, budget = without_secrets(options["url"]), search_budget()
        try:
            feeds_found = discover(options["url"], now=now, budget=budget)
        except FetchError as error:
            raise CommandError(f"{shown}: {error.reason}") from None
        if budget.is_spent:
            self.stderr.write(TOO_MUCH)
        if not feeds_found:
            raise CommandError(f"{shown}: no feed there or at the usual places")
        for feed_found in feeds_found:
            name = feed_found.feed.title or "no title"
            self.stdout.write(f"{feed_found.shown_url}: {name}, {feed_found.feed.total} entries")
            # If the first feed has comments, comments were requested.
            is_wanted = not is_of_comments(feed_found) or is_of_comments(feeds_found[0])
            if options["add"] and is_wanted:
                _, is_new = add_feed(url=feed_found.url, title=feed_found.feed.title, now=now)
                self.stdout.write("  added" if is_new else "  known already")
