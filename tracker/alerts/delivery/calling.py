"""Make the due webhook calls."""

import logging
from datetime import datetime

from django.conf import settings
from django.db.models import F
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import override

from tracker import database_time
from tracker.alerts.delivery.chat import LIMIT, ChatMessage, convert_call
from tracker.alerts.delivery.claims import (
    OWN_TRIES,
    claim_rows,
    give_up_delivery,
    postpone_delivery,
)
from tracker.alerts.delivery.digest import seems_undone
from tracker.alerts.delivery.emails import site_url
from tracker.alerts.delivery.webhooks import HookCall, HookOutcome, build_body, make_calls
from tracker.alerts.followups.undone import is_undone
from tracker.alerts.models import Alert, Delivery, Hit
from tracker.alerts.naming import alert_name
from tracker.alerts.schedule import hook_wait
from tracker.database.failures import is_outage
from tracker.events.models import Event
from tracker.events.search.load import load_rows
from tracker.events.search.rows import EventRow
from tracker.events.search.wording.reports import count_reports
from tracker.events.wording.names import RECORDED, format_day, kind_name
from tracker.feeds import activity
from tracker.feeds.activity import error_text
from tracker.feeds.models import WorkType
from tracker.text import json_text

log = logging.getLogger(__name__)
BATCH = 100


def call_due_hooks(now: datetime) -> int:
    """Make the due hook calls and return how many were accepted.

    Each attempt is counted first; a call that cannot be built does not delay others.
    """
    claimed = claim_rows(Delivery.objects.filter(type=Delivery.Type.HOOK), now, BATCH)
    calls = {delivery.pk: call for delivery in claimed if (call := _prepare_call(delivery, now))}
    outcomes = make_calls(calls, now)
    for delivery in claimed:
        if delivery.pk in outcomes:
            _record_outcome(delivery, outcomes[delivery.pk], database_time.estimate())
    return sum(outcome.is_taken for outcome in outcomes.values())


def _prepare_call(delivery: Delivery, now: datetime) -> HookCall | None:
    """Count the attempt and build the call; return None, with the reason recorded, if there is
    none.
    """
    claimed = Delivery.objects.filter(pk=delivery.pk, claim=delivery.claim)
    if not claimed.update(attempts=F("attempts") + 1):
        return None
    delivery.attempts += 1
    try:
        call = _build_call(delivery)
    except Exception as error:
        if is_outage(error):
            postpone_delivery(delivery, error, now)
            return None
        log.exception("no call could be made", extra={"delivery_id": delivery.pk})
        _retry_call(delivery, error_text(error), now)
        return None
    if call is None:
        _end_delivery(delivery, Delivery.State.CANCELLED, "")
    return call


def _retry_call(delivery: Delivery, error: str, now: datetime) -> None:
    """Retry a call that could not be made, up to OWN_TRIES attempts."""
    wait = hook_wait(delivery.attempts)
    if wait is None or delivery.attempts >= OWN_TRIES:
        give_up_delivery(delivery, error, now)
        return
    activity.record_failure(WorkType.HOOKS, error, now)
    Delivery.objects.filter(pk=delivery.pk, claim=delivery.claim).update(
        next_try_at=now + wait, claim=None, error=error
    )


def _build_call(delivery: Delivery) -> HookCall | None:
    active = Alert.objects.filter(pk=delivery.alert_id or 0, state=Alert.State.ACTIVE)
    alert = active.select_related("subscriber").first()
    if alert is None or not alert.hook_url:
        return None
    # Chats are read by people, so their messages are in the subscriber's language.
    is_chat = alert.hook_form != Alert.ChatForm.STANDARD
    with override(alert.subscriber.language if is_chat else RECORDED):
        return _worded_call(delivery, alert)


def _worded_call(delivery: Delivery, alert: Alert) -> HookCall | None:
    row, call_type = None, "test"
    if delivery.hit is not None:
        event = delivery.hit.event.itself
        # The event became unsure after the call was queued; unsure events are not reported.
        if event.state == Event.State.UNSURE and delivery.hit.reason != Hit.Reason.CHANGED:
            return None
        if is_undone(delivery.hit):
            return None
        row, call_type = load_rows([event])[0], f"event.{delivery.hit.reason}"
        # An editor has decided on the proposal since; a confirmation is a separate call.
        is_seeming = delivery.hit.reason == Hit.Reason.SEEMS_UNDONE
        if is_seeming and not seems_undone(row, _later_id(delivery.hit)):
            return None
    if alert.hook_form == Alert.ChatForm.STANDARD:
        body = build_body(call_type, alert, row, delivery.created_at)
        return HookCall(alert.hook_url, alert.hook_secret, delivery.message_id, body)
    chat = convert_call(alert.hook_form, alert.hook_url, _chat_message(alert, row, delivery.hit))
    return HookCall(
        chat.url, alert.hook_secret, delivery.message_id, json_text(dict(chat.body)).encode()
    )


def _later_id(hit: Hit) -> int:
    """Return the later act of a hit: its cause, or the event that it was merged into."""
    later = Event.objects.filter(pk=hit.cause).select_related("merged_into").first()
    return later.itself.pk if later else 0


def _chat_message(alert: Alert, row: EventRow | None, hit: Hit | None) -> ChatMessage:
    if row is None or hit is None:
        return ChatMessage(_("Test"), _("Messages arrive"), settings.SITE_URL, "", "", _(": "))
    return ChatMessage(
        label=capfirst(hit.get_reason_display()),
        headline=row.headline[:LIMIT],
        link=site_url(reverse("event", args=[row.id])),
        facts=f"{kind_name(row.kind)}, {format_day(row.occurred)}. {count_reports(row)}",
        alert=alert_name(alert),
        colon=_(": "),
    )


def _record_outcome(delivery: Delivery, outcome: HookOutcome, now: datetime) -> None:
    if outcome.is_own:
        _retry_call(delivery, outcome.error, now)
        return
    activity.record_success(WorkType.HOOKS, now)  # whatever the subscriber's server answers
    if outcome.is_taken:
        _end_delivery(delivery, Delivery.State.SENT, "")
    # With 410 a server asks for no more calls (Standard Webhooks), so the hook is removed.
    elif outcome.is_gone:
        _end_delivery(delivery, Delivery.State.REFUSED, outcome.error)
        Alert.objects.filter(pk=delivery.alert_id or 0).update(hook_url="")
    elif delivery.hit_id is None or (wait := hook_wait(delivery.attempts)) is None:
        # Given up; a test is not retried, since its outcome is shown.
        _end_delivery(delivery, Delivery.State.REFUSED, outcome.error)
    else:
        Delivery.objects.filter(pk=delivery.pk, claim=delivery.claim).update(
            next_try_at=now + wait, claim=None, error=outcome.error
        )
    error = "" if outcome.is_taken else outcome.error
    Alert.objects.filter(pk=delivery.alert_id or 0).update(hook_error=error)


def _end_delivery(delivery: Delivery, state: Delivery.State, error: str) -> None:
    Delivery.objects.filter(pk=delivery.pk, claim=delivery.claim, state=Delivery.State.DUE).update(
        state=state, ended_at=database_time.estimate(), claim=None, error=error[:500]
    )
