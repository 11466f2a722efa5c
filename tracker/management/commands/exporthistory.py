"""manage.py exporthistory > history.csv"""

from typing import Any

from tracker.events.intake.history_import import export_history
from tracker.management.command import PlainCommand


class Command(PlainCommand):
    help = "Write the events that came from a history or were reviewed as CSV, for importhistory."

    def handle(self, *args: Any, **options: Any) -> None:
        for line in export_history():
            self.stdout.write(line, ending="")
