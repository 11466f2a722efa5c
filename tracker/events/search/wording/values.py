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
_NAMES: dict[str, Callable[[str], str]] = {
    **NAMES,
    "event": lambda v: _("event %s") % v,
    "words": quote_words,
}
CONDITION_FIELDS = tuple(_NAMES)


def value_name(field: str, value: str) -> str:
    """Return the name of a value of one of CONDITION_FIELDS: "Ad ban" for ("kind", "ad_ban")."""
    return _NAMES[field](value)


def join_alternatives(names: Sequence[str]) -> str:
    """Return names as alternatives: "Russia, Ukraine or Belarus"."""
    if len(names) < 2:
        return "".join(names)
    return _("%(names)s or %(last)s") % {"names": ", ".join(names[:-1]), "last": names[-1]}
