"""The site for a WSGI server."""

import os
from collections.abc import Callable, Iterable
from typing import Any

from django.core.wsgi import get_wsgi_application

from tracker.operations.checks import refuse_open_hooks
from tracker.web.middleware.downloads import Downloads

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tracker.settings")
django_application = Downloads(get_wsgi_application())
refuse_open_hooks()


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """Django's, told no charset but its own. It would decode the query string with whatever codec
    a sender names, also with those that are no charset ("rot13"), and fail before any middleware.
    """
    kind, *parameters = environ.get("CONTENT_TYPE", "").split(";")
    named = [one for one in parameters if not one.strip().lower().startswith("charset")]
    environ["CONTENT_TYPE"] = ";".join([kind, *named])
    return django_application(environ, start_response)
