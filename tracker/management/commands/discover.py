"""manage.py discover URL"""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from tracker.feeds.discover import discover
from tracker.feeds.fetch import FetchError
from tracker.feeds.read import user_agent
from tracker.feeds.services import add_feed


class Command(BaseCommand):
    help = "Look for feeds at a page's address: the page itself, those it names, the usual places."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("url")
        parser.add_argument("--add", action="store_true", help="follow those that are found")

    def handle(self, *args: Any, **options: Any) -> None:
        now = timezone.now()
        try:
            found = discover(
                options["url"],
                user_agent=user_agent(),
                allowed_networks=settings.ALLOWED_NETWORKS,
                now=now,
            )
        except FetchError as error:
            raise CommandError(f"{options['url']}: {error.reason}") from None
        if not found:
            raise CommandError(f"{options['url']}: no feed there, nor at the usual places")
        for feed in found:
            self.stdout.write(f"{feed.url}: {feed.title or 'no title'}, {feed.entries} entries")
            if options["add"]:
                _, is_new = add_feed(url=feed.url, title=feed.title, now=now)
                self.stdout.write("  added" if is_new else "  known already")
