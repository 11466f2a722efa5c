"""What the tracker is: what it follows, how it decides, how often it is right, how to cite it; and
how far everybody can use it.
"""

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from tracker.web.pages.render import render_page
from tracker.web.pages.site import build_about_page, build_accessibility_page


@require_safe
def about(request: HttpRequest) -> HttpResponse:
    page = build_about_page(request.build_absolute_uri("/"), timezone.now())
    return render_page(request, "web/about.html", page)


@require_safe
def accessibility(request: HttpRequest) -> HttpResponse:
    return render_page(request, "web/accessibility.html", build_accessibility_page())
