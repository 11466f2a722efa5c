"""manage.py learn"""

from argparse import ArgumentParser
from collections.abc import Sequence
from typing import Any

from tracker import database_time
from tracker.events.learning.retrain import learn_weights, roll_back_weights
from tracker.management.command import PlainCommand


def _outcome(worse: Sequence[str]) -> str:
    return f"not promoted, worse in: {', '.join(worse)}" if worse else "promoted"


class Command(PlainCommand):
    help = (
        "Learn from what editors decided, and judge with it from now on if no language and no kind"
        " gets worse; the clock does it every day. Needs scikit-learn."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--roll-back", action="store_true", help="return to the previous weights"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["roll_back"]:
            self.stdout.write(f"Weights in use: {roll_back_weights(database_time.now())}.")
            return
        learned = learn_weights(database_time.now())
        if learned is None:
            self.stdout.write("Nothing new to learn from.")
        else:
            self.stdout.write(f"Weights {learned.version}: {_outcome(learned.worse)}.")
