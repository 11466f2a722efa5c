"""A database with rows in every table, as the version of this tree writes them: what dumps are made
of, from which later versions are tested to upgrade.
"""

import time
import uuid
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import connection, models

from tests import make
from tests.conftest import NOW
from tracker import database_time
from tracker.alerts import hits
from tracker.alerts.delivery import queueing, sending
from tracker.events.editing.actions import Editor, edit_event, merge_events
from tracker.events.editing.edits import current_values
from tracker.events.models import Event
from tracker.events.record.derived import versions

# Columns of which any value would not do.
VALUES: dict[str, dict[str, object]] = {
    "events.Report": {"url": ""},
    "events.SearchText": {"version": 0},
    "feeds.ReadDay": {"tried": 2, "read": 1},
    "alerts.Collection": {"editor": None},
    "alerts.Delivery": {"state": "cancelled"},
}


def set_clock(moment: datetime) -> None:
    """Has the program take a moment for now."""
    database_time.asked.at = moment
    database_time.asked.steady = time.clock_gettime(database_time.STEADY)


def fill() -> None:
    """Makes rows as the program makes them, then one of everything that has none yet."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    settings.MAIL_RATE = 0.0
    set_clock(NOW)
    _record_and_mail()
    for model in models_of():
        if not model._default_manager.exists():
            one_of(model)


def models_of() -> list[type[models.Model]]:
    """Every model with a table."""
    every = apps.get_models(include_auto_created=True)
    return [model for model in every if model._meta.managed and not model._meta.proxy]


def _record_and_mail() -> None:
    """A day of work: a digest sent, one that is queued, and a hit that waits for its turn."""
    for name, rate in (("sent", "instant"), ("waits", "instant"), ("daily", "daily")):
        make.alert("platform:twitter", address=f"{name}@reader.example", rate=rate, name=name)
    first = make.processed("Twitter bans ads from RT and Sputnik")
    assert first is not None
    hits.record_hits([first], NOW)
    queueing.queue_digests(NOW)
    from tracker.alerts.models import Delivery  # noqa: PLC0415 - beside the rows that it is for

    Delivery.objects.filter(subscriber__address="waits@reader.example").update(
        next_try_at=NOW + timedelta(minutes=30)
    )
    assert sending.send_due_mails(NOW) == 1
    second = make.event("Facebook removes a page", platforms=["facebook"], targets=["A page"])
    make.report(second, make.entry("Facebook removes a page of a party"))
    third = make.event("Facebook removes the page", platforms=["facebook"], targets=["A page"])
    make.report(third, make.entry("The page of a party is removed by Facebook"))
    later = Editor("editor", NOW + timedelta(minutes=1))
    merge_events(third.pk, second.pk, later)
    values = current_values(Event.objects.get(pk=second.pk))
    edit_event(second.pk, replace(values, kinds=("content_removal",)), later)
    versions.fill(60)


def one_of(model: type[models.Model]) -> models.Model:
    """A row with a value in every column, stored."""
    given = VALUES.get(model._meta.label, {})
    fields = [f for f in model._meta.local_concrete_fields if not isinstance(f, models.AutoField)]
    values = {f.name: _value(f, number) for number, f in enumerate(fields) if f.name not in given}
    return model._default_manager.create(**(values | given))


def _value(field: "models.Field[Any, Any]", number: int) -> object:
    if isinstance(field, models.ForeignKey):
        target = field.remote_field.model
        if field.null and target is field.model:
            return None  # a row that stands alone
        # Two keys of a row to one table lead to two rows of it.
        rows = list(target._default_manager.order_by("pk")[:2]) or [one_of(target)]
        return rows[number % len(rows)]
    if field.choices:
        return next(value for value, _ in field.flatchoices if value)
    for kind, value in BY_TYPE:
        if isinstance(field, kind):
            return value() if callable(value) else value
    raise TypeError(f"what does {field} hold?")


BY_TYPE: list[tuple[type, Any]] = [
    (models.UUIDField, uuid.uuid4),
    (models.DateTimeField, NOW),
    (models.DateField, date(2026, 11, 23)),
    (models.DurationField, timedelta(seconds=1)),
    (models.BooleanField, False),
    (models.BinaryField, b"key"),
    (models.FloatField, 0.5),
    (models.JSONField, list),
    (models.GenericIPAddressField, "192.0.2.1"),
    (models.EmailField, "somebody@reader.example"),
    (models.IntegerField, 1),
    (models.TextField, "text"),
    (models.CharField, "x"),
]


def empty_tables() -> list[str]:
    """Tables of models without a row."""
    names = [model._meta.db_table for model in models_of()]
    return [name for name, count in counts(names).items() if not count]


def counts(names: list[str] | None = None) -> dict[str, int]:
    """The number of rows of each table."""
    with connection.cursor() as cursor:
        found = names or [model._meta.db_table for model in models_of()]
        rows = {}
        for name in found:
            cursor.execute(f'SELECT count(*) FROM "{name}"')
            rows[name] = int(cursor.fetchone()[0])
        return rows
