"""Relate a later act to an earlier one: undoes, extends, follows, tested in court; pure."""

from collections.abc import Iterable
from dataclasses import dataclass

from tracker.classify import Kind
from tracker.classify.facts.companies import same_company
from tracker.events.grouping.certainty import Basis, certainty_among, link_certainty
from tracker.events.grouping.likeness.report_facts import ReportFacts
from tracker.events.grouping.spellings.comparison import Likeness, same_name
from tracker.events.reasons import Reason, Reasons
from tracker.partial_date import PartialDate

EXTENDED_DAYS = 90  # a longer measure of the same platform follows within this time
FOLLOWED_DAYS = 14  # another platform does the same within this time
TESTED_DAYS = 3 * 365  # a court is asked within this time
SPELT_OTHERWISE = 0.9  # weight of a name in another spelling
# score of a similar act on a target being an extension or imitation, not an independent act
TYPE_CERTAINTY = 0.7
OF_STATES = {Kind.PLATFORM_BLOCK.value, Kind.LEGAL_ACTION.value}
NO_MEASURES = {Kind.POLICY_CHANGE.value, Kind.LEGAL_ACTION.value}
UNDOES, EXTENDS, FOLLOWS, TESTED_BY = "undoes", "extends", "follows", "tested_by"


@dataclass(frozen=True)
class Relation:
    """The relation of a later act to an earlier one: how likely (`score`, for ranking only), how
    sure (`certainty`, 0 to 1, see certainty.py), and why.
    """

    type: str
    score: float
    reasons: Reasons
    certainty: float

    def certainty_beside(self, others: Iterable["Relation"]) -> float:
        """Return how sure it is, given other acts with the same possible relation."""
        rivals = sum(o.type == self.type and o.score >= self.score for o in others)
        is_block = any(reason.code == "same_country" for reason in self.reasons)
        return certainty_among(self.certainty, rivals, is_block=is_block)


def relation_between(later: ReportFacts, earlier: ReportFacts) -> Relation | None:
    """Return the relation of two acts, or None if nothing suggests one or the days are in the wrong
    order.

    `TESTED_BY` reads from the earlier act to the later one.
    """
    days = _days_between(later, earlier)
    # An undoing has ended the measure; a later act follows the measure, not its end.
    if days is None or earlier.is_undoing:
        return None
    shared = _shared_targets(later, earlier)
    on_platform = bool(same_company(later.platforms) & set(earlier.platforms))
    if later.is_undoing:
        return _undoing_relation(later, earlier, shared, days) if on_platform else None
    kind = _relation_type(later, earlier, days, on_platform=on_platform)
    if not shared or not kind:
        return None
    place = Reason("same_platform" if on_platform else "another_platform")
    share = _share_of(shared, later, earlier)
    same = Reason("same_target", tuple(sorted(shared)))
    certainty = TYPE_CERTAINTY * _certainty(
        _name_basis(shared, later, earlier), later, earlier, days
    )
    return Relation(kind, share, (same, place, Reason("days_later", (days,))), certainty)


def _relation_type(
    later: ReportFacts, earlier: ReportFacts, days: int, *, on_platform: bool
) -> str:
    """Return what a later act on the same target is to the earlier one; "" for nothing."""
    if later.main_kind == Kind.LEGAL_ACTION:
        return TESTED_BY if on_platform and days <= TESTED_DAYS else ""
    # Two acts of one day have no order, and states do not follow platforms.
    if {later.main_kind, earlier.main_kind} & OF_STATES or not days:
        return ""
    if on_platform:
        return EXTENDS if days <= EXTENDED_DAYS else ""
    is_like = later.main_kind == earlier.main_kind
    return FOLLOWS if is_like and days <= FOLLOWED_DAYS else ""


def _undoing_relation(
    later: ReportFacts, earlier: ReportFacts, shared: frozenset[str], days: int
) -> Relation | None:
    """Return how a platform undoes its act on the same target, or a state its act on the
    platform.
    """
    if earlier.main_kind in NO_MEASURES and not shared:
        return None
    platforms = len(set(later.platforms) & set(earlier.platforms)) / len(
        set(later.platforms) | set(earlier.platforms)
    )
    if shared:
        share = _share_of(shared, later, earlier)
        reasons = (Reason("same_target", tuple(sorted(shared))), Reason("same_platform"))
        certainty = _certainty(_name_basis(shared, later, earlier), later, earlier, days)
        return Relation(UNDOES, 1 + share / 2 + platforms / 2, reasons, certainty)
    countries = set(later.countries) & set(earlier.countries)
    if earlier.main_kind == Kind.PLATFORM_BLOCK and not later.targets and countries:
        first = later.countries[:1] == earlier.countries[:1]
        reasons = (Reason("same_country", tuple(sorted(countries))), Reason("same_platform"))
        basis = Basis.FIRST_COUNTRY if first else Basis.COUNTRY
        certainty = _certainty(basis, later, earlier, days)
        return Relation(UNDOES, 1 + first / 4 + platforms / 4, reasons, certainty)
    if later.targets and _share_word(later.targets, earlier.targets):
        reasons = (Reason("like_target"), Reason("same_platform"))
        certainty = _certainty(Basis.LIKE_NAME, later, earlier, days)
        return Relation(UNDOES, 0.5 + platforms / 2, reasons, certainty)
    return None


def _name_basis(shared: frozenset[str], later: ReportFacts, earlier: ReportFacts) -> Basis:
    """Return the surest basis among the shared targets: a listed name, an identical name, or a name
    in another spelling.
    """
    exact = later.targets & earlier.targets
    if exact - later.unlisted - earlier.unlisted:
        return Basis.LISTED_NAME
    return Basis.REPORTED_NAME if exact & shared else Basis.OTHER_SPELLING


def _certainty(basis: Basis, later: ReportFacts, earlier: ReportFacts, days: int) -> float:
    shared = _shared_targets(later, earlier)
    smaller = min(len(later.targets), len(earlier.targets))
    return link_certainty(
        basis,
        days=days,
        share=min(1.0, len(shared) / smaller) if shared else 1.0,
        is_same_platform=bool(set(later.platforms) & set(earlier.platforms)),
        is_measure=earlier.main_kind not in NO_MEASURES,
    )


def _shared_targets(later: ReportFacts, earlier: ReportFacts) -> frozenset[str]:
    """Return the targets of the later act that the earlier one also affected; unlisted names also
    match in another script or language.
    """
    languages = (later.language, earlier.language)
    spelt = {
        name
        for name in later.targets
        for other in earlier.targets
        if (name in later.unlisted or other in earlier.unlisted)
        and same_name(name, other, languages) is Likeness.SAME
    }
    return (later.targets & earlier.targets) | spelt


def _share_of(shared: frozenset[str], later: ReportFacts, earlier: ReportFacts) -> float:
    """Return the share of common targets; an identical name counts more than another spelling."""
    exact = len(later.targets & earlier.targets)
    spelt = len(shared) - exact
    size = len(later.targets) + len(earlier.targets) - len(shared)
    return (exact + SPELT_OTHERWISE * spelt) / size


def _share_word(a: frozenset[str], b: frozenset[str]) -> bool:
    """Return whether two targets share a distinctive word: "cryptocurrency exchange ads"."""
    words = [{w for name in names for w in name.lower().split() if len(w) > 3} for names in (a, b)]
    return bool(words[0] & words[1])


def _days_between(later: ReportFacts, earlier: ReportFacts) -> int | None:
    """Return the days from the earlier to the later act, 0 within one month; None for the wrong
    order or an unknown day.
    """
    later_span, earlier_span = (
        PartialDate.parse(later.occurred).span,
        PartialDate.parse(earlier.occurred).span,
    )
    if later_span is None or earlier_span is None or later_span[1] < earlier_span[0]:
        return None
    return max(0, (later_span[0] - earlier_span[1]).days)
