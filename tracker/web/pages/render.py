"""Render pages: the only way for values to reach a template."""

import re
from dataclasses import fields
from typing import TYPE_CHECKING

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

INDENT = re.compile(rb"\s*\n\s*")
# Line ends that no reader sees: before the tags of blocks and of drawings.
UNSEEN_END = re.compile(
    rb"\n(?=</?(?:li|ul|ol|t[rdh]|tbody|thead|table|div|section|details|summary|fieldset|legend"
    rb"|h[1-6]|p|form|main|figure|figcaption|nav|option|output|meta|link|svg|g|path|rect|title"
    rb"|pattern|defs)[\s>/])"
)


def render_page(
    request: HttpRequest, template: str, page: "DataclassInstance", *, status: int = 200
) -> HttpResponse:
    """Return the template filled with the fields of a page, a frozen dataclass."""
    return render(request, template, _context(page), status=status)


def render_compact(
    request: HttpRequest, template: str, page: "DataclassInstance", *, status: int = 200
) -> HttpResponse:
    """Render like `render_page`, without the template's indentation, which is half of a
    long page.
    """
    answer = render_page(request, template, page, status=status)
    answer.content = UNSEEN_END.sub(b"", INDENT.sub(b"\n", answer.content))
    return answer


def render_text(request: HttpRequest, template: str, page: "DataclassInstance") -> str:
    """Return the text of the template filled with the fields of a page."""
    return render_to_string(template, _context(page), request)


def _context(page: "DataclassInstance") -> dict[str, object]:
    return {field.name: getattr(page, field.name) for field in fields(page)}
