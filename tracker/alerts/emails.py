"""One function a mail; the headers in one place; and the backend of the embedded form, which writes
mails to files.
"""

import logging
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from django.conf import settings
from django.core.mail import EmailMessage, EmailMultiAlternatives
from django.core.mail.backends.base import BaseEmailBackend
from django.template.loader import render_to_string
from django.urls import reverse

from tracker.alerts.digest import Digest
from tracker.alerts.models import Alert, Delivery, Notice
from tracker.alerts.tokens import CONFIRM, STOP, token
from tracker.events.describe import in_words
from tracker.events.query import parse

log = logging.getLogger(__name__)


def site(path: str) -> str:
    return f"{settings.SITE_URL}{path}"


def confirm_mail(alert: Alert, delivery: Delivery) -> EmailMultiAlternatives:
    """Asks the address's owner to confirm; its link leads to a page with one button."""
    link = site(reverse("alert_confirm", args=[token(alert.pk, CONFIRM)]))
    return _mail(alert, delivery, "Confirm your alert", "confirm", {"link": link})


def digest_mail(alert: Alert, delivery: Delivery, digest: Digest) -> EmailMultiAlternatives:
    """The news of one alert."""
    context = {"digest": digest, "sources": site(reverse("sources"))}
    return _mail(alert, delivery, digest.subject, "digest", context)


def owners_mail(delivery: Delivery, notices: Sequence[Notice]) -> EmailMultiAlternatives:
    """What the owners should know about feeds, the worst first; at least one."""
    first = notices[0]
    subject = f"{first.feed.title}: {first.get_reason_display()}"
    if len(notices) > 1:
        subject = f"{len(notices)} feeds need a look: {subject}"
    context: dict[str, object] = {"notices": notices, "sources": site(reverse("sources"))}
    return _message(settings.OWNERS, delivery, subject, "owners", context, {})


def _mail(
    alert: Alert, delivery: Delivery, subject: str, template: str, context: dict[str, object]
) -> EmailMultiAlternatives:
    stop = site(reverse("alert_stop", args=[token(alert.pk, STOP)]))
    context = {
        **context,
        "alert": alert,
        "alert_words": in_words(parse(alert.query)),
        "stop": stop,
        "timeline": site(f"{reverse('timeline')}"),
    }
    unsubscribe = {  # RFC 8058
        "List-Unsubscribe": f"<{stop}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }
    return _message([alert.address], delivery, subject, template, context, unsubscribe)


def _message(
    to: Sequence[str],
    delivery: Delivery,
    subject: str,
    template: str,
    context: dict[str, object],
    headers: dict[str, str],
) -> EmailMultiAlternatives:
    context = {**context, "site": settings.SITE_URL, "subject": subject}
    mail = EmailMultiAlternatives(
        subject=" ".join(subject.split()),
        body=render_to_string(f"alerts/{template}.txt", context),
        to=to,
        headers={
            "Message-ID": delivery.message_id,
            "Auto-Submitted": "auto-generated",  # RFC 3834
            **headers,
        },
    )
    mail.attach_alternative(render_to_string(f"alerts/{template}.html", context), "text/html")
    return mail


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
