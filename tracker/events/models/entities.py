"""Platforms, targets and countries, with their names."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from tracker.events.wording.names import RECORDED, country_name
from tracker.events.wording.targets import shown_target_name, spell_target
from tracker.events.wording.terms import SCOPES, term


class Entity(models.Model):
    """A platform, a target or a country, by slug: a platform's slug, the folded English name, the
    ISO 3166 code.

    `merged_into` is the entity that it turned out to be: pages and searches use that one; its own
    rows stay.
    """

    class Type(models.TextChoices):
        PLATFORM = "platform", _("platform")
        TARGET = "target", _("target")
        COUNTRY = "country", _("country")

    # The type is a field of the entity, so every facet is one join and one count; the trade-off is
    # that an entity cannot have two roles in one event.
    type = models.CharField(max_length=10, choices=Type)
    slug = models.CharField(max_length=200)
    name = models.CharField(max_length=200)
    description = models.CharField(max_length=50, blank=True)
    # An unlisted name, as printed by few publishers.
    is_reported = models.BooleanField(default=False, db_default=False)
    merged_into = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, related_name="merged", db_index=False
    )

    class Meta:
        constraints = [models.UniqueConstraint(fields=["type", "slug"], name="entity_once")]
        indexes = [  # few are merged; SQLite ignores an index that is mostly NULL
            models.Index(
                fields=["merged_into"],
                name="entity_merged",
                condition=models.Q(merged_into__isnull=False),
            )
        ]
        verbose_name_plural = "entities"

    def __str__(self) -> str:
        return self.name

    @property
    def itself(self) -> "Entity":
        """Return the entity that pages show: the one it was merged into, or itself."""
        return self.merged_into or self

    @property
    def shown_name(self) -> str:
        """Return the name in the active language: of a country (unless an editor renamed it), of a
        target that is a category or an institution, and of social media as such.
        """
        if self.type == self.Type.TARGET:
            return shown_target_name(self.name)
        is_plain = self.type == self.Type.COUNTRY and self.name == country_name(self.slug, RECORDED)
        if is_plain:
            return country_name(self.slug)
        is_scope = self.type == self.Type.PLATFORM and self.slug in SCOPES
        return term(self.name) if is_scope else self.name

    @property
    def searched_names(self) -> tuple[str, ...]:
        """Return the names by which a search finds the entity's events: the recorded one, and a
        target's in other languages.
        """
        return spell_target(self.name) if self.type == self.Type.TARGET else (self.name,)


class EntityAlias(models.Model):
    """A name of an entity, with its language and period ("" and null: always). Entries are searched
    for names that an editor added (`by`); the others come from word lists, or are spellings of an
    unlisted name in reports of one act.
    """

    entity = models.ForeignKey(Entity, on_delete=models.CASCADE, related_name="aliases")
    name = models.CharField(max_length=200)
    language = models.CharField(max_length=10, blank=True)
    since = models.DateField(null=True)
    until = models.DateField(null=True)
    by = models.CharField(max_length=150, blank=True)

    class Meta:
        db_table = "events_alias"
        constraints = [
            models.UniqueConstraint(fields=["entity", "name", "language"], name="alias_once")
        ]
        verbose_name_plural = "aliases"

    def __str__(self) -> str:
        return self.name
