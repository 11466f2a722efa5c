"""manage.py erasesubscriber ADDRESS"""

from argparse import ArgumentParser
from typing import Any

from tracker.alerts.subscribing import erase_subscriber
from tracker.management.command import PlainCommand
from tracker.management.subscribers import find_subscriber


class Command(PlainCommand):
    help = "Delete all that is stored about an address: alerts, their results, mails, bounces."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("address")

    def handle(self, *args: Any, **options: Any) -> None:
        subscriber = find_subscriber(options["address"])
        erase_subscriber(subscriber.pk)
        self.stdout.write(f"Nothing about {subscriber.address} is left in the database.")
