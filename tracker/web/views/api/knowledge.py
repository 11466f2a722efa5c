"""How long from the first article on an act to entry, event and mail."""

from django.http import HttpRequest
from django.utils import timezone

from tracker.operations.health import knowledge
from tracker.operations.health.knowledge import STEPS, KnowledgeSpan, KnowledgeTimes
from tracker.web.views.api.responses import find_event, read_endpoint, utc_or_none
from tracker.web.views.api.schemas.knowledge import (
    EventKnowledgeOut,
    KnowledgeOut,
    KnowledgeSpanOut,
    StepOut,
)


@read_endpoint("/knowledge", KnowledgeOut, "Get the time to knowledge", "knowledge")
def get_knowledge(request: HttpRequest) -> KnowledgeOut:
    """Minutes from the first article on an act until it was read, recorded and mailed: of the last
    30 days, and of each of the last twelve months with events.
    """
    del request
    spans = knowledge.latest_knowledge(timezone.now())
    return KnowledgeOut(recent=_span(spans[0]), months=[_span(s) for s in spans[1:]])


@read_endpoint(
    "/events/{int:event_id}/knowledge",
    EventKnowledgeOut,
    "Get an event’s time to knowledge",
    "event_knowledge",
)
def get_event_knowledge(request: HttpRequest, event_id: int) -> EventKnowledgeOut:
    """When the first article appeared, was read, became the event and was mailed; null where nobody
    knows, and throughout for an event of the history.
    """
    del request
    return _event(knowledge.times_of_event(find_event(event_id)))


def _event(times: KnowledgeTimes | None) -> EventKnowledgeOut:
    if times is None:
        return EventKnowledgeOut(minutes=dict.fromkeys(STEPS))
    return EventKnowledgeOut(
        article_at=utc_or_none(times.article_at),
        entry_at=utc_or_none(times.entry_at),
        event_at=utc_or_none(times.event_at),
        mail_at=utc_or_none(times.mail_at),
        language=times.language,
        minutes={step: _rounded(times.minutes_to(step)) for step in STEPS},
    )


def _span(span: KnowledgeSpan) -> KnowledgeSpanOut:
    return KnowledgeSpanOut(
        month=span.span or None,
        events=span.events,
        minutes={
            step: StepOut(
                events=times.known, median=_rounded(times.median), p95=_rounded(times.p95)
            )
            for step, times in span.steps.items()
        },
        first_language_known=span.first_known,
        first_not_english=span.not_english,
        first_languages=dict(span.by_language),
    )


def _rounded(minutes: float | None) -> float | None:
    return None if minutes is None else round(minutes, 1)
