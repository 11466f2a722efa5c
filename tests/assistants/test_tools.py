"""What an assistant gets from each tool."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest
from mcp import Client
from pydantic import ValidationError

from tests import make
from tests.conftest import NOW
from tracker.assistants import server, tools
from tracker.assistants.tools import QuestionError
from tracker.events.editing import actions
from tracker.events.editing.editor import Editor

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
    with pytest.raises(QuestionError, match="mean the same"):
        tools.compare("platform", ["X", "Twitter"])


def test_a_wrong_query_is_refused_with_its_piece():
    with pytest.raises(QuestionError, match="weather"):
        tools.search_events("weather:rain")


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("(a", "Close the bracket"),
        ("a)", "Open the bracket"),
        ("a OR", "before and after OR"),
        ('"a', "Close the quotation mark"),
        ("platform:telgram kind:adban", "kind:ad_ban, platform:telegram"),
    ],
    ids=["open", "closed", "or", "quote", "values"],
)
def test_a_query_that_had_to_be_repaired_is_refused_as_the_api_does(events, query, words):
    asked = [
        lambda: tools.search_events(query),
        lambda: tools.count_events(query),
        lambda: tools.compare("platform", ["twitter", "facebook"], query),
        lambda: tools.preview_alert(query),
    ]
    for ask in asked:
        with pytest.raises(QuestionError, match=words):
            ask()


def test_alternatives_of_a_search_are_compared_as_one(events):
    answer = tools.compare("platform", ["twitter", "facebook"], "Sputnik OR TASS")
    assert {name: side["total"] for name, side in answer["platform"].items()} == {
        "twitter": 1,
        "facebook": 0,
    }


@pytest.mark.parametrize("tool", tools.TOOLS, ids=lambda tool: tool.__name__)
def test_every_tool_refuses_an_unknown_argument_by_name(tool):
    async def ask():
        async with Client(server.build_server()) as client:
            schemas = {t.name: t.input_schema for t in (await client.list_tools()).tools}
            arguments = {"event_id": 99_999}
            return schemas[tool.__name__], await client.call_tool(tool.__name__, arguments)

    schema, answer = asyncio.run(ask())
    assert schema["additionalProperties"] is False
    assert answer.is_error
    assert "Unknown argument: event_id" in answer.content[0].text
    assert all(name in answer.content[0].text for name in schema["properties"])


def test_names_are_looked_up_with_their_codes(events):
    (found,) = tools.find_names("Twit")
    assert (found["type"], found["code"], found["events"]) == ("platform", "twitter", 2)


def test_kinds_have_definitions():
    assert all(kind["definition"] for kind in tools.list_kinds())


def test_an_alert_is_previewed_and_nothing_is_set_up(events):
    assert len(tools.preview_alert("RT")["weeks"]) == 12
    with pytest.raises(QuestionError, match="alert"):
        tools.preview_alert("")


def test_a_past_moment_is_answered_as_it_was(events):
    event = events[0]
    then = "2026-11-24T12:00:30Z"
    asked = [
        lambda: tools.search_events("RT", as_of=then)["events"],
        lambda: tools.get_event(event.pk, as_of=then),
        lambda: tools.count_events("RT", as_of=then),
        lambda: tools.compare("platform", ["twitter", "facebook"], as_of=then),
    ]
    before = [ask() for ask in asked]
    edit = replace(actions.current_values(event), own_headline="Later", targets=("TASS",))
    actions.edit_event(event.pk, edit, Editor("ed", NOW + timedelta(minutes=2), "because"))
    assert [ask() for ask in asked] == before
    assert tools.get_event(event.pk)["headline"] == "Later"
    with pytest.raises(QuestionError, match="is in the future"):
        tools.count_events(as_of="2199-01-01")


@pytest.mark.parametrize("control", ["\0", "\ud800", "\x01"], ids=ascii)
def test_a1_every_text_is_cleaned_also_within_a_list(events, control, monkeypatch):
    # A tool runs in a thread with a connection of its own; here it is the test's.
    monkeypatch.setattr(server, "close_old_connections", lambda: None)
    compare = server._answering(tools.compare)
    answer = compare(field="target", values=[f"RT{control}", "Sputnik"])
    assert list(answer["target"]) == ["RT", "Sputnik"]


@pytest.mark.parametrize(
    ("tool", "given"),
    [
        (tools.find_names, {"name": "x" * 1_000_000}),
        (tools.compare, {"field": "platform", "values": ["x" * 1_000_000, "y"]}),
    ],
    ids=["find_names", "compare"],
)
def test_a1_a_name_of_a_megabyte_is_refused_before_it_is_looked_up(tool, given):
    with pytest.raises(ValidationError, match="at most 200 characters"):
        server._strict(tool).fn_metadata.arg_model.model_validate(given)
