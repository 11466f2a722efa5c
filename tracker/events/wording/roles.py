"""Read from a report's title what a person or outlet is ("German MP"), for headlines; pure."""

import re

from tracker.classify.letters.folding import fold
from tracker.classify.names.word_uses import ROLE, use_lists_of

ROLE_WORDS = 4  # before a name
# A report's opinion of somebody is not a role; our headline would state it as fact.
LOADED = {
    *("alt-right", "anti-vax", "anti-vaxxer", "celebre", "complotiste", "conspiracy"),
    *("controversial", "controverse", "disgraced", "extremist", "famous", "far-left"),
    *("far-right", "firebrand", "identitaire", "left-wing", "nationalist", "neo-nazi"),
    *("polemiste", "popular", "prominent", "provocateur", "right-wing", "self-proclaimed"),
    *("self-styled", "star", "stars", "supremacist", "theorist", "troll", "user", "users"),
    *("utilisateur", "viral", "white"),
}
PEOPLES = {
    *("american", "british", "chinese", "french", "german", "indian", "israeli"),
    *("palestinian", "russian", "ukrainian"),
}
# Words before a role in French, and its article.
ARTICLES = {"le": "le", "la": "la", "les": "les", "du": "le", "des": "les", "au": "le"}
BREAK = re.compile(r"[,:;.!?…«»“”\"()]$")


def role_before(name: str, title: str, language: str) -> str:
    """Return the words before a name in a title that give its role, as in "German MP"; in French
    with the article, or none. Return "" if the title gives none.
    """
    start = title.find(name)
    before = title[:start].split() if start > 0 else []
    words: list[str] = []
    while before and len(words) < ROLE_WORDS and _is_role(before[-1], language):
        words.insert(0, before.pop())
    if not words:
        return ""
    if language == "fr":
        article = ARTICLES.get(before[-1].lower(), "") if before else ""
        return f"{article} {' '.join(words)}" if article else ""
    if not before and fold(words[0]) not in PEOPLES and not words[0].isupper():
        words[0] = words[0].lower()  # it began a sentence
    return " ".join(words)


def _is_role(word: str, language: str) -> bool:
    folded = fold(word)
    if BREAK.search(word) or folded in LOADED:
        return False
    return bool(use_lists_of(language).uses_of(folded) & ROLE)
