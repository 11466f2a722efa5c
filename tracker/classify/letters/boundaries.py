"""Find where a word begins and ends, in each script: between letters and others in alphabets, after
a joined "and" or "the" in Arabic and Hebrew, before a particle in Korean.
"""

import re

from tracker.classify.letters.characters import FIRST_JOINED, is_joined_script, is_word_letter

ARABIC, HEBREW, INDIC = "\u0620-\u065f\u066e-\u06d3", "א-ת", "\u0900-\u0963\u0971-\u0dff"
# "and", "the", "in", "for", "as", written as one with a name; what a name itself may take behind.
GLUED = {
    ARABIC: (
        re.compile("(?:[وف]?(?:ال|لل|[بكل]ال|[بكلس])?|وال|ول)$"),
        re.compile(f"(?:يه|ي|ات|هاي|ها|يها|ش|م|ا)?(?![{ARABIC}])"),
    ),
    HEBREW: (re.compile("[והבלמכש]{0,3}$"), re.compile(f"(?:ית|ים|י|'ס)?(?![{HEBREW}])")),
    INDIC: (re.compile("$"), re.compile(f"(?:ों|ें|े|ी|ा|ियों|ाई)?(?![{INDIC}])")),
}
LETTERS = {script: re.compile(f"[{script}]") for script in GLUED}
HANGUL, KATAKANA = re.compile("[가-힣]"), re.compile("[ァ-ヺー]")
# names of up to this many letters may also be parts of other words
SHORT_HANGUL, SHORT_KATAKANA = 2, 3
# What follows a Korean name: particles, and nouns that form one word with it.
PARTICLES = re.compile(
    "이|가|은|는|을|를|에|의|로|으로|와|과|도|만|서|측|사|나|랑|등|내|부터|까지|처럼|보다"
    "|코리아|계정|채널|앱|방송|게시|영상|광고|플랫폼|지도|뉴스|클라우드|플레이|스토어|페이"
)
LONGEST_PREFIX = 4


def is_boundary(outside: str, inside: str) -> bool:
    """Return whether a word may end between these two characters."""
    if not outside.isalnum():
        return True
    # Asked at each place where a listed word may begin, nearly always in an alphabet.
    if outside < FIRST_JOINED and inside < FIRST_JOINED:
        return False
    return is_joined_script(outside) or is_joined_script(inside)


def continues_word(outside: str, inside: str) -> bool:
    """Return whether a word that may have any ending goes on with `outside`."""
    return (
        is_word_letter(outside) and not is_joined_script(outside) and not is_joined_script(inside)
    )


def stands_alone(text: str, start: int, end: int) -> bool:
    """Return whether a name in a script without capitals is a word of its own there, not part of
    another.
    """
    first = text[start]
    if first.isascii():
        return True
    for script, (before, behind) in GLUED.items():
        if LETTERS[script].match(first):
            return _is_glued(text, start, LETTERS[script], before) and bool(behind.match(text, end))
    # A name of two syllables may be part of longer words; a longer one rarely is.
    if HANGUL.match(first) and end - start <= SHORT_HANGUL:
        after = text[end : end + 1]
        is_begun = not start or not HANGUL.match(text[start - 1])
        is_ended = not HANGUL.match(after) or PARTICLES.match(text, end) is not None
        return is_begun and is_ended
    if KATAKANA.match(first) and end - start <= SHORT_KATAKANA:
        return not (start and KATAKANA.match(text[start - 1])) and not KATAKANA.match(text, end)
    return True


def _is_glued(text: str, start: int, letter: re.Pattern[str], before: re.Pattern[str]) -> bool:
    """Return whether nothing but joined words is between the name and the edge before it."""
    first = start
    while first and letter.match(text[first - 1]):
        first -= 1
        if start - first > LONGEST_PREFIX:
            return False
    return before.fullmatch(text, first, start) is not None
