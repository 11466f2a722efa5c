"""Fields of forms that hold more than Django's own."""

import re
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import EmailValidator, MaxValueValidator, MinValueValidator
from django.utils.translation import gettext_lazy as _

from tracker.alerts.mailbox import ADDRESS_LIMIT
from tracker.alerts.schedule import time_zones
from tracker.text import clean_text
from tracker.web.timestamps import FIRST, LAST

_DAY = _("Enter a day like 2026-11-24")
LAST_ID = 2**63 - 1  # of a row, in both databases
# What people's addresses are made of. RFC 5322 allows more: quoted words, pipes, routes ("%", "!")
# and encoded words ("=?"), which mail servers and programs take for commands.
LOCAL = re.compile(r"[A-Za-z0-9_][A-Za-z0-9.+_'&*/=~#$^{}-]*")
LABEL = re.compile(r"[a-z0-9-]{1,63}")
NO_DOMAINS = ("localhost", "localdomain", "invalid")  # RFC 6761

NOT_AN_ADDRESS = _("Enter an email address like name@example.org")


class DayField(forms.DateField):
    """A day that can be turned into a moment of any time zone."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.validators += [MinValueValidator(FIRST, _DAY), MaxValueValidator(LAST, _DAY)]

    def to_python(self, value: Any) -> date | None:
        return super().to_python(clean_text(value) if isinstance(value, str) else value)


class IdField(forms.IntegerField):
    """The number of a row."""

    def __init__(self, **options: Any) -> None:
        super().__init__(min_value=0, max_value=LAST_ID, **options)


class ZoneField(forms.CharField):
    """A time zone of the IANA list; nothing means UTC."""

    def clean(self, value: Any) -> str:
        zone = super().clean(value) or "UTC"
        if zone not in time_zones():
            raise ValidationError(
                _("“%(zone)s” is not a time zone. Enter one like Europe/Brussels"),
                params={"zone": zone},
            )
        return zone


class MailAddressField(forms.EmailField):
    """An address that a mail server on the internet can have given to a person. Its length counts
    as it is stored (in lower case) and as it is sent (the domain in ASCII).
    """

    default_validators = [EmailValidator(NOT_AN_ADDRESS)]

    def clean(self, value: Any) -> str:
        address = str(super().clean(clean_text(value)))
        if address and not is_mail_address(address):
            raise ValidationError(NOT_AN_ADDRESS)
        return address


def is_mail_address(address: str) -> bool:
    """See MailAddressField; pure."""
    local, _at, domain = address.rpartition("@")
    try:
        labels = domain.encode("idna").decode("ascii").lower().rstrip(".").split(".")
    except UnicodeError:
        return False
    sent = f"{local}@{'.'.join(labels)}"
    is_named = len(labels) > 1 and all(map(LABEL.fullmatch, labels))
    is_named &= not labels[-1].isdigit() and labels[-1] not in NO_DOMAINS
    is_short = max(len(sent), len(address.lower())) <= ADDRESS_LIMIT
    return bool(LOCAL.fullmatch(local)) and is_named and is_short
