"""Read the values of a query's fields as the record stores them; pure."""

import re
from collections.abc import Callable, Iterable

from django.utils.translation import gettext as _

from tracker.classify.letters.folding import fold
from tracker.events.queried import queried_value
from tracker.events.search.language.days import (
    DAY,
    is_in_calendar,
    is_reversed,
    stored_day,
    stored_span,
)
from tracker.events.search.language.spans import ENDS, ends_of, number_bounds, stored_numbers
from tracker.events.search.language.values import (
    CLOSED,
    OPEN,
    NearValue,
    code_of,
    codes_of,
    near_values,
)
from tracker.events.search.query import NUMBERS, QueryProblem, quote_value
from tracker.text import clean_text

NUMBER = re.compile(r"[1-9][0-9]{0,8}")  # of an event
NUMBER_REASONS = {
    "amount": lambda: _(
        "“%s” is not an amount. Enter one like >=100m, 5000.. or 1m..5m, and the currency as"
        " currency:EUR"
    ),
    "affected": lambda: _("“%s” is not a number. Enter one like >=1000, 500.. or 1k..5k"),
}
END_REASONS = {  # of a form's field for one end: no word of the query language
    "amount": lambda: _("“%s” is not an amount. Enter a number like 5000 or 12.50"),
    "affected": lambda: _("“%s” is not a whole number. Enter one like 5000"),
    "effective": lambda: _("“%s” is not a date. Enter a date like 2017-10-26, 2017-10 or 2017"),
}


class FieldReader:
    """Reads values of fields and collects what is wrong with them, and with the rest of a query."""

    def __init__(self, *, is_strict: bool) -> None:
        self._is_strict = is_strict
        self._problems: dict[QueryProblem, None] = {}

    @property
    def problems(self) -> tuple[QueryProblem, ...]:
        """Return what was reported, each problem once."""
        return tuple(self._problems)

    def stored(self, name: str, typed: Iterable[str]) -> tuple[str, ...]:
        """Return values of a field as the record stores them; unknown ones are reported."""
        cleaned = filter(None, map(clean_text, typed))
        return tuple(dict.fromkeys(filter(None, (self._stored_value(name, v) for v in cleaned))))

    def _stored_value(self, name: str, value: str) -> str:
        if name == "event" and not NUMBER.fullmatch(value):
            self.report(_("“%s” is not an event number") % value, f"event:{value}")
            return ""
        code = code_of(name, value) if name in (*CLOSED, *OPEN, "target") else ""
        if not code and (name in CLOSED or (name in OPEN and self._is_strict)):
            self._report_unknown(name, value)
            return ""
        return stored_form(name, code or value)

    def _report_unknown(self, name: str, value: str) -> None:
        near = near_values(name, value)
        parts = {"value": value, "field": name}
        if name in CLOSED:
            known = ", ".join(sorted(codes_of(name)))
            reason = _("Unknown %(field)s “%(value)s”. Use one of: %(known)s")
            self.report(reason % {**parts, "known": known}, f"{name}:{value}", name, near)
            return
        reason = _("Unknown %(field)s “%(value)s”. Enter its name or code") % parts
        self.report(reason, f"{name}:{value}", name, near)

    def stored_single(self, name: str, value: str) -> str:
        """Return the value of a field of one value as the record stores it; "" if it has none."""
        if not value:
            return ""
        if name in {"since", "until"}:
            stored = stored_day(value)
            reason = _(
                "“%s” is not a date. Enter a date like 2017-10-26, 2017-10 or 2017, or 7d or"
                " last-month"
            )
        elif name in NUMBERS:
            stored, reason = self._span(name, value), NUMBER_REASONS[name]()
        elif name in {"recorded", "changed", "effective"}:
            stored = stored_span(value) if name != "effective" or "T" not in value else ""
            reason = _(
                "“%s” is not a time. Enter one like 7d, last-month, 2026-11 or"
                " 2026-11-01..2026-11-15"
            )
        elif name == "in_force":
            day = DAY.fullmatch(value.lower())
            stored = value.lower() if day else code_of("in_force", value.lower())
            reason = _("Enter in_force:yes, ended, unknown or a date like 2017-10-26")
        else:
            stored = value.lower() if value.lower() == "off" else ""
            reason = _("“%s” is not a value of names. Use names:off")
        if stored and self._is_strict and not _is_possible(name, stored):
            stored = ""
        if not stored:
            words = reason % value if "%s" in reason else reason
            self.report(words, f"{name}:{value}")
        return stored

    def ordered_span(self, name: str, span: str) -> str:
        """Return a stored span of a field, "" and reported if it ends before it begins."""
        low, high = ends_of(span)
        if not self._is_strict or ".." not in span or not (low and high):
            return span
        ends = {"low": low, "high": high}
        if name not in NUMBERS and is_reversed(low, high):
            reason = _("The first day, %(low)s, is after the last, %(high)s") % ends
        elif name in NUMBERS and int(low) > int(high):
            reason = _("The lowest number, %(low)s, is above the highest, %(high)s") % ends
        else:
            return span
        self.report(reason, f"{name}:{span}")
        return ""

    def stored_end(self, end: str, value: str) -> str:
        """Return the open span that a form's field for one end of a span gives; "" and reported,
        with the field, if it gives none.
        """
        name, form = ENDS[end]
        stored = "" if ".." in value else self._span(name, form % value)
        if stored and not (self._is_strict and not _is_possible(name, stored)):
            return stored
        self.report(END_REASONS[name]() % value, f"{end}:{value}")
        return ""

    def _span(self, name: str, typed: str) -> str:
        if name in NUMBERS:
            return stored_numbers(typed, is_divisible=name == "amount")
        return stored_span(typed)

    def report(
        self, reason: str, place: str, name: str = "", near: Iterable[NearValue] = ()
    ) -> None:
        """Add a problem; `near` are similar values of the field `name`."""
        pieces = tuple((f"{name}:{quote_value(v.code)}", v.name) for v in near)
        self._problems[QueryProblem(reason, place, pieces)] = None


def _is_possible(name: str, stored: str) -> bool:
    """Return whether an event can have a value: a day that exists, a number above zero."""
    if name in NUMBERS:
        return number_bounds(stored)[1] > 0
    return is_in_calendar(stored)


def stored_form(field: str, value: str) -> str:
    """Return a value as the record stores it."""
    forms: dict[str, Callable[[str], str]] = {
        "target": lambda v: fold(v)[:200],
        "country": str.upper,
        "lang": str.lower,
        "source": lambda v: v.lower()[:200],
        "currency": str.upper,
    }
    return forms[field](value) if field in forms else queried_value(field, value)
