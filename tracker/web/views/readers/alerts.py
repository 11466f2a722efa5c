"""Alerts: ask for one, confirm it, stop it, read a digest whole. Only POST changes anything: mail
scanners follow every link.
"""

from dataclasses import replace
from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tracker import database_time
from tracker.alerts import forecast, subscribing, tokens
from tracker.alerts.delivery import sending
from tracker.alerts.delivery.emails import alert_name
from tracker.alerts.delivery.sending import NOT_SHOWN
from tracker.alerts.models import Alert, Delivery, Hit
from tracker.alerts.tokens import token_ids
from tracker.events.search import find
from tracker.events.search.describe import describe_query
from tracker.events.search.query import FIELDS, UNSURE, Query, QueryError, parse
from tracker.web.forms import AddressForm, AlertForm
from tracker.web.query_params import parameters_of, query_of
from tracker.web.senders import origin_of
from tracker.web.views.errors import unreadable
from tracker.web.views.exports import atom_of

PREVIEW = 10
WEEKS = 12
MANY_A_DAY = 30  # from which a narrower or rarer alert is proposed
FEED_HITS = 50


@require_safe
def about(request: HttpRequest) -> HttpResponse:
    context = {"is_sent": "sent" in request.GET, "is_asked": "asked" in request.GET}
    return render(request, "web/alerts.html", context | {"form": AddressForm()})


@require_POST
def ask(request: HttpRequest) -> HttpResponse:
    """Mails the link to a reader's page; says the same for every address."""
    form = AddressForm(request.POST)
    if not form.is_valid():
        return render(request, "web/alerts.html", {"form": form}, status=400)
    now = database_time.now()
    origin = origin_of(request, "alerts", now.date())
    try:
        subscribing.request_manage_link(
            address=form.cleaned_data["address"],
            origin=origin.sender,
            network=origin.network,
            now=now,
        )
    except subscribing.TooManyRequestsError as error:
        return _too_many(request, error)
    return redirect(f"{reverse('alerts')}?asked")


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    try:
        asked = query_of(request.GET)
        # Nobody is told of unsure events: the alert waits for them to become sure.
        query = replace(asked, state=tuple(s for s in asked.state if s != UNSURE))
        wanted = _ticked(query, request.POST) if request.method == "POST" else query
    except QueryError as error:
        return unreadable(request, error)
    weeks = forecast.weekly_counts(query, WEEKS, database_time.now().date())
    a_week = sum(weeks) / WEEKS
    is_much = a_week / 7 > MANY_A_DAY
    initial = {
        "rate": Alert.Rate.WEEKLY if is_much else Alert.Rate.DAILY,
        "on_changed": bool(query.event),
        "on_undone": bool(query.event),
    }
    form = AlertForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and form.is_valid():
        now = database_time.now()
        origin = origin_of(request, "alerts", now.date())
        try:
            subscribing.subscribe(
                address=form.cleaned_data["address"],
                query=wanted,
                chosen=form.chosen_settings(),
                origin=origin.sender,
                network=origin.network,
                now=now,
            )
        except subscribing.TooManyRequestsError as error:
            return _too_many(request, error)
        return redirect(f"{reverse('alerts')}?sent")
    context = {
        "form": form,
        "words": describe_query(query),
        "parameters": parameters_of(query),
        "preview": find.newest_events(query, PREVIEW),
        "weeks": weeks,
        "a_week": a_week,
        "is_much": is_much,
        "has_unsure": query != asked,
        "also": forecast.other_names(query),
        "related": forecast.suggest_filters(query),
    }
    return render(request, "web/alert_new.html", context, status=400 if form.errors else 200)


def _ticked(query: Query, sent: QueryDict) -> Query:
    """The query with the related values that were ticked, and other names switched off unless they
    were. Raises QueryError.
    """
    more = parse(" ".join(sent.getlist("with")))
    wider: dict[str, Any] = {
        name: tuple(dict.fromkeys((*getattr(query, name), *getattr(more, name))))
        for name in FIELDS
        if getattr(query, name)
    }
    names = "off" if "names_shown" in sent and "names" not in sent else query.names
    # Read again, since two queries within the bounds may together be too long.
    return parse(replace(query, **wider, names=names).text())


@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request: HttpRequest, token: str) -> HttpResponse:
    (found,) = token_ids(token, tokens.CONFIRM) or (0,)
    if request.method == "POST":
        alert = subscribing.confirm_alert(found, database_time.now())
        if alert is None:
            return _unknown(request)
        manage = reverse(
            "alerts_manage", args=[tokens.sign_token(tokens.MANAGE, alert.subscriber_id)]
        )
        return render(request, "web/alert_confirmed.html", _about(alert) | {"manage": manage})
    alert = Alert.objects.filter(pk=found).exclude(state=Alert.State.STOPPED).first()
    if alert is None:
        return _unknown(request)
    # Whoever has the link owns the address: here, not in the mail, they see what was asked for.
    words = describe_query(parse(alert.query))
    return render(request, "web/alert_confirm.html", {"alert": alert, "words": words})


# RFC 8058: the mail program posts without cookie or CSRF token; the signed address is the proof.
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def stop(request: HttpRequest, token: str) -> HttpResponse:
    alerts = list(Alert.objects.filter(pk__in=token_ids(token, tokens.STOP)).order_by("pk"))
    return _stop(request, alerts, is_former=tokens.is_former_token(token))


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def stop_all(request: HttpRequest, token: str) -> HttpResponse:
    (reader,) = token_ids(token, tokens.STOP_ALL) or (0,)
    alerts = list(Alert.objects.filter(subscriber=reader).order_by("pk"))
    return _stop(request, alerts, is_former=tokens.is_former_token(token))


def _stop(request: HttpRequest, alerts: list[Alert], *, is_former: bool) -> HttpResponse:
    if not alerts:
        return _unknown(request)
    if request.method == "POST":
        subscribing.stop_alerts(alert.pk for alert in alerts)
        return render(request, "web/alert_stopped.html", {"alerts": alerts})
    # A former link names numbers, which may be another reader's: what they follow is not shown.
    context = {"names": [] if is_former else [alert_name(alert) for alert in alerts]}
    return render(request, "web/alert_stop.html", context)


@require_safe
def period(request: HttpRequest, token: str) -> HttpResponse:
    """A digest whole, for the rest of its events."""
    (found,) = token_ids(token, tokens.PERIOD) or (0,)
    delivery = Delivery.objects.filter(pk=found, type=Delivery.Type.DIGEST).first()
    if delivery is None:
        return _unknown(request)
    now = database_time.now()
    made, alerts = sending.current_digest(delivery, now, shown=1_000)
    others = [
        (_("Undone"), made.undone),
        (_("Corrected"), made.changed),
        (_("Not undone in time"), made.silent),
    ]
    context = {
        "digest": made,
        "others": others,
        "since": delivery.since,
        "until": delivery.created_at,
    }
    return render(request, "web/alert_period.html", context | {"is_over": not alerts})


@require_safe
def feed(request: HttpRequest, token: str) -> HttpResponseBase:
    """An alert's hits as Atom, for whoever has the address."""
    (found,) = token_ids(token, tokens.FEED) or (0,)
    alert = Alert.objects.filter(pk=found, state=Alert.State.ACTIVE).first()
    if alert is None:
        return _unknown(request)
    hits = Hit.objects.filter(alert=alert, reason=Hit.Reason.NEW, is_held=False).order_by("-at")
    events = [hit.event.itself for hit in hits.select_related("event__merged_into")[:FEED_HITS]]
    shown = {event.pk: event for event in events if event.state not in NOT_SHOWN}
    return atom_of(request, find.rows_of(list(shown)), alert_name(alert), parse(alert.query))


def _too_many(request: HttpRequest, error: subscribing.TooManyRequestsError) -> HttpResponse:
    minutes = int(error.retry_after.total_seconds() // 60) + 1
    context = {
        "title": _("Too many requests"),
        "reason": _(
            "Too many requests came from your address or the network around it."
            " Try again in %s minutes"
        )
        % minutes,
    }
    answer = render(request, "web/bad_request.html", context, status=429)
    answer["Retry-After"] = str(minutes * 60)
    return answer


def _unknown(request: HttpRequest) -> HttpResponse:
    return render(request, "web/alert_unknown.html", status=404)


def _about(alert: Alert) -> dict[str, object]:
    return {"alert": alert, "words": alert_name(alert)}
