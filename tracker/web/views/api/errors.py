"""Every refusal as JSON: a code for programs, a sentence for people."""

from dataclasses import dataclass, field
from functools import singledispatch

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, Throttled, ValidationError

from tracker.events.editing.actions import EditError
from tracker.events.record.write import ConflictError
from tracker.events.search.past.timestamps import MomentError
from tracker.events.search.query import QueryError
from tracker.web.query_params import UnknownParameterError
from tracker.web.views.api.schemas.answers import ProblemOut, RefusalOut

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

    def answer(request: HttpRequest, error: Exception | type[Exception]) -> HttpResponse:
        refusal = refusal_of(error)
        problem = ProblemOut(code=refusal.code, message=refusal.message, **refusal.details)
        body = RefusalOut(error=problem)
        response = api.create_response(
            request, body.model_dump(exclude_unset=True), status=refusal.status
        )
        for name, value in refusal.headers.items():
            response[name] = value
        return response

    # `object` is the fallback: an error that nobody expected stays a 500.
    for error_type in refusal_of.registry:
        if error_type is not object:
            api.add_exception_handler(error_type, answer)


@singledispatch
def refusal_of(error: object) -> Refusal:
    """Return what the API answers to an error."""
    raise TypeError(f"no answer is known to {error!r}")


@refusal_of.register
def _query(error: QueryError) -> Refusal:
    details = {"place": error.place, "repaired": error.repaired}
    near = [piece for problem in error.problems for piece, _ in problem.near]
    hint = f". Did you mean {', '.join(near)}?" if near else ""
    return Refusal(400, "query", f"{error.reason}{hint}", details)


@refusal_of.register
def _parameter(error: UnknownParameterError) -> Refusal:
    return Refusal(422, "parameter", str(error), {"place": error.name})


@refusal_of.register
def _moment(error: MomentError) -> Refusal:
    return Refusal(400, "as_of", str(error))


@refusal_of.register
def _edit(error: EditError) -> Refusal:
    return Refusal(422, "edit", str(error))


@refusal_of.register
def _conflict(error: ConflictError) -> Refusal:
    each = (f"{revision.by} changed {revision.field}" for revision in error.revisions)
    changes = "; ".join(dict.fromkeys(each))
    return Refusal(409, "conflict", f"{error}: {changes}" if changes else str(error))


@refusal_of.register
def _missing(error: Http404) -> Refusal:
    return Refusal(404, "not_found", str(error) or "not found")


@refusal_of.register
def _values(error: ValidationError) -> Refusal:
    # The first part of a place is "query" or "body", which its field does not need.
    problems = [f"{'.'.join(map(str, e['loc'][1:]))}: {e['msg']}" for e in error.errors]
    return Refusal(422, "value", "; ".join(problems))


@refusal_of.register
def _token(error: AuthenticationError) -> Refusal:
    # RFC 9110 11.6.1 asks for the header.
    return Refusal(401, "token", NO_TOKEN, headers={"WWW-Authenticate": "Bearer"})


@refusal_of.register
def _rate(error: Throttled) -> Refusal:
    # Rounded up: who comes back a moment early is refused again.
    seconds = int(error.wait or 1) + 1
    return Refusal(429, "rate", TOO_MANY, headers={"Retry-After": str(seconds)})


@refusal_of.register
def _request(error: HttpError) -> Refusal:
    return Refusal(error.status_code, "request", str(error))
