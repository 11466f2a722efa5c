"""Find platforms, targets, countries and events by what an editor types, and read typed names."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from django.utils.translation import gettext as _

from tracker.classify.letters.folding import fold
from tracker.classify.words.lists import aliases_of, listed_rows
from tracker.events.editing.actions import EditError
from tracker.events.models import Entity, EntityAlias, Event
from tracker.events.search.find import newest_events, rows_of
from tracker.events.search.query import Query
from tracker.events.wording.names import country_choices, format_day, shown_platform_name
from tracker.events.wording.targets import targets_beginning
from tracker.events.wording.terms import SCOPES

CHOICES = 10  # that are offered at once
PLATFORM, TARGET, COUNTRY, EVENT = "platform", "target", "country", "event"
PICKED = (PLATFORM, TARGET, COUNTRY, EVENT)


@dataclass(frozen=True)
class PickedChoice:
    """A choice that a picker offers: the text for the form, and what distinguishes it from
    others.
    """

    value: str
    label: str


def find_choices(type_: str, typed: str) -> list[PickedChoice]:
    """Return the best matches of the typed words, at most CHOICES; names that begin with them come
    first.
    """
    words = " ".join(typed.split())[:200]
    if not words:
        return []
    if type_ == EVENT:
        return _find_events(words)
    if type_ == TARGET:
        return _find_targets(words)
    names = platform_names() if type_ == PLATFORM else dict(country_choices())
    folded = fold(words)
    spellings = _platform_spellings() if type_ == PLATFORM else {}
    ranked = sorted(
        (rank, name)
        for code, name in names.items()
        if (rank := _rank(folded, (fold(name), code, *spellings.get(code, ())))) is not None
    )
    return [PickedChoice(name, "") for _rank_, name in ranked[:CHOICES]]


def _rank(folded: str, names: Iterable[str]) -> int | None:
    """Return 0 for an exact match, 1 if a name begins with the words, 2 if it contains them, else
    None.
    """
    ranks = (
        0 if name == folded else 1 if name.startswith(folded) else 2
        for name in names
        if folded in name
    )
    return min(ranks, default=None)


def _find_events(words: str) -> list[PickedChoice]:
    pk = event_number(words)
    rows = list(rows_of([pk])) if pk and Event.objects.visible().filter(pk=pk).exists() else []
    if not rows:
        rows = list(newest_events(Query(words=tuple(words.split())[:10]), CHOICES))
    return [PickedChoice(f"{row.id}: {row.headline}", format_day(row.occurred)) for row in rows]


def _find_targets(words: str) -> list[PickedChoice]:
    current = Entity.objects.filter(type=Entity.Type.TARGET, merged_into=None)
    # First by the beginning of the slug, which is indexed; then by another name.
    entities = list(current.filter(slug__startswith=fold(words)).order_by("slug")[:CHOICES])
    aliases = EntityAlias.objects.filter(name__istartswith=words, entity__in=current)
    if translated := targets_beginning(words):
        entities += current.filter(slug__in=translated).order_by("slug")[:CHOICES]
    if len(entities) < CHOICES:
        entities += [alias.entity for alias in aliases.select_related("entity")[:CHOICES]]
    choices = {entity.pk: PickedChoice(entity.name, entity.description) for entity in entities}
    return list(choices.values())[:CHOICES]


def platform_names() -> dict[str, str]:
    """Return the names of all listed platforms in the active language, by slug."""
    slugs = [*listed_rows("platform"), *SCOPES]
    return {slug: shown_platform_name(slug) for slug in slugs}


@cache
def _platform_spellings() -> dict[str, tuple[str, ...]]:
    return {
        slug: tuple({fold(alias.name) for alias in aliases_of("platform", slug)})
        for slug in listed_rows("platform")
    }


def read_platforms(names: Iterable[str]) -> tuple[str, ...]:
    """Return the slugs of platforms typed by name or slug, each once; unknown names unchanged."""
    return tuple(dict.fromkeys(_platform_slug(name) for name in names))


def _platform_slug(name: str) -> str:
    shown = platform_names()
    if name in shown:
        return name
    folded = fold(name)
    by_name = {fold(label): slug for slug, label in shown.items()}
    if folded in by_name:
        return by_name[folded]
    spelled = [slug for slug, spellings in _platform_spellings().items() if folded in spellings]
    return spelled[0] if len(spelled) == 1 else name


def read_countries(names: Iterable[str]) -> tuple[str, ...]:
    """Return the codes of countries typed by name in the active language, or by code. Raises
    EditError for an unknown name.
    """
    choices = dict(country_choices())
    by_name = {fold(label): code for code, label in choices.items()}
    codes: dict[str, None] = {}
    for name in names:
        code = name.upper() if name.upper() in choices else by_name.get(fold(name), "")
        if not code:
            raise EditError(_("Unknown country: %s") % name)
        codes[code] = None
    return tuple(codes)


def event_number(typed: str) -> int | None:
    """Return the number in "517", "517: headline" or the address of an event; None if there is
    none.
    """
    text = typed.strip().rstrip("/")
    number = text.partition(":")[0].strip()
    if not number.isdecimal():
        number = text.rpartition("/")[2]
    return int(number) if number.isdecimal() and number.isascii() and len(number) < 18 else None


def read_event(typed: str) -> Event:
    """Return the event that an editor picked by number, address or unique words.

    Raises EditError if there is none, or several.
    """
    pk = event_number(typed)
    if pk is None:
        numbers = [event_number(choice.value) for choice in find_choices(EVENT, typed)]
        if len(numbers) > 1:
            words = _("Several events match “%(words)s”: %(pks)s. Choose one by its number")
            shown = {"words": typed, "pks": ", ".join(map(str, numbers[:5]))}
            raise EditError(words % shown)
        pk = numbers[0] if numbers else None
    event = Event.objects.filter(pk=pk).first() if pk is not None else None
    if event is None or not event.itself.is_visible:
        raise EditError(_("No event matches “%s”. Enter its number, address or words") % typed)
    return event.itself
