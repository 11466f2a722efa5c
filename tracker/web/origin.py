"""Tells senders apart for a day, and says nothing of who they are."""

from datetime import date
from ipaddress import ip_address

from django.conf import settings
from django.http import HttpRequest
from django.utils.crypto import salted_hmac


def address_of(request: HttpRequest) -> str:
    """The sender's address; behind proxies (the setting PROXIES) that which the outermost of ours
    saw.
    """
    address = str(request.META.get("REMOTE_ADDR", ""))
    forwarded = request.headers.get("X-Forwarded-For", "").split(",")
    if settings.NINJA_NUM_PROXIES and len(forwarded) >= settings.NINJA_NUM_PROXIES:
        told = forwarded[-settings.NINJA_NUM_PROXIES].strip()
        address = told if _is_address(told) else address
    return address


def _is_address(text: str) -> bool:
    """Whether a database takes it for one, which some proxies' "unknown" is not."""
    try:
        ip_address(text)
    except ValueError:
        return False
    return "%" not in text


def origin_of(request: HttpRequest, purpose: str, today: date) -> str:
    """A keyed hash of the sender's address, for one purpose and day."""
    address = address_of(request)
    return salted_hmac(f"{purpose} {today}", address, secret=settings.SECRET_KEY).hexdigest()
