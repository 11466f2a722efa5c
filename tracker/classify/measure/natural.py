"""Measure accuracy at the rate of acts in ordinary feeds; pure. Entries with a disputable label do
not count.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from tracker.classify.classification import Classification
from tracker.classify.measure.stream import StreamEntry

SURE = 0.9
STEPS = (0.0, 0.02, 0.05, 0.1, 0.2, 0.35, 0.5, 0.65, 0.8, 0.9, 0.95, 1.0)
Pair = tuple[StreamEntry, Classification]


@dataclass(frozen=True)
class BandCounts:
    """Counts of a band: all entries, acts among them, entries taken for acts, and correct ones."""

    entries: int
    acts: int
    taken: int
    right: int

    @property
    def precision(self) -> float:
        """Of those taken, the share that are acts."""
        return self.right / self.taken if self.taken else 0.0

    @property
    def recall(self) -> float:
        """Of the acts, the share that was taken."""
        return self.right / self.acts if self.acts else 0.0

    @property
    def false_in_thousand(self) -> float:
        """Entries wrongly taken, of a thousand."""
        return 1000 * (self.taken - self.right) / self.entries if self.entries else 0.0


def natural_pairs(pairs: Iterable[Pair]) -> list[Pair]:
    """Return those that say something about rates: drawn without regard to content, label not in
    doubt.
    """
    # Entries picked for their content say nothing about rates, and a doubtful label would measure
    # the labeller.
    return [(e, c) for e, c in pairs if e.is_natural and not e.is_doubtful]


def count_band(pairs: Sequence[Pair], is_taken: Callable[[Classification], bool]) -> BandCounts:
    """Count of one band, such as `lambda c: c.shown`."""
    taken = [(entry, answer) for entry, answer in pairs if is_taken(answer)]
    return BandCounts(
        entries=len(pairs),
        acts=sum(bool(entry.kinds) for entry, _ in pairs),
        taken=len(taken),
        right=sum(bool(entry.kinds) for entry, _ in taken),
    )


def count_by_kind(pairs: Sequence[Pair]) -> dict[str, tuple[int, int]]:
    """Count what is shown by predicted kind: (taken, really acts)."""
    counts: dict[str, tuple[int, int]] = {}
    for entry, answer in pairs:
        if answer.shown:
            taken, right = counts.get(answer.kinds[0].value, (0, 0))
            counts[answer.kinds[0].value] = (taken + 1, right + bool(entry.kinds))
    return dict(sorted(counts.items()))


def count_by_error(pairs: Sequence[Pair]) -> Counter[str]:
    """Count wrongly shown entries by what they are instead; "" if unknown."""
    return Counter(entry.why for entry, answer in pairs if answer.shown and not entry.kinds)


def kind_accuracy(pairs: Sequence[Pair]) -> tuple[int, int]:
    """Count the acts shown or unsure: (main kind is one of the label's, all)."""
    taken = [(entry, c) for entry, c in pairs if entry.kinds and c.is_event]
    return sum(c.kinds[0] in entry.kinds for entry, c in taken), len(taken)


def reliability(pairs: Sequence[Pair]) -> list[tuple[float, float, int, int, float]]:
    """Return for each step of confidence, of events: from, to, entries, acts, mean confidence."""
    rows = []
    for low, high in pairwise(STEPS):
        inside = [
            (bool(entry.kinds), answer.confidence)
            for entry, answer in pairs
            if answer.is_event and low <= answer.confidence < high
        ]
        if inside:
            mean = sum(confidence for _, confidence in inside) / len(inside)
            rows.append((low, high, len(inside), sum(is_act for is_act, _ in inside), mean))
    return rows


def report_lines(pairs: Sequence[Pair]) -> Iterator[str]:
    """Yield the lines of a report: rates of what is shown and unsure, in English and other
    languages, kinds, errors and a reliability table.
    """
    english = [(e, c) for e, c in pairs if e.text.language == "en"]
    others = [(e, c) for e, c in pairs if e.text.language != "en"]
    yield band_line("shown", count_band(pairs, lambda c: c.shown))
    yield band_line("shown or unsure", count_band(pairs, lambda c: c.is_event))
    yield band_line("shown, English", count_band(english, lambda c: c.shown))
    yield band_line("shown, other languages", count_band(others, lambda c: c.shown))
    sure = count_band(pairs, lambda c: c.shown and c.confidence >= SURE)
    yield f"of {sure.taken} shown with confidence {SURE} and more {sure.precision:.0%} are acts"
    right, taken = kind_accuracy(pairs)
    yield f"kind: right for {right} of {taken} acts found"
    kinds = ", ".join(
        f"{kind} {acts} of {taken}" for kind, (taken, acts) in count_by_kind(pairs).items()
    )
    yield f"by predicted kind, acts among those shown: {kinds}"
    errors = ", ".join(f"{why or 'not said'} {n}" for why, n in count_by_error(pairs).most_common())
    yield f"wrongly shown, by what it is: {errors}"
    yield "confidence   from, to, events, acts, mean confidence"
    for low, high, count, acts, mean in reliability(pairs):
        yield f"  {low:.2f} {high:.2f} {count:5} {acts:5} ({acts / count:.2f}, {mean:.2f})"


def band_line(name: str, rates: BandCounts) -> str:
    """Write one band in a line."""
    return (
        f"{name}: {rates.right} of {rates.acts} acts found (recall {rates.recall:.2f}), of"
        f" {rates.taken} shown {rates.precision:.0%} are acts,"
        f" {rates.false_in_thousand:.2f} false in 1,000 of {rates.entries}"
    )
