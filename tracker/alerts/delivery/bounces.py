"""Process undeliverable mails: refusals, bounce files (RFC 3464) and a provider's webhooks."""

import email
import logging
import re
import shutil
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

from tracker.alerts.delivery.smtp import classify_bounce
from tracker.alerts.mailbox import MailAddressError, canonical_address
from tracker.alerts.models import Bounce, Delivery, Subscriber
from tracker.database.failures import is_outage
from tracker.feeds import activity
from tracker.feeds.activity import error_text
from tracker.feeds.limits import REASON_LIMIT
from tracker.feeds.models import WorkType
from tracker.text import clean_text

log = logging.getLogger(__name__)
SOFT_LIMIT = 5  # soft bounces within SOFT_WITHIN that suppress an address
SOFT_WITHIN = timedelta(days=14)
SIZE_LIMIT = 1_000_000  # bytes of a file that are read
LINE_LIMIT = 1_000  # characters of a header that are examined
PARTS_LIMIT = 100  # of a MIME message; a bounce has three
TYPE_LIMIT = 5_000  # bytes of a Content-Type with its parameters
# Both as the email package reads them: with blanks, pieces (RFC 2231), and any line breaks.
BOUNDARY = re.compile(rb"boundary[\s\d*]*=", re.I)
CONTENT_TYPE = re.compile(
    rb"(?:\A|[\r\n])content-type[ \t]*:[^\r\n]*(?:(?:\r\n|[\r\n])[ \t][^\r\n]*)*", re.I
)
TRIED = ",tried="  # in a file's name, before the number of started attempts to read it
NOTE = ".error"  # suffix of the note next to a file that is set aside
LOST_TRIES = 3  # attempts without an outcome before a file is set aside


@dataclass(frozen=True)
class BounceReport:
    """A parsed bounce: its mail, its recipient, and "hard", "soft" or "complaint"."""

    message_id: str
    address: str
    suppression: str
    diagnostic: str


def record_bounce(
    subscriber: Subscriber,
    suppression: str,
    now: datetime,
    *,
    delivery: Delivery | None = None,
    diagnostic: str = "",
) -> None:
    """Store a bounce once per mail and type, and suppress the address if required: at once for
    "hard" and "complaint", at SOFT_LIMIT within SOFT_WITHIN for "soft".
    """
    known = Bounce.objects.filter(delivery=delivery, kind=suppression) if delivery else None
    # A server may repeat a bounce, and a provider its webhook: each counts once.
    if known is None or not known.exists():
        Bounce.objects.create(
            delivery=delivery,
            kind=suppression,
            subscriber=subscriber,
            at=now,
            diagnostic=clean_text(diagnostic, REASON_LIMIT),
        )
    soft = subscriber.bounces.filter(kind=Subscriber.Suppression.SOFT, at__gt=now - SOFT_WITHIN)
    if suppression != Subscriber.Suppression.SOFT or soft.count() >= SOFT_LIMIT:
        # A complaint is not replaced by a lesser reason.
        standing = Subscriber.objects.filter(pk=subscriber.pk).exclude(
            suppressed_for=Subscriber.Suppression.COMPLAINT
        )
        standing.update(suppressed_at=now, suppressed_for=suppression)
        fields = {"subscriber_id": subscriber.pk, "reason": str(suppression)}
        log.warning("subscriber gets no more mail", extra=fields)


def record_report(report: BounceReport, now: datetime) -> bool:
    """Store the bounce of one of our mails and return whether it was ours, sent to that address."""
    sent = (
        Delivery.objects.filter(message_id=clean_text(report.message_id))
        .select_related("subscriber")
        .first()
    )
    # Only somebody who received the mail knows its Message-ID, a keyed hash, so strangers cannot
    # suppress an address.
    if sent is None or sent.subscriber is None:
        return False
    if report.address and not _is_same_address(report.address, sent.subscriber.address):
        return False
    record_bounce(
        sent.subscriber, report.suppression, now, delivery=sent, diagnostic=report.diagnostic
    )
    return True


def _is_same_address(text: str, address: str) -> bool:
    try:
        return text.lower() == address or canonical_address(text) == canonical_address(address)
    except MailAddressError:
        return False


def parse_bounce(data: bytes) -> BounceReport | None:
    """Parse a bounce (RFC 3464) or complaint (RFC 5965) as a mail server sends it.

    Return None for any other mail: automatic answers say nothing about an address. Raises whatever
    the email package raises for bytes it cannot parse.
    """
    _check_cost(data)
    message = email.message_from_bytes(data)
    if message.get_content_type() != "multipart/report":
        return None
    parts = list(message.walk())
    # The first part is the report itself, whose own Message-ID is the mail server's.
    message_id = next(filter(None, map(_message_id, parts[1:])), "")
    if not message_id:
        return None
    for block in _report_fields(parts):
        if _header_text(block, "Feedback-Type").lower() in {"abuse", "complaint", "fraud"}:
            return BounceReport(message_id, "", Subscriber.Suppression.COMPLAINT, "complaint")
        if _header_text(block, "Action").lower() == "failed":
            status, diagnostic = (
                _header_text(block, "Status"),
                _header_text(block, "Diagnostic-Code"),
            )
            suppression = classify_bounce(500, status) if status else "soft"
            address = _header_text(block, "Final-Recipient") or _header_text(
                block, "Original-Recipient"
            )
            return BounceReport(
                message_id,
                address.rpartition(";")[2].strip(),
                suppression or "soft",
                f"{status} {diagnostic}",
            )
    return None


def _check_cost(data: bytes) -> None:
    """Raise ValueError for nested parts or parameters that take the email package quadratic
    time.
    """
    if (parts_named := sum(1 for _ in BOUNDARY.finditer(data))) > PARTS_LIMIT:
        raise ValueError(f"{parts_named} MIME parts, more than {PARTS_LIMIT}")
    longest = max((len(found[0]) for found in CONTENT_TYPE.finditer(data)), default=0)
    if longest > TYPE_LIMIT:
        raise ValueError(f"a Content-Type of {longest:,} bytes, more than {TYPE_LIMIT:,}")


def process_bounce_folder(now: datetime) -> int:
    """Process the files in BOUNCES_DIR (a maildir's `new`, or plain files) and return how many
    concerned our mails.

    Each file is removed once read; one that cannot be read or stored is moved aside with a note of
    its error, and the others go on.
    """
    if not settings.BOUNCES_DIR:
        return 0
    try:
        paths = sorted(p for p in _folder().iterdir() if p.is_file())
        count = sum(_process_file(path, now) for path in paths)
    except Exception as error:  # of the folder or the database
        activity.record_failure(WorkType.BOUNCES, error_text(error), now)
        raise
    activity.record_success(WorkType.BOUNCES, now)
    return count


def _folder() -> Path:
    root = Path(settings.BOUNCES_DIR)
    return root / "new" if (root / "new").is_dir() else root


def _process_file(path: Path, now: datetime) -> bool:
    """Process one bounce file, remove it and return whether it concerned one of our mails.

    The attempt is counted in the file's name before it is read, so that a file that kills its
    worker is set aside, too.
    """
    name, _, tried = path.name.partition(TRIED)
    tries = int(tried) if tried.isdecimal() else 0
    if tries >= LOST_TRIES:
        _set_aside(path, name, f"its last {tries} readings ended without an outcome", now)
        return False
    try:
        # The rename is also the claim: the slower of two workers finds the file gone.
        path = path.rename(path.with_name(f"{name}{TRIED}{tries + 1}"))
    except FileNotFoundError:  # another worker has it
        return False
    try:
        with path.open("rb") as file:
            report = parse_bounce(file.read(SIZE_LIMIT))
        is_ours = report is not None and record_report(report, now)
    except Exception as error:
        if is_outage(error):
            path.rename(path.with_name(name))  # not the file's fault
            raise
        log.exception("bounce not read", extra={"file": name})
        _set_aside(path, name, error_text(error), now)
        return False
    path.unlink()
    return is_ours


def _set_aside(path: Path, name: str, why: str, now: datetime) -> None:
    for aside in _aside_folders(path.parent):
        try:
            aside.mkdir(parents=True, exist_ok=True)
            shutil.move(path, aside / name)
            (aside / f"{name}{NOTE}").write_text(f"{now.isoformat()} {why}\n", "utf-8")
        except OSError as error:
            fields = {"folder": str(aside), "error": str(error)}
            log.warning("bounce not moved to a folder", extra=fields)
            continue
        log.error("bounce set aside", extra={"file": str(aside / name), "error": why})
        activity.record_set_aside(WorkType.BOUNCES, f"{aside / name}: {why}", now)
        return
    raise OSError(f"{name} can be moved nowhere")


def _aside_folders(folder: Path) -> tuple[Path, Path]:
    # The mail server may own the folder's parent, so our own directory is the second choice.
    return folder.with_name(f"{folder.name}-aside"), settings.VAR_DIR / "bounces-aside"


def files_set_aside() -> dict[Path, str]:
    """Return the bounce files that were set aside, with the note of why."""
    if not settings.BOUNCES_DIR:
        return {}
    files = {}
    for aside in _aside_folders(_folder()):
        for note in sorted(aside.glob(f"*{NOTE}")):
            path = note.with_name(note.name.removesuffix(NOTE))
            if path.is_file():
                files[path] = clean_text(note.read_text("utf-8", "replace"), REASON_LIMIT)
    return files


def read_again(path: Path) -> bool:
    """Move a set-aside file back into the inbox folder; return False if a file of that name is
    already there.
    """
    target = _folder() / path.name
    if target.exists():
        return False
    shutil.move(path, target)
    path.with_name(f"{path.name}{NOTE}").unlink(missing_ok=True)
    return True


def _report_fields(parts: list[Message]) -> Iterator[Message]:
    """Yield the groups of fields of the report's own parts."""
    for part in parts:
        content_type = part.get_content_type()
        if content_type in {"message/delivery-status", "message/feedback-report"}:
            payload = part.get_payload()
            if isinstance(payload, list):
                yield from (block for block in payload if isinstance(block, Message))
            elif isinstance(payload, str):
                yield email.message_from_string(payload.strip())


def _message_id(part: Message) -> str:
    """Return the Message-ID of the returned mail, whether it was returned completely or as headers
    only (RFC 6522).
    """
    if part.get_content_type() == "text/rfc822-headers":
        payload = part.get_payload(decode=True)
        headers = payload if isinstance(payload, bytes) else b""
        return _header_text(email.message_from_bytes(headers), "Message-ID")
    return _header_text(part, "Message-ID")


def _header_text(part: Message, name: str) -> str:
    return clean_text(str(part.get(name, "")), LINE_LIMIT)


@receiver(tracking)
def record_provider_event(sender: Any, event: Any, **kwargs: Any) -> None:
    """Record what a provider's webhook (django-anymail) says about a mail. Calls need the hook's
    secret, so the recipient's address is enough.
    """
    suppressions = {
        EventType.BOUNCED: Subscriber.Suppression.HARD,
        EventType.REJECTED: Subscriber.Suppression.HARD,
        EventType.COMPLAINED: Subscriber.Suppression.COMPLAINT,
    }
    suppression = suppressions.get(event.event_type)
    subscriber = _find_subscriber(clean_text(event.recipient or ""))
    if suppression is None or subscriber is None:
        return
    diagnostic = event.description or event.mta_response or ""
    if suppression == Subscriber.Suppression.HARD:
        # Providers call every refusal a bounce; only an unknown recipient suppresses an address at
        # once (decision D88).
        suppression = Subscriber.Suppression(
            classify_bounce(550, event.mta_response or "") or suppression
        )
    record_bounce(subscriber, suppression, event.timestamp or timezone.now(), diagnostic=diagnostic)


def _find_subscriber(text: str) -> Subscriber | None:
    try:
        address = canonical_address(text)
    except MailAddressError:  # from before addresses were normalised
        address = text.lower()
    return Subscriber.objects.filter(address=address).first()
