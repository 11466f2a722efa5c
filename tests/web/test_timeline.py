import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests import make
from tracker.events.models import Link
from tracker.events.record.derived.columns import reindex
from tracker.events.search import find
from tracker.events.search.query import Query
from tracker.feeds.models import Feed

pytestmark = pytest.mark.django_db


def page(client, address="/"):
    return client.get(address).content.decode()


def test_the_first_page_without_feeds_and_events_says_what_to_do(client):
    text = page(client)
    assert "No feeds yet" in text
    assert "0</span> events" in text


def test_while_the_first_poll_runs_it_says_so(client):
    make.feed(next_poll_at=timezone.now())
    assert "1 feed, first poll running: 1 still to read" in page(client)


def test_once_every_feed_was_tried_there_is_no_notice(client):
    make.feed(state="working", polled_at=make.DAY)
    assert "first poll running" not in page(client)


def test_events_stand_under_the_day_of_their_act_newest_first(client):
    make.event("older act", occurred="2017-10-26")
    make.event("newer act", occurred="2018-01")
    make.event("undated act", occurred="")
    text = page(client)
    places = [
        text.index(words)
        for words in (
            "January",
            "2018, exact day unknown",
            "newer act",
            "26 October",
            "older act",
            "Day unknown",
            "undated act",
        )
    ]
    assert places == sorted(places)


def test_a_filter_narrows_the_list_and_stands_above_it_as_a_chip(client):
    make.event("banned act")
    make.event("restored act", kind="reinstatement")
    text = page(client, "/?kind=ad_ban")
    assert "banned act" in text
    assert "restored act" not in text
    assert 'title="Remove this condition"' in text
    assert 'href="/alerts/new?kind=ad_ban"' in text


def test_typed_text_and_ticked_facets_are_one_query(client):
    make.event("banned act")
    assert "banned act" in page(client, "/?q=kind:ad_ban+since:2017")
    assert "banned act" not in page(client, "/?q=kind:reinstatement")


def test_a_search_without_hit_offers_the_way_on(client):
    text = page(client, "/?q=nothing")
    assert "No events match" in text
    assert "/alerts/new?q=nothing" in text


@pytest.mark.parametrize("address", ["/?kind=odd", "/?since=whenever", "/?q=colour:red", '/?q="'])
def test_what_cannot_be_read_is_named_with_a_way_on(client, address):
    answer = client.get(address)
    assert answer.status_code == 400
    assert "There is a problem with your search" in answer.content.decode()


@pytest.mark.parametrize(
    "address",
    [
        "/?after=x",
        "/?after=~",
        "/?after=2017~99999999999999999999",
        "/?page=1000000000",
        "/?q=%00",
        "/?target=a%00",
        "/?after=%00~1",
    ],
)
def test_w6_an_odd_place_is_cheap_and_no_fault(client, address):
    assert client.get(address, follow=True).status_code == 200


def test_older_events_follow_on_the_next_page_with_the_same_filter(client):
    for number in range(45):
        make.event(f"act {number:02}")
    first = page(client, "/?kind=ad_ban")
    (older,) = [part.split('"')[0] for part in first.split('href="')[1:] if "after=" in part[:60]]
    assert "kind=ad_ban" in older
    second = page(client, "/" + older.replace("&amp;", "&"))
    assert "act 00" in second
    assert "act 44" not in second


def test_the_chart_has_a_table_behind_it(client):
    make.event()
    text = page(client)
    assert "Events a quarter by kind" in text
    assert "2017, quarter 4" in text


def test_a_report_shows_its_words_and_its_language(client):
    make.processed("Twitter запретил рекламу RT и Sputnik", language="ru")
    text = page(client)
    assert 'lang="ru"' in text
    assert "<mark>рекламу</mark>" in text
    assert "1 report, 1 publisher, 1 language" in text


def test_a_list_reads_no_whole_texts(client):
    make.processed(body="A body that is as long as its publisher likes.")
    make.processed("YouTube suspends Donald Trump", body="Another one.")
    find.count_events(Query())  # the index is read whole
    with CaptureQueriesContext(connection) as queries:
        assert page(client).count("1 report, 1 publisher") == 2
    (sql,) = [query["sql"] for query in queries if "feeds_entry" in query["sql"]]
    assert '"body"' not in sql
    assert not [q for q in queries if q["sql"].startswith('SELECT "events_classification"')]


def test_any_number_of_events_takes_the_same_number_of_queries(client, django_assert_num_queries):
    for number in range(5):
        make.report(make.event(f"act {number}"))
    find.count_events(Query())  # the index is read whole
    # Three of them since nothing was polled lately: see operations/status.py.
    with django_assert_num_queries(13):
        client.get("/")


def test_a_refused_or_merged_event_is_not_listed(client):
    kept = make.event("kept act")
    make.event("refused act", state="refused")
    make.event("merged act", merged_into=kept)
    text = page(client)
    assert "kept act" in text
    assert "refused act" not in text
    assert "merged act" not in text


def test_only_reading_is_answered(client):
    assert client.post("/").status_code == 405
    assert client.head("/").status_code == 200
    assert Feed.objects.count() == 0


def test_a_link_that_the_program_proposes_is_no_fact_on_the_timeline(client):
    one, other = make.event("One act"), make.event("Another act")
    link = Link.objects.create(source=one, target=other, type="extends")
    assert "Extends" not in client.get("/").content.decode()
    assert "proposed automatically<" in client.get(f"/events/{one.pk}").content.decode()
    for score, word in ((0.8, "likely"), (0.5, "possible"), (0.49, "doubtful")):
        Link.objects.filter(pk=link.pk).update(score=score)
        assert (
            f"proposed automatically, {word}<" in client.get(f"/events/{one.pk}").content.decode()
        )
        (said,) = client.get(f"/api/v1/events/{one.pk}").json()["links"]
        assert (said["state"], said["score"]) == ("proposed", score)
    Link.objects.filter(pk=link.pk).update(state="confirmed")
    reindex([one.pk])
    assert "Extends" in client.get("/").content.decode()


def test_a_value_is_excluded_by_its_button_and_let_in_again_by_its_chip(client):
    make.event("A ban")
    make.event("A reinstatement", kind="reinstatement")
    text = page(client)
    assert 'name="not"' in text
    assert 'value="kind:reinstatement"' in text
    without = page(client, '/?not=kind:"reinstatement"')
    assert "A ban" in without
    assert ">A reinstatement</a>" not in without
    assert "Not" in without.partition('class="chip"')[2][:200]
    assert "excluded" in without


def test_what_the_filter_form_does_not_show_stays_when_it_is_applied(client):
    text = page(client, "/?lang=ru&ground=hate&not=kind:reinstatement")
    form = text.partition('<form class="facets"')[2].partition("</form>")[0]
    for name, value in (("lang", "ru"), ("ground", "hate"), ("not", "kind:reinstatement")):
        assert f'name="{name}" value="{value}"' in " ".join(form.split())


def sorts(client, **parameters):
    """The names of the orders that the page offers, and the one that is on."""
    text = client.get("/", parameters).content.decode()
    _, _, told = text.partition('<p class="sorts">')
    told, _, _ = told.partition("</p>")
    on = re.findall(r'aria-current="true">([^<]+)<', told)
    return re.findall(r">([^<]+)</a>", told), *on


def test_words_are_sorted_by_relevance_and_facets_by_day_and_the_page_says_so(client):
    make.event()
    assert sorts(client) == (["day of the act", "newly recorded"], "day of the act")
    every = ["relevance", "day of the act", "newly recorded"]
    assert sorts(client, q="rt") == (every, "relevance")
    assert sorts(client, q="rt", sort="occurred") == (every, "day of the act")
    assert sorts(client, q="rt", sort="recorded") == (every, "newly recorded")
    assert sorts(client, q="rt", sort="odd") == (every, "relevance")


def test_what_only_mentions_the_words_stands_under_a_heading_of_its_own(client):
    make.event("Gab bars RT", occurred="2017-10-01")
    later = make.event("Another act", occurred="2018-01-01")
    make.report(later, make.entry("Another act", summary="Gab had done the same."))
    heading = "Only in summaries of reports</h2>"
    text = page(client, "/?q=gab")
    assert text.index("Gab bars RT") < text.index(heading) < text.index("Another act")
    assert heading not in page(client, "/?q=gab&sort=occurred")
    assert heading not in page(client, "/?q=rt")


LATENESS = {
    "weeks later": ("2026-11-12", "text", "recorded 12 days after"),
    "on the next day": ("2026-11-23", "text", ""),
    "a history's": ("2017-10-26", "history", ""),
    "the month alone": ("2026-10", "text", ""),
}


@pytest.mark.parametrize(("day", "source", "words"), LATENESS.values(), ids=LATENESS)
def test_what_was_recorded_late_says_so(client, day, source, words):
    make.event(occurred=day, occurred_source=source)
    text = page(client)
    assert ("days after" in text) == bool(words)
    assert words in text


def test_who_asks_for_nothing_is_told_what_this_is_and_what_the_week_brought(client):
    make.event("Today's act", occurred=timezone.now().date().isoformat())
    make.event("An old act", occurred="2017-10-26")
    page = client.get("/").content.decode()
    assert "every fact links to the article" in page
    link = re.search(r'<a href="(\?[^"]+)">1 act</a>', page)
    assert link is not None
    week = client.get("/" + link[1].replace("&amp;", "&")).content.decode()
    assert "Today&#x27;s act" in week
    assert "An old act" not in week
    assert "every fact links to the article" not in week


@pytest.mark.parametrize(
    ("query", "title"),
    [
        ("-kind:ad_ban", "Events other than ad bans"),
        ("-country:RU", "Events but not concerning Russia"),
        ("kind:ad_ban country:RU", "Ad bans concerning Russia"),
        ("since:2017-10", "Events since October 2017"),
    ],
)
def test_the_title_says_what_is_searched_and_excluded(client, query, title):
    page = client.get("/", {"q": query}).content.decode()
    assert f"<title>{title}" in page.replace("\n", "")
    assert re.search(rf'<meta property="og:title"\s+content="{title}">', page)


def test_a_search_without_events_says_which_condition_to_leave_out(client):
    make.event("Known")
    query = "kind:ad_ban -platform:twitter since:2017-10-26"
    page = client.get("/", {"q": query}).content.decode()
    assert "Leave out one of the conditions:" in page
    assert re.search(r'<a href="[^"]+">Not on X \(Twitter\)</a>: 1 event', page)


def test_a_search_by_one_condition_alone_offers_to_clear_it(client):
    make.event("Known")
    page = client.get("/", {"q": "nothing"}).content.decode()
    assert "clear the search" in page
    assert "Leave out one of the conditions:" not in page


def test_a_country_that_ordered_an_act_is_named_in_the_readers_language(client):
    event = make.event("An act", ordered_by="Germany", ordered_by_type="government")
    for address in ("/", "/?ordered_by=germany", f"/events/{event.pk}"):
        page = client.get(address, headers={"accept-language": "fr"}).content.decode()
        assert "Allemagne" in page
        assert "Germany" not in page
