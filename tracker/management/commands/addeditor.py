"""manage.py addeditor NAME"""

from argparse import ArgumentParser
from getpass import getpass
from typing import Any

from django.contrib.auth.models import User
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import CommandError

from tracker.management.command import PlainCommand


class Command(PlainCommand):
    help = (
        "Add an editor, who reviews events and follows feeds, and ask for a password;"
        " `createsuperuser` adds an owner, `changepassword NAME` sets another password."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name", help="with which the editor signs in")

    def handle(self, *args: Any, **options: Any) -> None:
        user = User(username=options["name"], is_staff=True)
        try:
            # Before a password is typed twice in vain.
            user.full_clean(exclude=["password"])
            # Not an argument: those stay in the shell's history and show in the list of processes.
            password = getpass("Password: ")
            validate_password(password, user)
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from None
        if password != getpass("Password again: "):
            raise CommandError("The passwords differ. Nothing was added.")
        user.set_password(password)
        user.save()
        self.stdout.write(f"{user.username} is an editor and signs in at /login.")
