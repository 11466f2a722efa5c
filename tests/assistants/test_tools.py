"""What an assistant gets from each tool."""

import pytest

from tests import make
from tracker.assistants import tools
from tracker.assistants.tools import QuestionError

pytestmark = pytest.mark.django_db


@pytest.fixture
def events():
    """Two acts of Twitter, one of Facebook."""
    return [
        make.event("Twitter bars RT from advertising"),
        make.event("Twitter bars Sputnik from advertising", targets=["Sputnik"]),
        make.event("Facebook bars RT from advertising", platforms=["facebook"]),
    ]


def test_a_search_gives_events_with_their_addresses_and_says_what_it_is(events):
    answer = tools.search_events('platform:twitter "RT"')
    assert answer["total"] == 1
    assert answer["events"][0]["url"].endswith(f"/events/{events[0].pk}")
    assert answer["about"]["query"] == "platform:twitter RT"
    assert answer["about"]["coverage"]


def test_a_search_is_paged(events):
    first = tools.search_events(limit=2)
    second = tools.search_events(limit=2, after=first["after"])
    numbers = [event["id"] for answer in (first, second) for event in answer["events"]]
    assert sorted(numbers) == sorted(event.pk for event in events)
    assert second["after"] is None


def test_an_event_comes_whole_and_a_merged_one_as_what_it_became(events):
    kept, merged = events[0], events[1]
    type(merged).objects.filter(pk=merged.pk).update(merged_into=kept)
    assert tools.get_event(merged.pk)["id"] == kept.pk


def test_a_number_without_an_event_is_refused_in_words(events):
    with pytest.raises(QuestionError, match="no event 99999"):
        tools.get_event(99999)


def test_counts_name_values_as_people_read_them(events):
    answer = tools.count_events("RT")
    assert answer["total"] == 2
    assert answer["facets"]["platform"] == {"X (Twitter)": 1, "Facebook": 1}


def test_values_are_compared_within_a_search(events):
    answer = tools.compare("platform", ["twitter", "facebook"], "kind:ad_ban")
    assert {name: side["total"] for name, side in answer["platform"].items()} == {
        "twitter": 2,
        "facebook": 1,
    }


def test_what_cannot_be_compared_is_refused_in_words(events):
    with pytest.raises(QuestionError, match="Choose platform"):
        tools.compare("weather", ["a", "b"])


def test_a_wrong_query_is_refused_with_its_piece():
    with pytest.raises(QuestionError, match="weather"):
        tools.search_events("weather:rain")


def test_names_are_looked_up_with_their_codes(events):
    (found,) = tools.find_names("Twit")
    assert (found["type"], found["code"], found["events"]) == ("platform", "twitter", 2)


def test_kinds_have_definitions():
    assert all(kind["definition"] for kind in tools.list_kinds())


def test_an_alert_is_previewed_and_nothing_is_set_up(events):
    assert len(tools.preview_alert("RT")["weeks"]) == 12
    with pytest.raises(QuestionError, match="alert"):
        tools.preview_alert("")
