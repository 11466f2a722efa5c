"""Quote an article's first sentence, kept short; pure."""

import re

from tracker.classify.letters.folding import fold

# Few words, so that we quote a publisher and do not replace it.
QUOTED = 200  # characters
SLACK = 20
# Neither after an initial ("U.S. rules", "J. Doe"), a title or a day ("29. November"), nor before a
# small letter.
SENTENCE_END = re.compile(
    r"(?<![\s.]\w)(?<!\s\d\d)(?<!\bMr)(?<!\bMrs)(?<!\bDr)[.!?…؟۔]+[\"”»’)]*(?=\s+[^\sa-zß-ÿа-я])"
    r"|[。！？]+[」』”]*"
)


def sentence_length(text: str, limit: int) -> int:
    """Return how long the first sentence of a text is, at most `limit`."""
    match = SENTENCE_END.search(text)
    return min(match.end() if match else len(text), limit)


def first_sentence(title: str, summary: str) -> str:
    """Return the first sentence of an article's summary, cut at a word if it is long; "" if it only
    repeats the title.
    """
    words = " ".join(summary.split())
    # Folding costs most of this, and only the beginning can repeat the title.
    beginning, name = fold(words[: 2 * len(title) + SLACK]), fold(title)
    is_whole = len(words) <= 2 * len(title) + SLACK
    if not words or beginning.startswith(name) or (is_whole and beginning in name):
        return ""
    sentence = words[: sentence_length(words, len(words))]
    if len(sentence) <= QUOTED:
        return sentence
    cut = sentence[: QUOTED - 1]
    # A text without spaces is cut anywhere; otherwise no word is cut in two.
    return f"{cut.rpartition(' ')[0] or cut}…"
