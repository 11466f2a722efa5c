"""Build each mail; headers are set in one place."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING

from css_inline import CSSInliner
from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _

from tracker.alerts import tokens
from tracker.alerts.delivery.digest import Digest
from tracker.alerts.delivery.queueing import make_message_id
from tracker.alerts.models import Alert, Delivery, Subscriber
from tracker.alerts.naming import alert_name, describe_rate
from tracker.alerts.tokens import sign_token
from tracker.events.search.rows import EventRow
from tracker.events.wording.names import active_language
from tracker.feeds.health import SourceCoverage
from tracker.site.name import mail_sender

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

LATE = timedelta(hours=1)  # from which a mail says that it is late
SUBJECT_LIMIT = 200  # characters
EMPTY: Mapping[str, str] = {}
STOP_LIMIT = 20  # alerts in one link: a header line has at most 998 characters (RFC 5322)


def site_url(path: str) -> str:
    return f"{settings.SITE_URL}{path}"


@dataclass(frozen=True)
class MailParts:
    """A mail before rendering: its subject, its template, and the frozen dataclass whose fields the
    template can use.
    """

    subject: str
    template: str
    content: "DataclassInstance"


@dataclass(frozen=True)
class ConfirmationMail:
    """The link that confirms an alert, the alert's name and when it is mailed."""

    link: str
    name: str
    rate: str


@dataclass(frozen=True)
class ManageMail:
    """For how many days the link to manage alerts is valid."""

    days: int


@dataclass(frozen=True)
class WatchingMail:
    """The alerts that matched nothing, and the source coverage."""

    names: tuple[str, ...]
    coverage: SourceCoverage


@dataclass(frozen=True)
class TrialMail:
    """The time at which a test mail was made."""

    now: datetime


def build_confirmation(alert: Alert, delivery: Delivery) -> EmailMultiAlternatives:
    """Build the mail that asks the owner of the address to confirm; its link opens a page with one
    button.
    """
    link = site_url(reverse("alert_confirm", args=[sign_token(tokens.CONFIRM, alert)]))
    name, rate = alert_name(alert), describe_rate(alert)
    parts = MailParts(
        _("Confirm your alert: %s") % name, "confirm", ConfirmationMail(link, name, rate)
    )
    return _build_subscriber_mail(alert.subscriber, delivery, [alert], parts)


def build_manage_mail(subscriber: Subscriber, delivery: Delivery) -> EmailMultiAlternatives:
    """Build the mail with the link to the subscriber's page, which they requested."""
    parts = MailParts(_("Your alerts"), "manage", ManageMail(tokens.MANAGED_FOR.days))
    return _build_subscriber_mail(subscriber, delivery, (), parts)


def build_watching_mail(
    subscriber: Subscriber, delivery: Delivery, alerts: Sequence[Alert], coverage: SourceCoverage
) -> EmailMultiAlternatives:
    """Build the mail that says the alerts are active and matched nothing in four weeks."""
    subject = _("Still watching: nothing matched in four weeks")
    content = WatchingMail(tuple(alert_name(alert) for alert in alerts), coverage)
    return _build_subscriber_mail(
        subscriber, delivery, alerts, MailParts(subject, "watching", content)
    )


class EventFragments:
    """Rendered parts of mails about single events, rendered once per language for a whole batch."""

    def __init__(self) -> None:
        self._rendered: dict[tuple[int, str, str], str] = {}

    def render(self, row: EventRow, form: str) -> str:
        """Return the part about an event in the form "html" or "txt"."""
        key = row.id, form, active_language()
        if key not in self._rendered:
            context = {"row": row, "address": site_url(reverse("event", args=[row.id]))}
            self._rendered[key] = render_to_string(f"alerts/_event.{form}", context).strip("\n")
        return self._rendered[key]


@dataclass(frozen=True)
class DigestMail:
    """A digest with its rendered events (`pieces`), by how many hours it is late, the address of
    the complete digest, and the links that stop each of its alerts, by name.
    """

    digest: Digest
    pieces: EventFragments
    late_hours: int
    period: str
    stops: tuple[tuple[str, str], ...]
    rates: tuple[str, ...]
    coverage: SourceCoverage


@dataclass(frozen=True)
class DigestContext:
    """A digest to send: its content, the time and the rendered events."""

    digest: Digest
    fragments: EventFragments
    now: datetime


def build_digest_mail(
    subscriber: Subscriber,
    delivery: Delivery,
    alerts: Sequence[Alert],
    content: DigestContext,
) -> EmailMultiAlternatives:
    """Build the digest of a subscriber; `alerts` are those that it reports on."""
    late = content.now - delivery.created_at
    mail = DigestMail(
        digest=content.digest,
        pieces=content.fragments,
        late_hours=int(late.total_seconds() // 3600) if late >= LATE else 0,
        period=site_url(reverse("alert_period", args=[sign_token(tokens.PERIOD, delivery)])),
        stops=tuple(
            (
                alert_name(alert),
                site_url(reverse("alert_stop", args=[sign_token(tokens.STOP, alert)])),
            )
            for alert in alerts
        ),
        rates=tuple(sorted({describe_rate(alert) for alert in alerts})),
        coverage=content.digest.coverage,
    )
    return _build_subscriber_mail(
        subscriber, delivery, alerts, MailParts(content.digest.subject, "digest", mail)
    )


def build_trial_mail(address: str, now: datetime) -> EmailMultiAlternatives:
    """Build a test mail, which only shows that mails arrive."""
    number = make_message_id("test", int(now.timestamp() * 1_000_000))
    delivery = Delivery(message_id=number, created_at=now)
    return build_message([address], delivery, MailParts("Mails arrive", "test", TrialMail(now)))


def _build_subscriber_mail(
    subscriber: Subscriber, delivery: Delivery, alerts: Sequence[Alert], parts: MailParts
) -> EmailMultiAlternatives:
    """Build a mail with its unsubscribe links.

    One click stops `alerts`; with none or more than STOP_LIMIT it stops all of the subscriber's.
    """
    stop_all = site_url(reverse("alerts_stop", args=[sign_token(tokens.STOP_ALL, subscriber)]))
    stop = stop_all
    # Beyond the limit the header line would be too long, so one click stops everything.
    if 0 < len(alerts) <= STOP_LIMIT:
        stop = site_url(reverse("alert_stop", args=[sign_token(tokens.STOP, *alerts)]))
    links = {
        "manage": site_url(reverse("alerts_manage", args=[sign_token(tokens.MANAGE, subscriber)])),
        "stop": stop,
        "stop_all": stop_all,
        "sources": site_url(reverse("sources")),
    }
    unsubscribe = {  # RFC 8058
        "List-Unsubscribe": f"<{stop}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }
    return build_message([subscriber.address], delivery, parts, unsubscribe, links)


def build_message(
    to: Sequence[str],
    delivery: Delivery,
    parts: MailParts,
    headers: Mapping[str, str] = EMPTY,
    links: Mapping[str, str] = EMPTY,
) -> EmailMultiAlternatives:
    """Build a mail in both forms from its parts; `links` are further addresses for its template."""
    values = {field.name: getattr(parts.content, field.name) for field in fields(parts.content)}
    context = {**values, **links, "site": settings.SITE_URL, "subject": parts.subject}
    mail = EmailMultiAlternatives(
        subject=to_one_line(parts.subject)[:SUBJECT_LIMIT],
        body=render_to_string(f"alerts/{parts.template}.txt", context),
        from_email=mail_sender(),
        to=to,
        reply_to=[settings.MAIL_REPLY_TO] if settings.MAIL_REPLY_TO else None,
        headers={
            "Message-ID": delivery.message_id,
            "Auto-Submitted": "auto-generated",  # RFC 3834
            **headers,
        },
    )
    html = _inliner().inline(render_to_string(f"alerts/{parts.template}.html", context))
    mail.attach_alternative(html, "text/html")
    return mail


def to_one_line(text: str) -> str:
    """Replace control characters and line separators with spaces, so that the text cannot forge a
    header.
    """
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


@cache
def _inliner() -> CSSInliner:
    """Return the CSS inliner: rules go into elements because mail programs drop stylesheets; those
    in @media stay.
    """
    return CSSInliner(keep_at_rules=True, load_remote_stylesheets=False)
