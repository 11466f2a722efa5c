"""manage.py resetfactor NAME"""

from argparse import ArgumentParser
from typing import Any

from django.contrib.auth.models import User
from django.core.management.base import CommandError
from django_otp import devices_for_user

from tracker.management.command import PlainCommand


class Command(PlainCommand):
    help = "Switch off the two-step sign-in of an editor who lost the device and the spare codes."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name", help="with which the editor signs in")

    def handle(self, *args: Any, **options: Any) -> None:
        user = User.objects.filter(username=options["name"]).first()
        if user is None:
            raise CommandError(f"nobody has the name {options['name']}")
        # Spare codes too, and a device whose set-up was never finished.
        devices = list(devices_for_user(user, confirmed=None))
        for device in devices:
            device.delete()
        state = "is off" if devices else "was not on"
        self.stdout.write(f"The two-step sign-in of {user.username} {state}.")
