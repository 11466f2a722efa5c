from datetime import date

import pytest

from tests import make
from tracker.events import search
from tracker.events.models import Event, Link
from tracker.events.query import Query, matches, parse
from tracker.events.reindex import reindex
from tracker.events.rows import load
from tracker.feeds.models import Source

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 24)


def found(text="", **values):
    return search.find(parse(text), today=TODAY, **values)


def headlines(text=""):
    return [row.headline for row in found(text).rows]


def test_newest_act_first_a_month_after_its_days_and_no_day_last():
    for headline, day in {
        "none": "",
        "month": "2017-10",
        "first": "2017-10-01",
        "last": "2017-10-31",
        "later": "2018-01",
    }.items():
        make.event(headline, occurred=day)
    assert headlines() == ["later", "last", "first", "month", "none"]


QUERIES = [
    "",
    "kind:ad_ban",
    "kind:reinstatement",
    "platform:youtube",
    "country:RU",
    "country:RU platform:youtube",
    "since:2017-10",
    "until:2017-10",
    "since:2017-10-26 until:2017-10-26",
    "since:2018",
    "until:2017",
    "state:reviewed",
    "infowars",
    '"alex jones"',
    "kind:ad_ban platform:twitter since:2017-01 rt",
    "target:rt",
    "target:RT target:Infowars",
    "in_force:2017-12-31",
    "in_force:2018-12-31",
    "in_force:2017-10",
    "-kind:ad_ban",
    "-platform:twitter -target:rt",
    "kind:ad_ban -infowars",
    "-state:reviewed",
    "lang:ru",
    "-lang:ru",
    "ground:hate",
    "-ground:hate platform:twitter",
    "date:2017-10..2017-12",
]


@pytest.mark.parametrize("text", QUERIES)
def test_the_list_and_the_alerts_choose_the_same_events(text):
    make.event("twitter bars rt")
    make.event(
        "youtube removes infowars, alex jones",
        kind="account_suspension",
        platforms=["youtube"],
        targets=["Infowars"],
        countries=["US"],
        occurred="2018-08-06",
        state="reviewed",
    )
    make.event("month", occurred="2017-10")
    make.event("for a time", extent="temporary")
    make.event("hateful", grounds="hate", targets=[])
    make.processed("Twitter запретил рекламу RT и Sputnik", language="ru")
    ended = make.event("ended", kind="demonetization", occurred="2017-11-01")
    lifted = make.event("lifted", kind="reinstatement", occurred="2018-02-01")
    Link.objects.create(source=lifted, target=ended, type="undoes", state="confirmed")
    reindex([ended.pk])
    make.event("undated", occurred="", kind="reinstatement")
    query = parse(text)
    facts = search.facts(Event.objects.values_list("pk", flat=True))
    listed = {row.id for row in search.find(query, today=TODAY).rows}
    assert listed == {pk for pk, f in facts.items() if matches(query, f)}


def test_refused_and_merged_events_are_not_shown():
    kept = make.event("kept")
    make.event("refused", state="refused")
    make.event("merged", merged_into=kept)
    assert headlines() == ["kept"]


def test_facet_counts_follow_the_other_facets_and_keep_the_chosen():
    make.event(platforms=["twitter"])
    make.event(platforms=["youtube"], kind="reinstatement")
    facets = found("kind:ad_ban platform:facebook").facets
    kinds = {c.value: c.count for c in facets["kind"]}
    platforms = {c.value: (c.count, c.is_chosen) for c in facets["platform"]}
    assert kinds["ad_ban"] == 0
    assert platforms == {"facebook": (0, True), "twitter": (1, False)}


def test_pages_follow_each_other_without_gap_or_repeat():
    for i in range(7):
        make.event(f"e{i}", occurred="2017-10-26" if i % 2 else f"2017-10-0{i + 1}")
    seen, after = [], ""
    while True:
        page = found(after=after, size=2)
        seen += [row.id for row in page.rows]
        after = page.after
        if not after:
            break
    assert sorted(seen) == sorted(Event.objects.values_list("pk", flat=True))
    assert len(seen) == 7


@pytest.mark.parametrize("after", ["x", "~", "2017~x", "2017~" + "9" * 30, "~-1"])
def test_w6_a_page_that_is_none_is_the_first(after):
    make.event()
    assert len(found(after=after).rows) == 1


def test_the_chart_has_every_quarter_until_today():
    make.event(occurred="2025-02")
    make.event(occurred="2025-02-03", kind="reinstatement")
    make.event(occurred="")
    bars = found().bars
    assert [(b.year, b.quarter) for b in bars] == [
        (2025, 1),
        (2025, 2),
        (2025, 3),
        (2025, 4),
        (2026, 1),
        (2026, 2),
        (2026, 3),
        (2026, 4),
    ]
    assert bars[0].counts == {"ad_ban": 1, "reinstatement": 1}


def test_a_link_is_told_from_both_sides():
    act, undoing = make.event("act"), make.event("undoing")
    Link.objects.create(source=undoing, target=act, type="undoes")
    rows = {row.headline: row for row in found().rows}
    assert rows["undoing"].links[0].words == "Undoes"
    assert rows["act"].links[0].words == "Undone by"


def test_any_number_of_events_takes_the_same_number_of_queries(django_assert_num_queries):
    for i in range(5):
        make.report(make.event(f"e{i}"))
    with django_assert_num_queries(11):
        search.find(Query(), today=TODAY)


def test_a_wire_that_five_publishers_print_counts_as_one_publisher_and_five_reports():
    event = make.event()
    for number in range(5):
        feed = make.feed(f"https://p{number}.example/rss", host=f"p{number}.example")
        Source.objects.filter(pk=feed.source_id).update(name=f"Paper {number}")
        make.report(event, make.entry("Twitter bars both outlets from advertising", feed=feed))
    (row,) = load([event])
    assert (row.report_count, row.publishers, len(row.reports)) == (5, 1, 1)
    assert row.reports[0].reprints == ("Paper 1", "Paper 2", "Paper 3", "Paper 4")
