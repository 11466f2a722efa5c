"""How sure an event and its facts are, from what the record says of them."""

import pytest

from tests import make
from tracker.events.models import Event
from tracker.events.publish.trust import check_of_event, trust_of_facts, trust_word
from tracker.events.search import find
from tracker.events.search.language.parsing import parse
from tracker.events.search.load import load_rows
from tracker.events.search.query import QueryError

pytestmark = pytest.mark.django_db


def row_of(headline="", **values):
    (row,) = load_rows([make.event(headline, **values)])
    return row


def history(**values):
    return row_of("A headline", ref="2017-10-x", occurred_source="history", **values)


def test_the_history_is_never_called_the_work_of_a_machine():
    row = history()
    facts = trust_of_facts(row)
    assert (row.origin, trust_word(row), check_of_event(row)) == (
        "history",
        "From the history",
        "unchecked",
    )
    assert {fact.origin for fact in facts.values()} == {"history"}
    assert {"own_headline", "kinds", "platforms", "targets", "countries", "occurred"} == set(facts)


@pytest.mark.parametrize(
    ("values", "origin", "word"),
    [
        ({}, "machine", "Not checked"),
        ({"state": "unsure"}, "machine", "Unsure"),
        ({"state": "reviewed"}, "machine", "Checked"),
        ({"headline": "Own words"}, "editor", "Not checked"),
        ({"occurred_source": "editor", "state": "reviewed"}, "editor", "Checked"),
        ({"ref": "a", "state": "reviewed"}, "history", "Checked"),
    ],
)
def test_one_word_says_how_sure_an_event_is(values, origin, word):
    row = row_of(**values)
    assert (row.origin, trust_word(row)) == (origin, word)


def test_accepting_an_event_confirms_kind_and_platforms_and_no_other_fact():
    facts = trust_of_facts(row_of(state="reviewed", occurred_source="text"))
    confirmed = {name for name, fact in facts.items() if fact.check == "confirmed"}
    assert confirmed == {"kinds", "platforms"}
    assert {fact.origin for fact in facts.values()} == {"machine"}


def test_what_the_program_read_in_an_event_of_the_history_is_the_programs():
    facts = trust_of_facts(history(amount=320, currency="EUR", extent="temporary"))
    assert (facts["amount"].origin, facts["extent"].origin) == ("machine", "machine")


def test_a_query_chooses_by_origin_and_the_facet_counts():
    history()
    row_of()
    make.event("Own words")
    result = find.find_events(parse("origin:history origin:editor"), today=make.DAY.date())
    assert {row.origin for row in result.rows} == {"history", "editor"}
    counts = {choice.value: (choice.count, choice.name) for choice in result.facets["origin"]}
    assert counts == {
        "history": (1, "From the history"),
        "machine": (1, "Read by the program"),
        "editor": (1, "Written by an editor"),
    }
    with pytest.raises(QueryError, match="Unknown origin"):
        parse("origin:robot")


def test_every_origin_of_an_event_has_its_word_in_the_query():
    assert {parse(f"origin:{origin}").origin[0] for origin in Event.Origin} == set(Event.Origin)
