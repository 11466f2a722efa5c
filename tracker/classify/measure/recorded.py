"""A sentence model that repeats recorded scores."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from tracker.classify.encoder.run import Opinion
from tracker.classify.measure.stream import StreamEntry, _rows
from tracker.classify.model.combine import SentenceReader
from tracker.classify.scoring import sentence_of
from tracker.classify.words.boilerplate import clean


def recorded(
    path: Path, entries: Iterable[StreamEntry], others: SentenceReader | None = None
) -> "RecordedReader":
    """A sentence reader that repeats the scores of `manage.py tune --scores`; `others` reads what
    has none, such as the items of a round-up headline.
    """
    by_id = {row["id"]: row for row in _rows(path, path.read_text("utf-8"))}
    return RecordedReader(
        {
            sentence_of(clean(entry.text)): Opinion(
                by_id[entry.id]["event"], tuple(by_id[entry.id]["kinds"])
            )
            for entry in entries
            if entry.id in by_id
        },
        others,
    )


class RecordedReader:
    """Scores by title and summary, as encoder.Encoder gives them."""

    def __init__(
        self,
        opinions: Mapping[tuple[str, str], Opinion],
        others: SentenceReader | None = None,
    ) -> None:
        self._opinions = opinions
        self._others = others

    def has(self, entry: StreamEntry) -> bool:
        """Whether there is a score of the entry."""
        return sentence_of(clean(entry.text)) in self._opinions

    def read(self, titles_and_summaries: Sequence[tuple[str, str]]) -> list[Opinion]:
        """Raises KeyError for a text without a score if there is no other reader."""
        return [
            self._others.read([pair])[0]
            if self._others is not None and pair not in self._opinions
            else self._opinions[pair]
            for pair in titles_and_summaries
        ]
