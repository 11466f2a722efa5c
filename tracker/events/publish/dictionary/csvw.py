"""Describe the files of a query as CSV on the Web (W3C) metadata; pure."""

from collections.abc import Sequence
from typing import Any

from tracker.events.publish.dictionary.columns import (
    EVENT_COLUMNS,
    LIST,
    REPORT_COLUMNS,
    TableColumn,
)
from tracker.events.publish.export import Provenance
from tracker.site.name import site_name

CONTEXT = [
    "http://www.w3.org/ns/csvw",
    {"@language": "en"},
]
GUARD = (
    "A cell that begins with =, +, - or @ has an apostrophe before it, so that no spreadsheet takes"
    " it for a formula."
)


def table_group(provenance: Provenance, events: str, reports: str) -> dict[str, Any]:
    """Return the description of both tables at their addresses, with their provenance."""
    return {
        "@context": CONTEXT,
        "dc:title": f"{site_name()}: {provenance.words}",
        "dc:description": f"{provenance.coverage}. {GUARD}",
        "dc:license": provenance.licence,
        "dc:date": provenance.as_dict()["as_of"],
        "dc:source": provenance.address,
        "schema:query": provenance.query,
        **{f"schema:{name}": value for name, value in _further_metadata(provenance).items()},
        "tables": tables(events, reports),
    }


def tables(events: str, reports: str) -> list[dict[str, Any]]:
    """Return the tables of events and of their reports, which refer to events by number."""
    reference = {"resource": events, "columnReference": "id"}
    reports_schema = {
        **_schema(REPORT_COLUMNS, "report_id"),
        "foreignKeys": [{"columnReference": "event_id", "reference": reference}],
    }
    return [
        {"url": events, "dc:title": "Events", "tableSchema": _schema(EVENT_COLUMNS, "id")},
        {"url": reports, "dc:title": "Reports of the events", "tableSchema": reports_schema},
    ]


def _further_metadata(provenance: Provenance) -> dict[str, str]:
    values = provenance.as_dict()
    return {"coverage": values["coverage"], "version": values["schema"]}


def _schema(columns: Sequence[TableColumn], key: str) -> dict[str, Any]:
    return {"columns": [_column(column) for column in columns], "primaryKey": key}


def _column(column: TableColumn) -> dict[str, Any]:
    described: dict[str, Any] = {
        "name": column.name,
        "titles": column.name,
        "dc:description": column.description,
        "datatype": column.datatype,
    }
    return described | ({"separator": LIST} if column.is_list else {})
