"""Platforms, targets and countries; sources; the kinds of act."""

from collections.abc import Iterable
from typing import cast

from django.http import Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.urls import reverse

from tracker.classify import Kind
from tracker.events.models import Entity
from tracker.events.record.entities import entities_beginning_with
from tracker.events.search import find
from tracker.feeds.models import Feed
from tracker.web.views.api.responses import (
    After,
    Limit,
    next_after,
    read_endpoint,
    utc_or_none,
)
from tracker.web.views.api.schemas.entities import (
    EntitiesOut,
    EntityOut,
    EntityType,
    KindOut,
    NameOut,
    SourceOut,
)


@read_endpoint("/entities", EntitiesOut, "List platforms, targets and countries", "entities")
def list_entities(
    request: HttpRequest,
    type: str = "",  # noqa: A002 - the parameter's name
    name: str = "",
    after: After = 0,
    limit: Limit = 50,
) -> EntitiesOut:
    """`name` matches the beginning of an entity's name or of one of its other names."""
    known = Entity.objects.filter(merged_into=None)
    rows = (entities_beginning_with(name) if name else known).filter(pk__gt=after)
    if type:
        rows = rows.filter(type=type)
    # One row more than asked for says whether another page follows.
    page = list(rows.order_by("pk")[: limit + 1])
    return EntitiesOut(after=next_after(page, limit), entities=_entities_out(page[:limit]))


@read_endpoint("/entities/{int:entity_id}", EntityOut, "Get an entity", "entity")
def get_entity(request: HttpRequest, entity_id: int) -> EntityOut | HttpResponse:
    """An entity that was merged into another redirects there (301)."""
    entity = Entity.objects.filter(pk=entity_id).first()
    if entity is None:
        raise Http404(f"there is no entity {entity_id}")
    if entity.merged_into_id:
        return HttpResponsePermanentRedirect(reverse("api:entity", args=[entity.merged_into_id]))
    return _entities_out([entity])[0]


@read_endpoint("/platforms", list[EntityOut], "List all platforms", "platforms")
def list_platforms(request: HttpRequest) -> list[EntityOut]:
    rows = Entity.objects.filter(type=Entity.Type.PLATFORM, merged_into=None)
    return _entities_out(rows.order_by("slug"))


def _entities_out(entities: Iterable[Entity]) -> list[EntityOut]:
    rows = list(entities)
    ids = [entity.pk for entity in rows]
    names: dict[int, list[NameOut]] = {pk: [] for pk in ids}
    for pk, name, since, until in Entity.objects.filter(
        pk__in=ids, aliases__isnull=False
    ).values_list("pk", "aliases__name", "aliases__since", "aliases__until"):
        known = NameOut(
            name=name,
            since=since.isoformat() if since else None,
            until=until.isoformat() if until else None,
        )
        names[pk].append(known)
    totals = find.events_of_entities(ids)
    return [
        EntityOut(
            id=entity.pk,
            type=cast("EntityType", entity.type),
            slug=entity.slug,
            name=entity.name,
            description=entity.description,
            reported=entity.is_reported,
            names=names[entity.pk],
            events=totals.get(entity.pk, 0),
        )
        for entity in rows
    ]


@read_endpoint("/sources", list[SourceOut], "List the feeds that are read", "sources")
def list_sources(request: HttpRequest) -> list[SourceOut]:
    # Without the feed's own address: it may hold a password.
    return [
        SourceOut(
            id=feed.pk,
            publisher=feed.source.name,
            host=feed.source.host,
            title=feed.title,
            language=feed.language,
            state=feed.state,
            polled_at=utc_or_none(feed.polled_at),
            succeeded_at=utc_or_none(feed.succeeded_at),
            new_entry_at=utc_or_none(feed.new_entry_at),
        )
        for feed in Feed.objects.followed().select_related("source").order_by("pk")
    ]


@read_endpoint("/kinds", list[KindOut], "List the kinds of act", "kinds")
def list_kinds(request: HttpRequest) -> list[KindOut]:
    return [KindOut(value=k.value, name=str(k.label), definition=str(k.definition)) for k in Kind]
