"""Pages of people with an account: their own, signing in, joining; the owners' list and log."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth.models import User
from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django_otp.plugins.otp_totp.models import TOTPDevice

from tracker.alerts.models import Delivery
from tracker.people import audit
from tracker.people.audit import AuditEntry, AuditFilter
from tracker.people.mails import invitation_url
from tracker.people.models import Invitation, PersonRole
from tracker.people.roles import role_of
from tracker.web.forms import AddressForm, CodeForm, InviteForm, JoinForm, OwnAddressForm, SetupForm

PAGE_SIZE = 50
MOST_PAGES = 100  # the file has all lines
SUBJECT_NAMES: dict[str, str | Promise] = {
    "": _("Everything"),
    "sign-ins": _("Sign-ins"),
    "passwords": _("Passwords and second steps"),
    "people": _("People"),
    "settings": _("Settings"),
    audit.FEEDS: _("Feeds"),
}


@dataclass(frozen=True)
class AccountPage:
    """The second factor of an editor: on, with new spare codes; or how to switch it on."""

    has_device: bool
    codes: tuple[str, ...] = ()
    form: CodeForm | None = None
    picture: SafeString | None = None
    secret: str = ""


@dataclass(frozen=True)
class OwnAddressPage:
    """A person's own address to change."""

    form: OwnAddressForm


@dataclass(frozen=True)
class PasswordAskPage:
    """The form that asks for a link; `is_asked` once it was sent."""

    form: AddressForm
    is_asked: bool
    has_mail: bool


@dataclass(frozen=True)
class JoinPage:
    """What an invited person may become; without a form the link works no longer."""

    form: JoinForm | None = None
    address: str = ""
    role: str = ""


@dataclass(frozen=True)
class SetupPage:
    """The form of a first start; none for whoever has no link."""

    form: SetupForm | None = None


@dataclass(frozen=True)
class PersonRow:
    """An account."""

    id: int
    name: str
    address: str
    role: str
    role_name: str
    is_active: bool
    has_factor: bool
    joined_at: datetime
    signed_in_at: datetime | None


@dataclass(frozen=True)
class InvitationRow:
    """An invitation that nobody has accepted; `error` says why its mail was not taken."""

    id: int
    address: str
    role_name: str
    by: str
    link: str
    expires_at: datetime
    is_open: bool
    is_sent: bool
    error: str


@dataclass(frozen=True)
class PeoplePage:
    """Everybody with an account, who is invited, and the form to invite."""

    people: tuple[PersonRow, ...]
    invitations: tuple[InvitationRow, ...]
    roles: tuple[tuple[str, str], ...]
    form: InviteForm
    has_mail: bool


@dataclass(frozen=True)
class AuditLogPage:
    """A page of the audit log; `parameters` are those of its filter, an address "" is no link."""

    entries: tuple[AuditEntry, ...]
    person: str
    subject: str
    subjects: tuple[tuple[str, str | Promise], ...]
    people: tuple[str, ...]
    parameters: str
    newer: str
    older: str


def has_mail() -> bool:
    """Return whether mails reach people, and do not end as files on this machine."""
    return not settings.EMAIL_IS_EMBEDDED


def build_people_page(form: InviteForm, now: datetime) -> PeoplePage:
    """Return everybody with an account, the owners first, and open invitations."""
    with_factor = set(TOTPDevice.objects.filter(confirmed=True).values_list("user", flat=True))
    users = User.objects.order_by("-is_active", "-is_superuser", "-is_staff", "username")
    open_ones = Invitation.objects.filter(accepted_at=None, withdrawn_at=None)
    invitations = open_ones.select_related("delivery").order_by("-created_at", "-pk")
    return PeoplePage(
        people=tuple(_person_row(user, with_factor) for user in users),
        invitations=tuple(_invitation_row(invitation, now) for invitation in invitations),
        roles=tuple((value, str(name)) for value, name in PersonRole.choices),
        form=form,
        has_mail=has_mail(),
    )


def _person_row(user: User, with_factor: Iterable[int]) -> PersonRow:
    role = role_of(user)
    return PersonRow(
        id=user.pk,
        name=user.get_username(),
        address=user.email,
        role=role.value,
        role_name=str(role.label),
        is_active=user.is_active,
        has_factor=user.pk in with_factor,
        joined_at=user.date_joined,
        signed_in_at=user.last_login,
    )


def _invitation_row(invitation: Invitation, now: datetime) -> InvitationRow:
    delivery = invitation.delivery
    return InvitationRow(
        id=invitation.pk,
        address=invitation.address,
        role_name=str(invitation.get_role_display()),
        by=invitation.by,
        link=invitation_url(invitation),
        expires_at=invitation.expires_at,
        is_open=invitation.is_open(now),
        is_sent=delivery is not None and delivery.state == Delivery.State.SENT,
        error=delivery.error if delivery is not None else "",
    )


def build_audit_log_page(choice: AuditFilter, number: int) -> AuditLogPage:
    """Return a page of the log, the first for a number that is none."""
    number = number if 1 <= number <= MOST_PAGES else 1
    rows = audit.entries(choice, (number - 1) * PAGE_SIZE, PAGE_SIZE + 1)
    parameters = {"person": choice.person, "subject": choice.subject}
    chosen = urlencode({name: value for name, value in parameters.items() if value})
    has_older = len(rows) > PAGE_SIZE and number < MOST_PAGES
    return AuditLogPage(
        entries=tuple(rows[:PAGE_SIZE]),
        person=choice.person,
        subject=choice.subject,
        subjects=tuple(SUBJECT_NAMES.items()),
        people=tuple(User.objects.order_by("username").values_list("username", flat=True)),
        parameters=chosen,
        newer=_page_address(chosen, number - 1) if number > 1 else "",
        older=_page_address(chosen, number + 1) if has_older else "",
    )


def _page_address(parameters: str, number: int) -> str:
    return "?" + "&".join(part for part in (parameters, f"page={number}") if part)
