"""Word the further facts, authorities and classifier readings in the active language."""

from collections.abc import Iterable, Mapping
from math import exp
from typing import Any

from babel.numbers import format_percent
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tracker.classify import Kind
from tracker.events.search.rows import EventRow
from tracker.events.wording.laws import law_with_article
from tracker.events.wording.names import (
    active_locale,
    appeal_name,
    degree_name,
    format_day,
    kind_name,
    shown_authority_name,
    territory_name,
)
from tracker.events.wording.quantities import format_affected, format_money
from tracker.events.wording.terms import term

LEAST, MOST = 0.01, 0.99  # no model is sure beyond doubt
READERS = {"words": gettext_lazy("Word model"), "sentence": gettext_lazy("Sentence model")}
LOG_ODDS_LIMIT = 30.0  # beyond it a probability is 0 or 1


def format_authority(name: str, authority_type: str) -> str:
    """Return an authority with its type, as in "Roskomnadzor (regulator)"; only "court" if the name
    is unknown.
    """
    if not name:
        return term(authority_type)
    shown = shown_authority_name(name)
    return f"{shown} ({term(authority_type)})" if authority_type else shown


def format_share(share: float) -> str:
    """Return a share as a percentage from 1% to 99%."""
    # Nothing is certain, so neither 0% nor 100% is ever shown.
    return str(format_percent(max(LEAST, min(MOST, share)), locale=active_locale()))


def describe_readings(readings: Iterable[Mapping[str, Any]]) -> str:
    """Return the stored readings in words, as in "Word model: act 93%, account suspension."; "" for
    none.
    """
    return " ".join(
        _("%(reader)s: act %(percent)s, %(kind)s.")
        % {
            "reader": READERS[reading["reader"]],
            "percent": format_share(_probability(float(reading["event"]))),
            "kind": kind_name(reading["kind"]).lower(),
        }
        for reading in readings
        if reading.get("reader") in READERS and reading.get("kind") in set(Kind)
    )


def _probability(log_odds: float) -> float:
    return 1 / (1 + exp(-max(-LOG_ODDS_LIMIT, min(LOG_ODDS_LIMIT, log_odds))))


def format_territory(row: EventRow) -> str:
    """Return where an act applies, as in "In the country (Germany)" or "In a region (Bavaria)"."""
    if not row.territory:
        return ""
    name = territory_name(row.territory)
    where = row.region
    if row.territory == "country":
        where = ", ".join(country.name for country in row.countries)
    return f"{name} ({where})" if where else name


def describe_confidence(row: EventRow) -> str:
    """Return the confidences, as in "an act: 97%, this kind: 82%"; "" if a person wrote the
    event.
    """
    parts = []
    if row.confidence is not None:
        parts.append(_("an act: %s") % format_share(row.confidence))
    if row.kind_confidence:
        parts.append(_("this kind: %s") % format_share(row.kind_confidence))
    return ", ".join(parts)


def known_figures(row: EventRow) -> list[tuple[str, str, str, tuple[str, ...]]]:
    """Return the further facts of an act as (field, label, value in words, words of the reports
    that state it).
    """
    rows = (
        (
            _("In force from"),
            "effective_on",
            format_day(row.effective_on) if row.effective_on else "",
        ),
        (_("Amount"), "amount", format_money(row.amount, row.currency) if row.amount else ""),
        (
            _("Affected"),
            "affected",
            format_affected(row.affected, row.affected_what) if row.affected else "",
        ),
        (_("Authority"), "authority", format_authority(row.authority, row.authority_type)),
        (_("Ordered by"), "ordered_by", format_authority(row.ordered_by, row.ordered_by_type)),
        (_("Law"), "law", law_with_article(row.law, row.law_article)),
        (_("Appeal"), "appeal", appeal_name(row.appeal) if row.appeal else ""),
        (_("Territory"), "territory", format_territory(row)),
        (_("Partial or total"), "degree", degree_name(row.degree) if row.degree else ""),
    )
    return [(field, label, words, row.words_for(field)) for label, field, words in rows if words]


def figures_in_sentences(row: EventRow) -> list[str]:
    """Return the same for feeds and calendars, as in ["In force from: 1 December 2026", "Amount:
    €320"].
    """
    return [f"{label}{_(': ')}{words}" for _field, label, words, _quotes in known_figures(row)]
