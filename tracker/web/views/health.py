"""Status for monitoring tools, and the owners' status page."""

import hmac
from datetime import datetime

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe
from prometheus_client import CollectorRegistry, Gauge, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST

from tracker import database_time
from tracker.classify import encoder
from tracker.feeds.health import flooding
from tracker.operations import schema
from tracker.operations.clock import machines
from tracker.operations.health.status import Watch, WorkStatus, numbers, watch
from tracker.operations.retry import retry_all
from tracker.web.editor import actor_of, owner_required
from tracker.web.pages.editors.owners import build_status_page
from tracker.web.pages.render import render_page
from tracker.web.senders import is_proxy_miscounted


@never_cache
@require_safe
def health(request: HttpRequest) -> HttpResponse:
    """Answer 200 while due work is done, 503 if a type of work had no success for 10 minutes, or
    the database does not fit the program; with details.
    """
    now = timezone.now()
    # First, since the queries below fail on tables that do not fit.
    if misfit := schema.refused():
        problem = {"code": misfit.code, "problem": misfit.text, "command": misfit.command}
        database = {"well": False, **problem}
        body = {"well": False, "at": now.isoformat(), "database": database}
        return JsonResponse(body, status=503)
    condition = watch(now)
    body = {
        "well": condition.is_well,
        "at": now.isoformat(),
        "parts": {part.name: _part(part, now) for part in condition.parts},
        "database": {"well": True},
        "last_mail_at": condition.last_mail_at.isoformat() if condition.last_mail_at else None,
        "bytes_free": condition.room,
    }
    return JsonResponse(body, status=200 if condition.is_well else 503)


def _part(part: WorkStatus, now: datetime) -> dict[str, object]:
    return {
        "well": part.is_well,
        "waiting": part.waiting,
        "seconds": _seconds(part.succeeded_at, now),
        "waits_seconds": _seconds(part.waits_since, now),
        "failing_seconds": _seconds(part.failing_since, now),
        "set_aside": part.set_aside,
    }


def _seconds(at: datetime | None, now: datetime) -> int | None:
    return round((now - at).total_seconds()) if at else None


@never_cache
@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """Return metrics in Prometheus' text format, for clients with METRICS_TOKEN."""
    token = request.headers.get("Authorization", "").removeprefix("Bearer ")
    expected = settings.METRICS_TOKEN
    # Constant time; as bytes, since compare_digest refuses text that is not ASCII.
    if not expected or not hmac.compare_digest(token.encode(), expected.encode()):
        raise Http404
    return HttpResponse(_gauges(watch(timezone.now())), content_type=CONTENT_TYPE_LATEST)


def _gauges(condition: Watch) -> bytes:
    now, counted = timezone.now(), numbers()
    # Not the default registry, which is per process: these figures come from the database.
    registry = CollectorRegistry()

    def gauge(name: str, about: str, *labels: str) -> Gauge:
        return Gauge(f"tracker_{name}", about, labels, registry=registry)

    well = gauge("well", "1 while the part moves", "part")
    waiting = gauge("waiting", "Rows that are due", "part")
    age = gauge("age_seconds", "Since the last success", "part")
    waits = gauge("waits_seconds", "Since the oldest of what is due waits", "part")
    failing = gauge("failing_seconds", "Since all of it fails", "part")
    set_aside = gauge("set_aside", "Given up for a fault of ours", "part")
    for part in condition.parts:
        well.labels(part.name).set(part.is_well)
        waiting.labels(part.name).set(part.waiting)
        age.labels(part.name).set(_seconds(part.succeeded_at, now) or 0)
        waits.labels(part.name).set(_seconds(part.waits_since, now) or 0)
        failing.labels(part.name).set(_seconds(part.failing_since, now) or 0)
        set_aside.labels(part.name).set(part.set_aside)
    feeds = gauge("feeds", "Feeds by state", "state")
    for state, n in counted.feeds.items():
        feeds.labels(state).set(n)
    deliveries = gauge("deliveries", "Mails and calls by state", "state")
    for state, n in counted.deliveries.items():
        deliveries.labels(state).set(n)
    for name, about, n in (
        ("entries", "Entries ever stored", counted.entries),
        ("events", "Events ever recorded", counted.events),
        ("alerts", "Active alerts", counted.alerts),
        ("free_bytes", "Room where the tracker writes", condition.room),
    ):
        gauge(name, about).set(n)
    skew = gauge("clock_skew_seconds", "How far a machine's clock is ahead", "machine")
    for machine in machines(now):
        skew.labels(machine.name).set(machine.skew.total_seconds())
    gauge("flooding_feeds", "Feeds that bring more than is taken in a day").set(
        flooding(now).count()
    )
    gauge("sentence_model", "1 while the sentence model is ready").set(encoder.status()[0])
    return bytes(generate_latest(registry))


@owner_required
@require_http_methods(["GET", "HEAD", "POST"])
def status(request: HttpRequest) -> HttpResponse:
    """Show the system status; when posted, try again everything that was set aside."""
    if request.method == "POST":
        count = retry_all(actor_of(request), database_time.now())
        words = ngettext(
            "%s item will be tried again within minutes.",
            "%s items will be tried again within minutes.",
            count,
        )
        messages.success(request, words % count if count else _("Nothing is set aside."))
        return redirect("status")
    page = build_status_page(timezone.now(), is_proxy_miscounted=is_proxy_miscounted(request))
    return render_page(request, "web/status.html", page)
