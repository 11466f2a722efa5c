"""The API, version 1: read by everybody, written by editors with a token; and its page."""

from copy import deepcopy
from dataclasses import dataclass
from functools import cache
from math import ceil
from time import time

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe
from ninja import NinjaAPI
from ninja.openapi import get_schema
from ninja.openapi.schema import OpenAPISchema
from ninja.operation import Operation
from ninja.throttling import AnonRateThrottle, AuthRateThrottle, SimpleRateThrottle

from tracker.events.publish.export import EventData
from tracker.web.middleware.intake import CleanParser
from tracker.web.pages.render import render_page
from tracker.web.senders import address_of
from tracker.web.views.api import (
    editing,
    entities,
    errors,
    events,
    knowledge,
    responses,
    tokens,
)
from tracker.web.views.api.schemas.example import EVENT_EXAMPLE

# Importing a subject adds its endpoints to the router.
SUBJECTS = (events, entities, knowledge, editing, tokens)


@dataclass(frozen=True)
class RateLimit:
    """How many requests a sender has in so many seconds, how many are left, and the seconds until
    all are back.
    """

    requests: int
    seconds: int
    left: int
    reset_after: int


class ToldThrottle(SimpleRateThrottle):
    """Leaves on the request what its sender may still ask, for the answer's headers."""

    def allow_request(self, request: HttpRequest) -> bool:
        is_allowed = super().allow_request(request)
        key = self.get_cache_key(request)
        if key is not None and self.num_requests and self.duration:
            # Asked again: the throttle's own fields are another thread's by now.
            times = self.cache.get(key, [])
            left = max(self.num_requests - len(times), 0)
            seconds = ceil(times[-1] + self.duration - time()) if times else 0
            request.rate_limit = RateLimit(  # type: ignore[attr-defined]
                self.num_requests, self.duration, left, max(seconds, 0)
            )
        return is_allowed


class SenderThrottle(ToldThrottle, AnonRateThrottle):
    """Counts by sender as the site's other limits do: a /64 of IPv6 is one."""

    def get_ident(self, request: HttpRequest) -> str:
        return address_of(request)


class EditorThrottle(ToldThrottle, AuthRateThrottle):
    """Counts by the editor whose token it is."""


class TrackerAPI(NinjaAPI):
    """The API, whose operations are named by their functions."""

    def get_openapi_operation_id(self, operation: Operation) -> str:
        # Ninja's own ids name the module, so moving a function would break generated clients.
        return operation.view_func.__name__

    def get_openapi_schema(
        self, *, path_prefix: str | None = None, path_params: dict[str, object] | None = None
    ) -> OpenAPISchema:
        # A copy, since libraries that read a description change it.
        return deepcopy(_schema_at(path_prefix or self.get_root_path(path_params or {})))

    def create_response(
        self,
        request: HttpRequest,
        data: object,
        *,
        status: int | None = None,
        temporal_response: HttpResponse | None = None,
    ) -> HttpResponse:
        """Return the answer with what its sender may still ask (draft-ietf-httpapi-ratelimit)."""
        answer = super().create_response(
            request, data, status=status, temporal_response=temporal_response
        )
        limit: RateLimit | None = getattr(request, "rate_limit", None)
        if limit:
            answer["RateLimit-Policy"] = f'"requests";q={limit.requests};w={limit.seconds}'
            answer["RateLimit"] = f'"requests";r={limit.left};t={limit.reset_after}'
        return answer


api = TrackerAPI(
    title="Platform Policy Tracker",
    version="1",
    urls_namespace="api",
    # Ninja's own page loads scripts from elsewhere, which the Content-Security-Policy forbids.
    docs_url=None,
    parser=CleanParser(),
    description=(
        "What online platforms ban, suspend, remove and restore, from news in many languages."
        f" Reading needs no key. Limit: {settings.API_RATE} requests from an address, or of an"
        " editor; the headers RateLimit and RateLimit-Policy say what is left. Every event"
        " quotes the words that its facts rest on. Times are in UTC."
    ),
    # Each web process counts for itself (docs/operate.md, API_RATE).
    throttle=[SenderThrottle(settings.API_RATE), EditorThrottle(settings.API_RATE)],
)
errors.register_handlers(api)
api.add_router("", responses.router)


@cache
def _schema_at(path_prefix: str) -> OpenAPISchema:
    """Return the API's description. Ninja would compose it for each request, in a tenth of a
    second, though it is the same as long as the process lives.
    """
    return get_schema(api=api, path_prefix=path_prefix)


@dataclass(frozen=True)
class Parameter:
    """A parameter of an operation."""

    name: str
    type: str
    description: str


@dataclass(frozen=True)
class OperationRow:
    """An operation of the API as its page shows it."""

    verb: str
    path: str
    summary: str
    description: str
    parameters: tuple[Parameter, ...]


@dataclass(frozen=True)
class ApiPage:
    """The API's description for people; `groups` are the operations by tag."""

    description: str
    groups: tuple[tuple[str, tuple[OperationRow, ...]], ...]
    rate: str
    example: EventData
    site: str


@require_safe
def show_docs(request: HttpRequest) -> HttpResponse:
    """Show the OpenAPI description to people."""
    page = ApiPage(
        description=api.description,
        groups=_operations_by_tag(),
        rate=settings.API_RATE,
        example=EVENT_EXAMPLE,
        site=request.build_absolute_uri("/").rstrip("/"),
    )
    return render_page(request, "web/api.html", page)


def _operations_by_tag() -> tuple[tuple[str, tuple[OperationRow, ...]], ...]:
    groups: dict[str, list[OperationRow]] = {}
    for path, verbs in api.get_openapi_schema(path_prefix="/api/v1/")["paths"].items():
        for verb, described in verbs.items():
            parameters = tuple(
                Parameter(
                    name=parameter["name"],
                    type=parameter["schema"].get("type", ""),
                    description=parameter["schema"].get("description", ""),
                )
                for parameter in described.get("parameters", ())
            )
            row = OperationRow(
                verb=verb.upper(),
                path=path,
                summary=described["summary"],
                description=described.get("description", ""),
                parameters=parameters,
            )
            groups.setdefault(described["tags"][0], []).append(row)
    return tuple((tag, tuple(rows)) for tag, rows in groups.items())
