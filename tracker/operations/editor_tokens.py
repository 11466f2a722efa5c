"""Manage editors' tokens for writing by the API: hashed rows with a name and an expiry time, which
can be revoked; a new password invalidates them. Older signed tokens are accepted until they expire.
"""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib.auth.models import AbstractBaseUser, User
from django.core import signing
from django.utils.crypto import constant_time_compare

from tracker import database_time
from tracker.operations.models import ApiToken
from tracker.people.roles import editors, has_editor_role
from tracker.redact import TOKEN_PREFIX
from tracker.text import clean_text

SALT = "api"
DAYS = 365  # default lifetime of a token
MOST_DAYS = 3_650
YEAR = 365 * 24 * 3600  # lifetime of a signed token in seconds
NAME_LIMIT = 100
USED_EVERY = timedelta(hours=1)  # precision of the last use


def create_token(user: User, *, name: str = "", days: int = DAYS) -> str:
    """Return a new token of an editor, which authenticates its bearer as them. It cannot be read
    again.
    """
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
    """Revoke a token for good; return False if no usable token has that number."""
    now = database_time.now()
    usable = ApiToken.objects.filter(pk=pk, revoked_at=None, expires_at__gt=now)
    return bool(usable.update(revoked_at=now))


def token_state(token: ApiToken, now: datetime) -> str:
    """Return whether a token is valid, or why not."""
    if token.revoked_at is not None:
        return "revoked"
    if token.expires_at <= now:
        return "expired"
    return "valid" if _is_of(token, token.user) else "void: the editor or the password changed"


@dataclass(frozen=True)
class TokenBearer:
    """The editor who sends a token, and its row; None for a signed token from before there were
    rows.
    """

    user: User
    token: ApiToken | None


def bearer_of(token: str) -> TokenBearer | None:
    """Return the editor whose token it is; None for one that is forged, expired, revoked or
    void.
    """
    if token.startswith(TOKEN_PREFIX):
        return _bearer_of_row(token)
    user = _user_of_signed(token)
    return TokenBearer(user, None) if user else None


def _bearer_of_row(token: str) -> TokenBearer | None:
    row = ApiToken.objects.select_related("user").filter(digest=_digest(token)).first()
    # An estimate is enough, and needs no query.
    now = database_time.estimate()
    if row is None or not row.is_open(now) or not _is_of(row, row.user):
        return None
    # Not at each call, or reading by the API would write a row each time.
    if row.used_at is None or row.used_at < now - USED_EVERY:
        ApiToken.objects.filter(pk=row.pk).update(used_at=now)
    return TokenBearer(row.user, row)


# Tokens from before there were rows; the last one expires after a year (decision D97).
def _user_of_signed(token: str) -> User | None:
    try:
        signed = signing.loads(token, salt=SALT, max_age=YEAR)
        user = editors().filter(pk=signed["user"]).first()
        is_valid = user is not None and signed["password"] == _mark(user)
    except (signing.BadSignature, KeyError, TypeError, ValueError):
        return None
    return user if is_valid else None


def _is_of(token: ApiToken, user: User) -> bool:
    return has_editor_role(user) and constant_time_compare(token.password_mark, _mark(user))


def _digest(token: str) -> str:
    """Return the SHA-256 of a token; no salt is needed for 256 random bits."""
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


def _mark(user: AbstractBaseUser) -> str:
    # Django's hash changes with the password and with SECRET_KEY, so either invalidates tokens.
    return user.get_session_auth_hash()[:20]
