"""Find where a name may be in a zone: quotes, handles, runs of capitalised words."""

import re
from collections.abc import Collection, Iterator, Sequence

from tracker.classify.names.quotes import NameSpan, find_quotes, is_quoted_name
from tracker.classify.names.tokens import CASELESS, Token, is_handle
from tracker.classify.names.word_uses import ROLE, WordUse

PARTICLES = {
    # English texts print names of all languages.
    "en": {"al", "bin", "bint", "ibn", "de", "del", "di", "da", "dos", "du", "la", "van", "von"},
    "de": {"von", "van", "zu"},
    "fr": {"de", "du", "des", "d'", "la", "le", "les", "l'"},
    "es": {"de", "del", "la", "las", "los", "el"},
    "pt": {"de", "da", "do", "das", "dos"},
    "it": {"di", "del", "della", "dei", "da", "de"},
    "nl": {"van", "de", "den", "der", "ter"},
    "id": {"bin", "binti", "al"},
    "tr": {"bin"},
}
ENDS = re.compile(r"(?:ed|ly|al|ous|ive)$")  # of words that are rather no beginning of a name
GENITIVE = {"des", "eines"}  # German; "der" is a nominative, too
WEAK_NOUN = re.compile(r"(?:ist|ent|ant|log|graf)en$|istin$|login$")
FRENCH_ARTICLES = {"le", "la", "l'", "les", "du", "des"}
DEMONYM = re.compile(r"(?:ien|ienne|ais|aise|ois|oise|een|eenne)s?$")
STATIONS = {"radio", "tv"}  # roles that begin a name more often
SHOUTS = 3  # words in capitals only, from which they are not names
OPENING = re.compile(r"(?:ly|ist|ian|er|or|man)$")
# What a capitalised word must not be to be part of a name.
TITLED = (
    WordUse.THINGS
    | WordUse.OF
    | WordUse.GLUE
    | WordUse.AND
    | WordUse.REASON
    | WordUse.SAID
    | WordUse.AUX
    | WordUse.OWN
) | (WordUse.LOSES | WordUse.COMMON)
NOUNS = WordUse.THINGS | WordUse.COMMON


class Form:
    """How a zone is written: its language, and whether it capitalises every word."""

    def __init__(self, language: str, *, is_titled: bool) -> None:
        self.language, self.is_titled = language, is_titled


def find_spans(
    text: str, tokens: Sequence[Token], language: str, *, is_titled: bool
) -> list[NameSpan]:
    """Return the spans of a zone by position, none within another."""
    form = Form(language, is_titled=is_titled)
    quoted = list(find_quotes(text, tokens))
    names = [span for span in quoted if is_quoted_name(text, span, tokens, language)]
    closed = {i for span in quoted for i in range(span.first, span.last + 1)}
    # A word in capitals in a plain headline is emphasis: "BREAKING".
    closed |= _shouted(text, tokens)
    for i, token in enumerate(tokens):
        if i not in closed and not token.known and _is_account(text, token):
            names.append(NameSpan(i, i, token.start, token.end, "handle"))
            closed.add(i)
    for run in _runs(tokens, closed, form):
        names += _trimmed(tokens, run, form)
    return sorted(names, key=lambda span: span.start)


def _shouted(text: str, tokens: Sequence[Token]) -> set[int]:
    """Return words in capitals only, where there are several: they are stressed, and no names."""
    loud = {
        i for i, t in enumerate(tokens) if t.end - t.start > 3 and text[t.start : t.end].isupper()
    }
    return loud if len(loud) >= SHOUTS else set()


def _is_account(text: str, token: Token) -> bool:
    return is_handle(text, token) and (token.word[:1] in {"@", "#"} or not token.is_capital)


def _runs(tokens: Sequence[Token], closed: Collection[int], form: Form) -> Iterator[list[int]]:
    """Yield the words that follow each other as one name."""
    run: list[int] = []
    for i, token in enumerate(tokens):
        begins = i not in closed and _begins(tokens, i, form)
        joins = (
            bool(run) and i not in closed and not token.known and _is_near(token, tokens[run[-1]])
        )
        if joins and (begins or _continues(token, form)):
            run.append(i)
            continue
        if run:
            yield run
        run = [i] if begins else []
    if run:
        yield run


def _is_near(token: Token, before: Token) -> bool:
    if before.has_ending:
        return False
    return token.gap in {" ", "-"} or (not token.gap and before.word.endswith("'"))


def _begins(tokens: Sequence[Token], i: int, form: Form) -> bool:
    """Return whether the word may be the first of a name."""
    token = tokens[i]
    if token.known:
        return not form.is_titled and _is_country_of_name(tokens, i, form)
    if _is_article_of_name(tokens, i, form):
        return True
    if not token.is_capital or token.is_compound:
        return False
    if form.is_titled or token.is_first:
        return not (token.uses & TITLED or token.is_act)
    if form.language == "de":
        return not (token.uses & NOUNS or token.is_act)
    return not token.uses & WordUse.COMMON


def _is_article_of_name(tokens: Sequence[Token], i: int, form: Form) -> bool:
    """Return whether the word is the article of an English name, as in "bans The Daily Stormer"."""
    if form.language != "en" or form.is_titled or i + 1 >= len(tokens):
        return False
    token, following = tokens[i], tokens[i + 1]
    is_article = token.word == "the" and token.is_capital and not token.is_first
    return is_article and following.is_capital and following.gap == " " and not following.known


def _is_country_of_name(tokens: Sequence[Token], i: int, form: Form) -> bool:
    """Return whether a country's name begins that of a group or channel: "group Brasil Livre",
    "Seite der Deutschen Umwelthilfe".
    """
    if not 0 < i < len(tokens) - 1 or tokens[i].known != "country" or not tokens[i].is_capital:
        return False
    following = tokens[i + 1]
    # A German adjective has a capital only within a name.
    has_article = form.language == "de" and i > 1 and tokens[i - 1].word in {*GENITIVE, "der"}
    owner = tokens[i - 2] if has_article and tokens[i].word.endswith("en") else tokens[i - 1]
    is_named = bool(owner.uses & (ROLE | WordUse.THINGS)) and not tokens[i].breaks
    return is_named and following.is_capital and following.gap == " " and not following.known


def _continues(token: Token, form: Form) -> bool:
    """Return whether the word goes on with a name, though it begins none."""
    if token.is_capital:
        return bool(token.uses & WordUse.COMMON) and not (form.is_titled or form.language == "de")
    if token.word == "&" or token.word.isdigit():
        return True
    if token.word == "of":
        return form.language == "en" and not form.is_titled
    return token.word in PARTICLES.get(form.language, ())


def _trimmed(tokens: Sequence[Token], run: list[int], form: Form) -> Iterator[NameSpan]:
    """Yield the run without what is no part of the name at its ends."""
    run = _without_ends(tokens, _without_roles(tokens, run, form), form)
    if run and _is_whole([tokens[i] for i in run], form):
        yield NameSpan(run[0], run[-1], tokens[run[0]].start, tokens[run[-1]].end, "run")


def _without_roles(tokens: Sequence[Token], run: list[int], form: Form) -> list[int]:
    """Return the run without the roles before it and the particles at its ends."""
    while run and (_is_role(tokens[run[0]], form) or not tokens[run[0]].is_capital):
        run = run[1:]
    if form.language == "de":
        run = _without_compound(tokens, run)
    if len(run) > 1 and _is_noun_before_name(tokens, run, form):
        run = run[1:]
    while run and not (tokens[run[-1]].is_capital or tokens[run[-1]].word.isdigit()):
        run = run[:-1]
    return run


def _without_ends(tokens: Sequence[Token], run: list[int], form: Form) -> list[int]:
    """Return the run without a word that only begins a sentence and, in a headline that
    capitalises all, without the common words at the ends of a rarer name.
    """
    if form.is_titled and not all(tokens[i].is_common for i in run):
        while tokens[run[0]].is_common and ENDS.search(tokens[run[0]].word):
            run = run[1:]
        while tokens[run[-1]].is_common:
            run = run[:-1]
    elif len(run) > 1 and _only_opens_sentence(tokens[run[0]], len(run) - 1, form):
        run = run[1:]
    return run


def _is_whole(inside: Sequence[Token], form: Form) -> bool:
    """Return whether the words are enough for a name."""
    if inside[-1].end - inside[0].start <= 2 or inside[-1].uses & WordUse.RULES:
        return False
    if form.language == "de" and inside[-1].uses & ROLE:
        # "Berliner Punk-Band", "Göttinger Aktivist", but "Berliner Zeitung"
        return inside[-1].gap != "-" and not inside[-1].uses & WordUse.PERSONS
    if all(token.uses & (WordUse.HALF | WordUse.COMMON) for token in inside):
        return False
    if len(inside) > 1:
        return True
    if inside[0].uses & WordUse.OUTFITS:
        return False  # "ONG"
    # Without capitals next to it, a single word in Latin letters is mostly an abbreviation.
    return form.language not in CASELESS and not (inside[0].is_first and inside[0].is_common)


def _only_opens_sentence(token: Token, following: int, form: Form) -> bool:
    """Return whether a common word before a name only begins the sentence: "Recently",
    "Cartoonist".
    """
    if not (token.is_first and token.is_common):
        return False
    if form.language != "en":
        return True  # few of their common words are listed, and none that is also a first name
    ending = OPENING.search(token.word)
    return ending is not None and (following > 1 or ending[0] == "ly")


def _without_compound(tokens: Sequence[Token], run: list[int]) -> list[int]:
    """Return the run without what a hyphen joins to a role: "Punk-Band Sturmwind"."""
    for at, i in enumerate(run[1:-1], 1):
        if tokens[i].gap == "-" and tokens[i].uses & (ROLE | WordUse.THINGS):
            return run[at + 1 :]
    return run


def _is_noun_before_name(tokens: Sequence[Token], run: Sequence[int], form: Form) -> bool:
    """Return whether a run begins with what somebody is, in a language that gives it a capital:
    "des Umweltaktivisten Jan Overbeck", "la Lyonnaise Lise Ormont".
    """
    first = tokens[run[0]]
    before = tokens[run[0] - 1].word if run[0] else ""
    if form.language == "de":
        is_genitive = before in GENITIVE and first.word.endswith("s")
        return is_genitive or bool(WEAK_NOUN.search(first.word))
    is_demonym = before in FRENCH_ARTICLES and bool(DEMONYM.search(first.word))
    return form.language == "fr" and is_demonym and tokens[run[-1]].is_capital


def _is_role(token: Token, form: Form) -> bool:
    if form.language == "vi" and not token.is_first:
        return False  # surnames are spelled like roles
    if token.uses & WordUse.PERSONS:
        return True
    may_be_role = token.is_first or form.language == "de"
    return bool(token.uses & WordUse.OUTFITS) and may_be_role and token.word not in STATIONS
