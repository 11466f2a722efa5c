"""Compare the countries and authorities of two reports, which identify the acting state."""

from tracker.classify.words.generics import SOCIAL_MEDIA
from tracker.events.grouping.likeness.kinds import OF_A_STATE
from tracker.events.grouping.likeness.report_facts import ReportFacts
from tracker.events.grouping.likeness.terms import LikenessTerms, OtherActError, shared_reason
from tracker.events.grouping.spellings.comparison import Likeness, same_name
from tracker.events.reasons import Reason

SAME_STATE, STATE_NAMED = 0.9, 0.3  # who blocks or sues: named first in both; in one of them
SAME_COUNTRY, OTHER_COUNTRY = 0.28, -0.5
SAME_AUTHORITY = 0.3


def country_terms(a: ReportFacts, b: ReportFacts) -> LikenessTerms:
    """Yield the terms of the countries, which identify the acting state; elsewhere they are a
    hint.
    """
    if a.authority and b.authority and (a.authority == b.authority or _is_same_authority(a, b)):
        yield SAME_AUTHORITY, Reason("same_authority", (a.authority,))
    if not a.countries or not b.countries:
        return
    shared = set(a.countries) & set(b.countries)
    is_general = SOCIAL_MEDIA in a.platforms and SOCIAL_MEDIA in b.platforms
    # The acting state is named first; countries after it are merely mentioned.
    if is_general or (a.main_kind in OF_A_STATE and b.main_kind in OF_A_STATE):
        first, other = a.countries[0], b.countries[0]
        if first not in b.countries and other not in a.countries:
            raise OtherActError
        yield SAME_STATE if first == other else STATE_NAMED, shared_reason("same_country", shared)
    else:
        yield SAME_COUNTRY if shared else OTHER_COUNTRY, shared_reason("same_country", shared)


def _is_same_authority(a: ReportFacts, b: ReportFacts) -> bool:
    languages = (a.language, b.language)
    return same_name(a.authority, b.authority, languages) is Likeness.SAME
