"""What the API's description promises: its examples are true, and the answers are as described."""

from datetime import UTC, datetime
from functools import cache

import jsonschema_rs
import pytest

from tests import make
from tracker.classify import Kind
from tracker.events.publish.export import EventData, event_as_dict
from tracker.events.search.language.parsing import build_query
from tracker.events.search.rows import EventRow, NamedEntity
from tracker.web.views.api.routes import api
from tracker.web.views.api.schemas.events import EventOut
from tracker.web.views.api.schemas.example import EVENT_EXAMPLE


@cache
def description():
    return api.get_openapi_schema(path_prefix="/api/v1/")


def closed(schema):
    """Return a schema of which no field is left out of the description."""
    if isinstance(schema, list):
        return [closed(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    parts = {name: closed(part) for name, part in schema.items()}
    return parts | ({"additionalProperties": False} if "properties" in schema else {})


@cache
def components():
    return closed(dict(description()["components"]))


def validator(schema):
    return jsonschema_rs.validator_for({**closed(schema), "components": components()})


def examples():
    """Yield (name, schema, example) of each example in the description."""
    for name, schema in description()["components"]["schemas"].items():
        for example in schema.get("examples", ()):
            yield name, schema, example
        for field, described in schema.get("properties", {}).items():
            for example in described.get("examples", ()):
                yield f"{name}.{field}", described, example
    for path, verbs in description()["paths"].items():
        for parameter in verbs.get("get", {}).get("parameters", ()):
            for example in parameter["schema"].get("examples", ()):
                yield f"{path}?{parameter['name']}", parameter["schema"], example


EXAMPLES = list(examples())


@pytest.mark.parametrize(("name", "schema", "example"), EXAMPLES, ids=[e[0] for e in EXAMPLES])
def test_each_example_is_valid_by_its_schema(name, schema, example):
    problems = [error.message for error in validator(schema).iter_errors(example)]
    assert problems == []


@pytest.mark.parametrize(
    ("field", "example"),
    [(name.partition("?")[2], example) for name, _, example in EXAMPLES if "/events?" in name],
)
def test_the_example_of_a_filter_is_a_query(field, example):
    assert build_query({field: example})


def test_the_example_of_an_event_is_what_the_program_would_answer():
    example = EVENT_EXAMPLE
    row = EventRow(
        id=example["id"],
        kind=Kind(example["kinds"][0]),
        other_kinds=(),
        headline=example["headline"],
        occurred=example["occurred"] or "",
        occurred_source=example["occurred_source"],
        state=example["state"],
        confidence=example["confidence"],
        grounds=example["grounds"],
        recorded_at=datetime(2026, 11, 24, 12, tzinfo=UTC),
        changed_at=datetime(2026, 11, 24, 12, 5, tzinfo=UTC),
        platforms=(NamedEntity("twitter", "X (Twitter)"),),
        targets=(
            NamedEntity("rt", "RT", 7, "state_media"),
            NamedEntity("sputnik", "Sputnik", 8, "state_media"),
        ),
        countries=(NamedEntity("RU", "Russia"),),
        reports=(),
        links=(),
        extent=example["extent"],
        checks={"occurred": ("occurred", "confirmed", "ed", "2026-11-24T12:05:00+00:00", "")},
        unknown_from=example["unknown_from"] or "",
        kind_confidence=example["kind_confidence"],
    )
    assert build_query({"ground": [example["grounds"]], "country": example["countries"]})
    # The example leaves its reports out, which these are counted by.
    counted = {"publishers": example["publishers"], "languages": example["languages"]}
    assert event_as_dict(row, example["url"]) | counted == example


def test_every_field_of_an_event_is_described():
    assert list(EventOut.model_fields) == list(EventData.__annotations__)


ADDRESSES = [
    "/events",
    "/events?as_of=2026-11-26",
    "/counts",
    "/events/{event_id}",
    "/events/{event_id}/history",
    "/reports",
    "/entities",
    "/entities/{entity_id}",
    "/platforms",
    "/sources",
    "/kinds",
    "/events?kind=odd",
    "/events?limit=0",
    "/events/999",
]


@pytest.mark.django_db
def test_answers_are_as_the_description_says(client):
    pk = make.processed("Twitter permanently suspends Alex Jones, fined €5 million in France")
    make.report(make.event(targets=["RT"]))
    (entity,) = client.get("/api/v1/entities?limit=1").json()["entities"]
    for address in ADDRESSES:
        filled = address.format(event_id=pk, entity_id=entity["id"])
        answer = client.get(f"/api/v1{filled}")
        described = description()["paths"][
            f"/api/v1{address.partition('?')[0]}".replace("999", "{event_id}")
        ]
        schema = described["get"]["responses"][answer.status_code]["content"]["application/json"]
        problems = [
            f"{error.instance_path}: {error.message}"
            for error in validator(schema["schema"]).iter_errors(answer.json())
        ]
        assert problems == [], address


def test_who_changes_a_description_changes_no_other():
    api.get_openapi_schema(path_prefix="/api/v1/")["paths"].clear()
    assert api.get_openapi_schema(path_prefix="/api/v1/")["paths"]
