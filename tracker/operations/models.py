"""ApiToken (lets an editor write by the API), LearningRun (learning from decisions)."""

from datetime import datetime

from django.conf import settings
from django.db import models


class ApiToken(models.Model):
    """A token of an editor; only its hash is stored. `password_mark` is derived from their password
    at creation: a new password makes the token void.
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
        """Return whether it has neither expired nor been revoked."""
        return self.revoked_at is None and self.expires_at > now


class LearningRunQuerySet(models.QuerySet["LearningRun"]):
    """Queries on learning runs."""

    def due(self, now: datetime) -> "LearningRunQuerySet":
        """Select the due runs, the oldest request first."""
        return self.filter(done_at=None, run_at__lte=now).order_by("pk")


class LearningRun(models.Model):
    """Learning from editors' decisions: requested by an owner, or by the clock ("" in `by`); due at
    `run_at` until it is done. `outcome` says what the new weights would change, as JSON
    (operations/learning.py).
    """

    by = models.CharField(max_length=150, blank=True)
    asked_at = models.DateTimeField()
    run_at = models.DateTimeField()
    claim = models.UUIDField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    done_at = models.DateTimeField(null=True)
    error = models.CharField(max_length=200, blank=True)
    outcome = models.JSONField(default=dict)

    objects = LearningRunQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(
                fields=["run_at"], name="learning_due", condition=models.Q(done_at__isnull=True)
            )
        ]

    def __str__(self) -> str:
        return f"{self.pk} {self.asked_at:%Y-%m-%d %H:%M}"
