"""Events with their facts, and pages of them."""

from typing import Literal, cast

from ninja import Field
from pydantic import ConfigDict, JsonValue

from tracker.web.views.api.schemas.answers import AboutOut, Answer
from tracker.web.views.api.schemas.example import EVENT_EXAMPLE
from tracker.web.views.api.schemas.reports import ReportOut

Sort = Literal["relevance", "occurred", "recorded"]


class LinkOut(Answer):
    """A link to another event: this one's own (`is_ahead`), or the other one's to this.

    `score` is how sure the program was when it proposed the link, 0 to 1; null for older links, an
    editor's own, and in answers about a past moment.
    """

    type: Literal["undoes", "extends", "follows", "tested_by", "same"]
    is_ahead: bool
    event: int
    state: Literal["proposed", "confirmed"]
    score: float | None


class TargetOut(Answer):
    """Who or what is hit; `reported` if one publisher names it and no list, editor or second
    publisher knows it yet.
    """

    id: int
    name: str
    type: str
    reported: bool


class DsaOut(Answer):
    """The codes of the EU's Digital Services Act, or why there are none."""

    decision: list[str]
    category: str
    keywords: list[str]
    note: str
    categories: list[str] = Field(description="further categories")
    content_types: list[str]
    territory: list[str] = Field(description="countries of the EEA in which it holds, if known")
    ground: str = Field(description="illegal content, or against the platform's rules; or empty")
    links: list[str] = Field(
        description="the statements of the week, or the archive of the platform's terms"
    )


class FactOut(Answer):
    """How sure one fact of an event is: where it comes from, and whether an editor checked it."""

    origin: Literal["history", "machine", "editor"]
    check: Literal["unchecked", "confirmed", "disputed"]
    checked_at: str | None


class EventOut(Answer):
    """One act, with all that pages show of it."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [cast("JsonValue", EVENT_EXAMPLE)]},
    )

    id: int
    url: str
    headline: str
    headline_source: Literal["facts", "report", "person"]
    kinds: list[str] = Field(description="the main kind first")
    platforms: list[str]
    targets: list[str]
    countries: list[str]
    grounds: str
    occurred: str | None = Field(description='"2017-10-26", "2017-10" or null')
    precision: Literal["day", "month", "unknown"]
    occurred_source: str
    # The code says duration, and model for reader; programs keep the first names (decision D49).
    extent: str
    ended: str | None = Field(description="the day of its end, as told")
    unknown_from: str | None = Field(
        description="the day from which on nobody knows whether it is in force"
    )
    state: str = Field(description='"machine", "reviewed", "unsure" or "refused"')
    origin: Literal["history", "machine", "editor"] = Field(
        description="a history, else an editor if one wrote any fact, else the program"
    )
    check: Literal["unchecked", "confirmed", "disputed"] = Field(
        description="disputed if one fact is, confirmed if an editor accepted the event"
    )
    facts: dict[str, FactOut] = Field(description="the same of each fact that is known")
    confidence: float | None = Field(description="how likely it is an act")
    kind_confidence: float | None = Field(description="how likely the main kind is, if it is one")
    effective_on: str | None = Field(description="the announced start of the measure")
    amount: int | None = Field(description="a fine, in whole units of `currency` (ISO 4217)")
    currency: str
    affected: int | None = Field(description="how many of `affected_what` the act hits")
    affected_what: str
    authority: str = Field(description="the court, regulator or other authority that decided it")
    authority_type: str
    law: str = Field(description="code of the law that it is grounded on")
    law_article: str = Field(description='the article of that law, as in "16(2)"')
    appeal: str = Field(description='"announced", "filed", "rejected", "granted" or ""')
    territory: str = Field(description='"worldwide", "eu", "country", "region" or ""')
    region: str
    degree: str = Field(description='"partial", "total" or ""')
    ordered_by: str = Field(description="who ordered it, if somebody else carried it out")
    ordered_by_type: str
    target_details: list[TargetOut]
    recorded_at: str
    changed_at: str
    publishers: int
    languages: int
    dsa: DsaOut
    links: list[LinkOut]
    reports: list[ReportOut]


class EventsOut(Answer):
    """A page of events in the order of `sort`; `after` continues it, null at the end."""

    about: AboutOut
    total: int
    sort: Sort
    after: str | None
    in_force: dict[str, int] = Field(
        description=(
            "how many events of the query, whatever it asks of `in_force`, are in force, ended or"
            " not known: now, at the time of `as_of`, or on the day that it asks for"
        )
    )
    events: list[EventOut]
