"""Build the review desk: the queues, one event with everything needed to decide on it, and the
editors' last decisions.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

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
from tracker.events.record.derived.columns import WORDS
from tracker.events.review import notes, queue
from tracker.events.review.nearest import NearbyEvent
from tracker.events.review.notes import NoteRow
from tracker.events.review.queue import Agreement, QueueSummary
from tracker.events.search.rows import EventRow, ReportRow
from tracker.events.search.wording.revisions import FIELD_WORDS, why_words
from tracker.events.wording.names import format_day, ground_name, kind_name
from tracker.events.wording.quotation import sentence_length
from tracker.events.wording.reasons import REFUSALS, word_reason
from tracker.events.wording.terms import term
from tracker.redact import without_credentials, without_secrets
from tracker.web.pages.editors.desk_rows import LoadedDesk, load_desk
from tracker.web.pages.editors.proposals import (
    OpenDispute,
    OpenSecondAct,
    open_dispute,
    open_second_act,
)

UNDOABLE = 8  # changes that are listed
ARTICLES_NEAR = 2  # of an event shown next to another
WORDS_SHOWN = 3  # for each fact, from the reports
SENTENCE_LIMIT = 300  # characters of a first sentence that are quoted
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
    facts are based; `entry_url` is its page on the desk, "" for a page named by a history.
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
    """A fact with the words that gave it and its certainty; `check` is its state."""

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
    """An event in the queue: the article's own title, and the program's proposal in one line."""

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
    has taken it, "" for nobody.
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
    disputes: tuple[OpenDispute, ...]
    second_acts: tuple[OpenSecondAct, ...]


@dataclass(frozen=True)
class ReviewPage:
    """The review page; `desk` is None if nothing is waiting."""

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
class AgreementPage:
    """How often classifier and editors agree, by kind and by language."""

    agreement: Mapping[str, tuple[Agreement, ...]]


def build_agreement_page(now: datetime) -> AgreementPage:
    """Return the page of the agreement in the last thirty days."""
    return AgreementPage({by: tuple(of) for by, of in queue.measure_agreement(now).items()})


def build_review_page(name: str, event_id: int, editor: str, now: datetime) -> ReviewPage:
    """Return the page of a review queue, or of the first non-empty one; with an event by its
    number, or with the first of the queue (0). Records that the editor has it open.
    """
    queues = queue.summarize_queues()
    filled = [summary.name for summary in queues if summary.count]
    selected = name if name in queue.REVIEW_QUEUES else (filled or [queues[0].name])[0]
    events = queue.queued_events(selected)
    loaded = load_desk(events, event_id, frozenset(filled))
    desk = _build_desk(loaded.chosen, loaded, editor, now) if loaded.chosen else None
    return ReviewPage(
        queues=tuple(queues),
        selected=selected,
        queue_address=f"{reverse('review')}?lane={selected}",
        next_queue=_next_queue(selected, filled),
        rows=tuple(_queue_row(one.pk, loaded, selected) for one in events),
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
    """Return the keyboard shortcuts of the desk; a letter always has the same meaning, and digits
    choose among its options.
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
        (("b",), _("accept the second act that is proposed")),
        (("l",), _("link to another event")),
        (("f",), _("edit facts")),
        (("c",), _("write a note")),
        (("t",), _("take or release the event")),
        (("x",), _("select or deselect the event in the list")),
        (("+",), _("accept the selected events")),
        (("-", "1–5"), _("refuse the selected events, then the reason")),
        (("w",), _("add an article by its address")),
        (("z",), _("undo the last change of an event")),
        (("?",), _("show these keys")),
        (("Esc",), _("leave a choice or a field")),
    )


def _claim(event: Event, editor: str, now: datetime) -> str:
    """Record that an editor has the event open, and return who else does; a fresh claim is not
    rewritten with each page.
    """
    until = event.claimed_until
    if event.claimed_by == editor and until is not None and until > now + actions.CLAIMED_FOR / 2:
        return ""
    if event.claimed_by != editor and until is not None and until > now:
        return event.claimed_by
    return actions.claim_event(event.pk, editor, now)


def _next_queue(selected: str, filled: list[str]) -> str:
    order = list(queue.REVIEW_QUEUES)
    later = [name for name in order[order.index(selected) + 1 :] if name in filled]
    return (later or filled or [selected])[0]


def _submitted_rows() -> tuple[SubmittedRow, ...]:
    links = queue.open_links().order_by("at")[: queue.QUEUE]
    # Rows from before secrets were removed have them.
    addresses = {link: without_credentials(link.url) for link in links}
    return tuple(
        SubmittedRow(link.pk, url, url.split("/")[2], without_secrets(link.note), link.at)
        for link, url in addresses.items()
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


def _queue_row(pk: int, loaded: LoadedDesk, selected: str) -> QueueRow:
    row = loaded.rows[pk]
    first = next((report for report in row.reports if report.title), None)
    return QueueRow(
        id=row.id,
        kind=row.kind,
        title=first.title if first else row.headline,
        language=first.language if first else row.headline_language,
        publisher=first.publisher if first else "",
        proposal=_proposal(row, selected),
        assigned_to=notes.taker_of(loaded.remarks[pk].notes),
        read_version=loaded.remarks[pk].version,
    )


def _proposal(row: EventRow, selected: str) -> str:
    """Return the program's proposal for an event in one line."""
    if selected in {queue.SAME, queue.LINKED}:
        is_same = selected == queue.SAME
        for link in row.links:
            if link.state == Link.State.PROPOSED and (link.type == Link.Type.SAME) == is_same:
                return f"{link.words}: {link.headline}"
    who = ", ".join(target.name for target in row.targets) or _("target unknown")
    where = ", ".join(platform.name for platform in row.platforms)
    return " · ".join(filter(None, (kind_name(row.kind), where, who, format_day(row.occurred))))


def _build_desk(event: Event, loaded: LoadedDesk, editor: str, now: datetime) -> EventDesk:
    rows, remarks = loaded.rows, loaded.remarks[event.pk]
    row = rows[event.pk]
    targets = {fold(target.recorded_name) for target in row.targets}
    return EventDesk(
        row=row,
        read_version=remarks.version,
        facts=desk_facts(row),
        articles=tuple(map(article_row, row.reports)),
        nearest=tuple(
            _nearby_row(number, rows[one.event_id], one)
            for number, one in enumerate(loaded.near, 1)
        ),
        names=tuple(name for name in queue.unknown_names(row) if fold(name) not in targets),
        claimed_by=_claim(event, editor, now),
        assigned_to=notes.taker_of(remarks.notes),
        notes=tuple(remarks.notes[: notes.NOTES_SHOWN]),
        suggestions=tuple(
            OpenSuggestion(
                one.pk, str(Suggestion.Field(one.about).label), one.at, one.text, one.detail
            )
            for one in remarks.suggestions
        ),
        disputes=tuple(map(open_dispute, remarks.disputes)),
        second_acts=tuple(open_second_act(act, rows) for act in loaded.second_acts),
    )


def _nearby_row(number: int, row: EventRow, near: NearbyEvent) -> NearbyRow:
    articles = [article_row(report) for report in row.reports if report.title][:ARTICLES_NEAR]
    more = len(row.reports) - len(articles)
    return NearbyRow(number, row, tuple(articles), more, near.score, tuple(near.reasons))


def desk_facts(row: EventRow) -> tuple[DeskFact, ...]:
    """Return every fact of an event as the desk shows it, including empty ones that its kind can
    have.
    """
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
    # An unknown fact can be confirmed as unknown, and has no other certainty.
    trust = fact_words(row, fact) if value or fact in row.checks else ""
    return DeskFact(fact, capfirst(label), value, quotes, trust, trust_of_fact(row, fact).check)


def article_row(report: ReportRow) -> ArticleRow:
    """Return a report as the desk shows it."""
    length = sentence_length(report.summary, SENTENCE_LIMIT)
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
    """Return a text split at the words on which facts are based; of overlapping words, the
    first.
    """
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
