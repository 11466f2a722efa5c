"""Who ordered or decided an act: a court, regulator, government, parliament, police, a board."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from tracker.classify.facts.authority_mentions import (
    LIMIT,
    AuthorityMention,
    authority_cues,
    find_mentions,
)
from tracker.classify.letters.language import LANGUAGES
from tracker.classify.letters.plain import PlainText, sentence_around, to_plain
from tracker.classify.words.countries import find_countries
from tracker.classify.words.mention import Mention

BODY_READ = 1500
NEAR_ACT = 75  # characters behind an authority in which what it does stands
VERB_BEFORE = 32  # characters before it, where the verb comes first
VERB_FIRST = {"ar", "he"}
ORDERS, ACTS = "orders", "acts"


@dataclass(frozen=True)
class Authority:
    """`name` in English where it is listed, else as printed; `type` is of TYPES, `country` an ISO
    3166 code or ""; `start` to `end` of `zone` say it. `is_order` is true where somebody else acts
    by its order, request or decision.
    """

    name: str
    type: str
    country: str
    zone: str
    start: int
    end: int
    is_order: bool = False


def find_authority(
    zones: Mapping[str, str], mentions: Mapping[str, Sequence[Mention]], language: str
) -> Authority | None:
    """Return the first authority that acts or orders in the title, else the summary, else the
    beginning of the full text; not one that is only quoted, asked or sued.
    """
    code = language if language in LANGUAGES else "en"
    for zone, written in zones.items():
        words = written[:BODY_READ]
        plain_text = to_plain(words)
        for named_authority in islice(find_mentions(words, code, mentions[zone]), LIMIT):
            role = _role_in_act(plain_text, named_authority, code)
            if role:
                start, end = named_authority.start, named_authority.end
                country = named_authority.country or _country(words[start:end], code)
                return Authority(
                    named_authority.name,
                    named_authority.type,
                    country,
                    zone,
                    start,
                    end,
                    is_order=role == ORDERS,
                )
    return None


def _role_in_act(plain_text: PlainText, named_authority: AuthorityMention, language: str) -> str:
    """Return its role in the act by the words around it: ORDERS, ACTS, or "" for none."""
    text = plain_text.text
    start, end = (
        plain_text.position(named_authority.start),
        plain_text.position(named_authority.end),
    )
    first, last = sentence_around(text, start, end)
    before, cues = text[max(first, start - 60) : start], authority_cues(language)
    # "by order of" first: it names who ordered, whatever verb follows.
    if cues["by"].search(before):
        return ORDERS
    if cues["agent"].search(before):
        return ACTS if cues["acts"].search(before) else ""
    if cues["not"].search(before) or cues["not_after"].match(text, end):
        return ""
    if cues["acts"].search(text, end, min(last, end + NEAR_ACT)):
        return ACTS
    is_behind_verb = language in VERB_FIRST and cues["acts"].search(before[-VERB_BEFORE:])
    return ACTS if is_behind_verb else ""


def _country(words: str, language: str) -> str:
    """Return the country in its name, "" for none; "суда" is a court's, not Sudan's, and New Mexico
    no country.
    """
    for mention in find_countries(words, language):
        if words[mention.start : mention.end] != "суда" and not words[: mention.start].endswith(
            "New "
        ):
            return mention.value
    return ""
