"""Define the signs that a name belongs to somebody affected, and the weight of each."""

from collections.abc import Sequence
from dataclasses import dataclass

from tracker.classify.names.quotes import NameSpan
from tracker.classify.names.tokens import Token
from tracker.classify.names.word_uses import ROLE, WordUse

TIED = 3  # words between a name and the "of" that ties a thing to it, itself included
REACH = 10  # words between an act and a name that are read together
ACCOUNT_OF, OBJECT, SUBJECT, LOSES = 0.9, 0.8, 0.75, 0.7  # confidence, before counter-evidence
UNREAD = 0.5  # after a role and a platform whose verb is in no list
ACTIVE = 0.45  # before the act's word where the platform is before it
LOOSE = 0.3  # a name in no particular position
PASSING = 0.1  # a speaker, and a name after a reason
ACTOR = 0.2
PLAIN = 0.25  # what it costs if nothing shows that the verb is passive
THING_COST = 0.1  # an account or post without an act next to it
OTHER_NAME, UNKNOWN, COMMA = 0.15, 0.08, 0.06  # what each word between costs
BONUS = 0.1
VERB_LAST = {"tr", "ja", "ko", "hi", "fa"}
PARTICIPLE_LAST = VERB_LAST | {"de", "nl"}
OWNER_FIRST = {"en", "de", "tr", "ko", "hi", "ja", "zh", "nl"}  # "NAME channel"
FREE = WordUse.GLUE | WordUse.OF | WordUse.AND | ROLE | WordUse.THINGS
COMMAS = {",", "、", "،"}


@dataclass(frozen=True)
class NameSign:
    """How sure it is (0 to 1) that a name's bearer was affected, and by which sign."""

    rank: float
    how: str


@dataclass(frozen=True)
class TokenZone:
    """A zone's words, prepared for finding names."""

    tokens: Sequence[Token]
    language: str
    is_titled: bool


@dataclass
class Walk:
    """What lies on the way from the name: what it costs, and whether a word like "account" ties
    itself to the name.
    """

    span: NameSpan
    zone: TokenZone
    cost: float = 0.0
    has_owned_noun: bool = False

    def add_cost(self, token: Token) -> None:
        """Add what a word between costs; beyond the thing nothing speaks against the name."""
        if self.has_owned_noun:
            return
        is_name = token.is_capital and not self.zone.is_titled
        self.cost += OTHER_NAME if is_name else UNKNOWN

    def sign_without_act(self) -> NameSign:
        """Return the sign where no act was met."""
        if self.has_owned_noun:
            return NameSign(ACCOUNT_OF - THING_COST - self.cost, "account_of")
        return NameSign(LOOSE, "loose")
