"""Rate how sure it is that a later act changes an earlier one, from 0 to 1; pure.

The numbers are products of the factors below (how they were set: decision D148). They are not for
ranking: they decide whether followers of the earlier act are told about the proposal.
"""

from enum import Enum

SEEMS = 0.8  # from which followers are told that an act seems undone
POSSIBLE = 0.5  # from which a proposal is called possible, not doubtful
COMPANY_ONLY = 0.9  # the same company, not the same platform
NO_MEASURE = 0.7  # it may be a rule or a case that was undone, not a measure
OTHER_TARGETS = 0.6  # the share of targets in common adds the rest
LONG_AFTER, LONG_DAYS = 0.9, 3 * 365  # this much later it may be about another, unrecorded measure
NO_ORDER = 0.9  # within one month or day the order of the acts is unknown
# for each other act that is as likely; of several blocks the latest is meant
RIVAL, RIVAL_BLOCK = 0.7, 0.95


class Basis(Enum):
    """What two acts have in common, and how sure a proposal it makes if nothing contradicts it."""

    LISTED_NAME = 0.95
    REPORTED_NAME = 0.9  # an unlisted name, spelt the same
    OTHER_SPELLING = 0.85  # an unlisted name in another script or language
    FIRST_COUNTRY = 0.92  # the state that blocked the platform lifts it
    COUNTRY = 0.6
    LIKE_NAME = 0.5


def link_certainty(
    basis: Basis, *, days: int, share: float = 1.0, is_same_platform: bool, is_measure: bool
) -> float:
    """Return how sure a link is, 0 to 1, before other acts are considered. `days` is the time
    between the acts, 0 within a month; `share` is the part of the shorter list of targets that is
    common to both, 0 to 1.
    """
    factors = (
        basis.value,
        OTHER_TARGETS + (1 - OTHER_TARGETS) * share,
        1.0 if is_same_platform else COMPANY_ONLY,
        1.0 if is_measure else NO_MEASURE,
        NO_ORDER if not days else LONG_AFTER if days > LONG_DAYS else 1.0,
    )
    product = 1.0
    for factor in factors:
        product *= factor
    return product


def certainty_among(certainty: float, rivals: int, *, is_block: bool) -> float:
    """Return how sure a link is if `rivals` other acts are as likely."""
    return certainty * float((RIVAL_BLOCK if is_block else RIVAL) ** rivals)
