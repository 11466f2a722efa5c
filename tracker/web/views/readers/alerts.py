"""Alerts: request, confirm and stop one, read a full digest. Only POST changes anything, since mail
scanners follow every link.
"""

from dataclasses import replace

from django.http import HttpRequest, HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tracker import database_time
from tracker.alerts import forecast, subscribing, tokens
from tracker.alerts.delivery.composing import NOT_SHOWN, current_digest
from tracker.alerts.followups.links import HEARD
from tracker.alerts.models import Alert, Delivery, Hit
from tracker.alerts.naming import alert_name, describe_rate, query_words
from tracker.alerts.tokens import token_ids
from tracker.events.models import Event
from tracker.events.search import find
from tracker.events.search.language.parsing import build_query, parse
from tracker.events.search.query import (
    DATES,
    FIELDS,
    NUMBERS,
    UNSURE,
    Query,
    QueryError,
    QueryProblem,
)
from tracker.web.forms.alerts import AlertForm
from tracker.web.forms.people import AddressForm
from tracker.web.pages.render import render_page
from tracker.web.pages.site import BadRequestPage, EmptyPage
from tracker.web.pages.subscribers import (
    AlertPage,
    AlertsPage,
    PeriodPage,
    StopPage,
    StoppedPage,
    build_new_alert_page,
)
from tracker.web.query_params import query_of
from tracker.web.senders import origin_of
from tracker.web.views.errors import unreadable
from tracker.web.views.syndication import atom_of

WEEKS = 12
MANY_A_DAY = 30  # from which a narrower or less frequent alert is suggested
FEED_HITS = 50
# Ticked by default for alerts on a single event.
FOLLOWING = ("on_reports", "on_undone", "on_ended", "on_extended", "on_tested", "on_changed")


@require_safe
def about(request: HttpRequest) -> HttpResponse:
    page = AlertsPage(is_sent="sent" in request.GET, is_asked="asked" in request.GET)
    return render_page(request, "web/alerts.html", page)


@require_POST
def ask(request: HttpRequest) -> HttpResponse:
    """Mail the link to a subscriber's page; the answer is the same for every address."""
    form = AddressForm(request.POST)
    if not form.is_valid():
        return render_page(request, "web/alerts.html", AlertsPage(form), status=400)
    now = database_time.now()
    origin = origin_of(request, "alerts", now.date())
    try:
        subscribing.request_manage_link(
            address=form.cleaned_data["address"],
            origin=origin.sender,
            now=now,
        )
    except subscribing.TooManyRequestsError as error:
        return too_many(request, error)
    # The same answer for every address, or the form would reveal who has signed up (fault W1).
    return redirect(f"{reverse('alerts')}?asked")


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    try:
        asked = query_of(request.GET)
        _check_events(asked)
        # Unsure events are not mailed: the alert waits for them to become sure.
        query = replace(asked, state=tuple(s for s in asked.state if s != UNSURE))
        chosen = _ticked(query, request.POST) if request.method == "POST" else query
    except QueryError as error:
        return unreadable(request, error)
    weeks = forecast.weekly_counts(query, WEEKS, database_time.now().date())
    is_much = sum(weeks) / (7 * WEEKS) > MANY_A_DAY
    initial: dict[str, object] = {
        "rate": Alert.Rate.WEEKLY if is_much else Alert.Rate.DAILY,
        # Followers of a single event want to know about its developments.
        **dict.fromkeys(FOLLOWING, bool(query.event)),
    }
    form = AlertForm(request.POST if request.method == "POST" else None, initial=initial)
    if not query.event:  # new reports are only news for followed events
        form.fields.pop("on_reports")
    if request.method == "POST" and form.is_valid():
        return _subscribe(request, chosen, form)
    page = build_new_alert_page(query, form, weeks, is_much=is_much, has_unsure=query != asked)
    return render_page(request, "web/alert_new.html", page, status=400 if form.errors else 200)


def _check_events(query: Query) -> None:
    """Raise QueryError for events that do not exist: nothing would ever be mailed about them."""
    numbers = Event.objects.filter(pk__in=query.event).values_list("pk", flat=True)
    known = set(map(str, numbers)) if query.event else set()
    problems = [
        QueryProblem(_("Event %s does not exist") % number, f"event:{number}")
        for number in query.event
        if number not in known
    ]
    if problems:
        left = tuple(number for number in query.event if number in known)
        raise QueryError(problems, replace(query, event=left).text())


def _subscribe(request: HttpRequest, query: Query, form: AlertForm) -> HttpResponse:
    now = database_time.now()
    origin = origin_of(request, "alerts", now.date())
    try:
        subscribing.subscribe(
            address=form.cleaned_data["address"],
            query=query,
            chosen=form.chosen_settings(),
            origin=origin.sender,
            now=now,
        )
    except subscribing.TooManyRequestsError as error:
        return too_many(request, error)
    return redirect(f"{reverse('alerts')}?sent")


def _ticked(query: Query, sent: QueryDict) -> Query:
    """Return the query with the ticked related values, and other names turned off unless ticked.
    Raises QueryError, also if it is too long with them.
    """
    more = parse(" ".join(sent.getlist("with")))
    # A field without a filter stays open, since one value would narrow it.
    values: dict[str, list[str]] = {
        name: [*getattr(query, name), *getattr(more, name)] if getattr(query, name) else []
        for name in FIELDS
    }
    values |= {name: [getattr(query, name)] for name in (*DATES, *NUMBERS)}
    values["words"] = list(query.words)
    values["names"] = ["off" if "names_shown" in sent and "names" not in sent else query.names]
    return build_query(values, query.excluded, query)


@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request: HttpRequest, token: str) -> HttpResponse:
    (alert_id,) = token_ids(token, tokens.CONFIRM) or (0,)
    if request.method == "POST":
        confirmed = subscribing.confirm_alert(alert_id, database_time.now())
        if confirmed is None:
            return _unknown(request)
        manage = reverse(
            "alerts_manage", args=[tokens.sign_token(tokens.MANAGE, confirmed.subscriber_id)]
        )
        page = AlertPage(alert_name(confirmed), describe_rate(confirmed), manage)
        return render_page(request, "web/alert_confirmed.html", page)
    alert = Alert.objects.filter(pk=alert_id).exclude(state=Alert.State.STOPPED).first()
    if alert is None:
        return _unknown(request)
    # The holder of the link owns the address: here, not in the mail, they see the query.
    page = AlertPage(query_words(parse(alert.query)), describe_rate(alert))
    return render_page(request, "web/alert_confirm.html", page)


# RFC 8058: the mail program posts without cookie or CSRF token; the signed address is the proof.
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def stop(request: HttpRequest, token: str) -> HttpResponse:
    alerts = list(Alert.objects.filter(pk__in=token_ids(token, tokens.STOP)).order_by("pk"))
    return _stop(request, alerts, is_former=tokens.is_former_token(token))


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def stop_all(request: HttpRequest, token: str) -> HttpResponse:
    # A token that never expires, since stopping must always be possible (decision D89).
    (reader,) = token_ids(token, tokens.STOP_ALL) or (0,)
    alerts = list(Alert.objects.filter(subscriber=reader).order_by("pk"))
    # The link is also mailed to people without alerts; and deleted subscribers may click again.
    if not alerts and tokens.is_signed(token, tokens.STOP_ALL):
        return _stop_mails(request, reader)
    return _stop(request, alerts, is_former=tokens.is_former_token(token))


def _stop_mails(request: HttpRequest, reader: int) -> HttpResponse:
    if request.method != "POST":
        return render_page(request, "web/alert_stop.html", StopPage(()))
    subscribing.stop_mails(reader)
    return render_page(request, "web/alert_stopped.html", StoppedPage(0))


def _stop(request: HttpRequest, alerts: list[Alert], *, is_former: bool) -> HttpResponse:
    if not alerts:
        return _unknown(request)
    if request.method == "POST":
        subscribing.stop_alerts(alert.pk for alert in alerts)
        return render_page(request, "web/alert_stopped.html", StoppedPage(len(alerts)))
    # An old link contains row numbers, which may be another subscriber's, so their queries are not
    # shown.
    page = StopPage(() if is_former else tuple(alert_name(alert) for alert in alerts))
    return render_page(request, "web/alert_stop.html", page)


@require_safe
def period(request: HttpRequest, token: str) -> HttpResponse:
    """Show a full digest, including events left out of the mail."""
    (delivery_id,) = token_ids(token, tokens.PERIOD) or (0,)
    delivery = Delivery.objects.filter(pk=delivery_id, type=Delivery.Type.DIGEST).first()
    if delivery is None:
        return _unknown(request)
    digest, alerts = current_digest(delivery, database_time.now(), shown=1_000)
    page = PeriodPage(
        digest=digest,
        others=(
            (_("Undone"), digest.undone),
            (_("Seems undone"), digest.seeming),
            (_("Follow-ups"), digest.later),
            (_("Stated end passed"), digest.ended),
            (_("Corrected"), digest.changed),
            (_("Not undone in time"), digest.silent),
        ),
        since=delivery.since,
        until=delivery.created_at,
        is_over=not alerts,
    )
    return render_page(request, "web/alert_period.html", page)


@require_safe
def feed(request: HttpRequest, token: str) -> HttpResponseBase:
    """Return an alert's hits as Atom, for anybody who has the address."""
    (alert_id,) = token_ids(token, tokens.FEED) or (0,)
    alert = Alert.objects.filter(pk=alert_id, state=Alert.State.ACTIVE).first()
    if alert is None:
        return _unknown(request)
    # Held hits wait until an editor says whether they are news (fault E5).
    hits = Hit.objects.filter(alert=alert, reason__in=HEARD, is_held=False).order_by("-at")
    chosen = hits.select_related("event__merged_into")[:FEED_HITS]
    events = [hit.event.itself for hit in chosen]
    shown = {event.pk: event for event in events if event.state not in NOT_SHOWN}
    return atom_of(request, find.rows_of(list(shown)), alert_name(alert), parse(alert.query))


def too_many(request: HttpRequest, error: subscribing.TooManyRequestsError) -> HttpResponse:
    """Show how long to wait."""
    minutes = int(error.retry_after.total_seconds() // 60) + 1
    reason = _(
        "Too many requests came from your address or the network around it. Try again in %s minutes"
    )
    page = BadRequestPage(_("Too many requests"), reason % minutes)
    answer = render_page(request, "web/bad_request.html", page, status=429)
    answer["Retry-After"] = str(minutes * 60)
    return answer


def _unknown(request: HttpRequest) -> HttpResponse:
    return render_page(request, "web/alert_unknown.html", EmptyPage(), status=404)
