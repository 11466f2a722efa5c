from datetime import timedelta
from itertools import product
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests import make
from tests.conftest import NOW
from tests.thorough import examples
from tracker.alerts.matching import alerts
from tracker.alerts.models import Alert
from tracker.events.search.language.matching import EventFacts, matches
from tracker.events.search.language.parsing import parse
from tracker.events.text import build_search_text

pytestmark = pytest.mark.django_db
PIECES = [
    "kind:ad_ban",
    "kind:reinstatement",
    "-kind:ad_ban",
    "platform:twitter",
    "platform:youtube",
    "-platform:twitter",
    'target:"rt"',
    "country:RU",
    "-country:RU",
    "lang:ru",
    "ground:hate",
    "-ground:hate",
    "source:news.example",
    "state:reviewed",
    "state:unsure",
    "-state:machine",
    "event:7",
    "-event:7",
    "since:2017-10-26",
    "until:2017-10",
    "in_force:2018-01-01",
    "in_force:yes",
    "in_force:unknown",
    "in_force:ended",
    "bans",
    "susp",
    "广告",
    "-sputnik",
    "Twitter",
    "names:off",
    '"bans ads"',
]
TEXTS = ["Twitter bans ads from RT", "suspended", "推特禁止广告投放", "Sputnik", ""]
FACTS = st.builds(
    EventFacts,
    kinds=st.frozensets(st.sampled_from(["ad_ban", "reinstatement"]), min_size=1),
    platforms=st.frozensets(st.sampled_from(["twitter", "youtube"])),
    countries=st.frozensets(st.sampled_from(["RU", "US"])),
    state=st.sampled_from(["machine", "reviewed", "unsure"]),
    occurred=st.sampled_from(["", "2017-10", "2017-10-26", "2017-10-31", "2019-01-01"]),
    text=st.lists(st.sampled_from(TEXTS)).map(build_search_text),
    targets=st.frozensets(st.sampled_from(["rt", "sputnik"])),
    languages=st.frozensets(st.sampled_from(["ru", "en"])),
    grounds=st.frozensets(st.sampled_from(["hate", ""]), min_size=1, max_size=1),
    sources=st.frozensets(st.sampled_from(["news.example", "b.example"])),
    events=st.frozensets(st.sampled_from(["7", "8"])),
    unknown_from=st.sampled_from(["", "2018-01-20"]),
    ended=st.sampled_from(["", "2018-06-01"]),
)


@pytest.fixture
def all_pairs():
    texts = {"": parse("")}
    for pair in product(PIECES, PIECES):
        query = parse(" ".join(pair))
        texts[query.text()] = query
    reader = make.reader()
    rows = Alert.objects.bulk_create(
        Alert(subscriber=reader, query=text, state="active", created_at=NOW, confirmed_at=NOW)
        for text in texts
    )
    return {row.pk: texts[row.query] for row in rows}


@settings(
    max_examples=examples(15, 60),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(facts=FACTS)
def test_the_sets_choose_what_each_query_would(all_pairs, facts):
    expected = [pk for pk, query in all_pairs.items() if matches(query, facts, today="2026-11-24")]
    assert alerts.choosing(facts) == expected


def facts(**values):
    given = {"kinds": ["ad_ban"], "platforms": ["twitter"], "countries": []} | values
    sets: dict[str, Any] = {name: frozenset(value) for name, value in given.items()}
    return EventFacts(**sets, state="machine", occurred="2017-10-26", text="")


def test_an_alert_that_changes_is_seen_at_the_next_question(django_assert_max_num_queries):
    alert = make.alert("kind:ad_ban")
    assert alerts.choosing(facts()) == [alert.pk]
    later = alert.changed_at + timedelta(seconds=1)
    Alert.objects.update(query="kind:reinstatement", changed_at=later)
    assert alerts.choosing(facts()) == []
    Alert.objects.update(query="platform:twitter", changed_at=later + timedelta(seconds=1))
    with django_assert_max_num_queries(3):
        assert alerts.choosing(facts()) == [alert.pk]
    Alert.objects.update(state="stopped", changed_at=later + timedelta(seconds=2))
    assert alerts.choosing(facts()) == []


def test_what_did_not_change_is_not_read_again(django_assert_num_queries):
    make.alert("kind:ad_ban")
    alerts.choosing(facts())
    with django_assert_num_queries(2):  # names by editors, and whether an alert changed
        alerts.choosing(facts())
