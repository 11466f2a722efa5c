"""Split a zone into words, with what is known about each."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice, pairwise

from tracker.classify.letters.folding import fold
from tracker.classify.names.word_uses import ROLE, UseLists, WordUse
from tracker.classify.words.mention import Mention

ACTS = {
    *("ban", "suspend", "remove", "block", "restrict", "label"),
    *("demonetize", "deny", "stop", "restore"),
}
KNOWN = {"platform", "target", "country"}
LIMIT = 120  # words of a zone that are read, since acts are at the top
# Devanagari's vowel marks are no letters to `re`.
TOKEN = re.compile(
    r"\b[ru]/\w+|[@#]\w+|&|[^\W_][\w\u0900-\u097f]*(?:[.'’\u200c&-][\w\u0900-\u097f]+)*"
)
# Scripts without blanks: what a mention or a particle sets apart is a word.
CJK = {"ja", "zh"}
CASELESS = {"ar", "fa", "he", "hi", "ja", "ko", "zh"}
CJK_TOKEN = re.compile(
    r"[@#]?[A-Za-z0-9À-ɏ_](?:[A-Za-z0-9À-ɏ_.'’&-]*[A-Za-z0-9À-ɏ_])?|[のをがはにへでと的被对對与與和及或将將把]"
    r"|[^\W\d_a-zA-Zのをがはにへでと的被对對与與和及或将將把]+"
)
THINGS = {"account", "content", "service", "ads", "money"}  # the lists' concepts
# Declined: "na Twitchu".
PLATFORM = re.compile(r"twitch|youtub|facebook|instagram|tiktok|twitter|telegram|spotif|reddit")
ELIDED = re.compile(r"(?:[cdjlmnst]|qu|un|(?:d|n|su|da|que)?e?ll|all|quest|sant)['’](?=\w)", re.I)
ELIDING = {"fr", "it"}
HYPHENED = {"de", "nl", "sv", "pl", "id"}
ENDING = re.compile(r"(?<=\w\w)['’][^\W\d_A-Z]{1,7}$")
HANDLE = re.compile(r"[a-zA-Z]\w*\d\w*$|\w+_\w+$")
BREAKS = re.compile(r"[:;|!?。！？：；…\n—–•]| / |\.(?=\s|$)| - ")
TITLE_CASE = 0.7  # share of capitalised words from which capitals tell nothing
ACRONYM = 4  # letters of an office's or a trade's, such as "BKA" and "SUS"
CASED_LONG = 4  # letters of a word that a headline capitalises and a sentence does not

ADJECTIVE = re.compile(r"-[a-z]{2,}(?:ing|ed)$")  # "Fact-checking", "Berlin-based"


@dataclass(slots=True)
class Token:
    """A word: `end` leaves out a glued ending ("Brandt's"); `gap` is the text before it; `known` is
    the table of a name that contains it; `is_act` whether it is the word of an act.
    """

    start: int
    end: int
    full_end: int
    word: str
    uses: int
    is_capital: bool
    gap: str = ""
    known: str = ""
    is_act: bool = False
    is_first: bool = False
    is_compound: bool = False
    is_platform: bool = False
    is_acronym: bool = False

    @property
    def has_ending(self) -> bool:
        return self.end < self.full_end

    @property
    def is_common(self) -> bool:
        """Whether it is mostly no name, or only the end of a compound ("AI-generated") is one."""
        return bool(self.uses & WordUse.LOWER) or self.is_compound

    @property
    def breaks(self) -> bool:
        """Whether a sentence or clause ends before it."""
        return bool(BREAKS.search(self.gap))


def tokens_of(
    text: str, mentions: Sequence[Mention], words: UseLists, language: str
) -> list[Token]:
    """Return the first LIMIT words of a zone."""
    folded = fold(text)
    tokens = [
        _token(text, folded, *span, words) for span in _split_words(text, mentions, words, language)
    ]
    reach = 0
    for token in tokens:
        token.gap = text[reach : token.start]
        # The full stop after an initial does not end a sentence.
        if token.gap == ". " and reach > 1 and text[reach - 2 : reach - 1] in {" ", ""}:
            token.gap = " "  # an initial: "Volkan D."
        token.is_first = reach == 0 or token.breaks
        reach = token.full_end
    _mark_mentions(tokens, mentions, is_joined=language in CJK)
    return tokens


def _split_words(
    text: str, mentions: Sequence[Mention], words: UseLists, language: str
) -> Iterator[tuple[int, int]]:
    """Yield start and end of the first LIMIT words."""
    is_joined = language in CJK
    edges = (
        sorted({edge for mention in mentions for edge in (mention.start, mention.end)})
        if is_joined
        else []
    )
    for match in islice((CJK_TOKEN if is_joined else TOKEN).finditer(text), LIMIT):
        start, end = match.span()
        if is_joined:
            cuts = [start, *(edge for edge in edges if start < edge < end), end]
            yield from pairwise(cuts)
        elif language in ELIDING and (elided := ELIDED.match(text, start, end)):
            yield from ((start, elided.end()), (elided.end(), end))
        elif language in HYPHENED and (cut := _hyphen_before_noun(match[0], words)):
            yield from ((start, start + cut), (start + cut + 1, end))
        else:
            yield start, end


def _hyphen_before_noun(word: str, words: UseLists) -> int:
    """Return the position of the hyphen before a thing or a role ("Brandt-Konto"), 0 if none."""
    cut = word.rfind("-")
    if cut <= 0 or not word[:1].isupper():
        return 0
    return cut if words.uses_of(fold(word[cut + 1 :])) & (WordUse.THINGS | ROLE) else 0


def _token(text: str, folded: str, start: int, full_end: int, words: UseLists) -> Token:
    raw = text[start:full_end]
    end = full_end
    if ("'" in raw or "’" in raw) and (ending := ENDING.search(raw)):
        end = start + ending.start()
    word = folded[start:end].rstrip("'")
    uses = words.uses_of(word)
    is_capital = not raw[0].isdigit() and not raw.islower() and raw.lower() != raw
    token = Token(start, end, full_end, word, uses, is_capital)
    token.is_acronym = raw.isupper() and len(raw) <= ACRONYM
    if is_capital and (stem := PLATFORM.match(word)) and not uses & ROLE:
        token.known = "platform" if len(word) - stem.end() <= 3 else ""
    if "-" in word:
        last = word.rpartition("-")[2]
        is_adjective = bool(ADJECTIVE.search(text[token.start : token.full_end]))
        token.is_compound = is_adjective or bool(words.uses_of(last) & WordUse.LOWER)
    return token


def _mark_mentions(
    tokens: Sequence[Token], mentions: Sequence[Mention], *, is_joined: bool
) -> None:
    """Note on each word the mentions that cover it."""
    first = 0
    for mention in sorted(mentions, key=lambda item: item.start):
        while first < len(tokens) and tokens[first].full_end <= mention.start:
            first += 1
        last = first
        while last < len(tokens) and tokens[last].start < mention.end:
            last += 1
        _mark_mention(tokens[first:last], mention, is_joined=is_joined)


def _mark_mention(inside: Sequence[Token], mention: Mention, *, is_joined: bool) -> None:
    """Note the mention on the words it covers."""
    if mention.table in KNOWN:
        for token in inside:
            token.known = token.known or mention.table
            token.is_platform |= mention.table == "platform"
    elif is_joined and mention.value in THINGS:
        for token in inside:
            token.uses |= WordUse.THINGS
    elif mention.value in ACTS and inside:
        # "takes … down": what is between is no act.
        inside[0].is_act = inside[-1].is_act = True


def is_handle(text: str, token: Token) -> bool:
    """Return whether the word is the name of an account, a tag or a subreddit by its form."""
    raw = text[token.start : token.end]
    return raw[0] in "@#" or raw[:2] in {"r/", "u/"} or bool(HANDLE.match(raw))


def is_title_case(tokens: Sequence[Token], language: str) -> bool:
    """Return whether the zone capitalises every word, as English headlines do."""
    if language == "de":
        return False  # its nouns alone may be most of the words
    long = [t for t in tokens if len(t.word) >= CASED_LONG and not t.known]
    if any(token.is_act and not token.is_capital for token in long):
        return False
    return len(long) >= 3 and sum(t.is_capital for t in long) > TITLE_CASE * len(long)
