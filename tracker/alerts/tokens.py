"""Signed links: who holds the mail may do one thing to what it names, and nothing else."""

from datetime import timedelta

from django.core.signing import BadSignature, Signer, TimestampSigner

CONFIRM = "alert.confirm"  # an alert
STOP = "alert.stop"  # alerts
STOP_ALL = "reader.stop"  # a reader
FEED = "alert.feed"  # an alert
PERIOD = "delivery.read"  # a delivery
MANAGE = "reader.manage"  # a reader
MANAGED_FOR = timedelta(days=30)  # then a new link is mailed on request
LIMIT = 2_000  # characters of a token


def token(purpose: str, *ids: int) -> str:
    """A token for rows by their ids and one purpose; it does not end, because a mail is kept for
    years, except for MANAGE, which ends after MANAGED_FOR.
    """
    signer = TimestampSigner(salt=purpose) if purpose == MANAGE else Signer(salt=purpose)
    return signer.sign("-".join(map(str, ids))).replace(":", ".")


def ids_of(text: str, purpose: str) -> tuple[int, ...]:
    """The ids of a token; () for one that is forged, cut, over, or made for another purpose.
    Compares in constant time.
    """
    if len(text) > LIMIT:
        return ()
    signed = text.replace(".", ":")
    try:
        if purpose == MANAGE:
            value = TimestampSigner(salt=purpose).unsign(signed, max_age=MANAGED_FOR)
        else:
            value = Signer(salt=purpose).unsign(signed)
    except BadSignature:
        return ()
    pieces = value.split("-")
    return tuple(map(int, pieces)) if all(p.isdecimal() for p in pieces) else ()
