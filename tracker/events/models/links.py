"""Links between events."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from tracker.events.models.events import Event


class Link(models.Model):
    """`source` undoes, extends, follows or is tested in court by `target`, or may be the same act.

    It is proposed by the program until an editor confirms or rejects it. `score` is how sure the
    program was, 0 to 1; null for an editor's own links and older ones. It is not part of the
    record.
    """

    class Type(models.TextChoices):
        UNDOES = "undoes", _("undoes")
        EXTENDS = "extends", _("extends")
        FOLLOWS = "follows", _("follows")
        TESTED_BY = "tested_by", _("tested in court by")
        SAME = "same", _("may be the same act as")

    class State(models.TextChoices):
        PROPOSED = "proposed", _("proposed")
        CONFIRMED = "confirmed", _("confirmed")
        REJECTED = "rejected", _("rejected")

    source = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="links")
    target = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="linked_from")
    type = models.CharField(max_length=10, choices=Type)
    state = models.CharField(max_length=10, choices=State, default=State.PROPOSED)
    reasons = models.JSONField(default=list)
    score = models.FloatField(null=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["type", "id"], name="link_asked", condition=models.Q(state="proposed")
            )
        ]
        constraints = [
            models.UniqueConstraint(fields=["source", "target", "type"], name="link_once"),
            models.CheckConstraint(
                condition=~models.Q(source=models.F("target")), name="link_to_another"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.source_id} {self.type} {self.target_id}"
