"""Entries of real feeds at their natural rate, with labels of those that somebody read.

FOLDER holds *.jsonl.gz (id, src, lang, title, summary, published) and labels.jsonl or
stream-labels.jsonl (id, kinds, platforms, targets, doubt, why, event). What has no label is no act,
but for about one in a thousand. Those of NOT_NATURAL were picked and say nothing about rates. No
such text is part of this repository.
"""

import gzip
import hashlib
import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tracker.classify.kinds import Kind
from tracker.classify.text import Text

NOT_NATURAL = {"picked"}


class StreamError(ValueError):
    """A file that cannot be read; the text names it and the line."""


@dataclass(frozen=True)
class StreamEntry:
    """An entry and its label: `kinds` empty for no act. `why` says what it is instead of an act,
    `is_labelled` whether somebody read it, `is_natural` whether it was drawn without regard to
    what it says.
    """

    id: str
    text: Text
    published: str
    kinds: tuple[Kind, ...] = ()
    platforms: tuple[str, ...] = ()
    targets: tuple[str, ...] = ()
    event: str = ""
    scope: str = ""
    why: str = ""
    is_doubtful: bool = False
    is_labelled: bool = False
    is_natural: bool = True


def read_stream(folder: Path) -> list[StreamEntry]:
    """Read every entry, in the order of the files. Raises StreamError."""
    labels = {
        row["id"]: row
        for path in sorted(folder.glob("*labels*.jsonl"))
        for row in read_lines(path, path.read_text("utf-8"))
    }
    entries = []
    for path in sorted(folder.glob("*.jsonl.gz")):
        is_natural = path.name.partition(".")[0] not in NOT_NATURAL
        with gzip.open(path, "rt", encoding="utf-8") as file:
            entries += [_entry(row, labels, is_natural) for row in read_lines(path, file.read())]
    if not entries:
        raise StreamError(f"{folder} holds no *.jsonl.gz")
    return entries


def hashes(folder: Path) -> dict[str, str]:
    """Return name -> SHA-256 of the files that read_stream reads."""
    paths = sorted(
        [*folder.glob("*labels*.jsonl"), *folder.glob("*.jsonl.gz"), *folder.glob("*.txt")]
    )
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in paths}


def read_lines(path: Path, text: str) -> Iterator[dict[str, Any]]:
    for number, line in enumerate(text.split("\n"), 1):
        if line.strip():
            try:
                yield json.loads(line)
            except ValueError as error:
                raise StreamError(f"{path.name}, line {number}: {error}") from None


def _entry(row: dict[str, Any], labels: dict[str, Any], is_natural: bool) -> StreamEntry:
    label = labels.get(row["id"], {})
    language = row.get("lang") or ""
    return StreamEntry(
        id=row["id"],
        text=Text(row["title"], row.get("summary") or "", language=language.strip("?")),
        published=(row.get("published") or "")[:10],
        kinds=tuple(Kind(kind) for kind in label.get("kinds", ())),
        platforms=tuple(label.get("platforms", ())),
        targets=tuple(label.get("targets", ())),
        event=label.get("event", ""),
        scope=label.get("scope", ""),
        why=label.get("why", ""),
        is_doubtful=bool(label.get("doubt")),
        is_labelled=bool(label),
        is_natural=is_natural,
    )


def folds_of(entries: Sequence[StreamEntry], count: int) -> list[int]:
    """Return a fold for each entry, whole months together, so that reports of one act mostly share
    one; the acts spread evenly.
    """
    months: Counter[str] = Counter()
    for entry in entries:
        # An act weighs as much as twenty other entries: there are two in a thousand, and each fold
        # needs its share.
        months[entry.published[:7]] += 20 if entry.kinds else 1
    loads, fold_of_month = [0] * count, dict[str, int]()
    for month, load in sorted(months.items(), key=lambda item: (-item[1], item[0])):
        lightest = loads.index(min(loads))
        fold_of_month[month] = lightest
        loads[lightest] += load
    return [fold_of_month[entry.published[:7]] for entry in entries]
