"""manage.py unsuppress ADDRESS"""

from argparse import ArgumentParser
from typing import Any

from tracker.alerts.subscribing import lift_suppression
from tracker.management.command import PlainCommand
from tracker.management.subscribers import find_subscriber


class Command(PlainCommand):
    help = "Send mail again to an address that bounced or complained, at its owner's request."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("address")

    def handle(self, *args: Any, **options: Any) -> None:
        subscriber = find_subscriber(options["address"])
        state = "is mailed again" if lift_suppression(subscriber.pk) else "was mailed anyway"
        self.stdout.write(f"{subscriber.address} {state}.")
