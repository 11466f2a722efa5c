"""Rate how sure it is that a name in its position belongs to somebody affected."""

from tracker.classify.names.after import sign_after
from tracker.classify.names.before import sign_before
from tracker.classify.names.quotes import NameSpan
from tracker.classify.names.signs import BONUS, LOOSE, PASSING, NameSign, TokenZone
from tracker.classify.names.word_uses import ROLE


def best_sign(span: NameSpan, zone: TokenZone) -> NameSign:
    """Return the best sign for a name in its zone."""
    before = sign_before(span, zone)
    after = sign_after(span, zone)
    if "said" in {before.how, after.how} and "account_of" not in {before.how, after.how}:
        return NameSign(PASSING, "said")
    # One side may say nothing; the surer side decides.
    best = max(before, after, key=lambda sign: sign.rank)
    if before.how == "reason" and after.rank <= LOOSE:
        return before
    return NameSign(min(1.0, best.rank + _bonus(span, zone)), best.how)


def _bonus(span: NameSpan, zone: TokenZone) -> float:
    """Return what a quote, a handle or a role next to the name adds."""
    bonus = BONUS if span.how in {"quoted", "handle"} else 0.0
    if span.first and ROLE & zone.tokens[span.first - 1].uses:
        bonus += BONUS
    return bonus
