"""manage.py apitoken create EDITOR | list | revoke NUMBER"""

from argparse import ArgumentParser
from typing import Any

from django.contrib.auth.models import User
from django.core.management.base import CommandError

from tracker import database_time
from tracker.management.command import PlainCommand
from tracker.operations.editor_tokens import (
    DAYS,
    MOST_DAYS,
    create_token,
    revoke_token,
    token_state,
)
from tracker.operations.models import ApiToken
from tracker.people.roles import has_editor_role

ACTIONS = ("create", "list", "revoke")


class Command(PlainCommand):
    help = (
        "Tokens for writing by the API. `create EDITOR` prints a new one, which cannot be shown"
        " again; `list` shows whose there are; `revoke NUMBER` ends one of the list."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "words",
            nargs="+",
            metavar="ACTION",
            help="create EDITOR, list [EDITOR] or revoke NUMBER; EDITOR alone creates a token",
        )
        parser.add_argument("--name", default="", help="what the new token is for")
        parser.add_argument(
            "--days", type=int, default=DAYS, help=f"days until it expires (default: {DAYS})"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        words = list(options["words"])
        # `apitoken NAME` created a token before there were actions, and still does.
        action = words.pop(0) if words[0] in ACTIONS else "create"
        if len(words) > 1 or (not words and action != "list"):
            raise CommandError("Write: create EDITOR, list [EDITOR] or revoke NUMBER.")
        if action == "create":
            self._create(words[0], options["name"], options["days"])
        elif action == "list":
            self._list(_editor(words[0]) if words else None)
        else:
            self._revoke(words[0])

    def _create(self, editor: str, name: str, days: int) -> None:
        if not 1 <= days <= MOST_DAYS:
            raise CommandError(f"Enter a number of days from 1 to {MOST_DAYS}.")
        user = _editor(editor)
        if not has_editor_role(user):
            raise CommandError(f"{editor} is not an editor")
        self.stdout.write(create_token(user, name=name, days=days))

    def _list(self, user: User | None) -> None:
        now = database_time.now()
        tokens = ApiToken.objects.select_related("user").order_by("pk")
        if user is not None:
            tokens = tokens.filter(user=user)
        for token in tokens:
            used = f"last used {token.used_at:%Y-%m-%d}" if token.used_at else "never used"
            self.stdout.write(
                f"{token.pk}  {token.user.get_username()}  {token.name or 'no name'}:"
                f" {token_state(token, now)}; created {token.created_at:%Y-%m-%d},"
                f" ends {token.expires_at:%Y-%m-%d}, {used}"
            )
        if not tokens:
            self.stdout.write("There are no tokens.")

    def _revoke(self, number: str) -> None:
        # Cut to 64 bits, since SQLite fails on more.
        if not number.isdecimal() or not revoke_token(int(number[:18])):
            raise CommandError(f"{number} is not the number of a token that is valid.")
        self.stdout.write(f"Token {number} is revoked.")


def _editor(name: str) -> User:
    user = User.objects.filter(username=name).first()
    if user is None:
        raise CommandError(f"{name} is not an editor")
    return user
