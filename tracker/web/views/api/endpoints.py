"""The API, version 1: read by everybody, written by editors with a token."""

from dataclasses import replace
from datetime import datetime
from typing import Annotated, Any

from django.conf import settings
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe
from ninja import NinjaAPI, Query
from ninja.errors import AuthenticationError, HttpError, Throttled, ValidationError
from ninja.security import HttpBearer
from ninja.throttling import AnonRateThrottle, AuthRateThrottle

from tracker.classify import Kind
from tracker.events.editing import actions
from tracker.events.editing.actions import EditError, Editor
from tracker.events.models import Change, Entity, Event, Report
from tracker.events.publish.export import event_as_dict
from tracker.events.publish.export import format_time as in_utc
from tracker.events.record.records import record_as_of
from tracker.events.record.write import ConflictError
from tracker.events.search import find
from tracker.events.search.query import QueryError
from tracker.events.search.rows import EventRow, load_rows, row_of_record
from tracker.feeds.models import Feed
from tracker.operations.editor_tokens import user_of
from tracker.web.middleware.intake import CleanParser
from tracker.web.query_params import query_of, sight_of
from tracker.web.senders import address_of
from tracker.web.timestamps import MomentError, moment
from tracker.web.views.api import schemas
from tracker.web.views.exports import about

MOST = 200  # rows of a page
UNSIGNED = "a valid editor's token is needed: Authorization: Bearer …"
TOO_MANY = f"more than {settings.API_RATE}; wait as Retry-After says"
Limit = Annotated[int, Query(50, ge=1, le=MOST, description="rows of a page")]
After = Annotated[int, Query(0, ge=0, le=2**31, description="the `after` of the page before")]


class Token(HttpBearer):
    """An editor's token, as `manage.py apitoken` prints it."""

    def authenticate(self, request: HttpRequest, token: str) -> Any:
        user = user_of(token)
        if user is not None:
            request.user = user
        return user


class SenderThrottle(AnonRateThrottle):
    """Counts by sender as the site's other limits do: a /64 of IPv6 is one."""

    def get_ident(self, request: HttpRequest) -> str:
        return address_of(request)


api = NinjaAPI(
    title="Platform Policy Tracker",
    version="1",
    urls_namespace="api",
    docs_url=None,
    parser=CleanParser(),
    description=(
        "What online platforms ban, suspend, remove and restore, from news in many languages."
        f" Reading needs no key; at most {settings.API_RATE} requests from an address. Every event"
        " has the words that its facts rest on. Times are in UTC."
    ),
    throttle=[SenderThrottle(settings.API_RATE), AuthRateThrottle(settings.API_RATE)],
)
reads: dict[str, Any] = {"tags": ["Read"], "by_alias": True}
writes: dict[str, Any] = {"tags": ["Write"], "by_alias": True, "auth": Token()}
REFUSALS = dict.fromkeys((400, 404, 422, 429), schemas.Refusal)


def gives(shape: Any) -> dict[int, Any]:
    """What reading answers with."""
    return {200: shape, 301: None} | REFUSALS


def stores(shape: Any) -> dict[int, Any]:
    """What writing answers with."""
    return gives(shape) | {401: schemas.Refusal, 409: schemas.Refusal}


# --- errors


def _refuse(
    request: HttpRequest, status: int, code: str, message: str, **more: str
) -> HttpResponse:
    return api.create_response(
        request, {"error": {"code": code, "message": message, **more}}, status=status
    )


@api.exception_handler(QueryError)
def _unreadable(request: HttpRequest, error: QueryError) -> HttpResponse:
    return _refuse(request, 400, "query", error.reason, place=error.place, repaired=error.repaired)


@api.exception_handler(MomentError)
def _no_moment(request: HttpRequest, error: MomentError) -> HttpResponse:
    return _refuse(request, 400, "as_of", str(error))


@api.exception_handler(EditError)
def _not_editable(request: HttpRequest, error: EditError) -> HttpResponse:
    return _refuse(request, 422, "edit", str(error))


@api.exception_handler(ConflictError)
def _conflict(request: HttpRequest, error: ConflictError) -> HttpResponse:
    what = "; ".join(f"{one.by} changed {one.field}" for one in error.revisions)
    return _refuse(request, 409, "conflict", f"{error}: {what}" if what else str(error))


@api.exception_handler(Http404)
def _not_found(request: HttpRequest, error: Http404) -> HttpResponse:
    return _refuse(request, 404, "not_found", str(error) or "there is nothing at this address")


@api.exception_handler(ValidationError)
def _not_valid(request: HttpRequest, error: ValidationError) -> HttpResponse:
    told = [f"{'.'.join(map(str, one['loc'][1:]))}: {one['msg']}" for one in error.errors]
    return _refuse(request, 422, "value", "; ".join(told))


@api.exception_handler(AuthenticationError)
def _no_token(request: HttpRequest, error: AuthenticationError) -> HttpResponse:
    answer = _refuse(request, 401, "token", UNSIGNED)
    answer["WWW-Authenticate"] = "Bearer"
    return answer


@api.exception_handler(Throttled)
def _too_many(request: HttpRequest, error: Throttled) -> HttpResponse:
    answer = _refuse(request, 429, "rate", TOO_MANY)
    answer["Retry-After"] = str(int(error.wait or 1) + 1)
    return answer


@api.exception_handler(HttpError)
def _other(request: HttpRequest, error: HttpError) -> HttpResponse:
    return _refuse(request, error.status_code, "request", str(error))


# --- reading


@api.get("/events", response=gives(schemas.Events), summary="Events of a query", **reads)
def events(
    request: HttpRequest,
    filters: Query[schemas.Filters],
    after: str = "",
    limit: Limit = 50,
    sort: str = "",
    as_of: str = "",
) -> Any:
    """Newest act first (`sort=occurred`), newly recorded first (`sort=recorded`), or, the usual
    order where `q` has words, `sort=relevance`: newest act first too, but at the end those of which
    a word stands in the reports' summaries only. `as_of` answers from the history, as it stood
    then, newest act first.
    """
    query, at = query_of(request.GET), moment(as_of)
    sight = replace(sight_of(request.GET), size=limit)
    if at:
        found = find.find_events_as_of(query, at, sight)
    else:
        found = find.find_events(query, sight, today=timezone.now().date())
    return {
        "about": about(request, query, at).as_dict(),
        "total": found.total,
        "sort": found.order,
        "after": found.after or None,
        "events": [_event(request, row) for row in found.rows],
    }


@api.get("/counts", response=gives(schemas.Counts), summary="Counts of a query", **reads)
def counts(request: HttpRequest, filters: Query[schemas.Filters], chart: str = "kind") -> Any:
    """How many events each value of each field would leave, the largest first, and how many there
    are by week, month or quarter and `chart`: "kind", "platform" or "country".
    """
    query = query_of(request.GET)
    sight = replace(sight_of(request.GET), sort="occurred", size=1)
    found = find.find_events(query, sight, today=timezone.now().date())
    names = {
        one.value: str(one.value) if found.chart.by == "kind" else one.name
        for one in found.chart.series
    }
    return {
        "about": about(request, query, None).as_dict(),
        "total": found.total,
        "facets": {name: [vars(c) for c in choices] for name, choices in found.facets.items()},
        "periods": [
            {
                "since": bar.period.since.isoformat(),
                "until": bar.period.until.isoformat(),
                "counts": {names[value]: n for value, n in bar.counts.items()},
            }
            for bar in found.chart.bars
        ],
    }


@api.get("/events/{int:event_id}", response=gives(schemas.Event), summary="An event", **reads)
def event(request: HttpRequest, event_id: int, as_of: str = "") -> Any:
    """An event that was merged into another leads there (301)."""
    found, at = _shown(event_id), moment(as_of)
    if at:
        return _event(request, _then(found, at))
    if found.merged_into_id:
        address = reverse("api:event", args=[found.itself.pk])
        return HttpResponsePermanentRedirect(address)
    return _event(request, load_rows([found])[0])


@api.get(
    "/events/{int:event_id}/history",
    response=gives(list[schemas.Revision]),
    summary="Its history",
    **reads,
)
def history(request: HttpRequest, event_id: int) -> Any:
    """Every change of every field, the oldest first."""
    told = _shown(event_id).revisions.exclude(field="linked_from").order_by("pk")
    return [
        {
            "id": one.pk,
            "at": in_utc(one.at),
            "field": one.field,
            "before": one.before,
            "after": one.after,
            "reason": one.reason,
            "by": one.by,
        }
        for one in told
    ]


@api.get("/reports", response=gives(schemas.Reports), summary="Reports, as they came in", **reads)
def reports(request: HttpRequest, after: After = 0, limit: Limit = 50) -> Any:
    """Every article's place in an event that is not unsure, the first recorded first."""
    rows = Report.objects.filter(pk__gt=after, event__in=Event.objects.shown())
    told = rows.select_related("entry__source", "entry__classification").order_by("pk")
    found = list(told[: limit + 1])
    return {"after": _last(found, limit), "reports": [_report(one) for one in found[:limit]]}


@api.get(
    "/entities", response=gives(schemas.Entities), summary="Platforms, targets, countries", **reads
)
def entities(
    request: HttpRequest,
    type: str = "",  # noqa: A002 - the parameter's name
    name: str = "",
    after: After = 0,
    limit: Limit = 50,
) -> Any:
    """`name` finds a beginning of its name or of another one that it goes by."""
    rows = Entity.objects.filter(pk__gt=after, merged_into=None)
    if type:
        rows = rows.filter(type=type)
    if name:
        begins = Q(name__istartswith=name) | Q(aliases__name__istartswith=name)
        rows = rows.filter(begins).distinct()
    found = list(rows.order_by("pk")[: limit + 1])
    return {"after": _last(found, limit), "entities": _entities(found[:limit])}


@api.get(
    "/entities/{int:entity_id}", response=gives(schemas.Entity), summary="One of them", **reads
)
def entity(request: HttpRequest, entity_id: int) -> Any:
    found = Entity.objects.filter(pk=entity_id).first()
    if found is None:
        raise Http404(f"there is no entity {entity_id}")
    if found.merged_into_id:
        return HttpResponsePermanentRedirect(reverse("api:entity", args=[found.merged_into_id]))
    return _entities([found])[0]


@api.get("/platforms", response=gives(list[schemas.Entity]), summary="All platforms", **reads)
def platforms(request: HttpRequest) -> Any:
    return _entities(Entity.objects.filter(type="platform", merged_into=None).order_by("slug"))


@api.get(
    "/sources", response=gives(list[schemas.Source]), summary="The feeds that are read", **reads
)
def sources(request: HttpRequest) -> Any:
    return [
        {
            "id": feed.pk,
            "publisher": feed.source.name,
            "host": feed.source.host,
            "title": feed.title,
            "language": feed.language,
            "state": feed.state,
            "polled_at": _moment(feed.polled_at),
            "succeeded_at": _moment(feed.succeeded_at),
            "new_entry_at": _moment(feed.new_entry_at),
        }
        for feed in Feed.objects.select_related("source").order_by("pk")
    ]


@api.get("/kinds", response=gives(list[schemas.KindOfAct]), summary="The kinds of act", **reads)
def kinds(request: HttpRequest) -> Any:
    return [{"value": k.value, "name": k.label, "definition": k.definition} for k in Kind]


# --- writing


@api.patch("/events/{int:event_id}", response=stores(schemas.Changed), summary="Edit", **writes)
def edit(request: HttpRequest, event_id: int, body: schemas.Edit) -> Any:
    """Stores what differs, marks the event as reviewed."""
    told = body.dict(exclude_unset=True, exclude={"reason", "seen"}, exclude_none=True)
    lists = {name: tuple(value) for name, value in told.items() if isinstance(value, list)}
    wanted = replace(actions.current_values(_shown(event_id)), **(told | lists))
    change = actions.edit_event(event_id, wanted, _editor(request, body))
    return _changed(request, event_id, change)


@api.post(
    "/events/{int:event_id}/accept",
    response=stores(schemas.Changed),
    summary="Accept as it is",
    **writes,
)
def accept(request: HttpRequest, event_id: int, body: schemas.Decision) -> Any:
    _shown(event_id)
    return _changed(request, event_id, actions.accept_event(event_id, _editor(request, body)))


@api.post(
    "/events/{int:event_id}/refuse", response=stores(schemas.Changed), summary="Refuse", **writes
)
def refuse(request: HttpRequest, event_id: int, body: schemas.Decision) -> Any:
    """The event is no longer shown; its page says why."""
    _shown(event_id)
    return _changed(request, event_id, actions.refuse_event(event_id, _editor(request, body)))


@api.post(
    "/events/{int:event_id}/merge",
    response=stores(schemas.Changed),
    summary="Merge into another",
    **writes,
)
def merge(request: HttpRequest, event_id: int, body: schemas.Merge) -> Any:
    """Its reports, links and address go to the other event."""
    for one in (event_id, body.into):
        _shown(one)
    return _changed(
        request, body.into, actions.merge_events(event_id, body.into, _editor(request, body))
    )


@require_safe
def docs(request: HttpRequest) -> HttpResponse:
    """The description for people, made of the one for programs."""
    told = api.get_openapi_schema(path_prefix="/api/v1/")
    context = {
        "described": told,
        "groups": _groups(told),
        "rate": settings.API_RATE,
        "example": schemas.EVENT_EXAMPLE,
        "site": request.build_absolute_uri("/").rstrip("/"),
    }
    return render(request, "web/api.html", context)


def _groups(told: dict[str, Any]) -> list[tuple[str, list[dict[str, Any]]]]:
    """Operations by tag."""
    found: dict[str, list[dict[str, Any]]] = {}
    for path, verbs in told["paths"].items():
        for verb, operation in verbs.items():
            row = operation | {"verb": verb.upper(), "path": path}
            found.setdefault(operation["tags"][0], []).append(row)
    return list(found.items())


# --- pieces


def _shown(event_id: int) -> Event:
    """The event, refused ones too: they have a page that says why."""
    found = Event.objects.filter(pk=event_id).first() if event_id < 2**63 else None
    if found is None:
        raise Http404(f"there is no event {event_id}")
    return found


def _then(found: Event, at: datetime) -> EventRow:
    record = record_as_of(found, at)
    if record is None:
        raise Http404(f"event {found.pk} was not recorded yet")
    return row_of_record(found, record)


def _event(request: HttpRequest, row: EventRow) -> dict[str, Any]:
    return event_as_dict(row, request.build_absolute_uri(reverse("event", args=[row.id])))


def _report(one: Report) -> dict[str, Any]:
    entry = one.entry
    classified = getattr(entry, "classification", None)
    return {
        "id": one.pk,
        "event": one.event_id,
        "url": entry.link if entry else one.url,
        "title": entry.title if entry else "",
        "publisher": entry.source.name if entry else "",
        "language": (classified.language if classified else entry.language) if entry else "",
        "published_at": _moment(entry.published_at) if entry else None,
        "role": one.role,
        "added_at": in_utc(one.added_at),
    }


def _entities(found: Any) -> list[dict[str, Any]]:
    rows = list(found)
    ids = [one.pk for one in rows]
    names: dict[int, list[dict[str, Any]]] = {pk: [] for pk in ids}
    for alias in Entity.objects.filter(pk__in=ids, aliases__isnull=False).values_list(
        "pk", "aliases__name", "aliases__since", "aliases__until"
    ):
        pk, name, since, until = alias
        dates = {"since": since and since.isoformat(), "until": until and until.isoformat()}
        names[pk].append({"name": name, **dates})
    totals = find.events_of_entities(ids)
    return [
        {
            "id": one.pk,
            "type": one.type,
            "slug": one.slug,
            "name": one.name,
            "description": one.description,
            "reported": one.is_reported,
            "names": names[one.pk],
            "events": totals.get(one.pk, 0),
        }
        for one in rows
    ]


def _last(found: list[Any], limit: int) -> int | None:
    return found[limit - 1].pk if len(found) > limit else None


def _moment(at: datetime | None) -> str | None:
    return in_utc(at) if at else None


def _editor(request: HttpRequest, body: Any) -> Editor:
    return Editor(request.user.get_username(), timezone.now(), body.reason, body.seen)


def _changed(request: HttpRequest, event_id: int, change: Change | None) -> dict[str, Any]:
    (row,) = load_rows([Event.objects.get(pk=event_id)])
    return {"change": change.pk if change else 0, "event": _event(request, row)}
