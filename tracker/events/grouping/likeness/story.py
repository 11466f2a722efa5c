"""Compare the stories of two reports: the words, numbers and duration that they have in common."""

from tracker.events.grouping.likeness.report_facts import ReportFacts
from tracker.events.grouping.likeness.terms import LikenessTerms, shared_reason
from tracker.events.reasons import Reason

DETAILS_ASKED = 3  # common words that mean "the same story", if the titles have as many
SAME_WORDS, SAME_NUMBER, OTHER_WORDS = 1.6, 0.4, -0.4
SAME_EXTENT, OTHER_EXTENT = 0.2, -0.6


def story_terms(a: ReportFacts, b: ReportFacts) -> LikenessTerms:
    """Yield the terms of the words in common, as a share of the shorter report's, and of numbers
    and durations.
    """
    shared = a.details & b.details
    numbers = {word for word in shared if word[0].isdigit()}
    words = shared - numbers
    # Short titles share few words even about one story, so the share is relative to the shorter
    # one.
    least = min(sum(not w[0].isdigit() for w in facts.details) for facts in (a, b))
    if words:
        share = min(1.0, len(words) / max(DETAILS_ASKED, least))
        yield SAME_WORDS * share, Reason("words_in_common", (len(words),))
    elif a.language == b.language and least >= DETAILS_ASKED:
        yield OTHER_WORDS, None
    if numbers:
        yield SAME_NUMBER, shared_reason("same_number", numbers)
    if a.extent and b.extent:
        is_same = a.extent == b.extent
        yield (SAME_EXTENT, Reason(f"both_{a.extent}")) if is_same else (OTHER_EXTENT, None)
