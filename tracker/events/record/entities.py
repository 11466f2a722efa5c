"""Platforms, targets and countries: found by name or made, told in words, merged, given names."""

from collections.abc import Callable, Iterable, Sequence
from datetime import date

from django.db import connection, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from tracker.classify import Kind
from tracker.classify.lexicon import aliases_of, named
from tracker.classify.text import fold
from tracker.events.models import Alias, Entity
from tracker.events.wording.headline import HEADLINE_LIMIT, Parts, headline
from tracker.events.wording.names import RECORDED, country_name, platform_name
from tracker.events.wording.terms import SCOPES

NAME_LIMIT = 200
Pair = tuple[str, str]  # type and slug


class EntityError(ValueError):
    """What cannot be done to an entity; the text says why."""


def entity(
    kind: Entity.Type, value: str, description: str = "", *, is_reported: bool = False
) -> Entity:
    """The entity of a platform's slug, a target's English name or a country's code, made if it is
    new; of a merged one that which it was merged into. A new one is `is_reported` if all that is
    known of it is that a publisher printed it.
    """
    slug, name = value, value
    if kind == Entity.Type.PLATFORM:
        name = platform_name(value)
    elif kind == Entity.Type.TARGET:
        slug = target_slug(value)
        known = named("target").get(value)
        description = description or (known.kind if known else "")
    else:
        name = country_name(value, RECORDED)
    found, is_new = Entity.objects.select_related("merged_into").get_or_create(
        type=kind,
        slug=slug[:NAME_LIMIT],
        defaults={
            "name": name[:NAME_LIMIT],
            "description": description,
            "is_reported": is_reported,
        },
    )
    if is_new and kind != Entity.Type.COUNTRY:
        Alias.objects.bulk_create(
            Alias(entity=found, name=told.name[:NAME_LIMIT], since=told.since, until=told.until)
            for told in aliases_of(kind.value, value)
            if told.name.casefold() != name.casefold()
        )
    return found.itself


def value_of(one: Entity) -> str:
    """What `entity` finds it by: a target's name, a platform's slug, a country's code."""
    return one.name if one.type == Entity.Type.TARGET else one.slug


def name_on(platform: Entity, occurred: str) -> str:
    """A platform's name on the day of an act, without the note in brackets: "Twitter" until July
    2023, "X" since; without a day the one it is best known by.
    """
    for told in aliases_of(Entity.Type.PLATFORM.value, platform.slug):
        if (told.since or told.until) and _holds(told.since, told.until, occurred):
            return told.name
    return platform.name


def headline_of(
    kinds: Sequence[Kind],
    entities: Sequence[Entity],
    occurred: str,
    told: Callable[[str], str] | None = None,
) -> str:
    """An event's headline, with the names that its platforms had on the day; in English, as it is
    recorded, or with `told` for the forms in the active language.
    """
    parts = Parts(
        [
            one.shown_name if told and one.slug in SCOPES else name_on(one, occurred)
            for one in entities
            if one.type == Entity.Type.PLATFORM
        ],
        *(
            [one.shown_name if told else one.name for one in entities if one.type == kind]
            for kind in (Entity.Type.TARGET, Entity.Type.COUNTRY)
        ),
    )
    return headline(kinds, parts, told or str)[:HEADLINE_LIMIT]


def _holds(since: date | None, until: date | None, occurred: str) -> bool:
    day = occurred.ljust(10, "~")[:10]  # a month without a day counts as its end
    if not occurred:
        return since is None
    return (not since or since.isoformat() <= day) and (not until or day < until.isoformat())


def merge_entities(entity_id: int, into_id: int) -> Entity:
    """From now on the one stands for the other; rows stay as they are, so that it can be undone.
    Raises EntityError for another type, itself, or one that was merged already.
    """
    with transaction.atomic():
        rows = Entity.objects.select_for_update(no_key=True).filter(pk__in=[entity_id, into_id])
        both = {one.pk: one for one in rows.order_by("pk")}
        gone, into = both[entity_id], both[into_id]
        if gone == into or gone.type != into.type:
            raise EntityError(
                _("%(gone)s and %(into)s are of different types")
                % {"gone": gone.name, "into": into.name}
            )
        if gone.merged_into_id or into.merged_into_id:
            raise EntityError(_("One of them has already been merged"))
        gone.merged.update(merged_into=into)
        gone.merged_into = into
        gone.save(update_fields=["merged_into"])
    return into


def find_named(kind: Entity.Type, name: str) -> Entity:
    """The entity of a type with that name or slug. Raises EntityError if there is none."""
    named_so = Entity.objects.filter(type=kind, merged_into=None)
    found = named_so.filter(name__iexact=name).first() or named_so.filter(slug=fold(name)).first()
    if found is None:
        raise EntityError(
            _("No %(kind)s is called “%(name)s”") % {"kind": kind.label, "name": name}
        )
    return found


def unmerge_entity(entity_id: int) -> None:
    """Undoes merge_entities."""
    Entity.objects.filter(pk=entity_id).update(merged_into=None)


def add_alias(one: Entity, name: str, *, by: str, language: str = "") -> Alias:
    """From now on entries that hold `name` name the entity. Raises EntityError for a name that
    would match too much, or that another one has.
    """
    words = " ".join(name.split())
    if len(fold(words).strip("*=~ ")) < 2 or len(words) > NAME_LIMIT:
        raise EntityError(_("Enter a name of 2 to %s characters") % NAME_LIMIT)
    taken = Alias.objects.filter(name__iexact=words).exclude(entity=one).select_related("entity")
    if other := taken.first():
        raise EntityError(
            _("“%(name)s” is already a name of %(other)s")
            % {"name": words, "other": other.entity.name}
        )
    return Alias.objects.update_or_create(
        entity=one, name=words, language=language, defaults={"by": by[:150]}
    )[0]


def names_by_editors() -> tuple[tuple[str, str, str], ...]:
    """(type, value, name) of the names that editors added: what the classifier looks for besides
    its word lists.
    """
    added = Alias.objects.exclude(by="").select_related("entity__merged_into").order_by("pk")
    return tuple(
        (one.entity.type, value_of(one.entity.itself), one.name)
        for one in added
        if one.entity.type != Entity.Type.COUNTRY
    )


def ids_of(kind: Entity.Type, slugs: Iterable[str]) -> list[int]:
    """The ids of entities by slug, with those merged into them."""
    return ids_of_all([(kind, slugs)])[0]


def ids_of_all(wanted: Sequence[tuple[Entity.Type, Iterable[str]]]) -> list[list[int]]:
    """As ids_of, of several in one query; a merged entity's slug stands for the other, too.

    Written as SQL: the ORM took longer to write it than a database takes to answer.
    """
    asked = [(kind, frozenset(values)) for kind, values in wanted]
    told = [(kind.value, slug) for kind, values in asked for slug in sorted(values)]
    if not told:
        return [[] for _ in asked]
    named = " OR ".join(["({0}.type = %s AND {0}.slug = %s)"] * len(told))
    values = [value for pair in told for value in pair]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT e.type, e.slug, e.id, e.merged_into_id FROM events_entity e"  # noqa: S608 - no value is written into it
            f" WHERE {named.format('e')}"
            " UNION SELECT h.type, h.slug, e.id, h.id FROM events_entity e"
            f" JOIN events_entity h ON h.id = e.merged_into_id WHERE {named.format('h')}",
            values * 2,
        )
        rows = cursor.fetchall()
    found: dict[tuple[str, str], set[int]] = {}
    for type_, slug, *ids in rows:
        found.setdefault((type_, slug), set()).update(pk for pk in ids if pk is not None)
    return [
        sorted({pk for slug in slugs for pk in found.get((kind.value, slug), ())})
        for kind, slugs in asked
    ]


def of_pairs(pairs: Iterable[Pair]) -> Q:
    """The condition for entities of these types and slugs."""
    wanted = Q(pk__in=[])
    for kind, slug in pairs:
        wanted |= Q(type=kind, slug=slug)
    return wanted


def target_slug(name: str) -> str:
    """What a target's English name is found by."""
    return fold(name)[:NAME_LIMIT]


def fold_slugs() -> int:
    """Folds the slugs of targets as this version folds names; how many differ. One that another
    target has already is left for an editor to merge.
    """
    targets = dict(Entity.objects.filter(type=Entity.Type.TARGET).values_list("pk", "slug"))
    taken, count = set(targets.values()), 0
    for pk, slug in targets.items():
        folded = target_slug(slug)
        if folded != slug and folded not in taken:
            taken.add(folded)
            count += Entity.objects.filter(pk=pk).update(slug=folded)
    return count


def slug_of(kind: Entity.Type, value: str) -> str:
    """The slug of what `entity` would find."""
    return target_slug(value) if kind == Entity.Type.TARGET else value[:NAME_LIMIT]


def stored(wanted: Iterable[tuple[Entity.Type, str]]) -> dict[tuple[Entity.Type, str], Entity]:
    """The entities of values, as `entity` would find them, by type and value; a query a type. What
    is not stored is left out, nothing is made.
    """
    values: dict[Entity.Type, set[str]] = {}
    for kind, value in wanted:
        values.setdefault(kind, set()).add(value)
    found: dict[tuple[Entity.Type, str], Entity] = {}
    for kind, names in values.items():
        slugs = {slug_of(kind, name): name for name in names}
        rows = Entity.objects.filter(type=kind, slug__in=slugs).select_related("merged_into")
        found |= {(kind, slugs[one.slug]): one.itself for one in rows}
    return found
