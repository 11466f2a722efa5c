"""Write a brief as a Word document (Office Open XML)."""

from collections.abc import Iterator
from io import BytesIO

import docx
from babel.core import get_global
from django.utils.translation import get_language, get_language_bidi
from django.utils.translation import gettext as _
from docx.document import Document
from docx.opc.constants import RELATIONSHIP_TYPE as RT
from docx.oxml.ns import qn

from tracker.alerts.collecting.brief import Brief, BriefEvent
from tracker.events.publish.trust import trust_word
from tracker.events.search.wording.reports import count_reports
from tracker.events.wording.names import format_day, kind_name
from tracker.site.name import site_name
from tracker.text import clean_lines, clean_text

REPORTS = 5  # of an event
WORD_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def write_docx(brief: Brief) -> bytes:
    """Return the brief as a file: headings, notes, reports and citations in Word's own styles."""
    document = docx.Document()
    _describe(document, brief)
    for style, text in _lines(brief):
        # Rows of early versions hold characters that XML forbids.
        document.add_paragraph(clean_lines(text), style=style)
    file = BytesIO()
    document.save(file)
    return file.getvalue()


def _lines(brief: Brief) -> Iterator[tuple[str, str]]:
    """Yield (style, text) of each paragraph."""
    yield "Title", brief.title
    yield "Subtitle", _("As of %s") % format_day(brief.day)
    if brief.note:
        yield "Normal", brief.note
    for number, event in enumerate(brief.events, 1):
        yield "Heading 1", f"{number}. {event.row.headline}"
        yield from _paragraphs(event)
    if brief.events:
        yield "Heading 1", _("Citations")
    for event in brief.events:
        yield "List Number", event.citation


def _describe(document: Document, brief: Brief) -> None:
    """Replace what the library's template says about itself: author, dates, language, picture."""
    about, now = document.core_properties, brief.now.replace(tzinfo=None)
    about.title, about.comments, about.revision = clean_text(brief.title), "", 1
    about.author = about.last_modified_by = clean_text(site_name())
    about.created = about.modified = now
    about.language = language = _language_tag()
    for marked in document.styles.element.iter(qn("w:lang")):
        marked.set(qn("w:bidi" if get_language_bidi() else "w:val"), language)
    relations = document.part.package.rels
    for key in [k for k, relation in relations.items() if relation.reltype == RT.THUMBNAIL]:
        del relations[key]


def _language_tag() -> str:
    """Return the active language with the country that Word's spelling needs: "fr-FR"."""
    language = get_language() or "en"
    likely = get_global("likely_subtags").get(language, "")
    return f"{language}-{likely.rpartition('_')[2]}" if likely and "-" not in language else language


def _paragraphs(event: BriefEvent) -> list[tuple[str, str]]:
    """Return (style, text) of an event's paragraphs below its headline."""
    row = event.row
    names = [name.name for name in (*row.platforms, *row.targets, *row.countries)]
    facts = [kind_name(row.kind), format_day(row.occurred), ", ".join(names), count_reports(row)]
    lines = [("Normal", " · ".join([*filter(None, facts), trust_word(row).lower()]))]
    if event.note:
        lines.append(("Intense Quote", event.note))
    for report in row.first_reports[:REPORTS]:
        words = ": ".join(filter(None, (report.publisher, report.title)))
        lines.append(("List Bullet", f"{words} <{report.url}>"))
    return lines
