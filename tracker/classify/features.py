"""Hits -> named features: which concepts stand in a zone, and which stand near each other."""

from collections.abc import Sequence
from dataclasses import dataclass

from tracker.classify.lexicon import ACTS, OBJECTS, Hit
from tracker.classify.text import is_joined_script

NEAR, FAR = 25, 70  # characters between two words that are read together
HIT_LIMIT = 200  # of a zone; pairs grow with its square, and real articles have fewer
PASSED = 0.6  # what is left of a pair whose act has another object nearer by
JOINED = 0.5  # a script without spaces says the same in half the characters
PAIRED = {*OBJECTS, "platform", "target", "country"}  # what stands beside an act


@dataclass(frozen=True)
class Feature:
    """`name` is a concept ("ban") or two that stand together ("ban+ads"); `share` says how near, 0
    to 1; `hits` are the words.
    """

    name: str
    share: float
    hits: tuple[Hit, ...]


def features(text: str, hits: Sequence[Hit], *, near_only: bool = False) -> dict[str, Feature]:
    """The features of one zone, each once, in its strongest form; `near_only` leaves out words that
    stand far apart.
    """
    scale = JOINED if sum(map(is_joined_script, text)) * 3 > len(text) else 1.0
    hits = hits[:HIT_LIMIT]
    found: dict[str, Feature] = {}
    for hit in hits:
        name = name_of(hit)
        found.setdefault(name, Feature(name, 1.0, (hit,)))
    acts = [h for h in hits if name_of(h) in ACTS]
    objects = [h for h in hits if name_of(h) in PAIRED]
    for act in acts:
        others = [o for o in objects if (o.start, o.end) != (act.start, act.end)]
        nearest = min((_gap(act, o) for o in others if o.table == "concept"), default=0)
        for thing in others:
            share = _nearness(act, thing, scale)
            if thing.table == "concept" and _gap(act, thing) > nearest:
                share *= PASSED
            if near_only and share < 0.5:
                continue
            name = f"{name_of(act)}+{name_of(thing)}"
            if name not in found or found[name].share < share:
                found[name] = Feature(name, share, (act, thing))
    return found


def name_of(hit: Hit) -> str:
    return hit.value if hit.table == "concept" else hit.table


def _gap(a: Hit, b: Hit) -> int:
    return max(a.start, b.start) - min(a.end, b.end)


def _nearness(a: Hit, b: Hit, scale: float) -> float:
    gap = _gap(a, b)
    if gap <= NEAR * scale:
        return 1.0
    return 0.6 if gap <= FAR * scale else 0.25
