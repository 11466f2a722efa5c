"""Hand mails to the mail server over one connection, or write them to files."""

import logging
import re
import smtplib
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any

from anymail.exceptions import AnymailAPIError, AnymailRecipientsRefused
from django.conf import settings
from django.core.mail import EmailMessage, EmailMultiAlternatives, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.core.mail.backends.smtp import EmailBackend

from tracker.feeds.activity import error_text
from tracker.feeds.limits import REASON_LIMIT
from tracker.text import clean_text

log = logging.getLogger(__name__)
DATA_END = b"\r\n.\r\n"  # RFC 5321 4.1.1.4
# RFC 3463: "5.1.1" concerns the address, "5.2.2" the mailbox, "5.7.1" a policy.
ENHANCED = re.compile(r"\b5\.(?P<subject>\d{1,3})\.(?P<detail>\d{1,3})\b")
NO_ADDRESS = {"550", "551", "553"}  # RFC 5321 4.2.3
TOO_MANY = 429


class DeliveryError(Exception):
    """A mail that was not accepted.

    `permanent`: retrying is useless. `is_unknown`: the server received all of it and did not
    answer. `is_down`: no server answers, so no mail can go. `is_own`: the mail itself cannot be
    built. `bounce` is "hard" or "soft" if the error concerns the address, else "".
    """

    def __init__(
        self,
        reason: str,
        *,
        permanent: bool = False,
        is_unknown: bool = False,
        is_down: bool = False,
        is_own: bool = False,
        bounce: str = "",
    ) -> None:
        super().__init__(clean_text(reason, REASON_LIMIT))  # it repeats the server's answer
        self.permanent = permanent
        self.is_unknown = is_unknown
        self.is_down = is_down
        self.is_own = is_own
        self.bounce = bounce


def classify_bounce(code: int, text: str) -> str:
    """Return "hard" for a recipient that does not exist, "soft" for one that is full, disabled or
    blocked for now, "" for a temporary refusal; pure.
    """
    if code < 500:
        return ""
    match = ENHANCED.search(text)
    if match is None:
        return "hard" if str(code) in NO_ADDRESS else "soft"
    # X.1.* concerns the address; 5.2.2 is a full mailbox, 5.2.1 a disabled one (RFC 3463).
    is_none = match["subject"] == "1" or (match["subject"], match["detail"]) == ("2", "1")
    return "hard" if is_none else "soft"


def _server_text(answer: object) -> str:
    """Decode a server's answer, which smtplib gives as bytes or, for its own errors, as text."""
    return answer.decode(errors="replace") if isinstance(answer, bytes) else str(answer)


class _DataEndWatcher:
    """Mixin for smtplib: remembers whether the end of a mail was sent last."""

    is_given = False

    def send(self, s: Any) -> None:
        super().send(s)  # type: ignore[misc]  # smtplib's
        self.is_given = isinstance(s, bytes) and s.endswith(DATA_END)


class WatchedSMTP(_DataEndWatcher, smtplib.SMTP):
    """An smtplib.SMTP that knows whether a mail was handed over when the connection broke."""


class WatchedSMTPS(_DataEndWatcher, smtplib.SMTP_SSL):
    """The same over TLS."""


class SmtpBackend(EmailBackend):
    """Django's backend with watched connections."""

    @property
    def connection_class(self) -> type[smtplib.SMTP]:
        return WatchedSMTPS if self.use_ssl else WatchedSMTP


class MailConnection:
    """One connection for many mails, opened for the first and reopened after a failure."""

    def __init__(self) -> None:
        self.connection: Any = get_connection()
        self.is_open = False

    def __enter__(self) -> "MailConnection":
        return self

    def __exit__(
        self,
        error_type: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the connection; the next mail opens another."""
        self.is_open = False
        self.connection.close()

    def send_mail(self, mail: EmailMultiAlternatives) -> None:
        """Send one mail; raise DeliveryError if the server did not accept it."""
        self._open()
        if isinstance(getattr(self.connection, "connection", None), _DataEndWatcher):
            self.connection.connection.is_given = False  # the previous mail was
        try:
            self._send_message(mail)
        except DeliveryError:
            raise
        except Exception as error:  # in building the mail: an invalid recipient or header
            is_given = self._is_given()
            self.close()
            raise DeliveryError(error_text(error), is_unknown=is_given, is_own=True) from error

    def _send_message(self, mail: EmailMultiAlternatives) -> None:
        try:
            self.connection.send_messages([mail])
        except smtplib.SMTPRecipientsRefused as error:
            # Each mail has one recipient; max also copes with a server that refuses none by name.
            code, answer = max(error.recipients.values(), default=(0, b""))
            text = _server_text(answer)
            raise DeliveryError(
                f"{code} {text}", permanent=code >= 500, bounce=classify_bounce(code, text)
            ) from None
        except smtplib.SMTPSenderRefused as error:  # our own address, not the reader's
            raise DeliveryError(f"sender refused: {error.smtp_code} {error.smtp_error!r}") from None
        except smtplib.SMTPResponseException as error:
            is_lasting = error.smtp_code >= 500
            text = _server_text(error.smtp_error)
            raise DeliveryError(
                f"{error.smtp_code} {text}",
                permanent=is_lasting,
                bounce="soft" if is_lasting else "",
            ) from None
        except AnymailRecipientsRefused as error:
            raise DeliveryError(str(error), permanent=True, bounce="hard") from None
        except AnymailAPIError as error:
            code = getattr(error, "status_code", None) or 0
            raise DeliveryError(
                str(error), permanent=400 <= code < 500 and code != TOO_MANY
            ) from None
        except (smtplib.SMTPException, OSError) as error:
            is_given = self._is_given()
            self.close()
            raise DeliveryError(f"{type(error).__name__}: {error}", is_unknown=is_given) from None

    def _is_given(self) -> bool:
        """Return whether the server received the whole mail."""
        return bool(getattr(getattr(self.connection, "connection", None), "is_given", False))

    def _open(self) -> None:
        if self.is_open:
            return
        try:
            self.connection.open()
        except (smtplib.SMTPException, OSError) as error:
            # Django keeps a half-open connection after a failed login and would reuse it.
            self.connection.connection = None
            raise DeliveryError(f"{type(error).__name__}: {error}", is_down=True) from None
        self.is_open = True


class FileBackend(BaseEmailBackend):
    """Backend of the embedded form: each mail is a file under MAIL_DIR and a line in the log."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        folder = Path(settings.MAIL_DIR)
        folder.mkdir(parents=True, exist_ok=True)
        for mail in email_messages:
            number = mail.extra_headers.get("Message-ID", "mail").strip("<>").partition("@")[0]
            path = folder / f"{datetime.now(UTC):%Y%m%dT%H%M%S}-{number[:40]}.eml"
            path.write_bytes(mail.message().as_bytes())
            fields = {"to": ", ".join(mail.to), "subject": str(mail.subject), "file": str(path)}
            log.info("mail written to a file", extra=fields)
        return len(email_messages)
