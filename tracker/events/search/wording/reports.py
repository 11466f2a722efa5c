"""Word how many reports an event has, and when the last one appeared."""

from django.utils.translation import ngettext

from tracker.events.search.rows import EventRow
from tracker.events.wording.names import comma, format_number


def count_reports(row: EventRow) -> str:
    """Return "14 reports, 9 publishers, 6 languages"; for an event of the history "3 sources"."""
    # A history refers to pages without entries, whose language is unknown.
    if not row.languages:
        return _fill_count(row.report_count, ngettext("%s source", "%s sources", row.report_count))
    return comma().join(
        (
            _fill_count(row.report_count, ngettext("%s report", "%s reports", row.report_count)),
            _fill_count(row.publishers, ngettext("%s publisher", "%s publishers", row.publishers)),
            _fill_count(row.languages, ngettext("%s language", "%s languages", row.languages)),
        )
    )


def _fill_count(count: int, form: str) -> str:
    return form % format_number(count)


def last_report_day(row: EventRow) -> str:
    """Return the day of an event's last report, "2017-10-27"; "" if none has one."""
    days = [report.published_at for report in row.reports if report.published_at]
    return max(days).date().isoformat() if days else ""
