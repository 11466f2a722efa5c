"""The columns of the tables that leave the site, with type and meaning: the data dictionary; pure.

In English: programs read it (decision D73). The page of the data shows the descriptions in the
reader's language.
"""

from dataclasses import dataclass

from django.utils.translation import gettext_noop

LIST = ";"  # separates the values of a cell


@dataclass(frozen=True)
class TableColumn:
    """A column: `datatype` as in XML Schema, `is_list` if a cell has several values."""

    name: str
    datatype: str
    description: str
    is_list: bool = False


EVENT_COLUMNS = (
    TableColumn("id", "integer", gettext_noop("Number of the event; it never changes")),
    TableColumn("url", "anyURI", gettext_noop("Address of the event’s page")),
    TableColumn("headline", "string", gettext_noop("What happened, in one line")),
    TableColumn("kinds", "string", gettext_noop("Kinds of act, the main one first"), is_list=True),
    TableColumn("platforms", "string", gettext_noop("Slugs of the platforms"), is_list=True),
    TableColumn("targets", "string", gettext_noop("Who or what is hit"), is_list=True),
    TableColumn("countries", "string", gettext_noop("ISO 3166-1 codes, and EU"), is_list=True),
    TableColumn("grounds", "string", gettext_noop("Reason that the platform or state gives")),
    TableColumn(
        "occurred",
        "string",
        gettext_noop("Day of the act as YYYY-MM-DD, or YYYY-MM or YYYY; empty: unknown"),
    ),
    TableColumn("precision", "string", gettext_noop("day, month, year or unknown")),
    TableColumn(
        "occurred_source",
        "string",
        gettext_noop("Whether a text states the day, or it was published then"),
    ),
    TableColumn("extent", "string", gettext_noop("permanent, temporary or empty")),
    TableColumn("ended", "string", gettext_noop("Day on which the measure ended")),
    TableColumn("state", "string", gettext_noop("machine, reviewed or unsure")),
    TableColumn("confidence", "double", gettext_noop("How likely it is an act, 0 to 1")),
    TableColumn("reports", "integer", gettext_noop("Number of reports, reprints included")),
    TableColumn("publishers", "integer", gettext_noop("Number of independent newsrooms")),
    TableColumn("languages", "integer", gettext_noop("Number of languages of the reports")),
    TableColumn(
        "dsa_decision",
        "string",
        gettext_noop("Decisions as the DSA transparency database codes them"),
        True,
    ),
    TableColumn(
        "dsa_category", "string", gettext_noop("Category as the DSA transparency database codes it")
    ),
    TableColumn("recorded_at", "dateTime", gettext_noop("When the event was recorded, UTC")),
    TableColumn("changed_at", "dateTime", gettext_noop("When the event changed last, UTC")),
    # New columns come last, so that readers by position still work.
    TableColumn(
        "kind_confidence", "double", gettext_noop("How likely the main kind is, if it is an act")
    ),
    TableColumn("effective_on", "string", gettext_noop("Announced first day of the measure")),
    TableColumn("amount", "integer", gettext_noop("Fine in whole units of the currency")),
    TableColumn("currency", "string", gettext_noop("ISO 4217 code of the amount")),
    TableColumn("affected", "integer", gettext_noop("How many of affected_what the act hits")),
    TableColumn("affected_what", "string", gettext_noop("What affected counts, such as accounts")),
    TableColumn(
        "authority", "string", gettext_noop("Court, regulator or other authority that decided it")
    ),
    TableColumn(
        "authority_type", "string", gettext_noop("court, regulator, government and others")
    ),
    TableColumn(
        "targets_as_reported",
        "string",
        gettext_noop("Targets that one publisher alone names"),
        True,
    ),
    TableColumn(
        "headline_source", "string", gettext_noop("facts, report (a quoted title) or person")
    ),
    TableColumn("origin", "string", gettext_noop("history, machine or editor")),
    TableColumn("check", "string", gettext_noop("unchecked, confirmed or disputed")),
    TableColumn(
        "unknown_from",
        "string",
        gettext_noop("Day from which it is not known whether it is in force"),
    ),
    TableColumn("law", "string", gettext_noop("Code of the law that the act is grounded on")),
    TableColumn("law_article", "string", gettext_noop("Article of that law, such as 16(2)")),
    TableColumn("appeal", "string", gettext_noop("announced, filed, rejected, granted or empty")),
    TableColumn("territory", "string", gettext_noop("worldwide, eu, country, region or empty")),
    TableColumn("region", "string", gettext_noop("Name of the region")),
    TableColumn(
        "degree", "string", gettext_noop("partial, total or empty: how far a block or limit goes")
    ),
    TableColumn(
        "ordered_by", "string", gettext_noop("Who ordered it, if somebody else carried it out")
    ),
    TableColumn(
        "ordered_by_type", "string", gettext_noop("court, regulator, government and others")
    ),
    TableColumn(
        "dsa_keywords", "string", gettext_noop("Keywords of the DSA transparency database"), True
    ),
    TableColumn(
        "dsa_categories", "string", gettext_noop("Further categories of that database"), True
    ),
    TableColumn(
        "dsa_content_types", "string", gettext_noop("Content types of that database"), True
    ),
    TableColumn(
        "dsa_territory", "string", gettext_noop("Countries of the EEA in which it holds"), True
    ),
    TableColumn(
        "dsa_ground", "string", gettext_noop("Ground of the decision as that database codes it")
    ),
    TableColumn(
        "dsa_links",
        "anyURI",
        gettext_noop(
            "That database’s statements of the week, or the archive of the platform’s terms"
        ),
        True,
    ),
)
REPORT_COLUMNS = (
    TableColumn("event_id", "integer", gettext_noop("Number of the event")),
    TableColumn("report_id", "integer", gettext_noop("Number of the report")),
    TableColumn(
        "title", "string", gettext_noop("Title of the article; empty for a source of the history")
    ),
    TableColumn("publisher", "string", gettext_noop("Who published it")),
    TableColumn("url", "anyURI", gettext_noop("Address of the article")),
    TableColumn("language", "string", gettext_noop("Language of the article (BCP 47)")),
    TableColumn("published_at", "dateTime", gettext_noop("When it was published, UTC")),
    TableColumn("role", "string", gettext_noop("report, reaction or analysis")),
    TableColumn(
        "reprinted_by",
        "string",
        gettext_noop("Publishers that printed the same text"),
        is_list=True,
    ),
    TableColumn(
        "title_translated",
        "string",
        gettext_noop("Title in English or French by a machine, if any"),
    ),
    TableColumn("excerpt", "string", gettext_noop("First sentence of the article, as published")),
    TableColumn(
        "archived_url", "anyURI", gettext_noop("Address of an archived copy of the article")
    ),
    TableColumn(
        "reprint_of", "integer", gettext_noop("Number of the report whose text it reprints, if any")
    ),
)


def names(columns: tuple[TableColumn, ...]) -> tuple[str, ...]:
    """Return the header of a table."""
    return tuple(column.name for column in columns)
