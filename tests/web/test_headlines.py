"""A corrected fact corrects the headline everywhere at once; a person's own stays everywhere."""

from dataclasses import replace

import pytest

from tests import make
from tests.conftest import NOW
from tracker.alerts.delivery.digest import AlertHitLine, build_digest
from tracker.events.editing.actions import Editor, current_values, edit_event
from tracker.events.models import Event
from tracker.events.search.rows import load_rows
from tracker.feeds.health import SourceCoverage

pytestmark = pytest.mark.django_db
ADDRESSES = {
    "timeline": "/",
    "page": "/events/{pk}",
    "suggestion": "/events/{pk}/suggest",
    "csv": "/events.csv",
    "json lines": "/events.jsonl",
    "atom": "/events.atom",
    "json feed": "/events.json",
    "calendar": "/events.ics",
    "bibtex": "/events/{pk}/cite.bib",
    "csl": "/events/{pk}/cite.json",
    "api": "/api/v1/events/{pk}",
    "search": "/?q={word}",
    "entity": "/entities/{entity}",
    "embed": "/embed",
}
CHANGES = {
    "target": {"targets": ("Mira Kovac",)},
    "kind": {"kinds": ("demonetization",)},
    "platform": {"platforms": ("youtube",)},
    "own headline": {"own_headline": "Marla Quint may not advertise"},
}


def text(answer):
    data = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return data.decode().replace("\r\n ", "")


def subject(event):
    (row,) = load_rows([event])
    return build_digest([AlertHitLine(1, "", row)], SourceCoverage(1, 1, 0, 0, 0)).subject


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_an_edit_of_a_fact_changes_every_output(client, change):
    event = make.event("", kind="account_suspension", targets=["Ana Prado"], countries=[])
    before = event.headline
    edit_event(event.pk, replace(current_values(event), **change), Editor("ed", NOW))
    event = Event.objects.get(pk=event.pk)
    (row,) = load_rows([event])
    assert row.headline == event.headline != before
    word, entity = row.headline.split()[0], row.platforms[0].id
    pages = {
        name: text(client.get(address.format(pk=event.pk, word=word, entity=entity)))
        for name, address in ADDRESSES.items()
    }
    pages["mail"] = subject(event)
    assert [name for name, page in pages.items() if row.headline not in page] == []
    assert [name for name, page in pages.items() if f"{before}<" in page] == []
