"""Build the mails to people with an account, or invited to one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.contrib.auth.tokens import default_token_generator
from django.core.mail import EmailMultiAlternatives
from django.urls import reverse
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode
from django.utils.translation import gettext as _
from django.utils.translation import override

from tracker.alerts.delivery.emails import MailParts, build_message, site_url
from tracker.alerts.models import Alert, Delivery
from tracker.people.invitations import sign_invitation
from tracker.people.models import Invitation, PasswordRequest

BuiltMail = tuple[EmailMultiAlternatives, Sequence[Alert]]


@dataclass(frozen=True)
class InvitationMail:
    """Who invites, and to which role; the link to create the account, and until when it works."""

    by: str
    role: str
    link: str
    expires_at: datetime


@dataclass(frozen=True)
class PasswordMail:
    """The link to set a person's new password, and for how many hours it works."""

    name: str
    link: str
    hours: int


def invitation_url(invitation: Invitation) -> str:
    """Return the address at which an invited person creates the account."""
    return site_url(reverse("join", args=[sign_invitation(invitation)]))


def build_people_mail(delivery: Delivery) -> BuiltMail | None:
    """Return the mail of an invitation or a password request; None if it is over."""
    invitation = Invitation.objects.filter(delivery=delivery).first()
    if invitation is not None:
        return _invitation_mail(invitation, delivery)
    request = PasswordRequest.objects.filter(delivery=delivery).select_related("user").first()
    return _password_mail(request, delivery) if request is not None else None


def _invitation_mail(invitation: Invitation, delivery: Delivery) -> BuiltMail | None:
    if not invitation.is_open(delivery.created_at):
        return None
    with override(invitation.language):
        content = InvitationMail(
            by=invitation.by,
            role=str(invitation.get_role_display()),
            link=invitation_url(invitation),
            expires_at=invitation.expires_at,
        )
        parts = MailParts(_("You are invited to a policy tracker"), "invitation", content)
        return build_message([invitation.address], delivery, parts), []


def _password_mail(request: PasswordRequest, delivery: Delivery) -> BuiltMail | None:
    user = request.user
    if not user.is_active or not user.email:
        return None
    with override(request.language):
        # Created only now, so that the database contains no link.
        token = default_token_generator.make_token(user)
        number = urlsafe_base64_encode(force_bytes(user.pk))
        content = PasswordMail(
            name=user.get_username(),
            link=site_url(reverse("password_set", args=[number, token])),
            hours=settings.PASSWORD_RESET_TIMEOUT // 3600,
        )
        parts = MailParts(_("Set a new password"), "password", content)
        return build_message([user.email], delivery, parts), []
