"""Give rows random keys for links in mails; never reused."""

import uuid
from typing import Any

from django.db import models

from tracker.alerts.migrations._keys import NewKey

__all__ = ["NewKey", "key_field"]


def key_field() -> Any:
    """Return the field for a row's key.

    A row number would not do: it can be reused after a restore of a backup.
    """
    return models.UUIDField(default=uuid.uuid4, db_default=NewKey(), unique=True, editable=False)
