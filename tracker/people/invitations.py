"""Invite people: a signed link, mailed and shown to the owner, lets one person create an account in
the given role.
"""

from datetime import datetime, timedelta
from uuid import UUID

from django.contrib.auth.models import User
from django.core.signing import BadSignature, Signer
from django.db import transaction
from django.utils.translation import gettext as _

from tracker.alerts.delivery.queueing import enqueue_delivery, make_message_id
from tracker.alerts.models import Delivery
from tracker.locks import SENT_TWICE, lock
from tracker.people.audit import Actor, Verb, record_line
from tracker.people.models import Invitation, PersonRole
from tracker.people.roles import LOCK, PeopleError, flags_of, withdraw_invitations

VALID_FOR = timedelta(days=7)
TOKEN_LIMIT = 200  # characters
SALT = "people.invitation"


def sign_invitation(invitation: Invitation) -> str:
    """Return the token of an invitation's link."""
    return Signer(salt=SALT).sign(invitation.key.hex).replace(":", ".")


def find_invitation(token: str, now: datetime) -> Invitation | None:
    """Return the invitation of a token; None if it is forged, used, withdrawn or expired."""
    try:
        key = UUID(Signer(salt=SALT).unsign(token[:TOKEN_LIMIT].replace(".", ":")))
    except (BadSignature, ValueError):
        return None
    invitation = Invitation.objects.filter(key=key).first()
    return invitation if invitation is not None and invitation.is_open(now) else None


@transaction.atomic
def invite(address: str, role: str, language: str, actor: Actor, now: datetime) -> Invitation:
    """Invite an address, in canonical form, and queue the mail. An open invitation of the same
    address is withdrawn: only the last link works; the same form just sent twice is one. Raises
    PeopleError.
    """
    lock(LOCK)
    if User.objects.filter(email__iexact=address).exists():
        raise PeopleError(_("Somebody with this address has an account"))
    of_address = Invitation.objects.filter(address=address)
    lately = of_address.filter(role=role, by=actor.name, created_at__gt=now - SENT_TWICE)
    repeated = lately.filter(accepted_at=None, withdrawn_at=None).first()
    if repeated:
        return repeated
    withdraw_invitations(of_address, actor, now)
    invitation = Invitation.objects.create(
        address=address,
        role=PersonRole(role),
        language=language,
        by=actor.name,
        created_at=now,
        expires_at=now + VALID_FOR,
    )
    number = make_message_id("invitation", invitation.key)
    invitation.delivery = enqueue_delivery(Delivery.Type.PEOPLE, number, now)
    invitation.save(update_fields=["delivery"])
    record_line(Verb.INVITED, actor, now, address, "", role)
    return invitation


@transaction.atomic
def withdraw(invitation_id: int, actor: Actor, now: datetime) -> bool:
    """End an invitation; return whether its link still worked."""
    free = Invitation.objects.filter(pk=invitation_id, accepted_at=None, withdrawn_at=None)
    if not free.update(withdrawn_at=now):
        return False
    address = Invitation.objects.values_list("address", flat=True).get(pk=invitation_id)
    record_line(Verb.WITHDRAWN, actor, now, address)
    return True


@transaction.atomic
def accept(invitation: Invitation, user: User, network: str, now: datetime) -> bool:
    """Store the validated account of an invited person; return False if the invitation was used or
    withdrawn in the meantime. Raises PeopleError if the address or the name is taken.
    """
    lock(LOCK)
    free = Invitation.objects.filter(
        pk=invitation.pk, accepted_at=None, withdrawn_at=None, expires_at__gt=now
    )
    # The request that changes the row uses the link: it works once.
    if not free.update(accepted_at=now):
        return False
    if User.objects.filter(email__iexact=invitation.address).exists():
        raise PeopleError(_("Somebody with this address has an account"))
    # The form checked before the lock: two people may choose the same name at once.
    if User.objects.filter(username__iexact=user.get_username()).exists():
        raise PeopleError(_("Somebody else has this name. Choose another."))
    user.email = invitation.address
    for name, value in flags_of(invitation.role).items():
        setattr(user, name, value)
    user.save()
    actor = Actor(user.get_username(), network)
    record_line(Verb.JOINED, actor, now, invitation.address, "", invitation.role)
    return True
