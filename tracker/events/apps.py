"""The events app."""

from django.apps import AppConfig


class EventsConfig(AppConfig):
    name = "tracker.events"
