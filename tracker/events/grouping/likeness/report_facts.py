"""The facts of a report that grouping compares."""

from dataclasses import dataclass

from tracker.classify import Classification, Kind, Role
from tracker.classify.words.generics import SOCIAL_MEDIA

SUMMARY_READ = 600  # characters of a report that are searched for names


@dataclass(frozen=True)
class ReportFacts:
    """What grouping compares of a report; kinds, platforms and countries are in the order of the
    text.

    `unlisted` are the `targets` in no word list; `title` and `summary` are the report's words, ""
    if not loaded.
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
    kind_confidence: float = 0.0  # 0 if unknown
    title: str = ""
    summary: str = ""

    @property
    def main_kind(self) -> str:
        return self.kinds[0]

    @property
    def is_undoing(self) -> bool:
        return Kind.REINSTATEMENT.value in self.kinds


def facts_of(classification: Classification, title: str = "", summary: str = "") -> ReportFacts:
    """Return the facts of an entry classified as an event, with its words."""
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


def platforms_of(classification: Classification) -> tuple[str, ...]:
    """Return the slugs of an act's platforms; SOCIAL_MEDIA if it applies to all of them."""
    if classification.platforms or classification.scope != SOCIAL_MEDIA:
        return classification.platforms
    return (SOCIAL_MEDIA,)
