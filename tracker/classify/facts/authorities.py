"""Find who decided an act, and who ordered it: a court, regulator, government, parliament, police,
a board.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import islice

from babel import Locale

from tracker.classify.facts.authority_mentions import (
    LIMIT,
    AuthorityMention,
    authority_cues,
    find_mentions,
)
from tracker.classify.facts.terms.circumstances import cues_of
from tracker.classify.letters.language import LANGUAGES
from tracker.classify.letters.plain import PlainText, sentence_around, to_plain
from tracker.classify.words.countries import find_countries
from tracker.classify.words.mention import Mention

BODY_READ = 1500
NEAR_ACT = 75  # characters after an authority that are searched for its action
VERB_BEFORE = 32  # characters before it, if the verb comes first
VERB_FIRST = {"ar", "he"}
NEAR_ORDER = 28  # characters after a country that are searched for an order
ORDERS, ACTS = "orders", "acts"


@dataclass(frozen=True)
class Authority:
    """`name` in English if it is listed, else as printed; `type` is of TYPES, `country` an ISO 3166
    code or ""; its words are `start` to `end` of `zone`. `is_order` is true if somebody else acts
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
    return next(_acting(zones, mentions, _code(language)), None)


def find_order(
    zones: Mapping[str, str], mentions: Mapping[str, Sequence[Mention]], language: str
) -> Authority | None:
    """Return who ordered somebody else to act, in title or summary: an authority that ordered it,
    else a country that the text says ordered it.
    """
    code = _code(language)
    read = {zone: zones[zone] for zone in ("title", "summary") if zones.get(zone)}
    for authority in _acting(read, mentions, code):
        plain = to_plain(read[authority.zone][:BODY_READ])
        if authority.is_order or _gives_order(plain, authority.start, authority.end, code):
            return authority
    for zone, words in read.items():
        plain = to_plain(words)
        for mention in mentions[zone]:
            if mention.table == "country" and _gives_order(
                plain, mention.start, mention.end, code, NEAR_ORDER
            ):
                name = _country_name(mention.value)
                return Authority(
                    name, "government", mention.value, zone, mention.start, mention.end, True
                )
    return None


def _acting(
    zones: Mapping[str, str], mentions: Mapping[str, Sequence[Mention]], code: str
) -> Iterator[Authority]:
    """Yield the authorities that act or order, in the order of the text."""
    for zone, written in zones.items():
        words = written[:BODY_READ]
        plain_text = to_plain(words)
        for named_authority in islice(find_mentions(words, code, mentions[zone]), LIMIT):
            role = _role_in_act(plain_text, named_authority, code)
            if role:
                start, end = named_authority.start, named_authority.end
                country = named_authority.country or _country(words[start:end], code)
                yield Authority(
                    named_authority.name,
                    named_authority.type,
                    country,
                    zone,
                    start,
                    end,
                    is_order=role == ORDERS,
                )


def _gives_order(
    plain_text: PlainText, start: int, end: int, language: str, reach: int = NEAR_ACT
) -> bool:
    """Return whether a word for ordering is next to the name."""
    text, orders = plain_text.text, cues_of(language)["orders"]
    first, last = plain_text.position(start), plain_text.position(end)
    sentence_start, sentence_end = sentence_around(text, first, last)
    if language in VERB_FIRST and orders.search(text, max(sentence_start, first - 24), first):
        return True
    return bool(orders.search(text, last, min(sentence_end, last + reach)))


@cache
def _country_name(code: str) -> str:
    return str(Locale("en").territories.get(code, code))


def _code(language: str) -> str:
    return language if language in LANGUAGES else "en"


def _role_in_act(plain_text: PlainText, named_authority: AuthorityMention, language: str) -> str:
    """Return the authority's role in the act by the words around it: ORDERS, ACTS, or ""
    for none.
    """
    text = plain_text.text
    start, end = (
        plain_text.position(named_authority.start),
        plain_text.position(named_authority.end),
    )
    first, last = sentence_around(text, start, end)
    before, cues = text[max(first, start - 60) : start], authority_cues(language)
    # "by order of" first: it identifies who ordered, whatever verb follows.
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
