"""Passkeys: a person's own, and signing in with one. A challenge is stored in the session until the
first answer.
"""

import ipaddress
import logging
from datetime import timedelta
from typing import cast

import django_otp
from django.contrib import messages
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.http.request import split_domain_port
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from tracker import database_time
from tracker.people import audit, passkeys
from tracker.people.audit import Actor, Verb
from tracker.people.passkeys import PasskeyError, Place
from tracker.site.name import site_name
from tracker.web.editor import redirect_next
from tracker.web.fields import row_id
from tracker.web.forms.people import OwnPasswordForm, PasskeyForm
from tracker.web.pages.editors.people import (
    ConfirmPage,
    NewPasskeyPage,
    PasskeySignInPage,
    build_account_page,
)
from tracker.web.pages.render import render_page
from tracker.web.senders import network_of
from tracker.web.signing_in import must_wait, signed_in, take_turn, try_of, try_without_name
from tracker.web.views.people.account import (
    ask_for_password,
    in_turn,
    own_account,
    read_own_form,
)
from tracker.web.views.people.sign_in import finish_sign_in, pending_user

log = logging.getLogger(__name__)
ASKED = "passkey"  # session key: the browser's challenge
ASKED_FOR = timedelta(minutes=5)
ANSWER_LIMIT = 20_000  # characters


@own_account
@require_http_methods(["GET", "HEAD", "POST"])
def new_passkey(request: HttpRequest) -> HttpResponseBase:
    """Add a passkey: its name and the password, then the browser's answer."""
    user = cast("User", request.user)  # signed in, by own_account
    if request.method == "POST" and "credential" in request.POST:
        return _add(request, user)
    return _ask(request)


@in_turn
def _ask(request: HttpRequest) -> HttpResponse:
    user = cast("User", request.user)
    advice = _advice(request)
    form = read_own_form(request, PasskeyForm)
    if advice or not form.is_valid():
        page = NewPasskeyPage(None if advice else form, advice=advice)
        status = 400 if form.is_bound else 200
        return render_page(request, "web/passkey_new.html", page, status=status)
    asked = passkeys.registration_challenge(user, site_name(), _place(request))
    name = str(form.cleaned_data["name"])
    _keep(request, "add", asked.challenge, name)
    page = NewPasskeyPage(None, asked.options, name)
    return render_page(request, "web/passkey_new.html", page)


def _add(request: HttpRequest, user: User) -> HttpResponse:
    challenge, name = _take(request, "add")
    answer = request.POST["credential"][:ANSWER_LIMIT], challenge
    try:
        passkey = passkeys.add_passkey(user, name, answer, _place(request), database_time.now())
    except PasskeyError as error:
        messages.error(request, str(error))
        return redirect("passkey_new")
    django_otp.login(request, passkey)
    messages.success(request, _("Passkey added."))
    codes = passkeys.spare_codes(user)
    if not codes:
        return redirect("account")
    return render_page(request, "web/account.html", build_account_page(user, codes=codes))


@own_account
@require_POST
def rename_passkey(request: HttpRequest) -> HttpResponse:
    """Rename one's own passkey."""
    user, now = cast("User", request.user), database_time.now()
    passkey_id = row_id(request.POST.get("passkey", ""))
    try:
        if passkeys.rename_passkey(user, passkey_id, request.POST.get("name", ""), now):
            messages.success(request, _("Passkey renamed."))
    except PasskeyError as error:
        messages.error(request, str(error))
    return redirect("account")


@own_account
@require_http_methods(["GET", "HEAD", "POST"])
@in_turn
def remove_passkey(request: HttpRequest, passkey_id: int) -> HttpResponse:
    """Remove one's own passkey; requires the password."""
    user = cast("User", request.user)
    form = read_own_form(request, OwnPasswordForm)
    try:
        name = passkeys.own_passkey(user, passkey_id).name
        if not form.is_valid():
            text = _("You will no longer be able to sign in with the passkey “%(name)s”.")
            page = ConfirmPage(form, _("Remove passkey"), text % {"name": name})
            return ask_for_password(request, page)
        passkeys.remove_passkey(user, passkey_id, database_time.now())
        messages.success(request, _("Passkey removed."))
    except PasskeyError as error:
        messages.error(request, str(error))
    return redirect("account")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in_with_passkey(request: HttpRequest) -> HttpResponse:
    """Sign in with a passkey alone, or as the second step after the password."""
    user = pending_user(request)
    if request.method == "POST" and "credential" in request.POST:
        return _sign_in(request, user)
    options = ""
    if request.method == "POST" and not _advice(request):
        # Each challenge stores a session.
        if wait := take_turn(try_without_name(request, "passkey"), timezone.now()):
            request.sign_in_wait = wait  # type: ignore[attr-defined]
            return must_wait(request)
        asked = passkeys.sign_in_challenge(_place(request), user)
        _keep(request, "sign in", asked.challenge)
        options = asked.options
    return _sign_in_page(request, options)


def _sign_in(request: HttpRequest, user: User | None) -> HttpResponse:
    answer = request.POST["credential"][:ANSWER_LIMIT], _take(request, "sign in")[0]
    now = timezone.now()
    attempt = try_of(request, f"passkey {passkeys.credential_of(answer[0])[:100]}")
    wait = take_turn(attempt, now)
    if wait:
        request.sign_in_wait = wait  # type: ignore[attr-defined]
        return must_wait(request)
    passkey = passkeys.use_passkey(answer, _place(request), user, database_time.now())
    if passkey is None:
        _record_failure(request, answer[0])
        words = _("This passkey was not accepted. Try again, or sign in with your password.")
        return _sign_in_page(request, "", words, status=400)
    signed_in(attempt, now)
    signed_in(try_without_name(request, "passkey"), now)
    finish_sign_in(request, passkey.user, passkey, "passkey")
    return redirect_next(request, "timeline")


def _record_failure(request: HttpRequest, credential: str) -> None:
    known = passkeys.find_passkey(credential)
    name = known.user.get_username() if known is not None else ""
    network = network_of(request)
    audit.record_line(Verb.PASSKEY_FAILED, Actor(network=network), timezone.now(), name)
    log.warning("wrong passkey at sign-in", extra={"person": name, "network": network})


def _sign_in_page(
    request: HttpRequest, options: str, error: str = "", status: int = 200
) -> HttpResponse:
    after = request.POST.get("next", "") or request.GET.get("next", "")
    page = PasskeySignInPage(options, after, error, _advice(request))
    return render_page(request, "web/passkey.html", page, status=status)


def _place(request: HttpRequest) -> Place:
    host = split_domain_port(request.get_host())[0]
    return Place(host, f"{request.scheme}://{request.get_host()}")


def _advice(request: HttpRequest) -> str:
    """Return why passkeys do not work at this address; "" if they do."""
    host, port = split_domain_port(request.get_host())
    try:
        ipaddress.ip_address(host.strip("[]"))
    except ValueError:
        is_local = host == "localhost" or host.endswith(".localhost")
        return "" if request.is_secure() or is_local else _("Passkeys need https.")
    if not ipaddress.ip_address(host.strip("[]")).is_loopback:
        return _("Passkeys need a host name with https. This address has only numbers.")
    words = _("Passkeys need a host name. Open this page at %(address)s instead.")
    return words % {"address": f"{request.scheme}://localhost{port and f':{port}'}{request.path}"}


def _keep(request: HttpRequest, purpose: str, challenge: str, name: str = "") -> None:
    until = (timezone.now() + ASKED_FOR).timestamp()
    request.session[ASKED] = [purpose, challenge, name, until]


def _take(request: HttpRequest, purpose: str) -> tuple[str, str]:
    """Remove the challenge of a purpose from the session and return it, with the name of the new
    passkey; two "" if there is no valid one.
    """
    asked = request.session.pop(ASKED, None)
    # Saved at once, so that a second answer to the same challenge finds none.
    if asked is not None:
        request.session.save()
    if not isinstance(asked, list) or asked[0] != purpose or asked[3] < timezone.now().timestamp():
        return "", ""
    return str(asked[1]), str(asked[2])
