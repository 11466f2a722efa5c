"""Provide a sentence model that repeats recorded scores."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from tracker.classify.encoder.run import SentenceScore
from tracker.classify.measure.stream import StreamEntry, read_lines
from tracker.classify.model.combine import SentenceModel
from tracker.classify.scoring import sentence_input
from tracker.classify.words.clean import clean


def load_recorded(
    path: Path, entries: Iterable[StreamEntry], others: SentenceModel | None = None
) -> "RecordedModel":
    """Load a sentence model that repeats the scores of `manage.py tune --scores`; `others` reads
    what has none, such as the items of a round-up headline.
    """
    by_id = {row["id"]: row for row in read_lines(path, path.read_text("utf-8"))}
    return RecordedModel(
        {
            sentence_input(clean(entry.text)): SentenceScore(
                by_id[entry.id]["event"], tuple(by_id[entry.id]["kinds"])
            )
            for entry in entries
            if entry.id in by_id
        },
        others,
    )


class RecordedModel:
    """Scores by title and summary, as encoder.Encoder gives them."""

    def __init__(
        self,
        sentence_scores: Mapping[tuple[str, str], SentenceScore],
        others: SentenceModel | None = None,
    ) -> None:
        self._sentence_scores = sentence_scores
        self._others = others

    def has(self, entry: StreamEntry) -> bool:
        """Return whether there is a score of the entry."""
        return sentence_input(clean(entry.text)) in self._sentence_scores

    def read(self, titles_and_summaries: Sequence[tuple[str, str]]) -> list[SentenceScore]:
        """Return the recorded scores. Raises KeyError for a text without one if there is no other
        model.
        """
        return [
            self._others.read([pair])[0]
            # An item of a round-up has no recorded score: only whole entries were scored.
            if self._others is not None and pair not in self._sentence_scores
            else self._sentence_scores[pair]
            for pair in titles_and_summaries
        ]
