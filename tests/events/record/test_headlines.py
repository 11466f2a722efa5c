"""An event's headline follows from its facts, in every place and language, or quotes a report."""

from dataclasses import replace

import pytest
from django.utils.translation import override

from tests import make
from tests.conftest import NOW
from tracker.events.editing.actions import (
    Editor,
    current_values,
    edit_event,
    refuse_event,
    restore_event,
)
from tracker.events.models import Event, Link
from tracker.events.record.derived.columns import reindex
from tracker.events.search.find import find_events
from tracker.events.search.language.parsing import parse
from tracker.events.search.load import load_rows

pytestmark = pytest.mark.django_db
ED = Editor("ed", NOW)


def fresh(event):
    return Event.objects.get(pk=event.pk)


def row(event):
    return load_rows([fresh(event)])[0]


def unnamed(title="X suspends a farmer who filmed geese", **values):
    """An event without a target, with one report."""
    given = {"kind": "account_suspension", "targets": [], "countries": [], "occurred": "2026-11-20"}
    event = make.event("", **(given | values))
    make.report(event, make.entry(title, language="en"))
    return event


def test_a_corrected_fact_corrects_the_headline_of_a_machine():
    event = make.event(
        "", kind="platform_block", targets=[], countries=["MD"], occurred="2026-11-20"
    )
    assert row(event).headline == "Moldova blocks X"
    told = current_values(event)
    edit = replace(told, kinds=("account_suspension",), targets=("Mira Kovac",))
    edit_event(event.pk, edit, ED)
    assert (row(event).headline, row(event).headline_source) == ("X suspends Mira Kovac", "facts")
    assert fresh(event).headline == "X suspends Mira Kovac"
    with override("fr"):
        assert row(event).headline == "X suspend Mira Kovac"


def test_a_persons_headline_stays_until_it_is_taken_away():
    event = make.event("RT may no longer advertise")
    edit_event(event.pk, replace(current_values(event), targets=("Sputnik",)), ED)
    assert (row(event).headline, row(event).headline_source) == (
        "RT may no longer advertise",
        "person",
    )
    edit_event(event.pk, replace(current_values(fresh(event)), own_headline=""), ED)
    assert row(event).headline == "Twitter bars Sputnik from advertising"


def test_without_a_target_the_headline_quotes_the_report_in_the_readers_language():
    event = unnamed()
    make.report(event, make.entry("X suspend un fermier et ses oies", language="fr"))
    assert row(event).headline == "Example News reports: “X suspends a farmer who filmed geese”"
    assert row(event).headline_source == "report"
    assert row(event).headline == fresh(event).headline
    with override("fr"):
        assert "X suspend un fermier et ses oies" in row(event).headline
    (found,) = find_events(parse("farmer geese"), today=NOW.date()).rows
    assert found.id == event.pk


def test_once_the_target_is_known_it_is_no_longer_quoted():
    event = unnamed()
    edit_event(event.pk, replace(current_values(event), targets=("Ana Prado",)), ED)
    assert row(event).headline == "X suspends Ana Prado"


def pair(**values):
    """Two events of one day that read alike but for what is given of the second."""
    given = {"kind": "account_suspension", "countries": [], "occurred": "2026-11-20"}
    return make.event("", **given), make.event("", **(given | values))


DIFFERENT = {
    "country": ({"countries": ["DE"]}, "Germany"),
    "ground": ({"grounds": "hate"}, "hate"),
    "duration": ({"extent": "temporary"}, "for a time"),
    "authority": ({"authority": "Amtsgericht Bonn"}, "Amtsgericht Bonn"),
}


@pytest.mark.parametrize(("values", "words"), DIFFERENT.values(), ids=DIFFERENT)
def test_two_alike_of_one_day_say_what_differs(values, words):
    first, second = pair(**values)
    assert row(second).headline == f"X suspends RT ({words})"
    assert row(first).headline == "X suspends RT"
    assert fresh(second).headline == row(second).headline


def test_one_that_differs_in_nothing_says_its_number_until_the_first_goes():
    first, second = pair()
    assert row(first).headline == "X suspends RT"
    assert row(second).headline == f"X suspends RT (event {second.pk})"
    refuse_event(first.pk, replace(ED, reason="the same"))
    assert row(second).headline == "X suspends RT"


def test_one_that_says_its_number_keeps_it_when_it_is_derived_anew_alone():
    _, second = pair()
    reindex([second.pk])
    assert fresh(second).headline == f"X suspends RT (event {second.pk})"


def test_one_that_says_its_number_keeps_it_when_another_of_the_day_changes():
    _, second = pair()
    third = make.event("Y bars a poet", occurred="2026-11-20")
    reindex([third.pk])
    assert fresh(second).headline == f"X suspends RT (event {second.pk})"


def test_one_that_says_its_number_loses_it_when_the_first_moves_to_another_day():
    first, second = pair()
    edit_event(first.pk, replace(current_values(first), occurred="2026-11-19"), ED)
    assert fresh(second).headline == "X suspends RT"


def test_b3_one_that_is_refused_says_its_number_no_more_and_again_once_it_is_restored():
    values = {"kind": "platform_block", "targets": [], "countries": ["RU"]}
    events = [make.event("", **values), make.event("", **values)]
    said = fresh(events[1]).headline
    refuse_event(events[1].pk, replace(ED, reason="double"))
    assert fresh(events[1]).headline == fresh(events[0]).headline
    restore_event(events[1].pk, ED)
    assert fresh(events[1]).headline == said != fresh(events[0]).headline


def test_many_alike_all_read_differently():
    events = [unnamed("Accounts are gone") for _ in range(4)]
    assert len({row(event).headline for event in events}) == 4


def test_a_name_from_the_news_has_its_role_of_the_title_in_the_readers_language():
    event = unnamed("X suspends account of German MP Mira Kovac", targets=["Mira Kovac"])
    make.report(event, make.entry("X suspend la députée Mira Kovac", language="fr"))
    assert row(event).headline == fresh(event).headline == "X suspends German MP Mira Kovac"
    with override("fr"):
        assert row(event).headline == "X suspend la députée Mira Kovac"


def test_a_linked_event_is_named_there_as_on_its_own_page():
    later = make.event("", kind="reinstatement", occurred="2026-11-21", targets=[])
    for event in (unnamed(), unnamed("X suspends German MP Mira Kovac", targets=["Mira Kovac"])):
        Link.objects.create(source=later, target=event, type="undoes", state="confirmed")
        link = next(link for link in row(later).links if link.event_id == event.pk)
        assert link.headline == row(event).headline


def test_a_fine_says_under_which_law_its_reports_put_it():
    fine = {"kind": "legal_action", "countries": ["EU"], "amount": 320_000_000, "currency": "EUR"}
    event = unnamed("EU fines X 320m euros under the Digital Services Act", law="dsa", **fine)
    assert row(event).headline == "EU fines X €320 million under the Digital Services Act"
    assert fresh(event).headline == row(event).headline
