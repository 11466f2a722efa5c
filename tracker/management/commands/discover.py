"""manage.py discover URL"""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import CommandError
from django.utils import timezone

from tracker.feeds.discover import TOO_MUCH, discover, is_of_comments, search_budget
from tracker.feeds.network.fetch import FetchError
from tracker.feeds.services import add_feed
from tracker.management.command import PlainCommand
from tracker.redact import without_secrets


class Command(PlainCommand):
    help = "Look for feeds at a page's address: the page itself, those it names, the usual places."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("url")
        parser.add_argument(
            "--add",
            action="store_true",
            help="follow those that are found, but none of comments",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        now = timezone.now()
        shown, budget = without_secrets(options["url"]), search_budget()
        try:
            found = discover(options["url"], now=now, budget=budget)
        except FetchError as error:
            raise CommandError(f"{shown}: {error.reason}") from None
        if budget.is_spent:
            self.stderr.write(TOO_MUCH)
        if not found:
            raise CommandError(f"{shown}: no feed there, nor at the usual places")
        for one in found:
            name = one.feed.title or "no title"
            self.stdout.write(f"{one.shown_url}: {name}, {one.feed.total} entries")
            # If the first feed is of comments, comments are what was asked for.
            is_wanted = not is_of_comments(one) or is_of_comments(found[0])
            if options["add"] and is_wanted:
                _, is_new = add_feed(url=one.url, title=one.feed.title, now=now)
                self.stdout.write("  added" if is_new else "  known already")
