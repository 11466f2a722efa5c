"""Name single values of a query's fields, alone and as conditions, and several as alternatives."""

from collections.abc import Callable, Sequence

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from tracker.events.wording.laws import law_name
from tracker.events.wording.names import (
    appeal_name,
    authority_name,
    country_name,
    degree_name,
    ground_name,
    kind_name,
    language_name,
    origin_name,
    shown_platform_name,
    territory_name,
)
from tracker.events.wording.quantities import currency_name, things_name
from tracker.events.wording.targets import target_name
from tracker.events.wording.terms import term


def quote_words(words: str) -> str:
    """Return words that are searched for in quotation marks: “Donald Trump”."""
    return _("“%s”") % words


# What each field's values are called in lists, facets, charts and suggestions. Each name stands
# alone, with a capital; the field beside it says what it is.
NAMES: dict[str, Callable[[str], str]] = {
    "kind": kind_name,
    "platform": shown_platform_name,
    "target": target_name,
    "country": country_name,
    "lang": language_name,
    "ground": ground_name,
    "source": str,
    "law": law_name,
    "appeal": appeal_name,
    "territory": territory_name,
    "degree": degree_name,
    "authority": authority_name,
    "ordered_by": authority_name,
    "currency": currency_name,
    "affected_what": lambda v: capfirst(things_name(v)),
    "state": lambda v: capfirst(term(v)),
    "origin": origin_name,
}
# Nothing beside a condition names its field, and an authority may decide as well as order.
_CONDITIONS: dict[str, Callable[[str], str]] = {
    "ordered_by": lambda v: _("ordered by %s") % authority_name(v),
    "event": lambda v: _("event %s") % v,
    "words": quote_words,
}
_WORDED = NAMES | _CONDITIONS
CONDITION_FIELDS = tuple(_WORDED)


def condition_words(field: str, value: str) -> str:
    """Return one of CONDITION_FIELDS with a value in words that name both: "Ad ban" for ("kind",
    "ad_ban"), "ordered by Roskomnadzor" for ("ordered_by", "roskomnadzor").
    """
    return _WORDED[field](value)


def join_alternatives(names: Sequence[str]) -> str:
    """Return names as alternatives: "Russia, Ukraine or Belarus"."""
    if len(names) < 2:
        return "".join(names)
    return _("%(names)s or %(last)s") % {"names": ", ".join(names[:-1]), "last": names[-1]}
