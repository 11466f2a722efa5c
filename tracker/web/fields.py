"""Define form fields that check more than Django's own."""

import re
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.translation import gettext_lazy as _

from tracker.alerts.mailbox import MailAddressError, canonical_address
from tracker.alerts.schedule import time_zones
from tracker.events.search.past.timestamps import FIRST, LAST
from tracker.text import clean_text

_DAY = _("Enter a day like 2026-11-24")
HOST = re.compile(r"[^\s/:@]+\.[^\s/:@]+")
LAST_ID = 2**63 - 1  # of a row, in both databases
NOT_AN_ADDRESS = _("Enter an email address like name@example.org")


def row_id(text: str) -> int:
    """Return the id of a row in an address or a form; 0, which no row has, if it is invalid."""
    # Python refuses to parse thousands of digits, and SQLite numbers of more than 64 bits.
    number = int(text) if text.isdecimal() and len(text) <= len(str(LAST_ID)) else 0
    return number if number <= LAST_ID else 0


class DayField(forms.DateField):
    """A day that can be converted to a time in any time zone."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**({"error_messages": {"invalid": _DAY}} | options))
        # A day at the end of the calendar overflows once a time zone is applied (decision D100).
        self.validators += [MinValueValidator(FIRST, _DAY), MaxValueValidator(LAST, _DAY)]

    def to_python(self, value: Any) -> date | None:
        return super().to_python(clean_text(value) if isinstance(value, str) else value)


class IdField(forms.IntegerField):
    """The number of a row."""

    def __init__(self, **options: Any) -> None:
        super().__init__(min_value=0, max_value=LAST_ID, **options)


class PlainSelect(forms.Select):
    """A choice from hundreds: Django renders a template for each of the options."""

    template_name = "web/_select.html"


class HostsField(forms.CharField):
    """Hosts of sources, separated by commas or spaces; stored with spaces, in lower case."""

    def clean(self, value: Any) -> str:
        words = super().clean(value).replace(",", " ").lower().split()
        hosts = [word.removeprefix("www.") for word in words]
        for host in hosts:
            if not HOST.fullmatch(host):
                raise ValidationError(
                    _("“%(host)s” is not the address of a source. Enter one like example.org"),
                    params={"host": host},
                )
        return " ".join(dict.fromkeys(hosts))


class ZoneField(forms.CharField):
    """A time zone of the IANA list; empty means UTC."""

    def clean(self, value: Any) -> str:
        zone = super().clean(value) or "UTC"
        # Only names of places: the system also has zones named `localtime`, `Factory` and
        # `posixrules` (fault N4).
        if zone not in time_zones():
            raise ValidationError(
                _("“%(zone)s” is not a time zone. Enter one like Europe/Brussels"),
                params={"zone": zone},
            )
        return zone


class MailAddressField(forms.EmailField):
    """A person's address on an internet mail server, in canonical form (see mailbox.py)."""

    default_validators = []  # canonical_address gives more specific errors than Django's

    def clean(self, value: Any) -> str:
        text = str(super().clean(clean_text(value)))
        try:
            return canonical_address(text, is_public=True) if text else text
        except MailAddressError:
            raise ValidationError(NOT_AN_ADDRESS) from None
