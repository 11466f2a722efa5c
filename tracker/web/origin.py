"""Tells senders apart for a day, and says nothing of who they are."""

from datetime import date

from django.conf import settings
from django.http import HttpRequest
from django.utils.crypto import salted_hmac


def origin_of(request: HttpRequest, purpose: str, today: date) -> str:
    """A keyed hash of the sender's address, for one purpose and day; behind proxies (the setting
    PROXIES) of the address that the outermost of ours saw.
    """
    address = request.META.get("REMOTE_ADDR", "")
    forwarded = request.headers.get("X-Forwarded-For", "").split(",")
    if settings.NINJA_NUM_PROXIES and len(forwarded) >= settings.NINJA_NUM_PROXIES:
        address = forwarded[-settings.NINJA_NUM_PROXIES].strip() or address
    return salted_hmac(f"{purpose} {today}", address, secret=settings.SECRET_KEY).hexdigest()
