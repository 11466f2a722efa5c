"""Build pages for subscribers: requesting, confirming and stopping an alert, a full digest, and all
alerts of a subscriber.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.urls import reverse

from tracker.alerts import forecast, tokens
from tracker.alerts.delivery.digest import AlertHitLine, Digest
from tracker.alerts.hits import count_hits
from tracker.alerts.models import Alert, Hit, Subscriber
from tracker.alerts.naming import alert_name, describe_rate, followed_headline, query_words
from tracker.alerts.tokens import sign_token
from tracker.events.search import find
from tracker.events.search.language.parsing import parse
from tracker.events.search.load import load_rows
from tracker.events.search.query import Query
from tracker.events.search.rows import EventRow
from tracker.web.forms.alerts import AlertForm, FollowedQueryForm, HookForm, PausedForm
from tracker.web.forms.collections import TitleForm
from tracker.web.forms.people import AddressForm
from tracker.web.forms.suggestions import LinkForm, SuggestionForm
from tracker.web.forms.zones import Zones, zone_names
from tracker.web.pages.collections import CollectionLink, link_own
from tracker.web.query_params import parameters_of

PREVIEW = 10
WEEKS = 12
LATELY = timedelta(days=30)
LATEST = 5


@dataclass(frozen=True)
class AlertsPage:
    """What alerts are, the form for the link to one's own, and what was just requested."""

    form: AddressForm = field(default_factory=AddressForm)
    is_sent: bool = False
    is_asked: bool = False


@dataclass(frozen=True)
class OldLinkPage:
    """The page of an expired link, with the form for a new one."""

    form: AddressForm = field(default_factory=AddressForm)


@dataclass(frozen=True)
class NewAlertPage:
    """What an alert on a query would bring, and its form; `weeks` are the events of the last ones,
    the latest last, `event_id` is the one event that it follows, else 0, `also` the other names,
    `related` further values as (typed text, name), `instead` what to follow in place of the words,
    as (parameters, name).
    """

    form: AlertForm
    words: str
    parameters: str
    event_id: int
    preview: tuple[EventRow, ...]
    weeks: tuple[int, ...]
    a_week: float
    is_much: bool
    has_unsure: bool
    also: tuple[tuple[str, tuple[str, ...]], ...]
    related: tuple[tuple[str, str], ...]
    instead: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class AlertPage:
    """An alert to be confirmed, or confirmed; `manage` is the address of its subscriber's page."""

    words: str
    rate_name: str
    manage: str = ""


@dataclass(frozen=True)
class StopPage:
    """The alerts that a link stops, by name; none if it is an old link."""

    names: tuple[str, ...]


@dataclass(frozen=True)
class StoppedPage:
    """How many alerts were stopped; 0 for a subscriber without alerts."""

    alert_count: int


@dataclass(frozen=True)
class PeriodPage:
    """A full digest; `others` are the hits other than new events, by title; `is_over` if its alerts
    were stopped.
    """

    digest: Digest
    others: tuple[tuple[str, tuple[AlertHitLine, ...]], ...]
    since: datetime | None
    until: datetime
    is_over: bool


@dataclass(frozen=True)
class SuggestPage:
    """The form for a correction; `minutes` to wait if there were too many, 0 if not."""

    id: int
    headline: str
    form: SuggestionForm
    minutes: int = 0


@dataclass(frozen=True)
class SubmitPage:
    """The form for the address of an article; `minutes` to wait after too many, else 0."""

    form: LinkForm
    minutes: int = 0


@dataclass(frozen=True)
class ErasePage:
    """Whose data would be deleted."""

    address: str
    token: str


@dataclass(frozen=True)
class AlertRow:
    """An alert as its subscriber's page shows it; `hits` in 30 days, `latest` events mailed."""

    id: int
    state: str
    rate: str
    paused_until: date | None
    next_run_at: datetime | None
    last_sent_at: datetime | None
    hook_url: str
    hook_secret: str
    hook_error: str
    name: str
    words: str
    rate_words: str
    parameters: str
    hits: int
    latest: tuple[EventRow, ...]
    feed: str
    form: PausedForm
    hook: HookForm


@dataclass(frozen=True)
class PendingAlert:
    """An alert that waits to be confirmed, as its subscriber's page shows it."""

    id: int
    words: str
    rate_words: str


@dataclass(frozen=True)
class FollowPage:
    """What an alert would bring with another query: its form, the query in words and as parameters,
    the events of the last weeks and the latest ones.
    """

    form: FollowedQueryForm
    name: str
    words: str
    parameters: str
    weeks: tuple[int, ...]
    a_week: float
    preview: tuple[EventRow, ...]
    token: str


@dataclass(frozen=True)
class ManagePage:
    """All alerts of a subscriber; `suppressed_for` says why nothing is mailed any more, "" if it
    is. `zones` are those that its forms offer.
    """

    address: str
    suppressed_at: datetime | None
    suppressed_for: str
    wants_signs: bool
    rows: tuple[AlertRow, ...]
    pending: tuple[PendingAlert, ...]
    zones: Zones
    has_errors: bool
    collections: tuple[CollectionLink, ...]
    title_form: TitleForm
    muted: tuple[EventRow, ...]
    token: str


def build_new_alert_page(
    query: Query, form: AlertForm, weeks: tuple[int, ...], *, is_much: bool, has_unsure: bool
) -> NewAlertPage:
    """Return the page that asks for an alert on a query."""
    return NewAlertPage(
        form=form,
        words=query_words(query),
        parameters=parameters_of(query),
        event_id=int(query.event[0]) if followed_headline(query) else 0,
        preview=find.newest_events(query, PREVIEW),
        weeks=weeks,
        a_week=sum(weeks) / len(weeks),
        is_much=is_much,
        has_unsure=has_unsure,
        also=forecast.other_names(query),
        related=forecast.suggest_filters(query),
        instead=tuple(
            (parameters_of(other), name) for other, name in forecast.named_with_words(query)
        ),
    )


def build_follow_page(
    alert: Alert, query: Query, form: FollowedQueryForm, token: str, today: date
) -> FollowPage:
    """Return the page that changes what an alert follows, with what a query would bring."""
    weeks = forecast.weekly_counts(query, WEEKS, today)
    return FollowPage(
        form=form,
        name=alert_name(alert),
        words=query_words(query),
        parameters=parameters_of(query),
        weeks=weeks,
        a_week=sum(weeks) / len(weeks),
        preview=find.newest_events(query, PREVIEW),
        token=token,
    )


def build_manage_page(subscriber: Subscriber, token: str, rows: Sequence[AlertRow]) -> ManagePage:
    """Return the page of a subscriber with the rows of the confirmed alerts."""
    muted = subscriber.muted_events.select_related("event").order_by("-at")
    is_suppressed = subscriber.suppressed_at is not None
    return ManagePage(
        address=subscriber.address,
        suppressed_at=subscriber.suppressed_at,
        suppressed_for=subscriber.get_suppressed_for_display() if is_suppressed else "",
        wants_signs=subscriber.wants_signs,
        rows=tuple(rows),
        collections=link_own(list(subscriber.collections.order_by("pk"))),
        title_form=TitleForm(),
        has_errors=any(row.form.errors or row.hook.errors for row in rows),
        pending=tuple(
            PendingAlert(alert.pk, query_words(parse(alert.query)), describe_rate(alert))
            for alert in subscriber.alerts.filter(state=Alert.State.PENDING).order_by("pk")
        ),
        zones=zone_names(),
        muted=load_rows([m.event for m in muted]),
        token=token,
    )


def build_alert_row(alert: Alert, site: str, now: datetime) -> AlertRow:
    """Return an alert with its forms; `site` is the base of its addresses."""
    query = parse(alert.query)
    hits = Hit.objects.filter(alert=alert, is_held=False).select_related("event__merged_into")
    path = reverse("alert_feed", args=[sign_token(tokens.FEED, alert)])
    latest = {hit.event.itself.pk: hit.event.itself for hit in hits.order_by("-at")[: 2 * LATEST]}
    return AlertRow(
        id=alert.pk,
        state=alert.state,
        rate=alert.rate,
        paused_until=alert.paused_until,
        next_run_at=alert.next_run_at,
        last_sent_at=alert.last_sent_at,
        hook_url=alert.hook_url,
        hook_secret=alert.hook_secret,
        hook_error=alert.hook_error,
        name=alert_name(alert),
        words=query_words(query),
        rate_words=describe_rate(alert),
        parameters=parameters_of(query),
        hits=count_hits(alert.pk, now - LATELY),
        latest=load_rows(list(latest.values())[:LATEST]),
        feed=f"{site}{path}",
        form=PausedForm(initial=PausedForm.values(alert), prefix=str(alert.pk)),
        hook=HookForm(
            initial={"url": alert.hook_url, "form": alert.hook_form}, prefix=f"hook{alert.pk}"
        ),
    )
