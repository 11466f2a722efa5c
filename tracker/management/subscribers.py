"""Find the subscriber that a command names."""

from django.core.management.base import CommandError

from tracker.alerts.mailbox import MailAddressError, canonical_address
from tracker.alerts.models import Subscriber


def find_subscriber(text: str) -> Subscriber:
    """Return the subscriber with an address, in any spelling. Raises CommandError."""
    try:
        address = canonical_address(text)
    except MailAddressError as error:
        raise CommandError(f"{text}: {error}") from None
    subscriber = Subscriber.objects.filter(address=address).first()
    if subscriber is None:
        raise CommandError(f"nobody with the address {address} has signed up")
    return subscriber
