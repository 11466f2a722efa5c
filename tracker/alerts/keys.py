"""Random keys of rows, which links in mails name; never reused."""

import uuid
from typing import Any

from django.db import models
from django.db.models import Func


class NewKey(Func):
    """A random UUID made by the database, for rows without a key and for rows that older code adds
    during an upgrade.
    """

    template = "gen_random_uuid()"
    output_field = models.UUIDField()

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        return self.as_sql(compiler, connection, template="lower(hex(randomblob(16)))", **context)


def key_field() -> Any:
    """Return the field for a row's key.

    A row number would not do: it can be reused after a restore of a backup.
    """
    return models.UUIDField(default=uuid.uuid4, db_default=NewKey(), unique=True, editable=False)
