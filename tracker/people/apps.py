"""The people app."""

from django.apps import AppConfig

from tracker.site.name import read_name_with


class PeopleConfig(AppConfig):
    name = "tracker.people"

    def ready(self) -> None:
        from tracker.people.site import chosen_name  # noqa: PLC0415 - models are not loaded before

        read_name_with(chosen_name)
