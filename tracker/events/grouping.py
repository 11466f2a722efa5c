"""Candidate + neighbours -> join or new, with score and reasons; pure."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta

from tracker.classify import Classification, Coverage, Kind
from tracker.classify.text import fold

REPORT_DAYS = 4  # a report's day and the event's lie this near
LATER_DAYS = 60  # how long after the act reactions and analyses come
BOUND = 1.0  # the score from which an entry joins
LIKE = 0.34  # share of title words in common that says "the same story" where no target is known
TITLES_KEPT = 8
# One company's products: a report names the company, another the product.
FAMILIES = [
    frozenset({"meta", "facebook", "instagram", "threads", "messenger"}),
    frozenset({"google", "youtube", "google_ads", "google_search", "google_play"}),
    frozenset({"apple", "apple_app_store"}),
    frozenset({"visa", "mastercard"}),
]


@dataclass(frozen=True)
class Facts:
    """What grouping compares, of an entry or of an event. `occurred` as in Classification; `titles`
    are word sets of titles.
    """

    kinds: frozenset[str]
    platforms: frozenset[str]
    targets: frozenset[str]
    countries: frozenset[str]
    occurred: str
    coverage: str = Coverage.REPORT.value
    titles: tuple[frozenset[str], ...] = ()

    @property
    def days(self) -> tuple[date, date] | None:
        """First and last day that the act may have happened on; None if unknown."""
        return day_span(self.occurred)


@dataclass(frozen=True)
class Decision:
    """`event` is the neighbour to join, None for a new event; `score` and `reasons` say why."""

    event: int | None
    score: float
    reasons: tuple[str, ...]


def day_span(occurred: str) -> tuple[date, date] | None:
    """First and last day of "YYYY-MM-DD" or "YYYY-MM"; None for ""."""
    if len(occurred) == 10:
        day = date.fromisoformat(occurred)
        return day, day
    if len(occurred) == 7:
        first = date.fromisoformat(f"{occurred}-01")
        return first, (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    return None


def title_words(title: str) -> frozenset[str]:
    """The words of a title that tell stories apart; pairs of characters in joined scripts."""
    folded = fold(title)
    spaced = {w for w in re.findall(r"[^\W\d_]{4,}", folded) if w.isascii() or ord(w[0]) < 0x3000}
    joined = re.findall(r"[\u3040-\u9fff\uac00-\ud7af]{2,}", folded)
    return frozenset(spaced | {run[i : i + 2] for run in joined for i in range(len(run) - 1)})


def facts_of(found: Classification, title: str) -> Facts:
    """The facts of one classified entry that is an event."""
    return Facts(
        kinds=frozenset(found.kinds),
        platforms=frozenset(found.platforms),
        targets=frozenset(found.targets),
        countries=frozenset(found.countries),
        occurred=found.occurred,
        coverage=found.coverage.value,
        titles=(title_words(title),),
    )


def joined(event: Facts, entry: Facts) -> Facts:
    """The event's facts after the entry joined: unions; the day stays unless the entry's is more
    precise.
    """
    better = len(entry.occurred) > len(event.occurred)
    return replace(
        event,
        platforms=event.platforms | entry.platforms,
        targets=event.targets | entry.targets,
        countries=event.countries | entry.countries,
        occurred=entry.occurred if better else event.occurred,
        titles=(event.titles + entry.titles)[-TITLES_KEPT:],
    )


def decide(entry: Facts, neighbours: Iterable[tuple[int, Facts]]) -> Decision:
    """Joins the best neighbour that scores at least BOUND; of equals the oldest (lowest id)."""
    best = Decision(None, 0.0, ())
    for event, facts in neighbours:
        score, reasons = likeness(entry, facts)
        if score >= BOUND and (
            score > best.score or (score == best.score and event < (best.event or 0))
        ):
            best = Decision(event, round(score, 2), reasons)
    return best


def likeness(entry: Facts, event: Facts) -> tuple[float, tuple[str, ...]]:
    """How alike, and why, in words. 0 where platform, kind, target or day forbid that they are one
    act.
    """
    platforms = _shared_platforms(entry.platforms, event.platforms)
    kinds = entry.kinds & event.kinds
    gap = _gap(entry, event)
    if not platforms or not kinds or gap == "apart":
        return 0.0, ()
    score, reasons = (
        0.4,
        [f"same platform {', '.join(sorted(platforms))}", f"same kind {', '.join(sorted(kinds))}"],
    )
    if entry.targets and event.targets:
        shared = entry.targets & event.targets
        if not shared:
            return 0.0, ()
        score += 0.6 + 0.4 * len(shared) / len(entry.targets | event.targets)
        reasons.append(f"same target {', '.join(sorted(shared))}")
    else:
        story, words = _same_story(entry, event)
        score += story
        reasons += words
    if gap != "unknown":
        score += 0.3
        reasons.append(gap)
    return score, tuple(reasons)


def with_family(platforms: frozenset[str]) -> frozenset[str]:
    """The platforms and the other products of their companies: where an act may be told under
    another name.
    """
    return platforms.union(*(family for family in FAMILIES if family & platforms))


def _shared_platforms(a: frozenset[str], b: frozenset[str]) -> frozenset[str]:
    return (a & b) or (with_family(a) & b)


def _same_story(entry: Facts, event: Facts) -> tuple[float, list[str]]:
    """Without a target on both sides: the country for what a state does, else the words of the
    titles.
    """
    if {Kind.PLATFORM_BLOCK, Kind.LEGAL_ACTION} & entry.kinds & event.kinds:
        shared = entry.countries & event.countries
        if shared:
            return 0.6, [f"same country {', '.join(sorted(shared))}"]
    mine = entry.titles[0] if entry.titles else frozenset()
    like = max(
        (
            len(mine & other) / min(len(mine), len(other))
            for other in event.titles
            if mine and other
        ),
        default=0.0,
    )
    return (0.6, [f"{like:.0%} of the title's words"]) if like >= LIKE else (0.0, [])


def _gap(entry: Facts, event: Facts) -> str:
    """ "apart", "unknown", or the distance of the days in words."""
    mine, theirs = entry.days, event.days
    if mine is None or theirs is None:
        return "unknown"
    before = (theirs[0] - mine[1]).days  # the entry's day lies this long before the event's
    after = (mine[0] - theirs[1]).days
    limit = REPORT_DAYS if entry.coverage == Coverage.REPORT else LATER_DAYS
    if before > REPORT_DAYS or after > limit:
        return "apart"
    days = max(before, after, 0)
    return f"{days} day{'' if days == 1 else 's'} apart" if days else "same day"
