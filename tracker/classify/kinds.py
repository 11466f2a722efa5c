"""The ten kinds of act, with their definitions."""

from enum import StrEnum


def gettext_noop(text: str) -> str:
    """Mark a text for translation when shown; nothing else."""
    return text


# The order is that of the sentence model's outputs (data/encoder): a new kind goes to the end.
class Kind(StrEnum):
    """The ten acts, in the order of the labelling guide."""

    AD_BAN = "ad_ban"
    ACCOUNT_SUSPENSION = "account_suspension"
    CONTENT_REMOVAL = "content_removal"
    REACH_RESTRICTION = "reach_restriction"
    DEMONETIZATION = "demonetization"
    SERVICE_DENIAL = "service_denial"
    REINSTATEMENT = "reinstatement"
    POLICY_CHANGE = "policy_change"
    PLATFORM_BLOCK = "platform_block"
    LEGAL_ACTION = "legal_action"

    @property
    def label(self) -> str:
        """As people read it: "Ad ban"."""
        return self.value.replace("_", " ").capitalize()

    @property
    def definition(self) -> str:
        """What counts as one, in a sentence."""
        return DEFINITIONS[self]


DEFINITIONS = {
    Kind.AD_BAN: gettext_noop(
        "An advertiser, an ad account or a sort of ads is kept from a platform, for good or for a"
        " while."
    ),
    Kind.ACCOUNT_SUSPENSION: gettext_noop(
        "Accounts, channels, pages or groups are locked, suspended or removed, one or a network."
    ),
    Kind.CONTENT_REMOVAL: gettext_noop(
        "Posts, videos, songs, books, listings or search results are taken down."
    ),
    Kind.REACH_RESTRICTION: gettext_noop(
        "Something stays up but reaches fewer people: a label, a demotion, an age gate, withheld in"
        " a country, comments or live broadcasts switched off."
    ),
    Kind.DEMONETIZATION: gettext_noop("Somebody can no longer earn on a platform, or earns less."),
    Kind.SERVICE_DENIAL: gettext_noop(
        "A whole app, site or service is refused by a store, a host, a payment company or an API."
    ),
    Kind.REINSTATEMENT: gettext_noop("An earlier measure is reversed."),
    Kind.POLICY_CHANGE: gettext_noop(
        "A platform changes its rules or how it enforces them, or reports on its enforcement."
    ),
    Kind.PLATFORM_BLOCK: gettext_noop(
        "A state blocks or slows a platform or the internet, or ends that."
    ),
    Kind.LEGAL_ACTION: gettext_noop(
        "A court, an authority or an oversight board acts on moderation: a law, an order, a fine, a"
        " suit, an inquiry, a ruling."
    ),
}
