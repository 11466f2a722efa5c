"""Signed links: who holds the mail may confirm or stop that one alert."""

from django.core.signing import BadSignature, Signer

CONFIRM = "alert.confirm"
STOP = "alert.stop"


def token(alert_id: int, purpose: str) -> str:
    """A token for one alert and one purpose; it does not end, because a mail is kept for years."""
    return Signer(salt=purpose).sign(str(alert_id)).replace(":", ".")


def alert_id(text: str, purpose: str) -> int | None:
    """The alert of a token; None for one that is forged, cut or made for another purpose. Compares
    in constant time.
    """
    try:
        value = Signer(salt=purpose).unsign(text.replace(".", ":", 1))
    except BadSignature:
        return None
    return int(value) if value.isdecimal() else None
