"""Amounts, numbers, authorities and what the readers thought, in words of the active language."""

import re
from collections.abc import Iterable, Mapping
from math import exp
from typing import Any

from babel.numbers import format_currency, format_percent
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from tracker.classify import Kind
from tracker.events.search.describe import day
from tracker.events.search.rows import EventRow
from tracker.events.wording.names import kind_name, locale, number
from tracker.events.wording.terms import term

DECIMALS = re.compile(r"\.0+")
CODE_AT_NUMBER = re.compile(r"(?<=[A-Z])(?=\d)")
LEAST, MOST = 0.01, 0.99  # no reader is sure beyond doubt
READERS = {"words": gettext_lazy("Word model"), "sentence": gettext_lazy("Sentence model")}
LOG_ODDS_LIMIT = 30.0  # beyond it a probability is 0 or 1


def money(amount: int, currency: str) -> str:
    """ "€320,000,000": a fine in whole units of an ISO 4217 currency."""
    form = DECIMALS.sub("", locale().currency_formats["standard"].pattern)
    text = str(format_currency(amount, currency, form, locale(), currency_digits=False))
    return CODE_AT_NUMBER.sub("\u00a0", text)  # CLDR asks for it; Babel leaves it out


def affected(count: int, what: str) -> str:
    """ "25,000 accounts"; `what` as classify counts it, one of COUNTED."""
    form = _form(count, what)
    return form % number(count) if form else f"{number(count)} {what}".strip()


def _form(count: int, what: str) -> str:
    """Each sort of thing that an act hits by the number, spelled out for the translators."""
    forms = {
        "accounts": ngettext("%s account", "%s accounts", count),
        "posts": ngettext("%s post", "%s posts", count),
        "videos": ngettext("%s video", "%s videos", count),
        "channels": ngettext("%s channel", "%s channels", count),
        "pages": ngettext("%s page", "%s pages", count),
        "groups": ngettext("%s group", "%s groups", count),
        "apps": ngettext("%s app", "%s apps", count),
        "sites": ngettext("%s site", "%s sites", count),
        "ads": ngettext("%s ad", "%s ads", count),
        "comments": ngettext("%s comment", "%s comments", count),
        "listings": ngettext("%s listing", "%s listings", count),
        "songs": ngettext("%s song", "%s songs", count),
        "links": ngettext("%s link", "%s links", count),
    }
    return forms.get(what, "")


def authority(name: str, kind: str) -> str:
    """ "Roskomnadzor (regulator)"; "court" where only the type is known."""
    if not name:
        return term(kind)
    return f"{name} ({term(kind)})" if kind else name


def percent(share: float) -> str:
    """ "93%", from 1% to 99%."""
    return str(format_percent(max(LEAST, min(MOST, share)), locale=locale()))


def verdict(readings: Iterable[Mapping[str, Any]]) -> str:
    """ "Word model: act 93%, account suspension. Sentence model: …" of the readings that are stored
    with a classification; "" for none.
    """
    return " ".join(
        _("%(reader)s: act %(percent)s, %(kind)s.")
        % {
            "reader": READERS[one["reader"]],
            "percent": percent(_probability(float(one["event"]))),
            "kind": kind_name(one["kind"]).lower(),
        }
        for one in readings
        if one.get("reader") in READERS and one.get("kind") in set(Kind)
    )


def _probability(log_odds: float) -> float:
    return 1 / (1 + exp(-max(-LOG_ODDS_LIMIT, min(LOG_ODDS_LIMIT, log_odds))))


def sureness(row: EventRow) -> str:
    """ "an act: 97%, this kind: 82%"; "" for what people wrote."""
    parts = []
    if row.confidence is not None:
        parts.append(_("an act: %s") % percent(row.confidence))
    if row.kind_confidence:
        parts.append(_("this kind: %s") % percent(row.kind_confidence))
    return ", ".join(parts)


def figures(row: EventRow) -> list[tuple[str, str, tuple[str, ...]]]:
    """What else is known of an act, as (label, words, words of the reports that say so)."""
    rows = (
        (_("In force from"), "effective_on", day(row.effective_on) if row.effective_on else ""),
        (_("Amount"), "amount", money(row.amount, row.currency) if row.amount else ""),
        (
            _("Affected"),
            "affected",
            affected(row.affected, row.affected_what) if row.affected else "",
        ),
        (_("Ordered by"), "authority", authority(row.authority, row.authority_type)),
    )
    return [(label, words, row.words_for(field)) for label, field, words in rows if words]


def in_a_sentence(row: EventRow) -> list[str]:
    """The same for feeds and calendars: ["In force from: 1 December 2026", "Amount: €320", …]."""
    return [f"{label}{_(': ')}{words}" for label, words, _quotes in figures(row)]
