"""Clean incoming requests, so that views, forms and the API only read clean text."""

import json
from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, QueryDict
from django.http.request import UnreadablePostError
from django.http.response import HttpResponseBase
from ninja.parser import Parser

from tracker.text import clean_json, clean_lines, clean_text

FORMS = {"application/x-www-form-urlencoded", "multipart/form-data"}
LINES = {"platforms", "targets", "countries", "text", "opml"}  # fields of several lines
# Never stored or shown, and cleaning would change the password.
AS_TYPED = {
    *("password", "password1", "password2", "old_password", "new_password1", "new_password2"),
}


class Intake:
    """Middleware before everything that reads a request: cleans the query string, forms, cookies
    and headers, so that new fields, parameters and headers are covered automatically.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        _clean_headers(request)
        # Cleaned silently, not refused: decision D100, faults A1 and A2.
        request.GET = cleaned(request.GET)  # type: ignore[assignment]
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: Any, kwargs: Any
    ) -> None:
        """Clean the form before its CSRF token is checked. Views without the check read no form:
        the API and providers' calls have their own bodies.
        """
        if request.content_type not in FORMS or getattr(view, "csrf_exempt", False):
            return
        try:
            request.POST = cleaned(request.POST)  # type: ignore[assignment]
        except UnreadablePostError:  # the sender disconnected; the view gets an empty form
            return


def _clean_headers(request: HttpRequest) -> None:
    for name, value in request.META.items():
        is_header = name.startswith("HTTP_") or name == "CONTENT_TYPE"
        if is_header and name != "HTTP_COOKIE" and isinstance(value, str):
            request.META[name] = clean_text(value)
    # Our cookies are plain; a changed one would be a different key.
    odd = [name for name, value in request.COOKIES.items() if value != clean_text(value)]
    for name in odd:
        del request.COOKIES[name]


def cleaned(values: QueryDict) -> QueryDict:
    """Return the fields with clean names and values."""
    fields = QueryDict(mutable=True)
    for name, items in values.lists():
        field = clean_text(name)
        # A form with a prefix sends "7-name": the field's name follows the hyphen.
        clean = _cleaner(field.rpartition("-")[2])
        fields.setlist(field, [*fields.getlist(field), *map(clean, items)])
    # QueryDict has no public way to close it again.
    fields._mutable = False
    return fields


def _cleaner(field: str) -> Callable[[str], str]:
    if field in AS_TYPED:
        return str
    return clean_lines if field in LINES else clean_text


class CleanParser(Parser):
    """Parses bodies of the API as JSON with only clean strings."""

    def parse_body(self, request: HttpRequest) -> Any:
        return clean_json(json.loads(request.body))
