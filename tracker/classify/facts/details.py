"""Find what distinguishes an act from others of its kind: unlisted title words, and numbers."""

import re
from collections.abc import Mapping, Sequence

from tracker.classify.letters.folding import fold
from tracker.classify.words.mention import Mention

STEM = 6  # letters of a word that are used, so that endings do not matter
LEAST_WORD = 4  # minimum letters of a word that is used
LIMIT = 40
GENERAL = {"concept", "platform"}  # their words occur in every report of such an act
WORD = re.compile(rf"[^\W\d_]{{{LEAST_WORD},}}")
JOINED = re.compile(r"[\u3040-\u9fff\uac00-\ud7af]{2,}")
NUMBER = re.compile(r"\d[\d.,]*\d")
YEAR = re.compile(r"(19|20)\d\d")
# What a title ends with after a dash or a bar: the publisher's name, if its words have capitals.
SUFFIX = re.compile(r"\s[-–—|•·]\s(?P<name>[^-–—|•·\n]{2,40})\s*$")
SUFFIX_WORDS = 4
LEAST_BEFORE = 20  # characters of the title before it; of a joined script fewer say as much


def find_details(
    zones: Mapping[str, str], mentions: Mapping[str, Sequence[Mention]]
) -> tuple[str, ...]:
    """Return stems, pairs of characters in joined scripts, numbers of two digits and
    more; sorted.
    """
    headline = zones["title"][: end_of_content(zones["title"])]
    title = list(headline)
    # Every report of such an act has these words, so they distinguish nothing.
    for mention in mentions["title"]:
        if mention.table in GENERAL and mention.end <= len(title):
            title[mention.start : mention.end] = " " * (mention.end - mention.start)
    remaining = fold("".join(title))
    details = {w[:STEM] for w in WORD.findall(remaining) if w.isascii() or ord(w[0]) < 0x3000}
    # Scripts without spaces have no word boundaries; two characters are usually one word.
    for run in JOINED.findall(remaining):
        details.update(run[i : i + 2] for i in range(len(run) - 1))
    numbers = NUMBER.findall(f"{headline} {zones['summary']}")
    details.update(n for n in numbers if not YEAR.fullmatch(n))
    return tuple(sorted(details)[:LIMIT])


def end_of_content(title: str) -> int:
    """Return where the publisher's name begins; the length of the title if there is none."""
    match = SUFFIX.search(title)
    if not match:
        return len(title)
    words = match["name"].split()
    is_name = len(words) <= SUFFIX_WORDS and all(not word[0].islower() for word in words)
    is_behind_enough = match.start() >= LEAST_BEFORE or bool(JOINED.match(title))
    return match.start() if is_name and is_behind_enough else len(title)
