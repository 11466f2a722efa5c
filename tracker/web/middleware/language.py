"""Choose the language of a page: the reader's choice, else the browser's. Output for programs is
always in the record's own language, so that an address has one content.
"""

import re

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.middleware.locale import LocaleMiddleware
from django.utils import translation
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from tracker.events.wording.names import RECORDED

# Caches, subscribers and scripts get the same answer for an address (decision D73).
FOR_PROGRAMS = re.compile(
    r"/(?:api/v1/.*|alerts/feed/.*|data/.+|health|metrics|static/.*|.*\.(?:csv|jsonl|atom|json|ics|bib|opml))"
)


class Language(LocaleMiddleware):
    """Django's middleware, except for output for programs."""

    def process_request(self, request: HttpRequest) -> None:
        if FOR_PROGRAMS.fullmatch(request.path):
            translation.activate(RECORDED)
            request.LANGUAGE_CODE = RECORDED
        else:
            super().process_request(request)

    def process_response(
        self, request: HttpRequest, response: HttpResponseBase
    ) -> HttpResponseBase:
        if FOR_PROGRAMS.fullmatch(request.path):
            return response  # it does not vary
        return super().process_response(request, response)


@never_cache
@require_safe
def choose(request: HttpRequest, code: str) -> HttpResponse:
    """Remember the language that the reader chose, and redirect back to the page (`next`)."""
    if code not in dict(settings.LANGUAGES):
        raise Http404(code)
    wanted = request.GET.get("next", "")
    # `next` may come from a stranger: only a path of this site is followed.
    is_ours = url_has_allowed_host_and_scheme(wanted, allowed_hosts=None)
    answer = HttpResponseRedirect(wanted if is_ours else "/")
    answer.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        code,
        max_age=365 * 86_400,
        secure=settings.PRODUCTION,
        httponly=True,
        samesite="Lax",
    )
    return answer
