"""Who may do what: readers need no account, editors are Django's staff users, owners its superusers
(people/roles.py). With a second factor, or where TWO_FACTOR asks for it, only after it.
"""

from collections.abc import Callable
from functools import wraps
from typing import Protocol, cast

from django.conf import settings
from django.contrib.auth.models import AnonymousUser, User
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django_otp import user_has_device

from tracker.events.editing.actions import Editor
from tracker.events.reasons import Reason
from tracker.people.audit import Actor
from tracker.web.forms import DecisionForm

View = Callable[..., HttpResponseBase]


AnyUser = User | AnonymousUser


class VerifiedUser(Protocol):
    """A user as django_otp's middleware leaves it on a request."""

    def is_verified(self) -> bool:
        """Return whether the second factor was given."""
        ...


def is_verified(user: AnyUser) -> bool:
    """Return whether the second factor was given."""
    return cast("VerifiedUser", user).is_verified()


def has_given_factor(user: AnyUser) -> bool:
    """Return whether a person gave the second factor, or has none."""
    return is_verified(user) or not user_has_device(user)


def is_editor(user: AnyUser) -> bool:
    """Return whether somebody is signed in as an editor, with the second factor where there is
    one.
    """
    if not (user.is_active and user.is_staff):
        return False
    # A device that is set up must be used, also where TWO_FACTOR does not ask for one: else a
    # stolen password would be enough.
    needs_factor = settings.TWO_FACTOR or user_has_device(user)
    return is_verified(user) if needs_factor else True


def editor_required(view: View) -> View:
    """Sends others to the sign-in page, and back to the page afterwards; an editor who must have a
    second factor and has none to the page that makes one.
    """
    return _required(view, is_editor)


def owner_required(view: View) -> View:
    """As editor_required, for owners."""
    return _required(view, lambda user: is_editor(user) and user.is_superuser)


def _required(view: View, may: Callable[[AnyUser], bool]) -> View:
    @wraps(view)
    def answer(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        if may(request.user):
            return view(request, *args, **kwargs)
        # The sign-in page cannot help an editor who has no second factor yet: it would send them
        # back here for ever.
        is_new = request.user.is_authenticated and request.user.is_staff
        if is_new and not user_has_device(request.user) and not is_editor(request.user):
            return redirect("account")
        return redirect_to_login(request.get_full_path())

    return answer


def actor_of(request: HttpRequest) -> Actor:
    """Return who sends a request, for the audit log."""
    return Actor(request.user.get_username())


def redirect_next(request: HttpRequest, view: str, *args: object) -> HttpResponse:
    """Redirect to the `next` of the form, never to another site; without one to a page by name."""
    path = request.POST.get("next", "")
    # Django's redirect() takes what is no path for the name of a view.
    if path.startswith("/") and url_has_allowed_host_and_scheme(path, allowed_hosts=None):
        return HttpResponseRedirect(path)
    return redirect(view, *args)


def editor_of(request: HttpRequest, form: DecisionForm) -> Editor:
    """Return who sent a valid form, why, and which version of the event they had read."""
    values = form.cleaned_data
    return Editor(
        by=request.user.get_username(),
        now=timezone.now(),
        reason=values["reason"],
        read_version=values["read_version"],
        reasons=(Reason(values["refusal"]),) if values["refusal"] else (),
    )
