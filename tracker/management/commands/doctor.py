"""manage.py doctor"""

import sys
from typing import Any

from tracker import database_time
from tracker.management.command import PlainCommand
from tracker.operations.health.doctor import Finding, examine

FAULTY = 1  # exit code


class Command(PlainCommand):
    help = (
        "Say what is wrong with this installation, and what to run: settings, folder, database,"
        " broker, mail, clocks, name resolution, work that waits, editors. Changes nothing. Exit"
        f" codes: 0, all is well; {FAULTY}, something is not."
    )
    # The settings are examined, too, so errors in them must not end the command.
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        findings = []
        for finding in examine(database_time.now()):
            self.stdout.write(_line(finding))
            findings.append(finding)
        count = sum(not finding.is_well for finding in findings)
        if count:
            self.stdout.write(f"{count} fault{'' if count == 1 else 's'} found.")
            sys.exit(FAULTY)
        self.stdout.write("No fault found.")


def _line(finding: Finding) -> str:
    mark = "ok   " if finding.is_well else "FAULT"
    command = f" Run: {finding.command}" if finding.command else ""
    return f"{mark} {finding.part}: {finding.text}{command}"
