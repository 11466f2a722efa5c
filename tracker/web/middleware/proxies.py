"""Warn once if there is a proxy in front of the site that the setting PROXIES does not count."""

import logging
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from tracker.web.senders import is_proxy_miscounted

log = logging.getLogger(__name__)


class ProxyWatch:
    """Middleware: logs the first request that shows it, once per process."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response
        self.is_said = False

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        # Once per process: a line for each request would fill the log (fault S9).
        if not self.is_said and is_proxy_miscounted(request):
            self.is_said = True
            log.warning(
                "a proxy passes requests on that PROXIES does not count: all visitors look like one"
                " and share its limits; set PROXIES to the number of proxies before the site",
                extra={"proxies": settings.NINJA_NUM_PROXIES},
            )
        return self.get_response(request)
