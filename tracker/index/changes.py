"""Find the rows of a table that changed since it was last read, by each row's change time."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Self

from django.db.models import Count, Max, QuerySet

from tracker import database_time

# A transaction may become visible this long after the time it wrote.
OVERLAP = timedelta(minutes=15)


@dataclass(frozen=True)
class TableMark:
    """How far a table was read: the rows that changed from `since` on, with their times."""

    since: datetime
    moments: Mapping[int, datetime]
    latest: datetime | None

    @classmethod
    def of(cls, moments: Mapping[int, datetime], now: datetime) -> Self:
        """Return the mark of a table that was read at `now`."""
        since = now - OVERLAP
        recent = {pk: at for pk, at in moments.items() if at >= since}
        return cls(since, recent, max(recent.values(), default=None))


@dataclass(frozen=True)
class Changes:
    """The rows that changed since a mark, by id, with the columns that were asked for; and the
    next mark.
    """

    rows: Mapping[int, tuple[Any, ...]]
    mark: TableMark


class Watched:
    """A table whose rows note in `column` when they last changed; of changed rows `columns` are
    read. Deletions go unnoticed.
    """

    def __init__(self, rows: QuerySet[Any], column: str, *columns: str) -> None:
        self._rows = rows.order_by()
        self._column = column
        self._columns = columns

    def start(self) -> TableMark:
        """Return the mark to take before the table is read whole: rows that change in the meantime
        are among the next changes.
        """
        now = database_time.estimate()
        recent = self._since(now - OVERLAP)
        return TableMark.of(dict(recent.values_list("pk", self._column)), now)

    def changes(self, mark: TableMark) -> Changes | None:
        """Return what changed since a mark, or None if nothing did, after a single query; the mark
        then stays valid.
        """
        now = database_time.estimate()
        recent = self._since(mark.since)
        counted = recent.aggregate(n=Count("pk"), latest=Max(self._column))
        is_same = (counted["n"], counted["latest"]) == (len(mark.moments), mark.latest)
        # The mark also advances without changes, or the rows to compare would pile up.
        if is_same and now - mark.since < 2 * OVERLAP:
            return None
        moments: dict[int, datetime] = {}
        changed: dict[int, tuple[Any, ...]] = {}
        for pk, at, *values in recent.values_list("pk", self._column, *self._columns):
            moments[pk] = at
            if mark.moments.get(pk) != at:
                changed[pk] = tuple(values)
        return Changes(changed, TableMark.of(moments, now))

    def _since(self, moment: datetime) -> QuerySet[Any]:
        return self._rows.filter(**{f"{self._column}__gte": moment})
