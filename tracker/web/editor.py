"""Check permissions: readers need no account, editors are Django's staff users, owners its
superusers (people/roles.py). If they have a second factor, or TWO_FACTOR requires one, only after
it was given.
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
from django.utils.functional import SimpleLazyObject
from django.utils.http import url_has_allowed_host_and_scheme

from tracker.events.editing.actions import Editor
from tracker.events.reasons import Reason
from tracker.people.audit import Actor
from tracker.people.passkeys import has_second_factor
from tracker.people.roles import has_editor_role
from tracker.web.forms.events import DecisionForm

View = Callable[..., HttpResponseBase]


AnyUser = User | AnonymousUser
PASSED = "passed_as_editor"  # of a request that a view's check of its editor let through


class VerifiedUser(Protocol):
    """A request's user, as set by django_otp's middleware."""

    def is_verified(self) -> bool:
        """Return whether the second factor was given."""
        ...


def is_verified(user: AnyUser) -> bool:
    """Return whether the second factor was given."""
    return cast("VerifiedUser", user).is_verified()


def has_given_factor(user: AnyUser) -> bool:
    """Return whether a person gave the second factor, or has none."""
    return is_verified(user) or not has_second_factor(user)


def is_editor(user: AnyUser) -> bool:
    """Return whether somebody is signed in as an editor, with the second factor if there is one."""
    if not has_editor_role(user):
        return False
    # A device that is set up must be used, even if TWO_FACTOR does not require one, or a stolen
    # password would be enough.
    return is_verified(user) or not (settings.TWO_FACTOR or has_second_factor(user))


def is_owner(user: AnyUser) -> bool:
    """Return whether an editor by is_editor is also an owner."""
    return is_editor(user) and user.is_superuser


def rights(request: HttpRequest) -> dict[str, object]:
    """Return `is_editor` and `is_owner` for every template: what is offered is what is allowed."""
    # Answers from before the sign-in middleware are nobody's.
    user: AnyUser = getattr(request, "user", None) or AnonymousUser()
    # Lazy, since it asks the database for the second factor, and cookies for the session; asked
    # once, by the view or by the first template.
    passed = SimpleLazyObject(lambda: getattr(request, PASSED, False) or is_editor(user))
    return {
        "is_editor": passed,
        "is_owner": SimpleLazyObject(lambda: bool(passed) and user.is_superuser),
    }


def editor_required(view: View) -> View:
    """Redirect others to the sign-in page, and back to the page afterwards; an editor who needs a
    second factor and has none, to the page that sets one up.
    """
    return _required(view, is_editor)


def owner_required(view: View) -> View:
    """Restrict a view to owners, as editor_required does to editors."""
    return _required(view, is_owner)


def _required(view: View, may: Callable[[AnyUser], bool]) -> View:
    @wraps(view)
    def answer(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        if may(request.user):
            setattr(request, PASSED, True)
            return view(request, *args, **kwargs)
        # The sign-in page cannot help an editor without a second factor: it would redirect them
        # back here endlessly.
        is_new = has_editor_role(request.user) and not has_second_factor(request.user)
        if is_new and not is_editor(request.user):
            return redirect("account")
        return redirect_to_login(request.get_full_path())

    return answer


def actor_of(request: HttpRequest) -> Actor:
    """Return who sends a request, for the audit log."""
    return Actor(request.user.get_username())


def redirect_next(request: HttpRequest, view: str, *args: object) -> HttpResponse:
    """Redirect to the `next` of the form, never to another site; without one to a page by name."""
    path = request.POST.get("next", "")
    # Django's redirect() takes anything but a path for the name of a view.
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
