"""Sign in: a name with its password, then the code of the second factor of
whoever has one.
"""

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
from django_otp import user_has_device

from tracker.people import audit
from tracker.people.audit import Actor, Verb
from tracker.web.forms import SecondStepForm, SignInForm
from tracker.web.senders import network_of

log = logging.getLogger(__name__)
PENDING = "second_step"  # of the session: whose password was right
PENDING_FOR = timedelta(minutes=10)


class SignIn(LoginView):
    """Name and password; who has a second factor goes on to the next step, signed in as nobody."""

    template_name = "web/login.html"
    authentication_form = SignInForm

    def form_valid(self, form: AuthenticationForm) -> HttpResponse:
        user = form.get_user()
        if not user_has_device(user):
            return super().form_valid(form)
        # Who is signed in without the code, as before the device was set up, could never give it:
        # a session that somebody is signed in to has no second step.
        logout(self.request)
        self.request.session[PENDING] = {
            "user": user.pk,
            "mark": user.get_session_auth_hash(),  # void with another password
            "until": (timezone.now() + PENDING_FOR).timestamp(),
            "backend": getattr(user, "backend", ""),
        }
        path = self.get_redirect_url()
        after = f"?{urlencode({self.redirect_field_name: path})}" if path else ""
        return redirect(f"{reverse('login_code')}{after}")


@method_decorator([never_cache, sensitive_post_parameters()], name="dispatch")
class SecondStep(RedirectURLMixin, FormView):  # type: ignore[type-arg]
    """The code of the second factor."""

    template_name = "web/login_code.html"
    form_class = SecondStepForm
    next_page = "timeline"
    user: User

    def dispatch(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        user = _pending_user(request)
        if user is None:
            return redirect("login")
        self.user = user
        return super().dispatch(request, *args, **kwargs)

    def get_form_kwargs(self) -> dict[str, object]:
        return {**super().get_form_kwargs(), "user": self.user}

    def get_context_data(self, **context: object) -> dict[str, object]:
        return super().get_context_data(**context, next=self.get_redirect_url())

    def form_valid(self, form: SecondStepForm) -> HttpResponse:
        backend = self.request.session.pop(PENDING)["backend"]
        login(self.request, self.user, backend or None)
        django_otp.login(self.request, form.device)
        return redirect(self.get_success_url())

    def form_invalid(self, form: SecondStepForm) -> HttpResponse:
        if form.has_error("code", "wait"):  # no code was looked at
            return super().form_invalid(form)
        name, network = self.user.get_username(), network_of(self.request)
        audit.record_line(Verb.CODE_FAILED, Actor(network=network), timezone.now(), name)
        log.warning("wrong code at sign-in", extra={"person": name, "network": network})
        return super().form_invalid(form)


def _pending_user(request: HttpRequest) -> User | None:
    """Return whose password was right a moment ago in this session."""
    pending = request.session.get(PENDING)
    if not isinstance(pending, Mapping) or BACKEND_SESSION_KEY in request.session:
        return None
    user = User.objects.filter(pk=pending["user"], is_active=True).first()
    is_fresh = pending["until"] > timezone.now().timestamp()
    if user is None or not is_fresh:
        return None
    is_same = constant_time_compare(pending["mark"], user.get_session_auth_hash())
    return user if is_same else None
