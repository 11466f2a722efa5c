"""Signed links: who holds the mail may do one thing to what it names, and nothing else.

A link names rows by their random keys (keys.py) and carries a mark of the address that it was
mailed to, so that it ends with the row and with the address, and never opens another's page.
"""

import re
from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.core.signing import BadSignature, Signer, TimestampSigner
from django.utils.crypto import constant_time_compare, salted_hmac

from tracker.alerts.models import Alert, Delivery, Reader

CONFIRM = "alert.confirm"  # an alert
STOP = "alert.stop"  # alerts
STOP_ALL = "reader.stop"  # a reader
FEED = "alert.feed"  # an alert
PERIOD = "delivery.read"  # a delivery
MANAGE = "reader.manage"  # a reader
MODELS: Mapping[str, type[Alert | Reader | Delivery]] = {
    CONFIRM: Alert,
    STOP: Alert,
    STOP_ALL: Reader,
    FEED: Alert,
    PERIOD: Delivery,
    MANAGE: Reader,
}
MANAGED_FOR = timedelta(days=30)  # then a new link is mailed on request
LIMIT = 2_000  # characters of a token
FORMER = re.compile(r"[0-9]{1,19}(?:-[0-9]{1,19})*\.")

Row = Alert | Reader | Delivery


def token(purpose: str, *rows: Row | int) -> str:
    """A token for rows of one reader, or for those with these ids, and one purpose; of rows that
    are gone it names nothing. It does not end by itself, because a mail is kept for years, except
    for MANAGE, which ends after MANAGED_FOR.
    """
    named = [row if not isinstance(row, int) else _row(purpose, row) for row in rows]
    present = [row for row in named if row is not None]
    address = _address(present[0]) if present else ""
    value = "-".join([*(row.key.hex for row in present), _mark(address)])
    return str(_signer(purpose).sign(value)).replace(":", ".")


def ids_of(text: str, purpose: str) -> tuple[int, ...]:
    """The ids of the rows that a token names and that are still there under the same address; ()
    for a token that is forged, cut, over, or made for another purpose. Compares in constant time.
    """
    if len(text) > LIMIT:
        return ()
    signed = text.replace(".", ":")
    signer = _signer(purpose)
    try:
        if isinstance(signer, TimestampSigner):
            value = signer.unsign(signed, max_age=MANAGED_FOR)
        else:
            value = signer.unsign(signed)
    except BadSignature:
        return ()
    if is_former(text):
        return _former(purpose, [int(number) for number in value.split("-")])
    *keys, mark = value.split("-")
    return _ids(purpose, [UUID(key) for key in keys], mark)


def is_former(text: str) -> bool:
    """Whether a token is of a link that was mailed before rows had keys: it holds their numbers."""
    return FORMER.match(text) is not None


def _ids(purpose: str, keys: list[UUID], mark: str) -> tuple[int, ...]:
    of_reader = MODELS[purpose] is Reader
    rows = MODELS[purpose]._default_manager.filter(key__in=keys)
    found = {
        key: pk
        for key, pk, address in rows.values_list(
            "key", "pk", "address" if of_reader else "reader__address"
        )
        if constant_time_compare(_mark(address or ""), mark)
    }
    return tuple(found[key] for key in keys if key in found)


def _former(purpose: str, numbers: list[int]) -> tuple[int, ...]:
    """Of a link mailed before rows had keys: it may stop what had that number then, since everybody
    must be able to leave, and do or show nothing else, since the number may be another's by now.
    """
    if purpose not in {STOP, STOP_ALL}:
        return ()
    rows = MODELS[purpose]._default_manager.filter(former_number__in=numbers)
    return tuple(rows.order_by("pk").values_list("pk", flat=True))


def _row(purpose: str, pk: int) -> Row | None:
    model = MODELS[purpose]
    rows: Any = model._default_manager.filter(pk=pk)
    row: Row | None = (rows if model is Reader else rows.select_related("reader")).first()
    return row


def _address(row: Row) -> str:
    reader = row if isinstance(row, Reader) else row.reader
    return reader.address if reader is not None else ""


def _mark(address: str) -> str:
    return salted_hmac("address", address, algorithm="sha256").hexdigest()[:16]


def _signer(purpose: str) -> Signer:
    return TimestampSigner(salt=purpose) if purpose == MANAGE else Signer(salt=purpose)
