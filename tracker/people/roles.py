"""Manage accounts for owners: each function is one change with a line in the audit log. There is
always an owner who can sign in.
"""

from datetime import datetime
from typing import NoReturn

from django.contrib.auth import SESSION_KEY
from django.contrib.auth.models import AnonymousUser, User
from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django_otp import devices_for_user

from tracker.locks import lock
from tracker.people.audit import Actor, Verb, record_line
from tracker.people.models import Invitation, PersonRole
from tracker.text import clean_text

# held while adding, promoting or demoting, so that two owners cannot demote each other
LOCK = "people"


class PeopleError(ValueError):
    """A change of an account that is not possible; the message says why."""


class AddressTakenError(PeopleError):
    """Another account has the address, which only owners may see."""


def role_of(user: User) -> PersonRole:
    """Return the role of a person's enabled account."""
    if not user.is_staff:
        return PersonRole.READER
    return PersonRole.OWNER if user.is_superuser else PersonRole.EDITOR


def flags_of(role: str) -> dict[str, bool]:
    """Return the columns of Django's User that store a role."""
    return {"is_staff": role != PersonRole.READER, "is_superuser": role == PersonRole.OWNER}


def has_editor_role(user: User | AnonymousUser) -> bool:
    """Return whether an enabled account is an editor's or owner's. Of a session this says too
    little: its second factor may be missing (web/editor.py).
    """
    return bool(user.is_active and user.is_staff)


def editors() -> QuerySet[User]:
    """Select the editors who can sign in, owners included."""
    return User.objects.filter(is_active=True, is_staff=True)


def owners() -> QuerySet[User]:
    """Select the owners who can sign in."""
    return editors().filter(is_superuser=True)


def by_role(people: QuerySet[User]) -> QuerySet[User]:
    """Order people: enabled accounts first, then owners, then editors, then by name."""
    return people.order_by("-is_active", "-is_superuser", "-is_staff", "username")


@transaction.atomic
def add_person(user: User, role: str, actor: Actor, now: datetime) -> None:
    """Store a new, validated account with a role."""
    for name, value in flags_of(role).items():
        setattr(user, name, value)
    user.save()
    record_line(Verb.ADDED, actor, now, user.get_username(), "", role)


@transaction.atomic
def change_role(user_id: int, role: str, actor: Actor, now: datetime) -> bool:
    """Give a person another role; return whether it differs. Raises PeopleError."""
    user = _locked(user_id)
    before = role_of(user)
    if role not in PersonRole.values:
        _refuse(_("Choose a role from the list"))
    if role == before:
        return False
    if before == PersonRole.OWNER:
        _check_not_last(user)
    User.objects.filter(pk=user.pk).update(**flags_of(role))
    record_line(Verb.ROLE, actor, now, user.get_username(), before, role)
    if before == PersonRole.OWNER:
        _withdraw_of(user, actor, now)
    return True


@transaction.atomic
def disable_person(user_id: int, actor: Actor, now: datetime) -> bool:
    """Disable a person's account and end all sessions; return whether it was enabled. Raises
    PeopleError.
    """
    user = _locked(user_id)
    if not user.is_active:
        return False
    if role_of(user) == PersonRole.OWNER:
        _check_not_last(user)
    User.objects.filter(pk=user.pk).update(is_active=False)
    _delete_sessions(user.pk)
    record_line(Verb.DISABLED, actor, now, user.get_username())
    _withdraw_of(user, actor, now)
    return True


@transaction.atomic
def enable_person(user_id: int, actor: Actor, now: datetime) -> bool:
    """Enable a disabled account again; return whether it was disabled."""
    user = _locked(user_id)
    if user.is_active:
        return False
    User.objects.filter(pk=user.pk).update(is_active=True)
    record_line(Verb.ENABLED, actor, now, user.get_username())
    return True


@transaction.atomic
def end_sessions(user_id: int, actor: Actor, now: datetime) -> int:
    """Sign a person out everywhere; return how many sessions ended."""
    user = _locked(user_id)
    count = _delete_sessions(user.pk)
    if count:
        record_line(Verb.SESSIONS_ENDED, actor, now, user.get_username(), "", str(count))
    return count


@transaction.atomic
def reset_factor(user_id: int, actor: Actor, now: datetime) -> bool:
    """Turn off the two-step sign-in of a person who lost the device; return whether it was on."""
    user = _locked(user_id)
    # Including backup codes, and devices whose set-up was never finished.
    devices = list(devices_for_user(user, confirmed=None))
    for device in devices:
        device.delete()
    if devices:
        record_line(Verb.FACTOR_RESET, actor, now, user.get_username())
    return bool(devices)


@transaction.atomic
def set_address(user_id: int, address: str, actor: Actor, now: datetime) -> bool:
    """Set the email address, in canonical form, to which a link for a new password is sent; return
    whether it differs. Raises AddressTakenError and PeopleError.
    """
    user = _locked(user_id)
    address = clean_text(address)
    if address == user.email:
        return False
    if address and User.objects.filter(email__iexact=address).exclude(pk=user.pk).exists():
        raise AddressTakenError(_("Somebody else has this address"))
    User.objects.filter(pk=user.pk).update(email=address)
    record_line(Verb.ADDRESS_SET, actor, now, user.get_username(), user.email, address)
    return True


def withdraw_invitations(rows: QuerySet[Invitation], actor: Actor, now: datetime) -> None:
    """End invitations that nobody has accepted, with a line for each whose link still worked."""
    for invitation in rows.filter(accepted_at=None, withdrawn_at=None).order_by("pk"):
        Invitation.objects.filter(pk=invitation.pk).update(withdrawn_at=now)
        if invitation.is_open(now):
            record_line(Verb.WITHDRAWN, actor, now, invitation.address)


def _withdraw_of(user: User, actor: Actor, now: datetime) -> None:
    # A former owner could otherwise return by their own invitation.
    withdraw_invitations(Invitation.objects.filter(by=user.get_username()), actor, now)


def _locked(user_id: int) -> User:
    """Return the account, locked against other changes of people."""
    lock(LOCK)
    user = User.objects.filter(pk=user_id).first()
    if user is None:
        _refuse(_("Account not found"))
    return user


def _check_not_last(user: User) -> None:
    if user.is_active and not owners().exclude(pk=user.pk).exists():
        _refuse(_("This is the last owner. Make somebody else an owner first."))


def _delete_sessions(user_id: int) -> int:
    # Only people with an account have sessions, so there are few.
    ended = [
        session.pk
        for session in Session.objects.all().iterator()
        if session.get_decoded().get(SESSION_KEY) == str(user_id)
    ]
    return Session.objects.filter(pk__in=ended).delete()[0]


def _refuse(words: str) -> NoReturn:
    raise PeopleError(words)
