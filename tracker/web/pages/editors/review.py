"""The desk: the queues of doubts, one event with all that its editor needs to decide, and the
editors' last decisions.
"""

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Max
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from tracker.classify import Kind
from tracker.classify.letters.folding import fold
from tracker.events.editing import actions
from tracker.events.models import Change, Event, Link, Revision, Suggestion
from tracker.events.publish.figures import known_figures
from tracker.events.publish.trust import fact_words, trust_of_fact
from tracker.events.reasons import StoredReason
from tracker.events.record.derived import WORDS
from tracker.events.review import notes, queue
from tracker.events.review.notes import NoteRow
from tracker.events.review.queue import Agreement, QueueSummary
from tracker.events.search.describe import FIELD_WORDS, format_day, why_words
from tracker.events.search.rows import EventRow, ReportRow, load_rows
from tracker.events.wording.names import ground_name, kind_name
from tracker.events.wording.reasons import REFUSALS, word_reason
from tracker.events.wording.terms import term

UNDOABLE = 8  # changes that are listed
ARTICLES_NEAR = 2  # of an event that is shown beside another
WORDS_SHOWN = 3  # of each fact, from the reports
SENTENCE_LIMIT = 300  # characters of a first sentence that are quoted
SENTENCE_END = re.compile(r"(?<=[.!?…])[\s\"”»’)]+|(?<=[。！？])")
# In the order of the page; the figures follow.
FACTS = ("kinds", "platforms", "targets", "countries", "occurred", "grounds", "extent")


@dataclass(frozen=True)
class OpenSuggestion:
    """A reader's correction that waits for an answer; `field_name` says in words what is wrong."""

    id: int
    field_name: str
    at: datetime
    text: str
    url: str


@dataclass(frozen=True)
class SubmittedRow:
    """An address that a reader sent; `host` is where it leads."""

    id: int
    url: str
    host: str
    note: str
    at: datetime


@dataclass(frozen=True)
class ChangeRow:
    """A decision that can be undone, and the events that it changed, by id and headline."""

    id: int
    at: datetime
    by: str
    verb: str
    reason: str
    events: tuple[tuple[int, str], ...]


@dataclass(frozen=True)
class RefusalChoice:
    """A reason to refuse an event: the digit that chooses it, what is stored, what is shown."""

    key: int
    code: str
    words: str


@dataclass(frozen=True)
class TextPiece:
    """Words of an article; `fact` names the fact that was read in them, "" for none."""

    text: str
    fact: str


@dataclass(frozen=True)
class ArticleRow:
    """A report as the desk shows it: its title and first sentence, with the words marked on which
    facts rest; `entry_url` is its page on the desk, "" for a page named by a history.
    """

    id: int
    url: str
    publisher: str
    language: str
    published_at: datetime | None
    role: str
    title: tuple[TextPiece, ...]
    sentence: tuple[TextPiece, ...]
    reasons: tuple[StoredReason, ...]
    readers: tuple[dict[str, object], ...]
    reprints: int
    entry_id: int


@dataclass(frozen=True)
class DeskFact:
    """A fact with the words that gave it and how sure it is; `check` is its state."""

    fact: str
    label: str
    value: str
    quotes: tuple[str, ...]
    trust: str
    check: str


@dataclass(frozen=True)
class NearbyRow:
    """An event near the one on the desk with its articles; `key` is the digit that merges."""

    key: int
    event: EventRow
    articles: tuple[ArticleRow, ...]
    more: int
    score: float
    reasons: tuple[StoredReason, ...]


@dataclass(frozen=True)
class QueueRow:
    """A doubt in the list: the article's own title, and the program's proposal in one line."""

    id: int
    kind: Kind
    title: str
    language: str
    publisher: str
    proposal: str
    assigned_to: str
    read_version: int


@dataclass(frozen=True)
class EventDesk:
    """The event that an editor decides on; `claimed_by` is who else has it open, `assigned_to` who
    takes it, "" for nobody.
    """

    row: EventRow
    read_version: int
    facts: tuple[DeskFact, ...]
    articles: tuple[ArticleRow, ...]
    nearest: tuple[NearbyRow, ...]
    names: tuple[str, ...]
    claimed_by: str
    assigned_to: str
    notes: tuple[NoteRow, ...]
    suggestions: tuple[OpenSuggestion, ...]


@dataclass(frozen=True)
class ReviewPage:
    """What editors see of the queues; `desk` is None where nothing waits."""

    queues: tuple[QueueSummary, ...]
    selected: str
    queue_address: str
    next_queue: str
    rows: tuple[QueueRow, ...]
    submitted: tuple[SubmittedRow, ...]
    undoable: tuple[ChangeRow, ...]
    kinds: tuple[tuple[int, Kind], ...]
    refusals: tuple[RefusalChoice, ...]
    link_types: tuple[tuple[str, str], ...]
    shortcuts: tuple[tuple[tuple[str, ...], str], ...]
    desk: EventDesk | None
    row: EventRow | None
    read_version: int


@dataclass(frozen=True)
class _LoadedDesk:
    """What the queries of the page brought: rows of all its events, by id, the events near the one
    on the desk, the last revision of each, and the notes of each.
    """

    rows: Mapping[int, EventRow]
    near: Sequence[queue.NearbyEvent]
    versions: Mapping[int, int]
    notes: Mapping[int, list[NoteRow]]
    has_suggestions: bool


@dataclass(frozen=True)
class AgreementPage:
    """How often classifier and editors agree, by kind and by language."""

    agreement: Mapping[str, tuple[Agreement, ...]]


def build_agreement_page(now: datetime) -> AgreementPage:
    """Return the page of the agreement in the last thirty days."""
    return AgreementPage({by: tuple(of) for by, of in queue.measure_agreement(now).items()})


def build_review_page(name: str, event: Event | None, editor: str, now: datetime) -> ReviewPage:
    """Return the page of a review queue, or of the first that is filled; with an event, or with the
    first of the queue. Notes that the editor has it open.
    """
    queues = queue.summarize_queues()
    filled = [summary.name for summary in queues if summary.count]
    selected = name if name in queue.REVIEW_QUEUES else (filled or [queues[0].name])[0]
    events = queue.queued_events(selected)
    chosen = event or (events[0] if events else None)
    near = queue.nearest_events(chosen) if chosen else []
    ids = [one.pk for one in events]
    every = {*ids, chosen.pk} if chosen else set(ids)
    loaded = _LoadedDesk(
        _load_together(events, chosen, near),
        near,
        _versions(every),
        notes.notes_of(every),
        queue.SUGGESTED in filled,
    )
    desk = _build_desk(chosen, loaded, editor, now) if chosen else None
    return ReviewPage(
        queues=tuple(queues),
        selected=selected,
        queue_address=f"{reverse('review')}?lane={selected}",
        next_queue=_next_queue(selected, filled),
        rows=tuple(_queue_row(pk, loaded, selected) for pk in ids),
        submitted=_submitted_rows() if selected == queue.SUBMITTED else (),
        undoable=_undoable_rows(now),
        kinds=tuple(enumerate(Kind, 1)),
        refusals=tuple(
            RefusalChoice(key, code, word_reason((code, ())))
            for key, code in enumerate(REFUSALS, 1)
        ),
        link_types=tuple(
            (value, str(label)) for value, label in Link.Type.choices if value != Link.Type.SAME
        ),
        shortcuts=_shortcuts(),
        desk=desk,
        row=desk.row if desk else None,
        read_version=desk.read_version if desk else 0,
    )


def _shortcuts() -> tuple[tuple[tuple[str, ...], str], ...]:
    """Return the keys of the desk with what each does; a letter has one meaning everywhere, and
    digits choose among what a letter offers.
    """
    return (
        (("j", "k"), _("next and previous event")),
        (("n",), _("next queue")),
        (("a",), _("accept")),
        (("r", "1–5"), _("refuse, then the reason by its number")),
        (("e", "0–9"), _("set the kind, then its number")),
        (("m", "1–3"), _("merge into one of the nearest events")),
        (("s",), _("choose reports to split off")),
        (("o",), _("put the first article into another event")),
        (("l",), _("link to another event")),
        (("f",), _("edit facts")),
        (("c",), _("write a note")),
        (("t",), _("take or release the event")),
        (("x",), _("select or deselect the event in the list")),
        (("+",), _("accept the selected events")),
        (("-", "1–5"), _("refuse the selected events, then the reason")),
        (("w",), _("add an article by its address")),
        (("z",), _("undo the last decision")),
        (("?",), _("show these keys")),
        (("Esc",), _("leave a choice or a field")),
    )


def _load_together(
    events: Sequence[Event], chosen: Event | None, near: Sequence[queue.NearbyEvent]
) -> dict[int, EventRow]:
    """Return the rows of all events of the page, by id: each query asks for all of them."""
    others = Event.objects.in_bulk([one.event_id for one in near]) if near else {}
    every = {event.pk: event for event in events} | others
    if chosen:
        every[chosen.pk] = chosen
    return {row.id: row for row in load_rows(list(every.values()), links_unsure=True)}


def _versions(ids: set[int]) -> dict[int, int]:
    """Return the last revision of each event; 0 for none is left out."""
    newest = Revision.objects.filter(event__in=ids).order_by().values_list("event")
    return dict(newest.annotate(newest=Max("pk")))


def _next_queue(selected: str, filled: list[str]) -> str:
    order = list(queue.REVIEW_QUEUES)
    later = [name for name in order[order.index(selected) + 1 :] if name in filled]
    return (later or filled or [selected])[0]


def _submitted_rows() -> tuple[SubmittedRow, ...]:
    return tuple(
        SubmittedRow(link.pk, link.url, link.url.split("/")[2], link.note, link.at)
        for link in queue.open_links().order_by("at")[: queue.QUEUE]
    )


def _undoable_rows(now: datetime) -> tuple[ChangeRow, ...]:
    """Return the last decisions with their events; one query."""
    latest = queue.undoable_changes(now, actions.UNDO_FOR)[:UNDOABLE]
    revisions = Revision.objects.filter(change__in=latest.values("pk"))
    shown = revisions.exclude(field="linked_from").select_related("change", "event")
    changes: dict[Change, dict[int, str]] = defaultdict(dict)
    for revision in shown.order_by("-change", "event").defer(*(f"event__{w}" for w in WORDS)):
        if revision.change is not None:
            changes[revision.change][revision.event_id] = revision.event.headline
    return tuple(
        ChangeRow(
            change.pk,
            change.at,
            change.by,
            change.get_verb_display(),
            why_words(change),
            tuple(touched.items())[:2],
        )
        for change, touched in changes.items()
    )


def _queue_row(pk: int, loaded: _LoadedDesk, selected: str) -> QueueRow:
    row = loaded.rows[pk]
    first = next((report for report in row.reports if report.title), None)
    return QueueRow(
        id=row.id,
        kind=row.kind,
        title=first.title if first else row.headline,
        language=first.language if first else row.headline_language,
        publisher=first.publisher if first else "",
        proposal=_proposal(row, selected),
        assigned_to=notes.taker_of(loaded.notes[pk]),
        read_version=loaded.versions.get(pk, 0),
    )


def _proposal(row: EventRow, selected: str) -> str:
    """Return what the program proposes of an event in one line."""
    if selected in {queue.SAME, queue.LINKED}:
        is_same = selected == queue.SAME
        for link in row.links:
            if link.state == Link.State.PROPOSED and (link.type == Link.Type.SAME) == is_same:
                return f"{link.words}: {link.headline}"
    who = ", ".join(target.name for target in row.targets) or _("target unknown")
    where = ", ".join(platform.name for platform in row.platforms)
    return " · ".join(filter(None, (kind_name(row.kind), where, who, format_day(row.occurred))))


def _build_desk(event: Event, loaded: _LoadedDesk, editor: str, now: datetime) -> EventDesk:
    rows = loaded.rows
    row = rows[event.pk]
    targets = {fold(target.name) for target in row.targets}
    suggestions = (
        event.suggestions.filter(state=Suggestion.State.OPEN).order_by("at")
        if loaded.has_suggestions
        else ()
    )
    return EventDesk(
        row=row,
        read_version=loaded.versions.get(event.pk, 0),
        facts=desk_facts(row),
        articles=tuple(map(article_row, row.reports)),
        nearest=tuple(
            _nearby_row(number, rows[one.event_id], one)
            for number, one in enumerate(loaded.near, 1)
            if one.event_id in rows
        ),
        names=tuple(name for name in queue.unknown_names(row) if fold(name) not in targets),
        claimed_by=actions.claim_event(event.pk, editor, now),
        assigned_to=notes.taker_of(loaded.notes[event.pk]),
        notes=tuple(loaded.notes[event.pk][: notes.NOTES_SHOWN]),
        suggestions=tuple(
            OpenSuggestion(one.pk, one.get_field_display(), one.at, one.text, one.url)
            for one in suggestions
        ),
    )


def _nearby_row(number: int, row: EventRow, near: queue.NearbyEvent) -> NearbyRow:
    articles = [article_row(report) for report in row.reports if report.title][:ARTICLES_NEAR]
    more = len(row.reports) - len(articles)
    return NearbyRow(number, row, tuple(articles), more, near.score, tuple(near.reasons))


def desk_facts(row: EventRow) -> tuple[DeskFact, ...]:
    """Return every fact of an event as the desk shows it, the empty ones of its kind too."""
    values = {
        "kinds": ", ".join(map(kind_name, (row.kind, *row.other_kinds))),
        "platforms": ", ".join(platform.name for platform in row.platforms),
        "targets": ", ".join(target.name for target in row.targets),
        "countries": ", ".join(country.name for country in row.countries),
        "occurred": format_day(row.occurred) if row.occurred else "",
        "grounds": ground_name(row.grounds) if row.grounds not in {"", "unknown"} else "",
        "extent": term(row.extent) if row.extent else "",
    }
    facts = [_desk_fact(row, fact, str(FIELD_WORDS[fact]), values[fact]) for fact in FACTS]
    facts += [_desk_fact(row, name, label, words) for name, label, words, _ in known_figures(row)]
    if row.ended_on:
        label = str(FIELD_WORDS["ended_on"])
        facts.append(_desk_fact(row, "ended_on", label, format_day(row.ended_on)))
    return tuple(facts)


def _desk_fact(row: EventRow, fact: str, label: str, value: str) -> DeskFact:
    quotes = row.words_for(fact)[:WORDS_SHOWN]
    # An unknown fact can be confirmed as unknown, and says nothing else of how sure it is.
    trust = fact_words(row, fact) if value or fact in row.checks else ""
    return DeskFact(fact, capfirst(label), value, quotes, trust, trust_of_fact(row, fact).check)


def article_row(report: ReportRow) -> ArticleRow:
    """Return a report as the desk shows it."""
    ends = SENTENCE_END.search(report.summary)
    length = min(ends.start() if ends else len(report.summary), SENTENCE_LIMIT)
    return ArticleRow(
        id=report.id,
        url=report.url,
        publisher=report.publisher,
        language=report.language,
        published_at=report.published_at,
        role=report.role,
        title=_pieces(report.title, report.evidence, "title"),
        sentence=_pieces(report.summary[:length], report.evidence, "summary"),
        reasons=report.reasons,
        readers=report.readers,
        reprints=len(report.reprints),
        entry_id=report.entry_id,
    )


def _pieces(
    text: str, evidence: Sequence[Mapping[str, object]], zone: str
) -> tuple[TextPiece, ...]:
    """Return a text cut at the words on which facts rest; of words that overlap, the first."""
    spans = sorted(
        (int(str(item["start"])), int(str(item["end"])), str(item["field"]))
        for item in evidence
        if item["zone"] == zone and item["field"] in FIELD_WORDS
    )
    pieces, at = [], 0
    for start, end, fact in spans:
        if at <= start < end <= len(text):
            pieces += [TextPiece(text[at:start], ""), TextPiece(text[start:end], fact)]
            at = end
    pieces.append(TextPiece(text[at:], ""))
    return tuple(piece for piece in pieces if piece.text)
