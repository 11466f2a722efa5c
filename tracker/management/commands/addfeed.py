"""manage.py addfeed URL"""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from tracker.feeds.fetch import FetchError
from tracker.feeds.services import add_feed
from tracker.redact import without_secrets


class Command(BaseCommand):
    help = "Follow the feed at an address; the first poll comes by itself."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("url")
        parser.add_argument("--title", default="")
        parser.add_argument("--language", default="", help="the feed's language, as in fr")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            feed, is_new = add_feed(
                url=options["url"],
                title=options["title"],
                language=options["language"],
                now=timezone.now(),
            )
        except FetchError as error:
            raise CommandError(f"{without_secrets(options['url'])}: {error.reason}") from None
        if feed.error and is_new:
            self.stderr.write(
                f"{feed.error}. It is kept and shown on /sources; ALLOWED_NETWORKS lists"
                " networks that may be read."
            )
        self.stdout.write(f"{'Added' if is_new else 'Known already'}: feed {feed.pk}, {feed.title}")
