"""The mail server of the alerts' tests."""

from tests.alerts.conftest import post  # noqa: F401
