"""Where a request comes in: what views, forms and the API read of it is clean text."""

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
# Never stored or shown, and another letter is another password.
AS_TYPED = {
    *("password", "password1", "password2", "old_password", "new_password1", "new_password2"),
}


class Intake:
    """A middleware before all that read a request: cleans the query string, forms, cookies and
    headers, so that a new field, parameter or header is covered without a word.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        _clean_headers(request)
        # Cleaned without a word, not refused: decision D100, faults A1 and A2.
        request.GET = cleaned(request.GET)  # type: ignore[assignment]
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: Any, kwargs: Any
    ) -> None:
        """Before the check of the form's token. A view that needs none reads no form: the API and
        providers' calls have bodies of their own.
        """
        if request.content_type not in FORMS or getattr(view, "csrf_exempt", False):
            return
        try:
            request.POST = cleaned(request.POST)  # type: ignore[assignment]
        except UnreadablePostError:  # the sender went away; the view sees an empty form
            return


def _clean_headers(request: HttpRequest) -> None:
    for name, value in request.META.items():
        is_header = name.startswith("HTTP_") or name == "CONTENT_TYPE"
        if is_header and name != "HTTP_COOKIE" and isinstance(value, str):
            request.META[name] = clean_text(value)
    # A cookie of ours is plain; another form of it would be another key.
    odd = [name for name, value in request.COOKIES.items() if value != clean_text(value)]
    for name in odd:
        del request.COOKIES[name]


def cleaned(values: QueryDict) -> QueryDict:
    """The same fields with clean names and values."""
    made = QueryDict(mutable=True)
    for name, items in values.lists():
        field = clean_text(name)
        # A form with a prefix sends "7-name": its field stands behind the hyphen.
        clean = _cleaner(field.rpartition("-")[2])
        made.setlist(field, [*made.getlist(field), *map(clean, items)])
    # QueryDict has no public way to close it again.
    made._mutable = False
    return made


def _cleaner(field: str) -> Callable[[str], str]:
    if field in AS_TYPED:
        return str
    return clean_lines if field in LINES else clean_text


class CleanParser(Parser):
    """Bodies of the API: JSON whose every string is clean."""

    def parse_body(self, request: HttpRequest) -> Any:
        return clean_json(json.loads(request.body))
