"""The Celery app and the clock. It only says "look now"; the database knows what is due."""

import os
from datetime import UTC, datetime, timedelta
from time import monotonic

from celery import Celery
from celery.schedules import schedule
from celery.signals import setup_logging, worker_init

from tracker.operations import spool
from tracker.operations.broker import EvictingBrokerError, check

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tracker.settings")

spool.use()
app = Celery("tracker")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(["tracker"])

# With a receiver connected, Celery leaves logging as Django's LOGGING set it up.
setup_logging.connect(lambda **_: None, weak=False)


@worker_init.connect
def _check_broker(**_: object) -> None:
    try:
        check(app.conf.broker_url)
    except EvictingBrokerError as error:
        raise SystemExit(str(error)) from None


def _monotonic_now() -> datetime:
    """Return the time by the monotonic clock, so that setting the clock back delays no tick."""
    return STARTED + timedelta(seconds=monotonic() - AT_START)


STARTED, AT_START = datetime.now(UTC), monotonic()

# A tick that was not handled before the next one is useless, so each expires after its period
# (seconds).
app.conf.beat_schedule = {
    name: {
        "task": f"tracker.tasks.{name}",
        "schedule": schedule(seconds, nowfun=_monotonic_now),
        "options": {"expires": seconds},
    }
    for name, seconds in {
        "poll_due_feeds": 10.0,
        "send_due": 5.0,
        "call_hooks": 5.0,
        "sweep": 60.0,
        "record_days": 900.0,
        "write_dump": 3600.0,
        "tell_owners": 600.0,
        "heartbeat": 60.0,
        "forget": 3600.0,
        "look_after_readers": 3600.0,
        "learn": 21_600.0,
        "learn_when_asked": 60.0,
        "ask_opinions": 300.0,
        "ask_about_articles": 60.0,
    }.items()
}
