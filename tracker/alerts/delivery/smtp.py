"""Mails to the server that takes them, over one connection, and what it answered; and the post
office of the embedded form, which writes mails to files.
"""

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
# RFC 3463: "5.1.1" is the state of an address, "5.2.2" of a mailbox, "5.7.1" somebody's policy.
ENHANCED = re.compile(r"\b5\.(?P<subject>\d{1,3})\.(?P<detail>\d{1,3})\b")
NO_ADDRESS = {"550", "551", "553"}  # RFC 5321 4.2.3
TOO_MANY = 429


class DeliveryError(Exception):
    """A mail that was not taken. `permanent`: trying again is useless. `is_unknown`: the server was
    given all of it and did not answer. `is_down`: no server answers, so no mail can go. `is_own`:
    the mail itself cannot be made, which no server said. `bounce` is "hard" or "soft" where it says
    something of the address, else "".
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
        super().__init__(clean_text(reason, REASON_LIMIT))  # it repeats what a server says
        self.permanent = permanent
        self.is_unknown = is_unknown
        self.is_down = is_down
        self.is_own = is_own
        self.bounce = bounce


def bounce_of(code: int, text: str) -> str:
    """What a refusal of a recipient says of the address: "hard" if there is none, "soft" if it is
    full, off or barred for now, "" for a refusal that may pass; pure.
    """
    if code < 500:
        return ""
    found = ENHANCED.search(text)
    if found is None:
        return "hard" if str(code) in NO_ADDRESS else "soft"
    is_none = found["subject"] == "1" or (found["subject"], found["detail"]) == ("2", "1")
    return "hard" if is_none else "soft"


def _text(told: object) -> str:
    """What a server said, which smtplib gives as bytes or, for its own errors, as text."""
    return told.decode(errors="replace") if isinstance(told, bytes) else str(told)


class _Watched:
    """Of an smtplib connection: whether the last thing sent was the end of a mail."""

    is_given = False

    def send(self, s: Any) -> None:
        super().send(s)  # type: ignore[misc]  # smtplib's
        self.is_given = isinstance(s, bytes) and s.endswith(DATA_END)


class WatchedSMTP(_Watched, smtplib.SMTP):
    """smtplib.SMTP that knows whether a mail was given when the line breaks."""


class WatchedSMTPS(_Watched, smtplib.SMTP_SSL):
    """As WatchedSMTP, over TLS."""


class SmtpBackend(EmailBackend):
    """Django's, with connections that are watched."""

    @property
    def connection_class(self) -> type[smtplib.SMTP]:
        return WatchedSMTPS if self.use_ssl else WatchedSMTP


class Post:
    """One connection for many mails, opened when the first is sent and anew after it broke."""

    def __init__(self) -> None:
        self.connection: Any = get_connection()
        self.is_open = False

    def __enter__(self) -> "Post":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Ends the connection; the next mail opens another."""
        self.is_open = False
        self.connection.close()

    def hand_over(self, mail: EmailMultiAlternatives) -> None:
        """Gives one mail to the server. Raises DeliveryError if it did not take it."""
        self._open()
        if isinstance(getattr(self.connection, "connection", None), _Watched):
            self.connection.connection.is_given = False  # the mail before was
        try:
            self._send(mail)
        except DeliveryError:
            raise
        except Exception as error:  # of making the mail: a recipient or a header that cannot be
            is_given = self._is_given()
            self.close()
            raise DeliveryError(error_text(error), is_unknown=is_given, is_own=True) from error

    def _send(self, mail: EmailMultiAlternatives) -> None:
        try:
            self.connection.send_messages([mail])
        except smtplib.SMTPRecipientsRefused as error:
            code, told = max(error.recipients.values(), default=(0, b""))
            text = _text(told)
            raise DeliveryError(
                f"{code} {text}", permanent=code >= 500, bounce=bounce_of(code, text)
            ) from None
        except smtplib.SMTPSenderRefused as error:  # our own address, not the reader's
            raise DeliveryError(f"sender refused: {error.smtp_code} {error.smtp_error!r}") from None
        except smtplib.SMTPResponseException as error:
            is_lasting = error.smtp_code >= 500
            text = _text(error.smtp_error)
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
        """Whether the server had all of the mail."""
        return bool(getattr(getattr(self.connection, "connection", None), "is_given", False))

    def _open(self) -> None:
        if self.is_open:
            return
        try:
            self.connection.open()
        except (smtplib.SMTPException, OSError) as error:
            self.connection.connection = None
            raise DeliveryError(f"{type(error).__name__}: {error}", is_down=True) from None
        self.is_open = True


class FileBackend(BaseEmailBackend):
    """The embedded form's post office: each mail a file under MAIL_DIR, and a line in the log."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        folder = Path(settings.MAIL_DIR)
        folder.mkdir(parents=True, exist_ok=True)
        for mail in email_messages:
            number = mail.extra_headers.get("Message-ID", "mail").strip("<>").partition("@")[0]
            path = folder / f"{datetime.now(UTC):%Y%m%dT%H%M%S}-{number[:40]}.eml"
            path.write_bytes(mail.message().as_bytes())
            log.info("mail to %s: %s (%s)", ", ".join(mail.to), mail.subject, path)
        return len(email_messages)
