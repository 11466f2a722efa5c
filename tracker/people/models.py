"""Invitation (a person who may join), PasswordRequest (a mail with a link), AuditLine (who did
what).
"""

import uuid
from datetime import datetime

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from tracker.alerts.models import Delivery
from tracker.feeds.limits import LANGUAGE_LIMIT

ADDRESS_LIMIT = 254  # as in Django's User
NAME_LIMIT = 150  # as in Django's User
DETAIL_LIMIT = 200


class PersonRole(models.TextChoices):
    """What a person may do; Django's `is_staff` and `is_superuser` store it (roles.py)."""

    READER = "reader", _("reader")
    EDITOR = "editor", _("editor")
    OWNER = "owner", _("owner")


class Invitation(models.Model):
    """What somebody was invited to be. Its link works until it expires, is withdrawn or is used."""

    # A row number would not do: it can be reused after a restore of a backup.
    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    address = models.CharField(max_length=ADDRESS_LIMIT)
    role = models.CharField(max_length=10, choices=PersonRole)
    language = models.CharField(max_length=LANGUAGE_LIMIT)
    by = models.CharField(max_length=NAME_LIMIT, blank=True)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)
    delivery = models.OneToOneField(
        Delivery, on_delete=models.SET_NULL, null=True, related_name="invitation"
    )

    class Meta:
        indexes = [models.Index(fields=["address"], name="invitation_by_address")]

    def __str__(self) -> str:
        return f"{self.pk} {self.role}"

    def is_open(self, now: datetime) -> bool:
        """Whether its link may be used."""
        is_free = self.accepted_at is None and self.withdrawn_at is None
        return is_free and self.expires_at > now


class PasswordRequest(models.Model):
    """A mail with a link to set a new password, for a person who asked for it."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="password_requests"
    )
    language = models.CharField(max_length=LANGUAGE_LIMIT)
    at = models.DateTimeField()
    delivery = models.OneToOneField(
        Delivery, on_delete=models.CASCADE, related_name="password_request"
    )

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M}"


class AuditLine(models.Model):
    """Something that a person did, or that was done to an account. `by` and `about` are names of
    people, `about` also an invited address; both are "" where nobody is known. What changed at
    feeds and events has tables of its own (FeedChange, Change).
    """

    class Verb(models.TextChoices):
        SIGNED_IN = "signed_in", _("signed in")
        SIGN_IN_FAILED = "sign_in_failed", _("wrong password")
        SIGN_IN_WAITS = "sign_in_waits", _("sign-in refused after too many attempts")
        CODE_FAILED = "code_failed", _("wrong code of the second step")
        SIGNED_OUT = "signed_out", _("signed out")
        FACTOR_ON = "factor_on", _("two-step sign-in turned on")
        FACTOR_OFF = "factor_off", _("two-step sign-in turned off")
        FACTOR_RESET = "factor_reset", _("two-step sign-in reset")
        PASSWORD_ASKED = "password_asked", _("password reset requested")
        PASSWORD_SET = "password_set", _("new password set")
        ADDRESS_SET = "address_set", _("email address set")
        SESSIONS_ENDED = "sessions_ended", _("sessions ended")
        INVITED = "invited", _("invited")
        WITHDRAWN = "withdrawn", _("invitation withdrawn")
        JOINED = "joined", _("joined")
        ADDED = "person_added", _("account added")
        ROLE = "role", _("role changed")
        DISABLED = "disabled", _("account disabled")
        ENABLED = "enabled", _("account enabled")
        SETTING = "setting", _("setting changed")

    at = models.DateTimeField()
    by = models.CharField(max_length=NAME_LIMIT, blank=True)
    verb = models.CharField(max_length=20, choices=Verb)
    about = models.CharField(max_length=ADDRESS_LIMIT, blank=True)
    before = models.CharField(max_length=DETAIL_LIMIT, blank=True)
    after = models.CharField(max_length=DETAIL_LIMIT, blank=True)
    network = models.CharField(max_length=45, blank=True)  # from which somebody signs in

    class Meta:
        indexes = [
            models.Index(fields=["-at"], name="audit_newest"),
            models.Index(fields=["verb", "-at"], name="audit_by_verb"),
            models.Index(fields=["by", "-at"], name="audit_by_person"),
            models.Index(fields=["about", "-at"], name="audit_about"),
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.verb}"
