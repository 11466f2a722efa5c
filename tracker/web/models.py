"""SignInAttempt (a password that was tried), SignedInFrom (a network where one was right), TokenUse
(how often a token was sent).
"""

from django.db import models

from tracker.operations.models import ApiToken


class SignInAttempt(models.Model):
    """An attempt that failed or is pending; name, sender and network are keyed hashes."""

    name = models.CharField(max_length=64)
    sender = models.CharField(max_length=64)
    network = models.CharField(max_length=64)
    at = models.DateTimeField()

    class Meta:
        # One index for each limit in signing_in.py; the last is for all attempts together.
        indexes = [
            models.Index(fields=["name", "-at"], name="attempt_by_name"),
            models.Index(fields=["sender", "-at"], name="attempt_by_sender"),
            models.Index(fields=["network", "-at"], name="attempt_by_network"),
            models.Index(fields=["-at"], name="attempt_lately"),
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M}"


# Exempt from the limits that strangers can exhaust, so nobody can lock a name (decision D99).
class SignedInFrom(models.Model):
    """A network from which somebody signed in under a name, and when last, as keyed hashes."""

    name = models.CharField(max_length=64)
    network = models.CharField(max_length=64)
    at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "signed in from"
        constraints = [
            models.UniqueConstraint(fields=["name", "network"], name="signed_in_from_once")
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M}"


class TokenUse(models.Model):
    """How many requests of a day, in UTC, came with a token."""

    token = models.ForeignKey(ApiToken, on_delete=models.CASCADE, related_name="uses")
    day = models.DateField()
    requests = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["token", "day"], name="token_use_once")]

    def __str__(self) -> str:
        return f"{self.token_id} {self.day}"
