"""What the API takes and gives, field by field; the OpenAPI description is made of it."""

from typing import Annotated, Literal, cast

from ninja import Field, Schema
from pydantic import BaseModel, ConfigDict, JsonValue

from tracker.classify import Kind
from tracker.events.publish.export import SCHEMA, EventData
from tracker.web.fields import LAST_ID

Sort = Literal["relevance", "occurred", "recorded"]
EntityType = Literal["platform", "target", "country"]
# More than an act has; 2,000 in one call are refused in plain words (fault A107).
PARTY_LIMIT = 100  # platforms or targets of an event

# Held against EventOut by a test: it once had a ground that no list knows (B5).
EVENT_EXAMPLE: EventData = {
    "id": 42,
    "url": "https://tracker.example/events/42",
    "headline": "Twitter bars RT, Sputnik from advertising",
    "headline_source": "facts",
    "kinds": ["ad_ban"],
    "platforms": ["twitter"],
    "targets": ["RT", "Sputnik"],
    "countries": ["RU"],
    "grounds": "elections_and_disinformation",
    "occurred": "2017-10-26",
    "precision": "day",
    "occurred_source": "text",
    "extent": "permanent",
    "ended": None,
    "unknown_from": "2022-10-25",
    "state": "reviewed",
    "origin": "machine",
    "check": "confirmed",
    "facts": {
        "kinds": {"origin": "machine", "check": "confirmed", "checked_at": None},
        "platforms": {"origin": "machine", "check": "confirmed", "checked_at": None},
        "targets": {"origin": "machine", "check": "unchecked", "checked_at": None},
        "countries": {"origin": "machine", "check": "unchecked", "checked_at": None},
        "occurred": {
            "origin": "machine",
            "check": "confirmed",
            "checked_at": "2026-11-24T12:05:00Z",
        },
        "grounds": {"origin": "machine", "check": "unchecked", "checked_at": None},
        "extent": {"origin": "machine", "check": "unchecked", "checked_at": None},
    },
    "confidence": 0.97,
    "kind_confidence": 0.91,
    "effective_on": None,
    "amount": None,
    "currency": "",
    "affected": None,
    "affected_what": "",
    "authority": "",
    "authority_type": "",
    "target_details": [
        {"id": 7, "name": "RT", "type": "state_media", "reported": False},
        {"id": 8, "name": "Sputnik", "type": "state_media", "reported": False},
    ],
    "recorded_at": "2026-11-24T12:00:00Z",
    "changed_at": "2026-11-24T12:05:00Z",
    "publishers": 9,
    "languages": 6,
    "dsa": {
        "decision": ["DECISION_PROVISION_PARTIAL_TERMINATION"],
        "category": "STATEMENT_CATEGORY_NEGATIVE_EFFECTS_ON_CIVIC_DISCOURSE_OR_ELECTIONS",
        "keywords": ["KEYWORD_MISINFORMATION_DISINFORMATION"],
        "note": "",
    },
    "links": [],
    "reports": [],
}


# Not Ninja's Schema, whose validator wraps each nested value for ORM objects (decision D96).
class Answer(BaseModel):
    """What the API gives: frozen, and made of plain values, so no query is left to be asked."""

    model_config = ConfigDict(frozen=True)


class ProblemOut(Answer):
    """What is wrong and, of a query, where (`place`) and how it reads without it (`repaired`)."""

    code: str = Field(examples=["query"])
    message: str = Field(examples=["Unknown kind “odd”. Use one of: ad_ban, …"])
    place: str = ""
    repaired: str = ""


class RefusalOut(Answer):
    """Every answer from 400 on."""

    error: ProblemOut


class FiltersIn(Schema):
    """A query, as the site's addresses have it: values within a field are alternatives, fields must
    all hold.
    """

    q: str = Field("", description="typed text: words and fields, as in the site's search box")
    kind: list[str] = Field([], description="kinds of act, codes or names", examples=[["ad_ban"]])
    platform: list[str] = Field(
        [], description="slugs or names of platforms", examples=[["twitter"]]
    )
    target: list[str] = Field([], description="names of targets", examples=[["RT"]])
    country: list[str] = Field([], description="ISO 3166 codes or names", examples=[["RU"]])
    lang: list[str] = Field([], description="languages of reports (BCP 47)", examples=[["fr"]])
    ground: list[str] = Field([], description="grounds", examples=[["hate"]])
    source: list[str] = Field([], description="hosts of publishers", examples=[["lemonde.fr"]])
    state: list[str] = Field(
        [],
        description=(
            '"machine", "reviewed" or "unsure"; unsure events are left out unless this asks for'
            " them"
        ),
    )
    origin: list[str] = Field([], description='"history", "machine" or "editor"')
    not_: list[str] = Field([], alias="not", description='what may not hold, as "kind:ad_ban"')
    since: str = Field(
        "", description='the first day, month or year of the act, or "7d", "last-month"'
    )
    until: str = Field("", description="the last one")
    in_force: str = Field(
        "", description='"yes", "ended" or "unknown", or a day on which the measure was in force'
    )
    recorded: str = Field("", description='when it was recorded: "7d", "2026-11", "a..b"')
    changed: str = Field("", description="when it changed last, likewise")
    changed_since: str = Field(
        "",
        description=(
            "a moment like 2026-11-24T12:00:00Z: only what was recorded or changed from then on;"
            " refused and merged events are no longer listed, and their own address says so"
        ),
    )
    names: str = Field("", description='"off": words are not taken for other names')


class AboutOut(Answer):
    """What an answer is: for which query, moment and coverage, under which licence."""

    query: str
    in_words: str
    as_of: str
    coverage: str
    licence: str
    address: str
    schema_version: str = Field(SCHEMA, alias="schema")


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


class EvidenceOut(Answer):
    """The words of a report that gave a value: characters `start` to `end` of the title, summary or
    body.
    """

    field: str
    value: str
    words: str
    zone: str
    start: int
    end: int


class ReadingOut(Answer):
    """What one reader thinks of a report: `reader` is "words" or "sentence", `event` the log-odds
    that it tells of an act.
    """

    reader: str
    event: float
    kind: str
    kind_probability: float


class TargetOut(Answer):
    """Who or what is hit; `reported` if one publisher names it and no list, editor or second
    publisher knows it yet.
    """

    id: int
    name: str
    type: str
    reported: bool


class ReasonOut(Answer):
    """A reason as code and values, and in words; text that a person wrote has no code."""

    code: str = Field(examples=["same_target"])
    values: list[str | int] = Field(examples=[["RT"]])
    words: str = Field(examples=["same target: RT"])


class ReportOut(Answer):
    """An article's place in an event."""

    url: str
    title: str
    publisher: str
    language: str
    published_at: str | None
    role: Literal["report", "reaction", "analysis"]
    reprints: list[str]
    reasons: list[str] = Field(description="why it is in this event, in words")
    reason_codes: list[ReasonOut] = Field(description="the same, for programs")
    evidence: list[EvidenceOut]
    readers: list[ReadingOut]


class DsaOut(Answer):
    """The codes of the EU's Digital Services Act, or why there are none."""

    decision: list[str]
    category: str
    keywords: list[str]
    note: str


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
    authority: str = Field(description="who ordered it")
    authority_type: str
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
            " not known, now or on the day that it asks for; empty with `as_of`"
        )
    )
    events: list[EventOut]


class CountOut(Answer):
    value: str
    name: str
    count: int


class PeriodOut(Answer):
    """Events between two days, both included, by kind, platform or country."""

    since: str
    until: str
    counts: dict[str, int]


class CountsOut(Answer):
    """How many events each value would leave, and how many there are by period."""

    about: AboutOut
    total: int
    facets: dict[str, list[CountOut]]
    periods: list[PeriodOut]


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


class StoredReportOut(Answer):
    """A report by itself: with its event."""

    id: int
    event: int
    url: str
    title: str
    publisher: str
    language: str
    published_at: str | None
    role: str
    added_at: str


class StoredReportsOut(Answer):
    after: int | None
    reports: list[StoredReportOut]


class NameOut(Answer):
    name: str
    since: str | None
    until: str | None


class EntityOut(Answer):
    """A platform, a target or a country, with its other names and the number of its events."""

    id: int
    type: EntityType
    slug: str
    name: str
    description: str
    reported: bool = Field(description="named by one publisher, in no list yet")
    names: list[NameOut]
    events: int


class EntitiesOut(Answer):
    after: int | None
    entities: list[EntityOut]


class SourceOut(Answer):
    """A feed that is read, and how it is doing."""

    id: int
    publisher: str
    host: str
    title: str
    language: str
    state: str
    polled_at: str | None
    succeeded_at: str | None
    new_entry_at: str | None


class KindOut(Answer):
    value: str = Field(examples=[Kind.AD_BAN.value])
    name: str
    definition: str


RowId = Annotated[int, Field(ge=0, le=LAST_ID)]


class EditIn(Schema):
    """What is to change; what is left out stays. `seen` is the id of the last revision that the
    editor knew (from `history`): if somebody wrote since, nothing is stored and 409 says what.
    """

    reason: str = Field("", max_length=500)
    read_version: RowId | None = Field(None, alias="seen")
    headline: str | None = Field(None, description="empty for the one that the facts make")
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
