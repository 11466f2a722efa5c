"""Who asks: what every server that the tracker calls sees in the User-Agent (RFC 9110 10.1.5)."""

from django.conf import settings

from tracker.version import VERSION


def user_agent() -> str:
    """Name, version, and the address where its owner is reached."""
    return f"PlatformPolicyTracker/{VERSION} (+{settings.CONTACT})"
