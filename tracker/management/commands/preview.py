"""manage.py preview URL"""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from tracker.classify import Text, classify
from tracker.feeds import pool
from tracker.feeds.entry import ParsedEntry, ParseError
from tracker.feeds.fetch import FetchError, Request, fetch_many
from tracker.feeds.read import user_agent


class Command(BaseCommand):
    help = "Show what would be taken from a feed, and classified as what; store nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("url")

    def handle(self, *args: Any, **options: Any) -> None:
        url = options["url"]
        (fetched,) = fetch_many(
            [Request(url)], user_agent=user_agent(), allowed_networks=settings.ALLOWED_NETWORKS
        )
        answer = fetched.outcome
        if isinstance(answer, FetchError):
            raise CommandError(f"{url}: {answer.reason}")
        found = pool.outcome(
            pool.submit(
                body=answer.body,
                url=answer.url,
                content_type=answer.content_type,
                now=timezone.now(),
            )
        )
        if isinstance(found, ParseError):
            raise CommandError(f"{url}: {found.reason}")
        self.stdout.write(
            f"{found.title or 'no title'}: {len(found.entries)} entries, {found.skipped} skipped"
        )
        for entry in found.entries:
            self.stdout.write(_line(entry, found.language))


def _line(entry: ParsedEntry, language: str) -> str:
    """ "2017-10-26  ad_ban: twitter, RT, Sputnik  Twitter bans ads …"."""
    day = entry.published_at.date() if entry.published_at else None
    told = classify(Text(entry.title, entry.summary, entry.body, language), day)
    facts = ", ".join([*told.platforms, *told.targets])
    what = f"{', '.join(told.kinds)}: {facts}" if told.is_event else "no event"
    return f"{day or 'no date'}  {what}  {entry.title or entry.summary[:100]}"
