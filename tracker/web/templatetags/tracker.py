"""Template filters: days, languages and marked words in readable form."""

import json
import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from urllib.parse import urlsplit

from babel.lists import format_list
from django import template
from django.utils.dateformat import format as date_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tracker.events.publish.figures import describe_readings
from tracker.events.publish.trust import trust_code, trust_word
from tracker.events.search.link_rows import LinkRow
from tracker.events.search.query import quote_value
from tracker.events.search.rows import EventRow, NamedEntity, Passage, ReportRow
from tracker.events.search.wording.queries import describe_query
from tracker.events.search.wording.reports import count_reports
from tracker.events.search.wording.revisions import FIELD_WORDS
from tracker.events.wording.names import (
    active_language,
    active_locale,
    comma,
    day_number,
    format_day,
    format_number,
    kind_name,
    kind_within,
    language_name,
    short_month_name,
    spell_day,
    spell_moment,
)
from tracker.events.wording.reasons import word_reasons as reasons
from tracker.events.wording.terms import term
from tracker.partial_date import PartialDate
from tracker.web.pages.overviews.compare import ComparedHead

register = template.Library()


register.filter("day", format_day)
register.filter("long_date", spell_moment)
register.filter("counted", count_reports)
register.filter("language_name", language_name)
register.filter("kind_name", kind_name)
register.filter("kind_within", kind_within)
register.filter("query_words", describe_query)
register.filter("piece", quote_value)
register.filter("trust_code", trust_code)
register.filter("trust_word", trust_word)
register.filter("number", format_number)
register.filter("term", term)
register.filter("reasons", reasons)
register.filter("verdict", describe_readings)


@register.filter
def day_of_month(occurred: str) -> str:
    """Return the heading without the year: "26 October", "October", "Day unknown"."""
    day = PartialDate.parse(occurred)
    if not day:
        return _("Day unknown")
    return spell_day(0, day.month, day.day) if day.month else ""


@register.filter
def day_note(occurred: str) -> str:
    """Return the note under the heading: the year, and that the day is unknown if it is."""
    day = PartialDate.parse(occurred)
    if not day:
        return _("no report states it")
    return str(day.year) if day.whole else _("%s, exact day unknown") % day.year


@register.filter
def tongue(row: EventRow | LinkRow) -> SafeString:
    """Return the `lang` attribute of a headline in another language than the page."""
    # WCAG 3.1.2, language of parts: a screen reader changes its voice.
    is_foreign = row.headline_language != active_language()
    return format_html(' lang="{}"', row.headline_language) if is_foreign else SafeString("")


@register.filter
def short_date(moment: datetime | None, form: str) -> str:
    """Return a moment in a form of Django's `date`, its "j" being the day as the language writes it
    and its "M" the month's short name by CLDR; "" for None.
    """
    if moment is None:
        return ""
    local = localtime(moment)
    day, month = (
        "".join(f"\\{letter}" for letter in words)
        for words in (day_number(local.day), short_month_name(local.month))
    )
    form = form.replace(", ", comma()).replace("M", month)
    # The day last, since the letters of a month ("juin") are already escaped.
    return date_format(local, re.sub(r"(?<!\\)j", lambda _: day, form))


@register.filter
def fact_label(fact: str) -> str:
    """Name a fact of the record."""
    return str(FIELD_WORDS.get(fact, fact))


@register.filter
def quoted(words: str) -> str:
    """ "words" between the quotation marks of the language."""
    return _("“%s”") % words


@register.filter
def first_day(date_text: str) -> str:
    """Return the first day of a day, a month or a year, for a field of dates; "" for none."""
    span = PartialDate.parse(date_text).span
    return span[0].isoformat() if span else ""


@register.filter
def last_day_of(date_text: str) -> str:
    """Return the last day of a day, a month or a year; "" for none."""
    span = PartialDate.parse(date_text).span
    return span[1].isoformat() if span else ""


@register.filter
def as_json(value: object) -> str:
    """Return formatted JSON for display."""
    return json.dumps(value, ensure_ascii=False, indent=2)


@register.filter
def code_marked(text: str) -> SafeString:
    """Return the text, with what is between backticks as code; everything escaped."""
    pieces = enumerate(text.split("`"))
    parts = (format_html("<code>{}</code>", piece) if i % 2 else piece for i, piece in pieces)
    return format_html_join("", "{}", ((piece,) for piece in parts))


WEEK_STEP, WEEK_HEIGHT = 3, 16


@register.filter
def duration(span: timedelta) -> str:
    """ "12 minutes", "3 hours", "2 days"."""
    minutes = round(span.total_seconds() / 60)
    if minutes >= 2 * 1_440:
        return _days(minutes // 1_440)
    if minutes >= 2 * 60:
        return ngettext("%s hour", "%s hours", minutes // 60) % (minutes // 60)
    return ngettext("%s minute", "%s minutes", minutes) % minutes


def _days(count: int) -> str:
    return ngettext("%s day", "%s days", count) % format_number(count)


@register.filter
def week_path(weeks: Sequence[int]) -> str:
    """Return the bars of the weeks as one SVG path of thick lines; a week without entries has a
    hairline.
    """
    peak = max([1, *weeks])
    heights = (max(0.6, round(n / peak * WEEK_HEIGHT, 1)) for n in weeks)
    return "".join(f"M{i * WEEK_STEP + 1} {WEEK_HEIGHT}v-{h:g}" for i, h in enumerate(heights))


@register.filter
def width_of(weeks: int) -> int:
    """Return the width of the bars of so many weeks."""
    return weeks * WEEK_STEP


@register.filter
def per_week(rate: float) -> str:
    """ "about 4 a week", "about 2 a month", "about 30 a day", "none in twelve weeks"."""
    for span, form in (
        (1 / 7, _("about %s a day")),
        (1.0, _("about %s a week")),
        (52 / 12, _("about %s a month")),
        (52.0, _("about %s a year")),
    ):
        if rate * span >= 1:
            return form % format_number(round(rate * span))
    return _("none in twelve weeks")


@register.filter
def weeks_in_words(weeks: Sequence[int]) -> str:
    """ "312 new entries in 26 weeks, 9 in the last whole one"."""
    # The last week is not over yet.
    last = weeks[-2] if len(weeks) > 1 else 0
    values = {"all": format_number(sum(weeks)), "weeks": len(weeks), "last": format_number(last)}
    return _("%(all)s new entries in %(weeks)s weeks, %(last)s in the last whole one") % values


@register.filter
def marked(quote: ReportRow | Passage) -> SafeString:
    """Return the title or the passage with its marked words in <mark>; everything escaped."""
    text = quote.text if isinstance(quote, Passage) else quote.title
    pieces: list[tuple[str, str, str]] = []
    at = 0
    for start, end in quote.marks:
        if at <= start < end <= len(text):
            pieces.append((text[at:start], text[start:end], ""))
            at = end
    marks = format_html_join("", "{}<mark>{}</mark>{}", pieces)
    return format_html("{}{}", marks, text[at:])


@register.filter
def evidenced(report: ReportRow) -> SafeString:
    """Return the title, each part of it that gave a fact in <mark> with the facts; everything
    escaped.
    """
    quotes = [
        (int(str(piece["start"])), int(str(piece["end"])), str(piece["field"]))
        for piece in report.evidence
        if piece["zone"] == "title"
    ]
    title = report.title
    edges = {edge for start, end, _field in quotes for edge in (start, end)} | {0, len(title)}
    cuts = sorted(edge for edge in edges if 0 <= edge <= len(title))
    pieces = []
    for start, end in pairwise(cuts):
        facts = sorted({field for low, high, field in quotes if low <= start and end <= high})
        piece = title[start:end]
        mark = '<mark data-fact="{}">{}</mark>'
        pieces.append((format_html(mark, " ".join(facts), piece) if facts else piece,))
    return format_html_join("", "{}", pieces)


@register.filter
def days_until(first: str, second: str) -> str:
    """ "680 days" between two days; "" unless both are exact days in that order."""
    days = PartialDate.parse(first).days_until(PartialDate.parse(second))
    return "" if days is None or days < 0 else _days(days)


@register.filter
def names_of(parties: Sequence[NamedEntity]) -> str:
    """ "RT, Sputnik"."""
    return ", ".join(one.name for one in parties)


@register.filter
def names_listed(parties: Sequence[ComparedHead]) -> str:
    """ "RT, Sputnik and TASS"."""
    return str(format_list([party.name for party in parties], locale=active_locale()))


@register.simple_tag
def as_reported() -> SafeString:
    """Return the mark next to an unlisted name that few publishers printed."""
    title = _(
        "Named in reports and not in our lists. To be confirmed by an editor or by three"
        " independent publishers."
    )
    return format_html('<small class="reported" title="{}">{}</small>', title, _("as reported"))


@register.filter
def names_marked(parties: Sequence[NamedEntity]) -> SafeString:
    """ "RT, Sputnik", each name that is as reported with its mark."""
    names = (
        (format_html("{} {}", one.name, as_reported()) if one.is_reported else one.name,)
        for one in parties
    )
    return format_html_join(", ", "{}", names)


@register.filter
def under_words(name: str) -> str:
    """ "state_media" as "state media"."""
    return name.replace("_", " ")


@register.filter
def path_of(url: str) -> str:
    """Return the path of an address, for a page without a title."""
    parts = urlsplit(url)
    return (parts.path + (f"?{parts.query}" if parts.query else "")).strip("/") or parts.netloc
