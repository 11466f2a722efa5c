"""Create and check signed single-purpose links. A link identifies rows by their random keys
(keys.py) and contains a mark of the address that it was mailed to, so that it becomes invalid with
the row and with the address, and never opens another person's page.
"""

import re
from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.core.signing import BadSignature, Signer, TimestampSigner
from django.utils.crypto import constant_time_compare, salted_hmac

from tracker.alerts.collecting.models import Collection
from tracker.alerts.models import Alert, Delivery, Subscriber

CONFIRM = "alert.confirm"  # an alert
STOP = "alert.stop"  # alerts
STOP_ALL = "reader.stop"  # a reader
FEED = "alert.feed"  # an alert
PERIOD = "delivery.read"  # a delivery
MANAGE = "reader.manage"  # a reader
COLLECT = "collection.change"  # a collection
READ = "collection.read"  # a collection
MODELS: Mapping[str, type[Alert | Subscriber | Delivery | Collection]] = {
    CONFIRM: Alert,
    STOP: Alert,
    STOP_ALL: Subscriber,
    FEED: Alert,
    PERIOD: Delivery,
    MANAGE: Subscriber,
    COLLECT: Collection,
    READ: Collection,
}
MANAGED_FOR = timedelta(days=30)  # afterwards a new link is mailed on request
LIMIT = 2_000  # characters of a token
FORMER = re.compile(r"[0-9]{1,19}(?:-[0-9]{1,19})*\.")

Row = Alert | Subscriber | Delivery | Collection


def sign_token(purpose: str, *rows: Row | int) -> str:
    """Return a token that names rows of one subscriber for one purpose.

    Rows may be given by id; if all are deleted it names nothing. Only a token for MANAGE expires
    (MANAGED_FOR): mails are kept for years, and their links must still stop them.
    """
    named = [row if not isinstance(row, int) else _find_row(purpose, row) for row in rows]
    present = [row for row in named if row is not None]
    address = _address_of(present[0]) if present else ""
    # A changed address invalidates its links, since the mark no longer matches.
    value = "-".join([*(row.key.hex for row in present), _address_mark(address)])
    return str(_signer(purpose).sign(value)).replace(":", ".")


def token_ids(text: str, purpose: str) -> tuple[int, ...]:
    """Return the ids of the rows that a token names and that still belong to the same address; ()
    for a token that is forged, truncated, expired or for another purpose.

    Compares in constant time.
    """
    value = _unsign(text, purpose)
    if value is None:
        return ()
    if is_former_token(text):
        return _ids_by_former_number(purpose, [int(number) for number in value.split("-")])
    *keys, mark = value.split("-")
    return _ids_by_key(purpose, [UUID(key) for key in keys], mark)


def is_signed(text: str, purpose: str) -> bool:
    """Return whether we signed a token for a purpose, even if its rows are deleted."""
    return _unsign(text, purpose) is not None


def _unsign(text: str, purpose: str) -> str | None:
    """Return the content of a token; None if it is forged, truncated, expired or for another
    purpose.
    """
    if len(text) > LIMIT:
        return None
    signed = text.replace(".", ":")
    signer = _signer(purpose)
    try:
        if isinstance(signer, TimestampSigner):
            return signer.unsign(signed, max_age=MANAGED_FOR)
        return signer.unsign(signed)
    except BadSignature:
        return None


def is_former_token(text: str) -> bool:
    """Return whether a token comes from a link mailed before rows had keys: it contains row
    numbers.
    """
    return FORMER.match(text) is not None


def _ids_by_key(purpose: str, keys: list[UUID], mark: str) -> tuple[int, ...]:
    is_of_subscriber = MODELS[purpose] is Subscriber
    rows = MODELS[purpose]._default_manager.filter(key__in=keys)
    ids = {
        key: pk
        for key, pk, address in rows.values_list(
            "key", "pk", "address" if is_of_subscriber else "subscriber__address"
        )
        if constant_time_compare(_address_mark(address or ""), mark)
    }
    return tuple(ids[key] for key in keys if key in ids)


def _ids_by_former_number(purpose: str, numbers: list[int]) -> tuple[int, ...]:
    """Return the rows of a link mailed before rows had keys, which may only stop mails.

    Everybody must be able to leave, but a number that may belong to somebody else now must not
    allow anything else.
    """
    if purpose not in {STOP, STOP_ALL}:
        return ()
    # RFC 8058: recipients of old mails must still be able to leave.
    rows: Any = MODELS[purpose]._default_manager
    rows = rows.filter(former_number__in=numbers)
    return tuple(rows.order_by("pk").values_list("pk", flat=True))


def _find_row(purpose: str, pk: int) -> Row | None:
    model = MODELS[purpose]
    rows: Any = model._default_manager.filter(pk=pk)
    row: Row | None = (rows if model is Subscriber else rows.select_related("subscriber")).first()
    return row


def _address_of(row: Row) -> str:
    subscriber = row if isinstance(row, Subscriber) else row.subscriber
    return subscriber.address if subscriber is not None else ""


def _address_mark(address: str) -> str:
    return salted_hmac("address", address, algorithm="sha256").hexdigest()[:16]


def _signer(purpose: str) -> Signer:
    return TimestampSigner(salt=purpose) if purpose == MANAGE else Signer(salt=purpose)
