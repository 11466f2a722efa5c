"""Split typed text into pieces, brackets and alternatives; pure.

kind:"ad ban" -lawsuit (RT OR Sputnik) last month
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from tracker.events.search.language.days import DATED, UNIT_WORDS

DEPTH = 5  # of nested brackets
# Words of a sentence that say nothing about an event; searched for only if quoted.
STOP_WORDS = frozenset(
    (
        *("a", "an", "the", "of", "in", "on", "at", "by", "for", "from", "to", "and", "with"),
        *("le", "la", "les", "des", "du", "dans", "sur", "par", "pour", "avec", "et"),
    )
)


def is_stop_word(word: str) -> bool:
    """Return whether a word says nothing about an event, also with a capital at the start of a
    sentence.
    """
    return word in STOP_WORDS or (word.istitle() and word.lower() in STOP_WORDS)


OPERATORS = frozenset(["OR", "AND", "NOT"])
BEGIN = re.compile(r"(?P<minus>-?)\((?!\))(?=\s*[^\s)])")
PIECE = re.compile(
    r"(?P<minus>-(?=[^\s\-]))?(?:(?P<name>[A-Za-z_]+):)?"
    r'(?:"(?P<quoted>[^"]*)"|(?P<bare>[^\s"]+))'
)
LAST = re.compile(r"last|past|this")


@dataclass(frozen=True)
class Piece:
    """A word, or a field with a value, as typed in `text`."""

    name: str
    value: str
    text: str
    is_excluded: bool = False
    is_quoted: bool = False

    @property
    def plain(self) -> str:
        """Return the word if it is one without quotes or a minus sign, else ""."""
        return "" if self.name or self.is_excluded or self.is_quoted else self.value


@dataclass(frozen=True)
class Bracket:
    """Alternatives of which one must hold, or none may."""

    alternatives: tuple[tuple["Piece | Bracket", ...], ...]
    is_excluded: bool = False


Node = Piece | Bracket
Alternatives = tuple[tuple[Node, ...], ...]


@dataclass(frozen=True)
class Typed:
    """A parsed text; `faults` are signs without a counterpart: "(", ")", "OR" or "NOT"."""

    alternatives: Alternatives
    faults: tuple[str, ...]


def read_pieces(text: str) -> Typed:
    """Read a text with balanced quotation marks."""
    reader = PieceReader(text)
    alternatives = reader.read(0)
    return Typed(alternatives, tuple(dict.fromkeys(reader.faults)))


class PieceReader:
    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0
        self.faults: list[str] = []

    def read(self, depth: int) -> Alternatives:
        """Read up to the closing bracket, or to the end."""
        rows: list[list[Node]] = [[]]
        for node in self._nodes(depth):
            if isinstance(node, Piece) and node.plain == "OR":
                rows.append([])
            else:
                rows[-1].append(node)
        if len(rows) > 1 and not all(rows):
            self.faults.append("OR")
        filled = (tuple(self._finish(row)) for row in rows if row)
        return tuple(row for row in filled if row)

    def _nodes(self, depth: int) -> Iterator[Node]:
        while self._at < len(self._text):
            begin = BEGIN.match(self._text, self._at)
            if begin and depth < DEPTH:
                self._at = begin.end()
                yield Bracket(self.read(depth + 1), bool(begin["minus"]))
                continue
            if depth and self._text[self._at] == ")":
                self._at += 1
                return
            piece = PIECE.match(self._text, self._at)
            if piece is None:
                self._at += 1
                continue
            yield from self._piece(piece, depth, is_too_deep=bool(begin))
        if depth:
            self.faults.append("(")

    def _piece(self, match: re.Match[str], depth: int, *, is_too_deep: bool) -> Iterator[Piece]:
        text = match[0]
        if match["quoted"] is None:
            # "RT)" ends the bracket, "f(x)" is a word, and ":)" where no bracket is open.
            ends = re.compile(r"\)$" if depth else r"\w\)+$")
            while text.count(")") > text.count("(") and ends.search(text):
                text = text[:-1]
        cut = len(match[0]) - len(text)
        if is_too_deep:
            self.faults.append("(")
        if cut and not depth:
            self.faults.append(")")
        # Within brackets a stray sign closes them; outside it is skipped.
        self._at = match.end() - (cut if depth else 0)
        yield _piece_of(match, text)

    def _finish(self, row: Sequence[Node]) -> Iterator[Node]:
        """Join operators and times of several words, and leave out stop words."""
        nodes = [node for node in _join_times(row) if not _is_plain(node, "AND")]
        for i, node in enumerate(nodes):
            before = nodes[i - 1] if i else None
            if _is_plain(node, "NOT"):
                if i + 1 == len(nodes):
                    self.faults.append("NOT")
            elif before is not None and _is_plain(before, "NOT"):
                yield replace(node, is_excluded=True)
            elif len(nodes) == 1 or not (isinstance(node, Piece) and is_stop_word(node.plain)):
                yield node


def _piece_of(match: re.Match[str], text: str) -> Piece:
    name = (match["name"] or "").lower()
    is_excluded, is_quoted = bool(match["minus"]), match["quoted"] is not None
    bare = match["bare"] or ""
    value = match["quoted"] if is_quoted else bare[: len(bare) - len(match[0]) + len(text)]
    if name and value.startswith("//"):  # a web address is one word
        return Piece("", text.removeprefix("-"), text, is_excluded)
    return Piece(name, value, text, is_excluded, is_quoted)


def _is_plain(node: Node, word: str) -> bool:
    return isinstance(node, Piece) and node.plain == word


def _join_times(row: Sequence[Node]) -> Iterator[Node]:
    """Yield "last month", "past 7 days" and `since:last month` as one piece each."""
    i = 0
    while i < len(row):
        length = _length_of_time(row, i)
        if length > 1:
            first, *others = row[i : i + length]
            if isinstance(first, Piece):
                values = [first.value, *(p.value for p in others if isinstance(p, Piece))]
                texts = [first.text, *(p.text for p in others if isinstance(p, Piece))]
                yield replace(
                    first, name=first.name or "date", value="-".join(values), text=" ".join(texts)
                )
        else:
            yield row[i]
        i += length


def _length_of_time(row: Sequence[Node], i: int) -> int:
    """Return the number of pieces of a time that begins at piece `i`; 1 for any other piece."""
    first = row[i]
    if not isinstance(first, Piece) or first.is_excluded or first.is_quoted:
        return 1
    if first.name not in {"", *DATED} or not LAST.fullmatch(first.value.lower()):
        return 1
    words = [p.plain.lower() if isinstance(p, Piece) else "" for p in row[i + 1 : i + 3]]
    if words and words[0] in UNIT_WORDS:
        return 2
    return 3 if len(words) == 2 and words[0].isdecimal() and words[1] in UNIT_WORDS else 1
