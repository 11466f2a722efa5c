"""Sign in, with a second factor where there is one; and the page to switch it on and off."""

import base64
from typing import cast

import django_otp
import segno
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.models import User
from django.contrib.auth.views import LoginView
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods
from django_otp import devices_for_user, user_has_device
from django_otp.plugins.otp_static.models import StaticDevice, StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice

from tracker.web.editor import is_verified
from tracker.web.forms import CodeForm, SignInForm
from tracker.web.pages.render import render_page
from tracker.web.pages.site import AccountPage

SPARE_CODES = 10


class SignIn(LoginView):
    """Name, password, and the code of the second factor for whom has one."""

    template_name = "web/login.html"
    authentication_form = SignInForm

    def form_valid(self, form: AuthenticationForm) -> HttpResponse:
        answer = super().form_valid(form)
        device = getattr(form, "device", None)
        if device is not None:
            django_otp.login(self.request, device)
        return answer


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def account(request: HttpRequest) -> HttpResponse:
    """Nobody who has a second factor changes it without having given it."""
    user = cast("User", request.user)  # signed in, by login_required
    has_device = user_has_device(user)
    if has_device and not is_verified(user):
        return redirect("login")
    if request.method == "POST" and request.POST.get("act") == "off":
        # Spare codes too, and a device whose set-up was never finished.
        for device in devices_for_user(user, confirmed=None):
            device.delete()
        messages.success(request, _("Two-step sign-in is off."))
        return redirect("account")
    if has_device:
        return render_page(request, "web/account.html", AccountPage(has_device=True))
    return _switch_on(request, user)


def _switch_on(request: HttpRequest, user: User) -> HttpResponse:
    """Show the key of a new second factor; a code that its device shows switches it on."""
    # One key until a code proves that the app has it: loading the page again does not change it.
    device, _is_new = TOTPDevice.objects.get_or_create(user=user, confirmed=False, name="app")
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        if device.verify_token(form.cleaned_data["code"]):
            device.confirmed = True
            device.save()
            django_otp.login(request, device)
            page = AccountPage(has_device=True, codes=_spare(user))
            return render_page(request, "web/account.html", page)
        form.add_error(
            "code", _("The code is not correct. Check the clock of your device and try again.")
        )
    picture = segno.make(device.config_url).svg_inline(omitsize=True, dark="#000", light="#fff")
    page = AccountPage(
        has_device=False,
        form=form,
        picture=mark_safe(picture),  # noqa: S308 - made of our own address
        secret=_secret(device),
    )
    return render_page(request, "web/account.html", page, status=400 if form.errors else 200)


def _secret(device: TOTPDevice) -> str:
    """The key as apps take it when it is typed, in groups of four."""
    text = base64.b32encode(device.bin_key).decode().rstrip("=")
    return " ".join(text[i : i + 4] for i in range(0, len(text), 4))


def _spare(user: User) -> tuple[str, ...]:
    """Codes that work once each, for a day without the device."""
    device = StaticDevice.objects.create(user=user, name="spare", confirmed=True)
    codes = tuple(StaticToken.random_token() for _ in range(SPARE_CODES))
    StaticToken.objects.bulk_create(StaticToken(device=device, token=code) for code in codes)
    return codes
