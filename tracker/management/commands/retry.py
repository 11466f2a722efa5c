"""manage.py retry"""

import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import CommandError

from tracker import database_time
from tracker.management.command import PlainCommand
from tracker.operations.retry import TYPES, Item, items_set_aside, retry_items

LEFT = 3  # exit code


class Command(PlainCommand):
    help = (
        "List what was set aside after several attempts, with the reasons, or try it again. Exit"
        " codes: 0, nothing is set aside, or what you named is tried again; 1, there is no such"
        f" item, and nothing was changed; {LEFT}, the list has items."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("type", nargs="?", choices=TYPES, help="only items of this type")
        parser.add_argument("ids", nargs="*", metavar="ID", help="retry these")
        parser.add_argument("--all", action="store_true", help="retry all, or all of the type")

    def handle(self, *args: Any, **options: Any) -> None:
        types, ids = [options["type"]] if options["type"] else [], options["ids"]
        items = items_set_aside(types)
        if ids and options["all"]:
            raise CommandError("Give the items or --all, not both.")
        if ids:
            if missing := [pk for pk in ids if pk not in {item.id for item in items}]:
                words = f"{types[0]} {', '.join(missing)}"
                raise CommandError(f"Not set aside: {words}. Nothing was changed.")
            items = [item for item in items if item.id in ids]
        if not items:
            self.stdout.write("Nothing is set aside.")
        elif ids or options["all"]:
            count = retry_items(items, database_time.now())
            self.stdout.write(
                f"{_count(count)} will be tried again as soon as the workers get to it."
            )
        else:
            self._list(items)
            # So that scripts can tell an empty list from one with items.
            sys.exit(LEFT)

    def _list(self, items: list[Item]) -> None:
        self.stdout.write(f"{_count(len(items))} set aside:")
        for item in items:
            self.stdout.write(f"  {item.type} {item.id} ({item.title}): {item.error}")
        first = items[0]
        self.stdout.write(
            "Try all of them again: manage.py retry --all; or one:"
            f" manage.py retry {first.type} {first.id}"
        )


def _count(n: int) -> str:
    return f"{n} item{'' if n == 1 else 's'}"
