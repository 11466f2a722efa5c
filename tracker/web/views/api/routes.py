"""The API, version 1: read by everybody, written by editors with a token; and its page."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe
from ninja import NinjaAPI
from ninja.operation import Operation
from ninja.throttling import AnonRateThrottle, AuthRateThrottle

from tracker.web.middleware.intake import CleanParser
from tracker.web.senders import address_of
from tracker.web.views.api import editing, entities, errors, events, responses, schemas

# Importing a subject adds its endpoints to the router.
SUBJECTS = (events, entities, editing)


class SenderThrottle(AnonRateThrottle):
    """Counts by sender as the site's other limits do: a /64 of IPv6 is one."""

    def get_ident(self, request: HttpRequest) -> str:
        return address_of(request)


class TrackerAPI(NinjaAPI):
    """The API, whose operations are named by their functions."""

    def get_openapi_operation_id(self, operation: Operation) -> str:
        # Ninja's own ids name the module, so moving a function would break generated clients.
        return operation.view_func.__name__


api = TrackerAPI(
    title="Platform Policy Tracker",
    version="1",
    urls_namespace="api",
    docs_url=None,
    parser=CleanParser(),
    description=(
        "What online platforms ban, suspend, remove and restore, from news in many languages."
        f" Reading needs no key. Limit: {settings.API_RATE} requests from an address. Every event"
        " quotes the words that its facts rest on. Times are in UTC."
    ),
    throttle=[SenderThrottle(settings.API_RATE), AuthRateThrottle(settings.API_RATE)],
)
errors.register_handlers(api)
api.add_router("", responses.router)


@require_safe
def show_docs(request: HttpRequest) -> HttpResponse:
    """Show the OpenAPI description to people."""
    description = api.get_openapi_schema(path_prefix="/api/v1/")
    context = {
        "described": description,
        "groups": _operations_by_tag(description),
        "rate": settings.API_RATE,
        "example": schemas.EVENT_EXAMPLE,
        "site": request.build_absolute_uri("/").rstrip("/"),
    }
    return render(request, "web/api.html", context)


def _operations_by_tag(description: dict[str, Any]) -> list[tuple[str, list[dict[str, Any]]]]:
    groups: dict[str, list[dict[str, Any]]] = {}
    for path, verbs in description["paths"].items():
        for verb, operation in verbs.items():
            row = operation | {"verb": verb.upper(), "path": path}
            groups.setdefault(operation["tags"][0], []).append(row)
    return list(groups.items())
