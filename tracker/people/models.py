"""Invitation (a person who may join), PasswordRequest (a mail with a link), Passkey and Identity
(other ways to sign in), SiteSetting (what an owner chose), AuditLine (who did what).
"""

import uuid
from datetime import datetime

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django_otp.models import Device

from tracker.alerts.models import Delivery
from tracker.feeds.limits import LANGUAGE_LIMIT

ADDRESS_LIMIT = 254  # as in Django's User
NAME_LIMIT = 150  # as in Django's User
DETAIL_LIMIT = 200
PASSKEY_NAME_LIMIT = 64  # as in django-otp's Device
CREDENTIAL_LIMIT = 1_364  # of 1,023 octets in base64url (WebAuthn 4, credential id)
SUBJECT_LIMIT = 255  # OpenID Connect Core 2, "sub"
SITE_NAME_LIMIT = 60


class PersonRole(models.TextChoices):
    """What a person may do; Django's `is_staff` and `is_superuser` store it (roles.py)."""

    READER = "reader", _("reader")
    EDITOR = "editor", _("editor")
    OWNER = "owner", _("owner")


class Invitation(models.Model):
    """An invitation to a role. Its link works until it expires, is withdrawn or is used."""

    # Not the row's id, which can be reused after a backup is restored.
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
        """Return whether its link may be used."""
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


# A device of django-otp: people who have one need it, or another device, after the password.
class Passkey(Device):  # type: ignore[misc]
    """A WebAuthn key on a person's device: signs them in by itself, or after the password."""

    credential_id = models.CharField(max_length=CREDENTIAL_LIMIT, unique=True)  # base64url
    public_key = models.BinaryField()  # COSE
    sign_count = models.BigIntegerField(default=0)
    created_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True)

    class Meta(Device.Meta):  # type: ignore[misc]
        pass

    def __str__(self) -> str:
        return f"{self.pk} {self.name}"


class Identity(models.Model):
    """A person's identity at the OpenID provider, stored at their first sign-in through it."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="identities"
    )
    issuer = models.CharField(max_length=200)
    subject = models.CharField(max_length=SUBJECT_LIMIT)
    at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "identities"
        constraints = [
            models.UniqueConstraint(fields=["issuer", "subject"], name="identity_once"),
            models.UniqueConstraint(fields=["user", "issuer"], name="identity_of_person"),
        ]

    def __str__(self) -> str:
        return f"{self.pk} {self.issuer}"


class SiteSetting(models.Model):
    """An owner's choice for the whole site, made in the browser; environment settings
    override it.
    """

    key = models.CharField(max_length=20, unique=True)
    value = models.CharField(max_length=DETAIL_LIMIT, blank=True)

    def __str__(self) -> str:
        return self.key


class AuditLine(models.Model):
    """An action of a person, or on an account. `by` and `about` are names of people, `about` also
    an invited address; both are "" if unknown. Changes of feeds and events have their own tables
    (FeedChange, Change).
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
        PASSKEY_ADDED = "passkey_added", _("passkey added")
        PASSKEY_RENAMED = "passkey_renamed", _("passkey renamed")
        PASSKEY_REMOVED = "passkey_removed", _("passkey removed")
        PASSKEY_FAILED = "passkey_failed", _("wrong passkey")
        LINKED = "linked", _("account linked to the sign-in provider")
        PROVIDER_REFUSED = "provider_refused", _("sign-in through the provider refused")
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
        ARTICLE_LANGUAGE = "article_language", _("article’s language set")
        LEARNING_ASKED = "learning_asked", _("learning requested")
        MODEL_CHANGED = "model_changed", _("classifier changed")

    at = models.DateTimeField()
    by = models.CharField(max_length=NAME_LIMIT, blank=True)
    verb = models.CharField(max_length=20, choices=Verb)
    about = models.CharField(max_length=ADDRESS_LIMIT, blank=True)
    before = models.CharField(max_length=DETAIL_LIMIT, blank=True)
    after = models.CharField(max_length=DETAIL_LIMIT, blank=True)
    network = models.CharField(max_length=45, blank=True)  # from which a person signs in

    class Meta:
        indexes = [
            models.Index(fields=["-at"], name="audit_newest"),
            models.Index(fields=["verb", "-at"], name="audit_by_verb"),
            models.Index(fields=["by", "-at"], name="audit_by_person"),
            models.Index(fields=["about", "-at"], name="audit_about"),
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.verb}"
