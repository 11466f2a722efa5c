"""Who and what the record knows: entities, sources, kinds."""

from typing import Literal

from ninja import Field

from tracker.classify import Kind
from tracker.web.views.api.schemas.answers import Answer

EntityType = Literal["platform", "target", "country"]


class NameOut(Answer):
    name: str
    since: str | None
    until: str | None


class EntityOut(Answer):
    """A platform, a target or a country, with its other names and the number of its events."""

    id: int
    type: EntityType
    slug: str
    name: str
    description: str
    reported: bool = Field(description="named by one publisher, in no list yet")
    names: list[NameOut]
    events: int


class EntitiesOut(Answer):
    after: int | None
    entities: list[EntityOut]


class SourceOut(Answer):
    """A feed that is read, and how it is doing."""

    id: int
    publisher: str
    host: str
    title: str
    language: str
    state: str
    polled_at: str | None
    succeeded_at: str | None
    new_entry_at: str | None


class KindOut(Answer):
    value: str = Field(examples=[Kind.AD_BAN.value])
    name: str
    definition: str
