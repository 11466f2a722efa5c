"""Filters of the mails."""

from datetime import date

from django import template
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tracker.alerts.delivery.digest import Told
from tracker.alerts.delivery.emails import Pieces
from tracker.events.search import describe
from tracker.events.search.rows import EventRow, ReportRow
from tracker.events.wording.names import kind_name, language_name, number
from tracker.events.wording.terms import term
from tracker.feeds.health import SourceCoverage

register = template.Library()
REPORTS_SHOWN = 2

register.filter("day", describe.day)
register.filter("kind_name", kind_name)


@register.filter
def facts(row: EventRow) -> str:
    """ "X (Twitter) · RT, Sputnik · Russia · 3 reports, 3 publishers, 2 languages · machine"."""
    names = [
        ", ".join(n.name for n in group) for group in (row.platforms, row.targets, row.countries)
    ]
    return " · ".join([*filter(None, names), describe.counted(row), term(row.state)])


@register.filter
def best(reports: tuple[ReportRow, ...]) -> list[ReportRow]:
    """The first titled reports, one a language."""
    by_language: dict[str, ReportRow] = {}
    for report in reports:
        if report.title:
            by_language.setdefault(report.language, report)
    return list(by_language.values())[:REPORTS_SHOWN]


@register.filter
def said_by(report: ReportRow) -> str:
    """ "Example News, Russian"."""
    language = language_name(report.language) if report.language else ""
    return ", ".join(filter(None, [report.publisher, language]))


@register.filter
def html(pieces: Pieces, row: EventRow) -> SafeString:
    """The part of a mail that tells of an event; it was escaped when it was made."""
    return mark_safe(pieces.of(row, "html"))  # noqa: S308


@register.filter
def text(pieces: Pieces, row: EventRow) -> str:
    """As `html`, as plain text."""
    return pieces.of(row, "txt")


@register.filter
def read_words(seen: SourceCoverage) -> str:
    """ "612 of 640 sources; 9 silent, 19 failing"."""
    form = _("%(read)s of %(feeds)s feeds; %(silent)s silent, %(failing)s failing")
    return form % {
        name: number(getattr(seen, name)) for name in ("read", "feeds", "silent", "failing")
    }


@register.filter
def lasted(told: Told) -> str:
    """ " after 1,399 days", where both days are known."""
    days = [row.occurred for row in (told.row, told.by) if row and len(row.occurred) == 10]
    if len(days) < 2:
        return ""
    n = (date.fromisoformat(days[1]) - date.fromisoformat(days[0])).days
    return ngettext(" after %s day", " after %s days", n) % number(n) if n >= 0 else ""


@register.filter
def upper_line(name: str) -> str:
    """A heading in plain text."""
    return f"{name}\n{'=' * min(len(name), 72)}"
