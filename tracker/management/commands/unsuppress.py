"""manage.py unsuppress ADDRESS"""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import CommandError

from tracker.alerts.mailbox import MailAddressError, canonical_address
from tracker.alerts.models import Subscriber
from tracker.alerts.subscribing import lift_suppression
from tracker.management.command import PlainCommand


class Command(PlainCommand):
    help = "Mail an address again that bounced or complained; for who asks you for it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("address")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            address = canonical_address(options["address"])
        except MailAddressError as error:
            raise CommandError(f"{options['address']}: {error}") from None
        reader = Subscriber.objects.filter(address=address).first()
        if reader is None:
            raise CommandError(f"nobody with the address {address} has signed up")
        is_lifted = lift_suppression(reader.pk)
        self.stdout.write(f"{address} {'is mailed again' if is_lifted else 'was mailed anyway'}.")
