"""Tokens with which editors write by the API: hashed rows with a name and an end, which can be
revoked; void with a new password. Signed tokens of before are taken until they end.
"""

import hashlib
import secrets
from datetime import datetime, timedelta

from django.contrib.auth.models import AbstractBaseUser, User
from django.core import signing
from django.utils.crypto import constant_time_compare

from tracker import database_time
from tracker.operations.models import ApiToken
from tracker.redact import TOKEN_PREFIX
from tracker.text import clean_text

SALT = "api"
DAYS = 365  # that a token lasts, unless another time is asked for
MOST_DAYS = 3_650
YEAR = 365 * 24 * 3600  # seconds that a signed token lasts
NAME_LIMIT = 100
USED_EVERY = timedelta(hours=1)  # how exactly the last use is known


def create_token(user: User, *, name: str = "", days: int = DAYS) -> str:
    """A new token of an editor: whoever has it is taken for them. It cannot be read again."""
    now = database_time.now()
    token = f"{TOKEN_PREFIX}{secrets.token_urlsafe(32)}"
    ApiToken.objects.create(
        user=user,
        name=clean_text(name, NAME_LIMIT),
        digest=_digest(token),
        password_mark=_mark(user),
        created_at=now,
        expires_at=now + timedelta(days=days),
    )
    return token


def revoke_token(pk: int) -> bool:
    """Ends a token for good; False if there is none of that number that could be used."""
    now = database_time.now()
    usable = ApiToken.objects.filter(pk=pk, revoked_at=None, expires_at__gt=now)
    return bool(usable.update(revoked_at=now))


def token_state(token: ApiToken, now: datetime) -> str:
    """Whether a token is valid, and why not."""
    if token.revoked_at is not None:
        return "revoked"
    if token.expires_at <= now:
        return "expired"
    return "valid" if _is_of(token, token.user) else "void: the editor or the password changed"


def user_of(token: str) -> User | None:
    """The editor whose token it is; None for one that is forged, over, revoked or void."""
    return _user_of_row(token) if token.startswith(TOKEN_PREFIX) else _user_of_signed(token)


def _user_of_row(token: str) -> User | None:
    row = ApiToken.objects.select_related("user").filter(digest=_digest(token)).first()
    # An estimate will do, and asks the database nothing.
    now = database_time.estimate()
    if row is None or not row.is_open(now) or not _is_of(row, row.user):
        return None
    # Not at each call: reading by the API would write a row each time.
    if row.used_at is None or row.used_at < now - USED_EVERY:
        ApiToken.objects.filter(pk=row.pk).update(used_at=now)
    return row.user


# Tokens that were printed before there were rows; the last ends after a year (decision D97).
def _user_of_signed(token: str) -> User | None:
    try:
        signed = signing.loads(token, salt=SALT, max_age=YEAR)
        user = User.objects.filter(pk=signed["user"], is_active=True, is_staff=True).first()
        is_valid = user is not None and signed["password"] == _mark(user)
    except (signing.BadSignature, KeyError, TypeError, ValueError):
        return None
    return user if is_valid else None


def _is_of(token: ApiToken, user: User) -> bool:
    is_editor = user.is_active and user.is_staff
    return is_editor and constant_time_compare(token.password_mark, _mark(user))


def _digest(token: str) -> str:
    """Plain SHA-256: a token is 256 random bits, which nobody guesses by trying."""
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


def _mark(user: AbstractBaseUser) -> str:
    # Django's hash changes with the password and with SECRET_KEY, so tokens end with either.
    return user.get_session_auth_hash()[:20]
