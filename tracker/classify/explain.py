"""Explain a classification: the deciding words, their contributions, and the text with its evidence
marked.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from tracker.classify.kinds import Kind, gettext_noop
from tracker.classify.model.word_model import (
    Weights,
    score_features,
    shipped_weights,
    strongest_features,
)
from tracker.classify.reading import read_text
from tracker.classify.text import Text
from tracker.classify.words.matching import Lexicon

ZONES = {"title": "the title", "summary": "the summary", "body": "the full text"}
QUOTED = gettext_noop("“%s”")
IN_ZONE = {
    "title": gettext_noop("%s in the title"),
    "summary": gettext_noop("%s in the summary"),
    "body": gettext_noop("%s in the full text"),
}


def quote_evidence(
    evidence: Iterable[Mapping[str, object]], field: str, translate: Callable[[str], str] = str
) -> list[str]:
    """Return ["“bans”, “ads” in the title", "“barred” in the summary"] for the evidence of one
    field, in the order of the zones; `translate` gives the reader's language.
    """
    words: dict[str, list[str]] = {zone: [] for zone in ZONES}
    for piece in sorted(evidence, key=lambda e: int(str(e["start"]))):
        if piece["field"] == field:
            words[str(piece["zone"])].append(translate(QUOTED) % piece["words"])
    return [translate(IN_ZONE[z]) % ", ".join(dict.fromkeys(w)) for z, w in words.items() if w]


@dataclass(frozen=True)
class FeatureShare:
    """The contribution of one feature to the event score and to the winning kind, with its
    words.
    """

    name: str
    words: tuple[str, ...]
    zone: str
    event: float
    kind: float


@dataclass(frozen=True)
class ScoreBreakdown:
    """Every term of a score: the biases (`event_bias`, `kind_bias`) and the shares, the largest
    first. `kind` is the winning one.
    """

    kind: Kind
    event_bias: float
    kind_bias: float
    shares: tuple[FeatureShare, ...]

    @property
    def event(self) -> float:
        """The score of the first head: above 0 it is an event."""
        return self.event_bias + sum(share.event for share in self.shares)

    def in_words(self) -> list[str]:
        """Return ["“bans”, “ads” in the title: event +1.82, ad ban +2.40", …, "without any word:
        …"].
        """
        label = self.kind.label.lower()
        lines = [
            f"{', '.join(f'“{w}”' for w in share.words)} in {ZONES[share.zone]} ({share.name}):"
            f" event {share.event:+.2f}, {label} {share.kind:+.2f}"
            for share in self.shares
        ]
        bias = f"event {self.event_bias:+.2f}, {label} {self.kind_bias:+.2f}"
        return [*lines, f"without any word: {bias}", f"in all: event {self.event:+.2f}"]


def break_down_score(
    text: Text, learned: Weights | None = None, names: Lexicon | None = None
) -> ScoreBreakdown:
    """Return every term of the word model's score of a text; parameters as in classify."""
    used = learned or shipped_weights()
    reading = read_text(text, names)
    winner = score_features(reading.features, used).kinds[0][0]
    place = list(Kind).index(winner)
    none = (0.0,) * len(Kind)
    shares = []
    # The same sum as score_features, split by feature: each contribution is exact, so the
    # explanation is the actual decision (decision of 24 November).
    for name, (zone, feature, strength) in strongest_features(reading.features).items():
        event = used.event.get(name, 0.0) * strength
        kind = used.kinds.get(name, none)[place] * strength
        words = tuple(dict.fromkeys(reading.zones[zone][h.start : h.end] for h in feature.mentions))
        if event or kind:
            shares.append(FeatureShare(name, words, zone, event, kind))
    shares.sort(key=lambda share: -abs(share.event) - abs(share.kind))
    return ScoreBreakdown(winner, used.event_bias, used.kinds_bias[place], tuple(shares))


def mark_evidence(text: str, evidence: Iterable[Mapping[str, object]]) -> str:
    """Mark the evidence in a zone's text: "[Twitter: platforms] [bans: kinds] …"; of overlapping
    words, the first.
    """
    pieces, at = [], 0
    fields: dict[tuple[int, int], list[str]] = {}
    for piece in evidence:
        span = int(str(piece["start"])), int(str(piece["end"]))
        fields.setdefault(span, []).append(str(piece["field"]))
    for (start, end), names in sorted(fields.items()):
        if start >= at:
            labels = ", ".join(dict.fromkeys(names))
            pieces.append(f"{text[at:start]}[{text[start:end]}: {labels}]")
            at = end
    return "".join(pieces) + text[at:]
