"""For editors: the mail queue, hits held back because of a flood, and the preview of a digest."""

from csp.decorators import csp_replace
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_http_methods, require_safe

from tracker import database_time
from tracker.alerts import hits
from tracker.events.search.query import QueryError
from tracker.operations.owners import preview_mail
from tracker.web.editor import editor_required
from tracker.web.fields import row_id
from tracker.web.pages.editors.owners import build_deliveries_page
from tracker.web.pages.render import render_page
from tracker.web.query_params import query_of
from tracker.web.views.errors import unreadable


@editor_required
@require_http_methods(["GET", "HEAD", "POST"])
@csp_replace({"frame-src": ["'self'"]})
def deliveries(request: HttpRequest) -> HttpResponse:
    if request.method == "POST":
        feed = row_id(request.POST.get("feed", ""))
        if request.POST.get("act") == "release":
            count = hits.release_held_hits(feed, database_time.now())
            messages.success(request, _("%s alerts will be sent.") % count)
        elif request.POST.get("act") == "drop":
            messages.success(request, _("%s alerts dropped.") % hits.drop_held_hits(feed))
        return redirect("deliveries")
    page = build_deliveries_page(database_time.now())
    return render_page(request, "web/deliveries.html", page)


@editor_required
@require_safe
@xframe_options_sameorigin
# A mail's styles are inline, since mail programs drop style sheets; no other page may have them.
@csp_replace({"style-src": ["'unsafe-inline'"], "frame-ancestors": ["'self'"]})
def preview(request: HttpRequest) -> HttpResponse:
    """Preview the digest of a query, as HTML or (`?form=txt`) as plain text."""
    try:
        mail = preview_mail(query_of(request.GET), database_time.now())
    except QueryError as error:
        return unreadable(request, error)
    if mail is None:
        return HttpResponse(_("No events match, so no email would be sent."), "text/plain")
    if request.GET.get("form") == "txt":
        return HttpResponse(mail.body, "text/plain; charset=utf-8")
    return HttpResponse(mail.alternatives[0][0])
