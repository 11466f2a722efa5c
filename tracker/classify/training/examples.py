"""The project's own headlines, with what they say: what the weights are made from.

One file a language, data/training/xx.txt: a heading "[kind, kind] coverage" (kinds with the main
one first, "none" for no event; coverage "report" if left out), then headlines, one a line. A line
may go on after " | " with a summary.
"""

import hashlib
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from tracker.classify.classification import Role
from tracker.classify.data_files import DATA
from tracker.classify.kinds import Kind
from tracker.classify.text import Text

FOLDER = DATA / "training"
PRIOR_NAME = "prior.json"
# Read for facts, not for what the text reports: no feature of the weights reads them.
NAME_LISTS = {
    *("kind_words.toml", "names.toml", "roles.toml", "common_words.toml", "lengths.toml"),
    *("surnames.toml", "laws.toml", "circumstances.toml", "statements.toml"),
    "function_words.toml",
}
HEADING = re.compile(r"\[([^\]]*)\]\s*(\w*)")


class TrainingError(ValueError):
    """A training file that cannot be used; the text names file and line."""


@dataclass(frozen=True)
class Example:
    """A text and what it says: kinds with the main one first, none for no event."""

    text: Text
    kinds: tuple[Kind, ...] = ()
    coverage: Role = Role.NONE

    @property
    def label(self) -> str:
        """The main kind, "" for no event."""
        return self.kinds[0].value if self.kinds else ""


@cache
def data_version() -> str:
    """Hash everything that weights depend on: word lists, examples, prior."""
    checksum = hashlib.sha256()
    for path in sorted(DATA.rglob("*")):
        # The order of the files is part of the hash: a renamed one must stay in its place or the
        # weights count as old.
        is_list = path.suffix in {".toml", ".txt"} and path.name not in NAME_LISTS
        if is_list or path.name == PRIOR_NAME:
            checksum.update(path.read_bytes())
    return checksum.hexdigest()[:12]


def read_examples(folder: Path = FOLDER) -> list[Example]:
    """Read every example of the folder, by language and line. Raises TrainingError."""
    return [example for path in sorted(folder.glob("*.txt")) for example in _read(path)]


def _read(path: Path) -> Iterator[Example]:
    kinds: tuple[Kind, ...] | None = None
    coverage = Role.NONE
    for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
        if not line.strip():
            continue
        heading = HEADING.fullmatch(line.strip())
        try:
            if heading:
                kinds, coverage = _parse_heading(heading[1], heading[2])
                continue
        except ValueError as error:
            raise TrainingError(f"{path.name}, line {number}: {error}") from None
        if kinds is None:
            raise TrainingError(f"{path.name}, line {number}: no heading above it")
        title, _, summary = line.partition(" | ")
        yield Example(Text(title.strip(), summary.strip(), language=path.stem), kinds, coverage)


def _parse_heading(kinds: str, coverage: str) -> tuple[tuple[Kind, ...], Role]:
    if kinds.strip() == "none":
        return (), Role.NONE
    parsed = tuple(Kind(name.strip()) for name in kinds.split(","))
    return parsed, Role(coverage or Role.REPORT)


def with_summaries(given: list[Example]) -> list[Example]:
    """Add each example without a summary once more, with the next headline of the same language and
    kinds as its summary: two wordings of the same, as feeds have them.
    """
    alike: dict[tuple[str, tuple[Kind, ...]], list[Example]] = defaultdict(list)
    for example in given:
        alike[example.text.language, example.kinds].append(example)
    # Feeds come with summaries, our headlines do not (decision of 25 November).
    doubled = list(given)
    for group in alike.values():
        for example, other in zip(group, group[1:] + group[:1], strict=True):
            if not example.text.summary and example is not other:
                doubled.append(
                    replace(example, text=replace(example.text, summary=other.text.title))
                )
    return doubled
