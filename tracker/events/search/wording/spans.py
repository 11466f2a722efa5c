"""Word the days and spans of a query: "last month", "in the last 7 days", "until October 2017"."""

from django.utils.translation import gettext_lazy, ngettext_lazy, pgettext

from tracker.events.search.language.days import AGO, is_relative
from tracker.events.wording.names import format_day

DAY_WORDS = {
    "today": gettext_lazy("today"),
    "yesterday": gettext_lazy("yesterday"),
    "this-week": gettext_lazy("this week"),
    "last-week": gettext_lazy("last week"),
    "this-month": gettext_lazy("this month"),
    "last-month": gettext_lazy("last month"),
    "this-year": gettext_lazy("this year"),
    "last-year": gettext_lazy("last year"),
}
# Whole phrases: after a preposition other languages inflect the words of DAY_WORDS.
SINCE_WORDS = {
    "today": gettext_lazy("since today"),
    "yesterday": gettext_lazy("since yesterday"),
    "this-week": gettext_lazy("since the beginning of this week"),
    "last-week": gettext_lazy("since the beginning of last week"),
    "this-month": gettext_lazy("since the beginning of this month"),
    "last-month": gettext_lazy("since the beginning of last month"),
    "this-year": gettext_lazy("since the beginning of this year"),
    "last-year": gettext_lazy("since the beginning of last year"),
}
UNTIL_WORDS = {
    "today": gettext_lazy("until today"),
    "yesterday": gettext_lazy("until yesterday"),
    "this-week": gettext_lazy("until the end of this week"),
    "last-week": gettext_lazy("until the end of last week"),
    "this-month": gettext_lazy("until the end of this month"),
    "last-month": gettext_lazy("until the end of last month"),
    "this-year": gettext_lazy("until the end of this year"),
    "last-year": gettext_lazy("until the end of last year"),
}
AGO_WORDS = {
    "d": ngettext_lazy("%d day ago", "%d days ago"),
    "w": ngettext_lazy("%d week ago", "%d weeks ago"),
    "m": ngettext_lazy("%d month ago", "%d months ago"),
    "y": ngettext_lazy("%d year ago", "%d years ago"),
}
IN_THE_LAST = {
    "d": ngettext_lazy("in the last %d day", "in the last %d days"),
    "w": ngettext_lazy("in the last %d week", "in the last %d weeks"),
    "m": ngettext_lazy("in the last %d month", "in the last %d months"),
    "y": ngettext_lazy("in the last %d year", "in the last %d years"),
}
IN_THE_LAST_ONE = {
    "d": gettext_lazy("in the last day"),
    "w": gettext_lazy("in the last week"),
    "m": gettext_lazy("in the last month"),
    "y": gettext_lazy("in the last year"),
}
YEAR_LENGTH, MONTH_LENGTH = len("2017"), len("2017-10")


def describe_span(stored: str) -> str:
    """Return a stored day or span as a phrase: "last month", "in October 2017", "from 2017 to
    2018", "until 26 October 2017".
    """
    if ".." not in stored:
        return _on_day(stored)
    first, last = stored.split("..")
    return describe_ends(first, last)


def describe_ends(first: str, last: str) -> str:
    """Return the span between two stored days, both included, as a phrase; "" stands for open."""
    if first == last:
        return _on_day(first)
    if not last or not first:
        return _since(first) if first else _until(last)
    if is_relative(first) or is_relative(last) or len(first) != len(last):
        return f"{_since(first)} {_until(last)}"
    ends = {"first": shown_day(first), "last": shown_day(last)}
    if len(first) <= MONTH_LENGTH:
        return pgettext("query", "from %(first)s to %(last)s") % ends
    return pgettext("query day", "from %(first)s to %(last)s") % ends


def describe_start(stored: str) -> str:
    """Return the span that begins on a stored day, as in "from 1 December 2026 on"."""
    if AGO.fullmatch(stored):
        return _since(stored)
    if len(stored) <= MONTH_LENGTH or is_relative(stored):
        return pgettext("query", "from %s on") % shown_day(stored)
    return pgettext("query day", "from %s on") % shown_day(stored)


def shown_day(stored: str) -> str:
    """Return a stored day without a preposition: "7 days ago", "last month", "October 2017"; ""
    for none.
    """
    ago = AGO.fullmatch(stored)
    if ago:
        return str(AGO_WORDS[ago["unit"]] % int(ago["count"]))
    if stored in DAY_WORDS:
        return str(DAY_WORDS[stored])
    day, _, clock = stored.partition("T")
    return f"{format_day(day)}, {clock[:5]} UTC" if clock else stored and format_day(day)


def _since(stored: str) -> str:
    ago = AGO.fullmatch(stored)
    if ago:
        count = int(ago["count"])
        if count == 1:
            return str(IN_THE_LAST_ONE[ago["unit"]])
        return str(IN_THE_LAST[ago["unit"]] % count)
    if stored in SINCE_WORDS:
        return str(SINCE_WORDS[stored])
    # Other languages put an article before a day, but not before a month or a year.
    if len(stored) <= MONTH_LENGTH:
        return pgettext("query", "since %s") % shown_day(stored)
    return pgettext("query day", "since %s") % shown_day(stored)


def _until(stored: str) -> str:
    if stored in UNTIL_WORDS:
        return str(UNTIL_WORDS[stored])
    if AGO.fullmatch(stored):
        return pgettext("query ago", "until %s") % shown_day(stored)
    if len(stored) <= MONTH_LENGTH:
        return pgettext("query", "until %s") % shown_day(stored)
    return pgettext("query day", "until %s") % shown_day(stored)


def _on_day(stored: str) -> str:
    if not stored or is_relative(stored):
        return shown_day(stored)
    if len(stored) == YEAR_LENGTH:
        return pgettext("query year", "in %s") % shown_day(stored)
    if len(stored) == MONTH_LENGTH:
        return pgettext("query month", "in %s") % shown_day(stored)
    return pgettext("query day", "on %s") % shown_day(stored)
