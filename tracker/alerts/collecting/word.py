"""A brief as a Word document (Office Open XML)."""

from io import BytesIO

import docx
from django.utils.translation import gettext as _

from tracker.alerts.collecting.brief import Brief, BriefEvent
from tracker.events.publish.trust import trust_word
from tracker.events.search.describe import count_reports, format_day
from tracker.events.wording.names import kind_name

REPORTS = 5  # of an event
WORD_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def write_docx(brief: Brief) -> bytes:
    """Return the brief as a file: headings, notes, reports and citations in Word's own styles."""
    document = docx.Document()
    document.core_properties.title = brief.title
    document.core_properties.author = "Platform Policy Tracker"
    document.core_properties.created = brief.now.replace(tzinfo=None)
    document.add_heading(brief.title, level=0)
    document.add_paragraph(_("As of %s") % format_day(brief.day), style="Subtitle")
    if brief.note:
        document.add_paragraph(brief.note)
    for number, event in enumerate(brief.events, 1):
        document.add_heading(f"{number}. {event.row.headline}", level=1)
        for style, text in _paragraphs(event):
            document.add_paragraph(text, style=style)
    if brief.events:
        document.add_heading(_("Citations"), level=1)
    for event in brief.events:
        document.add_paragraph(event.citation, style="List Number")
    file = BytesIO()
    document.save(file)
    return file.getvalue()


def _paragraphs(event: BriefEvent) -> list[tuple[str, str]]:
    """Return (style, text) of what a brief says of an event below its headline."""
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
