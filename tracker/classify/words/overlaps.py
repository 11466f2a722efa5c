"""Drop words that are part of a longer name."""

from tracker.classify.letters.characters import is_joined_script
from tracker.classify.words.lists import row_of
from tracker.classify.words.mention import Mention

# Kinds of names whose words say nothing but the name; those of "Google Ads" tell what it is.
PROPER_TARGETS = {"media", "state_media", "app_or_site", "person"}
PROPER_PLATFORMS = {"", "catalogue", "payment", "hosting", "funding", "video", "search"}
DESCRIBING = {"state", "service", "account"}  # "Russian state media", "Star VPN"


def drop_nested(mentions: list[Mention], text: str) -> list[Mention]:
    """Return the mentions by position, without those that a longer name holds: a country in the
    name of a party or a paper, and whatever begins or ends in the middle of a name's word ("fine"
    in Instagram's Arabic name).
    """
    names = [h for h in mentions if h.table in {"platform", "target"}]
    return sorted(
        (h for h in mentions if not any(_is_nested(h, name, text) for name in names)),
        key=lambda h: h.start,
    )


def _is_nested(mention: Mention, name: Mention, text: str) -> bool:
    length = mention.end - mention.start
    if mention.table == name.table or not name.start <= mention.start < mention.end <= name.end:
        return False
    if length == name.end - name.start:
        return False
    # A paper's or party's name says nothing about where the act was: "Times of India".
    if mention.table == "country" and name.table == "target":
        return True
    if mention.table == "concept" and _is_part_of_name(mention, name, text):
        return True
    begins = mention.start > name.start and text[mention.start - 1].isalnum()
    ends = mention.end < name.end and text[mention.end].isalnum()
    return (begins or ends) and not is_joined_script(text[mention.start])


def _is_part_of_name(mention: Mention, name: Mention, text: str) -> bool:
    """Return whether a concept's word is a piece of a proper name ("Podcast Addict") and no
    description ("Russian state media", "President Smith").
    """
    row_type = row_of(name.table, name.value).type
    proper = PROPER_TARGETS if name.table == "target" else PROPER_PLATFORMS
    return (
        row_type in proper and mention.value not in DESCRIBING and not text[mention.start].islower()
    )
