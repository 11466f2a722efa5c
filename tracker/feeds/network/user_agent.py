"""Identify the tracker to every server that it calls, in the User-Agent (RFC 9110 10.1.5)."""

from django.conf import settings

from tracker.version import VERSION


def user_agent() -> str:
    """Return name, version, and the address at which the installation's owner can be reached."""
    return f"PlatformPolicyTracker/{VERSION} (+{settings.CONTACT})"
