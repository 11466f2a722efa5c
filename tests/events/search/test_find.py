from dataclasses import replace
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests import make
from tests.thorough import examples
from tracker.events.models import Event, EventEntity, Link
from tracker.events.record.derived.columns import reindex
from tracker.events.search import find
from tracker.events.search.facets import SHOWN
from tracker.events.search.facts import facts_of_events
from tracker.events.search.find import ViewOptions
from tracker.events.search.index.events import index
from tracker.events.search.language.matching import matches
from tracker.events.search.language.parsing import parse
from tracker.events.search.load import load_rows
from tracker.events.search.query import Query
from tracker.feeds.models import Source

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 24)


def found(text="", **sight):
    return find.find_events(parse(text), ViewOptions(**sight), today=TODAY)


def headlines(text=""):
    return [row.headline for row in found(text).rows]


def paged(text, **sight):
    """The numbers of what is found, page by page."""
    seen, after = [], ""
    while True:
        page = found(text, after=after, size=2, **sight)
        seen += [row.id for row in page.rows]
        after = page.after
        if not after:
            return seen


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
    "state:unsure",
    "state:unsure state:machine -kind:reinstatement",
    "-state:machine",
    "-state:unsure",
    "infowars",
    '"alex jones"',
    "kind:ad_ban platform:twitter since:2017-01 rt",
    "target:rt",
    "target:RT target:Infowars",
    "in_force:2017-12-31",
    "in_force:2018-12-31",
    "in_force:2017-10",
    "in_force:yes",
    "in_force:ended",
    "in_force:unknown",
    "-kind:ad_ban",
    "-platform:twitter -target:rt",
    "kind:ad_ban -infowars",
    "-state:reviewed",
    "origin:history",
    "origin:machine origin:editor",
    "-origin:editor",
    "lang:ru",
    "-lang:ru",
    "ground:hate",
    "-ground:hate platform:twitter",
    "date:2017-10..2017-12",
    "source:news.example",
    "-source:news.example",
    "Навальный",
    "твиттер names:off",
    "твиттер",
    "-твиттер",
    "infowars OR kind:ad_ban",
    "(platform:youtube country:US) OR (rt -infowars)",
    "-(platform:twitter rt)",
    "state:unsure OR kind:reinstatement",
    "(state:unsure OR kind:ad_ban) (platform:youtube OR rt)",
    "(твиттер OR infowars) names:off",
    "in_force:unknown OR in_force:ended",
    "removed",
    "banning OR barring",
    "recorded:2026-11-24",
    "recorded:yesterday",
    "recorded:2026-11-24T12:00:00Z..",
    "recorded:..2026-11-24T11:59:59Z",
    "recorded:2026-11-24T11:59:59Z..2026-11-24T12:00:30Z",
    "recorded:7d changed:2026-11-24T12:00:00Z..",
    "changed:..2026-11-24T11:59:59Z",
    "since:9y until:last-year",
]


def test_the_list_and_the_alerts_choose_the_same_events():
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
    make.event("unsure", state="unsure", platforms=["youtube"])
    facts = facts_of_events(Event.objects.values_list("pk", flat=True))

    def chosen(query):
        return {pk for pk, f in facts.items() if matches(query, f, today=str(TODAY))}

    listed = {
        text: {row.id for row in find.find_events(parse(text), today=TODAY).rows}
        for text in QUERIES
    }
    assert listed == {text: chosen(parse(text)) for text in QUERIES}


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
    platforms = [(c.value, c.count, c.is_chosen) for c in facets["platform"]]
    assert kinds["ad_ban"] == 0
    assert platforms == [("facebook", 0, True), ("twitter", 1, False), ("youtube", 0, False)]


def test_pages_follow_each_other_without_gap_or_repeat():
    for i in range(7):
        make.event(f"e{i}", occurred="2017-10-26" if i % 2 else f"2017-10-0{i + 1}")
    seen = paged("")
    assert sorted(seen) == sorted(Event.objects.values_list("pk", flat=True))
    assert len(seen) == 7


@pytest.mark.parametrize("after", ["x", "~", "2017~x", "2017~" + "9" * 30, "~-1", "~1~x"])
def test_w6_a_page_that_is_none_is_the_first(after):
    make.event()
    assert len(found(after=after).rows) == 1


def test_the_chart_has_every_period_until_today_and_says_what_it_leaves_out():
    make.event(occurred="2025-02")
    make.event(occurred="2025-02-03", kind="reinstatement")
    make.event(occurred="")
    chart = found().chart
    assert [bar.period.name for bar in chart.bars[:2]] == ["February 2025", "March 2025"]
    assert chart.bars[-1].period.name == "November 2026"
    assert chart.bars[0].counts == {"ad_ban": 1, "reinstatement": 1}
    assert (chart.bars[1].counts, chart.left_out) == ({}, 1)


def test_a_year_is_charted_by_week_and_a_month_without_day_is_left_out():
    make.event(occurred="2026-11-22")
    make.event(occurred="2026-11-23")
    make.event(occurred="2026-11")
    chart = found().chart
    assert [bar.total for bar in chart.bars] == [0, 0, 0, 1, 1]
    assert chart.left_out == 1


def test_a_chart_by_platform_tells_the_largest_apart_and_counts_an_event_for_each_of_its_own():
    for number in range(8):
        make.event(platforms=["twitter", f"small{number}"], occurred="2026-11-22")
    chart = found(by="platform").chart
    last = chart.bars[-2]
    assert chart.series[0].name == "X (Twitter)"
    assert len(chart.series) == 6
    assert last.counts[chart.series[0].value] == 8
    assert "" not in last.counts  # each is on Twitter: none is only on others


def test_newly_recorded_first_pages_without_gap():
    made = [make.event(f"e{n}", occurred=f"20{20 - n}-01-01").pk for n in range(5)]
    first = found(sort="recorded", size=3)
    rest = found(sort="recorded", size=3, after=first.after)
    assert [row.id for row in (*first.rows, *rest.rows)] == made[::-1]
    assert rest.after == ""


def test_a_name_in_another_script_finds_its_target_unless_names_are_off():
    make.event("Facebook removes a page", targets=["Alexei Navalny"])
    make.event("Facebook removes another page", targets=["RT"])
    page = found("Навальный")
    assert [row.headline for row in page.rows] == ["Facebook removes a page"]
    assert page.also == (("Навальный", "Alexei Navalny"),)
    off = found("Навальный names:off")
    assert (off.total, off.also) == (0, ())


def test_words_are_searched_in_titles_and_summaries_of_reports():
    of = make.event("Twitter bars RT")
    make.report(
        of, make.entry("推特禁止今日俄罗斯", summary="Zwei Sender dürfen nicht mehr werben")
    )
    assert headlines("俄罗斯") == headlines("durfen") == headlines("今日") == ["Twitter bars RT"]


def test_nothing_found_says_which_condition_stands_in_the_way():
    make.event("Twitter bars RT")
    make.event("Twitter bars Sputnik")
    assert found("kind:ad_ban platform:youtube country:FR").advice == ()
    (only,) = found("kind:ad_ban platform:youtube twitter").advice
    assert (only.field, only.words, only.count) == ("platform", "on YouTube", 2)


def test_a_query_of_very_many_conditions_is_answered_without_advice_on_each():
    words = [f"word{n}" for n in range(200)]
    make.report(make.event(), make.entry(summary=" ".join(words)))
    few, many = (" ".join(words[:count]) for count in (find.ADVISED - 1, 200))
    assert [a.words for a in found(f"{few} nowhere").advice] == ["with “nowhere”"]
    assert found(f"{many} nowhere").advice == ()


def test_facets_also_count_other_kinds_languages_grounds_and_sources():
    make.event(grounds="hate", other_kinds=["legal_action"], state="reviewed")
    make.processed("Twitter запретил рекламу RT и Sputnik", language="ru")
    facets = {name: {c.value: c.count for c in f} for name, f in found().facets.items()}
    assert facets["kind"]["legal_action"] == 1
    assert facets["lang"] == {"ru": 1}
    assert facets["ground"] == {"hate": 1}
    assert facets["source"] == {"news.example": 1}


def test_only_the_values_with_the_most_events_are_shown():
    for number in range(SHOWN + 5):
        make.event(targets=[f"target {number:02}", *["RT"][: number % 2]])
    targets = found().facets["target"]
    assert len(targets) == SHOWN
    assert (targets[0].name, targets[0].count) == ("RT", (SHOWN + 5) // 2)


class TestKeptUpToDate:
    """An answer is of the rows as they stand, whatever was answered before."""

    def test_a_new_event_is_found(self):
        make.event("first")
        assert headlines() == ["first"]
        make.event("second")
        assert headlines("kind:ad_ban") == headlines() == ["second", "first"]

    def test_a_word_that_was_asked_for_is_looked_for_in_what_comes_later(self):
        make.event("first ban")
        assert headlines("ban") == ["first ban"]
        make.event("second ban")
        assert headlines("ban") == ["second ban", "first ban"]

    def test_more_words_than_are_held_or_looked_for_at_once(self, monkeypatch):
        monkeypatch.setattr("tracker.events.search.index.words.WORDS_CACHED", 3)
        monkeypatch.setattr("tracker.events.search.fulltext.AT_ONCE", 2)
        make.event("one two three four five")
        make.event("one two")
        for _ in range(2):
            assert headlines("one two three four five") == ["one two three four five"]
            assert headlines("one … two -three") == []  # a word without letters is in none
            assert headlines("one two -three") == ["one two"]

    def test_all_words_of_a_query_take_one_query(self, django_assert_num_queries):
        make.event()
        find.count_events(parse("names:off"))
        with django_assert_num_queries(2):  # what changed, and the words
            find.count_events(parse("names:off one two three -four"))

    def test_all_numbers_of_events_take_one_query(self, django_assert_num_queries):
        into = make.event("kept")
        merged = make.event("merged", merged_into=into)
        other = make.event("other")
        find.count_events(Query())
        for text, count in ((f"event:{merged.pk} event:{other.pk}", 2), (f"-event:{merged.pk}", 1)):
            with django_assert_num_queries(2):  # what changed, and the events
                assert find.count_events(parse(f"{text} -event:999")) == count

    def test_an_event_that_changed_has_its_new_values_only(self):
        of = make.event("ban", platforms=["twitter"])
        assert headlines("platform:twitter kind:ad_ban ban date:2017") == ["ban"]
        EventEntity.objects.filter(event=of).delete()
        Event.objects.filter(pk=of.pk).update(
            kind="reinstatement", own_headline="x", occurred="2018-01"
        )
        reindex([of.pk])
        for text in ("platform:twitter", "kind:ad_ban", "ban", "date:2017"):
            assert headlines(text) == []
        assert headlines("kind:reinstatement x date:2018") == ["x"]

    def test_a_refused_event_goes_and_comes_back(self):
        of = make.event("ban")
        for state, shown in (("refused", []), ("machine", ["ban"])):
            Event.objects.filter(pk=of.pk).update(state=state)
            reindex([of.pk])
            assert headlines() == shown

    def test_what_did_not_change_costs_one_query(self, django_assert_num_queries):
        make.event()
        find.count_events(Query())
        with django_assert_num_queries(1):
            find.count_events(parse("kind:ad_ban since:2017"))

    def test_more_changes_than_are_worth_it_are_read_anew(self, monkeypatch):
        monkeypatch.setattr("tracker.events.search.index.events.MANY", 2)
        make.event("one")
        assert headlines() == ["one"]
        for _ in range(4):
            make.event("more")
        assert found().total == 5


WORDS = ("ban", "rt", "推特", "twitter", "sputnik", "禁止", "радио")
PIECES = st.one_of(
    st.sampled_from(["kind:ad_ban", "kind:legal_action", "-kind:ad_ban", "platform:twitter"]),
    st.sampled_from(["-platform:youtube", "target:rt", "country:RU", "-country:RU"]),
    st.sampled_from(
        ["since:2017", "until:2017-10", "date:2017-10-05..2018-02", "in_force:2018-01-01"]
    ),
    st.sampled_from(["state:reviewed", "state:unsure", "-state:machine", "-state:unsure"]),
    st.sampled_from(["origin:history", "origin:machine", "-origin:editor"]),
    st.sampled_from(["ground:hate", "names:off"]),
    st.sampled_from([*WORDS, *(f"-{w}" for w in WORDS), '"rt ban"', "Навальный"]),
)
EVENTS = st.fixed_dictionaries(
    {
        "headline": st.lists(st.sampled_from(WORDS), min_size=1, max_size=4).map(" ".join),
        "kind": st.sampled_from(["ad_ban", "account_suspension", "reinstatement"]),
        "other_kinds": st.sampled_from([[], ["legal_action"]]),
        "platforms": st.sampled_from([[], ["twitter"], ["twitter", "youtube"]]),
        "targets": st.sampled_from([[], ["RT"], ["Alexei Navalny"]]),
        "countries": st.sampled_from([[], ["RU"]]),
        "occurred_source": st.sampled_from(["", "text", "history", "editor"]),
        "occurred": st.sampled_from(["", "2017-10", "2017-10-01", "2017-10-31", "2018-01-15"]),
        "state": st.sampled_from(["machine", "reviewed", "unsure", "refused"]),
        "grounds": st.sampled_from(["", "hate"]),
        "extent": st.sampled_from(["", "temporary"]),
    }
)


SUMMARIES = st.lists(st.sampled_from(WORDS), max_size=3).map(" ".join)


@settings(
    max_examples=examples(6, 25),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    st.lists(st.tuples(EVENTS, SUMMARIES), max_size=6),
    st.lists(st.lists(PIECES, max_size=4).map(" ".join), min_size=1, max_size=6),
)
def test_what_is_found_is_what_matches_whatever_the_events_and_the_query(rows, queries):
    for row, summary in rows:
        of = make.event(**row)
        if summary:
            make.report(of, make.entry("a report", summary=summary))
    facts = facts_of_events(Event.objects.values_list("pk", flat=True))
    titles = dict(Event.objects.values_list("pk", "title_words"))
    for text in queries:
        query = parse(text)
        chosen = set(index.snapshot().choose(query))
        assert chosen == {pk for pk, f in facts.items() if matches(query, f, today=str(TODAY))}, (
            text
        )
        by_day = [e.pk for e in Event.objects.filter(pk__in=chosen).order_by("-occurred", "-pk")]
        assert [row.id for row in find.all_events(query)] == by_day
        assert paged(text, sort="occurred") == by_day
        in_titles = replace(query, excluded=())
        titled = {
            pk
            for pk in by_day
            if matches(in_titles, replace(facts[pk], text=titles[pk]), today=str(TODAY))
        }
        assert paged(text) == sorted(by_day, key=lambda pk: pk not in titled)


class TestRelevance:
    """For words the usual order: first what tells of them in a title, then what mentions them."""

    @pytest.fixture
    def events(self):
        """Numbers by what the event says of Gab; an older event is the better answer."""
        made = {
            "headline": make.event("Gab bars RT", occurred="2017-10-01"),
            "title": make.event("A host drops a network", occurred="2017-10-02"),
            "summary": make.event("Another act", occurred="2018-01-01"),
            "nothing": make.event("Something else", occurred="2018-02-01"),
        }
        make.report(made["title"], make.entry("Hoster trennt sich von Gab"))
        make.report(made["summary"], make.entry("Another act", summary="Gab had done the same."))
        return {name: event.pk for name, event in made.items()}

    def test_titles_come_before_summaries_and_each_by_day(self, events):
        page = found("gab")
        assert [row.id for row in page.rows] == [
            events[name] for name in ("title", "headline", "summary")
        ]
        assert page.mentioned == {events["summary"]}

    def test_by_day_or_recording_only_where_it_is_asked_for(self, events):
        by_day = [events[name] for name in ("summary", "title", "headline")]
        assert [row.id for row in found("gab", sort="occurred").rows] == by_day
        recorded = found("gab", sort="recorded")
        assert [row.id for row in recorded.rows] == sorted(by_day, reverse=True)
        assert recorded.mentioned == frozenset()

    def test_without_words_it_is_by_day_whatever_is_asked(self, events):
        page = found("kind:ad_ban", sort="relevance")
        assert page.rows[0].id == events["nothing"]
        assert (find.order_of(Query()), find.order_of(Query(), "relevance")) == (
            "occurred",
            "occurred",
        )

    def test_a_place_behind_the_titles_is_a_place_in_any_order(self, events):
        first = f"2018-02-01~{events['nothing']}~mentioned"
        assert len(found("gab", sort="occurred", after=first).rows) == 3
        assert [row.id for row in found("gab", after=first).rows] == [events["summary"]]

    def test_all_words_must_stand_in_titles_and_in_any_of_them(self, events):
        assert paged("gab bars") == [events["headline"]]
        assert found("gab act").mentioned == {events["summary"]}
        assert found("gab host").mentioned == frozenset()

    def test_a_word_that_very_many_events_hold_decides_nothing(self, events, monkeypatch):
        for module in ("index.conditions", "fulltext"):
            monkeypatch.setattr(f"tracker.events.search.{module}.COMMON", 2)
        assert found("gab").mentioned == frozenset()
        assert found("gab had").mentioned == {events["summary"]}
        assert paged("gab") == [events[name] for name in ("summary", "title", "headline")]

    def test_another_name_of_a_party_is_no_mention(self, events):
        of = make.event("Page removed", targets=["Alexei Navalny"], occurred="2017-01-01")
        page = found("Навальный")
        assert ([row.id for row in page.rows], page.mentioned) == ([of.pk], frozenset())

    def test_a_report_whose_title_has_the_word_lifts_the_event(self, events):
        assert found("gab").mentioned == {events["summary"]}
        of = Event.objects.get(pk=events["summary"])
        make.report(of, make.entry("Gab follows"))
        page = found("gab")
        assert (page.rows[0].id, page.mentioned) == (of.pk, frozenset())


def test_a_link_is_told_from_both_sides():
    act, undoing = make.event("act"), make.event("undoing")
    Link.objects.create(source=undoing, target=act, type="undoes")
    rows = {row.headline: row for row in found().rows}
    assert rows["undoing"].links[0].words == "Undoes"
    assert rows["act"].links[0].words == "Undone by"


def test_any_number_of_events_takes_the_same_number_of_queries(django_assert_num_queries):
    for i in range(5):
        make.report(make.event(f"e{i}"))
    find.count_events(Query())
    with django_assert_num_queries(7):
        find.find_events(Query(), today=TODAY)


def test_a_wire_that_five_publishers_print_counts_as_one_publisher_and_five_reports():
    event = make.event()
    for number in range(5):
        feed = make.feed(f"https://p{number}.example/rss", host=f"p{number}.example")
        Source.objects.filter(pk=feed.source_id).update(name=f"Paper {number}")
        make.report(event, make.entry("Twitter bars both outlets from advertising", feed=feed))
    (row,) = load_rows([event])
    assert (row.report_count, row.publishers, len(row.reports)) == (5, 1, 1)
    assert row.reports[0].reprints == ("Paper 1", "Paper 2", "Paper 3", "Paper 4")
