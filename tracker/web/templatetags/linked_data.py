"""Provide linked data for search engines and messengers."""

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from tracker.events.publish.linked_data import event_as_linked_data
from tracker.events.search.rows import EventRow
from tracker.text import json_text

register = template.Library()
# Like Django's json_script: a title must not end the element.
ESCAPES = {ord("<"): "\\u003C", ord(">"): "\\u003E", ord("&"): "\\u0026"}


@register.simple_tag
def event_linked_data(row: EventRow, address: str) -> SafeString:
    """Return the event at an address as JSON-LD in an element that no browser runs."""
    data = json_text(event_as_linked_data(row, address))
    escaped = mark_safe(data.translate(ESCAPES))  # noqa: S308 - nothing left can end the element
    return format_html('<script type="application/ld+json">{}</script>', escaped)
