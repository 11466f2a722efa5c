"""SignInAttempt (a password that was tried), SignedInFrom (a network where one was right)."""

from django.db import models


class SignInAttempt(models.Model):
    """A try that was not right, or not yet; name, sender and network are keyed hashes."""

    name = models.CharField(max_length=64)
    sender = models.CharField(max_length=64)
    network = models.CharField(max_length=64)
    at = models.DateTimeField()

    class Meta:
        # One for each limit that signing_in.py counts by; the last is for all attempts together.
        indexes = [
            models.Index(fields=["name", "-at"], name="attempt_by_name"),
            models.Index(fields=["sender", "-at"], name="attempt_by_sender"),
            models.Index(fields=["network", "-at"], name="attempt_by_network"),
            models.Index(fields=["-at"], name="attempt_lately"),
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M}"


# Spared the limits that strangers can fill, so nobody can lock a name (decision D99).
class SignedInFrom(models.Model):
    """A network from which somebody signed in under a name, and when last; keyed hashes."""

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
