"""Decide whether an entry joins a neighbouring event or opens a new one, with score and reasons;
pure.

An event is the facts of its reports. An entry is compared with each of them and joins the event
that is most like it on average: a chain of reports, each a little like the next, is no event.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import lru_cache

from tracker.classify import Classification, Kind, Role
from tracker.classify.facts.companies import same_company
from tracker.classify.facts.details import LEAST_WORD, STEM, end_of_content
from tracker.classify.facts.listed_targets import CAMPAIGNS, WITHIN
from tracker.classify.letters.folding import fold
from tracker.classify.names.tokens import CASELESS
from tracker.classify.words.generics import SOCIAL_MEDIA
from tracker.events.grouping.spellings import HOME, Likeness, is_mentioned, is_name, same_name
from tracker.events.reasons import Reason, Reasons
from tracker.partial_date import PartialDate

REPORT_DAYS = 4  # reports of one act are this near
LATER_DAYS = 60  # how long after the act reactions and analyses come
BOUND = 0.9  # the mean likeness from which an entry joins
NEARLY = 0.5  # from which an editor is asked
ASKED = 0.85  # the likeness of two reports at most where a person must say if two names are one
CONTRADICTS = -0.5  # the likeness of two reports that cannot be of one act
SUMMARY_READ = 600  # characters of a report in which names are looked for
MEMBERS_COMPARED = 20  # reports of an event, the first and the last
LONGEST_NAME = 6  # words, or characters of a script without spaces, that may be a name
TITLE_WORD = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]|[^\W_]+")
DETAILS_ASKED = 3  # words in common that say "the same story", if the titles have so many
# What two reports have in common, and how much it says (how it was set: decision D50).
SAME_PLATFORM, SAME_FAMILY = 0.2, -0.1  # the platform named first in both; only its company
SAME_MAIN_KIND, SAME_KIND, OTHER_KIND = 0.5, 0.3, -0.5
SAME_TARGET, SAME_TARGETS = 0.8, 0.4  # one target; all of them, in addition
UNLIKE_NAME = -0.3  # in another alphabet, and not as that spells it
SAME_STATE, STATE_NAMED = 0.9, 0.3  # who blocks or sues: named first in both; in one of them
UNSURE_KIND, SURE_KIND = -0.3, -0.7  # another kind, as sure as the less sure report is of its own
SAME_COUNTRY, OTHER_COUNTRY = 0.28, -0.5
SAME_WORDS, SAME_NUMBER, OTHER_WORDS = 1.6, 0.4, -0.4
SAME_DAY, NEAR_DAY = 0.25, 0.1
SAME_EXTENT, OTHER_EXTENT = 0.2, -0.6
LASTS_OTHERWISE = -1.5  # of an event, most of whose reports tell another duration
SAME_AUTHORITY = 0.3
BINDS_ALL = -1.1  # an act on social media as such, and one on a platform
UNNAMED = -0.4  # "an app", "a forum": no platform is named
# Kinds of acts that hit somebody, whom a report mostly names.
HITTING = frozenset(
    kind.value
    for kind in (
        Kind.ACCOUNT_SUSPENSION,
        Kind.CONTENT_REMOVAL,
        Kind.REACH_RESTRICTION,
        Kind.DEMONETIZATION,
        Kind.SERVICE_DENIAL,
        Kind.AD_BAN,
        Kind.REINSTATEMENT,
    )
)
OF_A_STATE = {Kind.PLATFORM_BLOCK.value, Kind.LEGAL_ACTION.value}
# Listed names of which one text prints the one, the next the other.
RELATED = frozenset(map(frozenset, [*WITHIN, *CAMPAIGNS.items()]))


@dataclass(frozen=True)
class ReportFacts:
    """What grouping compares of a report; kinds, platforms and countries are in the order of the
    text.

    `unlisted` are those of `targets` that no list knows; `title` and `summary` are the report's
    words, "" if not at hand.
    """

    kinds: tuple[str, ...]
    platforms: tuple[str, ...]
    targets: frozenset[str]
    countries: tuple[str, ...]
    occurred: str
    coverage: str = Role.REPORT.value
    extent: str = ""
    details: frozenset[str] = frozenset()
    language: str = ""
    unlisted: frozenset[str] = frozenset()
    authority: str = ""
    kind_confidence: float = 0.0  # 0 where nobody says
    title: str = ""
    summary: str = ""

    @property
    def main_kind(self) -> str:
        return self.kinds[0]

    @property
    def is_undoing(self) -> bool:
        return Kind.REINSTATEMENT.value in self.kinds


@dataclass(frozen=True)
class GroupingDecision:
    """The event to join, or None for a new one, with `score` and `reasons`; `nearly` is the event
    that a new one almost joined.
    """

    event: int | None
    score: float
    reasons: Reasons
    nearly: int | None = None


class _OtherActError(Exception):
    """Two reports cannot be of one act."""


def platforms_of(classification: Classification) -> tuple[str, ...]:
    """Return the slugs that stand as an act's platforms: SOCIAL_MEDIA where it binds all of
    them.
    """
    if classification.platforms or classification.scope != SOCIAL_MEDIA:
        return classification.platforms
    return (SOCIAL_MEDIA,)


def facts_of(classification: Classification, title: str = "", summary: str = "") -> ReportFacts:
    """Return the facts of one classified entry that is an event, with the entry's words."""
    return ReportFacts(
        kinds=tuple(kind.value for kind in classification.kinds),
        platforms=platforms_of(classification),
        targets=frozenset(classification.targets),
        countries=classification.countries,
        occurred=classification.occurred,
        coverage=classification.coverage.value,
        extent=classification.extent,
        details=frozenset(classification.details),
        language=classification.language,
        unlisted=frozenset(classification.unlisted),
        authority=classification.authority,
        kind_confidence=classification.kind_confidence,
        title=title,
        summary=summary[:SUMMARY_READ],
    )


def choose_event(
    entry: ReportFacts, neighbours: Iterable[tuple[int, Sequence[ReportFacts]]]
) -> GroupingDecision:
    """Choose the neighbour most like the entry, if it reaches BOUND; of equals the lowest id.

    A neighbour is the facts of an event's reports, at least one.
    """
    # The mean, not the likest report: chains of slightly different reports are no event
    # (decision D50).
    ranked = sorted(
        (-event_likeness(entry, reports), event, reports) for event, reports in neighbours
    )
    if not ranked or -ranked[0][0] < NEARLY:
        return GroupingDecision(None, 0.0, ())
    score, (_, event, reports) = -ranked[0][0], ranked[0]
    # Below the bound an editor is asked: a link proposed in vain costs a look, a wrong join a wrong
    # record.
    joins = score >= BOUND
    return GroupingDecision(
        event=event if joins else None,
        score=round(score, 2),
        reasons=max((likeness(entry, report) for report in reports), key=lambda terms: terms[0])[1],
        nearly=None if joins else event,
    )


def event_likeness(entry: ReportFacts, reports: Sequence[ReportFacts]) -> float:
    """Return the mean likeness to an event's reports, or to those that name a target if the entry
    does, too: reports without a name cannot hold two names together.
    """
    half = MEMBERS_COMPARED // 2
    compared = reports if len(reports) <= 2 * half else [*reports[:half], *reports[-half:]]
    scores = [likeness(entry, report)[0] for report in compared]
    mean = sum(scores) / len(scores)
    # Asked of the event as a whole: one report that misreads a duration must not split it.
    if _lasts_otherwise(entry, compared):
        mean += LASTS_OTHERWISE
    if mean > ASKED and all(_may_hide_a_name(entry, report) for report in compared):
        mean = ASKED
    if not entry.targets:
        return mean
    alike = [compare_targets(entry, report) for report in compared]
    # A name that most of the event's named reports contradict is another act, however alike the
    # rest.
    others = alike.count(Likeness.OTHER)
    if others and others >= alike.count(Likeness.SAME):
        return CONTRADICTS
    # Nameless reports agree with everybody and would join two names into one event.
    named = [score for score, report in zip(scores, compared, strict=True) if report.targets]
    return min(mean, sum(named) / len(named)) if named else mean


def _lasts_otherwise(entry: ReportFacts, reports: Sequence[ReportFacts]) -> bool:
    """Return whether most reports with a duration give another one than the entry: a suspension of
    twelve hours is another act than the permanent one two days later.
    """
    durations = [report.extent for report in reports if report.extent]
    return bool(entry.extent and durations) and 2 * durations.count(entry.extent) < len(durations)


def compare_targets(a: ReportFacts, b: ReportFacts) -> Likeness:
    """Compare the targets of two reports: SAME if any pair is, OTHER if every pair differs."""
    if not a.targets or not b.targets:
        named = _mentioned_targets(a, b) or _mentioned_targets(b, a)
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
    # The words beside a verb may name who spoke; the title tells who was hit.
    if alike is Likeness.SAME or _misnames_target(a, b) or _misnames_target(b, a):
        return Likeness.SAME
    return Likeness.SAME if _mentioned_targets(a, b) and _mentioned_targets(b, a) else alike


def _mentioned_targets(a: ReportFacts, b: ReportFacts) -> list[str]:
    """Return the targets of the first that the second prints somewhere."""
    text = f"{b.title} {b.summary}"
    return [name for name in sorted(a.targets) if is_mentioned(name, text, b.language)]


def _misnames_target(a: ReportFacts, b: ReportFacts) -> bool:
    """Return whether the title of the first prints a target of the second; the unlisted names read
    from it are then not those of the target.
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


def likeness(a: ReportFacts, b: ReportFacts) -> tuple[float, Reasons]:
    """Return how likely two reports describe one act, and why; CONTRADICTS where
    platform, kind, target, state or day rule it out.
    """
    try:
        terms = [
            *_platform_terms(a, b),
            *_kind_terms(a, b),
            *_day_terms(a, b),
            *_target_terms(a, b),
            *_country_terms(a, b),
            *_story_terms(a, b),
        ]
    except _OtherActError:
        return CONTRADICTS, ()
    score = sum(score for score, _ in terms)
    # Whatever else is alike, an unknown name is never the same (decision D120).
    if score > ASKED and _may_be_two(a, b):
        score = ASKED
    return score, tuple(reason for _, reason in terms if reason)


def _may_be_two(a: ReportFacts, b: ReportFacts) -> bool:
    """Return whether the reports may be of two people, outlets or firms, as far as they tell."""
    if not HITTING.intersection(a.kinds) or not HITTING.intersection(b.kinds):
        return False
    if a.targets and b.targets:
        return _are_names(a) and _are_names(b) and compare_targets(a, b) is not Likeness.SAME
    if a.language != b.language:
        return False
    if a.targets or b.targets:
        named, other = (a, b) if a.targets else (b, a)
        return not _mentioned_targets(named, other) and differ_by_a_name(a, b)
    return differ_by_a_name(a, b)


def _may_hide_a_name(a: ReportFacts, b: ReportFacts) -> bool:
    """Return whether one report names whom the act hit and the other, in another language, does
    not, nor says that it was in the same country: it may be of somebody else.
    """
    if bool(a.targets) == bool(b.targets) or a.language == b.language:
        return False
    if not HITTING.intersection(a.kinds) or not HITTING.intersection(b.kinds):
        return False
    named, other = (a, b) if a.targets else (b, a)
    if set(_places(a)) & set(_places(b)):
        return False
    return _are_names(named) and not _mentioned_targets(named, other)


def _places(facts: ReportFacts) -> tuple[str, ...]:
    """Return the countries of a report, else the one in which its language is spoken."""
    home = HOME.get(facts.language)
    return facts.countries or ((home,) if home else ())


def differ_by_a_name(a: ReportFacts, b: ReportFacts) -> bool:
    """Return whether two titles of one language are worded alike but for words in one place, which
    are in no list: those are then two names that nobody could read.
    """
    mine, theirs = (_title_words(facts.title) for facts in (a, b))
    least = min(len(mine), len(theirs))
    places = [
        (low, high, first, last)
        for code, low, high, first, last in SequenceMatcher(
            None, mine, theirs, autojunk=False
        ).get_opcodes()
        if code != "equal"
    ]
    if not least or not places:
        return False
    low, high, first, last = places[0][0], places[-1][1], places[0][2], places[-1][3]
    replaced = max(high - low, last - first)
    # Each title has words of its own there, and most of both is worded alike.
    if low == high or first == last or 2 * (least - min(high - low, last - first)) < least:
        return False
    around = slice(max(0, low - 1), high + 1), slice(max(0, first - 1), last + 1)
    own = [(mine[low:high], mine[around[0]]), (theirs[first:last], theirs[around[1]])]
    return replaced <= LONGEST_NAME and any(
        _is_in_no_list(*words, facts) for words, facts in zip(own, (a, b), strict=True)
    )


@lru_cache(1_000)
def _title_words(title: str) -> tuple[str, ...]:
    """Return the words of a title, of a script without spaces the characters; not the publisher's
    name behind it.
    """
    return tuple(TITLE_WORD.findall(fold(title[: end_of_content(title)])))


def _is_in_no_list(words: Sequence[str], around: Sequence[str], facts: ReportFacts) -> bool:
    """Return whether some of the words, which stand between others, tell the act from others of its
    kind; without capitals short words may be names, too.
    """
    joined = "".join(around)
    pairs = {joined[i : i + 2] for i in range(len(joined) - 1)}
    is_caseless = facts.language in CASELESS and any(len(word) < LEAST_WORD for word in words)
    return (
        is_caseless
        or not facts.details.isdisjoint(pairs)
        or any(word[:STEM] in facts.details for word in words)
    )


def _are_names(facts: ReportFacts) -> bool:
    """Return whether the targets are names that no list knows, and no descriptions."""
    return bool(facts.unlisted) and all(is_name(name) for name in facts.targets)


LikenessTerms = Iterator[tuple[float, Reason | None]]  # how much it says, and what


def platforms_searched(facts: ReportFacts) -> frozenset[str]:
    """Return the platforms under which an act may be reported; a state's act also under social
    media.
    """
    own = same_company(facts.platforms)
    return own | {SOCIAL_MEDIA} if OF_A_STATE.intersection(facts.kinds) else own


def _platform_terms(a: ReportFacts, b: ReportFacts) -> LikenessTerms:
    mine, theirs = ({slug for slug in facts.platforms if slug} for facts in (a, b))
    shared = mine & theirs
    if not mine or not theirs:
        if compare_targets(a, b) is not Likeness.SAME and (mine or theirs):
            raise _OtherActError
        yield UNNAMED, None
    elif shared == {SOCIAL_MEDIA}:
        yield 0.0, Reason("same_platforms", (SOCIAL_MEDIA,))
    elif SOCIAL_MEDIA in mine | theirs and not shared:
        _check_one_state(a, b)
        yield BINDS_ALL, None
    elif not shared and not same_company(mine) & theirs:
        raise _OtherActError
    else:
        # Platforms after the first are often mentioned in passing.
        is_main = bool(shared) and {a.platforms[0], b.platforms[0]} <= shared
        score = SAME_PLATFORM if is_main else 0.0 if shared else SAME_FAMILY
        yield score, _shared("same_platforms", shared) or Reason("same_company")


def _check_one_state(a: ReportFacts, b: ReportFacts) -> None:
    """Raise _OtherActError unless a law on social media and an act on a platform come from one
    state.
    """
    are_states = all(OF_A_STATE.intersection(facts.kinds) for facts in (a, b))
    if not are_states or not a.countries or a.countries[:1] != b.countries[:1]:
        raise _OtherActError


def _kind_terms(a: ReportFacts, b: ReportFacts) -> LikenessTerms:
    shared = set(a.kinds) & set(b.kinds)
    undoes = Kind.REINSTATEMENT.value
    if a.is_undoing != b.is_undoing and (undoes in {a.main_kind, b.main_kind} or not shared):
        raise _OtherActError
    if not shared and (a.main_kind in OF_A_STATE) != (b.main_kind in OF_A_STATE):
        raise _OtherActError
    if shared:
        yield (
            (SAME_MAIN_KIND if a.main_kind == b.main_kind else SAME_KIND),
            _shared("same_kind", shared),
        )
    else:
        # Two sure readings of different kinds are two acts; two unsure ones may be one act misread.
        sure = min(a.kind_confidence, b.kind_confidence)
        yield (UNSURE_KIND + SURE_KIND * sure if sure else OTHER_KIND), None


def _day_terms(a: ReportFacts, b: ReportFacts) -> LikenessTerms:
    mine, theirs = PartialDate.parse(a.occurred).span, PartialDate.parse(b.occurred).span
    if mine is None or theirs is None:
        return
    after, before = (mine[0] - theirs[1]).days, (theirs[0] - mine[1]).days
    if after > _reporting_days(a) or before > _reporting_days(b):
        raise _OtherActError
    days = max(after, before, 0)
    reason = Reason("days_apart", (days,)) if days else Reason("same_day")
    yield SAME_DAY if days <= 1 else NEAR_DAY if days <= REPORT_DAYS else 0.0, reason


def _reporting_days(later: ReportFacts) -> int:
    """Return how many days after another report this one may come."""
    return REPORT_DAYS if later.coverage == Role.REPORT else LATER_DAYS


def _target_terms(a: ReportFacts, b: ReportFacts) -> LikenessTerms:
    """Yield the terms of the targets: two names are two acts; names that may mean one target count
    nothing.
    """
    alike = compare_targets(a, b)
    if alike is Likeness.OPEN and not (a.targets and b.targets):
        return
    if alike is Likeness.OTHER:
        raise _OtherActError
    if alike is not Likeness.SAME:
        yield (UNLIKE_NAME if alike is Likeness.UNLIKE else 0.0), None
        return
    shared = a.targets & b.targets
    if shared:
        share = len(shared) / len(a.targets | b.targets)
        yield SAME_TARGET + SAME_TARGETS * share, _shared("same_target", shared)
    else:
        names = sorted(_spelt_alike(a, b)) or _mentioned_targets(a, b) or _mentioned_targets(b, a)
        share = len(names) / max(len(a.targets), len(b.targets))
        yield SAME_TARGET + SAME_TARGETS * share, _shared("same_target", names)


def _spelt_alike(a: ReportFacts, b: ReportFacts) -> Iterator[str]:
    """Yield the names of the first that the second spells differently."""
    languages = (a.language, b.language)
    for name in a.targets:
        if any(same_name(name, other, languages) is Likeness.SAME for other in b.targets):
            yield name


def _country_terms(a: ReportFacts, b: ReportFacts) -> LikenessTerms:
    """Yield the terms of the countries, which identify the acting state; elsewhere they are a
    hint.
    """
    if a.authority and b.authority and (a.authority == b.authority or _is_same_authority(a, b)):
        yield SAME_AUTHORITY, Reason("same_authority", (a.authority,))
    if not a.countries or not b.countries:
        return
    shared = set(a.countries) & set(b.countries)
    is_general = SOCIAL_MEDIA in a.platforms and SOCIAL_MEDIA in b.platforms
    # The acting state is named first; the countries after it are merely mentioned.
    if is_general or (a.main_kind in OF_A_STATE and b.main_kind in OF_A_STATE):
        first, other = a.countries[0], b.countries[0]
        if first not in b.countries and other not in a.countries:
            raise _OtherActError
        yield SAME_STATE if first == other else STATE_NAMED, _shared("same_country", shared)
    else:
        yield SAME_COUNTRY if shared else OTHER_COUNTRY, _shared("same_country", shared)


def _is_same_authority(a: ReportFacts, b: ReportFacts) -> bool:
    languages = (a.language, b.language)
    return same_name(a.authority, b.authority, languages) is Likeness.SAME


def _story_terms(a: ReportFacts, b: ReportFacts) -> LikenessTerms:
    shared = a.details & b.details
    numbers = {word for word in shared if word[0].isdigit()}
    words = shared - numbers
    # Short titles share few words even when they tell one story, so the share is of the shorter
    # one.
    least = min(sum(not w[0].isdigit() for w in facts.details) for facts in (a, b))
    if words:
        share = min(1.0, len(words) / max(DETAILS_ASKED, least))
        yield SAME_WORDS * share, Reason("words_in_common", (len(words),))
    elif a.language == b.language and least >= DETAILS_ASKED:
        yield OTHER_WORDS, None
    if numbers:
        yield SAME_NUMBER, _shared("same_number", numbers)
    if a.extent and b.extent:
        is_same = a.extent == b.extent
        yield (SAME_EXTENT, Reason(f"both_{a.extent}")) if is_same else (OTHER_EXTENT, None)


def _shared(code: str, values: Iterable[str]) -> Reason | None:
    """Return what two reports share as a reason; None for nothing."""
    names = tuple(sorted(values))
    return Reason(code, names) if names else None


def mean_likeness(reports: Sequence[ReportFacts], others: Sequence[ReportFacts]) -> float:
    """Return how alike two events are: the mean over the reports of the first, 0 without any."""
    total = sum(event_likeness(report, others) for report in reports)
    return total / len(reports) if reports else 0.0
