"""manage.py addfeed URL"""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import CommandError

from tracker import database_time
from tracker.feeds.network.types import FetchError
from tracker.feeds.parsing.types import is_language_tag
from tracker.feeds.services import add_feed
from tracker.management.command import PlainCommand
from tracker.redact import without_secrets


class Command(PlainCommand):
    help = "Follow the feed at an address; the first poll comes by itself."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("url")
        parser.add_argument("--title", default="")
        parser.add_argument("--language", default="", help="the feed's language, as in fr")
        parser.add_argument(
            "--aggregator",
            action="store_true",
            help="it carries articles by others; trust the publishers it names",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["language"] and not is_language_tag(options["language"]):
            raise CommandError(f"{options['language']}: give a language's tag, as in fr or pt-BR")
        if not options["url"].strip():
            raise CommandError("Give the address of a feed, like https://news.example/feed")
        try:
            feed, is_new = add_feed(
                url=options["url"],
                title=options["title"],
                language=options["language"],
                is_aggregator=options["aggregator"],
                now=database_time.now(),
            )
        except FetchError as error:
            raise CommandError(f"{without_secrets(options['url'])}: {error.reason}") from None
        if feed.error and is_new:
            self.stderr.write(
                f"{feed.error}. It is kept and shown on /sources; ALLOWED_NETWORKS lists"
                " networks that may be read."
            )
        shown = f"feed {feed.pk}, {feed.title}, {without_secrets(feed.url)}"
        self.stdout.write(f"{'Added' if is_new else 'Known already'}: {shown}")
