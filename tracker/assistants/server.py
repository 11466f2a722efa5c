"""The tools as a server of the Model Context Protocol, by its own SDK (the extra `mcp`)."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.db import close_old_connections
from mcp.server import MCPServer
from mcp.server.mcpserver.exceptions import ToolError
from mcp.server.transport_security import TransportSecuritySettings
from mcp.types import ToolAnnotations

from tracker.assistants.tools import TOOLS, QuestionError
from tracker.text import clean_lines
from tracker.version import VERSION

INSTRUCTIONS = (
    "A record of acts of content moderation by platforms and states, read from news. Cite an event"
    " by its `url`, and say how sure it is: `state` is reviewed, machine or unsure, `check` says"
    " whether an editor confirmed it. Quotes are of the reports named beside them."
)
READ_ONLY = ToolAnnotations(read_only_hint=True, idempotent_hint=True, open_world_hint=False)


def build_server() -> "MCPServer[Any]":
    """Returns a server with every tool."""
    server = MCPServer(
        "platform-policy-tracker",
        title="Platform Policy Tracker",
        instructions=INSTRUCTIONS,
        website_url=settings.SITE_URL,
        version=VERSION,
    )
    for tool in TOOLS:
        server.add_tool(_answering(tool), annotations=READ_ONLY)
    return server


def _answering(tool: Callable[..., Any]) -> Callable[..., Any]:
    """The tool with clean arguments; what it refuses is told to the assistant, in our words."""

    @wraps(tool)
    def answer(**arguments: Any) -> Any:
        clean = {k: clean_lines(v) if isinstance(v, str) else v for k, v in arguments.items()}
        # Each runs in a thread of a pool, which must not keep a connection that has ended.
        close_old_connections()
        try:
            return tool(**clean)
        except QuestionError as error:
            raise ToolError(str(error)) from None
        finally:
            close_old_connections()

    return answer


def serve_here() -> None:
    """Serves one assistant on standard input and output, until it ends."""
    build_server().run("stdio")


def serve_http(host: str, port: int) -> None:
    """Serves assistants over HTTP at /mcp, until it is stopped. Only requests for this host or the
    site's own name are answered: a page that an analyst visits must not reach a local tracker.
    """
    name = urlsplit(settings.SITE_URL).netloc
    server = build_server()
    server.run(
        "streamable-http",
        host=host,
        port=port,
        json_response=True,
        stateless_http=True,
        transport_security=TransportSecuritySettings(
            allowed_hosts=[f"{host}:{port}", f"localhost:{port}", name],
            allowed_origins=[settings.SITE_URL, f"http://{host}:{port}"],
        ),
    )
