"""manage.py apitoken EDITOR"""

from argparse import ArgumentParser
from typing import Any

from django.contrib.auth.models import User
from django.core.management.base import CommandError

from tracker.management.command import PlainCommand
from tracker.operations.editor_tokens import make


class Command(PlainCommand):
    help = "Print a token for writing by the API: for a year, or until the password changes."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("editor", help="the name that the editor signs in with")

    def handle(self, *args: Any, **options: Any) -> None:
        user = User.objects.filter(username=options["editor"], is_staff=True).first()
        if user is None:
            raise CommandError(f"there is no editor called {options['editor']}")
        self.stdout.write(make(user))
