"""What comes back of mails: refusals, bounce files (RFC 3464), a provider's web hooks. Who holds a
Message-ID of ours had the mail; nobody else can end an address.
"""

import email
import logging
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.message import Message
from pathlib import Path
from typing import Any

from anymail.signals import EventType, tracking
from django.conf import settings
from django.db import InterfaceError, OperationalError
from django.dispatch import receiver
from django.utils import timezone

from tracker.alerts.delivery.smtp import bounce_of
from tracker.alerts.mailbox import AddressError, canonical_address
from tracker.alerts.models import Bounce, Delivery, Reader
from tracker.feeds import activity
from tracker.feeds.activity import error_text
from tracker.feeds.limits import REASON_LIMIT
from tracker.feeds.models import WorkType
from tracker.text import clean_text

log = logging.getLogger(__name__)
SOFT_LIMIT = 5  # soft bounces within SOFT_WITHIN that end an address
SOFT_WITHIN = timedelta(days=14)
SIZE_LIMIT = 1_000_000  # bytes of a file that are read
LINE_LIMIT = 1_000  # characters of a header that are looked at
PARTS_LIMIT = 100  # of a MIME message; a bounce has three
TRIED = ",tried="  # in a file's name, before the number of its readings that were begun
LOST_TRIES = 3  # readings that ended without an outcome, after which a file is set aside


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
    if returned.address and not _is_same(returned.address, sent.reader.address):
        return False
    bounced(sent.reader, returned.kind, now, delivery=sent, told=returned.told)
    return True


def _is_same(text: str, address: str) -> bool:
    try:
        return text.lower() == address or canonical_address(text) == canonical_address(address)
    except AddressError:
        return False


def read_bounce(data: bytes) -> Returned | None:
    """A bounce (RFC 3464) or complaint (RFC 5965) as a mail server sends it; None for any other
    mail: automatic answers say nothing of an address. Raises for what the email package cannot
    read, and ValueError for more than PARTS_LIMIT parts.
    """
    # Reading nested parts takes the email package time by the square of their number.
    if (parts_named := data.lower().count(b"boundary=")) > PARTS_LIMIT:
        raise ValueError(f"{parts_named} MIME parts, more than {PARTS_LIMIT}")
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
    removes every file that was read; how many told of our mails. A file that cannot be read or
    stored is moved to a folder beside, with a note of its error, and those behind it go on.
    """
    if not settings.BOUNCES_DIR:
        return 0
    root = Path(settings.BOUNCES_DIR)
    try:
        folder = root / "new" if (root / "new").is_dir() else root
        paths = sorted(p for p in folder.iterdir() if p.is_file())
        count = sum(_take_file(path, now) for path in paths)
    except (OSError, OperationalError, InterfaceError) as error:  # of the folder, or the database
        activity.record_failure(WorkType.BOUNCES, error_text(error), now)
        raise
    activity.record_success(WorkType.BOUNCES, now)
    return count


def _take_file(path: Path, now: datetime) -> bool:
    """Takes one file and removes it; whether it told of one of our mails.

    The attempt is counted in its name before it is read, so that one that ends its worker is set
    aside, too.
    """
    name, _, tried = path.name.partition(TRIED)
    tries = int(tried) if tried.isdecimal() else 0
    if tries >= LOST_TRIES:
        _set_aside(path, name, f"its last {tries} readings ended without an outcome", now)
        return False
    try:
        path = path.rename(path.with_name(f"{name}{TRIED}{tries + 1}"))
    except FileNotFoundError:  # another worker has it
        return False
    try:
        with path.open("rb") as file:
            returned = read_bounce(file.read(SIZE_LIMIT))
        is_ours = returned is not None and take(returned, now)
    except (OperationalError, InterfaceError):
        path.rename(path.with_name(name))  # says nothing of this file
        raise
    except Exception as error:
        log.exception("bounce not read: %s", name)
        _set_aside(path, name, error_text(error), now)
        return False
    path.unlink()
    return is_ours


def _set_aside(path: Path, name: str, why: str, now: datetime) -> None:
    folder = path.parent
    for aside in (folder.with_name(f"{folder.name}-aside"), settings.VAR_DIR / "bounces-aside"):
        try:
            aside.mkdir(parents=True, exist_ok=True)
            shutil.move(path, aside / name)
            (aside / f"{name}.error").write_text(f"{now.isoformat()} {why}\n", "utf-8")
        except OSError as error:
            log.warning("%s: %s", aside, error)
            continue
        log.error("bounce set aside: %s: %s", aside / name, why)
        activity.record_set_aside(WorkType.BOUNCES, f"{aside / name}: {why}", now)
        return
    raise OSError(f"{name} can be moved nowhere")


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
    return clean_text(str(part.get(name, "")), LINE_LIMIT)


@receiver(tracking)
def provider_told(sender: Any, event: Any, **kwargs: Any) -> None:
    """A provider's web hook (django-anymail) told of a mail."""
    kinds = {
        EventType.BOUNCED: Reader.Suppression.HARD,
        EventType.REJECTED: Reader.Suppression.HARD,
        EventType.COMPLAINED: Reader.Suppression.COMPLAINT,
    }
    kind = kinds.get(event.event_type)
    reader = _recipient(clean_text(event.recipient or ""))
    if kind is None or reader is None:
        return
    told = event.description or event.mta_response or ""
    if kind == Reader.Suppression.HARD:
        kind = Reader.Suppression(bounce_of(550, event.mta_response or "") or kind)
    bounced(reader, kind, event.timestamp or timezone.now(), told=told)


def _recipient(text: str) -> Reader | None:
    try:
        address = canonical_address(text)
    except AddressError:
        return None
    return Reader.objects.filter(address=address).first()
