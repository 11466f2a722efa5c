"""Derive other forms of an English word by rule; pure. Derived at search time, so that searched
texts keep words as written: a form that occurs nowhere only costs a lookup.
"""

import re

SHORTEST = 3  # letters of a form
PLAIN = re.compile(r"[a-z]{4,24}")  # folded, of one script
AS_IT_IS = frozenset(
    (
        *("news", "always", "series", "species", "access", "press", "this", "need", "speed"),
        *("feed", "during", "thing", "nothing", "something", "united", "hundred", "across"),
        *("class", "boss"),
    )
)
VOWELS = "aeiou"


def inflections(word: str) -> tuple[str, ...]:
    """Return the other forms of a folded word: "banned" gives "ban", "bans", "banning" and others
    that do not exist. () for what is not a plain English word.
    """
    if not PLAIN.fullmatch(word) and not re.fullmatch(r"[a-z]{3}", word):
        return ()
    bases = dict.fromkeys(_bases(word) if word not in AS_IT_IS else [word])
    forms = dict.fromkeys(form for base in bases for form in _forms(base))
    return tuple(form for form in forms if form != word and len(form) >= SHORTEST)


def _bases(word: str) -> list[str]:
    """Return the possible base forms of a word, itself first."""
    bases = [word]
    if word.endswith("ies"):
        bases.append(word[:-3] + "y")
    elif word.endswith("es"):
        bases += [word[:-2], word[:-1]]
    elif word.endswith("s") and not word.endswith(("ss", "us", "is")):
        bases.append(word[:-1])
    for ending in ("ing", "ed"):
        if word.endswith(ending):
            stem = word.removesuffix(ending)
            bases += [stem, stem + "e"]
            bases += [stem[:-1]] if stem[-2:-1] == stem[-1:] else []
            bases += [stem[:-1] + "y"] if ending == "ed" and stem.endswith("i") else []
    return [base for base in bases if len(base) >= SHORTEST]


def _forms(base: str) -> list[str]:
    if base.endswith("e"):
        return [base, base + "s", base + "d", base[:-1] + "ing"]
    if base.endswith("y") and base[-2] not in VOWELS:
        return [base, base[:-1] + "ies", base[:-1] + "ied", base + "ing"]
    forms = [base, base + "s", base + "ed", base + "ing"]
    if base.endswith(("s", "x", "z", "ch", "sh")):
        forms.append(base + "es")
    if base[-1] not in VOWELS + "wxy" and base[-2] in VOWELS:
        forms += [base + base[-1] + "ed", base + base[-1] + "ing"]
    return forms
