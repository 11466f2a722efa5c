"""Measure classifications against labels; pure."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from tracker.classify.classification import Classification
from tracker.classify.kinds import Kind

BINS = (0.0, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 1.0)


@dataclass(frozen=True)
class Label:
    """The label of an entry; no kinds for no event."""

    language: str
    kinds: tuple[str, ...]
    platforms: frozenset[str]
    targets: frozenset[str]
    occurred: str
    coverage: str


Pair = tuple[Label, Classification]


@dataclass(frozen=True)
class Rate:
    """Precision, recall and their harmonic mean, 0 where there is nothing to count."""

    precision: float
    recall: float

    @property
    def f1(self) -> float:
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0.0


def relevance(pairs: Sequence[Pair]) -> Rate:
    """Return precision and recall of being an event."""
    return _rate(
        ({"event"} if c.kinds else set(), {"event"} if w.kinds else set()) for w, c in pairs
    )


def kind_accuracy(pairs: Sequence[Pair]) -> tuple[float, float]:
    """Return whether the main kind is one of the label's: of entries found relevant, and of all
    events.
    """
    events = [(w, c) for w, c in pairs if w.kinds]
    relevant = [(w, c) for w, c in events if c.kinds]
    right = sum(c.kinds[0] in w.kinds for w, c in relevant)
    return _share(right, len(relevant)), _share(right, len(events))


def kind_f1(pairs: Sequence[Pair]) -> dict[str, float]:
    """Return F1 of each main kind against the others; any of the label's kinds counts, for that
    kind.
    """
    rows = [(c.kinds[0].value if c.kinds else "", w) for w, c in pairs]
    labels = [predicted if predicted in w.kinds else (w.kinds or ("",))[0] for predicted, w in rows]
    return {
        kind.value: _rate(
            ({predicted} & {kind.value}, {label} & {kind.value})
            for (predicted, _), label in zip(rows, labels, strict=True)
        ).f1
        for kind in Kind
        if any(w.kinds[:1] == (kind.value,) for w, _ in pairs)
    }


def names_rate(
    pairs: Sequence[Pair], field: Callable[[Label | Classification], Iterable[str]]
) -> Rate:
    """Return precision and recall of the names in a field of the events, as sets, whatever their
    case.
    """
    return _rate(
        ({n.casefold() for n in field(c)}, {n.casefold() for n in field(w)})
        for w, c in pairs
        if w.kinds
    )


def days_share(pairs: Sequence[Pair]) -> float:
    """Return the share of labelled days that the text was read to tell exactly."""
    # The day of publication is a fallback, not a reading, so it does not count.
    dated = [(w, c) for w, c in pairs if w.kinds and w.occurred]
    return _share(
        sum(c.occurred_source == "text" and c.occurred == w.occurred for w, c in dated), len(dated)
    )


def coverage_share(pairs: Sequence[Pair]) -> float:
    """Return the share of the events found whose coverage is right."""
    relevant = [(w, c) for w, c in pairs if w.kinds and c.kinds]
    return _share(sum(c.coverage.value == w.coverage for w, c in relevant), len(relevant))


def confidence_bins(pairs: Sequence[Pair]) -> list[tuple[float, float, int, float]]:
    """Return for each bin of confidence in an event: from, to, how many, and the share with a right
    main kind.
    """
    answers = [(c.confidence, c.kinds[0] in w.kinds) for w, c in pairs if c.kinds]
    rows = []
    for low, high in pairwise(BINS):
        inside = [right for sure, right in answers if low <= sure < high]
        if inside:
            rows.append((low, high, len(inside), _share(sum(inside), len(inside))))
    return rows


def review_load(pairs: Sequence[Pair], precision: float) -> float | None:
    """Return the share of found events that an editor must see, the least sure first, so that of
    the rest `precision` are right in their main kind; None if even the surest are not.
    """
    answers = sorted(
        ((c.confidence, c.kinds[0] in w.kinds) for w, c in pairs if c.kinds), reverse=True
    )
    best = right = 0
    for number, (_, is_right) in enumerate(answers, 1):
        right += is_right
        if right / number >= precision:
            best = number
    return 1 - best / len(answers) if best else None


def _rate(sets: Iterable[tuple[set[str], set[str]]]) -> Rate:
    right = predicted = labelled = 0
    for names, expected in sets:
        right += len(names & expected)
        predicted += len(names)
        labelled += len(expected)
    return Rate(_share(right, predicted), _share(right, labelled))


def _share(part: int, whole: int) -> float:
    return part / whole if whole else 0.0
