"""The pages on which an editor edits an event or merges it with another."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from tracker.classify import Kind
from tracker.events.editing.actions import EventEdit, last_revision_id, preview_merge
from tracker.events.in_force import counted_kinds
from tracker.events.models import Event, Link, Report, Revision, SecondOpinion
from tracker.events.review.picking import EVENT, PickedChoice, event_number, find_choices
from tracker.events.search.load import load_rows
from tracker.events.search.rows import EventRow
from tracker.events.search.wording.revisions import FIELD_WORDS, conflict_words, value_in_words
from tracker.feeds.models import Entry
from tracker.web.forms.events import CIRCUMSTANCES, EditForm, FactsForm, LanguageForm, RoleForm
from tracker.web.forms.suggestions import LinkForm
from tracker.web.pages.editors.review import ArticleRow, article_row

OPINIONS_SHOWN = 5
ARTICLES_SHOWN = 5  # for each of two events that may be one


@dataclass(frozen=True)
class OpinionRow:
    """A language model's opinion on an entry of the event: kinds, and the words they are
    based on.
    """

    kinds: tuple[str, ...]
    quote: str


@dataclass(frozen=True)
class EventLine:
    """An event as shown on the editing pages."""

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
    """An event that an article belongs to, with its role and report."""

    event: EventRow
    report_id: int
    role: str
    read_version: int


@dataclass(frozen=True)
class ArticlePage:
    """An article, its events, and the forms for others; `is_waiting` says that it is not classified
    yet.
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
    naming: LanguageForm


@dataclass(frozen=True)
class EditPage:
    """What the page to edit an event shows: `meanwhile` is what others changed since, in words,
    `refusal` the typed reason of one that was not stored.
    """

    id: int
    headline: str
    form: EditForm
    read_version: int
    meanwhile: tuple[str, ...]
    link_types: tuple[tuple[str, str], ...]
    opinions: tuple[OpinionRow, ...]
    refusal: str = ""


@dataclass(frozen=True)
class DifferenceRow:
    """How a field of the remaining event changes, in words."""

    field: str
    before: str
    after: str


@dataclass(frozen=True)
class MergePage:
    """The page to merge an event `into` another: how many reports move, how many the other one
    already has, how many links lead to it, and how it changes.
    """

    event: EventLine
    into: EventLine
    read_version: int
    moved: int
    doubles: int
    links: int
    differences: tuple[DifferenceRow, ...]
    meanwhile: tuple[str, ...]
    reason: str = ""


def build_choose_page(event: Event, typed: str) -> ChoosePage:
    """Return the page on which an editor chooses an event by words."""
    choices = find_choices(EVENT, typed)
    others = tuple(choice for choice in choices if event_number(choice.value) != event.pk)
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
        naming=LanguageForm(initial={"language": entry.language}),
    )


def facts_of_article(entry: Entry) -> EventEdit:
    """Return the facts that the program read in an article, as a proposal; empty if there
    are none.
    """
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
        **{name: getattr(read, name) for name in CIRCUMSTANCES},
    )


def build_edit_page(
    event: Event, form: EditForm, meanwhile: Sequence[Revision] = (), refusal: str = ""
) -> EditPage:
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
        meanwhile=conflict_words(meanwhile),
        link_types=tuple(
            (value, str(label)) for value, label in Link.Type.choices if value != Link.Type.SAME
        ),
        opinions=tuple(
            OpinionRow(tuple(opinion.kinds), opinion.quote)
            for opinion in answered.order_by("-pk")[:OPINIONS_SHOWN]
        ),
        refusal=refusal,
    )


def build_merge_page(
    event: Event, into: Event, meanwhile: Sequence[Revision] = (), reason: str = ""
) -> MergePage:
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
        meanwhile=conflict_words(meanwhile),
        reason=reason,
    )


def _line(event: Event, row: EventRow) -> EventLine:
    kind = counted_kinds((event.kind, *event.other_kinds))[0]
    articles = tuple(map(article_row, row.reports[:ARTICLES_SHOWN]))
    more = len(row.reports) - len(articles)
    return EventLine(event.pk, event.headline, kind, event.occurred, articles, more)


def _in_words(field: str, value: object) -> str:
    """Return a value of a record in words; a record has tuples instead of a revision's lists."""
    return value_in_words(field, list(value) if isinstance(value, tuple) else value)
