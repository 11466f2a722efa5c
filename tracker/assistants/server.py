"""Serve the tools by the Model Context Protocol, with its own SDK (the extra `mcp`)."""

from collections.abc import Awaitable, Callable
from functools import wraps
from typing import Any
from urllib.parse import urlsplit

import uvicorn
from django.conf import settings
from django.db import close_old_connections
from mcp.server import MCPServer
from mcp.server.mcpserver.exceptions import ToolError
from mcp.server.mcpserver.tools import Tool
from mcp.server.mcpserver.utilities.func_metadata import ArgModelBase
from mcp.server.transport_security import TransportSecuritySettings
from mcp.types import ToolAnnotations
from pydantic import ConfigDict, create_model, model_validator
from pydantic_core import PydanticCustomError
from starlette.responses import Response

from tracker.assistants.tools import TOOLS, QuestionError
from tracker.text import clean_lines
from tracker.version import VERSION

INSTRUCTIONS = (
    "A record of acts of content moderation by platforms and states, read from news. Cite an event"
    " by its `url`, and say how sure it is: `state` is reviewed, machine or unsure, `check` says"
    " whether an editor confirmed it. Quotes are of the reports named beside them."
)
Application = Callable[[Any, Any, Any], Awaitable[None]]
CONNECTIONS = 100  # at once; further ones get 503
READ_ONLY = ToolAnnotations(read_only_hint=True, idempotent_hint=True, open_world_hint=False)


class KnownArguments(ArgModelBase):
    """Arguments of a tool, none of another name."""

    model_config = ConfigDict(extra="forbid")

    @model_validator(mode="before")
    @classmethod
    def _check_names(cls, given: Any) -> Any:
        known = [field.alias or name for name, field in cls.model_fields.items()]
        unknown = [name[:60] for name in given if name not in known]
        if unknown:
            values = {"unknown": ", ".join(unknown), "known": ", ".join(known) or "none"}
            reason = "Unknown argument: {unknown}. This tool takes: {known}"
            raise PydanticCustomError("unknown_argument", reason, values)
        return given


def build_server() -> "MCPServer[Any]":
    """Return a server with every tool."""
    return MCPServer(
        "platform-policy-tracker",
        title="Platform Policy Tracker",
        instructions=INSTRUCTIONS,
        website_url=settings.SITE_URL,
        version=VERSION,
        tools=[_strict(tool) for tool in TOOLS],
    )


def _strict(tool: Callable[..., Any]) -> Tool:
    """Return the tool for the server, which refuses arguments that it does not take."""
    strict = Tool.from_function(_answering(tool), annotations=READ_ONLY)
    arguments = strict.fn_metadata.arg_model
    # By itself the SDK drops unknown arguments, so a misspelt filter would count everything.
    checked = create_model(arguments.__name__, __base__=(KnownArguments, arguments))
    strict.fn_metadata.arg_model = checked
    strict.parameters = checked.model_json_schema(by_alias=True)
    return strict


def _answering(tool: Callable[..., Any]) -> Callable[..., Any]:
    """Return the tool with cleaned arguments; its errors are passed to the assistant in our
    words.
    """

    @wraps(tool)
    def answer(**arguments: Any) -> Any:
        clean = {name: _cleaned(value) for name, value in arguments.items()}
        # Each runs in a pool thread, which must not keep a closed connection.
        close_old_connections()
        try:
            return tool(**clean)
        except QuestionError as error:
            raise ToolError(str(error)) from None
        finally:
            close_old_connections()

    return answer


def _cleaned(value: Any) -> Any:
    if isinstance(value, list):
        return [_cleaned(item) for item in value]
    return clean_lines(value) if isinstance(value, str) else value


def serve_here() -> None:
    """Serve one assistant on standard input and output, until it ends."""
    build_server().run("stdio")


def serve_http(host: str, port: int) -> None:
    """Serve assistants over HTTP at /mcp, until stopped."""
    uvicorn.run(
        build_app(host, port),
        host=host,
        port=port,
        limit_concurrency=CONNECTIONS,
        # By our own logging, which removes secrets from addresses.
        log_config=None,
    )


def build_app(host: str, port: int) -> Application:
    """Return the ASGI application. Only requests for this host or the site's own name are answered,
    so that web pages an analyst visits cannot reach a local tracker.
    """
    name = urlsplit(settings.SITE_URL).netloc
    application = build_server().streamable_http_app(
        json_response=True,
        stateless_http=True,
        transport_security=TransportSecuritySettings(
            allowed_hosts=[f"{host}:{port}", f"localhost:{port}", name],
            allowed_origins=[settings.SITE_URL, f"http://{host}:{port}"],
        ),
    )
    return _without_streams(application)


def _without_streams(application: Application) -> Application:
    """Return the application without GET, which the SDK would answer with a stream that never ends
    and, without sessions, never says anything.
    """

    async def answer(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "http" and scope["method"] in {"GET", "HEAD"}:
            refused = Response(status_code=405, headers={"Allow": "POST"})
            await refused(scope, receive, send)
            return
        await application(scope, receive, send)

    return answer
