"""How long it took until an event was known."""

from ninja import Field

from tracker.web.views.api.schemas.answers import Answer


class StepOut(Answer):
    """Minutes from the first article to a step: half of `events` took at most `median`."""

    events: int
    median: float | None
    p95: float | None


class KnowledgeSpanOut(Answer):
    """The events that were recorded in a month, or in the last 30 days, and how long it took."""

    month: str | None = Field(description='"2026-11"; null for the last 30 days')
    events: int
    minutes: dict[str, StepOut] = Field(description="to entry, event and mail")
    first_language_known: int
    first_not_english: int
    first_languages: dict[str, int] = Field(description="events by language of the first article")


class KnowledgeOut(Answer):
    """Time to knowledge; events of the history and articles old at the first poll are left out."""

    recent: KnowledgeSpanOut
    months: list[KnowledgeSpanOut]


class EventKnowledgeOut(Answer):
    """When an event's first article appeared, was read, became the event and was mailed."""

    article_at: str | None = None
    entry_at: str | None = None
    event_at: str | None = None
    mail_at: str | None = None
    language: str = ""
    minutes: dict[str, float | None] = Field(description="to entry, event and mail")
