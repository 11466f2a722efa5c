"""Which rows of a table changed since it was read last, by the moment that each row notes of its
last change.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Self

from django.db.models import Count, Max, QuerySet

from tracker import database_time

# A transaction may be seen this long after the moment that it wrote.
OVERLAP = timedelta(minutes=15)


@dataclass(frozen=True)
class TableMark:
    """Up to where a table was read: from `since` on, each row that was there with its moment."""

    since: datetime
    moments: Mapping[int, datetime]
    latest: datetime | None

    @classmethod
    def of(cls, moments: Mapping[int, datetime], now: datetime) -> Self:
        """Returns the mark of a table that was read at `now`."""
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
    """A table whose rows note in `column` when they last changed; `columns` are read of those that
    did. A row that is deleted is not noticed.
    """

    def __init__(self, rows: QuerySet[Any], column: str, *columns: str) -> None:
        self._rows = rows.order_by()
        self._column = column
        self._columns = columns

    def start(self) -> TableMark:
        """Returns the mark to take before the table is read whole: what changes meanwhile is among
        the next changes.
        """
        now = database_time.estimate()
        recent = self._since(now - OVERLAP)
        return TableMark.of(dict(recent.values_list("pk", self._column)), now)

    def changes(self, mark: TableMark) -> Changes | None:
        """Returns what changed since a mark; None where that is nothing, for which one query is
        enough, and the mark holds on.
        """
        now = database_time.estimate()
        recent = self._since(mark.since)
        counted = recent.aggregate(n=Count("pk"), latest=Max(self._column))
        is_same = (counted["n"], counted["latest"]) == (len(mark.moments), mark.latest)
        # The mark moves on without changes too: else the rows to compare would pile up.
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
