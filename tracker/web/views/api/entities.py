"""Platforms, targets and countries; sources; the kinds of act."""

from collections.abc import Iterable

from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.urls import reverse

from tracker.classify import Kind
from tracker.events.models import Entity
from tracker.events.search import find
from tracker.feeds.models import Feed
from tracker.web.views.api import schemas
from tracker.web.views.api.responses import (
    READ,
    After,
    JsonObject,
    Limit,
    next_after,
    read_responses,
    router,
    utc_or_none,
)


@router.get(
    "/entities",
    response=read_responses(schemas.EntitiesOut),
    summary="List platforms, targets and countries",
    url_name="entities",
    **READ,
)
def list_entities(
    request: HttpRequest,
    type: str = "",  # noqa: A002 - the parameter's name
    name: str = "",
    after: After = 0,
    limit: Limit = 50,
) -> JsonObject:
    """`name` matches the beginning of an entity's name or of one of its other names."""
    rows = Entity.objects.filter(pk__gt=after, merged_into=None)
    if type:
        rows = rows.filter(type=type)
    if name:
        begins = Q(name__istartswith=name) | Q(aliases__name__istartswith=name)
        rows = rows.filter(begins).distinct()
    page = list(rows.order_by("pk")[: limit + 1])
    return {"after": next_after(page, limit), "entities": _entities_as_dicts(page[:limit])}


@router.get(
    "/entities/{int:entity_id}",
    response=read_responses(schemas.EntityOut),
    summary="Get an entity",
    url_name="entity",
    **READ,
)
def get_entity(request: HttpRequest, entity_id: int) -> JsonObject | HttpResponse:
    """An entity that was merged into another redirects there (301)."""
    entity = Entity.objects.filter(pk=entity_id).first()
    if entity is None:
        raise Http404(f"there is no entity {entity_id}")
    if entity.merged_into_id:
        return HttpResponsePermanentRedirect(reverse("api:entity", args=[entity.merged_into_id]))
    return _entities_as_dicts([entity])[0]


@router.get(
    "/platforms",
    response=read_responses(list[schemas.EntityOut]),
    summary="List all platforms",
    url_name="platforms",
    **READ,
)
def list_platforms(request: HttpRequest) -> list[JsonObject]:
    rows = Entity.objects.filter(type=Entity.Type.PLATFORM, merged_into=None)
    return _entities_as_dicts(rows.order_by("slug"))


def _entities_as_dicts(entities: Iterable[Entity]) -> list[JsonObject]:
    rows = list(entities)
    ids = [entity.pk for entity in rows]
    names: dict[int, list[JsonObject]] = {pk: [] for pk in ids}
    for pk, name, since, until in Entity.objects.filter(
        pk__in=ids, aliases__isnull=False
    ).values_list("pk", "aliases__name", "aliases__since", "aliases__until"):
        dates = {"since": since and since.isoformat(), "until": until and until.isoformat()}
        names[pk].append({"name": name, **dates})
    totals = find.events_of_entities(ids)
    return [
        {
            "id": entity.pk,
            "type": entity.type,
            "slug": entity.slug,
            "name": entity.name,
            "description": entity.description,
            "reported": entity.is_reported,
            "names": names[entity.pk],
            "events": totals.get(entity.pk, 0),
        }
        for entity in rows
    ]


@router.get(
    "/sources",
    response=read_responses(list[schemas.SourceOut]),
    summary="List the feeds that are read",
    url_name="sources",
    **READ,
)
def list_sources(request: HttpRequest) -> list[JsonObject]:
    # Without the feed's own address: it may hold a password.
    return [
        {
            "id": feed.pk,
            "publisher": feed.source.name,
            "host": feed.source.host,
            "title": feed.title,
            "language": feed.language,
            "state": feed.state,
            "polled_at": utc_or_none(feed.polled_at),
            "succeeded_at": utc_or_none(feed.succeeded_at),
            "new_entry_at": utc_or_none(feed.new_entry_at),
        }
        for feed in Feed.objects.select_related("source").order_by("pk")
    ]


@router.get(
    "/kinds",
    response=read_responses(list[schemas.KindOut]),
    summary="List the kinds of act",
    url_name="kinds",
    **READ,
)
def list_kinds(request: HttpRequest) -> list[JsonObject]:
    return [{"value": k.value, "name": k.label, "definition": k.definition} for k in Kind]
