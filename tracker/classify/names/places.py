"""How sure it is that a name in its place is that of who was hit."""

from tracker.classify.names.after import _after
from tracker.classify.names.before import _before
from tracker.classify.names.quotes import Span
from tracker.classify.names.signs import BONUS, LOOSE, PASSING, Place, Zone
from tracker.classify.names.words import ROLE


def place_of(span: Span, zone: Zone) -> Place:
    """The best sign for the span in its zone."""
    before = _before(span, zone)
    after = _after(span, zone)
    if "said" in {before.how, after.how} and "account_of" not in {before.how, after.how}:
        return Place(PASSING, "said")
    best = max(before, after, key=lambda place: place.rank)
    if before.how == "reason" and after.rank <= LOOSE:
        return before
    return Place(min(1.0, best.rank + _bonus(span, zone)), best.how)


def _bonus(span: Span, zone: Zone) -> float:
    """A quote, a handle or a role beside it speak for a name."""
    bonus = BONUS if span.how in {"quoted", "handle"} else 0.0
    if span.first and ROLE & zone.tokens[span.first - 1].part:
        bonus += BONUS
    return bonus
