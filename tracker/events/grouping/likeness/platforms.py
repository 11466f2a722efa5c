"""Compare the platforms of two reports: products of a company, and acts on social media as such."""

from tracker.classify import Kind
from tracker.classify.facts.companies import companies, same_company
from tracker.classify.words.generics import SOCIAL_MEDIA
from tracker.events.grouping.likeness.kinds import OF_A_STATE
from tracker.events.grouping.likeness.report_facts import ReportFacts
from tracker.events.grouping.likeness.targets import compare_targets
from tracker.events.grouping.likeness.terms import LikenessTerms, OtherActError, shared_reason
from tracker.events.grouping.spellings.comparison import Likeness
from tracker.events.reasons import Reason

SAME_PLATFORM, SAME_FAMILY = 0.2, -0.1  # the platform named first in both; only its company
BINDS_ALL = -1.1  # an act on social media as such, and one on a platform
UNNAMED = -0.4  # "an app", "a forum": no platform is named


def platforms_searched(facts: ReportFacts) -> frozenset[str]:
    """Return the platforms under which an act may be reported; an act by a state also under social
    media.
    """
    own = same_company(facts.platforms)
    return own | {SOCIAL_MEDIA} if OF_A_STATE.intersection(facts.kinds) else own


def platform_terms(a: ReportFacts, b: ReportFacts) -> LikenessTerms:
    """Yield the terms of the platforms: one in common, one company, or social media as such."""
    slugs_a, slugs_b = ({slug for slug in facts.platforms if slug} for facts in (a, b))
    shared = slugs_a & slugs_b
    if not slugs_a or not slugs_b:
        if compare_targets(a, b) is not Likeness.SAME and (slugs_a or slugs_b):
            raise OtherActError
        yield UNNAMED, None
    elif shared == {SOCIAL_MEDIA}:
        yield 0.0, Reason("same_platforms", (SOCIAL_MEDIA,))
    elif SOCIAL_MEDIA in slugs_a | slugs_b and not shared:
        _check_one_state(a, b)
        yield BINDS_ALL, None
    elif not shared and (_are_two_blocks(a, b) or not same_company(slugs_a) & slugs_b):
        raise OtherActError
    else:
        # Platforms after the first are often mentioned in passing.
        is_main = bool(shared) and {a.platforms[0], b.platforms[0]} <= shared
        score = SAME_PLATFORM if is_main else 0.0 if shared else SAME_FAMILY
        yield score, shared_reason("same_platforms", shared) or Reason("same_company")


def _are_two_blocks(a: ReportFacts, b: ReportFacts) -> bool:
    """Return whether a state blocks two products of a company, and neither report names the
    company: of a platform's own act one report often names the product, the next the company by
    the name of another one.
    """
    if any(Kind.PLATFORM_BLOCK.value not in facts.kinds for facts in (a, b)):
        return False
    return not companies().keys() & {*a.platforms, *b.platforms}


def _check_one_state(a: ReportFacts, b: ReportFacts) -> None:
    """Raise OtherActError unless a law on social media and an act on a platform come from one
    state.
    """
    are_states = all(OF_A_STATE.intersection(facts.kinds) for facts in (a, b))
    if not are_states or not a.countries or a.countries[:1] != b.countries[:1]:
        raise OtherActError
