"""What a text says: Classification, with Coverage, Evidence and each model's score (frozen)."""

from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

from tracker.classify.kinds import Kind


class Coverage(StrEnum):
    """What an article does with the act; `NONE` stands for an article on no act."""

    REPORT = "report"
    REACTION = "reaction"
    ANALYSIS = "analysis"
    NONE = ""


# Evidence and ModelScore are stored as JSON with each entry and given out by the API: fields may be
# added, not renamed.
@dataclass(frozen=True)
class Evidence:
    """The words that gave a value: characters `start` to `end` of `zone` ("title", "summary" or
    "body").

    `field` is "kinds", "platforms", "targets", "countries", "grounds", "extent", "occurred",
    "effective_on", "amount", "affected", "authority", "scope" or "coverage"; `words` repeats the
    text.
    """

    field: str
    value: str
    zone: str
    start: int
    end: int
    words: str


@dataclass(frozen=True)
class ModelScore:
    """What one model makes of a text.

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
    """What a text says.

    `kinds` has the main kind first and is empty for no event; `platforms` are slugs, `targets`
    English names, `countries` ISO 3166 codes, `grounds` those of data/grounds.toml, the main one
    first; `extent` is "permanent", "temporary" or ""; `details` are words and numbers that tell
    this act from others of its kind; `occurred` is "YYYY-MM-DD", "YYYY-MM" or "", and
    `occurred_source` says where it came from: "text", "published" (fallen back on) or "".
    `confidence` is the probability that the text reports an act, calibrated at the rate of acts in
    ordinary feeds; `kind_confidence` that of the main kind, given that there is an act. `shown`
    says whether the confidence suffices for the timeline; an event with `shown` false is unsure and
    goes to review. `readers` holds each model's score.

    `scope` is "social_media" where an act binds social media as such and names no platform,
    "generic" where it is on one that no list knows ("a dating app"), "" where a platform is named.
    `unlisted` are those of `targets` that no list knows: names as the text prints them.
    `effective_on` is the announced start of a measure, in the form of `occurred`. `amount` is a
    fine in whole units of `currency` (ISO 4217); `affected` how many of `affected_what`
    ("accounts", "posts", …) an act affects; 0 and "" where nothing is said. `authority` is who
    ordered the act, `authority_type` "court", "regulator", "government", "parliament", "police" or
    "board". `is_cut` says that a zone was longer than what is read.
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
    coverage: Coverage = Coverage.NONE
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
    readers: tuple[ModelScore, ...] = ()
    is_cut: bool = False
    evidence: tuple[Evidence, ...] = ()

    @property
    def is_event(self) -> bool:
        return bool(self.kinds)

    def as_dict(self) -> dict[str, Any]:
        """Return plain lists and strings, for JSON."""
        return asdict(self)
