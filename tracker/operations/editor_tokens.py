"""Tokens with which editors write by the API: signed, void after a year or with a new password."""

from django.contrib.auth.models import AbstractBaseUser, User
from django.core import signing

SALT = "api"
YEAR = 365 * 24 * 3600  # seconds


def make(user: User) -> str:
    """A token of an editor. Nothing is stored: whoever has it is taken for them."""
    return signing.dumps({"user": user.pk, "password": _mark(user)}, salt=SALT)


def user_of(token: str) -> User | None:
    """The editor whose token it is; None for one that is forged, too old or void."""
    try:
        told = signing.loads(token, salt=SALT, max_age=YEAR)
        user = User.objects.filter(pk=told["user"], is_active=True, is_staff=True).first()
        is_valid = user is not None and told["password"] == _mark(user)
    except (signing.BadSignature, KeyError, TypeError, ValueError):
        return None
    return user if is_valid else None


def _mark(user: AbstractBaseUser) -> str:
    return user.get_session_auth_hash()[:20]
