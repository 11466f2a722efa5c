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

from tracker import database_time
from tracker.alerts.models import Delivery
from tracker.people import audit
from tracker.people.audit import AuditCursor, AuditEntry, AuditFilter
from tracker.people.mails import invitation_url
from tracker.people.models import Identity, Invitation, Passkey, PersonRole
from tracker.people.roles import by_role, role_of
from tracker.web.forms.people import (
    AddressForm,
    AppForm,
    InviteForm,
    JoinForm,
    OwnAddressForm,
    OwnPasswordForm,
    PasskeyForm,
)
from tracker.web.forms.setup import SetupForm
from tracker.web.pages.editors.tokens import TokenTable, token_table

PAGE_SIZE = 50
SUBJECT_NAMES: dict[str, str | Promise] = {
    "": _("Everything"),
    "sign-ins": _("Sign-ins"),
    "passwords": _("Passwords and second steps"),
    "people": _("People"),
    "settings": _("Settings"),
    audit.FEEDS: _("Feeds"),
}


@dataclass(frozen=True)
class NewApp:
    """The set-up of an app for codes: its key as a picture and as text, and the form for
    its code.
    """

    form: AppForm
    picture: SafeString
    secret: str


@dataclass(frozen=True)
class PasskeyRow:
    """A passkey of a person."""

    id: int
    name: str
    created_at: datetime
    used_at: datetime | None


@dataclass(frozen=True)
class AccountPage:
    """A person's own ways to sign in, with new spare codes; `new_app` to switch an app on."""

    has_app: bool
    role: PersonRole
    passkeys: tuple[PasskeyRow, ...]
    provider: str
    tokens: TokenTable
    codes: tuple[str, ...] = ()
    new_app: NewApp | None = None


@dataclass(frozen=True)
class NewPasskeyPage:
    """The form of a new passkey, or the browser's challenge as JSON; `advice` says why passkeys do
    not work at this address.
    """

    form: PasskeyForm | None
    options: str = ""
    name: str = ""
    advice: str = ""


@dataclass(frozen=True)
class PasskeySignInPage:
    """The browser's challenge as JSON, "" before the button was pressed."""

    options: str
    after: str
    error: str
    advice: str


@dataclass(frozen=True)
class OwnAddressPage:
    """A person's own address to change."""

    form: OwnAddressForm


@dataclass(frozen=True)
class ConfirmPage:
    """A change of one's own account that requires the password; `title` is also its button."""

    form: OwnPasswordForm
    title: str
    text: str


@dataclass(frozen=True)
class PasswordAskPage:
    """The form that asks for a link; `is_asked` once it was sent."""

    form: AddressForm
    is_asked: bool
    has_mail: bool


@dataclass(frozen=True)
class JoinPage:
    """The role of an invited person; without a form the link is no longer valid."""

    form: JoinForm | None = None
    address: str = ""
    role: str = ""


@dataclass(frozen=True)
class SetupPage:
    """The set-up form, None for visitors without the link; and the number of chosen feeds, if
    requested.
    """

    form: SetupForm | None = None
    count: int | None = None


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
    signed_in_at: datetime | None


@dataclass(frozen=True)
class InvitationRow:
    """An invitation that nobody has accepted; `error` says why its mail was not accepted."""

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
    tokens: TokenTable
    is_for_owners: bool = True


@dataclass(frozen=True)
class AuditLogPage:
    """A page of the audit log; `parameters` are those of its filter, the address "" means
    no link.
    """

    entries: tuple[AuditEntry, ...]
    person: str
    subject: str
    subjects: tuple[tuple[str, str | Promise], ...]
    people: tuple[str, ...]
    parameters: str
    newest: str
    older: str


def build_account_page(
    user: User, *, codes: tuple[str, ...] = (), new_app: NewApp | None = None
) -> AccountPage:
    """Return the page of a person's own account."""
    rows = Passkey.objects.filter(user=user, confirmed=True).order_by("pk")
    passkeys = (PasskeyRow(row.pk, row.name, row.created_at, row.last_used_at) for row in rows)
    is_linked = Identity.objects.filter(user=user, issuer=settings.OIDC_ISSUER).exists()
    provider = settings.OIDC_NAME if is_linked else ""
    has_app = TOTPDevice.objects.filter(user=user, confirmed=True).exists()
    tokens = token_table([user.pk], database_time.now())
    return AccountPage(has_app, role_of(user), tuple(passkeys), provider, tokens, codes, new_app)


def has_mail() -> bool:
    """Return whether mails are sent, rather than written to files on this machine."""
    return not settings.EMAIL_IS_EMBEDDED


def build_people_page(form: InviteForm, now: datetime) -> PeoplePage:
    """Return everybody with an account, the owners first, and open invitations."""
    with_factor = set(TOTPDevice.objects.filter(confirmed=True).values_list("user", flat=True))
    with_factor |= set(Passkey.objects.filter(confirmed=True).values_list("user", flat=True))
    users = by_role(User.objects.all())
    open_ones = Invitation.objects.filter(accepted_at=None, withdrawn_at=None)
    invitations = open_ones.select_related("delivery").order_by("-created_at", "-pk")
    return PeoplePage(
        people=tuple(_person_row(user, with_factor) for user in users),
        invitations=tuple(_invitation_row(invitation, now) for invitation in invitations),
        roles=tuple((value, str(name)) for value, name in PersonRole.choices),
        form=form,
        has_mail=has_mail(),
        tokens=token_table(None, now),
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


def build_audit_log_page(choice: AuditFilter, cursor: AuditCursor | None) -> AuditLogPage:
    """Return the page of the log after a cursor, or the first."""
    entries, older = audit.entries(choice, cursor, PAGE_SIZE)
    parameters = {"person": choice.person, "subject": choice.subject}
    chosen = urlencode({name: value for name, value in parameters.items() if value})
    return AuditLogPage(
        entries=tuple(entries),
        person=choice.person,
        subject=choice.subject,
        subjects=tuple(SUBJECT_NAMES.items()),
        people=tuple(User.objects.order_by("username").values_list("username", flat=True)),
        parameters=chosen,
        newest=f"?{chosen}" if cursor is not None else "",
        older="?" + "&".join(filter(None, (chosen, f"before={older}"))) if older else "",
    )
