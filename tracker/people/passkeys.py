"""Create and check passkeys (WebAuthn). The caller stores the challenge, and uses each for one
answer only.
"""

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.contrib.auth.models import AnonymousUser, User
from django.db import transaction
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _
from django_otp.plugins.otp_static.models import StaticDevice, StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice
from webauthn import (
    generate_authentication_options,
    generate_registration_options,
    options_to_json,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.helpers import (
    base64url_to_bytes,
    bytes_to_base64url,
    parse_authentication_credential_json,
)
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from tracker.locks import lock
from tracker.people.audit import Actor, Verb, record_line
from tracker.people.models import PASSKEY_NAME_LIMIT, Passkey
from tracker.people.roles import LOCK, PeopleError
from tracker.text import clean_text

MOST = 20  # passkeys of one person
SPARE_CODES = 10
# Errors that py_webauthn and its parsers raise for an invalid answer.
NOT_AN_ANSWER = (
    WebAuthnException,
    ValueError,
    TypeError,
    LookupError,
    OverflowError,
    RecursionError,
)


class PasskeyError(PeopleError):
    """An invalid answer of a browser; the message says what to do."""


@dataclass(frozen=True)
class Place:
    """The host and the origin that a browser is at; a passkey only works at its own host."""

    host: str
    origin: str


@dataclass(frozen=True)
class Challenge:
    """The options for the browser as JSON, and the challenge that its answer must carry."""

    options: str
    challenge: str


def registration_challenge(user: User, site_name: str, place: Place) -> Challenge:
    """Return the challenge for the browser of a person who adds a passkey."""
    options = generate_registration_options(
        rp_id=place.host,
        rp_name=site_name,
        user_name=user.get_username(),
        user_id=_handle(user),
        authenticator_selection=AuthenticatorSelectionCriteria(
            # It signs in by itself: the browser must find it without a name, and verify the user.
            resident_key=ResidentKeyRequirement.REQUIRED,
            user_verification=UserVerificationRequirement.REQUIRED,
        ),
        exclude_credentials=_descriptors(user),
    )
    return Challenge(options_to_json(options), bytes_to_base64url(options.challenge))


def sign_in_challenge(place: Place, user: User | None) -> Challenge:
    """Return the challenge to sign in: for any passkey of the site, or for those of a person whose
    password was right.
    """
    options = generate_authentication_options(
        rp_id=place.host,
        allow_credentials=_descriptors(user) if user is not None else [],
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    return Challenge(options_to_json(options), bytes_to_base64url(options.challenge))


@transaction.atomic
def add_passkey(
    user: User, name: str, answer: tuple[str, str], place: Place, now: datetime
) -> Passkey:
    """Store the passkey in a browser's answer to a challenge. Raises PasskeyError."""
    credential, challenge = answer
    try:
        verified = verify_registration_response(
            credential=credential,
            expected_challenge=_expected(challenge),
            expected_rp_id=place.host,
            expected_origin=place.origin,
            require_user_verification=True,
        )
    except NOT_AN_ANSWER:
        raise PasskeyError(_("The passkey could not be added. Try again.")) from None
    lock(LOCK)
    credential_id = bytes_to_base64url(verified.credential_id)
    if Passkey.objects.filter(user=user).count() >= MOST:
        raise PasskeyError(_("You have too many passkeys. Remove one first."))
    if Passkey.objects.filter(credential_id=credential_id).exists():
        raise PasskeyError(_("This passkey was added before"))
    passkey: Passkey = Passkey.objects.create(
        user=user,
        name=_name(name),
        credential_id=credential_id,
        public_key=verified.credential_public_key,
        sign_count=verified.sign_count,
        created_at=now,
    )
    record_line(Verb.PASSKEY_ADDED, Actor(user.get_username()), now, user.get_username(), "", name)
    return passkey


def credential_of(credential: str) -> str:
    """Return the id of the passkey in an answer, in canonical form; "" if there is none."""
    try:
        return bytes_to_base64url(parse_authentication_credential_json(credential).raw_id)
    except NOT_AN_ANSWER:
        return ""


def use_passkey(
    answer: tuple[str, str], place: Place, user: User | None, now: datetime
) -> Passkey | None:
    """Return the passkey proved by a browser's answer to a challenge, of `user` if given, else of
    anybody with an enabled account; None if the answer is not valid.
    """
    credential, challenge = answer
    passkey = find_passkey(credential)
    if passkey is None or not passkey.user.is_active or user not in {None, passkey.user}:
        return None
    try:
        verified = verify_authentication_response(
            credential=credential,
            expected_challenge=_expected(challenge),
            expected_rp_id=place.host,
            expected_origin=place.origin,
            credential_public_key=bytes(passkey.public_key),
            credential_current_sign_count=passkey.sign_count,
            require_user_verification=True,
        )
    except NOT_AN_ANSWER:
        return None
    # Two answers with the same count mean that the key was copied.
    same = Passkey.objects.filter(pk=passkey.pk, sign_count=passkey.sign_count)
    is_first = same.update(sign_count=verified.new_sign_count, last_used_at=now)
    return passkey if is_first else None


def find_passkey(credential: str) -> Passkey | None:
    """Return the passkey that an answer names, even if the answer is not valid."""
    passkeys = Passkey.objects.filter(credential_id=credential_of(credential), confirmed=True)
    passkey: Passkey | None = passkeys.select_related("user").first()
    return passkey


@transaction.atomic
def rename_passkey(user: User, passkey_id: int, name: str, now: datetime) -> bool:
    """Give a passkey of a person another name; return whether it differs. Raises PasskeyError."""
    lock(LOCK)
    passkey = own_passkey(user, passkey_id)
    before, after = passkey.name, _name(name)
    if before == after:
        return False
    Passkey.objects.filter(pk=passkey.pk).update(name=after)
    actor = Actor(user.get_username())
    record_line(Verb.PASSKEY_RENAMED, actor, now, actor.name, before, after)
    return True


@transaction.atomic
def remove_passkey(user: User, passkey_id: int, now: datetime) -> None:
    """Remove a passkey of a person, and the spare codes with the last device. Raises
    PasskeyError.
    """
    lock(LOCK)
    passkey = own_passkey(user, passkey_id)
    passkey.delete()
    actor = Actor(user.get_username())
    record_line(Verb.PASSKEY_REMOVED, actor, now, actor.name, passkey.name)
    remove_lone_codes(user)


def own_passkey(user: User, passkey_id: int) -> Passkey:
    """Return a passkey of a person. Raises PasskeyError."""
    passkey: Passkey | None = Passkey.objects.filter(pk=passkey_id, user=user).first()
    if passkey is None:
        raise PasskeyError(_("Passkey not found"))
    return passkey


def has_passkey(user: User) -> bool:
    """Return whether a person has any passkey."""
    return bool(Passkey.objects.filter(user=user, confirmed=True).exists())


def has_second_factor(user: User | AnonymousUser) -> bool:
    """Return whether a person has a device of any type: one query, where django-otp needs one per
    type.
    """
    if not isinstance(user, User):
        return False
    sorts = (TOTPDevice, StaticDevice, Passkey)
    first, *others = (
        sort.objects.filter(user=user, confirmed=True).order_by().values("pk") for sort in sorts
    )
    return bool(first.union(*others, all=True).exists())


def spare_codes(user: User) -> tuple[str, ...]:
    """Create backup codes, which work once each, for use without the device; none if some exist."""
    if StaticDevice.objects.filter(user=user, confirmed=True).exists():
        return ()
    device = StaticDevice.objects.create(user=user, name="spare", confirmed=True)
    codes = tuple(StaticToken.random_token() for _ in range(SPARE_CODES))
    StaticToken.objects.bulk_create(StaticToken(device=device, token=code) for code in codes)
    return codes


def remove_lone_codes(user: User) -> None:
    """Remove backup codes without any device left: alone they are no second factor."""
    has_app = TOTPDevice.objects.filter(user=user, confirmed=True).exists()
    if not has_app and not has_passkey(user):
        StaticDevice.objects.filter(user=user).delete()


def _expected(challenge: str) -> bytes:
    """Return the challenge that was given out; raises ValueError if none was."""
    # To the library an empty one equals that of an answer which somebody invented.
    if not challenge:
        raise ValueError("no challenge was given out")
    return base64url_to_bytes(challenge)


def _name(text: str) -> str:
    return clean_text(text, PASSKEY_NAME_LIMIT) or str(_("Passkey"))


def _descriptors(user: User) -> list[PublicKeyCredentialDescriptor]:
    ids = Passkey.objects.filter(user=user, confirmed=True).order_by("pk")
    return [
        PublicKeyCredentialDescriptor(id=base64url_to_bytes(credential_id))
        for credential_id in ids.values_list("credential_id", flat=True)
    ]


def _handle(user: User) -> bytes:
    # Reveals nothing about the person (WebAuthn 14.6.1).
    return salted_hmac(
        "people.passkey", str(user.pk), secret=settings.SECRET_KEY, algorithm="sha256"
    ).digest()
