"""Template filters of the mails."""

from django import template
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tracker.alerts.delivery.digest import AlertHitLine
from tracker.alerts.delivery.emails import EventFragments
from tracker.events.publish.articles import translation_words
from tracker.events.publish.trust import trust_word
from tracker.events.search.rows import EventRow, ReportRow
from tracker.events.search.wording.reports import count_reports
from tracker.events.wording.names import (
    format_day,
    format_number,
    kind_name,
    language_name,
    spell_moment,
)
from tracker.feeds.health import SourceCoverage
from tracker.partial_date import PartialDate

register = template.Library()
REPORTS_SHOWN = 2

register.filter("day", format_day)
register.filter("kind_name", kind_name)
register.filter("long_date", spell_moment)
register.filter("gloss", translation_words)


@register.filter
def facts(row: EventRow) -> str:
    """Return the parties, the counts and how sure it is, as in "X (Twitter) · RT, Sputnik · Russia
    · 3 reports, 3 publishers, 2 languages · not checked".
    """
    names = [
        ", ".join(n.name for n in group) for group in (row.platforms, row.targets, row.countries)
    ]
    return " · ".join([*filter(None, names), count_reports(row), trust_word(row).lower()])


@register.filter
def best(reports: tuple[ReportRow, ...]) -> list[ReportRow]:
    """Return the first reports with a title, one per language."""
    by_language: dict[str, ReportRow] = {}
    for report in reports:
        if report.title:
            by_language.setdefault(report.language, report)
    return list(by_language.values())[:REPORTS_SHOWN]


@register.filter
def said_by(report: ReportRow) -> str:
    """Return publisher and language, as in "Example News, Russian"."""
    language = language_name(report.language) if report.language else ""
    return ", ".join(filter(None, [report.publisher, language]))


@register.filter
def excerpt(report: ReportRow) -> str:
    """Return the first sentence of a report in quotation marks, "" if there is none."""
    return _("“%s”") % report.excerpt if report.excerpt else ""


@register.filter
def followed_by(line: AlertHitLine) -> str:
    """Return how a later act relates to an event, before the later act's headline."""
    words = {
        "extended": _("extended by"),
        "followed": _("followed by"),
        "tested": _("tested in court:"),
    }
    return words[line.reason]


@register.filter
def html(fragments: EventFragments, row: EventRow) -> SafeString:
    """Return the part of a mail about an event, which was escaped during rendering."""
    # Rendered by an escaping template, once for all mails of a batch.
    return mark_safe(fragments.render(row, "html"))  # noqa: S308


@register.filter
def text(fragments: EventFragments, row: EventRow) -> str:
    """Return the same as plain text."""
    return fragments.render(row, "txt")


@register.filter
def read_words(coverage: SourceCoverage) -> str:
    """Return the coverage in words, as in "612 of 640 sources; 9 silent, 19 failing"."""
    form = _("%(read)s of %(feeds)s feeds; %(silent)s silent, %(failing)s failing")
    return form % {
        name: format_number(getattr(coverage, name))
        for name in ("read", "feeds", "silent", "failing")
    }


@register.filter
def lasted(line: AlertHitLine) -> str:
    """Return how long an undone act lasted, as in " after 1,399 days", or "" if a day is not
    known.
    """
    undone_on = PartialDate.parse(line.by.occurred if line.by else "")
    days = PartialDate.parse(line.row.occurred).days_until(undone_on)
    if days is None or days < 0:
        return ""
    return ngettext(" after %s day", " after %s days", days) % format_number(days)


@register.filter
def upper_line(name: str) -> str:
    """Return a heading for plain text, underlined."""
    return f"{name}\n{'=' * min(len(name), 72)}"
