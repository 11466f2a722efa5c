"""ApiToken (what lets an editor write by the API)."""

from datetime import datetime

from django.conf import settings
from django.db import models


class ApiToken(models.Model):
    """A token of an editor; only its hash is stored. `password_mark` is of the password that they
    had when it was made: with another one it is void.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="api_tokens"
    )
    name = models.CharField(max_length=100, blank=True)
    digest = models.CharField(max_length=64, unique=True)
    password_mark = models.CharField(max_length=20)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.pk} {self.name}"

    def is_open(self, now: datetime) -> bool:
        """Whether its time is not over, and nobody revoked it."""
        return self.revoked_at is None and self.expires_at > now
