"""The models of events, by subject. Django and every other module import them from here."""

from tracker.events.models.changes import Change, EventVersion, PastRow, Revision, SearchText
from tracker.events.models.choices import KIND_CHOICES
from tracker.events.models.classifications import EntryClassification, LearnedWeights, SecondOpinion
from tracker.events.models.corrections import Correction, ReviewNote, SubmittedLink, Suggestion
from tracker.events.models.entities import Entity, EntityAlias
from tracker.events.models.events import Event, EventEntity
from tracker.events.models.links import Link
from tracker.events.models.reports import Report, ReportDispute, ReportVote, SecondAct

__all__ = [
    "KIND_CHOICES",
    "Change",
    "Correction",
    "Entity",
    "EntityAlias",
    "EntryClassification",
    "Event",
    "EventEntity",
    "EventVersion",
    "LearnedWeights",
    "Link",
    "PastRow",
    "Report",
    "ReportDispute",
    "ReportVote",
    "ReviewNote",
    "Revision",
    "SearchText",
    "SecondAct",
    "SecondOpinion",
    "SubmittedLink",
    "Suggestion",
]
