"""Suggest completions for a word that is being typed: fields, their values, and recorded names."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import Q

from tracker.classify.letters.folding import fold
from tracker.events.models import Entity
from tracker.events.search.find import events_of_entities
from tracker.events.search.language.values import CLOSED, codes_of, name_of
from tracker.events.search.query import FIELDS, SINGLE, quote_value
from tracker.events.wording.names import country_choices
from tracker.events.wording.targets import targets_beginning

SHOWN = 8
OFFERED = ("kind", "ground", "law")  # fields whose values are offered for plain words
ASKED = 40  # entities that are loaded; those with the most events are shown
# The last piece of the text, possibly with an open quotation mark.
LAST = re.compile(r'(?P<minus>-?)(?:(?P<field>[a-z_]+):)?"?(?P<begin>[^":]*)$')
PIECES = re.compile(r'(?:[^\s"]|"[^"]*"?)+$')


@dataclass(frozen=True)
class SearchSuggestion:
    """A suggested text, its name, its field, and its number of events."""

    text: str
    name: str
    field: str
    count: int | None = None

    def as_dict(self) -> dict[str, object]:
        """Return plain values for JSON."""
        return {"text": self.text, "name": self.name, "field": self.field, "count": self.count}


def suggest(typed: str) -> tuple[SearchSuggestion, ...]:
    """Return up to SHOWN completions of the last piece typed, with at most two queries."""
    piece = PIECES.search(typed)
    last = LAST.fullmatch(piece[0]) if piece else None
    if piece is None or last is None:
        return ()
    before = typed[: piece.start()] + last["minus"]
    field, begin = last["field"] or "", fold(last["begin"]).strip()
    if len(begin) < (1 if field else 2):
        return ()
    suggestions = [*_fields(before, begin), *_closed(before, field, begin)]
    suggestions += _countries(before, field, begin)
    return tuple(_entities(before, field, last["begin"].strip(), SHOWN - len(suggestions[:4])))[
        :SHOWN
    ] + tuple(suggestions[:4])


def _fields(before: str, begin: str) -> Iterator[SearchSuggestion]:
    for name in (*FIELDS, "date", *SINGLE):
        if name.startswith(begin):
            yield SearchSuggestion(f"{before}{name}:", name, "field")


def _closed(before: str, field: str, begin: str) -> Iterator[SearchSuggestion]:
    for name in (field,) if field in (*CLOSED, "currency") else () if field else OFFERED:
        for code in codes_of(name):
            shown = name_of(name, code)
            if any(word.startswith(begin) for word in (code, *fold(shown).split())):
                yield SearchSuggestion(f"{before}{name}:{code} ", shown, name)


def _countries(before: str, field: str, begin: str) -> Iterator[SearchSuggestion]:
    for code, name in country_choices() if field in {"", "country"} else ():
        if fold(name).startswith(begin) or (field and code.lower() == begin):
            yield SearchSuggestion(f"{before}country:{code} ", name, "country")


def _entities(before: str, field: str, begin: str, limit: int) -> Iterator[SearchSuggestion]:
    types = [name for name in ("platform", "target") if field in {"", name}]
    if not types:
        return
    named = Q(slug__startswith=fold(begin)) | Q(slug__in=targets_beginning(begin))
    # SQLite ignores case only for ASCII.
    for spelt in {begin, begin.capitalize()}:
        named |= Q(name__istartswith=spelt) | Q(aliases__name__istartswith=spelt)
    rows = list(Entity.objects.filter(named, type__in=types, merged_into=None).distinct()[:ASKED])
    counts = events_of_entities([row.pk for row in rows])
    for row in sorted(rows, key=lambda row: (-counts.get(row.pk, 0), row.name))[:limit]:
        value = quote_value(row.slug)
        text = f"{before}{row.type}:{value} "
        yield SearchSuggestion(text, row.shown_name, str(row.type), counts.get(row.pk, 0))
