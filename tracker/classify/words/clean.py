"""Remove what feeds add to an entry: links, credits, "follow us", the paper's own name. Removed
words become spaces, so that offsets stay valid. Pure, and linear in the length of the text.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import cache

import ahocorasick

from tracker.classify.data_files import DATA, read_rows
from tracker.classify.letters.boundaries import is_boundary
from tracker.classify.letters.characters import is_joined_script, is_joined_text
from tracker.classify.letters.folding import fold, folding
from tracker.classify.text import Text

# The rest of a sentence; a full stop inside an address ends none.
TAIL = r"(?:[^.!?|।。]|\.(?=\S)){0,160}[.!?।。]?"
BETWEEN = r"[^।。|]{1,300}?"
PLACES = (
    r"x|twitter|facebook|instagram|youtube|tiktok|telegram|whatsapp|weibo|微博|linkedin|threads|reddit"
    r"|screenshot|screengrab|file|archive|handout|archiv|твиттер|фейсбук|телеграм|ютуб"
)
WORDS = r"@?[\w.'-]{1,30}(?: @?[\w.'-]{1,30}){0,3}"
# What each row of boilerplate.toml, or the beginning of a link, goes on with.
GOES_ON = {
    "first_appeared": TAIL,
    "until_end": TAIL,
    "since_start": TAIL,
    "more": r'(?: (?:on|at|in|auf|sur|en|na|bei) \S{1,30})? ?(?:[.…">→:]+|\[…\]|$)',
    "credit": rf"(?: by| courtesy)? ?: ?"
    rf"(?:{WORDS} ?/ ?{WORDS}|@\w{{1,30}}|(?:{PLACES})(?= ?(?:[.,;|()]|$))"
    r"|[^.!?|()]{1,60}(?=\)))",
}
# The beginning of a line of links, and what it goes on with.
LINKS = {
    "http://": r"\S{1,300}",
    "https://": r"\S{1,300}",
    "www.": r"\S{1,200}",
    "pic.twitter.com/": r"\S{1,60}",
    "t.co/": r"\S{1,60}",
    "youtu.be/": r"\S{1,60}",
    "t.me/": r"\S{1,60}",
    "fb.me/": r"\S{1,60}",
    "article url:": "",
    "comments url:": "",
    "points: ": r"\d+",
    "# comments: ": r"\d+",
    "submitted by": r" {1,4}/?u/\S{1,40}(?: {1,4}to {0,4}/?r/\S{1,40})?",
    "[link]": "",
    "[comments]": "",
    "via ": r"(?:@\w{1,30}|twitter|x|facebook|instagram|youtube|tiktok|reddit|telegram)\)? ?$",
    "all rights reserved": r"\.?",
    "copyright ": r"(?:© ?)?20\d\d[^.!?|]{0,80}",
    "(c) 20": r"\d\d[^.!?|]{0,80}",
    "©": r" ?(?:20\d\d[^.!?|]{0,80}|[\w/]{1,30})",
    "(photo": r"[^()]{1,80}\)",
    "(image": r"[^()]{1,80}\)",
    "(screenshot": r"[^()]{1,80}\)",
    "(foto": r"[^()]{1,80}\)",
    # Of an embedded tweet: - Name (@handle) May 3, 2023
    "(@": r"\w{1,20}\)(?: \w{3,12} \d{1,2}, 20\d\d)?",
} | {f"{name}:": r" ?@\w{1,30}" for name in ("twitter", "x", "instagram", "telegram", "threads")}
IN_TITLES = {"http://", "https://", "www.", "pic.twitter.com/", "t.co/", "via "}
LOOK_BACK = 120
SUFFIX = re.compile(r"(?: [-–—|·]|[|｜丨_]) ?(?P<name>[^-–—|｜丨_,]{2,45})$")
SUFFIX_WORDS = 5
LEAST_LEFT = 12  # characters of a title before a publisher's name; of a joined script half as many


def clean(text: Text) -> Text:
    """Blank boilerplate in an entry, in as much of each zone as is read."""
    zones = text.zones()
    return replace(
        text,
        title=clean_title(zones["title"]),
        summary=clean_summary(zones["summary"]),
        body=clean_summary(zones["body"]),
    )


def clean_title(title: str) -> str:
    """Cut the publisher's name and addresses from a title."""
    return _blank(title, [*_boilerplate_spans(title, in_title=True), *_publisher_span(title)])


def clean_summary(words: str) -> str:
    """Cut link lines, credits and calls to follow or subscribe from a summary or a full text."""
    return _blank(words, _boilerplate_spans(words))


def _publisher_span(title: str) -> Iterator[tuple[int, int]]:
    """Yield the name of a paper or station that a feed puts after its titles."""
    match = SUFFIX.search(title)
    if match is None or match.start() * (1 + is_joined_text(title)) < LEAST_LEFT:
        return
    name = match["name"].strip()
    # A dash may also divide a sentence: only what reads like a paper or station goes.
    is_name = not name[:1].islower() and len(name.split()) <= SUFFIX_WORDS
    if is_name and _publishers().search(fold(name)):
        yield match.start(), len(title)


# Every repeat has a limit, so a hostile text costs its length and no more; the automaton finds all
# openings in one pass.
def _boilerplate_spans(text: str, *, in_title: bool = False) -> Iterator[tuple[int, int]]:
    folded = folding(text)
    letters = folded.text
    for last, group in _openings().iter(letters):
        for opening, row, pattern in group:
            start = last + 1 - len(opening)
            if in_title and opening not in IN_TITLES:
                continue
            if opening[0].isalnum() and start and not is_boundary(letters[start - 1], opening[0]):
                continue
            if match := pattern.match(letters, last + 1):
                yield folded.span(_start_of_line(letters, start, row), match.end())


def _start_of_line(letters: str, start: int, row: str) -> int:
    """Return where the line begins: with its opening, or with the sentence it ends."""
    if row == "since_start":
        return max([start - LOOK_BACK, *(letters.rfind(end, 0, start) + 1 for end in ".!?|।。")])
    if row == "(@":
        return max(letters.rfind("- ", max(0, start - LOOK_BACK // 2), start), 0) or start
    return start


def _blank(text: str, spans: Iterable[tuple[int, int]]) -> str:
    """Put a full stop and spaces where the spans stood: what stood before and behind belongs to two
    sentences.
    """
    letters = None
    for start, end in spans:
        letters = letters or list(text)
        letters[start:end] = " " * (end - start)
        # Else the words before and behind would make a pair that the text does not.
        if end - start > 2 and text[end:].strip():
            letters[start + 1] = "."
    return "".join(letters) if letters else text


def row_phrases(row: str) -> list[str]:
    """Return the phrases of a row, folded; the longest first."""
    words = read_rows(DATA / "boilerplate.toml")[row]["words"]  # type: ignore[index]
    return sorted((fold(word.strip()) for word in words.split(" | ")), key=len, reverse=True)


@cache
def _openings() -> ahocorasick.Automaton:
    """Return what lines of boilerplate begin with -> (opening, row, the pattern of what
    follows).
    """
    patterns: dict[str, list[tuple[str, str, re.Pattern[str]]]] = defaultdict(list)
    for row, goes_on in GOES_ON.items():
        for phrase in row_phrases(row):
            opening, *more = re.split(" ?… ?", phrase)
            between = "".join(BETWEEN + re.escape(piece) for piece in more)
            patterns[opening].append((opening, row, re.compile(between + goes_on)))
    for opening, goes_on in LINKS.items():
        patterns[opening].append((opening, opening, re.compile(goes_on)))
    automaton = ahocorasick.Automaton()
    for opening, group in patterns.items():
        automaton.add_word(opening, tuple(group))
    automaton.make_automaton()
    return automaton


@cache
def _publishers() -> re.Pattern[str]:
    names = row_phrases("publisher")
    joined = "|".join(re.escape(name) for name in names if is_joined_script(name[0]))
    others = "|".join(re.escape(name) for name in names if not is_joined_script(name[0]))
    return re.compile(rf"(?<!\w)(?:{others})(?!\w)|{joined}|\.(?:com|org|net|de|fr)$")
