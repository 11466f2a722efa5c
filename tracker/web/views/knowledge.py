"""Time to knowledge, as a page for everybody."""

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from tracker.web.pages.overviews.knowledge import build_knowledge_page
from tracker.web.pages.render import render_page


@require_safe
def knowledge(request: HttpRequest) -> HttpResponse:
    return render_page(request, "web/knowledge.html", build_knowledge_page(timezone.now()))
