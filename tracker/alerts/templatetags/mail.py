"""Filters of the mails."""

from urllib.parse import urlencode

from django import template

from tracker.alerts.models import Alert
from tracker.events import describe
from tracker.events.rows import EventRow, ReportRow

register = template.Library()
REPORTS_SHOWN = 2

register.filter("day", describe.day)


@register.filter
def facts(row: EventRow) -> str:
    """ "X (Twitter) · RT, Sputnik · Russia · 3 reports, 3 publishers, 2 languages · machine"."""
    names = [
        ", ".join(n.name for n in group) for group in (row.platforms, row.targets, row.countries)
    ]
    return " · ".join([*filter(None, names), describe.counted(row), row.state])


@register.filter
def best(reports: tuple[ReportRow, ...]) -> list[ReportRow]:
    """The first titled reports, one a language."""
    by_language: dict[str, ReportRow] = {}
    for report in reports:
        if report.title:
            by_language.setdefault(report.language, report)
    return list(by_language.values())[:REPORTS_SHOWN]


@register.filter
def address(alert: Alert) -> str:
    """The timeline's parameters for the alert's query."""
    return "?" + urlencode({"q": alert.query}) if alert.query else ""
