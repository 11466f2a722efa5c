"""What the program writes: entries are classified and put into events, with a Revision for each
change in the same transaction.
"""

import logging
import uuid
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache

from django.db import InterfaceError, OperationalError, transaction
from django.db.models import F

from tracker import classify
from tracker.batches import run_all
from tracker.classify import Text, encoder
from tracker.classify.lexicon import Lexicon, added
from tracker.events.consensus import links
from tracker.events.consensus.neighbours import is_joinable, names_locked, neighbours
from tracker.events.consensus.settle import bands, settle
from tracker.events.grouping import decide
from tracker.events.learning import retrain
from tracker.events.models import (
    Classification,
    Entity,
    Event,
    Link,
    Report,
    Revision,
)
from tracker.events.record.derived import add_report, reindex
from tracker.events.record.entities import entity, headline_of, names_by_editors
from tracker.events.record.locks import MovedError, in_transaction, lock
from tracker.events.record.values import CREATED, FIGURES
from tracker.events.record.write import PROGRAM, add_parties, revise
from tracker.feeds import activity
from tracker.feeds.activity import error_text
from tracker.feeds.models import Entry, WorkType

log = logging.getLogger(__name__)

LEASE = timedelta(minutes=5)
BATCH = 200
DECISIONS = 3  # of one entry, if editors change what it would join
TRIES = 3  # of an entry, after which it is set aside
LOST_TRIES = 5  # of one whose workers were killed while they had it in hand
DATABASE_TRIES = 10  # of one that the database did not take: that may be no matter of the entry
RETRY, RETRY_LIMIT = timedelta(minutes=1), timedelta(hours=1)


@dataclass(frozen=True)
class Judge:
    """What entries are read with: learned weights (None for the shipped ones), the names that
    editors added, and the sentence model (None where its files are not).
    """

    learned: classify.Weights | None = None
    names: Lexicon | None = None
    sentence: classify.SentenceReader | None = None


@dataclass(frozen=True)
class Processed:
    """How many entries were classified, and the ids of the events that got a new report."""

    entries: int
    event_ids: tuple[int, ...]


def claim_entries(now: datetime, limit: int = BATCH) -> list[Entry]:
    """Claims up to `limit` waiting entries for LEASE; two callers never get the same entry. Those
    that were in hand when their worker was killed, LOST_TRIES times, are set aside.
    """
    claim = uuid.uuid4()
    with transaction.atomic():
        due = Entry.objects.due(now).select_for_update(skip_locked=True)  # no effect on SQLite
        found = list(due.values_list("pk", "attempts", "claim")[:limit])
        lost = [pk for pk, attempts, last in found if last and attempts >= LOST_TRIES]
        ids = [pk for pk, _, _ in found if pk not in lost]
        Entry.objects.filter(pk__in=ids, process_at__lte=now).update(
            process_at=now + LEASE, claim=claim
        )
        if lost:
            why = f"its last {LOST_TRIES} tries ended without an outcome"
            Entry.objects.filter(pk__in=lost).update(process_at=None, claim=None, error=why)
    for pk in lost:
        log.error("entry_id=%s set aside: %s", pk, why)
        activity.record_set_aside(WorkType.ENTRIES, why, now)
    return list(Entry.objects.filter(claim=claim).select_related("feed").order_by("pk"))


def process_entries(now: datetime, limit: int = BATCH) -> Processed:
    """Classifies waiting entries and puts those that tell of an act into an event; each in a
    transaction of its own, its attempt counted before. Raises an ExceptionGroup after the last one
    if some failed; those are tried again, and set aside after TRIES.
    """
    entries = claim_entries(now, limit)
    try:
        judge = Judge(retrain.current(), added(names_by_editors()), encoder.load())
        _load_word_lists()
    except Exception as error:
        activity.record_failure(WorkType.ENTRIES, error_text(error), now)
        raise
    found = run_all(lambda entry: _try(entry, now, judge), entries)
    event_ids = dict.fromkeys(event_id for event_id in found if event_id is not None)
    return Processed(len(entries), tuple(event_ids))


@cache
def _load_word_lists() -> None:
    """Reads the word lists, which takes seconds: who is killed meanwhile had no entry in hand."""
    classify.classify(Text("Twitter suspends an account"))


def _try(entry: Entry, now: datetime, judge: Judge) -> int | None:
    mine = Entry.objects.filter(pk=entry.pk, claim=entry.claim)
    if not mine.update(attempts=F("attempts") + 1):
        return None
    try:
        event_id = process(entry, now, judge)
    except Exception as error:
        _book_failure(entry, entry.attempts + 1, error, now)
        raise
    activity.record_success(WorkType.ENTRIES, now)
    return event_id


def _book_failure(entry: Entry, attempts: int, error: Exception, now: datetime) -> None:
    """Keeps the error and when to try again; sets the entry aside after its last try."""
    of_database = isinstance(error, OperationalError | InterfaceError)
    is_over = attempts >= (DATABASE_TRIES if of_database else TRIES)
    wait = min(RETRY * 4 ** (attempts - 1), RETRY_LIMIT)
    why = error_text(error)
    with suppress(OperationalError, InterfaceError):  # then the lease ends
        Entry.objects.filter(pk=entry.pk, claim=entry.claim).update(
            process_at=None if is_over else now + wait, claim=None, error=why
        )
        record = activity.record_set_aside if is_over else activity.record_failure
        record(WorkType.ENTRIES, why, now)


def process(entry: Entry, now: datetime, judge: Judge | None = None) -> int | None:
    """Classifies one claimed entry; the id of the event that got it as a new report that may be
    mailed, or None: nobody is mailed an unsure event before it is lifted. An entry that is
    classified anew, because the classifier learned, is no news.

    Stores nothing if the claim was taken over or the entry changed meanwhile.
    """
    published = entry.published_at.astimezone(UTC).date() if entry.published_at else None
    text = Text(entry.title, entry.summary, entry.body, entry.language)
    judge = judge or Judge()
    found = classify.classify(
        text, published, judge.learned, judge.names, judge.sentence, bands=bands()
    )
    return _store(entry, found, judge.learned or classify.weights(), now)


@in_transaction
def _store(
    entry: Entry, found: classify.Classification, used: classify.Weights, now: datetime
) -> int | None:
    """What `process` says, of a classification that is stored."""
    mine = Entry.objects.filter(pk=entry.pk, claim=entry.claim, content_hash=entry.content_hash)
    if not mine.update(process_at=None, claim=None, attempts=0, error=""):
        return None
    is_again = _is_classified(entry)
    _store_classification(entry, found, used, now)
    if entry.reports.exists():
        lifted = _settle_again(entry, now)
        return lifted if entry.is_news else None
    if not found.is_event:
        return None
    event = _place(entry, found, now)
    if is_again:
        Entry.objects.filter(pk=entry.pk).update(is_news=False)
    is_shown = event.state != Event.State.UNSURE
    return event.pk if entry.is_news and not is_again and is_shown else None


def _place(entry: Entry, found: classify.Classification, now: datetime) -> Event:
    """The event that an entry joins or opens, settled with its new report."""
    facts = decide.facts_of(found, entry.title, entry.summary)
    lock(names=names_locked(facts))
    decision, event = _decide(facts, entry)
    if event is None:
        event = _open_event(found, now)
    _add_report(event, entry, found, decision, now)
    is_lifted = settle(event, now)
    if is_lifted or (decision.event is None and event.state != Event.State.UNSURE):
        _propose_links(event, decision, now)
    return event


def _decide(facts: decide.Facts, entry: Entry) -> tuple[decide.Decision, Event | None]:
    """What an entry joins, with that event locked, or None for a new one. Editors take no lock of
    names: what one of them merged or refused before the event was locked is decided again.
    """
    for attempt in range(DECISIONS):
        decision = decide.decide(facts, neighbours(facts, entry.first_seen_at.date()))
        if decision.event is None:
            return decision, None
        event = lock(events=[decision.event], wait=attempt == 0)[decision.event]
        if is_joinable(event):
            return decision, event
    raise MovedError(f"event {decision.event} was merged or refused")


def _settle_again(entry: Entry, now: datetime) -> int | None:
    """Settles the events of an entry that is classified anew; one that was unsure until now."""
    events = lock(events=entry.reports.values_list("event", flat=True)).values()
    lifted = [e.pk for e in events if e.merged_into_id is None and settle(e, now)]
    return lifted[0] if lifted else None


def _add_report(
    event: Event,
    entry: Entry,
    found: classify.Classification,
    decision: decide.Decision,
    now: datetime,
) -> None:
    report = Report.objects.create(
        event=event,
        entry=entry,
        role=found.coverage.value,
        score=decision.score if decision.event else None,
        reasons=list(decision.reasons),
        added_at=now,
    )
    told = [("report", None, (report.pk, entry.link))]
    revise(event, now, PROGRAM, "; ".join(decision.reasons), told)
    add_report(event, entry.title, entry.summary)


def _is_classified(entry: Entry) -> bool:
    """Whether the entry was classified as it stands."""
    made = Classification.objects.filter(entry=entry, made_at__gte=entry.changed_at)
    return made.exists()


def reclassify(now: datetime, limit: int = BATCH) -> int:
    """Makes entries wait that were classified with other weights than the current ones, the newest
    first; how many. What editors decided of their events stays.
    """
    version = (retrain.current() or classify.weights()).version
    old = Classification.objects.exclude(version=version).order_by("-pk")
    ids = list(old.filter(entry__process_at=None).values_list("entry", flat=True)[:limit])
    return Entry.objects.filter(pk__in=ids, process_at=None).update(process_at=now)


def _store_classification(
    entry: Entry, found: classify.Classification, used: classify.Weights, now: datetime
) -> None:
    values = found.as_dict()
    Classification.objects.update_or_create(
        entry=entry,
        defaults={
            "version": used.version,
            "language": found.language,
            "kinds": [k.value for k in found.kinds],
            "platforms": list(found.platforms),
            "targets": list(found.targets),
            "countries": list(found.countries),
            "grounds": list(found.grounds),
            "extent": found.extent,
            "details": list(found.details),
            "occurred": found.occurred,
            "occurred_source": found.occurred_source,
            "coverage": found.coverage.value,
            "confidence": found.confidence,
            "kind_confidence": found.kind_confidence,
            "shown": found.shown,
            "scope": found.scope,
            "unlisted": list(found.unlisted),
            "effective_on": found.effective_on,
            "amount": found.amount,
            "currency": found.currency,
            "affected": found.affected,
            "affected_what": found.affected_what,
            "authority": found.authority,
            "authority_type": found.authority_type,
            "readers": list(values["readers"]),
            "evidence": list(values["evidence"]),
            "made_at": now,
        },
    )


def _open_event(found: classify.Classification, now: datetime) -> Event:
    platforms = [entity(Entity.Type.PLATFORM, slug) for slug in decide.platforms_of(found)]
    targets = [
        entity(Entity.Type.TARGET, name, is_reported=name in found.unlisted)
        for name in found.targets
    ]
    countries = [entity(Entity.Type.COUNTRY, code) for code in found.countries]
    event = Event(
        kind=found.kinds[0].value,
        other_kinds=[k.value for k in found.kinds[1:]],
        headline=headline_of(found.kinds, [*platforms, *targets, *countries], found.occurred),
        occurred=found.occurred,
        occurred_source=found.occurred_source,
        grounds="".join(found.grounds[:1]),
        extent=found.extent,
        state=Event.State.MACHINE if found.shown else Event.State.UNSURE,
        confidence=found.confidence,
        kind_confidence=found.kind_confidence,
        **{name: getattr(found, name) for names in FIGURES for name in names},
    )
    record_new([(event, [*platforms, *targets, *countries])], now, PROGRAM, "first report")
    event.refresh_from_db()
    return event


def record_new(
    new: Sequence[tuple[Event, Sequence[Entity]]], now: datetime, by: str, reason: str
) -> None:
    """Stores new events with their parties and the revision that says where each comes from."""
    for event, _ in new:
        event.recorded_at = event.changed_at = now
        event.save()
    add_parties(new)
    Revision.objects.bulk_create(
        Revision(event=event, at=now, field=CREATED, after=event.headline, reason=reason, by=by)
        for event, _ in new
    )
    reindex(event.pk for event, _ in new)


def _propose_links(event: Event, decision: decide.Decision, now: datetime) -> None:
    nearly = None
    if decision.nearly is not None:
        nearly = links.Proposal(
            event.pk, decision.nearly, Link.Type.SAME.value, decision.score, decision.reasons
        )
    links.propose_all(event, nearly, now)
