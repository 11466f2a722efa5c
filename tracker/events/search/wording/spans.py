"""Word the days and spans of a query: "last month", "7 days ago", "from 1 May 2026 to today"."""

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
AGO_WORDS = {
    "d": ngettext_lazy("%d day ago", "%d days ago"),
    "w": ngettext_lazy("%d week ago", "%d weeks ago"),
    "m": ngettext_lazy("%d month ago", "%d months ago"),
    "y": ngettext_lazy("%d year ago", "%d years ago"),
}


def describe_span(stored: str) -> str:
    """Return a stored day or span in words: "7 days ago", "last month"; a day as it is."""
    if ".." not in stored:
        return _describe_relative(stored)
    first, last = map(_describe_relative, stored.split(".."))
    if first and last:
        return pgettext("query", "from %(first)s to %(last)s") % {"first": first, "last": last}
    return pgettext("query", "since %s") % first if first else pgettext("query", "until %s") % last


def shown_day(stored: str) -> str:
    """Return a query's day, a relative one in words."""
    return describe_span(stored) if stored and is_relative(stored) else stored


def _describe_relative(stored: str) -> str:
    ago = AGO.fullmatch(stored)
    if ago:
        return str(AGO_WORDS[ago["unit"]] % int(ago["count"]))
    if stored in DAY_WORDS:
        return str(DAY_WORDS[stored])
    day, _, clock = stored.partition("T")
    return f"{format_day(day)}, {clock[:5]} UTC" if clock else stored and format_day(day)
