"""What the labelling guide decides whatever the words say: rules after the model.

Each looks at the title alone and says what an act told as one kind is instead.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

from tracker.classify.clauses import find_signs, reason_spans, split_hits
from tracker.classify.feature import name_of
from tracker.classify.generics import SOCIAL_MEDIA, find_generics
from tracker.classify.kinds import Kind
from tracker.classify.lexicon import Hit, lexicon_of, named

REFUSERS = {"payment", "hosting", "store"}
REFUSALS = {"deny", "ban", "suspend", "remove", "block", "stop", "restrict"}
REFUSED = {
    Kind.ACCOUNT_SUSPENSION,
    Kind.CONTENT_REMOVAL,
    Kind.AD_BAN,
    Kind.PLATFORM_BLOCK,
    Kind.DEMONETIZATION,
    Kind.REACH_RESTRICTION,
}
# Beside these a payer or host does something else than refuse a service.
NO_REFUSAL = {
    *("restore", "money", "ads", "law", "state", "policy", "content"),
    *("demonetize", "reach", "label", "reaction"),
}
ON_CHANNEL = 30  # characters from "ads" to the channel they run on
CHANNEL_FIRST = 7  # and from the channel to "ads" in languages that name it first
CHANNEL_FIRST_IN = {"ja", "ko", "zh", "tr", "hi"}
UNMARKED = 60  # characters from "removes" to the label
UNMARKING = {"remove", "stop", "deny"}


@dataclass(frozen=True)
class Title:
    """A title and its hits by position."""

    text: str
    hits: Sequence[Hit]
    language: str

    @cached_property
    def names(self) -> set[str]:
        """What the hits are."""
        return {name_of(hit) for hit in self.hits}

    @cached_property
    def platforms(self) -> list[Hit]:
        return [hit for hit in self.hits if hit.table == "platform"]

    @cached_property
    def words(self) -> list[Hit]:
        """The words of data/kind_words.toml."""
        return lexicon_of("kind_word").find(self.text, self.language)

    def says(self, name: str) -> bool:
        """Whether a word of the list stands in it."""
        return any(word.value == name for word in self.words)

    def is_word(self, hit: Hit, name: str) -> bool:
        """Whether the hit holds, or is held by, a word of the list."""
        return any(
            word.value == name and word.start < hit.end and hit.start < word.end
            for word in self.words
        )


def apply_rules(
    kinds: tuple[Kind, ...], title: str, hits: Sequence[Hit], language: str
) -> tuple[Kind, ...]:
    """The kinds with the main one corrected; `hits` are the title's. The one that a rule replaces
    goes, a further one stays.
    """
    if not kinds:
        return kinds
    seen = Title(title, hits, language)
    for replaced, kind, holds in RULES:
        if kinds[0] in replaced and holds(seen, kinds[0]):
            return (kind, *(other for other in kinds[1:] if other is not kind))
    return kinds


def _is_refusal(title: Title, kind: Kind) -> bool:
    """A payer, a host or a store that refuses somebody."""
    if not title.platforms or title.names & NO_REFUSAL or not title.names & REFUSALS:
        return False
    sort = named("platform")[title.platforms[0].value].kind
    # A host of code or videos suspends accounts as a network does.
    is_account = sort == "hosting" and kind is Kind.ACCOUNT_SUSPENSION
    return sort in REFUSERS and not (is_account and "service" not in title.names)


def _is_on_channel(title: Title, kind: Kind) -> bool:
    """Ads on somebody's channel or videos, not an advertiser's."""
    places = [word for word in title.words if word.value == "on"]
    channels = [
        hit
        for hit in title.hits
        if name_of(hit) in {"account", "content"} and title.is_word(hit, "channel")
    ]
    for ads in (hit for hit in title.hits if name_of(hit) == "ads"):
        for channel in channels:
            if 0 < channel.start - ads.end < ON_CHANNEL and any(
                ads.end <= on.start and on.end <= channel.start for on in places
            ):
                return True
            if title.language in CHANNEL_FIRST_IN and 0 <= ads.start - channel.end < CHANNEL_FIRST:
                return True
    return False


def _is_unmarked(title: Title, kind: Kind) -> bool:
    """A platform takes a label off."""
    spans = reason_spans(title.text, find_signs(title.text, title.language))
    main, _ = split_hits(title.hits, spans)
    first = min((hit.start for hit in title.platforms), default=len(title.text))
    marks = [hit for hit in title.hits if name_of(hit) == "label" and title.is_word(hit, "mark")]
    contents = [hit for hit in title.hits if name_of(hit) == "content"]
    return any(
        0 < mark.start - act.end < UNMARKED
        and not any(act.end <= content.start < mark.start for content in contents)
        for act in main
        if name_of(act) in UNMARKING and first < act.start
        for mark in marks
    )


def _is_withheld(title: Title, kind: Kind) -> bool:
    """An account or a post is withheld in a country."""
    return bool(title.platforms) and title.says("withheld")


def _is_age_law(title: Title, kind: Kind) -> bool:
    """A law, passed or announced, that sets an age for social media; in force it is a block."""
    if not title.says("age") or not title.says("decided") or title.says("in_force"):
        return False
    return any(hit.value == SOCIAL_MEDIA for hit in find_generics(title.text))


Rule = tuple[set[Kind], Kind, Callable[[Title, Kind], bool]]  # replaced, by which, where it holds
RULES: tuple[Rule, ...] = (
    ({Kind.PLATFORM_BLOCK}, Kind.LEGAL_ACTION, _is_age_law),
    ({Kind.REACH_RESTRICTION}, Kind.REINSTATEMENT, _is_unmarked),
    (
        {Kind.ACCOUNT_SUSPENSION, Kind.CONTENT_REMOVAL, Kind.PLATFORM_BLOCK},
        Kind.REACH_RESTRICTION,
        _is_withheld,
    ),
    ({Kind.AD_BAN}, Kind.DEMONETIZATION, _is_on_channel),
    (REFUSED, Kind.SERVICE_DENIAL, _is_refusal),
)
