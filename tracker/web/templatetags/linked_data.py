"""What search engines and messengers read of a page."""

from django import template
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from tracker.events.publish.linked_data import event_as_linked_data
from tracker.events.search.rows import EventRow
from tracker.text import json_text

register = template.Library()
# As Django's json_script: a title must not end the element.
ESCAPES = {ord("<"): "\\u003C", ord(">"): "\\u003E", ord("&"): "\\u0026"}


@register.simple_tag
def event_linked_data(row: EventRow, request: HttpRequest) -> SafeString:
    """The event as JSON-LD in an element that no browser runs."""
    told = json_text(event_as_linked_data(row, request.build_absolute_uri(request.path)))
    escaped = mark_safe(told.translate(ESCAPES))  # noqa: S308 - no sign is left that ends it
    return format_html('<script type="application/ld+json">{}</script>', escaped)
