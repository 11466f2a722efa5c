"""Call subscribers' servers with signed events (Standard Webhooks), under the address rules of
feeds.
"""

import asyncio
import base64
import hashlib
import hmac
import ipaddress
import logging
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db.models import QuerySet
from django.urls import reverse

from tracker.alerts.models import Alert, Delivery, Hit
from tracker.events.publish.export import event_as_dict
from tracker.events.search.rows import EventRow
from tracker.feeds.activity import error_text
from tracker.feeds.limits import REASON_LIMIT
from tracker.feeds.network.addresses import Network
from tracker.feeds.network.client import Client, check_url, open_client
from tracker.feeds.network.errors import NETWORK_ERRORS, network_error
from tracker.feeds.network.types import FetchError
from tracker.feeds.network.user_agent import user_agent
from tracker.redact import Discreet
from tracker.text import clean_text, json_text

log = logging.getLogger(__name__)
PREFIX = "whsec_"
TIME_LIMIT = 15.0  # seconds for one call (Standard Webhooks: 15 to 30)
OPEN_LIMIT = 20


class HookError(ValueError):
    """An address that is not allowed for a hook; the message says why."""


@dataclass(frozen=True, repr=False)
class HookCall(Discreet):
    """A request; its id is the same for all attempts."""

    url: str
    secret: str
    id: str
    body: bytes


@dataclass(frozen=True)
class HookOutcome:
    """A server's answer; `status` is 0 for no answer.

    Any 2xx counts as accepted. `is_own`: the call could not be made because of a fault of ours.
    """

    status: int
    error: str = ""
    is_own: bool = False

    def __post_init__(self) -> None:
        # Frozen, so set this way; the text comes from a stranger's server and is cleaned before it
        # is stored.
        object.__setattr__(self, "error", clean_text(self.error, REASON_LIMIT))

    @property
    def is_taken(self) -> bool:
        return 200 <= self.status < 300

    @property
    def is_gone(self) -> bool:
        """Return whether the server wants no more calls (410)."""
        return self.status == 410


def create_secret() -> str:
    """Return a new secret in the form of Standard Webhooks: 24 random bytes in base64."""
    return PREFIX + base64.b64encode(secrets.token_bytes(24)).decode()


def sign_call(secret: str, call_id: str, timestamp: int, body: bytes) -> str:
    """Return "v1," and the HMAC-SHA256 of "id.timestamp.body" (Standard Webhooks, "Signature
    scheme").
    """
    key = base64.b64decode(secret.removeprefix(PREFIX))
    signed = f"{call_id}.{timestamp}.".encode() + body
    return "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()


def check_hook_url(url: str) -> str:
    """Return the address in canonical form, which is stored and called. Raises HookError if it must
    not be called. Its target is checked again at each call.
    """
    try:
        address = check_url(url, _allowed_networks())
    except FetchError as error:
        raise HookError(error.reason) from None
    # The signature proves who calls; a password would appear in lists and data files.
    if address.has_user:
        raise HookError("an address with a user and a password is not called")
    return str(address)


def build_body(call_type: str, alert: Alert, row: EventRow | None, now: datetime) -> bytes:
    """Build the body of a call: type, time, alert, and the event as the API has it; a test has no
    event.
    """
    address = f"{settings.SITE_URL}{reverse('event', args=[row.id])}" if row else ""
    message = {
        "type": call_type,
        "timestamp": now.isoformat(),
        "data": {
            "alert": {"id": alert.pk, "name": alert.name, "query": alert.query},
            "event": event_as_dict(row, address) if row else None,
        },
    }
    return json_text(message).encode()


def queue_calls(hits: QuerySet[Hit], now: datetime) -> None:
    """Queue one call for each hit whose alert has a hook."""
    hooked = hits.exclude(alert__hook_url="").filter(call=None, is_held=False)
    Delivery.objects.bulk_create(
        [
            Delivery(
                alert_id=hit.alert_id,
                subscriber_id=hit.alert.subscriber_id,
                hit=hit,
                type=Delivery.Type.HOOK,
                message_id=f"hook_{hit.pk}",
                since=now,
                created_at=now,
                next_try_at=now,
            )
            for hit in hooked.select_related("alert")
        ],
        # Two workers may match one event; the unique constraint drops the second call.
        ignore_conflicts=True,
    )


def make_calls(calls: Mapping[int, HookCall], now: datetime) -> dict[int, HookOutcome]:
    """Make the calls, OPEN_LIMIT at once, and return the outcome of each by its key.

    Never raises for faults of a server or an address; redirects are not followed (Standard
    Webhooks).
    """
    return asyncio.run(_call_all(calls, int(now.timestamp()))) if calls else {}


async def _call_all(calls: Mapping[int, HookCall], timestamp: int) -> dict[int, HookOutcome]:
    async with open_client(
        _allowed_networks(),
        user_agent=user_agent(),
        proxy=settings.PROXY,
        seconds=TIME_LIMIT,
        limit=OPEN_LIMIT,
        # One slow server must not use all connections.
        limit_per_host=2,
    ) as client:
        outcomes = await asyncio.gather(
            *(_call_safely(client, call, timestamp) for call in calls.values())
        )
    return dict(zip(calls, outcomes, strict=True))


async def _call_safely(client: Client, call: HookCall, timestamp: int) -> HookOutcome:
    """Make one call; an unexpected failure becomes its outcome and stops no other."""
    try:
        return await _post_call(client, call, timestamp)
    except Exception as error:
        log.exception("web hook not called", extra={"webhook_id": call.id})
        return HookOutcome(0, error_text(error), is_own=True)


async def _post_call(client: Client, call: HookCall, timestamp: int) -> HookOutcome:
    headers = {
        "Content-Type": "application/json",
        "webhook-id": call.id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": sign_call(call.secret, call.id, timestamp, call.body),
    }
    try:
        # Checked again at each call: the name may resolve to another address now.
        address = check_url(call.url, client.allowed)
        async with client.request("POST", address, data=call.body, headers=headers) as answer:
            return HookOutcome(answer.status, "" if answer.ok else f"HTTP {answer.status}")
    except NETWORK_ERRORS as error:
        return HookOutcome(0, network_error(error, TIME_LIMIT).reason)


def _allowed_networks() -> list[Network]:
    return [ipaddress.ip_network(network) for network in settings.ALLOWED_NETWORKS]
