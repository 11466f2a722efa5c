"""Sign in through an OpenID provider: redirect with a state, a nonce and the hash of a secret
(PKCE), and return with a code for a signed token.
"""

import logging
from functools import cache
from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from tracker import database_time
from tracker.people import audit
from tracker.people.audit import Actor, Verb
from tracker.people.passkeys import has_second_factor
from tracker.people.provider import Claims, person_of, provider_name
from tracker.people.roles import PeopleError
from tracker.text import clean_text
from tracker.web.senders import network_of
from tracker.web.signing_in import must_wait, signed_in, take_turn, try_without_name
from tracker.web.views.people.sign_in import BACKEND, ask_for_code

if TYPE_CHECKING:
    from authlib.integrations.django_client import DjangoOAuth2App

log = logging.getLogger(__name__)
TIMEOUT = 10  # seconds for each request to the provider
AFTER = "provider_next"  # of the session: the path to go to


@never_cache
@require_safe
def start(request: HttpRequest) -> HttpResponse:
    """Redirect to the provider."""
    if not provider_name():
        raise Http404
    # Each visit stores a session, and may wait for the provider's description.
    if too_often := _take_turn(request):
        return too_often
    path = request.GET.get("next", "")
    is_ours = path.startswith("/") and url_has_allowed_host_and_scheme(path, allowed_hosts=None)
    return_address = request.build_absolute_uri(reverse("login_provider_back"))
    try:
        answer: HttpResponse = _client().authorize_redirect(request, return_address)
    except _errors() as error:
        return _failed(request, error)
    request.session[AFTER] = path if is_ours else ""
    return answer


@never_cache
@require_safe
def come_back(request: HttpRequest) -> HttpResponse:
    """Sign in people returning from the provider, if they have an account or invitation; including
    the second step if they have one.
    """
    if not provider_name():
        raise Http404
    if too_often := _take_turn(request):
        return too_often
    network = network_of(request)
    try:
        claims = _claims(request)
        user = person_of(claims, network, database_time.now())
    except PeopleError as error:
        about = clean_text(str(claims.get("email", "")), 254)
        audit.record_line(Verb.PROVIDER_REFUSED, Actor(network=network), timezone.now(), about)
        messages.error(request, str(error))
        return redirect("login")
    except _errors() as error:
        return _failed(request, error)
    signed_in(try_without_name(request, "provider"), timezone.now())
    path = str(request.session.pop(AFTER, ""))
    request.sign_in_means = settings.OIDC_NAME  # type: ignore[attr-defined]
    if has_second_factor(user):
        return ask_for_code(request, user, path)
    login(request, user, BACKEND)
    return redirect(path or reverse("timeline"))


def _take_turn(request: HttpRequest) -> HttpResponse | None:
    """Count a step as an attempt to sign in; return the answer to who must wait instead."""
    wait = take_turn(try_without_name(request, "provider"), timezone.now())
    if not wait:
        return None
    request.sign_in_wait = wait  # type: ignore[attr-defined]
    return must_wait(request)


def _claims(request: HttpRequest) -> Claims:
    """Return the claims of the provider's signed token, checked against our state and nonce."""
    issuers = [settings.OIDC_ISSUER, f"{settings.OIDC_ISSUER}/"]
    # The issuer from the settings, not the one in the provider's own description.
    expected = {"iss": {"essential": True, "values": issuers}}
    token = _client().authorize_access_token(request, claims_options=expected)
    claims = token.get("userinfo")
    if claims is None:
        raise ValueError("the provider sent no ID token")
    return dict(claims)


def _failed(request: HttpRequest, error: Exception) -> HttpResponse:
    network, words = network_of(request), clean_text(str(error), 200)
    audit.record_line(Verb.PROVIDER_REFUSED, Actor(network=network), timezone.now(), "", "", words)
    log.warning("sign-in through the provider failed", extra={"error": words, "network": network})
    messages.error(request, _("Sign-in with %s did not work. Try again.") % settings.OIDC_NAME)
    return redirect("login")


def _client() -> "DjangoOAuth2App":
    return _client_of(settings.OIDC_ISSUER, settings.OIDC_CLIENT_ID, settings.OIDC_CLIENT_SECRET)


@cache
def _client_of(issuer: str, client_id: str, secret: str) -> "DjangoOAuth2App":
    """Return the client, which loads the provider's description and keys at the first sign-in."""
    from authlib.integrations.django_client import OAuth  # noqa: PLC0415 - an extra

    return OAuth().register(
        "provider",
        client_id=client_id,
        client_secret=secret or None,
        server_metadata_url=f"{issuer}/.well-known/openid-configuration",
        client_kwargs={
            "scope": "openid email profile",
            "code_challenge_method": "S256",
            "default_timeout": TIMEOUT,
        },
    )


def _errors() -> tuple[type[Exception], ...]:
    """Return the errors raised for a failing provider or an invalid answer."""
    from authlib.common.errors import AuthlibBaseError  # noqa: PLC0415 - an extra
    from joserfc.errors import JoseError  # noqa: PLC0415 - comes with it
    from requests import RequestException  # noqa: PLC0415 - comes with the extra

    # The last: an incomplete description of the provider.
    return (AuthlibBaseError, JoseError, RequestException, ValueError, LookupError, RuntimeError)
