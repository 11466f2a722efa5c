"""Alerts: ask for one, confirm it, stop it. Only POST changes anything, because mail scanners
follow every link.
"""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from tracker.alerts import services
from tracker.alerts.models import Alert
from tracker.alerts.tokens import CONFIRM, STOP, alert_id
from tracker.events import search
from tracker.events.describe import in_words
from tracker.events.query import QueryError, parse
from tracker.web.address import parameters_of, query_of
from tracker.web.forms import AlertForm
from tracker.web.views.errors import unreadable

PREVIEW = 5


@require_safe
def about(request: HttpRequest) -> HttpResponse:
    return render(request, "web/alerts.html", {"is_sent": "sent" in request.GET})


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    try:
        query = query_of(request.GET)
    except QueryError as error:
        return unreadable(request, error)
    form = AlertForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        services.subscribe(query=query, now=timezone.now(), **form.cleaned_data)
        return redirect(f"{reverse('alerts')}?sent")
    context = {
        "form": form,
        "fields": [field for field in form if field.name != "rate"],
        "words": in_words(query),
        "parameters": parameters_of(query),
        "preview": search.recent(query, PREVIEW),
    }
    return render(request, "web/alert_new.html", context, status=400 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request: HttpRequest, token: str) -> HttpResponse:
    found = alert_id(token, CONFIRM)
    if request.method == "POST":
        alert = services.confirm(found, timezone.now()) if found else None
        page = "web/alert_confirmed.html" if alert else "web/alert_unknown.html"
        return render(request, page, _about(alert), status=200 if alert else 404)
    return _ask(request, found, "web/alert_confirm.html")


# RFC 8058: the mail program posts without cookie or CSRF token; the signed address is the proof.
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def stop(request: HttpRequest, token: str) -> HttpResponse:
    found = alert_id(token, STOP)
    if request.method == "POST":
        is_known = bool(found) and services.stop(found or 0)
        page = "web/alert_stopped.html" if is_known else "web/alert_unknown.html"
        return render(request, page, status=200 if is_known else 404)
    return _ask(request, found, "web/alert_stop.html")


def _ask(request: HttpRequest, found: int | None, page: str) -> HttpResponse:
    alert = Alert.objects.filter(pk=found).first() if found else None
    if alert is None:
        return render(request, "web/alert_unknown.html", status=404)
    return render(request, page, _about(alert))


def _about(alert: Alert | None) -> dict[str, object]:
    return {"alert": alert, "words": in_words(parse(alert.query))} if alert else {}
