"""The pages on which an editor edits an event or merges it with another."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from pydantic import JsonValue

from tracker.classify import Kind
from tracker.events.editing.actions import EventEdit, last_revision_id, preview_merge
from tracker.events.in_force import counted_kinds
from tracker.events.models import Event, Link, Report, Revision, SecondOpinion
from tracker.events.review.picking import EVENT, PickedChoice, event_number, find_choices
from tracker.events.search.describe import FIELD_WORDS, value_in_words
from tracker.events.search.rows import EventRow, load_rows
from tracker.feeds.models import Entry
from tracker.web.forms import EditForm, FactsForm, LinkForm, RoleForm
from tracker.web.pages.editors.review import ArticleRow, article_row

OPINIONS_SHOWN = 5
ARTICLES_SHOWN = 5  # of each of two events that may be one


@dataclass(frozen=True)
class MeanwhileRow:
    """What somebody else changed while an editor worked."""

    by: str
    field: str
    before: JsonValue
    after: JsonValue


@dataclass(frozen=True)
class OpinionRow:
    """What a language model takes an entry of the event to say: kinds, and the words it rests
    on.
    """

    kinds: tuple[str, ...]
    quote: str


@dataclass(frozen=True)
class EventLine:
    """An event as the pages of editing name it."""

    id: int
    headline: str
    kind: str
    occurred: str
    articles: tuple[ArticleRow, ...] = ()
    more: int = 0


@dataclass(frozen=True)
class ChoosePage:
    """The events that fit the typed words, of which an editor chooses one to merge into."""

    id: int
    headline: str
    typed: str
    choices: tuple[PickedChoice, ...]


@dataclass(frozen=True)
class NewArticlePage:
    """The page to add an article by its address."""

    form: LinkForm


@dataclass(frozen=True)
class StandingRow:
    """An event in which an article stands: in which role, and by which report."""

    event: EventRow
    report_id: int
    role: str
    read_version: int


@dataclass(frozen=True)
class ArticlePage:
    """An article, the events in which it stands, and the forms for others; `is_waiting` says that
    the program has not read it yet.
    """

    id: int
    title: str
    url: str
    publisher: str
    language: str
    published_at: datetime | None
    summary: str
    is_waiting: bool
    standing: tuple[StandingRow, ...]
    roles: tuple[tuple[str, str], ...]
    adding: RoleForm
    recording: FactsForm


@dataclass(frozen=True)
class EditPage:
    """What the page to edit an event shows."""

    id: int
    headline: str
    form: EditForm
    read_version: int
    meanwhile: tuple[MeanwhileRow, ...]
    link_types: tuple[tuple[str, str], ...]
    opinions: tuple[OpinionRow, ...]


@dataclass(frozen=True)
class DifferenceRow:
    """How a field of the remaining event changes, in words."""

    field: str
    before: str
    after: str


@dataclass(frozen=True)
class MergePage:
    """What the page to merge an event `into` another shows: how many reports move, how many the
    other one has already, how many links lead to it, how it changes.
    """

    event: EventLine
    into: EventLine
    read_version: int
    moved: int
    doubles: int
    links: int
    differences: tuple[DifferenceRow, ...]
    meanwhile: tuple[MeanwhileRow, ...]


def build_choose_page(event: Event, typed: str) -> ChoosePage:
    """Return the page on which an editor chooses an event by words."""
    found = find_choices(EVENT, typed)
    others = tuple(choice for choice in found if event_number(choice.value) != event.pk)
    return ChoosePage(event.pk, event.headline, typed, others)


def build_article_page(entry: Entry, adding: RoleForm, recording: FactsForm) -> ArticlePage:
    """Return the page of an article."""
    reports = Report.objects.filter(entry=entry, event__in=Event.objects.visible())
    standing = list(reports.select_related("event").order_by("pk"))
    rows = {row.id: row for row in load_rows([r.event for r in standing], links_unsure=True)}
    return ArticlePage(
        id=entry.pk,
        title=entry.title or entry.summary[:120],
        url=entry.link,
        publisher=entry.source.name,
        language=entry.language,
        published_at=entry.published_at,
        summary=entry.summary,
        is_waiting=entry.process_at is not None,
        standing=tuple(
            StandingRow(rows[r.event_id], r.pk, r.role, last_revision_id(r.event)) for r in standing
        ),
        roles=tuple((value, str(label)) for value, label in Report.Role.choices),
        adding=adding,
        recording=recording,
    )


def facts_of_article(entry: Entry) -> EventEdit:
    """Return what the program read in an article, as a proposal; empty facts if it read nothing."""
    read = getattr(entry, "classification", None)
    if read is None:
        return EventEdit("", (Kind.CONTENT_REMOVAL.value,), (), (), "")
    return EventEdit(
        own_headline="",
        kinds=tuple(read.kinds),
        platforms=tuple(read.platforms),
        targets=tuple(read.targets),
        countries=tuple(read.countries),
        grounds="".join(read.grounds[:1]),
        occurred=read.occurred,
        effective_on=read.effective_on,
        extent=read.extent,
        amount=read.amount,
        currency=read.currency,
        affected=read.affected,
        affected_what=read.affected_what,
        authority=read.authority,
        authority_type=read.authority_type,
    )


def build_edit_page(event: Event, form: EditForm, meanwhile: Sequence[Revision] = ()) -> EditPage:
    """Return the page to edit an event, with what others changed `meanwhile`."""
    answered = SecondOpinion.objects.filter(
        entry__reports__event=event,
        entry__reports__withdrawn_at=None,
        state=SecondOpinion.State.ANSWERED,
    )
    return EditPage(
        id=event.pk,
        headline=event.headline,
        form=form,
        read_version=last_revision_id(event),
        meanwhile=_meanwhile(meanwhile),
        link_types=tuple(
            (value, str(label)) for value, label in Link.Type.choices if value != Link.Type.SAME
        ),
        opinions=tuple(
            OpinionRow(tuple(opinion.kinds), opinion.quote)
            for opinion in answered.order_by("-pk")[:OPINIONS_SHOWN]
        ),
    )


def build_merge_page(event: Event, into: Event, meanwhile: Sequence[Revision] = ()) -> MergePage:
    """Return the page that shows what a merge would do."""
    preview = preview_merge(event.pk, into.pk)
    rows = {row.id: row for row in load_rows([event, into], links_unsure=True)}
    return MergePage(
        event=_line(event, rows[event.pk]),
        into=_line(into, rows[into.pk]),
        read_version=last_revision_id(event),
        moved=preview.moved,
        doubles=preview.doubles,
        links=preview.links,
        differences=tuple(
            DifferenceRow(
                str(FIELD_WORDS.get(field, field)),
                _in_words(field, before),
                _in_words(field, after),
            )
            for field, before, after in preview.differences
        ),
        meanwhile=_meanwhile(meanwhile),
    )


def _line(event: Event, row: EventRow) -> EventLine:
    kind = counted_kinds((event.kind, *event.other_kinds))[0]
    articles = tuple(map(article_row, row.reports[:ARTICLES_SHOWN]))
    more = len(row.reports) - len(articles)
    return EventLine(event.pk, event.headline, kind, event.occurred, articles, more)


def _meanwhile(revisions: Sequence[Revision]) -> tuple[MeanwhileRow, ...]:
    return tuple(MeanwhileRow(r.by, r.field, r.before, r.after) for r in revisions)


def _in_words(field: str, value: object) -> str:
    """Return a value of a record in words; a record has tuples where a revision has lists."""
    return value_in_words(field, list(value) if isinstance(value, tuple) else value)
