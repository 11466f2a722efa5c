"""manage.py setuplink"""

from typing import Any

from django.core.management.base import CommandError

from tracker.alerts.delivery.emails import site_url
from tracker.management.command import PlainCommand
from tracker.people.roles import owners
from tracker.people.setup import is_set_up, setup_path


class Command(PlainCommand):
    help = (
        "Show the link at which the first owner chooses feeds and a password; it works until"
        " somebody has an account."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        if is_set_up() and not owners().exists():
            raise CommandError("Nobody is an owner: manage.py addeditor NAME --role owner")
        if is_set_up():
            raise CommandError("The tracker is set up. Owners invite people at /people.")
        self.stdout.write(site_url(setup_path()))
