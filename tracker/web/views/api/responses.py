"""What the endpoints of every subject share: parameters, documented answers, an event as JSON."""

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import wraps
from typing import Annotated, Protocol, TypeVar, cast

from django.db.models import Model
from django.http import Http404, HttpRequest
from django.urls import reverse
from ninja import Query, Router
from ninja.signature import ViewSignature

from tracker.events.models import Event
from tracker.events.publish import export
from tracker.events.publish.export import Provenance, format_time
from tracker.events.search.rows import EventRow
from tracker.web.fields import LAST_ID
from tracker.web.query_params import check_parameters
from tracker.web.views.api.schemas.answers import AboutOut, RefusalOut
from tracker.web.views.api.schemas.events import EventOut
from tracker.web.views.api.usage import count_reading

PAGE_LIMIT = 200  # rows of a page
# One for all subjects: a path that is read and written must not be in two.
router = Router()
Limit = Annotated[int, Query(50, ge=1, le=PAGE_LIMIT, description="rows of a page")]
After = Annotated[int, Query(0, ge=0, le=2**31, description="the `after` of the page before")]
REFUSALS: dict[int, object] = dict.fromkeys((400, 404, 422, 429), RefusalOut)
View = TypeVar("View", bound=Callable[..., object])


class Endpoint(Protocol):
    """A decorator that adds a view to the API and leaves it as it is."""

    def __call__(self, view: View, /) -> View: ...


def read_responses(schema: object) -> dict[int, object]:
    """Return the documented answers of an endpoint that reads, by status."""
    return {200: schema, 301: None} | REFUSALS


def write_responses(schema: object) -> dict[int, object]:
    """Return the documented answers of an endpoint that writes, by status."""
    return read_responses(schema) | {401: RefusalOut, 409: RefusalOut}


def read_endpoint(path: str, schema: object, summary: str, url_name: str) -> Endpoint:
    """Add an endpoint that everybody may read and that answers in the shape of `schema`."""
    add = router.get(
        path,
        response=read_responses(schema),
        summary=summary,
        url_name=url_name,
        tags=["Read"],
        by_alias=True,
    )

    def strict(view: View) -> View:
        add(counting(refusing_unknown(path, view)))
        return view

    return strict


def counting(view: View) -> View:
    """Return the view that counts requests with a token, which it does not need."""

    @wraps(view)
    def answer(request: HttpRequest, *args: object, **values: object) -> object:
        count_reading(request)
        return view(request, *args, **values)

    return cast("View", answer)


def refusing_unknown(path: str, view: View) -> View:
    """Return the view that raises UnknownParameterError for a parameter that it does not take."""
    models = ViewSignature(path, view).models
    known = [
        name
        for model in models
        if model.__ninja_param_source__ == "query"
        for name in model.__ninja_flatten_map__
    ]

    @wraps(view)
    def answer(request: HttpRequest, *args: object, **values: object) -> object:
        check_parameters(request.GET, known)
        return view(request, *args, **values)

    return cast("View", answer)


def find_event(event_id: int) -> Event:
    """Return the event, a refused one too, whose page says why. Raises Http404."""
    # SQLite cannot be asked for a number of more than 64 bits.
    event = Event.objects.filter(pk=event_id).first() if event_id <= LAST_ID else None
    if event is None:
        raise Http404(f"there is no event {event_id}")
    return event


def event_out(request: HttpRequest, row: EventRow) -> EventOut:
    """Return an event as the API gives it, with the address of its page."""
    address = request.build_absolute_uri(reverse("event", args=[row.id]))
    return EventOut.model_validate(export.event_as_dict(row, address))


def about_out(provenance: Provenance) -> AboutOut:
    """Return what an answer is."""
    return AboutOut.model_validate(provenance.as_dict())


def utc_or_none(at: datetime | None) -> str | None:
    """Return a time as the API writes it, None for none."""
    return format_time(at) if at else None


def next_after(rows: Sequence[Model], limit: int) -> int | None:
    """Return the `after` of the next page, given up to `limit` + 1 rows; None at the end."""
    return int(rows[limit - 1].pk) if len(rows) > limit else None
