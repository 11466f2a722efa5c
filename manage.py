#!/usr/bin/env python
"""Django's command line, for this project."""

import os
import sys

from django.core.management import execute_from_command_line

from tracker.redact import print_error

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tracker.settings")
    sys.excepthook = print_error
    execute_from_command_line(sys.argv)
