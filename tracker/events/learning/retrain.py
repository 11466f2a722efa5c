"""Retrain the classifier on editors' corrections; promote weights only if nothing gets worse."""

import hashlib
import logging
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import lru_cache
from importlib.util import find_spec
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from tracker.classify import Weights, read_text
from tracker.classify.letters.language import language_of
from tracker.classify.model.word_model import score_features
from tracker.classify.training.examples import Example, data_version, read_examples, with_summaries
from tracker.events.learning import corrections
from tracker.events.models import Correction, LearnedWeights

log = logging.getLogger(__name__)

SHIPPED = "shipped"
HELD_OUT = 5  # one event in this many is held out for measuring


def current_weights() -> Weights | None:
    """Return the promoted weights, or None for the shipped ones; also None after an upgrade changed
    the word lists, until new weights are learned.
    """
    pk = _in_use().values_list("pk", flat=True).first()
    return load_weights(pk) if pk is not None else None


def _in_use() -> QuerySet[LearnedWeights]:
    # Weights only fit the word lists they were trained with: features differ with others.
    candidates = LearnedWeights.objects.filter(data=data_version())
    return candidates.filter(promoted_at__isnull=False, retired_at=None).order_by("-promoted_at")


@lru_cache(maxsize=4)
def load_weights(pk: int) -> Weights:
    """Return stored weights, ready to use."""
    return Weights.of(LearnedWeights.objects.get(pk=pk).weights)


def has_new_decisions() -> bool:
    """Return whether editors decided anything since weights were last made with these lists."""
    last = LearnedWeights.objects.filter(data=data_version()).order_by("-made_at").first()
    news = Correction.objects.filter(field=Correction.Field.KINDS)
    return (news.filter(at__gt=last.made_at) if last else news).exists()


def can_learn() -> bool:
    """Return whether scikit-learn is installed, without which nothing is trained."""
    return find_spec("sklearn") is not None


def learn_weights(now: datetime) -> LearnedWeights | None:
    """Train weights on the project's headlines and all corrections, and promote them if no language
    and no kind falls below the headlines alone on held-out examples.

    Returns None if nothing was corrected since the last time with these word lists, or scikit-learn
    is missing, which is logged.
    """
    if not has_new_decisions():
        return None
    try:
        from tracker.classify.training.fit import fit  # noqa: PLC0415 - scikit-learn may be absent
    except ImportError as error:
        fields = {"error": str(error)}
        log.warning("nothing was learned, training needs scikit-learn", extra=fields)
        return None
    corrected = corrections.correction_examples()
    # The key decides what is held out, and must stay the same between trainings.
    own = [(f"{e.text.language} {e.text.title}", e) for e in read_examples()]
    decided = [(f"event {event}", e) for event, e in corrected]
    held_out = [e for key, e in own + decided if _is_held_out(key)]
    before = Weights.of(fit(with_summaries(_training_examples(own)), "before"))
    version = f"learned-{now:%Y%m%dT%H%M%S}"
    weights = fit(with_summaries(_training_examples(own + decided)), version)
    # Per language and kind, not on average: a gain in English must not offset a loss in Thai.
    worse = _worse_groups(held_out, before, Weights.of(weights))
    return _store_weights(weights, now, worse)


def promote_weights(weights_id: int, now: datetime) -> str:
    """Use these weights from now on, even if they were not promoted because they were worse
    somewhere; return the version now in use. Weights of other word lists are ignored.
    """
    with transaction.atomic():
        candidates = LearnedWeights.objects.filter(pk=weights_id, data=data_version())
        if candidates.update(promoted_at=now, retired_at=None, rolled_back_at=None):
            others = LearnedWeights.objects.filter(promoted_at__isnull=False, retired_at=None)
            others.exclude(pk=weights_id).update(retired_at=now)
    return version_in_use()


def version_in_use() -> str:
    """Return the version of the weights in use, "shipped" for the program's own."""
    return _in_use().values_list("version", flat=True).first() or SHIPPED


def roll_back_weights(now: datetime) -> str:
    """Retire the current weights in favour of those before them, or the shipped ones; return the
    version now in use.
    """
    with transaction.atomic():
        promoted = LearnedWeights.objects.filter(promoted_at__isnull=False).order_by("-promoted_at")
        standing = promoted.filter(retired_at=None).first()
        if standing is not None:
            former = promoted.filter(promoted_at__lt=standing.promoted_at).first()
            LearnedWeights.objects.filter(pk=standing.pk).update(retired_at=now, rolled_back_at=now)
            if former is not None and former.rolled_back_at is None:
                LearnedWeights.objects.filter(pk=former.pk).update(retired_at=None)
    return version_in_use()


def _store_weights(weights: dict[str, Any], now: datetime, worse: Sequence[str]) -> LearnedWeights:
    with transaction.atomic():
        learned = LearnedWeights.objects.create(
            version=weights["version"],
            data=data_version(),
            weights=weights,
            made_at=now,
            promoted_at=None if worse else now,
            worse=list(worse),
        )
        if not worse:
            others = LearnedWeights.objects.filter(promoted_at__isnull=False, retired_at=None)
            others.exclude(pk=learned.pk).update(retired_at=now)
    fields = {"version": learned.version, "outcome": ", ".join(worse) or "promoted"}
    log.info("weights trained", extra=fields)
    return learned


def _training_examples(keyed: Iterable[tuple[str, Example]]) -> list[Example]:
    return [example for key, example in keyed if not _is_held_out(key)]


def _is_held_out(key: str) -> bool:
    return hashlib.sha256(key.encode()).digest()[0] % HELD_OUT == 0


def _worse_groups(held_out: Sequence[Example], before: Weights, after: Weights) -> list[str]:
    """Return the languages and kinds with fewer correct held-out examples than before."""
    groups_met = set[str]()
    right = {"before": Counter[str](), "after": Counter[str]()}
    for example in held_out:
        features = read_text(example.text).features
        language = example.text.language or language_of(example.text.title)
        groups = (f"language {language}", f"kind {example.label or 'none'}")
        groups_met.update(groups)
        for name, weights in (("before", before), ("after", after)):
            verdict = score_features(features, weights)
            label = verdict.kinds[0][0].value if verdict.event > 0 else ""
            if label == example.label:
                right[name].update(groups)
    before_after = ((group, right["before"][group], right["after"][group]) for group in groups_met)
    return sorted(group for group, count_before, now in before_after if now < count_before)
