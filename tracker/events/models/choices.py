"""Choices, validators and defaults that several models share."""

from django.core.validators import RegexValidator
from django.db import models

from tracker.classify.kinds import Kind

KIND_CHOICES = [(kind.value, kind.label) for kind in Kind]


# A PartialDate's text: a day, a month, or "" where the day is unknown. As text it sorts as the
# timeline needs it: newest first, a month after its days, unknown last. Decision D58. No day is
# ever invented for a month, and no month for a year: a wrong day in a record is worse than none.
OCCURRED = RegexValidator(r"^(\d{4}-\d{2}(-\d{2})?)?$", "YYYY-MM-DD, YYYY-MM or nothing")


EMPTY_LIST = models.Value([], models.JSONField())
