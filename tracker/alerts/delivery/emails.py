"""Build each mail; headers are set in one place."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache

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
from tracker.alerts.tokens import sign_token
from tracker.events.search.describe import count_filters, describe_query
from tracker.events.search.query import parse
from tracker.events.search.rows import EventRow
from tracker.events.wording.names import active_language
from tracker.feeds.health import SourceCoverage

LATE = timedelta(hours=1)  # from which a mail says that it is late
SUBJECT_LIMIT = 200  # characters
STOP_LIMIT = 20  # alerts that one link names: a line of a header holds 998 characters (RFC 5322)


def site_url(path: str) -> str:
    return f"{settings.SITE_URL}{path}"


def alert_name(alert: Alert) -> str:
    """Return the subscriber's name for the alert, or its query in words.

    An unconfirmed alert only says how many filters it has, since its words may be a stranger's.
    """
    # A stranger can sign up any address: until it is confirmed, no word of theirs may reach it.
    if alert.confirmed_at is None:
        return count_filters(parse(alert.query))
    words = describe_query(parse(alert.query))
    return alert.name or words[:1].upper() + words[1:]


def describe_rate(alert: Alert) -> str:
    """Return when the alert is mailed, as in "on working days at 07:00 (Europe/Brussels)"."""
    words = alert.get_rate_display()
    has_clock = alert.rate in {Alert.Rate.DAILY, Alert.Rate.WEEKLY}
    return f"{words} ({alert.zone})" if has_clock else words


def build_confirmation(alert: Alert, delivery: Delivery) -> EmailMultiAlternatives:
    """Build the mail that asks the owner of the address to confirm; its link opens a page with one
    button.
    """
    link = site_url(reverse("alert_confirm", args=[sign_token(tokens.CONFIRM, alert)]))
    name, rate = alert_name(alert), alert.get_rate_display()
    context: dict[str, object] = {"link": link, "alert": alert, "name": name, "rate": rate}
    subject = _("Confirm your alert: %s") % name
    return _build_subscriber_mail(
        alert.subscriber, delivery, [alert], (subject, "confirm", context)
    )


def build_manage_mail(subscriber: Subscriber, delivery: Delivery) -> EmailMultiAlternatives:
    """Build the mail with the link to the subscriber's page, which they requested."""
    days = tokens.MANAGED_FOR.days
    return _build_subscriber_mail(
        subscriber, delivery, (), (_("Your alerts"), "manage", {"days": days})
    )


def build_watching_mail(
    subscriber: Subscriber, delivery: Delivery, alerts: Sequence[Alert], coverage: SourceCoverage
) -> EmailMultiAlternatives:
    """Build the mail that says the alerts are active and matched nothing in four weeks."""
    subject = _("Still watching: nothing matched in four weeks")
    context: dict[str, object] = {
        "names": [alert_name(alert) for alert in alerts],
        "coverage": coverage,
    }
    return _build_subscriber_mail(subscriber, delivery, alerts, (subject, "watching", context))


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
class DigestContext:
    """A digest as it is sent: its content, the time and the rendered events."""

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
    context: dict[str, object] = {
        "digest": content.digest,
        "pieces": content.fragments,
        "late_hours": int(late.total_seconds() // 3600) if late >= LATE else 0,
        "period": site_url(reverse("alert_period", args=[sign_token(tokens.PERIOD, delivery)])),
        "stops": [
            (
                alert_name(alert),
                site_url(reverse("alert_stop", args=[sign_token(tokens.STOP, alert)])),
            )
            for alert in alerts
        ],
        "rates": sorted({describe_rate(alert) for alert in alerts}),
        "coverage": content.digest.coverage,
    }
    return _build_subscriber_mail(
        subscriber, delivery, alerts, (content.digest.subject, "digest", context)
    )


def build_trial_mail(address: str, now: datetime) -> EmailMultiAlternatives:
    """Build a mail that only shows that mails arrive."""
    number = make_message_id("test", int(now.timestamp() * 1_000_000))
    delivery = Delivery(message_id=number, created_at=now)
    return build_message([address], delivery, ("Mails arrive", "test", {"now": now}), {})


MailParts = tuple[str, str, dict[str, object]]  # subject, template, context


def _build_subscriber_mail(
    subscriber: Subscriber, delivery: Delivery, alerts: Sequence[Alert], parts: MailParts
) -> EmailMultiAlternatives:
    """Build a mail with its unsubscribe links.

    One click stops `alerts`; with none or more than STOP_LIMIT it stops all of the subscriber's.
    """
    subject, template, context = parts
    stop_all = site_url(reverse("alerts_stop", args=[sign_token(tokens.STOP_ALL, subscriber)]))
    stop = stop_all
    # Beyond the limit the header line would be too long, so one click stops everything.
    if 0 < len(alerts) <= STOP_LIMIT:
        stop = site_url(reverse("alert_stop", args=[sign_token(tokens.STOP, *alerts)]))
    context = {
        **context,
        "manage": site_url(reverse("alerts_manage", args=[sign_token(tokens.MANAGE, subscriber)])),
        "stop": stop,
        "stop_all": stop_all,
        "sources": site_url(reverse("sources")),
    }
    unsubscribe = {  # RFC 8058
        "List-Unsubscribe": f"<{stop}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }
    return build_message([subscriber.address], delivery, (subject, template, context), unsubscribe)


def build_message(
    to: Sequence[str], delivery: Delivery, parts: MailParts, headers: dict[str, str]
) -> EmailMultiAlternatives:
    """Build a mail in both forms from its subject, template and context."""
    subject, template, context = parts
    context = {**context, "site": settings.SITE_URL, "subject": subject}
    mail = EmailMultiAlternatives(
        subject=to_one_line(subject)[:SUBJECT_LIMIT],
        body=render_to_string(f"alerts/{template}.txt", context),
        to=to,
        reply_to=[settings.MAIL_REPLY_TO] if settings.MAIL_REPLY_TO else None,
        headers={
            "Message-ID": delivery.message_id,
            "Auto-Submitted": "auto-generated",  # RFC 3834
            **headers,
        },
    )
    html = _inliner().inline(render_to_string(f"alerts/{template}.html", context))
    mail.attach_alternative(html, "text/html")
    return mail


def to_one_line(text: str) -> str:
    """Replace controls and line separators by spaces, so that the text cannot forge a header."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


@cache
def _inliner() -> CSSInliner:
    """Return the CSS inliner: rules go into elements because mail programs drop them; those of
    @media stay.
    """
    return CSSInliner(keep_at_rules=True, load_remote_stylesheets=False)
