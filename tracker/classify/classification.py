"""Define the result, Classification, with Role, Evidence and each model's score (frozen)."""

from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

from tracker.classify.kinds import Kind


class Role(StrEnum):
    """The role of an article; `NONE` for an article about no act."""

    REPORT = "report"
    REACTION = "reaction"
    ANALYSIS = "analysis"
    NONE = ""


# Evidence and ModelScore are stored as JSON with each entry and returned by the API: fields may be
# added, not renamed.
@dataclass(frozen=True)
class Evidence:
    """The words that gave a value: characters `start` to `end` of `zone` ("title", "summary" or
    "body").

    `field` is "kinds", "platforms", "targets", "countries", "grounds", "extent", "occurred",
    "effective_on", "amount", "affected", "authority", "law", "law_article", "appeal", "territory",
    "degree", "ordered_by", "scope" or "coverage"; `words` repeats the text.
    """

    field: str
    value: str
    zone: str
    start: int
    end: int
    words: str


@dataclass(frozen=True)
class ModelScore:
    """One model's score of a text.

    `reader` is "words" (the linear model over named features) or "sentence" (the encoder); `event`
    the log-odds that the text reports an act, before calibration; `kind` the likeliest kind and
    `kind_probability` how likely it is among the ten.
    """

    reader: str
    event: float
    kind: str
    kind_probability: float


@dataclass(frozen=True)
class Classification:
    """The classification of a text.

    `kinds` has the main kind first and is empty for no event; `platforms` are slugs, `targets`
    English names, `countries` ISO 3166 codes, `grounds` those of data/grounds.toml, the main one
    first; `extent` is "permanent", "temporary" or ""; `details` are words and numbers that
    distinguish this act from others of its kind; `occurred` is "YYYY-MM-DD", "YYYY-MM" or "", and
    `occurred_source` says where it came from: "text", "published" (fallen back on) or "".
    `confidence` is the probability that the text reports an act, calibrated at the rate of acts in
    ordinary feeds; `kind_confidence` that of the main kind, given that there is an act. `shown`
    says whether the confidence suffices for the timeline; an event with `shown` false is unsure and
    goes to review. `readers` holds each model's score.

    `scope` is "social_media" if an act applies to social media in general and names no platform,
    "generic" if it is on an unlisted one ("a dating app"), "" if a platform is named. `unlisted`
    are the `targets` in no word list: names as printed in the text. `effective_on` is the announced
    start of a measure, in the form of `occurred`. `amount` is a fine in whole units of `currency`
    (ISO 4217); `affected` how many of `affected_what` ("accounts", "posts", …) an act affects; 0
    and "" if unknown. `authority` is who decided the act, `authority_type` "court", "regulator",
    "government", "parliament", "police" or "board"; `ordered_by` is who ordered it, if somebody
    else carried it out, with its type. `law` is one of data/laws.toml with `law_article`, as in
    "16(2)"; `appeal` "announced", "filed", "rejected" or "granted"; `territory` "worldwide", "eu",
    "country" or "region" with its name in `region`; `degree` "partial" or "total". `is_cut` says
    that a zone was longer than the limit.
    """

    language: str
    kinds: tuple[Kind, ...] = ()
    platforms: tuple[str, ...] = ()
    targets: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()
    grounds: tuple[str, ...] = ()
    extent: str = ""
    details: tuple[str, ...] = ()
    occurred: str = ""
    occurred_source: str = ""
    coverage: Role = Role.NONE
    confidence: float = 0.0
    kind_confidence: float = 0.0
    shown: bool = False
    scope: str = ""
    unlisted: tuple[str, ...] = ()
    effective_on: str = ""
    amount: int = 0
    currency: str = ""
    affected: int = 0
    affected_what: str = ""
    authority: str = ""
    authority_type: str = ""
    law: str = ""
    law_article: str = ""
    appeal: str = ""
    territory: str = ""
    region: str = ""
    degree: str = ""
    ordered_by: str = ""
    ordered_by_type: str = ""
    readers: tuple[ModelScore, ...] = ()
    is_cut: bool = False
    evidence: tuple[Evidence, ...] = ()

    @property
    def is_event(self) -> bool:
        return bool(self.kinds)

    def as_dict(self) -> dict[str, Any]:
        """Return plain lists and strings, for JSON."""
        return asdict(self)
