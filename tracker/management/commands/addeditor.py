"""manage.py addeditor NAME"""

from argparse import ArgumentParser
from getpass import getpass
from typing import Any

from django.contrib.auth.models import User
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import CommandError

from tracker import database_time
from tracker.alerts.mailbox import MailAddressError, canonical_address
from tracker.management.command import PlainCommand
from tracker.people.audit import Actor
from tracker.people.models import PersonRole
from tracker.people.roles import add_person


class Command(PlainCommand):
    help = (
        "Add an editor, who reviews events and follows feeds, or with --role an owner or reader,"
        " and ask for a password; `changepassword NAME` sets another one. Owners invite people at"
        " /people."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name", help="the name to sign in with")
        parser.add_argument("--role", choices=PersonRole.values, default=PersonRole.EDITOR.value)
        parser.add_argument("--address", default="", help="the address for links to a new password")

    def handle(self, *args: Any, **options: Any) -> None:
        user = User(username=options["name"], email=_address(options["address"]))
        try:
            # Checked before a password is typed twice in vain.
            user.full_clean(exclude=["password"])
            # Not an argument, since those stay in the shell's history and are visible in the
            # process list.
            password = getpass("Password: ")
            validate_password(password, user)
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from None
        if password != getpass("Password again: "):
            raise CommandError("The passwords differ. Nothing was added.")
        user.set_password(password)
        role = PersonRole(options["role"])
        add_person(user, role, Actor(), database_time.now())
        article = "a" if role == PersonRole.READER else "an"
        self.stdout.write(f"{user.username} is {article} {role} and signs in at /login.")


def _address(text: str) -> str:
    """Return an address in canonical form, "" for none. Raises CommandError if it is invalid, or
    another account's.
    """
    if not text:
        return ""
    try:
        address = canonical_address(text)
    except MailAddressError as error:
        raise CommandError(f"{text!r} is not an email address: {error}.") from None
    if User.objects.filter(email__iexact=address).exists():
        raise CommandError(f"Another account has the address {address}. Nothing was added.")
    return address
