"""Every fact of an event can be edited, and an edit says nothing of the facts that stay."""

from dataclasses import replace
from datetime import timedelta

import pytest

from tests import make
from tests.conftest import NOW
from tracker.events.editing.actions import (
    EditError,
    Editor,
    current_values,
    edit_event,
    undo_change,
)
from tracker.events.models import Correction, Event
from tracker.events.search.load import load_rows

pytestmark = pytest.mark.django_db
ED = Editor("ed", NOW)


@pytest.fixture
def event():
    return make.event("", kind="platform_block", confidence=0.99, kind_confidence=0.5)


def edit(event, editor=ED, *, is_accepted=False, **values):
    current = current_values(Event.objects.get(pk=event.pk))
    return edit_event(event.pk, replace(current, **values), editor, is_accepted=is_accepted)


def test_an_edit_confirms_what_it_changes_and_nothing_else(event):
    make.report(event)
    edit(event, targets=("RT", "Sputnik"))
    event.refresh_from_db()
    assert event.state == "machine"
    assert [row[0] for row in event.checks] == ["targets"]
    assert set(Correction.objects.values_list("field", flat=True)) == {"targets"}


def test_who_sets_the_kind_takes_the_event_out_of_the_queue_of_kinds(event):
    assert event.review_queue == "kind"
    edit(event, kinds=("account_suspension",))
    event.refresh_from_db()
    assert event.review_queue == ""


def test_nothing_changed_is_said(event):
    with pytest.raises(EditError, match="not changed anything"):
        edit(event)


FACTS = {
    "countries": ("DE", "FR"),
    "grounds": "copyright",
    "ended_on": "2017-11-02",
    "effective_on": "2017-11-01",
    "amount": 5,
    "affected": 7,
    "authority": "Roskomnadzor",
    "law": "dsa",
    "appeal": "filed",
    "territory": "region",
    "degree": "total",
    "ordered_by": "Tagansky Court",
}
BESIDE = {
    "amount": {"currency": "EUR"},
    "affected": {"affected_what": "accounts"},
    "authority": {"authority_type": "regulator"},
    "law": {"law_article": "34"},
    "territory": {"region": "Bavaria"},
    "ordered_by": {"ordered_by_type": "court"},
}


@pytest.mark.parametrize("name", FACTS)
def test_each_fact_is_edited_noted_and_undone(event, name):
    values = {name: FACTS[name]} | BESIDE.get(name, {})
    before = current_values(event)
    change = edit(event, **values)
    event.refresh_from_db()
    assert getattr(current_values(event), name) == FACTS[name]
    assert [row[0] for row in event.checks] == [name]
    undo_change(change.pk, Editor("ed", NOW + timedelta(hours=1)))
    assert current_values(Event.objects.get(pk=event.pk)) == before


def test_a_stated_end_ends_the_measure(event):
    edit(event, ended_on="2017-11-02")
    (row,) = load_rows([Event.objects.get(pk=event.pk)])
    assert (row.ended, row.status_on("2017-11-01"), row.status_on("2017-11-02")) == (
        "2017-11-02",
        "yes",
        "ended",
    )


BAD = {
    "end before day": ({"ended_on": "2017-10-01"}, "not before the day"),
    "no day": ({"effective_on": "soon"}, "Enter a day like"),
    "country": ({"countries": ("ZZ",)}, "Unknown country: ZZ"),
    "grounds": ({"grounds": "envy"}, "Choose grounds"),
    "no currency": ({"amount": 5}, "an amount and its currency"),
    "currency": ({"amount": 5, "currency": "ABC"}, "an amount and its currency"),
    "no count": ({"affected": 5}, "how many are affected"),
    "counted": ({"affected": 5, "affected_what": "cats"}, "how many are affected"),
    "authority": ({"authority_type": "king"}, "Enter the authority"),
    "orderer": ({"ordered_by_type": "king"}, "who ordered it"),
    "law": ({"law": "murphy"}, "Choose a law"),
    "article without law": ({"law_article": "16"}, "an article like 16"),
    "article": ({"law": "dsa", "law_article": "the first one"}, "an article like 16"),
    "appeal": ({"appeal": "maybe"}, "on appeal"),
    "territory": ({"territory": "moon"}, "where the act applies"),
    "region without territory": ({"region": "Bavaria"}, "Name a region only"),
    "degree": ({"degree": "half"}, "partial or total"),
}


@pytest.mark.parametrize(("values", "words"), BAD.values(), ids=BAD)
def test_a_value_that_no_event_has_is_named(event, values, words):
    with pytest.raises(EditError, match=words):
        edit(event, **values)
    assert Event.objects.get(pk=event.pk).checks == []
