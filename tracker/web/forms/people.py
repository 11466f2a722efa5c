"""Forms of signing in, accounts and invitations."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.contrib.auth.forms import AuthenticationForm, UserCreationForm, UsernameField
from django.contrib.auth.models import User
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy
from django_otp import devices_for_user, match_token
from django_otp.models import Device

from tracker.people.models import PASSKEY_NAME_LIMIT, PersonRole
from tracker.web.fields import MailAddressField

USERNAME_LIMIT = 150  # as in Django's User


class SignInForm(AuthenticationForm):
    """Name and password."""

    # AuthenticationForm sets the limit too late for it to be checked.
    username = UsernameField(
        max_length=USERNAME_LIMIT, widget=forms.TextInput(attrs={"autofocus": True})
    )


class SecondStepForm(forms.Form):
    """The code of the second factor of a person whose password was right; `device` is the one it
    came from.
    """

    code = forms.CharField(
        label=_("Code"),
        max_length=16,
        help_text=_("From your authenticator app, or one of your spare codes"),
        widget=forms.TextInput(
            attrs={"autocomplete": "one-time-code", "inputmode": "numeric", "autofocus": True}
        ),
    )
    device: Device | None = None

    def __init__(self, user: User, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.user = user

    def clean_code(self) -> str:
        # Apps show the code in groups, and people copy the space.
        code = str(self.cleaned_data["code"]).replace(" ", "")
        seconds = seconds_barred(devices_for_user(self.user))
        self.device = match_token(self.user, code)
        if self.device is None and seconds:
            raise wait_error(seconds)
        if self.device is None:
            raise forms.ValidationError(_("Enter the code from your authenticator app"))
        return code


def wait_error(seconds: int) -> forms.ValidationError:
    """Return the error of a code that came too soon: even a correct one would be refused."""
    text = ngettext_lazy(
        "Wait %(n)d second, then enter the next code",
        "Wait %(n)d seconds, then enter the next code",
        "n",
    )
    return forms.ValidationError(text % {"n": seconds}, "wait")


def seconds_barred(devices: Iterable[Device]) -> int:
    """Return for how many seconds codes of these devices are refused after wrong ones; 0 if they
    are not.
    """
    barred = (device.verify_is_allowed() for device in devices)
    until = [detail["locked_until"] for is_allowed, detail in barred if not is_allowed]
    return max(0, *(int((at - timezone.now()).total_seconds()) + 1 for at in until), 0)


class CodeForm(forms.Form):
    """The code that an app shows now."""

    code = forms.CharField(
        label=_("Code"),
        max_length=8,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric"}),
    )


class AddressForm(forms.Form):
    """An address."""

    address = MailAddressField(
        label=_("Email address"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )


class InviteForm(AddressForm):
    """The address of a person to invite, and their role."""

    role = forms.ChoiceField(label=_("Role"), choices=PersonRole.choices, initial=PersonRole.EDITOR)


class OwnPasswordForm(forms.Form):
    """A change that requires a person's own password; people without one must set it by
    mail first.
    """

    password = forms.CharField(
        label=_("Current password"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )

    def __init__(self, user: User, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.user = user

    def clean_password(self) -> str:
        password = str(self.cleaned_data["password"])
        if not self.user.has_usable_password():
            raise forms.ValidationError(_("Set a password first, on the page of your account"))
        if not self.user.check_password(password):
            raise forms.ValidationError(_("Enter your current password"))
        return password


class OwnAddressForm(AddressForm, OwnPasswordForm):
    """A person's own address."""

    field_order = ("address", "password")

    def __init__(self, user: User, *args: Any, **options: Any) -> None:
        super().__init__(user, *args, **options)
        self.initial.setdefault("address", user.email)


class AppForm(CodeForm, OwnPasswordForm):
    """The code of a new app. People without a password, who sign in through a provider, give the
    code alone, as the page may require it of them before they reach any other.
    """

    field_order = ("code", "password")

    def __init__(self, user: User, *args: Any, **options: Any) -> None:
        super().__init__(user, *args, **options)
        if not user.has_usable_password():
            del self.fields["password"]


class PasskeyForm(OwnPasswordForm):
    """The name of a new passkey."""

    name = forms.CharField(
        label=_("Name of the passkey"),
        max_length=PASSKEY_NAME_LIMIT,
        help_text=_("For example “Work laptop”, so that you can recognise it"),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    field_order = ("name", "password")


class JoinForm(UserCreationForm):  # type: ignore[type-arg]
    """The name and the password that an invited person chooses."""

    class Meta(UserCreationForm.Meta):
        fields = ("username",)
        labels = {"username": _("Name")}
        help_texts = {"username": _("You sign in with it. It is shown next to your changes")}
