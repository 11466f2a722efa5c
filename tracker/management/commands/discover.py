"""manage.py discover URL"""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import CommandError
from django.utils import timezone

from tracker.feeds.discover import discover
from tracker.feeds.fetch import FetchError
from tracker.feeds.services import add_feed
from tracker.management.command import PlainCommand


class Command(PlainCommand):
    help = "Look for feeds at a page's address: the page itself, those it names, the usual places."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("url")
        parser.add_argument("--add", action="store_true", help="follow those that are found")

    def handle(self, *args: Any, **options: Any) -> None:
        now = timezone.now()
        try:
            found = discover(options["url"], now=now)
        except FetchError as error:
            raise CommandError(f"{options['url']}: {error.reason}") from None
        if not found:
            raise CommandError(f"{options['url']}: no feed there, nor at the usual places")
        for one in found:
            name = one.feed.title or "no title"
            self.stdout.write(f"{one.url}: {name}, {one.feed.total} entries")
            if options["add"]:
                _, is_new = add_feed(url=one.url, title=one.feed.title, now=now)
                self.stdout.write("  added" if is_new else "  known already")
