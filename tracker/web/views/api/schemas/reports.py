"""Reports: as part of an event, and by themselves."""

from typing import Literal

from ninja import Field

from tracker.web.views.api.schemas.answers import Answer, ReasonOut


class EvidenceOut(Answer):
    """The words of a report that gave a value: characters `start` to `end` of the title, summary or
    body.
    """

    field: str
    value: str
    words: str
    zone: str
    start: int
    end: int


class ReadingOut(Answer):
    """What one reader thinks of a report: `reader` is "words" or "sentence", `event` the log-odds
    that it tells of an act.
    """

    reader: str
    event: float
    kind: str
    kind_probability: float


class ReportOut(Answer):
    """An article's place in an event."""

    url: str
    title: str
    title_translated: str = Field(
        description="the title in the language of the answer, translated by a machine; empty if"
        " none did"
    )
    excerpt: str = Field(description="the first sentence, a quotation of the publisher")
    archived_url: str = Field(description="where an archive has a copy; empty for nowhere")
    publisher: str
    language: str
    published_at: str | None
    role: Literal["report", "reaction", "analysis"]
    reprints: list[str]
    reasons: list[str] = Field(description="why it is in this event, in words")
    reason_codes: list[ReasonOut] = Field(description="the same, for programs")
    evidence: list[EvidenceOut]
    readers: list[ReadingOut]


class StoredReportOut(Answer):
    """A report by itself: with its event."""

    id: int
    event: int
    url: str
    title: str
    publisher: str
    language: str
    published_at: str | None
    role: str
    added_at: str


class StoredReportsOut(Answer):
    after: int | None
    reports: list[StoredReportOut]
