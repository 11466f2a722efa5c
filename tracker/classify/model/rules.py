"""Apply rules of the labelling guide after the model. Each looks only at the title and replaces one
kind by another.
"""

from collections.abc import Callable, Sequence

from tracker.classify.kinds import Kind
from tracker.classify.model.features import concept_of
from tracker.classify.model.title import Title
from tracker.classify.words.generics import SOCIAL_MEDIA, find_generics
from tracker.classify.words.lists import row_of
from tracker.classify.words.mention import Mention

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
UNDONE = {Kind.SERVICE_DENIAL, *REFUSED} - {Kind.PLATFORM_BLOCK}
# Next to these, a payment service or host does something other than refuse a service.
NO_REFUSAL = {
    *("restore", "money", "ads", "law", "state", "policy", "content"),
    *("demonetize", "reach", "label", "reaction"),
}
MEASURES, UNDOING = {"suspend", "ban", "remove"}, {"restore", "stop", "modality"}
ON_CHANNEL = 30  # characters from "ads" to the channel they run on
CHANNEL_FIRST = 7  # and from the channel to "ads" in languages that name it first
CHANNEL_FIRST_IN = {"ja", "ko", "zh", "tr", "hi"}
LOCAL_ACTS = {"block", "restrict", "suspend", "ban", "reach"}
HIDDEN = {"account", "content"}
COMPOUND = 1  # characters between a platform and "accounts" that are its own
OF_PLATFORM = 4  # and the other way round: "accounts on X"
UNMARKED = 60  # characters from "removes" to the label
UNMARKING = {"remove", "stop", "deny"}


def apply_rules(
    kinds: tuple[Kind, ...],
    title: str,
    mentions: Sequence[Mention],
    language: str,
    *,
    is_demanded: bool = False,
) -> tuple[Kind, ...]:
    """Return the kinds with the main one corrected; `mentions` are the title's. The replaced kind
    is removed, an additional one stays. `is_demanded` says that the summary only wishes or expects
    what it says of an undoing: "should restore the account".
    """
    if not kinds:
        return kinds
    headline = Title(title, mentions, language)
    if kinds[0] is Kind.REINSTATEMENT and is_demanded and (measure := _measure_of(headline)):
        return (measure, *(other for other in kinds[1:] if other is not measure))
    if _is_undone(headline, kinds):
        return (Kind.REINSTATEMENT, *kinds[2:])
    for replaced, kind, holds in RULES:
        if kinds[0] in replaced and holds(headline, kinds[0]):
            return (kind, *(other for other in kinds[1:] if other is not kind))
    return kinds


def _measure_of(title: Title) -> Kind | None:
    """Return the measure that a title tells, if it says nothing of its end."""
    if not title.platforms or title.names & UNDOING or not title.names & MEASURES:
        return None
    return Kind.CONTENT_REMOVAL if "account" not in title.names else Kind.ACCOUNT_SUSPENSION


def _is_undone(title: Title, kinds: Sequence[Kind]) -> bool:
    """Return whether the title says that a measure ends, which the models read as the measure
    first: "unblocks the account". The end of a state's block stays a block's.
    """
    is_measure = kinds[0] in UNDONE and kinds[1:2] == (Kind.REINSTATEMENT,)
    return is_measure and "restore" in title.names and "modality" not in title.names


def _is_refusal(title: Title, kind: Kind) -> bool:
    """Return whether a payer, a host or a store refuses somebody."""
    if not title.platforms or not title.names & REFUSALS:
        return False
    platform_type = row_of("platform", title.platforms[0].value).type
    # A payer's own accounts are for money.
    is_own = platform_type == "payment" and "account" in title.names
    if title.names & (NO_REFUSAL - {"money"} if is_own else NO_REFUSAL):
        return False
    # A host of code or videos suspends accounts like a network.
    is_account = platform_type == "hosting" and kind is Kind.ACCOUNT_SUSPENSION
    return platform_type in REFUSERS and not (is_account and "service" not in title.names)


def _is_on_channel(title: Title, kind: Kind) -> bool:
    """Return whether ads on somebody's channel or videos are meant, not an advertiser's."""
    places = [word for word in title.words if word.value == "on"]
    channels = [
        mention
        for mention in title.mentions
        if concept_of(mention) in {"account", "content"} and title.is_word(mention, "channel")
    ]
    for ads in (mention for mention in title.mentions if concept_of(mention) == "ads"):
        for channel in channels:
            if 0 < channel.start - ads.end < ON_CHANNEL and any(
                ads.end <= on.start and on.end <= channel.start for on in places
            ):
                return True
            if title.language in CHANNEL_FIRST_IN and 0 <= ads.start - channel.end < CHANNEL_FIRST:
                return True
    return False


def _is_unmarked(title: Title, kind: Kind) -> bool:
    """Return whether a platform removes a label."""
    first = min((mention.start for mention in title.platforms), default=len(title.text))
    marks = [
        mention
        for mention in title.mentions
        if concept_of(mention) == "label" and title.is_word(mention, "mark")
    ]
    contents = [mention for mention in title.mentions if concept_of(mention) == "content"]
    return any(
        0 < mark.start - act.end < UNMARKED
        and not any(act.end <= content.start < mark.start for content in contents)
        for act in title.main_mentions
        if concept_of(act) in UNMARKING and first < act.start
        for mark in marks
    )


def _is_withheld(title: Title, kind: Kind) -> bool:
    """Return whether an account or a post is withheld in a country: in so many words, or by an
    order that applies there.
    """
    if not title.platforms:
        return False
    if title.says("withheld"):
        return True
    is_hidden = title.names & HIDDEN and title.names & LOCAL_ACTS and "restore" not in title.names
    return bool(is_hidden) and title.says("ordered") and any(map(title.is_place, title.countries))


def _is_block_of_accounts(title: Title, kind: Kind) -> bool:
    """Return whether a state has accounts or videos blocked, not the platform that carries them:
    "India blocks X accounts", but not "blocks X over accounts".
    """
    if not title.platforms or not title.countries or title.says("age"):
        return False
    if min(title.countries, key=lambda mention: mention.start).start > title.platforms[0].start:
        return False  # the platform acts
    return any(
        0 <= mention.start - platform.end <= COMPOUND
        or 0 <= platform.start - mention.end <= OF_PLATFORM
        for platform in title.platforms
        for mention in title.main_mentions
        if concept_of(mention) == "account" or title.is_word(mention, "channel")
    )


def _is_from_dateline(title: Title, kind: Kind) -> bool:
    """Return whether the state that seems to block is only where the report is from, and somebody's
    account is hit: "Türkei: X sperrt Konto".
    """
    if not title.platforms or not title.countries or "account" not in title.names:
        return False
    if title.names & {"state", "restore"}:
        return False
    first = min(title.countries, key=lambda mention: mention.start)
    return first.start == 0 and title.text[first.end :].lstrip()[:1] == ":"


def _is_age_law(title: Title, kind: Kind) -> bool:
    """Return whether a law, passed or announced, sets an age for social media; in force it is a
    block.
    """
    if not title.says("age") or not title.says("decided") or title.says("in_force"):
        return False
    return any(mention.value == SOCIAL_MEDIA for mention in find_generics(title.text))


# replaced kinds, the replacement, the condition
Rule = tuple[set[Kind], Kind, Callable[[Title, Kind], bool]]
# The first matching rule decides, so narrower ones come first: an age law before a block, a
# withheld account before a block of accounts.
RULES: tuple[Rule, ...] = (
    ({Kind.PLATFORM_BLOCK}, Kind.LEGAL_ACTION, _is_age_law),
    ({Kind.REACH_RESTRICTION}, Kind.REINSTATEMENT, _is_unmarked),
    (
        {Kind.ACCOUNT_SUSPENSION, Kind.CONTENT_REMOVAL, Kind.PLATFORM_BLOCK},
        Kind.REACH_RESTRICTION,
        _is_withheld,
    ),
    ({Kind.PLATFORM_BLOCK}, Kind.ACCOUNT_SUSPENSION, _is_from_dateline),
    ({Kind.PLATFORM_BLOCK}, Kind.LEGAL_ACTION, _is_block_of_accounts),
    ({Kind.AD_BAN}, Kind.DEMONETIZATION, _is_on_channel),
    (REFUSED, Kind.SERVICE_DENIAL, _is_refusal),
)
