"""Compare two sets of weights on the newest entries and on those that editors decided."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date
from pathlib import Path

from django.conf import settings

from tracker import classify
from tracker.classify import Classification, Kind, SentenceModel, Text, Weights, encoder
from tracker.classify.encoder.run import SentenceScore
from tracker.classify.measure.natural import BandCounts, count_band, natural_pairs
from tracker.classify.measure.stream import read_stream
from tracker.classify.words.lexicon import lexicon_of_names
from tracker.classify.words.matching import Lexicon
from tracker.events.consensus.settle import confidence_bands
from tracker.events.learning.corrections import correction_examples
from tracker.events.record.entities import names_by_editors
from tracker.feeds.models import Entry

NEWEST = 1_000  # newest entries, whatever they are about
SAMPLE = 20  # changed entries to show


@dataclass(frozen=True)
class TakenCounts:
    """Counts of the newest entries: shown as events, and unsure."""

    shown: int
    unsure: int


@dataclass(frozen=True)
class ChangedEntry:
    """An entry with its main kind by both weights, "" for no event."""

    entry: int
    before: str
    after: str


@dataclass(frozen=True)
class Trial:
    """How two weights differ. `right_…` count correct entries among those whose kind editors
    `decided`; `natural` counts labelled entries at their natural rate (the setting STREAM_DIR), if
    there are any.
    """

    entries: int
    before: TakenCounts
    after: TakenCounts
    decided: int
    right_before: int
    right_after: int
    changed: int
    sample: tuple[ChangedEntry, ...]
    natural: tuple[BandCounts, BandCounts] | None


def try_weights(before: Weights | None, after: Weights | None) -> Trial:
    """Compare two sets of weights (None for the shipped ones) on entries received and
    decided here.
    """
    loaded = encoder.load()
    sentence = _CachingModel(loaded) if loaded is not None else None
    names = lexicon_of_names(names_by_editors())
    readers = _Reader(before, names, sentence), _Reader(after, names, sentence)
    newest = list(Entry.objects.order_by("-pk")[:NEWEST])
    pairs = [tuple(reader.read_entry(entry) for reader in readers) for entry in newest]
    changes = [
        ChangedEntry(entry.pk, *(_main_kind(answer) for answer in answers))
        for entry, answers in zip(newest, pairs, strict=True)
        if _outcome(answers[0]) != _outcome(answers[1])
    ]
    examples = [example for _event, example in correction_examples()]
    right = [
        sum(_main_kind(reader.read(example.text)) == example.label for example in examples)
        for reader in readers
    ]
    return Trial(
        entries=len(newest),
        before=_counts(answers[0] for answers in pairs),
        after=_counts(answers[1] for answers in pairs),
        decided=len(examples),
        right_before=right[0],
        right_after=right[1],
        changed=len(changes),
        sample=tuple(changes[:SAMPLE]),
        natural=_natural(readers),
    )


@dataclass(frozen=True)
class _Reader:
    """Classifies with given weights, as entries are classified when they arrive."""

    weights: Weights | None
    names: Lexicon
    sentence: SentenceModel | None

    def read_entry(self, entry: Entry) -> Classification:
        published = entry.published_at.astimezone(UTC).date() if entry.published_at else None
        text = Text(entry.title, entry.summary, entry.body, entry.language)
        return self.read(text, published)

    def read(self, text: Text, published: date | None = None) -> Classification:
        return classify.classify(
            text, published, self.weights, self.names, self.sentence, confidence_bands()
        )


class _CachingModel:
    """A sentence model that caches its scores, which are the same for all weights."""

    def __init__(self, model: SentenceModel) -> None:
        self.model = model
        self.scores: dict[tuple[str, str], SentenceScore] = {}

    def read(self, titles_and_summaries: Sequence[tuple[str, str]]) -> list[SentenceScore]:
        """Return one score a text."""
        unread = [text for text in titles_and_summaries if text not in self.scores]
        if unread:
            self.scores.update(zip(unread, self.model.read(unread), strict=True))
        return [self.scores[text] for text in titles_and_summaries]


def _natural(readers: tuple[_Reader, _Reader]) -> tuple[BandCounts, BandCounts] | None:
    if not settings.STREAM_DIR:
        return None
    entries = read_stream(Path(settings.STREAM_DIR))
    before, after = (
        count_band(natural_pairs((entry, reader.read(entry.text)) for entry in entries), _is_shown)
        for reader in readers
    )
    return before, after


def _is_shown(answer: Classification) -> bool:
    return answer.shown


def _counts(answers: Iterable[Classification]) -> TakenCounts:
    events = [answer for answer in answers if answer.is_event]
    shown = sum(answer.shown for answer in events)
    return TakenCounts(shown, len(events) - shown)


def _outcome(answer: Classification) -> tuple[str, bool]:
    return _main_kind(answer), answer.shown


def _main_kind(answer: Classification) -> str:
    kinds: tuple[Kind, ...] = answer.kinds
    return kinds[0].value if kinds else ""
