"""Extract features of a headline's structure: positions of names, reasons, topic."""

from collections.abc import Iterator, Sequence

from tracker.classify.model.clauses import (
    TOPICS,
    find_signs,
    mentions_as_place,
    reason_spans,
    split_mentions,
)
from tracker.classify.model.features import Feature, concept_of
from tracker.classify.words.concepts import ACTS
from tracker.classify.words.mention import Mention

SAID = 45  # characters between "wrote" and the platform where it was written
NEXT = 4  # between a platform and the act that it does


class Structure:
    """One zone's words, read for how they are built. `main` are the mentions outside of reasons,
    all of them where nothing else holds an act.
    """

    def __init__(self, text: str, mentions: Sequence[Mention], language: str) -> None:
        self._signs = find_signs(text, language)
        self._mentions = mentions
        self._platforms = [mention for mention in mentions if mention.table == "platform"]
        self._places = mentions_as_place(self._platforms, self._signs)
        main_mentions, inside = split_mentions(mentions, reason_spans(text, self._signs))
        # A headline whose only act is in its reason is about that act.
        has_act = any(concept_of(mention) in ACTS for mention in main_mentions)
        self.main_mentions, self._reasons = (
            (main_mentions, inside) if has_act else (list(mentions), [])
        )

    @property
    def has_reason(self) -> bool:
        """Whether words are in a reason."""
        return bool(self._reasons)

    def features(self) -> dict[str, Feature]:
        """Return "r:law" (in a reason), "is:market", "market&law" (a topic and an act),
        "platform@said" and the like (where the first platform stands), "platform|ban" (right before
        an act).
        """
        features: dict[str, Feature] = {}
        for name, mentions in (
            *self._reason_features(),
            *self._topic_features(),
            *self._place_features(),
            *self._adjacent_features(),
        ):
            features.setdefault(name, Feature(name, 1.0, mentions))
        return features

    def _reason_features(self) -> Iterator[tuple[str, tuple[Mention, ...]]]:
        for mention in self._reasons:
            yield f"r:{concept_of(mention)}", (mention,)

    def _topic_features(self) -> Iterator[tuple[str, tuple[Mention, ...]]]:
        topics = {sign.value: sign for sign in reversed(self._signs) if sign.value in TOPICS}
        acts = {
            concept_of(mention): mention
            for mention in reversed(self._mentions)
            if concept_of(mention) in ACTS
        }
        for topic, sign in topics.items():
            yield f"is:{topic}", (sign,)
            for act, mention in acts.items():
                yield f"{topic}&{act}", (sign, mention)

    def _place_features(self) -> Iterator[tuple[str, tuple[Mention, ...]]]:
        if not self._platforms:
            return
        platform = self._platforms[0]
        if platform in self._places:
            yield "platform@place", (platform,)
            for sign in self._signs:
                if sign.value == "statement" and abs(sign.start - platform.start) < SAID:
                    yield "platform@said", (platform, sign)
            return
        act = next((mention for mention in self._mentions if concept_of(mention) in ACTS), None)
        if act is not None:
            side = "before" if platform.start < act.start else "after"
            yield f"platform@{side}", (platform, act)
            if platform.start <= 2:
                yield "platform@lead", (platform,)

    def _adjacent_features(self) -> Iterator[tuple[str, tuple[Mention, ...]]]:
        acts = [mention for mention in self._mentions if concept_of(mention) in ACTS]
        for platform in self._platforms:
            if platform in self._places:
                continue
            for act in acts:
                if 0 <= act.start - platform.end <= NEXT:
                    yield "platform|act", (platform, act)
                    yield f"platform|{concept_of(act)}", (platform, act)
