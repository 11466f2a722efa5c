"""What editors change, and the changes that were written."""

from typing import Annotated

from ninja import Field, Schema
from pydantic import JsonValue

from tracker.web.fields import LAST_ID
from tracker.web.views.api.schemas.answers import Answer, ReasonOut
from tracker.web.views.api.schemas.events import EventOut

# More than an act has; 2,000 in one call are refused in plain words (fault A107).
PARTY_LIMIT = 100  # platforms or targets of an event
RowId = Annotated[int, Field(ge=0, le=LAST_ID)]


class EditIn(Schema):
    """What is to change; what is left out stays. `seen` is the id of the last revision that the
    editor knew (from `history`): if somebody wrote since, nothing is stored and 409 says what.
    """

    reason: str = Field("", max_length=500)
    read_version: RowId | None = Field(None, alias="seen")
    headline: str | None = Field(None, description="empty to derive it from the facts")
    kinds: list[str] | None = None
    platforms: list[str] | None = Field(None, max_length=PARTY_LIMIT)
    targets: list[str] | None = Field(None, max_length=PARTY_LIMIT)
    countries: list[str] | None = Field(None, max_length=PARTY_LIMIT)
    grounds: str | None = None
    occurred: str | None = None
    effective_on: str | None = None
    ended_on: str | None = Field(None, description="the day of its end, if it is known")
    extent: str | None = None
    amount: int | None = Field(None, ge=0, le=10**15)
    currency: str | None = None
    affected: int | None = Field(None, ge=0, le=10**15)
    affected_what: str | None = None
    authority: str | None = None
    authority_type: str | None = None
    law: str | None = None
    law_article: str | None = None
    appeal: str | None = None
    territory: str | None = None
    region: str | None = None
    degree: str | None = None
    ordered_by: str | None = None
    ordered_by_type: str | None = None
    accept: bool = Field(
        True, description="mark the event as reviewed; else only what changes is confirmed"
    )


class DecisionIn(Schema):
    reason: str = Field("", max_length=500)
    read_version: RowId | None = Field(None, alias="seen")


class MergeIn(DecisionIn):
    into: RowId = Field(description="the event that stays")


class ReportIn(DecisionIn):
    report: RowId = Field(description="a report of another event (from /reports)")
    role: str = "report"


class UndoIn(Schema):
    reason: str = Field("", max_length=500)


class ChangedOut(Answer):
    """The change that was written, and the event as it stands."""

    change: int
    event: EventOut


class RevisionOut(Answer):
    """One change of one field."""

    id: int
    at: str
    field: str
    before: JsonValue
    after: JsonValue
    reason: str
    reasons: list[ReasonOut] = Field(description="of the program, or chosen by an editor")
    by: str
