"""manage.py resetfactor NAME"""

from argparse import ArgumentParser
from typing import Any

from django.contrib.auth.models import User
from django.core.management.base import CommandError

from tracker import database_time
from tracker.management.command import PlainCommand
from tracker.people.audit import Actor
from tracker.people.roles import reset_factor


class Command(PlainCommand):
    help = "Turn off the two-step sign-in of an editor who lost the device and the spare codes."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name", help="the name that the editor signs in with")

    def handle(self, *args: Any, **options: Any) -> None:
        user = User.objects.filter(username=options["name"]).first()
        if user is None:
            raise CommandError(f"no account is named {options['name']}")
        was_on = reset_factor(user.pk, Actor(), database_time.now())
        state = "is off" if was_on else "was not on"
        self.stdout.write(f"The two-step sign-in of {user.username} {state}.")
