"""One function a mail; the headers in one place."""

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
from tracker.alerts.delivery.queueing import message_id
from tracker.alerts.models import Alert, Delivery, Reader
from tracker.alerts.tokens import token
from tracker.events.search.describe import in_counts, in_words
from tracker.events.search.query import parse
from tracker.events.search.rows import EventRow
from tracker.events.wording.names import language
from tracker.feeds.health import SourceCoverage

LATE = timedelta(hours=1)  # from which a mail says that it is late
SUBJECT_LIMIT = 200  # characters
STOP_LIMIT = 20  # alerts that one link names: a line of a header holds 998 characters (RFC 5322)


def site(path: str) -> str:
    return f"{settings.SITE_URL}{path}"


def name_of(alert: Alert) -> str:
    """What the reader calls it, or the query in words; until it was confirmed only how many filters
    it has, since its words may be a stranger's.
    """
    if alert.confirmed_at is None:
        return in_counts(parse(alert.query))
    words = in_words(parse(alert.query))
    return alert.name or words[:1].upper() + words[1:]


def rate_words(alert: Alert) -> str:
    """ "on working days at 07:00 (Europe/Brussels)"."""
    words = alert.get_rate_display()
    has_clock = alert.rate in {Alert.Rate.DAILY, Alert.Rate.WEEKLY}
    return f"{words} ({alert.zone})" if has_clock else words


def confirm_mail(alert: Alert, delivery: Delivery) -> EmailMultiAlternatives:
    """Asks the address's owner to confirm; its link leads to a page with one button."""
    link = site(reverse("alert_confirm", args=[token(tokens.CONFIRM, alert)]))
    name, rate = name_of(alert), alert.get_rate_display()
    context: dict[str, object] = {"link": link, "alert": alert, "name": name, "rate": rate}
    subject = _("Confirm your alert: %s") % name
    return _to_reader(alert.reader, delivery, [alert], (subject, "confirm", context))


def manage_mail(reader: Reader, delivery: Delivery) -> EmailMultiAlternatives:
    """The link to the page of a reader's alerts, which the reader asked for."""
    days = tokens.MANAGED_FOR.days
    return _to_reader(reader, delivery, (), (_("Your alerts"), "manage", {"days": days}))


def watching_mail(
    reader: Reader, delivery: Delivery, alerts: Sequence[Alert], coverage: SourceCoverage
) -> EmailMultiAlternatives:
    """Says that the alerts are on and found nothing in four weeks."""
    subject = _("Still watching: nothing matched in four weeks")
    context: dict[str, object] = {
        "names": [name_of(alert) for alert in alerts],
        "coverage": coverage,
    }
    return _to_reader(reader, delivery, alerts, (subject, "watching", context))


class Pieces:
    """The part of a mail that tells of an event, made once a language for all mails of a batch."""

    def __init__(self) -> None:
        self.made: dict[tuple[int, str, str], str] = {}

    def of(self, row: EventRow, form: str) -> str:
        """As "html" or "txt"."""
        key = row.id, form, language()
        if key not in self.made:
            context = {"row": row, "address": site(reverse("event", args=[row.id]))}
            self.made[key] = render_to_string(f"alerts/_event.{form}", context).strip("\n")
        return self.made[key]


@dataclass(frozen=True)
class Issue:
    """A digest as it is sent: at `now`, with the parts that tell of its events."""

    digest: Digest
    pieces: Pieces
    now: datetime


def digest_mail(
    reader: Reader, delivery: Delivery, alerts: Sequence[Alert], issue: Issue
) -> EmailMultiAlternatives:
    """The news of a reader's alerts; `alerts` are those that it tells of."""
    late = issue.now - delivery.created_at
    context: dict[str, object] = {
        "digest": issue.digest,
        "pieces": issue.pieces,
        "late_hours": int(late.total_seconds() // 3600) if late >= LATE else 0,
        "period": site(reverse("alert_period", args=[token(tokens.PERIOD, delivery)])),
        "stops": [
            (name_of(alert), site(reverse("alert_stop", args=[token(tokens.STOP, alert)])))
            for alert in alerts
        ],
        "rates": sorted({rate_words(alert) for alert in alerts}),
        "coverage": issue.digest.coverage,
    }
    return _to_reader(reader, delivery, alerts, (issue.digest.subject, "digest", context))


def trial_mail(address: str, now: datetime) -> EmailMultiAlternatives:
    """Says that mails arrive."""
    number = message_id("test", int(now.timestamp() * 1_000_000))
    delivery = Delivery(message_id=number, created_at=now)
    return build_message([address], delivery, ("Mails arrive", "test", {"now": now}), {})


Told = tuple[str, str, dict[str, object]]  # subject, template, context


def _to_reader(
    reader: Reader, delivery: Delivery, alerts: Sequence[Alert], told: Told
) -> EmailMultiAlternatives:
    """A mail to a reader, with the ways out: `alerts` are those that one click stops, none or more
    than STOP_LIMIT for all of the reader's.
    """
    subject, template, context = told
    stop_all = site(reverse("alerts_stop", args=[token(tokens.STOP_ALL, reader)]))
    stop = stop_all
    if 0 < len(alerts) <= STOP_LIMIT:
        stop = site(reverse("alert_stop", args=[token(tokens.STOP, *alerts)]))
    context = {
        **context,
        "manage": site(reverse("alerts_manage", args=[token(tokens.MANAGE, reader)])),
        "stop": stop,
        "stop_all": stop_all,
        "sources": site(reverse("sources")),
    }
    unsubscribe = {  # RFC 8058
        "List-Unsubscribe": f"<{stop}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }
    return build_message([reader.address], delivery, (subject, template, context), unsubscribe)


def build_message(
    to: Sequence[str], delivery: Delivery, told: Told, headers: dict[str, str]
) -> EmailMultiAlternatives:
    """Builds a mail in both forms out of its subject, template and context."""
    subject, template, context = told
    context = {**context, "site": settings.SITE_URL, "subject": subject}
    mail = EmailMultiAlternatives(
        subject=one_line(subject)[:SUBJECT_LIMIT],
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


def one_line(text: str) -> str:
    """Text that forges no header: controls and line separators are spaces."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


@cache
def _inliner() -> CSSInliner:
    """Rules go to the elements, because mail programs drop them; those of @media stay."""
    return CSSInliner(keep_at_rules=True, load_remote_stylesheets=False)
