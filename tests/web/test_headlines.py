"""A corrected fact corrects the headline everywhere at once; a person's own stays everywhere."""

import re
from dataclasses import replace
from html import unescape

import pytest

from tests import make
from tests.conftest import NOW
from tracker.alerts.delivery.digest import AlertHitLine, build_digest
from tracker.events.editing.actions import Editor, current_values, edit_event
from tracker.events.models import Event
from tracker.events.search.load import load_rows
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
    # Calendars fold lines, and escape commas and semicolons; pages mark words searched for.
    plain = data.decode().replace("\r\n ", "").replace("\\,", ",").replace("\\;", ";")
    plain = re.sub(r"\\u([0-9a-f]{4})", lambda match: chr(int(match[1], 16)), plain)
    return unescape(plain.replace("<mark>", "").replace("</mark>", ""))


def subject(event):
    (row,) = load_rows([event])
    return build_digest([AlertHitLine(1, "", row)], SourceCoverage(1, 1, 0, 0, 0)).subject


FINE = {
    "country": {"countries": ("FR",)},
    "amount": {"amount": 5_000_000, "currency": "EUR"},
    "authority": {"authority": "CNIL", "authority_type": "regulator"},
    "law": {"law": "dsa", "law_article": "34"},
    "appeal": {"appeal": "rejected"},
    "number affected": {"affected": 9_000, "affected_what": "accounts"},
}
# Facts that no headline names: what the edit says, in words where people read it and as data.
TELLING = {
    "day": ({"occurred": "2017-09-03"}, "3 September 2017", "2017-09-03"),
    "ground": ({"grounds": "copyright"}, "Copyright", "copyright"),
    "in force from": ({"effective_on": "2017-11-05"}, "5 November 2017", "2017-11-05"),
    "territory": (
        {"territory": "region", "region": "Bavaria"},
        "In a region (Bavaria)",
        "Bavaria",
    ),
    "degree": ({"degree": "partial"}, "Partial", "partial"),
    "who ordered it": (
        {"ordered_by": "Amtsgericht Bonn", "ordered_by_type": "court"},
        "Amtsgericht Bonn",
        "Amtsgericht Bonn",
    ),
    "announced appeal": ({"appeal": "announced"}, "Appeal announced", "announced"),
    "law of a suspension": ({"law": "netzdg"}, "NetzDG", "netzdg"),
}
WORDED = ("page", "json feed")
AS_DATA = ("csv", "json lines", "api", "json feed")


@pytest.mark.parametrize("change", FINE.values(), ids=FINE)
def test_an_edit_of_a_fact_of_a_fine_changes_every_output(client, change):
    event = make.event("", kind="legal_action", targets=["Ana Prado"], countries=["DE"])
    check_every_output(client, event, change)


@pytest.mark.parametrize(("change", "words", "data"), TELLING.values(), ids=TELLING)
def test_an_edit_of_a_fact_beside_the_headline_changes_every_output(client, change, words, data):
    event = make.event("", kind="account_suspension", targets=["Ana Prado"])
    edit_event(event.pk, replace(current_values(event), **change), Editor("ed", NOW))
    pages = outputs(client, event, "Ana")
    # Of day and ground, feeds and calendars have fields or sentences of their own.
    is_figure = not {"occurred", "grounds"} & set(change)
    worded = (*WORDED, "atom", "calendar") if is_figure else WORDED
    assert [name for name in worded if words.lower() not in pages[name].lower()] == []
    assert [name for name in AS_DATA if data not in pages[name]] == []
    if "occurred" in change:
        assert "[2017, 9, 3]" in str(client.get(ADDRESSES["csl"].format(pk=event.pk)).json())


def outputs(client, event, word):
    row = load_rows([Event.objects.get(pk=event.pk)])[0]
    return {
        name: text(client.get(address.format(pk=event.pk, word=word, entity=row.platforms[0].id)))
        for name, address in ADDRESSES.items()
    }


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_an_edit_of_a_fact_changes_every_output(client, change):
    event = make.event("", kind="account_suspension", targets=["Ana Prado"], countries=[])
    check_every_output(client, event, change)


def check_every_output(client, event, change):
    before = event.headline
    edit_event(event.pk, replace(current_values(event), **change), Editor("ed", NOW))
    event = Event.objects.get(pk=event.pk)
    (row,) = load_rows([event])
    assert row.headline == event.headline != before
    pages = outputs(client, event, row.headline.split()[0].strip(":"))
    pages["mail"] = subject(event)

    assert [name for name, page in pages.items() if row.headline not in page] == []
    assert [name for name, page in pages.items() if f"{before}<" in page] == []
