"""manage.py testmail"""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import CommandError
from django.utils import timezone

from tracker.alerts.delivery.emails import build_trial_mail
from tracker.alerts.delivery.smtp import DeliveryError, MailConnection
from tracker.alerts.mailbox import MailAddressError, canonical_address
from tracker.management.command import PlainCommand


class Command(PlainCommand):
    help = "Send one mail now, bypassing the queue, and show the mail server's answer."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("address", help="the recipient")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            address = canonical_address(options["address"])
        except MailAddressError as error:
            raise CommandError(f"{options['address']}: {error}") from None
        with MailConnection() as post:
            try:
                post.send_mail(build_trial_mail(address, timezone.now()))
            except DeliveryError as error:
                raise CommandError(f"not accepted: {error}") from None
        self.stdout.write(f"Accepted: a mail to {address}.")
