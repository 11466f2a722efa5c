"""An event's page: its facts with the words that gave them, links, reports, history, citation; now
or as it was.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from tracker.classify.explain import quote_evidence
from tracker.classify.letters.folding import fold
from tracker.events.dsa import DsaCodes
from tracker.events.editing.actions import UNDO_FOR, last_revision_id
from tracker.events.models import Change, Event, Link, ReportDispute, Revision, Suggestion
from tracker.events.publish import citations
from tracker.events.publish.figures import describe_confidence, known_figures
from tracker.events.publish.platform_links import ArchiveLink, archive_links
from tracker.events.publish.sentence import sentence_of
from tracker.events.publish.trust import fact_words
from tracker.events.record.checks import EDITOR
from tracker.events.record.values import CREATED
from tracker.events.review.queue import undoable_changes
from tracker.events.search.link_rows import LinkRow
from tracker.events.search.load import load_rows
from tracker.events.search.past.moment import Moment
from tracker.events.search.past.rows import load_past_rows, past_events, past_itself
from tracker.events.search.query import Query
from tracker.events.search.rows import EventRow, NamedEntity
from tracker.events.search.wording.reports import last_report_day
from tracker.events.search.wording.revisions import revision_words, why_words
from tracker.events.wording.names import ground_name
from tracker.web.pages.event_parts import (
    ChainStep,
    EditedArticle,
    ReportGroup,
    chain_of,
    edited_articles,
    group_by_newsroom,
)
from tracker.web.pages.overviews.knowledge import KnowledgeLine, build_knowledge_line
from tracker.web.query_params import parameters_of

REPORTS_EXPLAINED = 3
WORDS_SHOWN = 3  # spellings of a name


@dataclass(frozen=True)
class PartyValue:
    """One party of an event: its name, its entity's id, other words for it in the reports."""

    name: str
    id: int
    words: tuple[str, ...]
    is_reported: bool = False


@dataclass(frozen=True)
class FactTrustLine:
    """How sure a fact is in words; `fact` is its name in the record."""

    fact: str
    label: str
    words: str


@dataclass(frozen=True)
class PartyFact:
    """The platforms, targets or countries of an event under their label."""

    label: str
    values: tuple[PartyValue, ...]
    trust: FactTrustLine


@dataclass(frozen=True)
class FigureFact:
    """A figure of an event in words, with the words of the reports that gave it."""

    label: str
    words: str
    quotes: tuple[str, ...]
    trust: FactTrustLine


@dataclass(frozen=True)
class RevisionRow:
    """A change of a field in words; `verb` is what the editor did, "" for the program's changes."""

    at: datetime
    by: str
    verb: str
    reason: str
    change_id: int | None
    field: str
    before: str
    after: str


@dataclass(frozen=True)
class AnsweredSuggestion:
    """A reader's correction that an editor answered."""

    text: str
    state: str
    answer: str


@dataclass(frozen=True)
class CitedVersion:
    """The sentence that cites an event, and the address of the version that was read."""

    text: str
    version: str


@dataclass(frozen=True)
class EventPage:
    """What the page of an event shows; `at` is the time looked back to, None for now, `then_state`
    and `then_merged_into` are the state and merge target at that time, `as_of` is the parameter for
    it; `same_trust` is how sure all facts are, "" if they differ; `disputed` are the ids of those
    of `split_off` that readers voted out, until an editor decides.
    """

    row: EventRow
    sentence: str
    at: datetime | None
    as_of: str
    then_state: str
    then_merged_into: int | None
    parties: tuple[PartyFact, ...]
    trust_of: Mapping[str, FactTrustLine]
    same_trust: str
    read_version: int
    day_words: tuple[str, ...]
    grounds: str
    ground_words: tuple[str, ...]
    extent_words: tuple[str, ...]
    codes: DsaCodes
    archives: tuple[ArchiveLink, ...]
    confirmed_day: str
    figures: tuple[FigureFact, ...]
    sureness: str
    in_force: str
    is_end_stated: bool
    why: tuple[str, ...]
    revisions: tuple[RevisionRow, ...]
    undoable: frozenset[int]
    split_off: tuple[EventRow, ...]
    disputed: frozenset[int]
    split_from: EventRow | None
    answers: tuple[AnsweredSuggestion, ...]
    citation: CitedVersion
    follow: str
    reports: tuple[ReportGroup, ...]
    chain: tuple[ChainStep, ...]
    edited: tuple[EditedArticle, ...]
    address: str
    knowledge: KnowledgeLine | None


@dataclass(frozen=True)
class EventNotYetPage:
    """The page saying that an event was recorded only after the time looked back to."""

    id: int
    recorded_at: datetime
    at: datetime


@dataclass(frozen=True)
class EventRefusedPage:
    """Why an event was refused, when and by whom (None if no revision says it)."""

    id: int
    headline: str
    reason: str
    refused_at: datetime | None
    by: str
    read_version: int


def _recorded_by_hand() -> QuerySet[Event]:
    """Select events that an editor recorded from another event's article, without moving it."""
    return Event.objects.filter(
        revisions__field=CREATED, revisions__change__verb=Change.Verb.RECORD
    )


def _split(event: Event) -> tuple[tuple[EventRow, ...], EventRow | None]:
    """Return the events that were split off from this one, and the one that it was split
    off from.
    """
    recorded = _recorded_by_hand()
    split_off = event.split_off.filter(merged_into=None).exclude(pk__in=recorded.values("pk"))
    origin = event.split_from
    if origin is None or recorded.filter(pk=event.pk).exists():
        origin = None
    rows = load_rows([other.itself for other in split_off.order_by("pk")])
    return rows, load_rows([origin.itself])[0] if origin else None


def _disputed(event: Event) -> frozenset[int]:
    """Return the events that readers' votes split off from this one, until an editor decides."""
    disputes = ReportDispute.objects.filter(event=event, state=ReportDispute.State.OPEN)
    changes = disputes.filter(change__isnull=False).values("change")
    created = Revision.objects.filter(field=CREATED, change__in=changes)
    return frozenset(created.values_list("event", flat=True))


def _split_then(event: Event, moment: Moment) -> tuple[tuple[EventRow, ...], EventRow | None]:
    """Return the same as _split, at a past moment."""
    recorded = set(_recorded_by_hand().values_list("pk", flat=True))
    since = Revision.objects.filter(field="split_from", at__gt=moment.at)
    ids = {event.pk, *event.split_off.values_list("pk", flat=True)}
    ids |= set(since.filter(before=event.pk).values_list("event", flat=True))
    events_then = past_events(moment, ids)
    split_off = [
        pk
        for pk, past_event in sorted(events_then.items())
        if past_event.record.split_from == event.pk and past_event.record.merged_into is None
    ]
    rows = load_past_rows([pk for pk in split_off if pk not in recorded], moment)
    source = events_then[event.pk].record.split_from if event.pk not in recorded else None
    origin = past_itself(source, moment) if source is not None else None
    return rows, load_past_rows([origin.event.pk], moment)[0] if origin else None


def _merged_into(event: Event, at: datetime) -> int | None:
    return past_events(Moment(at), [event.pk])[event.pk].record.merged_into


def build_event_page(event: Event, address: str, *, is_editor: bool) -> EventPage:
    """Return the current page of an event, with what an editor may undo."""
    (row,) = load_rows([event])
    return _build_page(event, row, address, at=None, is_editor=is_editor)


def build_past_page(event: Event, at: datetime, address: str) -> EventPage | EventNotYetPage:
    """Return the page of an event as it was at a time."""
    rows = load_past_rows([event.pk], Moment(at))
    if not rows:
        return EventNotYetPage(event.pk, event.recorded_at, at)
    return _build_page(event, rows[0], address, at=at, is_editor=False)


def build_refused_page(event: Event) -> EventRefusedPage:
    """Return the page that says why an event was refused."""
    refusal = event.revisions.filter(field="state", after=Event.State.REFUSED).last()
    return EventRefusedPage(
        id=event.pk,
        headline=load_rows([event])[0].headline,
        reason=why_words(refusal),
        refused_at=refusal.at if refusal else None,
        by=refusal.by if refusal else "",
        read_version=last_revision_id(event),
    )


def _build_page(
    event: Event, row: EventRow, address: str, *, at: datetime | None, is_editor: bool
) -> EventPage:
    day = f"{at or timezone.now():%Y-%m-%d}"
    split_off, split_from = _split(event) if at is None else _split_then(event, Moment(at))
    citation = _cite(event, row, address, at)
    return EventPage(
        row=row,
        sentence=sentence_of(row, day),
        at=at,
        as_of=citation.version.partition("?")[2] if at else "",
        then_state=row.state if at else "",
        then_merged_into=_merged_into(event, at) if at else None,
        parties=parties(row),
        trust_of=_trusts(row),
        same_trust=_same_trust(row),
        read_version=last_revision_id(event) if is_editor else 0,
        day_words=row.words("occurred", row.occurred)[:WORDS_SHOWN],
        grounds=capfirst(ground_name(row.grounds)),
        ground_words=row.words("grounds", row.grounds)[:WORDS_SHOWN],
        extent_words=row.words("extent", row.extent)[:WORDS_SHOWN],
        codes=row.codes,
        archives=archive_links(row, row.codes),
        confirmed_day=last_report_day(row),
        figures=_figures(row),
        sureness=describe_confidence(row),
        in_force=row.status_on(day),
        is_end_stated=bool(row.ended) and not any(map(_is_undoing, row.links)),
        why=_explain(row),
        revisions=_revisions(event, row, at),
        undoable=_undoable(event) if is_editor else frozenset(),
        split_off=split_off,
        disputed=_disputed(event) if split_off and at is None else frozenset(),
        split_from=split_from,
        answers=_answers(event, at),
        citation=citation,
        follow=_events_like(row),
        reports=group_by_newsroom(row.first_reports),
        chain=chain_of(row),
        edited=edited_articles(row, at),
        address=citation.version if at else address,
        knowledge=build_knowledge_line(event, at),
    )


def _events_like(row: EventRow) -> str:
    """Return the address of the events of the same kind and platforms."""
    platforms = tuple(platform.slug for platform in row.platforms)
    return parameters_of(Query(kind=(row.kind.value,), platform=platforms))


def _figures(row: EventRow) -> tuple[FigureFact, ...]:
    return tuple(
        FigureFact(label, words, tuple(quotes[:WORDS_SHOWN]), _trust(row, field, label))
        for field, label, words, quotes in known_figures(row)
    )


def _is_undoing(link: LinkRow) -> bool:
    """Return whether the other act ended this one."""
    is_confirmed = link.state == Link.State.CONFIRMED
    return link.type == Link.Type.UNDOES and not link.is_ahead and is_confirmed


def _explain(row: EventRow) -> tuple[str, ...]:
    """Return the explanation of the kind, report by report."""
    return tuple(
        _("%(publisher)s: %(line)s") % {"publisher": report.publisher, "line": line}
        for report in row.reports[:REPORTS_EXPLAINED]
        for line in quote_evidence(report.evidence, "kinds", _)
    )


def _revisions(event: Event, row: EventRow, at: datetime | None) -> tuple[RevisionRow, ...]:
    revisions = event.revisions.select_related("change")
    shown = revisions.filter(at__lte=at) if at else revisions
    headlines = {link.event_id: link.headline for link in row.links}
    return tuple(
        _revision(revision, headlines) for revision in shown if not _repeats_edit(revision)
    )


def _repeats_edit(revision: Revision) -> bool:
    """Return whether a check only repeats that an editor made the adjacent change."""
    change = revision.change
    is_edit = change is not None and change.verb == Change.Verb.EDIT
    check = revision.after if revision.field == "check" else None
    return is_edit and check is not None and check[4] == EDITOR


def _revision(revision: Revision, headlines: Mapping[int, str]) -> RevisionRow:
    field, before, after = revision_words(revision, headlines)
    return RevisionRow(
        at=revision.at,
        by=revision.by,
        verb=revision.change.get_verb_display() if revision.change else "",
        reason=why_words(revision),
        change_id=revision.change_id,
        field=field,
        before=before,
        # The recording of an event has no field value.
        after=after or ("" if revision.field == "event" else _("empty")),
    )


def _undoable(event: Event) -> frozenset[int]:
    """Return the ids of the changes of the event that may be undone."""
    changes = undoable_changes(timezone.now(), UNDO_FOR).filter(revisions__event=event)
    return frozenset(changes.values_list("pk", flat=True))


def _answers(event: Event, at: datetime | None) -> tuple[AnsweredSuggestion, ...]:
    answered = event.suggestions.exclude(state=Suggestion.State.OPEN).order_by("answered_at")
    if at:
        answered = answered.filter(answered_at__lte=at)
    return tuple(AnsweredSuggestion(one.text, one.state, one.answer) for one in answered)


def _cite(event: Event, row: EventRow, address: str, at: datetime | None) -> CitedVersion:
    cited = citations.Citation(row, address, at or event.changed_at)
    return CitedVersion(citations.cite_as_text(cited), cited.version)


def parties(row: EventRow) -> tuple[PartyFact, ...]:
    """Return the parties of the event; facts without a value are left out."""
    facts = (
        (
            _("Platform"),
            "platforms",
            _values(row, "platforms", ((p.slug, p) for p in row.platforms)),
        ),
        (
            _("Target"),
            "targets",
            _values(row, "targets", ((t.recorded_name, t) for t in row.targets)),
        ),
        (
            _("Countries"),
            "countries",
            _values(row, "countries", ((c.slug, c) for c in row.countries)),
        ),
    )
    return tuple(
        PartyFact(label, values, _trust(row, field, label))
        for label, field, values in facts
        if values
    )


def _same_trust(row: EventRow) -> str:
    """Return how sure all facts are, if it is the same for each; "" if they differ."""
    words = {fact.trust.words for fact in parties(row)}
    words |= {figure.trust.words for figure in _figures(row)}
    shown = {"occurred": row.occurred, "grounds": row.grounds, "extent": row.extent}
    names = ("kinds", *(name for name, value in shown.items() if value))
    words |= {fact_words(row, name) for name in names}
    return words.pop() if len(words) == 1 else ""


def _trusts(row: EventRow) -> dict[str, FactTrustLine]:
    """Return how sure the facts are that every event has, by their names."""
    return {
        "kinds": _trust(row, "kinds", _("Kind")),
        "occurred": _trust(row, "occurred", _("Day of the act")),
        "grounds": _trust(row, "grounds", _("Grounds")),
        "extent": _trust(row, "extent", _("Duration")),
    }


def _trust(row: EventRow, fact: str, label: str) -> FactTrustLine:
    return FactTrustLine(fact, label, fact_words(row, fact))


def _values(
    row: EventRow, field: str, entities: Iterable[tuple[str, NamedEntity]]
) -> tuple[PartyValue, ...]:
    return tuple(_value(row, field, value, entity) for value, entity in entities)


def _value(row: EventRow, field: str, value: str, entity: NamedEntity) -> PartyValue:
    words = [w for w in row.words(field, value) if fold(w) not in fold(entity.name)]
    return PartyValue(entity.name, entity.id, tuple(words[:WORDS_SHOWN]), entity.is_reported)
