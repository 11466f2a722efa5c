"""Compare the targets of two reports: listed ones by their names, others by their spelling and by
what the texts mention.
"""

from collections.abc import Iterator

from tracker.classify.facts.listed_targets import CAMPAIGNS, WITHIN
from tracker.events.grouping.likeness.report_facts import ReportFacts
from tracker.events.grouping.likeness.terms import LikenessTerms, OtherActError, shared_reason
from tracker.events.grouping.spellings.comparison import Likeness, same_name
from tracker.events.grouping.spellings.mentions import is_mentioned

# Pairs of listed names that texts use interchangeably.
RELATED = frozenset(map(frozenset, [*WITHIN, *CAMPAIGNS.items()]))
SAME_TARGET, SAME_TARGETS = 0.8, 0.4  # one target; all of them, in addition
UNLIKE_NAME = -0.3  # in another alphabet, and not as that spells it


def compare_targets(a: ReportFacts, b: ReportFacts) -> Likeness:
    """Compare the targets of two reports: SAME if any pair matches, OTHER if every pair differs."""
    if not a.targets or not b.targets:
        named = mentioned_targets(a, b) or mentioned_targets(b, a)
        return Likeness.SAME if named else Likeness.OPEN
    if a.targets & b.targets:
        return Likeness.SAME
    languages = (a.language, b.language)
    comparisons = {
        same_name(name, other, languages)
        if name in a.unlisted or other in b.unlisted
        else _compare_listed(name, other)
        for name in a.targets
        for other in b.targets
    }
    alike = next(likeness for likeness in Likeness if likeness in comparisons)
    # The words beside a verb may name the speaker; the title says who was affected.
    if alike is Likeness.SAME or _misnames_target(a, b) or _misnames_target(b, a):
        return Likeness.SAME
    return Likeness.SAME if mentioned_targets(a, b) and mentioned_targets(b, a) else alike


def mentioned_targets(a: ReportFacts, b: ReportFacts) -> list[str]:
    """Return the targets of the first report that the second mentions anywhere."""
    text = f"{b.title} {b.summary}"
    return [name for name in sorted(a.targets) if is_mentioned(name, text, b.language)]


def _misnames_target(a: ReportFacts, b: ReportFacts) -> bool:
    """Return whether the title of the first report contains a target of the second; the first's
    unlisted names are then not those of its target.
    """
    if not a.targets <= a.unlisted:
        return False
    return any(is_mentioned(name, a.title, a.language) for name in b.targets)


def _compare_listed(name: str, other: str) -> Likeness:
    """Compare two listed names, which have one spelling each; but a campaign may be its candidate,
    a group its member.
    """
    if frozenset([name, other]) in RELATED:
        return Likeness.OPEN
    return Likeness.OTHER


def target_terms(a: ReportFacts, b: ReportFacts) -> LikenessTerms:
    """Yield the terms of the targets: two names are two acts; names that may mean one target have
    no weight.
    """
    alike = compare_targets(a, b)
    if alike is Likeness.OPEN and not (a.targets and b.targets):
        return
    if alike is Likeness.OTHER:
        raise OtherActError
    if alike is not Likeness.SAME:
        yield (UNLIKE_NAME if alike is Likeness.UNLIKE else 0.0), None
        return
    shared = a.targets & b.targets
    if shared:
        share = len(shared) / len(a.targets | b.targets)
        yield SAME_TARGET + SAME_TARGETS * share, shared_reason("same_target", shared)
    else:
        names = sorted(_spelt_alike(a, b)) or mentioned_targets(a, b) or mentioned_targets(b, a)
        share = len(names) / max(len(a.targets), len(b.targets))
        yield SAME_TARGET + SAME_TARGETS * share, shared_reason("same_target", names)


def _spelt_alike(a: ReportFacts, b: ReportFacts) -> Iterator[str]:
    """Yield the names of the first report that the second spells differently."""
    languages = (a.language, b.language)
    for name in a.targets:
        if any(same_name(name, other, languages) is Likeness.SAME for other in b.targets):
            yield name
