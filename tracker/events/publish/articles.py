"""Show an event's articles in feeds and calendars: title, publisher and link."""

from collections.abc import Iterator
from typing import Any

from django.utils.feedgenerator import Atom1Feed
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.xmlutils import SimplerXMLGenerator

from tracker.events.publish.figures import figures_in_sentences
from tracker.events.publish.trust import trust_word
from tracker.events.search.rows import EventRow, ReportRow
from tracker.events.search.wording.reports import count_reports
from tracker.events.wording.names import format_day, format_number
from tracker.text import clean_text

ARTICLES = 10  # first published articles of an event; its page has all


class ArticleFeed(Atom1Feed):
    """Atom whose entries also link to the first article."""

    def add_item_elements(self, handler: SimplerXMLGenerator, item: dict[str, Any]) -> None:
        super().add_item_elements(handler, item)
        if item["article"]:
            handler.addQuickElement("link", "", {"href": item["article"], "rel": "related"})


def summary_sentence(row: EventRow) -> str:
    """Return kind, day, figures and number of reports as one line."""
    parts = [
        row.kind.label,
        format_day(row.occurred),
        *figures_in_sentences(row),
        count_reports(row),
        trust_word(row).lower(),
    ]
    return clean_text(". ".join(parts) + ".")


def articles_in_text(row: EventRow, address: str) -> str:
    """Return the event in plain text: one line for the event, and two for each article."""
    lines = [summary_sentence(row), ""]
    for report in row.reports[:ARTICLES]:
        lines += [f"{_title_of(report)} ({_source_of(report)})"]
        lines += filter(None, (translation_words(report), clean_text(report.url)))
    return "\n".join([*lines, *_more(row), "", address])


def articles_in_html(row: EventRow, address: str) -> SafeString:
    """Return the same as HTML, everything escaped; an article's title carries its language."""
    items = format_html_join(
        "",
        '<li><a href="{}"><span lang="{}" dir="auto">{}</span></a> ({}){}</li>',
        (
            (clean_text(r.url), r.language or "und", _title_of(r), _source_of(r), _gloss(r))
            for r in row.reports[:ARTICLES]
        ),
    )
    more = format_html_join("", "<p>{}</p>", ((line,) for line in _more(row)))
    words = _("All facts and sources")
    return format_html(
        '<p>{}</p><ul>{}</ul>{}<p><a href="{}">{}</a></p>',
        summary_sentence(row),
        items,
        more,
        address,
        words,
    )


def translation_words(report: ReportRow) -> str:
    """Return the title as a machine translated it into the reader's language, marked as such; "" if
    none did.
    """
    text = report.title_translated
    return _("Machine translation: %s") % text if text else ""


def _gloss(report: ReportRow) -> SafeString:
    words = translation_words(report)
    return format_html("<br>{}", words) if words else SafeString()


def _title_of(report: ReportRow) -> str:
    """Return the title; the address without its scheme for a page of the history."""
    return clean_text(report.title or report.url.partition("://")[2] or report.url)


def _source_of(report: ReportRow) -> str:
    parts = [report.publisher]
    if report.published_at:
        parts.append(format_day(report.published_at.date().isoformat()))
    return clean_text(", ".join(filter(None, parts)))


def _more(row: EventRow) -> Iterator[str]:
    more = len(row.reports) - ARTICLES
    if more > 0:
        yield _("And %s more reports") % format_number(more)
