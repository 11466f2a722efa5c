"""The stored events that an entry is compared with."""

from datetime import date

import pytest

from tests import make
from tests.conftest import NOW
from tracker.events.consensus.neighbours import (
    COMPARED,
    load_neighbours,
    lock_names_of,
    neighbouring_events,
)
from tracker.events.editing.actions import Editor, current_values, edit_event
from tracker.events.grouping.likeness.report_facts import ReportFacts
from tracker.events.models import Entity, Event
from tracker.events.record.entities import get_entity, merge_entities

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 24)


def facts(**values):
    given = {
        "kinds": ("ad_ban",),
        "platforms": ("twitter",),
        "targets": frozenset({"RT"}),
        "countries": ("RU",),
        "occurred": "2017-10-26",
    }
    return ReportFacts(**(given | values))


def found(**values):
    return {pk for pk, _ in neighbouring_events(facts(**values), TODAY)}


NEAR = {
    "the day before": {"occurred": "2017-10-25"},
    "the month": {"occurred": "2017-10"},
    "a reaction's day, weeks later": {"occurred": "2017-12-01"},
    "another kind, same target": {"kind": "demonetization"},
    "another platform, same target": {"platforms": ["youtube"]},
    "same platform and kind": {"targets": []},
}


@pytest.mark.parametrize("values", NEAR.values(), ids=NEAR)
def test_what_may_be_the_same_act_is_near(values):
    event = make.event(**values)
    assert found() == {event.pk}


FAR = {
    "weeks before": {"occurred": "2017-08-25"},
    "months later": {"occurred": "2018-02-01"},
    "nothing in common": {"platforms": ["vk"], "targets": ["A"]},
    "another kind, another target": {"kind": "demonetization", "targets": ["A"]},
    "refused": {"state": "refused"},
}


@pytest.mark.parametrize("values", FAR.values(), ids=FAR)
def test_what_cannot_be_is_not(values):
    make.event(**values)
    assert found() == set()


def test_an_unsure_event_is_near_too():
    event = make.event(state="unsure")
    assert found() == {event.pk}


def test_a_law_on_social_media_is_found_from_a_platform_and_by_its_country():
    law = {"kind": "legal_action", "targets": [], "countries": ["DK"]}
    general = make.event(platforms=["social_media"], **law)
    named = make.event(platforms=["tiktok"], **law)
    make.event(platforms=["tiktok"], **(law | {"countries": ["NO"]}))
    asked = {"kinds": ("legal_action",), "targets": frozenset(), "countries": ("DK",)}
    assert general.pk in found(platforms=("tiktok",), **asked)
    assert found(platforms=("social_media",), **asked) == {general.pk, named.pk}


def test_a_name_as_reported_is_one_that_no_list_knows():
    get_entity(Entity.Type.TARGET, "Lena Brandt", is_reported=True)
    event = make.event(targets=["Lena Brandt"])
    ((_, (own,)),) = load_neighbours([event.pk])
    assert own.unlisted == {"Lena Brandt"}


def test_a_company_s_products_are_near_each_other():
    event = make.event(platforms=["meta"], targets=[])
    assert found(platforms=("facebook",), targets=frozenset()) == {event.pk}


def test_an_event_under_a_merged_name_is_near():
    event = make.event(platforms=["youtube"], targets=["Russia Today"], kind="demonetization")
    gone, kept = (get_entity(Entity.Type.TARGET, name) for name in ("Russia Today", "RT"))
    merge_entities(gone.pk, kept.pk)
    assert found() == {event.pk}
    assert load_neighbours([event.pk])[0][1][0].targets == {"RT"}


def test_an_event_without_a_day_is_looked_for_near_its_recording():
    event = make.event(occurred="")
    assert found() == set()
    assert found(occurred="") == {event.pk}


def test_of_very_many_those_of_the_target_and_of_near_days_are_compared():
    for _ in range(COMPARED):
        make.event("Other", targets=["A"])
    ours = make.event("Ours", occurred="2017-10-29")
    make.event("Far", targets=["A"], occurred="2017-12-20")
    compared = found()
    assert len(compared) == COMPARED
    assert ours.pk in compared


def test_what_an_editor_decided_holds_for_every_report():
    event = Event.objects.get(pk=make.processed("Twitter bans ads from RT and Sputnik"))
    edit = type(current_values(event))(**(vars(current_values(event)) | {"targets": ("TASS",)}))
    edit_event(event.pk, edit, Editor("ed", NOW))
    ((_, reports),) = load_neighbours([event.pk])
    assert [one.targets for one in reports] == [{"TASS"}]
    assert reports[0].details


def test_a_history_s_event_without_reports_has_its_own_facts():
    event = make.event()
    ((_, reports),) = load_neighbours([event.pk])
    assert reports == [facts()]


def test_finding_takes_few_queries_however_many_events(django_assert_max_num_queries):
    for _ in range(20):
        make.event()
    with django_assert_max_num_queries(5):
        found()


LOCKED = {
    "a company for all its products": ({"platforms": ("instagram",)}, {"platform facebook"}),
    "social media as such, without a row": (
        {"platforms": ("social_media",)},
        {"platform social_media"},
    ),
    "what names no platform": ({"platforms": ("",)}, {"platform social_media"}),
    "a target, wherever it is hit": (
        {"platforms": ("telegram",), "targets": frozenset({"RT"})},
        {"platform telegram", "target rt"},
    ),
}


@pytest.mark.parametrize(("said", "names"), LOCKED.values(), ids=LOCKED)
def test_whatever_an_event_is_found_by_is_locked_by_its_name(said, names):
    assert lock_names_of(facts(**({"targets": frozenset()} | said))) == names
    assert not Entity.objects.exists()


def test_an_entry_of_a_refused_event_still_tells_of_the_other_one():
    pk = make.processed("Twitter bans ads from RT and Sputnik")
    entry = Event.objects.get(pk=pk).reports.get().entry
    refused = make.event(state="refused")
    make.report(refused, entry)
    ((found, reports),) = load_neighbours([pk, refused.pk])
    assert found == pk
    assert reports[0].details
