"""Turn mentions into named features: which concepts are in a zone, and which are near each
other.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from tracker.classify.letters.characters import is_joined_text
from tracker.classify.model.features import Feature, concept_of
from tracker.classify.model.structure import Structure
from tracker.classify.words.concepts import ACTS, OBJECTS
from tracker.classify.words.lists import row_of
from tracker.classify.words.mention import Mention

NEAR, FAR = 25, 70  # characters between two words that are read together
MENTION_LIMIT = 100  # of a zone; pairs grow with its square, and real articles have fewer
FADED = 0.6  # remaining weight of words in a reason
PASSED = 0.6  # remaining weight of a pair whose act has a nearer object
JOINED = 0.5  # a script without spaces needs half the characters
BESIDE = 45
TARGETS = {"app_or_site": "app", "content": "topic"}
ORDERED = {"platform", "target", "country", "state", "law"}
PAIRED = {*OBJECTS, "platform", "target", "country"}  # what is near an act


def extract_features(
    text: str, mentions: Sequence[Mention], language: str = "", *, near_only: bool = False
) -> dict[str, Feature]:
    """Return the features of one zone, each once, in its strongest form; `near_only` leaves out
    words that stand far apart, and how the sentences are built.
    """
    mentions = mentions[:MENTION_LIMIT]
    scale = JOINED if is_joined_text(text) else 1.0
    features = _word_features(mentions, scale, near_only=near_only)
    if near_only or not mentions:
        return features
    built = Structure(text, mentions, language)
    # "sues over the ban" reports no ban: words only in a reason count less.
    if built.has_reason:
        features = _fade_reasons(
            features, _word_features(built.main_mentions, scale, near_only=near_only)
        )
    return features | built.features()


def _fade_reasons(
    features: Mapping[str, Feature], outside: Mapping[str, Feature]
) -> dict[str, Feature]:
    """Weaken the features that the words outside of reasons do not give."""
    faded = {
        name: replace(feature, share=feature.share * FADED) for name, feature in features.items()
    }
    for name, feature in outside.items():
        if name not in faded or faded[name].share < feature.share:
            faded[name] = feature
    return faded


def _word_features(
    mentions: Sequence[Mention], scale: float, *, near_only: bool
) -> dict[str, Feature]:
    """Return the features of words wherever they are: concepts, pairs, the order of names."""
    features: dict[str, Feature] = {}
    for mention in mentions:
        name = concept_of(mention)
        features.setdefault(name, Feature(name, 1.0, (mention,)))
        if mention.table == "platform" and (network := row_of("platform", mention.value).type):
            features.setdefault(
                f"platform:{network}", Feature(f"platform:{network}", 1.0, (mention,))
            )
    for pair in _act_object_pairs(mentions, scale):
        # In a full text, words far apart belong to different stories.
        if near_only and pair.share < 0.5:
            continue
        if pair.name not in features or features[pair.name].share < pair.share:
            features[pair.name] = pair
    if not near_only:
        features |= _lone_act(mentions)
        features |= _order_features(mentions)
        features |= _neighbour_pairs(mentions, scale)
    return features


def _act_object_pairs(mentions: Sequence[Mention], scale: float) -> Iterator[Feature]:
    """Yield each act with each object: the nearer, the more."""
    objects = [h for h in mentions if concept_of(h) in PAIRED]
    for act in (h for h in mentions if concept_of(h) in ACTS):
        others = [o for o in objects if (o.start, o.end) != (act.start, act.end)]
        nearest = min((_gap(act, o) for o in others if o.table == "concept"), default=0)
        for counterpart in others:
            share = _nearness(act, counterpart, scale)
            # Of two objects, the nearer one is the object of the act.
            if counterpart.table == "concept" and _gap(act, counterpart) > nearest:
                share *= PASSED
            yield Feature(
                f"{concept_of(act)}+{_object_type(counterpart)}", share, (act, counterpart)
            )


def _lone_act(mentions: Sequence[Mention]) -> dict[str, Feature]:
    """Return the feature of an act without a known object: mostly business as usual. A court needs
    no object but the platform.
    """
    acts = [h for h in mentions if concept_of(h) in ACTS and concept_of(h) != "law"]
    things = PAIRED - {"platform"}
    if not acts or any(concept_of(h) in things for h in mentions):
        return {}
    return {"alone": Feature("alone", 1.0, (acts[0],))}


def _order_features(mentions: Sequence[Mention]) -> dict[str, Feature]:
    """Return the order of names: "country>platform" is mostly a state that acts on a platform, in
    languages with the verb in the middle and with the verb at the end. Where somebody reacts, who
    stands first is no sign of who acted: the names begin with "~".
    """
    mood = "~" if any(concept_of(mention) == "reaction" for mention in mentions) else ""
    first: dict[str, Mention] = {}
    for mention in mentions:
        name = concept_of(mention)
        if name in ORDERED:
            first.setdefault(name, mention)
    names = list(first)
    features = {}
    for i, name in enumerate(names):
        for other in names[i + 1 :]:
            pair = f"{mood}{name}>{other}"
            features[pair] = Feature(pair, 1.0, (first[name], first[other]))
    if names:
        lead = f"{mood}>{names[0]}"
        features[lead] = Feature(lead, 1.0, (first[names[0]],))
    return features


def _neighbour_pairs(mentions: Sequence[Mention], scale: float) -> dict[str, Feature]:
    """Return the features of two objects, or two acts, that are near each other."""
    features = {}
    for i, mention in enumerate(mentions):
        name = concept_of(mention)
        for other in mentions[i + 1 :]:
            if other.start - mention.end > BESIDE * scale:
                break
            second = concept_of(other)
            if name == second or (name in PAIRED) != (second in PAIRED):
                continue
            pair = "&".join(sorted((name, second)))
            features[pair] = Feature(pair, 1.0, (mention, other))
    return features


def _object_type(mention: Mention) -> str:
    """Name an object for a pair: a payment service or a store is another one than a network, an app
    or a topic another one than a person.
    """
    if mention.table == "platform":
        return row_of("platform", mention.value).type or "platform"
    if mention.table == "target":
        return TARGETS.get(row_of("target", mention.value).type, "target")
    return concept_of(mention)


def _gap(a: Mention, b: Mention) -> int:
    return max(a.start, b.start) - min(a.end, b.end)


def _nearness(a: Mention, b: Mention, scale: float) -> float:
    gap = _gap(a, b)
    if gap <= NEAR * scale:
        return 1.0
    return 0.6 if gap <= FAR * scale else 0.25
