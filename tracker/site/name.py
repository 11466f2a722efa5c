"""Determine the site's name: the setting SITE_NAME, else an owner's choice, else the product's."""

from collections.abc import Callable
from email.utils import formataddr, parseaddr

from django.conf import settings
from django.core.cache import cache
from django.template import Library

register = Library()  # a built-in of every template: {% site_name %}
DEFAULT = "Platform Policy Tracker"
KEY = "site-name"
KEPT = 60  # seconds until every process uses a new name
_readers: list[Callable[[], str]] = []


def read_name_with(reader: Callable[[], str]) -> None:
    """Register the reader of the chosen name, from a higher package that has the table."""
    _readers[:] = [reader]


@register.simple_tag
def site_name() -> str:
    """Return the name, for pages, mails, feeds and files."""
    return settings.SITE_NAME or cache.get_or_set(KEY, _chosen_name, KEPT) or DEFAULT


def mail_sender() -> str:
    """Return the sender of mails: MAIL_FROM, with the site's name if that has none."""
    name, address = parseaddr(settings.DEFAULT_FROM_EMAIL)
    return formataddr((name or site_name(), address))


def forget_name() -> None:
    """Discard the cached name after a change."""
    cache.delete(KEY)


def _chosen_name() -> str:
    return _readers[0]() if _readers else ""
