"""manage.py migrate: Django's own, which refuses a database that it would only break."""

from typing import Any

from django.core.management.base import CommandError
from django.core.management.commands import migrate

from tracker.management.command import PlainCommand
from tracker.operations import schema


class Command(PlainCommand, migrate.Command):
    """Django's command, after a look at the database."""

    def check(self, *args: Any, databases: Any = None, **options: Any) -> None:
        """Checks what `manage.py check` does, but does not ask for the migrations to be applied."""
        found = schema.misfit()
        # On other tables a migration would stop half-way (fault S4).
        if found and found.code in {schema.Code.AHEAD, schema.Code.FOREIGN}:
            raise CommandError(found.text)
        super().check(*args, **options)
