"""What makes keys of rows in the database; frozen with the migrations that name it."""

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
