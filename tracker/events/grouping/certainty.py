"""How sure it is that a later act bears on an earlier one, as a number from 0 to 1; pure.

The numbers are products of the factors below (how they were set: decision D148). They rank nothing:
they say whether followers of the earlier act may hear of the proposal.
"""

from enum import Enum

SEEMS = 0.8  # from which followers hear that an act seems undone
POSSIBLE = 0.5  # from which a proposal is called possible, not doubtful
COMPANY_ONLY = 0.9  # the same company, not the same platform
NO_MEASURE = 0.7  # what was undone may be a rule or a case, not a measure
OTHER_TARGETS = 0.6  # the share of targets in common adds the rest
LONG_AFTER, LONG_DAYS = 0.9, 3 * 365  # so much later it may be another measure that nobody recorded
NO_ORDER = 0.9  # within one month or day: which act came first is not known
RIVAL, RIVAL_BLOCK = 0.7, 0.95  # each other act that is as likely; of blocks the latest is the one


class Basis(Enum):
    """What two acts have in common, and how sure it makes the proposal if nothing speaks against
    it.
    """

    LISTED_NAME = 0.95
    REPORTED_NAME = 0.9  # one that only reports know, as it stands
    OTHER_SPELLING = 0.85  # the same, in another script or language
    FIRST_COUNTRY = 0.92  # the state that blocked the platform lifts it
    COUNTRY = 0.6
    LIKE_NAME = 0.5


def link_certainty(
    basis: Basis, *, days: int, share: float = 1.0, is_same_platform: bool, is_measure: bool
) -> float:
    """Return how sure a link is, 0 to 1, before other acts are looked at.

    `days` lie between the acts, 0 within a month; `share` is the part of the shorter list of
    targets that they have in common, 0 to 1.
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
    """Return how sure a link is with so many other acts that are as likely."""
    return certainty * float((RIVAL_BLOCK if is_block else RIVAL) ** rivals)
