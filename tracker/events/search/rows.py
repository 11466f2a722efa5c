"""Say what an event is as pages and mails show it: frozen rows of plain values."""

from dataclasses import dataclass, field
from datetime import datetime

from django.utils.translation import get_language

from tracker.classify import Kind
from tracker.classify.words.lexicon import lexicon_of
from tracker.events import dsa
from tracker.events.in_force import lasting_kinds, status_on
from tracker.events.models import Report
from tracker.events.reasons import StoredReason
from tracker.events.record.checks import Checks
from tracker.events.search.link_rows import LinkRow
from tracker.events.wording.names import RECORDED
from tracker.events.wording.quotation import first_sentence
from tracker.partial_date import PartialDate

LATE = 4  # days after the act


@dataclass(frozen=True)
class NamedEntity:
    """A platform, target or country as pages name it; `type` is a target's, `name` is in the active
    language and `recorded` in that of the record, "" if it is the same.

    `is_reported` means that only reports name it, not yet confirmed by a list, an editor or a third
    publisher.
    """

    slug: str
    name: str
    id: int = 0
    type: str = ""
    is_reported: bool = False
    recorded: str = ""

    @property
    def recorded_name(self) -> str:
        """Return the name in the language of the record, which evidence and codes refer to."""
        return self.recorded or self.name


@dataclass(frozen=True)
class ReportRow:
    """A report as pages show it.

    `marks` are (start, end) of the words in the title that decided kind, day and role; `title` is
    "" for a history's page; `reprint_rows` are the reports of the same text; `family` is the
    newsroom, `id` the stored report's, `entry_id` its article's, 0 for a page of a history;
    `readers` are the models' readings (classify.Reading, as stored). `reasons` are codes with
    values, as stored. `translations` are (language, machine-translated title). `archived_url` is
    the address of its copy, "" for none; `is_archived` if an archive saved it when it was read.
    """

    url: str
    host: str
    publisher: str
    language: str
    title: str
    published_at: datetime | None
    role: str
    marks: tuple[tuple[int, int], ...]
    evidence: tuple[dict[str, object], ...]
    reasons: tuple[StoredReason, ...]
    summary: str
    link_hash: str = ""
    family: str = ""
    id: int = 0
    entry_id: int = 0
    reprint_rows: tuple["ReportRow", ...] = ()
    readers: tuple[dict[str, object], ...] = ()
    translations: tuple[tuple[str, str], ...] = ()
    archived_url: str = ""
    is_archived: bool = False

    @property
    def title_translated(self) -> str:
        """Return the machine translation of the title into the active language, "" if there is
        none.
        """
        return dict(self.translations).get((get_language() or RECORDED).partition("-")[0], "")

    @property
    def excerpt(self) -> str:
        """Return the article's first sentence, cut short; "" if it only repeats the title."""
        return first_sentence(self.title, self.summary)

    @property
    def reprints(self) -> tuple[str, ...]:
        """Return the publishers that printed the same text."""
        return tuple(row.publisher for row in self.reprint_rows)


@dataclass(frozen=True)
class Passage:
    """Words of a report's summary; `marks` are (start, end) of the searched words."""

    text: str
    marks: tuple[tuple[int, int], ...]
    report: ReportRow


@dataclass(frozen=True)
class EventRow:
    """An event as lists show it, with a `passage` if it matched a summary; `headline_source` is
    "facts", "report" if it quotes one, or "person" who wrote it.
    """

    id: int
    kind: Kind
    other_kinds: tuple[Kind, ...]
    headline: str
    occurred: str
    occurred_source: str
    state: str
    confidence: float | None
    grounds: str
    recorded_at: datetime
    changed_at: datetime
    platforms: tuple[NamedEntity, ...]
    targets: tuple[NamedEntity, ...]
    countries: tuple[NamedEntity, ...]
    reports: tuple[ReportRow, ...]
    links: tuple[LinkRow, ...]
    extent: str = ""
    ended: str = ""
    unknown_from: str = ""
    headline_language: str = RECORDED
    headline_source: str = "facts"
    passage: Passage | None = None
    origin: str = "machine"
    checks: Checks = field(default_factory=dict)
    kind_confidence: float | None = None
    effective_on: str = ""
    amount: int = 0
    currency: str = ""
    affected: int = 0
    affected_what: str = ""
    authority: str = ""
    authority_type: str = ""
    law: str = ""
    law_article: str = ""
    appeal: str = ""
    territory: str = ""
    region: str = ""
    degree: str = ""
    ordered_by: str = ""
    ordered_by_type: str = ""
    ended_on: str = ""

    def status_on(self, day: str) -> str:
        """Return whether the measure was in force on a day, one of in_force.STATUSES; "" before it
        began, and for acts that do not last.
        """
        lasts = lasting_kinds((self.kind.value, *(kind.value for kind in self.other_kinds)))
        return status_on(day, self.occurred, self.ended, self.unknown_from) if lasts else ""

    @property
    def report_count(self) -> int:
        """Count the reports, reprints included."""
        return sum(1 + len(r.reprints) for r in self.reports)

    @property
    def late_days(self) -> int:
        """Return how many days after the act it was recorded, if at least LATE and not from a
        history; else 0.
        """
        day = PartialDate.parse(self.occurred).whole
        if day is None or self.occurred_source == "history":
            return 0
        days = (self.recorded_at.date() - day).days
        return days if days >= LATE else 0

    @property
    def codes(self) -> dsa.DsaCodes:
        """Return the DSA codes, including the means that the reports' titles name."""
        # Derived when shown: the codes are not part of the record (decision D70).
        means, words = (
            {
                hit.value
                for report in self.reports
                for hit in lexicon_of(table).find(report.title, report.language)
            }
            for table in ("means", "statement")
        )
        return dsa.codes_of(
            dsa.DsaFacts(
                kinds=[kind.value for kind in (self.kind, *self.other_kinds)],
                platforms=[p.slug for p in self.platforms],
                targets=[t.recorded_name for t in self.targets],
                extent=self.extent,
                grounds=self.grounds,
                means=means,
                words=words,
                countries=[c.slug for c in self.countries],
                territory=self.territory,
                law=self.law,
                affected_what=self.affected_what if self.affected else "",
                is_ordered=bool(self.ordered_by),
            )
        )

    @property
    def publishers(self) -> int:
        """Count the independent newsrooms; a reprint does not count."""
        return len({r.family for r in self.reports})

    @property
    def languages(self) -> int:
        return len({r.language for r in self.reports if r.language})

    def words(self, field: str, value: str) -> tuple[str, ...]:
        """Return the words of the reports that gave one value of a fact, each once."""
        pieces = (piece for report in self.reports for piece in report.evidence)
        matching = (p for p in pieces if (p["field"], p["value"]) == (field, value))
        return tuple(dict.fromkeys(str(p["words"]) for p in matching))

    def words_for(self, field: str) -> tuple[str, ...]:
        """Return the words of the reports that gave a fact, whatever its value, each once."""
        pieces = (piece for report in self.reports for piece in report.evidence)
        return tuple(dict.fromkeys(str(p["words"]) for p in pieces if p["field"] == field))

    @property
    def reactions(self) -> tuple[ReportRow, ...]:
        return tuple(r for r in self.reports if r.role == Report.Role.REACTION)

    @property
    def first_reports(self) -> tuple[ReportRow, ...]:
        """Return reports and analyses: all but reactions."""
        return tuple(r for r in self.reports if r.role != Report.Role.REACTION)
