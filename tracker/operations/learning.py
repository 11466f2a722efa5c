"""Learn from editors' decisions through a queue row: a page or the clock writes it, a worker runs
it and stores the changes it would make.
"""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from django.db import transaction

from tracker.events.intake.trial import Trial, try_weights
from tracker.events.learning import retrain
from tracker.feeds.activity import error_text
from tracker.locks import claim_rows, lock
from tracker.operations.models import LearningRun
from tracker.people.audit import Actor, Verb, record_line

TRIES = 3  # attempts for a run before it ends with its error
AGAIN = timedelta(minutes=10)  # after a failure
LEARNED, NO_NEWS, NO_LIBRARY = "learned", "no_news", "no_library"


@dataclass(frozen=True)
class RunOutcome:
    """How a run ended: LEARNED with the version, whether it is in use and where it is worse;
    NO_NEWS; or NO_LIBRARY (scikit-learn is missing).
    """

    result: str
    version: str = ""
    is_promoted: bool = False
    worse: tuple[str, ...] = ()
    trial: Trial | None = None


@transaction.atomic
def ask_to_learn(actor: Actor, now: datetime) -> bool:
    """Queue a learning run; return False if one is already waiting."""
    lock("learning")
    if LearningRun.objects.filter(done_at=None).exists():
        return False
    LearningRun.objects.create(by=actor.name, asked_at=now, run_at=now)
    if actor.name:
        record_line(Verb.LEARNING_ASKED, actor, now)
    return True


def learn_when_decided(now: datetime) -> bool:
    """Queue a run if editors decided anything since the last one; return whether there is one."""
    return retrain.has_new_decisions() and retrain.can_learn() and ask_to_learn(Actor(), now)


def run_due(now: datetime) -> int:
    """Run what is due; return how many runs were done. A failure is stored on the row."""
    claim, _count = claim_rows(LearningRun.objects.due(now), "run_at", now)
    runs = list(LearningRun.objects.filter(claim=claim, done_at=None))
    return sum(_run(run, now) for run in runs)


def promote(weights_id: int, actor: Actor, now: datetime) -> bool:
    """Use these weights from now on; return whether others were in use before."""
    return _change_model(lambda: retrain.promote_weights(weights_id, now), actor, now)


def roll_back(actor: Actor, now: datetime) -> bool:
    """Return to the weights before those in use; return whether there were any."""
    return _change_model(lambda: retrain.roll_back_weights(now), actor, now)


def _change_model(change: Callable[[], str], actor: Actor, now: datetime) -> bool:
    with transaction.atomic():
        lock("learning")
        before = retrain.version_in_use()
        after = change()
        if before != after:
            record_line(Verb.MODEL_CHANGED, actor, now, "classifier", before, after)
    return before != after


def _run(run: LearningRun, now: datetime) -> bool:
    claimed = LearningRun.objects.filter(pk=run.pk, claim=run.claim, done_at=None)
    attempts = run.attempts + 1
    claimed.update(attempts=attempts)
    try:
        outcome = _learn(run, now)
    except Exception as error:
        again = {"run_at": now + AGAIN} if attempts < TRIES else {"done_at": now}
        claimed.update(claim=None, error=error_text(error)[:200], **again)
        raise
    return bool(claimed.update(claim=None, done_at=now, error="", outcome=asdict(outcome)))


def _learn(run: LearningRun, now: datetime) -> RunOutcome:
    if not retrain.can_learn():
        return RunOutcome(NO_LIBRARY)
    before = retrain.current_weights()
    was_in_use = retrain.version_in_use()
    learned = retrain.learn_weights(now)
    if learned is None:
        return RunOutcome(NO_NEWS)
    is_promoted = learned.promoted_at is not None
    if is_promoted:
        actor = Actor(run.by)
        record_line(Verb.MODEL_CHANGED, actor, now, "classifier", was_in_use, learned.version)
    trial = try_weights(before, retrain.load_weights(learned.pk))
    return RunOutcome(LEARNED, learned.version, is_promoted, tuple(learned.worse), trial)
