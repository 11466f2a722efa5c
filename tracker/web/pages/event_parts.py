"""Build parts of an event's page: its reports by newsroom, the acts around it, edited articles."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tracker.events.search.link_rows import LinkRow
from tracker.events.search.rows import EventRow, ReportRow
from tracker.events.wording.names import format_number
from tracker.feeds.models import EntryVersion
from tracker.partial_date import PartialDate


@dataclass(frozen=True)
class ReportGroup:
    """The reports of one newsroom, the first one's publisher before them."""

    publisher: str
    reports: tuple[ReportRow, ...]


@dataclass(frozen=True)
class ChainStep:
    """An act around an event in the order of days, with the span between both in words; `link` is
    None for the event itself.
    """

    link: LinkRow | None
    span: str


@dataclass(frozen=True)
class EditedArticle:
    """An article that its publisher edited after it was read: the titles before and after, equal if
    only the text changed.
    """

    at: datetime
    publisher: str
    before: str
    after: str
    url: str
    language: str


def group_by_newsroom(reports: Iterable[ReportRow]) -> tuple[ReportGroup, ...]:
    """Return reports by newsroom, in the order of each one's first report."""
    groups: dict[str, list[ReportRow]] = {}
    for report in reports:
        groups.setdefault(report.family or f"{report.publisher} {report.id}", []).append(report)
    return tuple(ReportGroup(group[0].publisher, tuple(group)) for group in groups.values())


def chain_of(row: EventRow) -> tuple[ChainStep, ...]:
    """Return the acts linked to an event and the event among them, the undated last; none without
    links.
    """
    links: Sequence[LinkRow | None] = [*row.links, None]
    if not row.links:
        return ()

    def day(link: LinkRow | None) -> tuple[bool, str, bool]:
        occurred = link.occurred if link else row.occurred
        # On the same day an act comes before the one that answers it.
        return not occurred, occurred, bool(link and not link.is_ahead)

    return tuple(
        ChainStep(link, span_words(row.occurred, link.occurred) if link else "")
        for link in sorted(links, key=day)
    )


def span_words(day: str, other: str) -> str:
    """Return how long after or before a day another is, as in "680 days later"; "" unless both are
    whole days.
    """
    days = PartialDate.parse(day).days_until(PartialDate.parse(other))
    if days is None:
        return ""
    if not days:
        return _("the same day")
    form = (
        ngettext("%s day later", "%s days later", days)
        if days > 0
        else ngettext("%s day earlier", "%s days earlier", -days)
    )
    return form % format_number(abs(days))


def edited_articles(row: EventRow, at: datetime | None) -> tuple[EditedArticle, ...]:
    """Return the edits of an event's articles, up to a time; one query."""
    # The report's publisher and address, since the entry's may have changed.
    reports = {report.entry_id: report for report in row.reports if report.entry_id}
    versions = EntryVersion.objects.filter(entry__in=reports).select_related("entry")
    shown = versions.filter(at__lte=at) if at else versions
    return tuple(
        EditedArticle(
            at=version.at,
            publisher=reports[version.entry_id].publisher,
            before=version.entry.title,
            after=version.title,
            url=reports[version.entry_id].url,
            language=version.entry.language,
        )
        for version in shown.order_by("at", "pk")
    )
