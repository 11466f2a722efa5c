"""Describe the data set in DataCite's schema 4.6; pure."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from tracker.events.publish.dictionary.columns import EVENT_COLUMNS, REPORT_COLUMNS
from tracker.events.publish.dumps import DumpFile
from tracker.events.publish.export import SCHEMA
from tracker.site.name import site_name

SCHEMA_ADDRESS = "http://datacite.org/schema/kernel-4"
FORMATS = ("text/csv", "application/jsonl", "application/json", "application/vnd.apache.parquet")
ABSTRACT = (
    "What online platforms ban, suspend, remove and restore, and what states and courts do to them,"
    " from news in many languages. Every event has its reports, and the words that its facts rest"
    " on."
)


def describe_dataset(
    files: Sequence[DumpFile], site: str, licence: str, today: date
) -> dict[str, Any]:
    """Return the attributes of the newest files' data set; `licence` is an SPDX id or words."""
    newest = max((file.day for file in files), default=today)
    rights = [{"rights": licence, "rightsIdentifier": licence, "rightsIdentifierScheme": "SPDX"}]
    return {
        "schemaVersion": SCHEMA_ADDRESS,
        "types": {"resourceTypeGeneral": "Dataset", "resourceType": "Record of events"},
        "titles": [{"title": f"{site_name()}: events and reports"}],
        "creators": [{"name": site_name(), "nameType": "Organizational"}],
        "publisher": {"name": site_name()},
        "publicationYear": newest.year,
        "language": "en",
        "version": f"{newest.isoformat()} (schema {SCHEMA})",
        "url": f"{site}/data",
        "dates": [{"date": newest.isoformat(), "dateType": "Issued"}],
        "subjects": [{"subject": name} for name in ("content moderation", "online platforms")],
        "descriptions": [
            {"description": ABSTRACT, "descriptionType": "Abstract"},
            {"description": _columns(), "descriptionType": "TechnicalInfo"},
        ],
        "rightsList": rights if licence else [],
        "formats": list(FORMATS),
        "sizes": [f"{file.name}: {file.size} bytes" for file in files if file.day == newest],
        "relatedIdentifiers": [
            {
                "relatedIdentifier": f"{site}/data/dictionary.json",
                "relatedIdentifierType": "URL",
                "relationType": "IsDocumentedBy",
            }
        ],
    }


def _columns() -> str:
    tables = (("events", EVENT_COLUMNS), ("reports", REPORT_COLUMNS))
    return "; ".join(f"{table}: {', '.join(c.name for c in cols)}" for table, cols in tables)
