"""Sign in people through the OpenID provider, by the verified address of their account or
invitation. Roles are decided here, not by the provider.
"""

import re
from collections.abc import Mapping
from datetime import datetime
from importlib.util import find_spec

from django.conf import settings
from django.contrib.auth.models import User
from django.db import transaction
from django.utils.translation import gettext as _

from tracker.alerts.mailbox import MailAddressError, canonical_address
from tracker.locks import lock
from tracker.people.audit import Actor, Verb, record_line
from tracker.people.invitations import accept
from tracker.people.models import SUBJECT_LIMIT, Identity, Invitation
from tracker.people.roles import LOCK, PeopleError

NAME_LETTERS = 100  # of a new account's name
NOT_IN_NAMES = re.compile(r"[^\w.@+-]+")  # as Django's UnicodeUsernameValidator

Claims = Mapping[str, object]


class ProviderError(PeopleError):
    """A person whom the provider knows but who may not sign in here; the message says what
    to do.
    """


def provider_name() -> str:
    """Return the name of the provider for the button; "" if none is configured."""
    is_set = settings.OIDC_ISSUER and settings.OIDC_CLIENT_ID
    return settings.OIDC_NAME if is_set and find_spec("authlib") else ""


@transaction.atomic
def person_of(claims: Claims, network: str, now: datetime) -> User:
    """Return the person of a verified ID token: the one who signed in with it before, else the one
    with its address, else a new account for an invited one. Raises ProviderError.
    """
    lock(LOCK)
    issuer, subject = settings.OIDC_ISSUER, str(claims.get("sub", ""))
    if not subject or len(subject) > SUBJECT_LIMIT:
        raise ProviderError(_("The provider did not confirm who you are"))
    known = Identity.objects.filter(issuer=issuer, subject=subject).select_related("user").first()
    if known is not None:
        return _enabled(known.user)
    address = _verified_address(claims)
    user = _with_address(address) or _invited(address, claims, network, now)
    # The provider may reassign an address to somebody else, but never a subject.
    if Identity.objects.filter(user=user, issuer=issuer).exists():
        raise ProviderError(_("Your account is linked to somebody else at the provider"))
    Identity.objects.create(user=user, issuer=issuer, subject=subject, at=now)
    name = user.get_username()
    record_line(Verb.LINKED, Actor(name, network), now, name, "", settings.OIDC_NAME)
    return user


def _verified_address(claims: Claims) -> str:
    # Some providers send the boolean as text.
    if claims.get("email_verified") not in {True, "true"}:
        raise ProviderError(_("The provider has not verified your email address"))
    try:
        return canonical_address(str(claims.get("email", "")), is_public=True)
    except MailAddressError:
        raise ProviderError(_("The provider did not share your email address")) from None


def _with_address(address: str) -> User | None:
    users = list(User.objects.filter(email__iexact=address)[:2])
    if len(users) > 1:
        raise ProviderError(_("Several accounts have your email address. Ask an owner."))
    return _enabled(users[0]) if users else None


def _enabled(user: User) -> User:
    if not user.is_active:
        raise ProviderError(_("Your account is disabled. Ask an owner."))
    return user


def _invited(address: str, claims: Claims, network: str, now: datetime) -> User:
    rows = Invitation.objects.filter(address=address, accepted_at=None, withdrawn_at=None)
    invitation = rows.filter(expires_at__gt=now).first()
    user = User(username=_free_name(str(claims.get("preferred_username") or address)))
    user.set_unusable_password()
    if invitation is None or not accept(invitation, user, network, now):
        raise ProviderError(_("You are not invited. Ask an owner to invite your email address."))
    return user


def _free_name(text: str) -> str:
    """Return an unused name for a new account."""
    base = NOT_IN_NAMES.sub("", text.partition("@")[0])[:NAME_LETTERS] or "person"
    used_names = {
        name.casefold()
        for name in User.objects.filter(username__istartswith=base).values_list(
            "username", flat=True
        )
    }
    names = (base if number == 1 else f"{base}{number}" for number in range(1, len(used_names) + 2))
    return next(name for name in names if name.casefold() not in used_names)
