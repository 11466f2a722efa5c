"""manage.py check: Django's own, which also checks the database if there is one."""

from typing import Any

from django.core.management.commands import check
from django.db import DEFAULT_DB_ALIAS, Error

from tracker.management.command import PlainCommand
from tracker.operations import schema


class Command(PlainCommand, check.Command):
    """Django's command, with --database default unless the database was never used."""

    def handle(self, *app_labels: Any, **options: Any) -> None:
        # A fresh checkout has no database yet, and passes.
        if options["databases"] is None and not app_labels and _is_used():
            options["databases"] = [DEFAULT_DB_ALIAS]
        super().handle(*app_labels, **options)


def _is_used() -> bool:
    try:
        return bool(schema.recorded())
    except Error:
        return False
