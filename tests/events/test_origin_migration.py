"""The migration that notes where events come from that were stored before."""

from importlib import import_module

import pytest
from django.apps import apps

from tests import make
from tests.conftest import NOW
from tracker.events.models import Event, EventVersion

pytestmark = pytest.mark.django_db
migration = import_module("tracker.events.migrations.0012_origin_and_checks")


def test_it_notes_what_the_record_tells_and_leaves_no_version_without_it():
    made = {
        "history": make.event("Known", ref="known"),
        "machine": make.event(""),
        "editor": make.event("", occurred_source="editor"),
    }
    Event.objects.update(origin="machine")
    EventVersion.objects.create(
        event=made["machine"], since=NOW, until=NOW, is_visible=True, terms="", words=""
    )
    migration.note_origins(apps, None)
    origins = dict(Event.objects.values_list("pk", "origin"))
    assert {origin: origins[event.pk] for origin, event in made.items()} == {
        origin: origin for origin in made
    }
    assert not EventVersion.objects.exists()
