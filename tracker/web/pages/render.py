"""Render a page: the one way by which values reach a template."""

from dataclasses import fields
from typing import TYPE_CHECKING

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

if TYPE_CHECKING:
    from _typeshed import DataclassInstance


def render_page(
    request: HttpRequest, template: str, page: "DataclassInstance", *, status: int = 200
) -> HttpResponse:
    """Return the template filled with the fields of a page, a frozen dataclass."""
    context = {field.name: getattr(page, field.name) for field in fields(page)}
    return render(request, template, context, status=status)
