"""manage.py mcp"""

from argparse import ArgumentParser
from importlib.util import find_spec
from typing import Any

from django.core.management.base import CommandError

from tracker.management.command import PlainCommand


class Command(PlainCommand):
    help = (
        "Let an assistant search the record by the Model Context Protocol: on standard input and"
        " output, or over HTTP at /mcp with --port. All tools only read. Needs the extra `mcp`."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--port", type=int, help="serve over HTTP on this port")
        parser.add_argument("--host", default="127.0.0.1", help="address to listen on")

    def handle(self, *args: Any, **options: Any) -> None:
        if find_spec("mcp") is None:
            raise CommandError("The package mcp is missing. Install it: pip install mcp")
        # Imported here, since the package is an extra.
        from tracker.assistants.server import serve_here, serve_http  # noqa: PLC0415

        if options["port"]:
            serve_http(options["host"], options["port"])
        else:
            serve_here()
