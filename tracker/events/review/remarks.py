"""Read what people wrote about the events of a page of the desk: one query for all of it."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import (
    Case,
    CharField,
    Count,
    DateTimeField,
    F,
    IntegerField,
    Max,
    Q,
    QuerySet,
    TextField,
    Value,
    When,
)
from django.db.models.functions import Cast, Coalesce

from tracker.events.models import ReviewNote, Revision
from tracker.events.review import queue
from tracker.events.review.notes import NOTES_READ, NoteRow

NOTE, VERSION, SUGGESTED, DISPUTED = "note", "version", "suggestion", "dispute"


@dataclass(frozen=True)
class Remark:
    """A reader's correction or a dispute that waits for an answer. Of a correction `about` is the
    field and `detail` an address; of a dispute `about` is the publisher, `text` the article's
    title, `votes` how many readers sent it, and `detail` says whether the article is out ("out").
    """

    pk: int
    at: datetime
    text: str
    about: str
    detail: str
    votes: int


@dataclass
class EventRemarks:
    """All about one event; `version` is its last revision, 0 for none, `notes` the latest first."""

    version: int = 0
    notes: list[NoteRow] = field(default_factory=list)
    suggestions: list[Remark] = field(default_factory=list)
    disputes: list[Remark] = field(default_factory=list)


def load_remarks(ids: Iterable[int], chosen: int) -> Mapping[int, EventRemarks]:
    """Return notes and versions of events by id, and what readers say of the chosen one, also where
    it was said of an event that was merged into it; the oldest first. One query.
    """
    every = list(ids)
    about: dict[int, EventRemarks] = defaultdict(EventRemarks)
    rows = _notes(every).union(_versions(every), _suggestions(chosen), _disputes(chosen), all=True)
    for event, sort, pk, at, text, by, more, votes in sorted(rows, key=lambda row: row[2]):
        if sort == NOTE:
            about[event].notes.insert(0, NoteRow(by, at, text, more))
        elif sort == VERSION:
            about[event].version = pk
        else:
            of = about[chosen].suggestions if sort == SUGGESTED else about[chosen].disputes
            of.append(Remark(pk, at, text, by, more or "", votes))
    return about


def _columns(rows: QuerySet[Any], sort: str, **columns: Any) -> QuerySet[Any]:
    """Return the rows as a part of the union: every part has the same columns and types."""
    text = TextField()
    typed: QuerySet[Any] = rows.order_by().annotate(
        row_sort=Value(sort, output_field=CharField()),
        row_pk=columns["pk"],
        row_at=columns["at"],
        row_text=Cast(columns["text"], text),
        row_by=Cast(columns["by"], text),
        row_more=Cast(columns["more"], text),
        row_votes=Cast(columns.get("votes", Value(0)), IntegerField()),
    )
    names = ("event_id", *(f"row_{n}" for n in ("sort", "pk", "at", "text", "by", "more", "votes")))
    return typed.values_list(*names)


def _notes(ids: list[int]) -> QuerySet[Any]:
    latest = ReviewNote.objects.filter(event__in=ids).order_by("-pk").values("pk")[:NOTES_READ]
    rows = ReviewNote.objects.filter(pk__in=latest)
    return _columns(
        rows, NOTE, pk=F("pk"), at=F("at"), text=F("text"), by=F("by"), more=F("assigned_to")
    )


def _versions(ids: list[int]) -> QuerySet[Any]:
    rows = Revision.objects.filter(event__in=ids).order_by().values("event_id")
    no_time, empty = Cast(Value(None), DateTimeField()), Value("")
    return _columns(rows, VERSION, pk=Max("pk"), at=no_time, text=empty, by=empty, more=empty)


def _suggestions(pk: int) -> QuerySet[Any]:
    rows = queue.open_suggestions().filter(_is_about(pk))
    return _columns(
        rows, SUGGESTED, pk=F("pk"), at=F("at"), text=F("text"), by=F("field"), more=F("url")
    )


def _disputes(pk: int) -> QuerySet[Any]:
    rows = queue.open_disputes().filter(_is_about(pk))
    return _columns(
        rows,
        DISPUTED,
        pk=F("pk"),
        at=F("at"),
        text=Coalesce(Cast("report__entry__title", TextField()), Cast("report__url", TextField())),
        by=Coalesce("report__entry__source__name", Value("")),
        more=Case(When(change=None, then=Value("")), default=Value("out")),
        votes=Count("votes"),
    )


def _is_about(pk: int) -> Q:
    return Q(event=pk) | Q(event__merged_into=pk)
