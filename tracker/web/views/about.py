"""What the tracker is: what it follows, how it decides, how often it is right, how to cite it."""

from datetime import timedelta

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from tracker.classify import Kind
from tracker.classify.measure.accuracy import load_accuracy
from tracker.events.search.find import count_events
from tracker.events.search.query import Query
from tracker.feeds.health import coverage, languages

DAY = timedelta(days=1)


@require_safe
def about(request: HttpRequest) -> HttpResponse:
    now = timezone.now()
    context = {
        "kinds": [(kind, count_events(Query(kind=(kind.value,)))) for kind in Kind],
        "total": count_events(Query()),
        "reviewed": count_events(Query(state=("reviewed",))),
        "coverage": coverage(now - DAY, now),
        "languages": languages(),
        "accuracy": load_accuracy(),
        "natural": dict(zip(("precise", "shown", "asked"), _of_hundred(), strict=True)),
        "licence": settings.DATA_LICENCE,
        "contact": settings.CONTACT,
        "site": request.build_absolute_uri("/"),
        "today": now.date(),
    }
    return render(request, "web/about.html", context)


def _of_hundred() -> list[int]:
    """The figures at the rate of feeds: precision, recall, recall with what is unsure."""
    return [round(100 * figure) for _, figure in load_accuracy().natural]
