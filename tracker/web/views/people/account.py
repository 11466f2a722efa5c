"""A person's own account: the second factor, the password and the address."""

import base64
from functools import wraps
from typing import TypeVar, cast

import django_otp
import segno
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.forms import PasswordChangeForm
from django.contrib.auth.models import User
from django.contrib.auth.views import PasswordChangeView
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse_lazy
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods
from django_otp.plugins.otp_totp.models import TOTPDevice

from tracker import database_time
from tracker.people import audit, roles
from tracker.people.audit import Verb
from tracker.people.models import AuditLine
from tracker.people.passkeys import remove_lone_codes, spare_codes
from tracker.people.roles import AddressTakenError, PeopleError
from tracker.web.editor import View, actor_of, has_given_factor, is_owner
from tracker.web.forms.people import (
    AppForm,
    OwnAddressForm,
    OwnPasswordForm,
    seconds_barred,
    wait_error,
)
from tracker.web.pages.editors.people import (
    ConfirmPage,
    NewApp,
    OwnAddressPage,
    build_account_page,
)
from tracker.web.pages.render import render_page
from tracker.web.signing_in import must_wait, signed_in, take_turn, try_of

OwnForm = TypeVar("OwnForm", bound=OwnPasswordForm)


def own_account(view: View) -> View:
    """Require a person's second factor, if any, before they change their account."""

    @never_cache
    @sensitive_post_parameters()
    @login_required
    @wraps(view)
    def answer(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        if not has_given_factor(request.user):
            return redirect("login")
        return view(request, *args, **kwargs)

    return answer


def in_turn(view: View) -> View:
    """Limit password attempts within a session as at sign-in, in case it is somebody else's."""

    @wraps(view)
    def answer(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        if request.method == "POST":
            now = timezone.now()
            wait = take_turn(try_of(request, request.user.get_username()), now)
            if wait:
                request.sign_in_wait = wait  # type: ignore[attr-defined]
                return must_wait(request)
        return view(request, *args, **kwargs)

    return answer


def count_as_right(request: HttpRequest) -> None:
    signed_in(try_of(request, request.user.get_username()), timezone.now())


def read_own_form(request: HttpRequest, form_class: type[OwnForm]) -> OwnForm:
    """Return the form of a change that requires the password, bound if it was posted. Its view is
    wrapped by in_turn.
    """
    user = cast("User", request.user)  # signed in, by own_account
    form = form_class(user, request.POST if request.method == "POST" else None)
    if form.is_bound and "password" in form.fields and not form.has_error("password"):
        count_as_right(request)
    return form


@own_account
@require_http_methods(["GET", "HEAD", "POST"])
@in_turn
def account(request: HttpRequest) -> HttpResponse:
    user = cast("User", request.user)
    if TOTPDevice.objects.filter(user=user, confirmed=True).exists():
        return render_page(request, "web/account.html", build_account_page(user))
    return _switch_on(request, user)


@own_account
@require_http_methods(["GET", "HEAD", "POST"])
@in_turn
def app_off(request: HttpRequest) -> HttpResponse:
    """Turn off codes from an app; requires the password."""
    user = cast("User", request.user)
    form = read_own_form(request, OwnPasswordForm)
    if form.is_valid():
        # Including one whose set-up was never finished.
        TOTPDevice.objects.filter(user=user).delete()
        remove_lone_codes(user)
        _record(request, Verb.FACTOR_OFF)
        messages.success(request, _("Two-step sign-in is off."))
        return redirect("account")
    text = _("When you sign in, you will no longer be asked for a code from your app.")
    return ask_for_password(request, ConfirmPage(form, _("Turn off codes from an app"), text))


def ask_for_password(request: HttpRequest, page: ConfirmPage) -> HttpResponse:
    """Show a change that requires the password, with what is wrong in the form."""
    status = 400 if page.form.errors else 200
    return render_page(request, "web/account_confirm.html", page, status=status)


def _switch_on(request: HttpRequest, user: User) -> HttpResponse:
    """Show the key of a new second factor; a code from its device turns it on."""
    # One key until a code proves that the app has it: reloading the page does not change it.
    device, _is_new = TOTPDevice.objects.get_or_create(user=user, confirmed=False, name="app")
    form = read_own_form(request, AppForm)
    if form.is_valid():
        seconds = seconds_barred([device])
        if device.verify_token(form.cleaned_data["code"]):
            device.confirmed = True
            device.save()
            django_otp.login(request, device)
            _record(request, Verb.FACTOR_ON)
            page = build_account_page(user, codes=spare_codes(user))
            return render_page(request, "web/account.html", page)
        words = _("The code is not correct. Check the clock of your device and try again.")
        form.add_error("code", wait_error(seconds) if seconds else words)
    picture = segno.make(device.config_url).svg_inline(omitsize=True, dark="#000", light="#fff")
    new_app = NewApp(
        form,
        mark_safe(picture),  # noqa: S308 - made of our own address
        _secret(device),
    )
    page = build_account_page(user, new_app=new_app)
    return render_page(request, "web/account.html", page, status=400 if form.errors else 200)


def _secret(device: TOTPDevice) -> str:
    """Return the key for typing into an app, in groups of four."""
    text = base64.b32encode(device.bin_key).decode().rstrip("=")
    return " ".join(text[i : i + 4] for i in range(0, len(text), 4))


def _record(request: HttpRequest, verb: AuditLine.Verb) -> None:
    actor = actor_of(request)
    audit.record_line(verb, actor, database_time.now(), actor.name)


@method_decorator([own_account, in_turn], name="dispatch")
class ChangePassword(PasswordChangeView):
    """Change the password, given the old one."""

    template_name = "web/password.html"
    success_url = reverse_lazy("account")

    def form_valid(self, form: PasswordChangeForm) -> HttpResponse:
        answer = super().form_valid(form)
        _record(self.request, Verb.PASSWORD_SET)
        messages.success(self.request, _("Your password was changed."))
        count_as_right(self.request)
        return answer

    def form_invalid(self, form: PasswordChangeForm) -> HttpResponse:
        if not form.has_error("old_password"):
            count_as_right(self.request)
        return super().form_invalid(form)


@own_account
@require_http_methods(["GET", "HEAD", "POST"])
@in_turn
def address(request: HttpRequest) -> HttpResponse:
    """Set the address for links to a new password; requires the password."""
    user = cast("User", request.user)
    form = read_own_form(request, OwnAddressForm)
    if form.is_valid() and _set_address(request, user, form):
        messages.success(request, _("Your email address was saved."))
        return redirect("account")
    status = 400 if form.is_bound else 200
    return render_page(request, "web/account_address.html", OwnAddressPage(form), status=status)


def _set_address(request: HttpRequest, user: User, form: OwnAddressForm) -> bool:
    new_address = form.cleaned_data["address"]
    try:
        roles.set_address(user.pk, new_address, actor_of(request), database_time.now())
    except AddressTakenError as error:
        # Only owners may see who has an account.
        words = _("This address cannot be used here. Choose another, or ask an owner.")
        form.add_error("address", str(error) if is_owner(user) else words)
    except PeopleError as error:
        form.add_error("address", str(error))
    return not form.errors
