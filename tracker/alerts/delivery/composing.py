"""Compose the digests of a batch of mails, loading their hits, events and coverage once."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from tracker.alerts.delivery.corrections import correction_sentence
from tracker.alerts.delivery.digest import SHOWN, AlertHitLine, Digest, build_digest, seems_undone
from tracker.alerts.delivery.emails import EventFragments
from tracker.alerts.followups.undone import hits_by_undone_changes
from tracker.alerts.models import Alert, Delivery, Hit
from tracker.alerts.naming import alert_name
from tracker.events.models import Change, Event
from tracker.events.search.load import load_rows
from tracker.events.search.rows import EventRow
from tracker.events.search.wording.revisions import revision_words
from tracker.events.wording.names import active_language
from tracker.feeds.health import SourceCoverage, coverage
from tracker.partial_date import PartialDate

# Reasons whose cause is a later act.
REPORTED_LINKS = (
    *(Hit.Reason.UNDONE, Hit.Reason.SEEMS_UNDONE),
    *(Hit.Reason.EXTENDED, Hit.Reason.FOLLOWED, Hit.Reason.TESTED),
)
# Fields of the log that are not facts of the act.
LOGGED = frozenset(["link", "linked_from", "report", "check"])
NOT_SHOWN = (Event.State.REFUSED, Event.State.UNSURE)


class DeliveryBatch:
    """The data that the mails of one claim share, loaded once: hits, events, coverage."""

    def __init__(self, deliveries: Iterable[Delivery]) -> None:
        self.fragments = EventFragments()
        self.hits: dict[int, list[Hit]] = defaultdict(list)
        digests = [d.pk for d in deliveries if d.type == Delivery.Type.DIGEST]
        hits = Hit.objects.filter(delivery__in=digests).select_related("event__merged_into")
        for hit in hits.order_by("alert", "pk"):
            self.hits[hit.delivery_id or 0].append(hit)
        hits_of_all = [hit for of_delivery in self.hits.values() for hit in of_delivery]
        self.current_ids = {hit.event_id: hit.event.itself.pk for hit in hits_of_all}
        corrected = [hit for hit in hits_of_all if hit.reason == Hit.Reason.CHANGED]
        self._corrections = {(h.delivery_id, h.alert_id, h.cause) for h in corrected}
        changes = Change.objects.select_related("undoes", "undone_by")
        changes = changes.prefetch_related("revisions") if corrected else changes.none()
        self._changes = changes.in_bulk({hit.cause for hit in corrected})
        causes = {h.cause for h in hits_of_all if h.reason in REPORTED_LINKS}
        later = Event.objects.filter(pk__in=causes).select_related("merged_into")
        self.later_ids = {event.pk: event.itself.pk for event in later}
        ids = {*self.current_ids.values(), *self.later_ids.values()}
        self._events = list(Event.objects.filter(pk__in=ids))
        self._undone = hits_by_undone_changes(hits_of_all)
        self._seeming = _mailed_as_seeming(hits_of_all)
        self._rows: dict[str, dict[int, EventRow]] = {}
        self._coverage: dict[tuple[datetime, datetime], SourceCoverage] = {}

    @property
    def rows(self) -> dict[int, EventRow]:
        """Return the events by id, in the active language."""
        if active_language() not in self._rows:
            self._rows[active_language()] = {row.id: row for row in load_rows(self._events)}
        return self._rows[active_language()]

    def coverage(self, since: datetime, now: datetime) -> SourceCoverage:
        """Return the source coverage of the period, to the hour."""
        hour = {"minute": 0, "second": 0, "microsecond": 0}
        key = since.replace(**hour), now.replace(**hour)  # type: ignore[arg-type]
        if key not in self._coverage:
            self._coverage[key] = coverage(key[0], now)
        return self._coverage[key]

    def hit_lines(self, delivery: Delivery, alerts: Sequence[Alert]) -> list[AlertHitLine]:
        """Return the hits of a digest that belong to these alerts, worded as of now; new events
        only while they are visible.
        """
        by_id = {alert.pk: alert for alert in alerts}
        names = {alert.pk: alert_name(alert) for alert in alerts}
        lines: list[AlertHitLine] = []
        for hit in self.hits[delivery.pk]:
            alert, row = by_id.get(hit.alert_id), self.rows.get(self.current_ids[hit.event_id])
            if hit.pk in self._undone:
                continue
            # A correction is reported even if it made the event unsure or refused it.
            is_gone = row is None or row.state in NOT_SHOWN
            if alert is None or row is None or (is_gone and hit.reason != Hit.Reason.CHANGED):
                continue
            later_row = self.rows.get(self.later_ids.get(hit.cause, 0))
            line = _hit_line(hit, alert, names[alert.pk], (row, later_row))
            if line is not None and hit.reason == Hit.Reason.CHANGED:
                line = self._correction_line(hit, line)
            was_seeming = (hit.alert_id, hit.event_id, hit.cause) in self._seeming
            lines += [replace(line, was_seeming=was_seeming)] if line else []
        return lines

    def _correction_line(self, hit: Hit, line: AlertHitLine) -> AlertHitLine | None:
        change = self._changes.get(hit.cause)
        if change is None:
            return line
        together = (hit.delivery_id, hit.alert_id, change.undoes_id or 0) in self._corrections
        # A change and its undo in one mail cancel out.
        if hasattr(change, "undone_by") or together:
            return None
        revisions = [r for r in change.revisions.all() if r.event_id == hit.event_id]
        sentence = correction_sentence(change)
        changes = tuple(revision_words(r) for r in revisions if r.field not in LOGGED)
        return replace(line, sentence=sentence, changes=() if sentence else changes)


def _mailed_as_seeming(hits: Iterable[Hit]) -> set[tuple[int, int, int]]:
    """Return (alert, event, later act) of hits on undone acts that an earlier mail reported as
    seemingly undone.
    """
    events = [hit.event_id for hit in hits if hit.reason == Hit.Reason.UNDONE]
    mailed = Hit.objects.filter(
        reason=Hit.Reason.SEEMS_UNDONE, event__in=events, delivery__state=Delivery.State.SENT
    )
    return set(mailed.values_list("alert", "event", "cause")) if events else set()


def _hit_line(
    hit: Hit, alert: Alert, name: str, rows: tuple[EventRow, EventRow | None]
) -> AlertHitLine | None:
    """Return a hit as worded now; None if there is nothing left to report. `rows` are the event
    and, if its cause is one, the later act.
    """
    row, later_row = rows
    line = AlertHitLine(
        alert=alert.pk,
        name=name,
        note=alert.note,
        row=row,
        reason=hit.reason,
        by=later_row if hit.reason in REPORTED_LINKS else None,
        days=alert.silent_days or 0,
    )
    if hit.reason == Hit.Reason.SEEMS_UNDONE:
        # An editor has confirmed it since, which is a separate hit, or rejected it.
        return line if later_row and seems_undone(row, later_row.id) else None
    if hit.reason == Hit.Reason.REPORT:
        # A reprint is not a new text, and a moved report belongs to another event.
        report = next((r for r in row.reports if r.id == hit.cause), None)
        return replace(line, report=report) if report else None
    if hit.reason == Hit.Reason.ENDED:
        # The end may have been moved or removed since.
        day = PartialDate.parse(row.ended).whole
        return line if day is not None and day.toordinal() == hit.cause else None
    return line


def current_digest(
    delivery: Delivery, now: datetime, shown: int = SHOWN
) -> tuple[Digest, list[Alert]]:
    """Return a digest as it would be sent now, and its alerts, with at most `shown` events of each.
    There are no alerts if there is nothing left to report.
    """
    return build_current_digest(delivery, DeliveryBatch([delivery]), now, shown)


def build_current_digest(
    delivery: Delivery, batch: DeliveryBatch, now: datetime, shown: int = SHOWN
) -> tuple[Digest, list[Alert]]:
    ids = {hit.alert_id for hit in batch.hits[delivery.pk]}
    active = Alert.objects.filter(pk__in=ids, state=Alert.State.ACTIVE).exclude(rate=Alert.Rate.OFF)
    alerts = list(active.select_related("subscriber").order_by("pk"))
    lines = batch.hit_lines(delivery, alerts)
    used = {line.alert for line in lines}
    coverage_read = batch.coverage(delivery.since, now)
    empty = Digest("", (), (), (), (), coverage_read)
    return (
        build_digest(lines, coverage_read, shown) if lines else empty,
        [alert for alert in alerts if alert.pk in used],
    )
