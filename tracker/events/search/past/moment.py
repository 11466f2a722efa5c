"""Read the rows that events show as they were at a past moment."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from django.db.models import Field, Model

from tracker.events.models import Entity, EntityAlias, Link, PastRow, Report
from tracker.events.record.entities import entity_value
from tracker.feeds.models import Source

LinkKey = tuple[int, str, int]  # source, type, target


class Moment:
    """A past moment. Triggers have stored the earlier values of rows since then (PastRow)."""

    def __init__(self, at: datetime) -> None:
        self.at = at
        self._changes: dict[str, bool] = {}
        self._merged: dict[int, int] | None = None

    def has_changes(self, table: str) -> bool:
        """Return whether a row of this table changed since."""
        if table not in self._changes:
            rows = PastRow.objects.filter(table=table, until__gt=self.at)
            self._changes[table] = rows.exists()
        return self._changes[table]

    def changed_rows(self, table: str) -> set[int]:
        """Return the rows of this table that changed since, by the number under which they are
        stored.
        """
        if not self.has_changes(table):
            return set()
        rows = PastRow.objects.filter(table=table, until__gt=self.at)
        return set(rows.values_list("row", flat=True))

    def values_since(self, table: str, rows: Collection[int]) -> list[tuple[int, dict[str, Any]]]:
        """Return the stored earlier values of rows since then, latest first."""
        if not rows or not self.has_changes(table):
            return []
        stored = PastRow.objects.filter(table=table, row__in=list(rows), until__gt=self.at)
        # Of several, the first one after the moment has the values of then, so it comes last.
        return list(stored.order_by("-until", "-pk").values_list("row", "was"))

    def rewind(self, table: str, rows: Mapping[int, Model]) -> None:
        """Set loaded rows to the values that they had."""
        for pk, was in self.values_since(table, rows):
            fields = {field.column: field for field in rows[pk]._meta.concrete_fields}
            for column, value in was.items():
                setattr(rows[pk], fields[column].attname, _value(fields[column], value))

    def entities(self, ids: Iterable[int]) -> dict[int, Entity]:
        """Return entities with those they were merged into then, by id."""
        rows = Entity.objects.in_bulk(set(ids))
        heads = Entity.objects.in_bulk({self.merged[pk] for pk in rows if pk in self.merged})
        self.rewind("entity", rows)
        self.rewind("entity", heads)
        for pk, row in rows.items():
            row.merged_into = heads.get(self.merged.get(pk, 0))
        return rows

    @property
    def merged(self) -> dict[int, int]:
        """Return the merged entities, with those they were merged into."""
        if self._merged is None:
            now = Entity.objects.filter(merged_into__isnull=False)
            merged = dict(now.values_list("pk", "merged_into"))
            for pk, was in self.values_since("entity", self.changed_rows("entity")):
                merged[pk] = was["merged_into_id"]
            self._merged = {pk: into for pk, into in merged.items() if into is not None}
        return self._merged

    def names_by_editors(self) -> tuple[tuple[str, str, str], ...]:
        """Return (type, value, name) of the names that editors had added."""
        rows = {alias.pk: alias for alias in EntityAlias.objects.exclude(by="").order_by("pk")}
        self.rewind("alias", rows)
        aliases = [alias for alias in rows.values() if alias.by and alias.name]
        owners = self.entities(alias.entity_id for alias in aliases)
        return tuple(
            (owner.type, entity_value(owner.itself), alias.name)
            for alias in aliases
            if (owner := owners[alias.entity_id]).type != Entity.Type.COUNTRY
        )

    def names_of(self, ids: Iterable[int]) -> list[tuple[Entity, list[str]]]:
        """Return entities with all names that they had."""
        entities = self.entities(ids)
        aliases = {row.pk: row for row in EntityAlias.objects.filter(entity__in=entities)}
        self.rewind("alias", aliases)
        others: dict[int, list[str]] = defaultdict(list)
        for alias in aliases.values():
            if alias.name:  # "" for one added since
                others[alias.entity_id].append(alias.name)
        return [(entity, [entity.name, *others[pk]]) for pk, entity in entities.items()]

    def reports(self, ids: Iterable[int], columns: Sequence[str]) -> dict[int, Report]:
        """Return reports with their entries, classifications and publishers, by id, whichever event
        they are in now.
        """
        related = ("entry__source", "entry__classification")
        rows = Report.stored.select_related(*related).only(*columns).in_bulk(list(set(ids)))
        entries = {report.entry.pk: report.entry for report in rows.values() if report.entry}
        self.rewind("report", rows)
        self.rewind("entry", entries)
        read = {pk: e.classification for pk, e in entries.items() if hasattr(e, "classification")}
        self.rewind("language", read)
        self.rewind("classification", read)
        sources: dict[int, Source] = {}
        if self.has_changes("source") or self.has_changes("entry"):
            sources = Source.objects.in_bulk({entry.source_id for entry in entries.values()})
            self.rewind("source", sources)
        for report in rows.values():
            # An article in several reports of a page is loaded once for each.
            if report.entry and report.entry is not (entry := entries[report.entry.pk]):
                report.entry = entry
            if report.entry and report.entry.source_id in sources:
                report.entry.source = sources[report.entry.source_id]
        return rows

    def links(self, sources: Iterable[int]) -> dict[LinkKey, Mapping[str, Any]]:
        """Return id, reasons and score of the links of these events, with their values of then if
        they existed; also later links.
        """
        ids = set(sources)
        columns = ("source", "type", "target", "id", "reasons", "score")
        links: dict[LinkKey, Mapping[str, Any]] = {
            (source, kind, target): {"id": pk, "reasons": reasons, "score": score}
            for source, kind, target, pk, reasons, score in Link.objects.filter(
                source__in=ids
            ).values_list(*columns)
        }
        for source, was in self.values_since("link", ids):
            score = None if was["score"] is None else float(was["score"])
            links[source, was["type"], was["target_id"]] = {**was, "score": score}
        return links


def _value(field: "Field[Any, Any]", stored: Any) -> Any:
    """Return a kept value as the field has it."""
    value = field.to_python(stored)
    # SQLite stores times without a zone; they are in UTC.
    is_naive = isinstance(value, datetime) and value.tzinfo is None
    return value.replace(tzinfo=UTC) if is_naive else value
