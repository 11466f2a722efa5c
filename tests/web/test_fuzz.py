"""Whatever is asked, nothing breaks: the API by its description, the site by random addresses."""

import random
import string

import pytest
import schemathesis
from django.core.cache import cache
from hypothesis import HealthCheck, given, settings

from tests import make
from tests.thorough import examples
from tracker.events.search.index.events import index
from tracker.web.views.api.routes import api
from tracker.wsgi import application

pytestmark = [pytest.mark.services, pytest.mark.django_db]
ADDRESSES = examples(2_500, 4_000)
schema = schemathesis.openapi.from_dict(api.get_openapi_schema(path_prefix="/api/v1/"))
schema.app = application


@pytest.fixture
def record():
    make.event()
    make.processed("Twitter запретил рекламу RT и Sputnik", language="ru")


@pytest.mark.parametrize(
    "operation",
    [found.ok() for found in schema.get_all_operations()],  # type: ignore[union-attr]  # an Err fails
    ids=lambda operation: operation.label,
)
def test_the_api_answers_whatever_its_description_allows(operation, record):
    @given(operation.as_strategy())
    @settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.filter_too_much])
    def ask(case):
        cache.clear()  # no rate
        assert case.call().status_code < 500

    ask()


PIECES = (
    *("kind", "platform", "target", "country", "lang", "ground", "source", "state", "not", "q"),
    *("since", "until", "in_force", "after", "as_of", "sort", "chart", "names", "page", "view"),
    *("rows", "columns", "type", "compared"),
)
VALUES = (
    *("ad_ban", "twitter", "RT", "RU", "ru", "2017-10", "2017-10-26", "kind:ad_ban", "recorded"),
    *("-1", "0", "9" * 30, "2017-10-26~1", "~", '"', "a:b", "-", "..", "2017..2018", "\0", "推特"),
    *("%", "' OR 1=1", "<script>", "é", "ａ", "\u202e", "😀", "off", "platform", "x" * 2_100),
)
PATHS = (
    *("/", "/events.csv", "/events.jsonl", "/events.atom", "/events.json", "/events.ics", "/embed"),
    *("/compare", "/compare.csv", "/pivot", "/pivot.csv", "/map"),
    *(
        "/chart.svg",
        "/chart.csv",
        "/events/1",
        "/events/2",
        "/events/99",
        "/entities/1",
        "/sources",
    ),
    *("/sources/1", "/data", "/data/latest.csv.gz", "/about", "/alerts/new", "/api/v1/events"),
    "/accessibility",
    *(
        "/api/v1/counts",
        "/api/v1/entities",
        "/review",
        "/nothing",
        "/events/1/cite.bib",
        "//",
        "/%00",
    ),
)


def test_no_address_breaks_the_site(client, record):
    roll = random.Random(7)
    index.snapshot()
    for _ in range(ADDRESSES):
        given: dict[str, list[str]] = {}
        for _ in range(roll.randrange(4)):
            letters = "".join(roll.choices(string.printable, k=roll.randrange(12)))
            value = roll.choice([*VALUES, letters])
            given.setdefault(roll.choice(PIECES), []).append(value)
        path = roll.choice(PATHS)
        if path.startswith("/api"):
            cache.clear()
        answer = client.get(path, given)
        if answer.streaming:
            list(answer.streaming_content)
        assert answer.status_code < 500, (path, given)
