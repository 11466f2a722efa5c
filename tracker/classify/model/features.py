"""Define features: a concept, or two together, with their words."""

from dataclasses import dataclass

from tracker.classify.words.mention import Mention


@dataclass(frozen=True)
class Feature:
    """`name` is a concept ("ban") or two that are together ("ban+ads"); `share` says how near, 0
    to 1; `mentions` are the words.
    """

    name: str
    share: float
    mentions: tuple[Mention, ...]


def concept_of(mention: Mention) -> str:
    """Name a mention: a concept by its value, a name by its table."""
    # Which platform it is says little about the act; that there is one says much.
    return mention.value if mention.table == "concept" else mention.table
