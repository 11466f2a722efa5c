"""The columns of the tables that leave the site, with type and meaning: the data dictionary; pure.

In English: programs read it (decision D73).
"""

from dataclasses import dataclass

LIST = ";"  # between the values of a cell of several


@dataclass(frozen=True)
class Column:
    """A column: `datatype` as in XML Schema, `is_list` if a cell has several values."""

    name: str
    datatype: str
    description: str
    is_list: bool = False


EVENT_COLUMNS = (
    Column("id", "integer", "Number of the event; it never changes"),
    Column("url", "anyURI", "Address of the event’s page"),
    Column("headline", "string", "What happened, in one line"),
    Column("kinds", "string", "Kinds of act, the main one first", is_list=True),
    Column("platforms", "string", "Slugs of the platforms", is_list=True),
    Column("targets", "string", "Who or what is hit", is_list=True),
    Column("countries", "string", "ISO 3166-1 codes, and EU", is_list=True),
    Column("grounds", "string", "Reason that the platform or state gives"),
    Column(
        "occurred", "string", "Day of the act as YYYY-MM-DD, or YYYY-MM or YYYY; empty: unknown"
    ),
    Column("precision", "string", "day, month, year or unknown"),
    Column("occurred_source", "string", "Whether a text states the day, or it was published then"),
    Column("extent", "string", "permanent, temporary or empty"),
    Column("ended", "string", "Day on which the measure ended"),
    Column("state", "string", "machine, reviewed or unsure"),
    Column("confidence", "double", "How likely it is an act, 0 to 1"),
    Column("reports", "integer", "Number of reports, reprints included"),
    Column("publishers", "integer", "Number of independent newsrooms"),
    Column("languages", "integer", "Number of languages of the reports"),
    Column("dsa_decision", "string", "Decisions as the DSA transparency database codes them", True),
    Column("dsa_category", "string", "Category as the DSA transparency database codes it"),
    Column("recorded_at", "dateTime", "When the event was recorded, UTC"),
    Column("changed_at", "dateTime", "When the event changed last, UTC"),
    # New columns come last: whoever reads by position goes on.
    Column("kind_confidence", "double", "How likely the main kind is, if it is an act"),
    Column("effective_on", "string", "Announced first day of the measure"),
    Column("amount", "integer", "Fine in whole units of the currency"),
    Column("currency", "string", "ISO 4217 code of the amount"),
    Column("affected", "integer", "How many of affected_what the act hits"),
    Column("affected_what", "string", "What affected counts, such as accounts"),
    Column("authority", "string", "Who ordered it"),
    Column("authority_type", "string", "court, regulator, government and others"),
    Column("targets_as_reported", "string", "Targets that one publisher alone names", True),
    Column("headline_source", "string", "facts, report (a quoted title) or person"),
    Column("origin", "string", "history, machine or editor"),
    Column("check", "string", "unchecked, confirmed or disputed"),
    Column("unknown_from", "string", "Day from which it is not known whether it is in force"),
)
REPORT_COLUMNS = (
    Column("event_id", "integer", "Number of the event"),
    Column("report_id", "integer", "Number of the report"),
    Column("title", "string", "Title of the article; empty for a source of the history"),
    Column("publisher", "string", "Who published it"),
    Column("url", "anyURI", "Address of the article"),
    Column("language", "string", "Language of the article (BCP 47)"),
    Column("published_at", "dateTime", "When it was published, UTC"),
    Column("role", "string", "report, reaction or analysis"),
    Column("reprinted_by", "string", "Publishers that printed the same text", is_list=True),
)


def names(columns: tuple[Column, ...]) -> tuple[str, ...]:
    """Return the header of a table."""
    return tuple(column.name for column in columns)
