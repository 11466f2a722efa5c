"""The command line: `manage.py` in a checkout, `platform-policy-tracker` where it is installed."""

import os
import sys

from django.core.management import execute_from_command_line

from tracker.redact import print_error


def main() -> None:
    """Run the command that the arguments name."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tracker.settings")
    sys.excepthook = print_error
    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
