"""Comparisons and charts count what counting one event after the other gives."""

from collections import Counter
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests import make
from tests.thorough import examples
from tracker.events.in_force import IN_FORCE, lasting_kinds, status_on
from tracker.events.models import Entity, Event
from tracker.events.record.entities import get_entity, merge_entities
from tracker.events.search.facts import facts_of_events
from tracker.events.search.figures import charts
from tracker.events.search.figures.charts import SERIES, chart_of
from tracker.events.search.figures.compare import compare_entities, query_for
from tracker.events.search.index.events import index
from tracker.events.search.language.matching import matches
from tracker.events.search.language.parsing import parse

pytestmark = pytest.mark.django_db
TODAY = date(2018, 2, 20)
SLUGS = ["twitter", "youtube", "facebook", "tiktok", "instagram", "telegram", "vk", "rutube"]
HEADS = {slug: slug for slug in SLUGS} | {"vk": "twitter"}  # one was merged into another
DAYS = ["2016-05", "2017-10-01", "2017-10-26", "2017-12-31", "2018-01-15", "2018-02", "2018-03-01"]
EVENTS = st.lists(
    st.fixed_dictionaries(
        {
            "kind": st.sampled_from(["ad_ban", "platform_block", "reinstatement"]),
            "other_kinds": st.sampled_from([[], ["legal_action"]]),
            "platforms": st.lists(st.sampled_from(SLUGS), unique_by=HEADS.get, max_size=3),
            "occurred": st.sampled_from(["", *DAYS]),
            "extent": st.sampled_from(["", "temporary"]),
            "state": st.sampled_from(["machine", "reviewed", "unsure"]),
        }
    ),
    max_size=12,
)
QUERIES = st.sampled_from(
    [
        *(
            "",
            "since:2017-10-26",
            "until:2018-01-15",
            "kind:ad_ban",
            "-kind:ad_ban",
            "in_force:yes",
        ),
        *("since:2017-11 platform:vk", "-platform:youtube", "state:unsure", "-target:rt"),
    ]
)
property_test = settings(
    max_examples=examples(8, 60),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


def chosen_by(query):
    """The ids of events that a query chooses, each event by itself."""
    facts = facts_of_events(Event.objects.values_list("pk", flat=True))
    return {pk for pk, f in facts.items() if matches(query, f, today=str(TODAY))}


def events_in(bar, events):
    """The events of a bar, each by its own day."""
    since, until = bar.period.bounds()
    # A day that is known to the month is in no week.
    least = len(since) if bar.period.step == "week" else len("2017")
    return [
        event
        for event in events
        if len(event.occurred) >= least and since <= event.occurred[: len(since)] <= until
    ]


@pytest.fixture
def compared():
    """Three platforms, the first with another one merged into it."""
    platforms = [get_entity(Entity.Type.PLATFORM, slug) for slug in SLUGS[:3]]
    make.event("Before the merger", platforms=["vk"])
    merge_entities(get_entity(Entity.Type.PLATFORM, "vk").pk, platforms[0].pk)
    return platforms


@property_test
@given(EVENTS, QUERIES, st.sampled_from([0, charts.LARGE]))
def test_a_comparison_is_what_the_query_of_each_chooses(compared, monkeypatch, rows, text, large):
    monkeypatch.setattr(charts, "LARGE", large)  # 0: all charts are of few events
    for row in rows:
        make.event(**row)
    query = parse(text)
    for each in compare_entities(index.snapshot(TODAY), compared, query, TODAY):
        events = Event.objects.filter(pk__in=chosen_by(query_for(each.entity, query)))
        assert each.outcomes.events == len(events)
        statuses = [
            status_on(str(TODAY), event.occurred, event.ended, event.unknown_from)
            for event in events
            if lasting_kinds([event.kind, *event.other_kinds])
        ]
        assert each.outcomes.measures == len(statuses)
        assert each.outcomes.in_force == statuses.count(IN_FORCE)
        kinds = Counter(kind for event in events for kind in {event.kind, *event.other_kinds})
        assert each.kinds == {kind: kinds[kind] for kind in each.kinds}
        assert sum(bar.total for bar in each.chart.bars) + each.chart.left_out == len(events)
        for bar in each.chart.bars:
            assert bar.counts == Counter(event.kind for event in events_in(bar, events))


@property_test
@given(EVENTS, QUERIES)
def test_a_chart_counts_each_platform_and_sums_up_the_others(rows, text):
    for row in rows:
        make.event(**row)
    events = index.snapshot(TODAY)
    chosen = events.choose(parse(text))
    chart = chart_of(events, chosen, "platform", TODAY)
    platforms = {
        event.pk: {
            str(party.entity.slug) for party in event.parties.filter(entity__type="platform")
        }
        for event in Event.objects.filter(pk__in=chosen)
    }
    slugs: dict[str | int, str] = dict(Entity.objects.values_list("pk", "slug"))
    every = list(Event.objects.filter(pk__in=chosen))
    drawn = {slugs[one.value] for one in chart.series if one.value}
    counts = Counter(slug for each in platforms.values() for slug in each)
    assert len(drawn) <= SERIES
    for bar in chart.bars:
        within = [platforms[event.pk] for event in events_in(bar, every)]
        expected = Counter(slug for each in within for slug in each & drawn)
        others = sum(not each & drawn for each in within)
        shown = {slugs.get(value, ""): n for value, n in bar.counts.items()}
        assert shown == {**expected, **({"": others} if others else {})}
    assert all(counts[slug] for slug in drawn)
