"""The columns of the tables that leave the site, with type and meaning: the data dictionary; pure.

In English: programs read it (decision D73).
"""

from dataclasses import dataclass

LIST = ";"  # between the values of a cell of several


@dataclass(frozen=True)
class TableColumn:
    """A column: `datatype` as in XML Schema, `is_list` if a cell has several values."""

    name: str
    datatype: str
    description: str
    is_list: bool = False


EVENT_COLUMNS = (
    TableColumn("id", "integer", "Number of the event; it never changes"),
    TableColumn("url", "anyURI", "Address of the event’s page"),
    TableColumn("headline", "string", "What happened, in one line"),
    TableColumn("kinds", "string", "Kinds of act, the main one first", is_list=True),
    TableColumn("platforms", "string", "Slugs of the platforms", is_list=True),
    TableColumn("targets", "string", "Who or what is hit", is_list=True),
    TableColumn("countries", "string", "ISO 3166-1 codes, and EU", is_list=True),
    TableColumn("grounds", "string", "Reason that the platform or state gives"),
    TableColumn(
        "occurred", "string", "Day of the act as YYYY-MM-DD, or YYYY-MM or YYYY; empty: unknown"
    ),
    TableColumn("precision", "string", "day, month, year or unknown"),
    TableColumn(
        "occurred_source", "string", "Whether a text states the day, or it was published then"
    ),
    TableColumn("extent", "string", "permanent, temporary or empty"),
    TableColumn("ended", "string", "Day on which the measure ended"),
    TableColumn("state", "string", "machine, reviewed or unsure"),
    TableColumn("confidence", "double", "How likely it is an act, 0 to 1"),
    TableColumn("reports", "integer", "Number of reports, reprints included"),
    TableColumn("publishers", "integer", "Number of independent newsrooms"),
    TableColumn("languages", "integer", "Number of languages of the reports"),
    TableColumn(
        "dsa_decision", "string", "Decisions as the DSA transparency database codes them", True
    ),
    TableColumn("dsa_category", "string", "Category as the DSA transparency database codes it"),
    TableColumn("recorded_at", "dateTime", "When the event was recorded, UTC"),
    TableColumn("changed_at", "dateTime", "When the event changed last, UTC"),
    # New columns come last: whoever reads by position goes on.
    TableColumn("kind_confidence", "double", "How likely the main kind is, if it is an act"),
    TableColumn("effective_on", "string", "Announced first day of the measure"),
    TableColumn("amount", "integer", "Fine in whole units of the currency"),
    TableColumn("currency", "string", "ISO 4217 code of the amount"),
    TableColumn("affected", "integer", "How many of affected_what the act hits"),
    TableColumn("affected_what", "string", "What affected counts, such as accounts"),
    TableColumn("authority", "string", "Who ordered it"),
    TableColumn("authority_type", "string", "court, regulator, government and others"),
    TableColumn("targets_as_reported", "string", "Targets that one publisher alone names", True),
    TableColumn("headline_source", "string", "facts, report (a quoted title) or person"),
    TableColumn("origin", "string", "history, machine or editor"),
    TableColumn("check", "string", "unchecked, confirmed or disputed"),
    TableColumn("unknown_from", "string", "Day from which it is not known whether it is in force"),
)
REPORT_COLUMNS = (
    TableColumn("event_id", "integer", "Number of the event"),
    TableColumn("report_id", "integer", "Number of the report"),
    TableColumn("title", "string", "Title of the article; empty for a source of the history"),
    TableColumn("publisher", "string", "Who published it"),
    TableColumn("url", "anyURI", "Address of the article"),
    TableColumn("language", "string", "Language of the article (BCP 47)"),
    TableColumn("published_at", "dateTime", "When it was published, UTC"),
    TableColumn("role", "string", "report, reaction or analysis"),
    TableColumn("reprinted_by", "string", "Publishers that printed the same text", is_list=True),
)


def names(columns: tuple[TableColumn, ...]) -> tuple[str, ...]:
    """Return the header of a table."""
    return tuple(column.name for column in columns)
