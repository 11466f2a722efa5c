"""`tracker` is itself an installed app: it owns the commands and the checks."""

from django.apps import AppConfig


class TrackerConfig(AppConfig):
    name = "tracker"

    def ready(self) -> None:
        from tracker import checks  # noqa: F401, PLC0415 - registers the checks once settings are read
