"""What comes back of mails: refusals, bounce files (RFC 3464), a provider's web hooks. Who holds a
Message-ID of ours had the mail; nobody else can end an address.
"""

import email
import logging
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.message import Message
from pathlib import Path
from typing import Any

from anymail.signals import EventType, tracking
from django.conf import settings
from django.dispatch import receiver
from django.utils import timezone

from tracker.alerts.models import Bounce, Delivery, Reader
from tracker.alerts.post import bounce_of
from tracker.feeds.limits import HEADER_LIMIT, REASON_LIMIT
from tracker.text import clean_text

log = logging.getLogger(__name__)
SOFT_LIMIT = 5  # soft bounces within SOFT_WITHIN that end an address
SOFT_WITHIN = timedelta(days=14)
SIZE_LIMIT = 1_000_000  # bytes of a file that are read


@dataclass(frozen=True)
class Returned:
    """What a bounce file says: of which mail, to whom, "hard", "soft" or "complaint"."""

    message_id: str
    address: str
    kind: str
    told: str


def bounced(
    reader: Reader, kind: str, now: datetime, *, delivery: Delivery | None = None, told: str = ""
) -> None:
    """Keeps a bounce, once a mail and kind, and ends the address: at once for "hard" and
    "complaint", for "soft" at SOFT_LIMIT within SOFT_WITHIN.
    """
    known = Bounce.objects.filter(delivery=delivery, kind=kind) if delivery else None
    if known is None or not known.exists():
        Bounce.objects.create(
            delivery=delivery, kind=kind, reader=reader, at=now, told=clean_text(told, REASON_LIMIT)
        )
    soft = reader.bounces.filter(kind=Reader.Suppression.SOFT, at__gt=now - SOFT_WITHIN)
    if kind != Reader.Suppression.SOFT or soft.count() >= SOFT_LIMIT:
        standing = Reader.objects.filter(pk=reader.pk).exclude(
            suppressed_for=Reader.Suppression.COMPLAINT
        )
        standing.update(suppressed_at=now, suppressed_for=kind)
        log.warning("reader_id=%s gets no more mail: %s", reader.pk, kind)


def take(returned: Returned, now: datetime) -> bool:
    """Keeps what came back of one of our mails; whether it was one, to that address."""
    sent = (
        Delivery.objects.filter(message_id=clean_text(returned.message_id))
        .select_related("reader")
        .first()
    )
    if sent is None or sent.reader is None:
        return False
    if returned.address and returned.address.lower() != sent.reader.address:
        return False
    bounced(sent.reader, returned.kind, now, delivery=sent, told=returned.told)
    return True


def read_bounce(data: bytes) -> Returned | None:
    """A bounce (RFC 3464) or complaint (RFC 5965) as a mail server sends it; None for any other
    mail: automatic answers say nothing of an address. Never raises for what a file holds.
    """
    message = email.message_from_bytes(data)
    if message.get_content_type() != "multipart/report":
        return None
    parts = list(message.walk())
    message_id = next(filter(None, map(_message_id, parts[1:])), "")
    if not message_id:
        return None
    for block in _blocks(parts):
        if _text(block, "Feedback-Type").lower() in {"abuse", "complaint", "fraud"}:
            return Returned(message_id, "", Reader.Suppression.COMPLAINT, "complaint")
        if _text(block, "Action").lower() == "failed":
            status, told = _text(block, "Status"), _text(block, "Diagnostic-Code")
            kind = bounce_of(500, status) if status else "soft"
            address = _text(block, "Final-Recipient") or _text(block, "Original-Recipient")
            return Returned(
                message_id, address.rpartition(";")[2].strip(), kind or "soft", f"{status} {told}"
            )
    return None


def read_folder(now: datetime) -> int:
    """Takes the bounces that a mail server put into BOUNCES_DIR (a maildir's `new`, or files), and
    removes every file that was read; how many told of our mails.
    """
    if not settings.BOUNCES_DIR:
        return 0
    root, count = Path(settings.BOUNCES_DIR), 0
    folder = root / "new" if (root / "new").is_dir() else root
    for path in sorted(p for p in folder.iterdir() if p.is_file()):
        with path.open("rb") as file:
            returned = read_bounce(file.read(SIZE_LIMIT))
        count += returned is not None and take(returned, now)
        path.unlink()
    return count


def _blocks(parts: list[Message]) -> Iterator[Message]:
    """The groups of fields of the report's own parts."""
    for part in parts:
        kind = part.get_content_type()
        if kind in {"message/delivery-status", "message/feedback-report"}:
            payload = part.get_payload()
            if isinstance(payload, list):
                yield from (block for block in payload if isinstance(block, Message))
            elif isinstance(payload, str):
                yield email.message_from_string(payload.strip())


def _message_id(part: Message) -> str:
    """Of the mail that came back, whole or its headers (RFC 6522)."""
    if part.get_content_type() == "text/rfc822-headers":
        payload = part.get_payload(decode=True)
        headers = payload if isinstance(payload, bytes) else b""
        return _text(email.message_from_bytes(headers), "Message-ID")
    return _text(part, "Message-ID")


def _text(part: Message, name: str) -> str:
    return clean_text(str(part.get(name, "")), HEADER_LIMIT)


@receiver(tracking)
def provider_told(sender: Any, event: Any, **kwargs: Any) -> None:
    """A provider's web hook (django-anymail) told of a mail."""
    kinds = {
        EventType.BOUNCED: Reader.Suppression.HARD,
        EventType.REJECTED: Reader.Suppression.HARD,
        EventType.COMPLAINED: Reader.Suppression.COMPLAINT,
    }
    kind = kinds.get(event.event_type)
    reader = Reader.objects.filter(address=clean_text(event.recipient).lower()).first()
    if kind is None or reader is None:
        return
    told = event.description or event.mta_response or ""
    if kind == Reader.Suppression.HARD:
        kind = Reader.Suppression(bounce_of(550, event.mta_response or "") or kind)
    bounced(reader, kind, event.timestamp or timezone.now(), told=told)
