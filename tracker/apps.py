"""`tracker` is itself an installed app: it owns the commands and the checks."""

from django.apps import AppConfig


class TrackerConfig(AppConfig):
    name = "tracker"

    def ready(self) -> None:
        # Imported here, since models only exist now; importing the checks registers them, and tasks
        # are sent with this Celery app. Not imported with the package, since feed-parsing processes
        # do not need it, and each would load it.
        from tracker import celery  # noqa: F401, PLC0415
        from tracker.alerts.delivery import sending  # noqa: PLC0415
        from tracker.alerts.models import Delivery  # noqa: PLC0415
        from tracker.operations import checks, owners  # noqa: F401, PLC0415
        from tracker.people.mails import build_people_mail  # noqa: PLC0415

        sending.mail_builders[Delivery.Type.OWNER] = owners.build_owners_mail
        sending.mail_builders[Delivery.Type.PEOPLE] = build_people_mail
