"""The classifier learns from editors: weights are made anew, compared with what there was, and
promoted only if no language and no kind gets worse. Needs scikit-learn for making them only.
"""

import hashlib
import logging
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any

from django.db import transaction

from tracker.classify import Weights, read
from tracker.classify.language import language_of
from tracker.classify.model import judge
from tracker.classify.training import Example, data_version, examples, with_summaries
from tracker.events.learning import corrections
from tracker.events.models import Correction, Learned

log = logging.getLogger(__name__)

HELD_OUT = 5  # one event in so many is never learned from, and measures


def current() -> Weights | None:
    """The weights to judge with; None for the shipped ones, also after an upgrade that changed the
    word lists, until the tracker has learned anew.
    """
    now = Learned.objects.filter(promoted_at__isnull=False, retired_at=None, data=data_version())
    pk = now.order_by("-promoted_at").values_list("pk", flat=True).first()
    return _weights(pk) if pk is not None else None


@lru_cache(maxsize=4)
def _weights(pk: int) -> Weights:
    return Weights.of(Learned.objects.get(pk=pk).weights)


def learn(now: datetime) -> Learned | None:
    """Makes weights from the project's headlines and all corrections, and promotes them if on the
    held-out examples no language and no kind falls below what the headlines alone give. None if
    nothing was corrected since the last time with these word lists, or scikit-learn is missing,
    which is logged.
    """
    last = Learned.objects.filter(data=data_version()).order_by("-made_at").first()
    news = Correction.objects.filter(field=Correction.Field.KINDS)
    if not (news.filter(at__gt=last.made_at) if last else news).exists():
        return None
    try:
        from tracker.classify.fit import fit  # noqa: PLC0415 - scikit-learn may be absent
    except ImportError as error:
        log.warning("nothing was learned, training needs scikit-learn: %s", error)
        return None
    corrected = corrections.examples()
    own = [(f"{e.text.language} {e.text.title}", e) for e in examples()]
    decided = [(f"event {event}", e) for event, e in corrected]
    held = [e for key, e in own + decided if _is_held(key)]
    before = Weights.of(fit(with_summaries(_kept(own)), "before"))
    version = f"learned-{now:%Y%m%dT%H%M%S}"
    made = fit(with_summaries(_kept(own + decided)), version)
    worse = _worse(held, before, Weights.of(made))
    return _store(made, now, worse)


def roll_back(now: datetime) -> str:
    """Retires the current weights; the ones before them hold again, or the shipped ones. The
    version that holds then.
    """
    with transaction.atomic():
        promoted = Learned.objects.filter(promoted_at__isnull=False).order_by("-promoted_at")
        standing = promoted.filter(retired_at=None).first()
        if standing is not None:
            former = promoted.filter(promoted_at__lt=standing.promoted_at).first()
            Learned.objects.filter(pk=standing.pk).update(retired_at=now, note="rolled back")
            if former is not None and former.note != "rolled back":
                Learned.objects.filter(pk=former.pk).update(retired_at=None)
    holding = current()
    return holding.version if holding else "shipped"


def _store(made: dict[str, Any], now: datetime, worse: Sequence[str]) -> Learned:
    with transaction.atomic():
        learned = Learned.objects.create(
            version=made["version"],
            data=data_version(),
            weights=made,
            made_at=now,
            promoted_at=None if worse else now,
            note=f"not promoted, worse in: {', '.join(worse)}"[:500] if worse else "",
        )
        if not worse:
            others = Learned.objects.filter(promoted_at__isnull=False, retired_at=None)
            others.exclude(pk=learned.pk).update(retired_at=now)
    log.info("weights %s: %s", learned.version, learned.note or "promoted")
    return learned


def _kept(keyed: Iterable[tuple[str, Example]]) -> list[Example]:
    return [one for key, one in keyed if not _is_held(key)]


def _is_held(key: str) -> bool:
    return hashlib.sha256(key.encode()).digest()[0] % HELD_OUT == 0


def _worse(held: Sequence[Example], before: Weights, after: Weights) -> list[str]:
    """The languages and kinds of which fewer held-out examples are right than before."""
    seen = set[str]()
    right = {"before": Counter[str](), "after": Counter[str]()}
    for one in held:
        features = read(one.text).features
        language = one.text.language or language_of(one.text.title)
        groups = (f"language {language}", f"kind {one.label or 'none'}")
        seen.update(groups)
        for name, weights in (("before", before), ("after", after)):
            verdict = judge(features, weights)
            told = verdict.kinds[0][0].value if verdict.event > 0 else ""
            if told == one.label:
                right[name].update(groups)
    before_after = ((group, right["before"][group], right["after"][group]) for group in seen)
    return sorted(group for group, was, now in before_after if now < was)
