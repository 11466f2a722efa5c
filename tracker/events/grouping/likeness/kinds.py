"""Compare the kinds of act of two reports: what is done, by a state or a platform, or undone."""

from tracker.classify import Kind
from tracker.events.grouping.likeness.report_facts import ReportFacts
from tracker.events.grouping.likeness.terms import LikenessTerms, OtherActError, shared_reason

OF_A_STATE = {Kind.PLATFORM_BLOCK.value, Kind.LEGAL_ACTION.value}
SAME_MAIN_KIND, SAME_KIND, OTHER_KIND = 0.5, 0.3, -0.5
# Another kind, weighted by the confidence of the less sure report
UNSURE_KIND, SURE_KIND = -0.3, -0.7


def kind_terms(a: ReportFacts, b: ReportFacts) -> LikenessTerms:
    """Yield the terms of the kinds; an undoing is another act than what it undoes."""
    shared = set(a.kinds) & set(b.kinds)
    undoes = Kind.REINSTATEMENT.value
    # Reports of a lift use the words of a block, whose kind it also has.
    is_lift = Kind.PLATFORM_BLOCK.value in shared
    is_other = is_lift or undoes in {a.main_kind, b.main_kind} or not shared
    if a.is_undoing != b.is_undoing and is_other:
        raise OtherActError
    if not shared and (a.main_kind in OF_A_STATE) != (b.main_kind in OF_A_STATE):
        raise OtherActError
    if shared:
        yield (
            (SAME_MAIN_KIND if a.main_kind == b.main_kind else SAME_KIND),
            shared_reason("same_kind", shared),
        )
    else:
        # Two sure readings of different kinds are two acts; two unsure ones may be one act misread.
        sure = min(a.kind_confidence, b.kind_confidence)
        yield (UNSURE_KIND + SURE_KIND * sure if sure else OTHER_KIND), None
