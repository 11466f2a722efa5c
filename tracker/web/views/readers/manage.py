"""The page of a reader's alerts, behind a signed link that was mailed: see, change, pause, stop,
delete; feed, web hook, muted events; take all data; leave.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import wraps

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from tracker import database_time
from tracker.alerts import subscribing, tokens
from tracker.alerts.delivery.emails import alert_name, describe_rate
from tracker.alerts.delivery.webhooks import HookError
from tracker.alerts.hits import count_hits
from tracker.alerts.models import Alert, Hit, Subscriber
from tracker.alerts.tokens import sign_token, token_ids
from tracker.events.search.describe import describe_query
from tracker.events.search.query import parse
from tracker.events.search.rows import EventRow, load_rows
from tracker.web.forms import AddressForm, HookForm, PausedForm
from tracker.web.query_params import parameters_of

View = Callable[[HttpRequest, str], HttpResponse]
LATELY = timedelta(days=30)
LATEST = 5


@dataclass(frozen=True)
class AlertRow:
    """An alert as the page shows it; `hits` in 30 days, `latest` events that it was told of."""

    alert: Alert
    name: str
    words: str
    rate: str
    parameters: str
    hits: int
    latest: tuple[EventRow, ...]
    feed: str
    form: PausedForm
    hook: HookForm


def _private(view: View) -> View:
    """A page whose address is its key: kept by nobody, found by no search engine."""

    @never_cache
    @wraps(view)
    def answer(request: HttpRequest, token: str) -> HttpResponse:
        response = view(request, token)
        response["X-Robots-Tag"] = "noindex, nofollow"
        return response

    return answer


@_private
@require_http_methods(["GET", "HEAD", "POST"])
def manage(request: HttpRequest, token: str) -> HttpResponse:
    reader = _reader(token)
    if reader is None:
        return _old(request)
    if request.method == "POST":
        return _act(request, reader, token)
    return _page(request, reader, token)


def _page(
    request: HttpRequest, reader: Subscriber, token: str, failed: AlertRow | None = None
) -> HttpResponse:
    now = database_time.now()
    alerts = reader.alerts.exclude(confirmed_at=None).order_by("pk")
    rows = [_row(alert, request, now) for alert in alerts]
    if failed is not None:
        rows = [failed if row.alert.pk == failed.alert.pk else row for row in rows]
    context = {
        "reader": reader,
        "rows": rows,
        "pending": reader.alerts.filter(state=Alert.State.PENDING).count(),
        "muted": load_rows(
            [m.event for m in reader.muted_events.select_related("event").order_by("-at")]
        ),
        "token": token,
    }
    return render(request, "web/alerts_manage.html", context, status=400 if failed else 200)


def _row(alert: Alert, request: HttpRequest, now: datetime) -> AlertRow:
    query = parse(alert.query)
    hits = Hit.objects.filter(alert=alert, is_held=False).select_related("event__merged_into")
    path = reverse("alert_feed", args=[sign_token(tokens.FEED, alert)])
    latest = {hit.event.itself.pk: hit.event.itself for hit in hits.order_by("-at")[: 2 * LATEST]}
    return AlertRow(
        alert=alert,
        name=alert_name(alert),
        words=describe_query(query),
        rate=describe_rate(alert),
        parameters=parameters_of(query),
        hits=count_hits(alert.pk, now - LATELY),
        latest=load_rows(list(latest.values())[:LATEST]),
        feed=request.build_absolute_uri(path),
        form=PausedForm(initial=PausedForm.values(alert), prefix=str(alert.pk)),
        hook=HookForm(initial={"url": alert.hook_url}, prefix=f"hook{alert.pk}"),
    )


@_private
@require_safe
def data(request: HttpRequest, token: str) -> HttpResponse:
    """All that is stored of a reader."""
    reader = _reader(token)
    if reader is None:
        return _old(request)
    answer = JsonResponse(
        subscribing.subscriber_data(reader), json_dumps_params={"indent": 2, "ensure_ascii": False}
    )
    answer["Content-Disposition"] = 'attachment; filename="platform-policy-tracker.json"'
    return answer


@_private
@require_http_methods(["GET", "HEAD", "POST"])
def erase(request: HttpRequest, token: str) -> HttpResponse:
    """Asks, then deletes all that is stored of a reader."""
    reader = _reader(token)
    if reader is None:
        return _old(request)
    if request.method == "POST":
        subscribing.erase_subscriber(reader.pk)
        messages.success(request, _("Your data has been deleted."))
        return redirect("alerts")
    return render(request, "web/alerts_erase.html", {"reader": reader, "token": token})


def _reader(token: str) -> Subscriber | None:
    (pk,) = token_ids(token, tokens.MANAGE) or (0,)
    return Subscriber.objects.filter(pk=pk).first()


def _old(request: HttpRequest) -> HttpResponse:
    return render(request, "web/alerts_old_link.html", {"form": AddressForm()}, status=404)


# --- what the page's buttons do

Told = str | AlertRow | None  # what to say, or the row whose form holds an error


def _act(request: HttpRequest, reader: Subscriber, token: str) -> HttpResponse:
    acts: dict[str, Callable[[HttpRequest, Subscriber], Told]] = {
        "change": _change,
        "resume": _resume,
        "stop": _stop,
        "delete": _delete,
        "hook": _hook,
        "test": _test,
        "mute": _mute,
        "unmute": _unmute,
        "signs": _signs,
        "stop_all": _stop_all,
        "lift": _lift,
    }
    act = acts.get(request.POST.get("act", ""))
    told = act(request, reader) if act else None
    if isinstance(told, AlertRow):
        return _page(request, reader, token, told)
    if told is not None:
        messages.success(request, told)
    return redirect("alerts_manage", token)


def _alert(request: HttpRequest, reader: Subscriber) -> Alert | None:
    """The alert that a form names, if it is the reader's."""
    number = request.POST.get("alert", "")
    is_number = number.isdecimal() and len(number) < 19
    return reader.alerts.filter(pk=number).first() if is_number else None


def _event(request: HttpRequest) -> int:
    number = request.POST.get("event", "")
    return int(number) if number.isdecimal() and len(number) < 19 else 0


def _change(request: HttpRequest, reader: Subscriber) -> Told:
    alert = _alert(request, reader)
    if alert is None:
        return None
    form = PausedForm(request.POST, prefix=str(alert.pk))
    now = database_time.now()
    if not form.is_valid():
        row = _row(alert, request, now)
        return replace(row, form=form)
    subscribing.change_alert(
        alert, form.chosen_settings(), paused_until=form.cleaned_data["paused_until"], now=now
    )
    return _("Changed.")


def _resume(request: HttpRequest, reader: Subscriber) -> Told:
    alert = _alert(request, reader)
    if alert is None:
        return None
    subscribing.resume_alert(alert, database_time.now())
    return _("Alert turned on.")


def _stop(request: HttpRequest, reader: Subscriber) -> Told:
    alert = _alert(request, reader)
    if alert is None:
        return None
    subscribing.stop_alerts([alert.pk])
    return _("Alert stopped. You can start it again here.")


def _delete(request: HttpRequest, reader: Subscriber) -> Told:
    alert = _alert(request, reader)
    if alert is None:
        return None
    subscribing.delete_alert(alert)
    return _("Deleted.")


def _hook(request: HttpRequest, reader: Subscriber) -> Told:
    alert = _alert(request, reader)
    if alert is None:
        return None
    form = HookForm(request.POST, prefix=f"hook{alert.pk}")
    is_valid = form.is_valid()
    if is_valid:
        try:
            subscribing.set_hook(alert, form.cleaned_data["url"])
        except HookError as error:
            form.add_error("url", str(error))
            is_valid = False
    if not is_valid:
        row = _row(alert, request, database_time.now())
        return replace(row, hook=form)
    return _("Web hook saved.") if form.cleaned_data["url"] else _("Web hook removed.")


def _test(request: HttpRequest, reader: Subscriber) -> Told:
    alert = _alert(request, reader)
    if alert is None or not alert.hook_url:
        return None
    now = database_time.now()
    try:
        subscribing.queue_test_call(alert, now)
    except subscribing.HookLimitError:
        row = _row(alert, request, now)
        form = HookForm({f"{row.hook.prefix}-url": alert.hook_url}, prefix=row.hook.prefix)
        limit = {"limit": subscribing.TESTS_A_DAY}
        form.add_error(
            "url", _("You can send %(limit)s test calls a day. Try again tomorrow.") % limit
        )
        return replace(row, hook=form)
    return _("Test call queued. Its result will appear here.")


def _mute(request: HttpRequest, reader: Subscriber) -> Told:
    subscribing.mute_event(reader.pk, _event(request), database_time.now())
    return _("Event muted.")


def _unmute(request: HttpRequest, reader: Subscriber) -> Told:
    subscribing.unmute_event(reader.pk, _event(request))
    return _("Event unmuted.")


def _signs(request: HttpRequest, reader: Subscriber) -> Told:
    subscribing.set_watching_mails(reader.pk, is_wanted="wanted" in request.POST)
    return _("Changed.")


def _stop_all(request: HttpRequest, reader: Subscriber) -> Told:
    subscribing.stop_all_alerts(reader.pk)
    return _("All alerts stopped. You can start each one again here.")


def _lift(request: HttpRequest, reader: Subscriber) -> Told:
    subscribing.lift_suppression(reader.pk)
    return _("We will send emails to your address again.")
