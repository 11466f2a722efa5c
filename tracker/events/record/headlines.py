"""Derive an event's headline from its facts as they stand, or take the one that a person wrote."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils import translation

from tracker.classify import Kind
from tracker.events.models import Entity, Event
from tracker.events.record.entities import platform_name_on
from tracker.events.record.values import Record
from tracker.events.wording.headline import HEADLINE_LIMIT, HeadlineNames, write_headline
from tracker.events.wording.names import RECORDED, active_language
from tracker.events.wording.terms import SCOPES


@dataclass(frozen=True)
class Headline:
    """A headline, its language, and where it is from: "facts", or "person" who wrote it."""

    text: str
    language: str
    source: str


def headline_of(said: Event | Record, entities: Sequence[Entity]) -> Headline:
    """Return the headline of an event, or of an earlier record of one, with these parties: in the
    active language, or in the record's if a person wrote it.
    """
    if said.own_headline:
        return Headline(said.own_headline, RECORDED, "person")
    kinds = said.kinds if isinstance(said, Record) else (said.kind, *said.other_kinds)
    parties = list(dict.fromkeys(entities))
    names = HeadlineNames(
        [
            _platform_name(party, said.occurred)
            for party in parties
            if party.type == Entity.Type.PLATFORM
        ],
        [party.shown_name for party in parties if party.type == Entity.Type.TARGET],
        [party.shown_name for party in parties if party.type == Entity.Type.COUNTRY],
    )
    text = write_headline([Kind(kind) for kind in kinds], names)
    return Headline(text[:HEADLINE_LIMIT], active_language(), "facts")


def recorded_headline(said: Event | Record, entities: Sequence[Entity]) -> str:
    """Return the headline in the language of the record, for the searched text and logs."""
    with translation.override(RECORDED):
        return headline_of(said, entities).text


def _platform_name(platform: Entity, occurred: str) -> str:
    if platform.slug in SCOPES:
        return platform.shown_name
    return platform_name_on(platform, occurred)
