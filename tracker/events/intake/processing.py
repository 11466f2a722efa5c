"""Classify entries and put them into events, with a Revision for each change in the same
transaction.
"""

import logging
import threading
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache

from django.db import InterfaceError, OperationalError
from django.db.models import F

from tracker import classify
from tracker.batches import run_all
from tracker.classify import Text, encoder
from tracker.classify.words.lexicon import lexicon_of_names
from tracker.classify.words.matching import Lexicon
from tracker.database.failures import is_outage
from tracker.events.consensus import links
from tracker.events.consensus.neighbours import is_joinable, lock_names_of, neighbouring_events
from tracker.events.consensus.settle import confidence_bands, settle_event
from tracker.events.grouping import acts, decide
from tracker.events.grouping.likeness.report_facts import ReportFacts, facts_of, platforms_of
from tracker.events.intake.second_acts import propose_second_acts
from tracker.events.learning import retrain
from tracker.events.models import (
    Entity,
    EntryClassification,
    Event,
    Link,
    Report,
    Revision,
)
from tracker.events.reasons import Reason
from tracker.events.record.derived.columns import add_report, reindex
from tracker.events.record.derived.versions import close_versions
from tracker.events.record.entities import get_entity, names_by_editors
from tracker.events.record.locks import EventMovedError, in_transaction, lock
from tracker.events.record.values import CREATED, FIGURES, PROGRAM
from tracker.events.record.write import add_parties, revise
from tracker.feeds import activity
from tracker.feeds.activity import error_text
from tracker.feeds.models import Entry, WorkType
from tracker.locks import LOST, lease_rows

log = logging.getLogger(__name__)

BATCH = 200
DECISIONS = 3  # for one entry, if editors change the event it would join
TRIES = 3  # attempts for an entry before it is set aside
DATABASE_TRIES = 10  # attempts if the database refused it, which may not be the entry's fault
LOADING = threading.Lock()
RETRY, RETRY_LIMIT = timedelta(minutes=1), timedelta(hours=1)


@dataclass(frozen=True)
class LoadedClassifier:
    """Everything that entries are classified with: learned weights (None for the shipped ones),
    names that editors added, and the sentence model (None without its files).
    """

    learned: classify.Weights | None = None
    names: Lexicon | None = None
    sentence: classify.SentenceModel | None = None


@dataclass(frozen=True)
class Processed:
    """The number of classified entries, and the ids of the events that got a new report."""

    entries: int
    event_ids: tuple[int, ...]


def claim_entries(now: datetime, limit: int = BATCH) -> list[Entry]:
    """Claim up to `limit` waiting entries for LEASE; two callers never get the same entry.

    Entries whose worker was killed LOST_TRIES times are set aside.
    """
    lease = lease_rows(Entry.objects.due(now), "process_at", now, limit)
    for pk in lease.lost:
        still_due = Entry.objects.due(now).filter(pk=pk)
        if still_due.update(process_at=None, claim=None, error=LOST):
            log.error("entry set aside", extra={"entry_id": pk, "error": LOST})
            activity.record_set_aside(WorkType.ENTRIES, LOST, now)
    return list(Entry.objects.filter(claim=lease.claim).select_related("feed").order_by("pk"))


def process_entries(now: datetime, limit: int = BATCH) -> Processed:
    """Classify waiting entries and put reports of an act into an event, each in its own
    transaction.

    Attempts are counted first. Raises an ExceptionGroup after the last entry if some failed; those
    are retried, and set aside after TRIES.
    """
    entries = claim_entries(now, limit)
    try:
        # Before any attempt is counted: if a worker is killed while loading them, no entry is to
        # blame.
        classifier = _load_classifier()
    except Exception as error:
        activity.record_failure(WorkType.ENTRIES, error_text(error), now)
        raise
    reported_to = run_all(lambda entry: _process_claimed(entry, now, classifier), entries)
    event_ids = dict.fromkeys(event_id for event_id in reported_to if event_id is not None)
    return Processed(len(entries), tuple(event_ids))


def _load_classifier() -> LoadedClassifier:
    """Load what entries are classified with; the first call of a process takes seconds."""
    learned, names = retrain.current_weights(), names_by_editors()
    # The threads of a worker begin together: each would load lists and models of its own, and a
    # gigabyte would be left of them.
    with LOADING:
        _load_word_lists()
        return LoadedClassifier(learned, lexicon_of_names(names), encoder.load())


@cache
def _load_word_lists() -> None:
    classify.classify(Text("Twitter suspends an account"))


def _process_claimed(entry: Entry, now: datetime, classifier: LoadedClassifier) -> int | None:
    claimed = Entry.objects.filter(pk=entry.pk, claim=entry.claim)
    if not claimed.update(attempts=F("attempts") + 1):
        return None
    try:
        event_id = process_entry(entry, now, classifier)
    except Exception as error:
        _book_failure(entry, entry.attempts + 1, error, now)
        raise
    activity.record_success(WorkType.ENTRIES, now)
    return event_id


def _book_failure(entry: Entry, attempts: int, error: Exception, now: datetime) -> None:
    """Store the error and when to retry; set the entry aside after its last attempt."""
    # The database may be down, so such failures are retried longer.
    of_database = is_outage(error)
    is_over = attempts >= (DATABASE_TRIES if of_database else TRIES)
    wait = min(RETRY * 4 ** (attempts - 1), RETRY_LIMIT)
    reason = error_text(error)
    with suppress(OperationalError, InterfaceError):  # when the lease ends
        Entry.objects.filter(pk=entry.pk, claim=entry.claim).update(
            process_at=None if is_over else now + wait, claim=None, error=reason
        )
        record = activity.record_set_aside if is_over else activity.record_failure
        record(WorkType.ENTRIES, reason, now)


def process_entry(
    entry: Entry, now: datetime, classifier: LoadedClassifier | None = None
) -> int | None:
    """Classify one claimed entry and return the id of the event to mail because of its new report,
    else None. Unsure events are not mailed until they are sure, nor are entries classified again
    because the classifier learned.
    """
    published = entry.published_at.astimezone(UTC).date() if entry.published_at else None
    text = Text(entry.title, entry.summary, entry.body, entry.language)
    classifier = classifier or LoadedClassifier()
    result = classify.classify(
        text,
        published,
        classifier.learned,
        classifier.names,
        classifier.sentence,
        bands=confidence_bands(),
    )
    several = _several_acts(text, published, classifier, result) if result.is_event else ()
    used = classifier.learned or classify.shipped_weights()
    return _store_result(entry, result, used, several, now)


def _several_acts(
    text: Text,
    published: date | None,
    classifier: LoadedClassifier,
    whole: classify.Classification,
) -> tuple[acts.ToldAct, ...]:
    """Return the acts of a headline that reports several."""

    def read(part: Text) -> classify.Classification:
        # The word model alone: the sentence model costs more than a proposal is worth.
        return classify.classify(
            part, published, classifier.learned, classifier.names, bands=confidence_bands()
        )

    return acts.told_acts(text, whole, read)


@in_transaction
def _store_result(
    entry: Entry,
    result: classify.Classification,
    used: classify.Weights,
    several: tuple[acts.ToldAct, ...],
    now: datetime,
) -> int | None:
    """Store a classification as `process_entry` describes."""
    claimed = Entry.objects.filter(pk=entry.pk, claim=entry.claim, content_hash=entry.content_hash)
    # The row count decides: the entry may have changed, or another worker may have the lease now.
    if not claimed.update(process_at=None, claim=None, attempts=0, error=""):
        return None
    # Classified again because the classifier learned: the record changes, but it is not news.
    is_again = _is_classified(entry)
    _store_classification(entry, result, used, now)
    # An entry that is classified again stays in its event: moving it would undo editors' merges.
    if entry.reports.exists():
        lifted = _resettle_events(entry, now)
        return lifted if entry.is_news else None
    if not result.is_event:
        return None
    event = _group_entry(entry, result, now)
    propose_second_acts(entry, event, several, now)
    if is_again:
        Entry.objects.filter(pk=entry.pk).update(is_news=False)
    is_shown = event.state != Event.State.UNSURE
    return event.pk if entry.is_news and not is_again and is_shown else None


def _group_entry(entry: Entry, result: classify.Classification, now: datetime) -> Event:
    """Return the event that an entry joins or opens, settled with its new report."""
    facts = facts_of(result, entry.title, entry.summary)
    # Two workers with reports of one act must decide one after the other, or each would open an
    # event.
    lock(names=lock_names_of(facts))
    decision, event = _choose_event(facts, entry)
    if event is None:
        event = _open_event(result, now)
    _add_report(event, entry, result, decision, now)
    is_lifted = settle_event(event, now)
    if is_lifted or (decision.event is None and event.state != Event.State.UNSURE):
        _propose_links(event, decision, now)
    return event


def _choose_event(facts: ReportFacts, entry: Entry) -> tuple[decide.GroupingDecision, Event | None]:
    """Decide which event an entry joins and return it locked, or None for a new one. Editors do not
    lock names, so the decision is repeated if they merged or refused the event before it was
    locked.
    """
    for attempt in range(DECISIONS):
        decision = decide.choose_event(
            facts, neighbouring_events(facts, entry.first_seen_at.date())
        )
        if decision.event is None:
            return decision, None
        event = lock(events=[decision.event], wait=attempt == 0)[decision.event]
        if is_joinable(event):
            return decision, event
    raise EventMovedError(f"event {decision.event} was merged or refused")


def _resettle_events(entry: Entry, now: datetime) -> int | None:
    """Settle the events of an entry that was classified again; return one that was unsure until
    now.
    """
    events = lock(events=entry.reports.values_list("event", flat=True)).values()
    lifted = [e.pk for e in events if e.merged_into_id is None and settle_event(e, now)]
    return lifted[0] if lifted else None


def _add_report(
    event: Event,
    entry: Entry,
    result: classify.Classification,
    decision: decide.GroupingDecision,
    now: datetime,
) -> None:
    report = Report.objects.create(
        event=event,
        entry=entry,
        role=result.coverage.value,
        score=decision.score if decision.event else None,
        reasons=list(decision.reasons),
        added_at=now,
    )
    Entry.objects.filter(pk=entry.pk).update(is_evidence=True)  # later edits keep its words
    differences = [("report", None, (report.pk, entry.link))]
    revise(event, now, PROGRAM, decision.reasons, differences)
    add_report(event, entry.title, entry.summary)
    close_versions([event.pk])


def _is_classified(entry: Entry) -> bool:
    """Return whether the entry's current text was classified."""
    current = EntryClassification.objects.filter(entry=entry, made_at__gte=entry.changed_at)
    return current.exists()


def queue_reclassification(now: datetime, limit: int = BATCH) -> int:
    """Queue entries classified with other weights than the current ones, newest first; return how
    many.

    Editors' decisions about their events stay.
    """
    version = (retrain.current_weights() or classify.shipped_weights()).version
    old = EntryClassification.objects.exclude(version=version).order_by("-pk")
    ids = list(old.filter(entry__process_at=None).values_list("entry", flat=True)[:limit])
    return Entry.objects.filter(pk__in=ids, process_at=None).update(process_at=now)


def _store_classification(
    entry: Entry, result: classify.Classification, used: classify.Weights, now: datetime
) -> None:
    values = result.as_dict()
    EntryClassification.objects.update_or_create(
        entry=entry,
        defaults={
            "version": used.version,
            "language": result.language,
            "kinds": [k.value for k in result.kinds],
            "platforms": list(result.platforms),
            "targets": list(result.targets),
            "countries": list(result.countries),
            "grounds": list(result.grounds),
            "extent": result.extent,
            "details": list(result.details),
            "occurred": result.occurred,
            "occurred_source": result.occurred_source,
            "coverage": result.coverage.value,
            "confidence": result.confidence,
            "kind_confidence": result.kind_confidence,
            "shown": result.shown,
            "scope": result.scope,
            "unlisted": list(result.unlisted),
            "effective_on": result.effective_on,
            "amount": result.amount,
            "currency": result.currency,
            "affected": result.affected,
            "affected_what": result.affected_what,
            "authority": result.authority,
            "authority_type": result.authority_type,
            "law": result.law,
            "law_article": result.law_article,
            "appeal": result.appeal,
            "territory": result.territory,
            "region": result.region,
            "degree": result.degree,
            "ordered_by": result.ordered_by,
            "ordered_by_type": result.ordered_by_type,
            "readers": list(values["readers"]),
            "evidence": list(values["evidence"]),
            "made_at": now,
        },
    )


def _open_event(result: classify.Classification, now: datetime) -> Event:
    platforms = [get_entity(Entity.Type.PLATFORM, slug) for slug in platforms_of(result)]
    targets = [
        get_entity(Entity.Type.TARGET, name, is_reported=name in result.unlisted)
        for name in result.targets
    ]
    countries = [get_entity(Entity.Type.COUNTRY, code) for code in result.countries]
    event = Event(
        kind=result.kinds[0].value,
        other_kinds=[k.value for k in result.kinds[1:]],
        occurred=result.occurred,
        occurred_source=result.occurred_source,
        grounds="".join(result.grounds[:1]),
        extent=result.extent,
        state=Event.State.MACHINE if result.shown else Event.State.UNSURE,
        confidence=result.confidence,
        kind_confidence=result.kind_confidence,
        **{name: getattr(result, name) for names in FIGURES for name in names},
    )
    parties = [*platforms, *targets, *countries]
    record_new_events([(event, parties)], now, PROGRAM, Reason("first_report"))
    event.refresh_from_db()
    return event


def record_new_events(
    new: Sequence[tuple[Event, Sequence[Entity]]], now: datetime, by: str, reason: Reason
) -> None:
    """Store new events with their parties and a revision that says where each comes from."""
    for event, _ in new:
        event.recorded_at = event.changed_at = now
        event.save()
    add_parties(new)
    Revision.objects.bulk_create(
        Revision(
            event=event,
            at=now,
            field=CREATED,
            after=event.own_headline or None,
            reasons=[reason],
            by=by,
        )
        for event, _ in new
    )
    reindex(event.pk for event, _ in new)


def _propose_links(event: Event, decision: decide.GroupingDecision, now: datetime) -> None:
    nearly = None
    if decision.nearly is not None:
        nearly = links.LinkProposal(
            event.pk, decision.nearly, Link.Type.SAME.value, decision.score, decision.reasons
        )
    links.propose_links(event, nearly, now)
