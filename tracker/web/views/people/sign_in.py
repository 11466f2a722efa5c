"""Sign in: name and password, then the code of the second factor if there is one."""

import logging
from collections.abc import Mapping
from datetime import timedelta
from urllib.parse import urlencode

import django_otp
from django.contrib.auth import BACKEND_SESSION_KEY, login, logout
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.models import User
from django.contrib.auth.views import LoginView, RedirectURLMixin
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.generic import FormView
from django_otp.models import Device

from tracker.people import audit
from tracker.people.audit import Actor, Verb
from tracker.people.passkeys import has_passkey, has_second_factor
from tracker.people.provider import provider_name
from tracker.web.forms.people import SecondStepForm, SignInForm
from tracker.web.senders import network_of

log = logging.getLogger(__name__)
PENDING = "second_step"  # session key: the person whose password was right
PENDING_FOR = timedelta(minutes=10)
BACKEND = "django.contrib.auth.backends.ModelBackend"


class SignIn(LoginView):
    """Check name and password; people with a second factor continue to the next step, not signed in
    yet.
    """

    template_name = "web/login.html"
    authentication_form = SignInForm

    def form_valid(self, form: AuthenticationForm) -> HttpResponse:
        user = form.get_user()
        if not has_second_factor(user):
            return super().form_valid(form)
        return ask_for_code(self.request, user, self.get_redirect_url())

    def get_context_data(self, **context: object) -> dict[str, object]:
        return super().get_context_data(**context, provider=provider_name())


def ask_for_code(request: HttpRequest, user: User, path: str) -> HttpResponse:
    """Redirect to the second step, and then to a path of ours ("" for none), not signed in yet."""
    # A person signed in without the code, from before the device was set up, could never give it,
    # since a signed-in session has no second step.
    logout(request)
    request.session[PENDING] = {
        "user": user.pk,
        "mark": user.get_session_auth_hash(),  # invalid after a password change
        "until": (timezone.now() + PENDING_FOR).timestamp(),
        "backend": getattr(user, "backend", ""),
        "means": getattr(request, "sign_in_means", ""),
    }
    after = f"?{urlencode({'next': path})}" if path else ""
    return redirect(f"{reverse('login_code')}{after}")


@method_decorator([never_cache, sensitive_post_parameters()], name="dispatch")
class SecondStep(RedirectURLMixin, FormView):  # type: ignore[type-arg]
    """Check the code of the second factor."""

    template_name = "web/login_code.html"
    form_class = SecondStepForm
    next_page = "timeline"
    user: User

    def dispatch(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        user = pending_user(request)
        if user is None:
            return redirect("login")
        self.user = user
        return super().dispatch(request, *args, **kwargs)

    def get_form_kwargs(self) -> dict[str, object]:
        return {**super().get_form_kwargs(), "user": self.user}

    def get_context_data(self, **context: object) -> dict[str, object]:
        path, can_use = self.get_redirect_url(), has_passkey(self.user)
        return super().get_context_data(**context, next=path, has_passkey=can_use)

    def form_valid(self, form: SecondStepForm) -> HttpResponse:
        finish_sign_in(self.request, self.user, form.device)
        return redirect(self.get_success_url())

    def form_invalid(self, form: SecondStepForm) -> HttpResponse:
        if form.has_error("code", "wait"):  # no code was checked
            return super().form_invalid(form)
        name, network = self.user.get_username(), network_of(self.request)
        audit.record_line(Verb.CODE_FAILED, Actor(network=network), timezone.now(), name)
        log.warning("wrong code at sign-in", extra={"person": name, "network": network})
        return super().form_invalid(form)


def finish_sign_in(request: HttpRequest, user: User, device: Device, means: str = "") -> None:
    """Sign in a person who gave a second factor, recording the method of the first step."""
    pending = request.session.pop(PENDING, None) or {"backend": "", "means": ""}
    words = [text for text in (pending.get("means", ""), means) if text]
    request.sign_in_means = ", ".join(words)  # type: ignore[attr-defined]
    login(request, user, pending["backend"] or BACKEND)
    django_otp.login(request, device)


def pending_user(request: HttpRequest) -> User | None:
    """Return the person whose password was right a moment ago in this session."""
    pending = request.session.get(PENDING)
    if not isinstance(pending, Mapping) or BACKEND_SESSION_KEY in request.session:
        return None
    user = User.objects.filter(pk=pending["user"], is_active=True).first()
    is_fresh = pending["until"] > timezone.now().timestamp()
    if user is None or not is_fresh:
        return None
    is_same = constant_time_compare(pending["mark"], user.get_session_auth_hash())
    return user if is_same else None
