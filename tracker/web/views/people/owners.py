"""For owners: who has an account, invitations, and the audit log."""

from collections.abc import Callable, Iterator
from datetime import datetime

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tracker import database_time
from tracker.alerts.mailbox import MailAddressError, canonical_address
from tracker.events.tables import csv_line
from tracker.events.wording.names import active_language
from tracker.people import audit, roles
from tracker.people.audit import AuditFilter
from tracker.people.invitations import invite, withdraw
from tracker.people.roles import PeopleError
from tracker.web.editor import actor_of, owner_required
from tracker.web.fields import NOT_AN_ADDRESS, row_id
from tracker.web.forms.people import InviteForm
from tracker.web.pages.editors.people import build_audit_log_page, build_people_page, has_mail
from tracker.web.pages.render import render_page
from tracker.web.views.exports import csv_download

COLUMNS = ("at", "by", "verb", "about", "before", "after", "network")


@owner_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def people(request: HttpRequest) -> HttpResponse:
    """Show everybody with an account; invite somebody when posted."""
    is_posted = request.method == "POST"
    form = InviteForm(request.POST if is_posted else None)
    now = database_time.now()
    if is_posted and form.is_valid():
        values = form.cleaned_data
        try:
            invite(values["address"], values["role"], active_language(), actor_of(request), now)
        except PeopleError as error:
            form.add_error("address", str(error))
        else:
            words = _("Invitation sent.") if has_mail() else _("Copy the link and pass it on.")
            messages.success(request, words)
            return redirect("people")
    page = build_people_page(form, now)
    return render_page(request, "web/people.html", page, status=400 if is_posted else 200)


@owner_required
@require_POST
def change(request: HttpRequest) -> HttpResponse:
    """Change one account: its role, address, sessions, second factor, or whether it is enabled."""
    act = ACTS.get(request.POST.get("act", ""))
    if act is None:
        messages.error(request, _("Choose what to do"))
        return redirect("people")
    try:
        words = act(request, row_id(request.POST.get("person", "")), database_time.now())
    except PeopleError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, words)
    return redirect("people")


@owner_required
@require_POST
def end_invitation(request: HttpRequest) -> HttpResponse:
    """Withdraw an invitation, whose link then no longer works."""
    number = row_id(request.POST.get("invitation", ""))
    if withdraw(number, actor_of(request), database_time.now()):
        messages.success(request, _("Invitation withdrawn."))
    else:
        messages.error(request, _("The invitation was accepted or withdrawn before."))
    return redirect("people")


@owner_required
@never_cache
@require_safe
def log(request: HttpRequest) -> HttpResponse:
    """Show who did what, and when."""
    cursor = audit.read_cursor(request.GET.get("before", ""))
    page = build_audit_log_page(_filter(request), cursor)
    return render_page(request, "web/people_log.html", page)


@owner_required
@require_safe
def log_csv(request: HttpRequest) -> HttpResponseBase:
    """Return every line of the filtered log as CSV."""
    return csv_download(_csv(_filter(request)), "audit-log.csv")


def _csv(choice: AuditFilter) -> Iterator[str]:
    yield csv_line(COLUMNS)
    for entry in audit.all_entries(choice):
        texts = (entry.by, entry.verb, entry.about, entry.before, entry.after, entry.network)
        yield csv_line((entry.at.isoformat(timespec="seconds"), *texts))


def _filter(request: HttpRequest) -> AuditFilter:
    return AuditFilter(request.GET.get("person", ""), request.GET.get("subject", ""))


def _change_role(request: HttpRequest, person: int, now: datetime) -> str:
    is_new = roles.change_role(person, request.POST.get("role", ""), actor_of(request), now)
    return _("Role changed.") if is_new else _("Nothing was changed.")


def _disable(request: HttpRequest, person: int, now: datetime) -> str:
    is_new = roles.disable_person(person, actor_of(request), now)
    return _("Account disabled.") if is_new else _("Nothing was changed.")


def _enable(request: HttpRequest, person: int, now: datetime) -> str:
    is_new = roles.enable_person(person, actor_of(request), now)
    return _("Account enabled.") if is_new else _("Nothing was changed.")


def _end_sessions(request: HttpRequest, person: int, now: datetime) -> str:
    n = roles.end_sessions(person, actor_of(request), now)
    return ngettext("%d session ended.", "%d sessions ended.", n) % n


def _check_other(request: HttpRequest, person: int) -> None:
    # One's own account page requires the password for these, in case the session is somebody
    # else's.
    if person == request.user.pk:
        raise PeopleError(_("Change your own on the page of your account"))


def _reset_factor(request: HttpRequest, person: int, now: datetime) -> str:
    _check_other(request, person)
    was_on = roles.reset_factor(person, actor_of(request), now)
    return _("Two-step sign-in is off.") if was_on else _("Two-step sign-in was not on.")


def _set_address(request: HttpRequest, person: int, now: datetime) -> str:
    _check_other(request, person)
    text = request.POST.get("address", "").strip()
    try:
        address = canonical_address(text, is_public=True) if text else ""
    except MailAddressError:
        raise PeopleError(str(NOT_AN_ADDRESS)) from None
    is_new = roles.set_address(person, address, actor_of(request), now)
    return _("Email address saved.") if is_new else _("Nothing was changed.")


ACTS: dict[str, Callable[[HttpRequest, int, datetime], str]] = {
    "role": _change_role,
    "disable": _disable,
    "enable": _enable,
    "sessions": _end_sessions,
    "factor": _reset_factor,
    "address": _set_address,
}
