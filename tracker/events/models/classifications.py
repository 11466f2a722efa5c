"""What the classifier says about an entry, and what it has learned."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from tracker.events.models.choices import EMPTY_LIST, OCCURRED
from tracker.feeds.models import Entry


class EntryClassification(models.Model):
    """The latest classification of an entry, with its evidence and the version that made it."""

    entry = models.OneToOneField(Entry, on_delete=models.CASCADE, related_name="classification")
    version = models.CharField(max_length=50)
    language = models.CharField(max_length=10)
    kinds = models.JSONField(default=list)
    platforms = models.JSONField(default=list)
    targets = models.JSONField(default=list)
    countries = models.JSONField(default=list)
    grounds = models.JSONField(default=list)
    extent = models.CharField(max_length=10, blank=True)
    details = models.JSONField(default=list)
    occurred = models.CharField(max_length=10, blank=True, validators=[OCCURRED])
    occurred_source = models.CharField(max_length=10, blank=True)
    coverage = models.CharField(max_length=10, blank=True)
    confidence = models.FloatField()
    kind_confidence = models.FloatField(default=0, db_default=0)
    shown = models.BooleanField(default=False, db_default=False)
    scope = models.CharField(max_length=20, blank=True, db_default="")
    unlisted = models.JSONField(default=list, db_default=EMPTY_LIST)
    effective_on = models.CharField(max_length=10, blank=True, db_default="", validators=[OCCURRED])
    amount = models.BigIntegerField(default=0, db_default=0)
    currency = models.CharField(max_length=3, blank=True, db_default="")
    affected = models.BigIntegerField(default=0, db_default=0)
    affected_what = models.CharField(max_length=20, blank=True, db_default="")
    authority = models.CharField(max_length=200, blank=True, db_default="")
    authority_type = models.CharField(max_length=20, blank=True, db_default="")
    law = models.CharField(max_length=40, blank=True, db_default="")
    law_article = models.CharField(max_length=20, blank=True, db_default="")
    appeal = models.CharField(max_length=10, blank=True, db_default="")
    territory = models.CharField(max_length=10, blank=True, db_default="")
    region = models.CharField(max_length=60, blank=True, db_default="")
    degree = models.CharField(max_length=10, blank=True, db_default="")
    ordered_by = models.CharField(max_length=200, blank=True, db_default="")
    ordered_by_type = models.CharField(max_length=20, blank=True, db_default="")
    readers = models.JSONField(default=list, db_default=EMPTY_LIST)
    evidence = models.JSONField(default=list)
    made_at = models.DateTimeField()

    class Meta:
        db_table = "events_classification"
        indexes = [models.Index(fields=["version"], name="classified_by")]

    def __str__(self) -> str:
        return f"{self.entry_id}: {', '.join(self.kinds) or 'no event'}"


class LearnedWeights(models.Model):
    """Weights trained on the project's headlines and editors' corrections.

    They were not promoted if `worse` names languages and kinds in which they are worse. `data` is
    the version of the word lists they were trained with; they do not fit other lists. Rows are
    never deleted.
    """

    version = models.CharField(max_length=50, unique=True)
    data = models.CharField(max_length=12)
    weights = models.JSONField()
    made_at = models.DateTimeField()
    promoted_at = models.DateTimeField(null=True)
    retired_at = models.DateTimeField(null=True)
    rolled_back_at = models.DateTimeField(null=True)
    note = models.CharField(max_length=500, blank=True)  # from older versions; no longer written
    worse = models.JSONField(default=list, db_default=EMPTY_LIST)

    class Meta:
        db_table = "events_learned"
        verbose_name_plural = "learned"

    def __str__(self) -> str:
        return self.version


class SecondOpinion(models.Model):
    """What a language model said about an unsure entry, once per text and model: a suggestion to
    editors.

    `cost` is in the unit of the setting OPINION_PRICES.
    """

    class State(models.TextChoices):
        ANSWERED = "answered", _("answered")
        REFUSED = "refused", _("refused")  # or an unusable answer
        FAILED = "failed", _("failed")  # of the server; asked again later

    entry = models.ForeignKey(Entry, on_delete=models.CASCADE, related_name="opinions")
    content_hash = models.CharField(max_length=64)
    model = models.CharField(max_length=100)
    state = models.CharField(max_length=10, choices=State)
    kinds = models.JSONField(default=list)
    quote = models.CharField(max_length=500, blank=True)
    note = models.CharField(max_length=300, blank=True)
    cost = models.FloatField(default=0)
    at = models.DateTimeField()

    class Meta:
        db_table = "events_opinion"
        constraints = [
            models.UniqueConstraint(fields=["content_hash", "model"], name="opinion_once")
        ]
        indexes = [models.Index(fields=["at"], name="opinion_spent")]

    def __str__(self) -> str:
        return f"{self.entry_id}: {', '.join(self.kinds) or self.state}"
