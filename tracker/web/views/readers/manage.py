"""The page of a subscriber's alerts, at a mailed signed link: see, change, pause, stop, delete;
feed, webhook, muted events; download data; leave.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from functools import wraps
from typing import ParamSpec

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from tracker import database_time
from tracker.alerts import subscribing, tokens
from tracker.alerts.collecting.collections import CollectionLimitError, create_collection
from tracker.alerts.delivery.webhooks import HookError
from tracker.alerts.models import Alert, Subscriber
from tracker.alerts.tokens import token_ids
from tracker.events.search.language.parsing import parse
from tracker.events.search.query import QueryError
from tracker.web.fields import row_id
from tracker.web.forms.alerts import FollowedQueryForm, HookForm, PausedForm
from tracker.web.forms.collections import TitleForm
from tracker.web.pages.render import render_page
from tracker.web.pages.subscribers import (
    AlertRow,
    ErasePage,
    OldLinkPage,
    build_alert_row,
    build_follow_page,
    build_manage_page,
)
from tracker.web.query_params import query_of

P = ParamSpec("P")


def private(view: Callable[P, HttpResponseBase]) -> Callable[P, HttpResponseBase]:
    """Make a view whose address is its key: not cached, not indexed."""

    @never_cache
    @wraps(view)
    def answer(*args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        response = view(*args, **kwargs)
        response["X-Robots-Tag"] = "noindex, nofollow"
        return response

    return answer


@private
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
    # An unconfirmed alert may be a stranger's sign-up with this address.
    alerts = reader.alerts.exclude(confirmed_at=None).order_by("pk")
    rows = [_row(alert, request, database_time.now()) for alert in alerts]
    if failed is not None:
        rows = [failed if row.id == failed.id else row for row in rows]
    page = build_manage_page(reader, token, rows)
    return render_page(request, "web/alerts_manage.html", page, status=400 if failed else 200)


def _row(alert: Alert, request: HttpRequest, now: datetime) -> AlertRow:
    return build_alert_row(alert, request.build_absolute_uri("/").rstrip("/"), now)


@private
@require_safe
def data(request: HttpRequest, token: str) -> HttpResponse:
    """Return all stored data about a subscriber."""
    reader = _reader(token)
    if reader is None:
        return _old(request)
    answer = JsonResponse(
        subscribing.subscriber_data(reader), json_dumps_params={"indent": 2, "ensure_ascii": False}
    )
    answer["Content-Disposition"] = 'attachment; filename="platform-policy-tracker.json"'
    return answer


@private
@require_http_methods(["GET", "HEAD", "POST"])
def erase(request: HttpRequest, token: str) -> HttpResponse:
    """Ask for confirmation, then delete all stored data about a subscriber."""
    reader = _reader(token)
    if reader is None:
        return _old(request)
    if request.method == "POST":
        # Only on POST, since mail scanners follow every link (fault M7).
        subscribing.erase_subscriber(reader.pk)
        messages.success(request, _("Your data has been deleted."))
        return redirect("alerts")
    return render_page(request, "web/alerts_erase.html", ErasePage(reader.address, token))


@private
@require_http_methods(["GET", "HEAD", "POST"])
def follow(request: HttpRequest, token: str, alert_id: int) -> HttpResponse:
    """Change what an alert follows, after a preview of the new query."""
    reader = _reader(token)
    alert = reader.alerts.exclude(confirmed_at=None).filter(pk=alert_id).first() if reader else None
    if alert is None:
        return _old(request)
    parameters = request.POST if request.method == "POST" else request.GET
    form = FollowedQueryForm(parameters if parameters else {"q": alert.query})
    query = parse(alert.query)
    if form.is_valid():
        try:
            query = query_of(parameters) if parameters else query
        except QueryError as error:
            form.add_error("q", f"{error.reason}: {error.place}")
    if request.method == "POST" and form.is_valid():
        subscribing.change_query(alert, query, database_time.now())
        messages.success(request, _("Changed."))
        return redirect("alerts_manage", token)
    page = build_follow_page(alert, query, form, token, database_time.now().date())
    return render_page(request, "web/alert_follow.html", page, status=400 if form.errors else 200)


def _reader(token: str) -> Subscriber | None:
    (pk,) = token_ids(token, tokens.MANAGE) or (0,)
    return Subscriber.objects.filter(pk=pk).first()


def _old(request: HttpRequest) -> HttpResponse:
    return render_page(request, "web/alerts_old_link.html", OldLinkPage(), status=404)


# --- what the page's buttons do

ActionOutcome = str | AlertRow | None  # the message, or the row whose form has an error


def _act(request: HttpRequest, reader: Subscriber, token: str) -> HttpResponse:
    acts: dict[str, Callable[[HttpRequest, Subscriber], ActionOutcome]] = {
        "change": _change,
        "confirm": _confirm,
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
        "collect": _collect,
    }
    act = acts.get(request.POST.get("act", ""))
    outcome = act(request, reader) if act else None
    if isinstance(outcome, AlertRow):
        return _page(request, reader, token, outcome)
    if outcome is not None:
        messages.success(request, outcome)
    return redirect("alerts_manage", token)


def _alert(request: HttpRequest, reader: Subscriber) -> Alert | None:
    """Return the alert in a form, if it is the subscriber's."""
    return reader.alerts.filter(pk=row_id(request.POST.get("alert", ""))).first()


def _event(request: HttpRequest) -> int:
    return row_id(request.POST.get("event", ""))


def _change(request: HttpRequest, reader: Subscriber) -> ActionOutcome:
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


def _confirm(request: HttpRequest, reader: Subscriber) -> ActionOutcome:
    """Confirm a further alert, since the holder of the page's link owns the address."""
    alert = _alert(request, reader)
    if alert is None or subscribing.confirm_alert(alert.pk, database_time.now()) is None:
        return None
    return _("Alert turned on.")


def _resume(request: HttpRequest, reader: Subscriber) -> ActionOutcome:
    alert = _alert(request, reader)
    if alert is None:
        return None
    subscribing.resume_alert(alert, database_time.now())
    return _("Alert turned on.")


def _stop(request: HttpRequest, reader: Subscriber) -> ActionOutcome:
    alert = _alert(request, reader)
    if alert is None:
        return None
    subscribing.stop_alerts([alert.pk])
    return _("Alert stopped. You can start it again here.")


def _delete(request: HttpRequest, reader: Subscriber) -> ActionOutcome:
    alert = _alert(request, reader)
    if alert is None:
        return None
    subscribing.delete_alert(alert)
    return _("Deleted.")


def _hook(request: HttpRequest, reader: Subscriber) -> ActionOutcome:
    alert = _alert(request, reader)
    if alert is None:
        return None
    form = HookForm(request.POST, prefix=f"hook{alert.pk}")
    is_valid = form.is_valid()
    if is_valid:
        try:
            hook_form = form.cleaned_data["form"] or Alert.ChatForm.STANDARD
            subscribing.set_hook(alert, form.cleaned_data["url"], hook_form)
        except HookError as error:
            form.add_error("url", str(error))
            is_valid = False
    if not is_valid:
        row = _row(alert, request, database_time.now())
        return replace(row, hook=form)
    return _("Webhook saved.") if form.cleaned_data["url"] else _("Webhook removed.")


def _test(request: HttpRequest, reader: Subscriber) -> ActionOutcome:
    alert = _alert(request, reader)
    if alert is None or not alert.hook_url:
        return None
    now = database_time.now()
    try:
        # Counted on the subscriber, not by deliveries (fault A4, decision D93).
        subscribing.queue_test_call(alert, now)
    except subscribing.HookLimitError:
        row = _row(alert, request, now)
        values = {"url": alert.hook_url, "form": alert.hook_form}
        form = HookForm(
            {f"{row.hook.prefix}-{name}": value for name, value in values.items()},
            prefix=row.hook.prefix,
        )
        limit = {"limit": subscribing.TESTS_A_DAY}
        form.add_error(
            "url", _("You can send %(limit)s test calls a day. Try again tomorrow.") % limit
        )
        return replace(row, hook=form)
    return _("Test call queued. Its result will appear here.")


def _mute(request: HttpRequest, reader: Subscriber) -> ActionOutcome:
    subscribing.mute_event(reader.pk, _event(request), database_time.now())
    return _("Event muted.")


def _unmute(request: HttpRequest, reader: Subscriber) -> ActionOutcome:
    subscribing.unmute_event(reader.pk, _event(request))
    return _("Event unmuted.")


def _signs(request: HttpRequest, reader: Subscriber) -> ActionOutcome:
    subscribing.set_watching_mails(reader.pk, is_wanted="wanted" in request.POST)
    return _("Changed.")


def _stop_all(request: HttpRequest, reader: Subscriber) -> ActionOutcome:
    subscribing.stop_all_alerts(reader.pk)
    return _("All alerts stopped. You can start each one again here.")


def _lift(request: HttpRequest, reader: Subscriber) -> ActionOutcome:
    subscribing.lift_suppression(reader.pk)
    return _("We will send emails to your address again.")


def _collect(request: HttpRequest, reader: Subscriber) -> ActionOutcome:
    form = TitleForm(request.POST)
    if not form.is_valid():
        return _("Enter a name for the collection.")
    try:
        create_collection(form.cleaned_data["title"], reader, database_time.now())
    except CollectionLimitError:
        return _("You have reached the maximum number of collections.")
    return _("Collection created. Open it to add events.")
