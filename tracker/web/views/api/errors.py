"""Every refusal as JSON: a code for programs, a sentence for people."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, Throttled, ValidationError

from tracker.events.editing.actions import EditError
from tracker.events.record.write import ConflictError
from tracker.events.search.query import QueryError
from tracker.web.timestamps import MomentError

NO_TOKEN = "Send a valid editor’s token: Authorization: Bearer …"  # noqa: S105 - says how
TOO_MANY = f"More than {settings.API_RATE}. Wait as long as Retry-After says."


@dataclass(frozen=True)
class Refusal:
    """An error as the API answers it; see RefusalOut."""

    status: int
    code: str
    message: str
    details: dict[str, str] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)


def register_handlers(api: NinjaAPI) -> None:
    """Have the API answer errors in the shape of RefusalOut."""
    for error_type, describe in REFUSALS.items():
        api.add_exception_handler(error_type, partial(_answer, api=api, describe=describe))


def _answer(
    request: HttpRequest, error: Any, *, api: NinjaAPI, describe: Callable[[Any], Refusal]
) -> HttpResponse:
    refusal = describe(error)
    body = {"code": refusal.code, "message": refusal.message, **refusal.details}
    answer = api.create_response(request, {"error": body}, status=refusal.status)
    for name, value in refusal.headers.items():
        answer[name] = value
    return answer


def _query(error: QueryError) -> Refusal:
    return Refusal(
        400, "query", error.reason, details={"place": error.place, "repaired": error.repaired}
    )


def _conflict(error: ConflictError) -> Refusal:
    changes = "; ".join(f"{revision.by} changed {revision.field}" for revision in error.revisions)
    return Refusal(409, "conflict", f"{error}: {changes}" if changes else str(error))


def _values(error: ValidationError) -> Refusal:
    # The first part of a place is "query" or "body", which its field does not need.
    problems = [f"{'.'.join(map(str, e['loc'][1:]))}: {e['msg']}" for e in error.errors]
    return Refusal(422, "value", "; ".join(problems))


def _rate(error: Throttled) -> Refusal:
    seconds = int(error.wait or 1) + 1
    return Refusal(429, "rate", TOO_MANY, headers={"Retry-After": str(seconds)})


REFUSALS: dict[type[Exception], Callable[[Any], Refusal]] = {
    QueryError: _query,
    MomentError: lambda error: Refusal(400, "as_of", str(error)),
    EditError: lambda error: Refusal(422, "edit", str(error)),
    ConflictError: _conflict,
    Http404: lambda error: Refusal(404, "not_found", str(error) or "not found"),
    ValidationError: _values,
    # RFC 9110 11.6.1 asks for the header.
    AuthenticationError: lambda _: Refusal(
        401, "token", NO_TOKEN, headers={"WWW-Authenticate": "Bearer"}
    ),
    Throttled: _rate,
    HttpError: lambda error: Refusal(error.status_code, "request", str(error)),
}
