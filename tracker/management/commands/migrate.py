"""manage.py migrate: Django's own, but refuses databases that it would only break."""

from typing import Any

from django.core.management.base import CommandError
from django.core.management.commands import migrate

from tracker.management.command import PlainCommand
from tracker.operations import schema


class Command(PlainCommand, migrate.Command):
    """Django's command, after checking the database."""

    def check(self, *args: Any, databases: Any = None, **options: Any) -> None:
        """Run the checks of `manage.py check`, except for unapplied migrations."""
        misfit = schema.misfit()
        # On other tables a migration would stop halfway (fault S4).
        if misfit and not misfit.can_be_upgraded:
            raise CommandError(misfit.text)
        super().check(*args, **options)
