"""Find, create, name and merge platforms, targets and countries."""

import re
from collections.abc import Iterable, Sequence
from datetime import date
from functools import cache

from django.db import connection, transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from tracker.classify.letters.folding import fold
from tracker.classify.names.word_uses import is_ordinary
from tracker.classify.words.countries import is_country_name
from tracker.classify.words.lists import aliases_of, listed_rows
from tracker.events.grouping.spellings.parsing import parse_name
from tracker.events.models import Entity, EntityAlias
from tracker.events.wording.names import RECORDED, country_name, platform_name
from tracker.partial_date import PartialDate

NAME_LIMIT = 200
LANGUAGE_LIMIT = 10
TWO = 2
SHORT = re.compile("[a-z]{1,2}")  # folded
EntityRef = tuple[str, str]  # type and slug


class EntityError(ValueError):
    """An entity cannot be changed like this; the message says why."""


def get_entity(
    entity_type: Entity.Type, value: str, description: str = "", *, is_reported: bool = False
) -> Entity:
    """Return the entity of a platform's slug, a target's English name or a country's code, created
    if new; for a merged one, the entity it was merged into.

    A new one is `is_reported` if it is only known from publishers' texts.
    """
    slug, name = value, value
    if entity_type == Entity.Type.PLATFORM:
        name = platform_name(value)
    elif entity_type == Entity.Type.TARGET:
        slug = target_slug(value)
        known = listed_rows("target").get(value)
        if is_reported and known is None and (spelt := _find_by_spelling(slug, value)):
            return spelt
        description = description or (known.type if known else "")
    else:
        name = country_name(value, RECORDED)
    stored_entity, is_new = Entity.objects.select_related("merged_into").get_or_create(
        type=entity_type,
        slug=slug[:NAME_LIMIT],
        defaults={
            "name": name[:NAME_LIMIT],
            "description": description,
            "is_reported": is_reported,
        },
    )
    # CLDR knows the names of countries in every language, so only the others get aliases.
    if is_new and entity_type != Entity.Type.COUNTRY:
        EntityAlias.objects.bulk_create(
            EntityAlias(
                entity=stored_entity,
                name=alias.name[:NAME_LIMIT],
                since=alias.since,
                until=alias.until,
            )
            for alias in aliases_of(entity_type.value, value)
            if alias.name.casefold() != name.casefold()
        )
    return stored_entity.itself


def _find_by_spelling(slug: str, name: str) -> Entity | None:
    """Return the target with this spelling, if it is the only one and none has the name itself."""
    if Entity.objects.filter(type=Entity.Type.TARGET, slug=slug).exists():
        return None
    aliases = EntityAlias.objects.filter(name=name, entity__type=Entity.Type.TARGET)
    owners = {alias.entity.itself.pk: alias.entity.itself for alias in _with_owners(aliases)[:TWO]}
    return next(iter(owners.values())) if len(owners) == 1 else None


def _with_owners(aliases: QuerySet[EntityAlias]) -> QuerySet[EntityAlias]:
    return aliases.select_related("entity__merged_into").order_by("pk")


def join_spellings(target: Entity, spellings: Iterable[tuple[str, str]]) -> None:
    """Store the spellings of a target's name in reports of one act, as (name, language), and merge
    targets recorded only under such a name; a merge can be undone.

    A partial name is stored only if it is in another script, since many people share a surname.
    """
    for name, language in spellings:
        own, other = parse_name(target.name), parse_name(name)
        if own.script == other.script and len(other.words) < max(2, len(own.words)):
            continue
        if target_slug(name) == target.slug:
            continue
        if not target.aliases.filter(name=name[:NAME_LIMIT]).exists():
            EntityAlias.objects.get_or_create(
                entity=target, name=name[:NAME_LIMIT], language=language[:LANGUAGE_LIMIT]
            )
        recorded = Entity.objects.filter(
            type=Entity.Type.TARGET, slug=target_slug(name), is_reported=True, merged_into=None
        ).first()
        # The program merges only what no person confirmed.
        if recorded and recorded.pk != target.pk and target.merged_into_id is None:
            merge_entities(recorded.pk, target.pk)


def entity_value(stored_entity: Entity) -> str:
    """Return the value by which `get_entity` finds it: a target's name, a platform's slug, a
    country's code.
    """
    return stored_entity.name if stored_entity.type == Entity.Type.TARGET else stored_entity.slug


def platform_name_on(platform: Entity, occurred: str) -> str:
    """Return a platform's name on the day of an act, without the note in parentheses: "Twitter"
    until July 2023, "X" since; without a day, its best-known name.
    """
    return name_on(platform.slug, platform.name, occurred)


def name_on(slug: str, name: str, occurred: str) -> str:
    """Return the same as platform_name_on, given a platform's slug and best-known name."""
    for alias in aliases_of(Entity.Type.PLATFORM.value, slug):
        if (alias.since or alias.until) and _is_name_on(alias.since, alias.until, occurred):
            return alias.name
    return name


def _is_name_on(since: date | None, until: date | None, occurred: str) -> bool:
    span = PartialDate.parse(occurred).span
    if span is None:
        return since is None
    _, day = span  # a month without a day counts as its end
    return (not since or since <= day) and (not until or day < until)


def merge_entities(entity_id: int, into_id: int) -> Entity:
    """Merge an entity into another; rows stay, so that it can be undone.

    Raises EntityError for an entity of another type, the entity itself, and one already merged.
    """
    with transaction.atomic():
        rows = Entity.objects.select_for_update(no_key=True).filter(pk__in=[entity_id, into_id])
        rows_by_id = {row.pk: row for row in rows.order_by("pk")}
        gone, into = rows_by_id[entity_id], rows_by_id[into_id]
        if gone == into:
            raise EntityError(_("Both are the same one: %s") % gone.name)
        if gone.type != into.type:
            raise EntityError(
                _("%(gone)s and %(into)s are of different types")
                % {"gone": gone.name, "into": into.name}
            )
        if gone.merged_into_id or into.merged_into_id:
            raise EntityError(_("One of them has already been merged"))
        # Entities merged into the first follow it, so that one lookup finds the last.
        gone.merged.update(merged_into=into)
        gone.merged_into = into
        gone.save(update_fields=["merged_into"])
    return into


def find_entity(entity_type: Entity.Type, name: str) -> Entity:
    """Return the entity of a type with that name or slug. Raises EntityError if there is none."""
    named_so = Entity.objects.filter(type=entity_type, merged_into=None)
    match = named_so.filter(name__iexact=name).first() or named_so.filter(slug=fold(name)).first()
    if match is None:
        raise EntityError(
            _("No %(kind)s is called “%(name)s”") % {"kind": entity_type.label, "name": name}
        )
    return match


def unmerge_entity(entity_id: int) -> None:
    """Undo merge_entities."""
    Entity.objects.filter(pk=entity_id).update(merged_into=None)


def add_alias(
    owner: Entity,
    name: str,
    *,
    by: str,
    language: str = "",
    since: date | None = None,
    until: date | None = None,
) -> EntityAlias:
    """Add a name that entries use for the entity, from one day to another (None: open).

    Raises EntityError for a name that would match too much, or that another entity has (listed or
    stored, as its own or a further name), and for days in the wrong order.
    """
    if since and until and until <= since:
        raise EntityError(_("Enter a last day after the first one"))
    words = " ".join(name.split())
    if len(fold(words).strip("*=~ ")) < 2 or len(words) > NAME_LIMIT:
        raise EntityError(_("Enter a name of 2 to %s characters") % NAME_LIMIT)
    if other := _other_with_name(owner, words):
        raise EntityError(
            _("“%(name)s” is already a name of %(other)s") % {"name": words, "other": other}
        )
    _refuse_common(words)
    return EntityAlias.objects.update_or_create(
        entity=owner,
        name=words,
        language=language,
        defaults={"by": by[:150], "since": since, "until": until},
    )[0]


def _refuse_common(name: str) -> None:
    """Raise EntityError for a name that would be found in articles on anything."""
    if "*" in name or "…" in name:
        raise EntityError(_("Enter the name as articles write it, without “*” or “…”"))
    plain = name.lstrip("=~?! ")  # as the classifier reads it
    if SHORT.fullmatch(fold(plain)):
        raise EntityError(_("“%s” is too short: it would be found in too many articles") % name)
    if is_country_name(plain):
        raise EntityError(_("“%s” is the name of a country or its people") % name)
    if is_ordinary(plain):
        raise EntityError(
            _("“%s” is an ordinary word: it would be found in too many articles") % name
        )


def _other_with_name(owner: Entity, name: str) -> str:
    """Return who else has a name, "" for nobody: an entity of the type, a listed one too, or any
    entity with such a further name; for a target also a platform.
    """
    plain = name.lstrip("=~?! ")
    written = {form for n in (name, plain) for form in (n, n.lower(), n.upper(), n.title())}
    is_named = Q(name__in=written) | Q(name__iexact=plain)
    aliases = EntityAlias.objects.filter(is_named | Q(name__iexact=name))
    owners = {alias.entity.itself for alias in _with_owners(aliases)}
    named_so = Entity.objects.filter(is_named | Q(slug=fold(plain)), type=owner.type)
    owners |= {entity.itself for entity in named_so.select_related("merged_into")}
    if others := sorted(entity.name for entity in owners - {owner}):
        return others[0]
    own_slugs = {owner.slug, *owner.merged.values_list("slug", flat=True)}
    # An app that is removed from a store is a target with a platform's names.
    tables = {owner.type, Entity.Type.PLATFORM.value} - {Entity.Type.COUNTRY.value}
    for table in sorted(tables):
        listed = _listed_names(table).get(fold(plain), {})
        is_own = owner.name in listed.values() or not own_slugs.isdisjoint(listed)
        if listed and not is_own:
            return min(listed.values())
    return ""


@cache
def _listed_names(table: str) -> dict[str, dict[str, str]]:
    """Return folded name -> slug -> name of the listed entities that have it."""
    names: dict[str, dict[str, str]] = {}
    for value, row in listed_rows(table).items():
        slug = target_slug(value) if table == Entity.Type.TARGET else value
        for name in (value, row.name, *(alias.name for alias in aliases_of(table, value))):
            names.setdefault(fold(name), {})[slug] = row.name
    return names


def names_by_editors() -> tuple[tuple[str, str, str], ...]:
    """Return (type, value, name) of the names that editors added, which the classifier searches for
    in addition to its word lists.
    """
    added = EntityAlias.objects.exclude(by="").select_related("entity__merged_into").order_by("pk")
    return tuple(
        (alias.entity.type, entity_value(alias.entity.itself), alias.name)
        for alias in added
        if alias.entity.type != Entity.Type.COUNTRY
    )


def entity_ids(entity_type: Entity.Type, slugs: Iterable[str]) -> list[int]:
    """Return the ids of entities by slug, including those merged into them."""
    return ids_of_all([(entity_type, slugs)])[0]


def ids_of_all(groups: Sequence[tuple[Entity.Type, Iterable[str]]]) -> list[list[int]]:
    """Return the ids of several groups in one query, as `entity_ids` does; a merged entity's slug
    also means the other one.

    In SQL, since the ORM took longer to compose the query than the database to answer it.
    """
    asked = [(entity_type, frozenset(values)) for entity_type, values in groups]
    pairs = [(entity_type.value, slug) for entity_type, values in asked for slug in sorted(values)]
    if not pairs:
        return [[] for _ in asked]
    is_named = " OR ".join(["({0}.type = %s AND {0}.slug = %s)"] * len(pairs))
    values = [value for pair in pairs for value in pair]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT e.type, e.slug, e.id, e.merged_into_id FROM events_entity e"  # noqa: S608 - no value is written into it
            f" WHERE {is_named.format('e')}"
            " UNION SELECT h.type, h.slug, e.id, h.id FROM events_entity e"
            f" JOIN events_entity h ON h.id = e.merged_into_id WHERE {is_named.format('h')}",
            values * 2,
        )
        rows = cursor.fetchall()
    ids_by_slug: dict[tuple[str, str], set[int]] = {}
    for type_, slug, *ids in rows:
        ids_by_slug.setdefault((type_, slug), set()).update(pk for pk in ids if pk is not None)
    return [
        sorted({pk for slug in slugs for pk in ids_by_slug.get((entity_type.value, slug), ())})
        for entity_type, slugs in asked
    ]


def refs_condition(pairs: Iterable[EntityRef]) -> Q:
    """Return the condition for entities of these types and slugs."""
    condition = Q(pk__in=[])
    for entity_type, slug in pairs:
        condition |= Q(type=entity_type, slug=slug)
    return condition


def target_slug(name: str) -> str:
    """Return the slug of a target's English name."""
    return fold(name)[:NAME_LIMIT]


def fold_slugs() -> int:
    """Fold the slugs of targets as this version folds names and return how many changed.

    A slug that another target has already is left for an editor to merge.
    """
    targets = dict(Entity.objects.filter(type=Entity.Type.TARGET).values_list("pk", "slug"))
    used, count = set(targets.values()), 0
    for pk, slug in targets.items():
        folded = target_slug(slug)
        if folded != slug and folded not in used:
            used.add(folded)
            count += Entity.objects.filter(pk=pk).update(slug=folded)
    return count


def slug_of(entity_type: Entity.Type, value: str) -> str:
    """Return the slug that `get_entity` would look up."""
    return target_slug(value) if entity_type == Entity.Type.TARGET else value[:NAME_LIMIT]


def stored_entities(
    pairs: Iterable[tuple[Entity.Type, str]],
) -> dict[tuple[Entity.Type, str], Entity]:
    """Return the stored entities of values by type and value, one query per type; nothing is
    created.
    """
    values: dict[Entity.Type, set[str]] = {}
    for entity_type, value in pairs:
        values.setdefault(entity_type, set()).add(value)
    entities: dict[tuple[Entity.Type, str], Entity] = {}
    for entity_type, names in values.items():
        slugs = {slug_of(entity_type, name): name for name in names}
        rows = Entity.objects.filter(type=entity_type, slug__in=slugs).select_related("merged_into")
        entities |= {(entity_type, slugs[row.slug]): row.itself for row in rows}
    return entities


def entities_beginning_with(name: str) -> QuerySet[Entity]:
    """Return the entities with a name that begins with `name`, each once, without merged ones."""
    begins = Q(name__istartswith=name) | Q(aliases__name__istartswith=name)
    # Several names of one entity may match.
    return Entity.objects.filter(begins, merged_into=None).distinct()
