"""Queries on the amount, the number affected and the day of effect: the same by every way."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from django.utils.translation import override

from tests import make
from tests.conftest import NOW
from tracker.alerts.matching import Alerts
from tracker.assistants.tools import search_events
from tracker.events.editing.actions import Editor, current_values, edit_event
from tracker.events.models import Event, EventVersion
from tracker.events.search.facts import facts_of_events
from tracker.events.search.find import find_events, find_events_as_of
from tracker.events.search.language.matching import EventFacts, matches
from tracker.events.search.language.parsing import parse
from tracker.events.search.language.spans import join_spans, stored_numbers
from tracker.events.search.past.snapshot import past_snapshots
from tracker.events.search.query import Query, QueryError
from tracker.events.search.wording.conditions import chips, count_filters
from tracker.events.search.wording.queries import describe_query
from tracker.web.query_params import parameters_of

TODAY = NOW.date()
SMALL = {"amount": 900_000, "currency": "EUR", "affected": 20, "affected_what": "posts"}
LARGE = {"amount": 320_000_000, "currency": "EUR", "affected": 25_000, "affected_what": "accounts"}
DOLLARS = {"amount": 150_000_000, "currency": "USD", "effective_on": "2026-12"}
LATER = {"effective_on": "2027-01-15", "affected": 1_000, "affected_what": "accounts"}
EVENTS = {"small": SMALL, "large": LARGE, "dollars": DOLLARS, "later": LATER, "nothing": {}}
CASES = {
    "amount:>=100m": {"large", "dollars"},
    "amount:>=100m currency:eur": {"large"},
    "amount:>=100m -currency:eur": {"dollars"},
    "amount:100000000..": {"large", "dollars"},
    "amount:..1m": {"small"},
    "amount:320m": {"large"},
    "amount:<320m": {"small", "dollars"},
    "amount:>=150m amount:<=200m": {"dollars"},
    'amount:">= 0.1 billion"': {"large", "dollars"},
    "affected:>=1000": {"large", "later"},
    "affected:>1,000": {"large"},
    "affected:1k..5k": {"later"},
    "affected:>=1 affected_what:posts": {"small"},
    "affected_what:accounts": {"large", "later"},
    "currency:USD": {"dollars"},
    "effective:2026-12": {"dollars"},
    "effective:2026-12-10": set(),
    "effective:2026-12-10..": {"later"},
    "effective:2026-12-01..": {"dollars", "later"},
    "effective:2026": {"dollars"},
    "effective_since:2027": {"later"},
    "effective_since:2026-12 effective_until:2027-01-15": {"dollars", "later"},
    "effective:..2026-12-31": {"dollars"},
    "amount:>=100m OR affected:20": {"small", "large", "dollars"},
    "currency:eur -(amount:>=100m)": {"small"},
}


@pytest.fixture
def events(db):
    return {name: make.event(name, **facts).pk for name, facts in EVENTS.items()}


def found(query):
    return {row.id for row in find_events(query, today=TODAY).rows}


@pytest.mark.parametrize(
    ("typed", "stored"),
    {
        "100": "100",
        "=5k": "5000",
        ">=100m": "100000000..",
        "≥ 1.5m": "1500000..",
        ">100": "101..",
        "<100": "..99",
        "1m..5m": "1000000..5000000",
        "1,000..": "1000..",
        "..2bn": "..2000000000",
        "5..5": "5",
        "2 millions": "2000000",
        "1 000 000": "1000000",
        "3 Mrd": "3000000000",
        "": "",
        "..": "",
        "many": "",
        ">=": "",
        "1.5": "",
        "-5": "",
        "<0": "",
        "5 parsecs": "",
        "1e9": "",
        "1..x": "",
        "9" * 19: "",
        "٣": "3",  # in Arabic digits
    }.items(),
)
def test_numbers_are_read_as_people_write_them(typed, stored):
    assert stored_numbers(typed) == stored


@pytest.mark.parametrize(
    ("spans", "joined"),
    [
        ((), ""),
        (("5..",), "5.."),
        (("5..", "..9"), "5..9"),
        (("..9", "5..9"), "5..9"),
        (("5..", "7.."), "7.."),
        (("2026-12",), "2026-12"),
    ],
)
def test_two_conditions_on_one_field_give_the_two_ends(spans, joined):
    assert join_spans(spans) == joined


@pytest.mark.parametrize(("text", "names"), CASES.items())
def test_pages_matching_alerts_and_the_past_choose_alike(events, text, names):
    asked = {events[name] for name in names}
    query = parse(text, is_strict=True)
    assert found(query) == asked
    facts = facts_of_events(events.values())
    day = TODAY.isoformat()
    assert {pk for pk, fact in facts.items() if matches(query, fact, today=day)} == asked
    alert = make.alert(text).pk
    choosing = Alerts()
    assert {pk for pk, fact in facts.items() if alert in choosing.choosing(fact)} == asked
    at = NOW + timedelta(minutes=1)
    assert {row.id for row in find_events_as_of(query, at).rows} == asked


@pytest.mark.parametrize("text", CASES)
def test_a_query_reads_back_from_text_and_address(client, text):
    query = parse(text, is_strict=True)
    assert parse(query.text(), is_strict=True) == query


@pytest.mark.parametrize("is_old", [False, True], ids=["this version", "0.1.0"])
@pytest.mark.parametrize("text", [text for text, names in CASES.items() if "large" in names])
def test_the_past_holds_what_an_edit_took_away(events, text, is_old):
    pk, later = events["large"], NOW + timedelta(hours=1)
    gone: dict[str, Any] = {"amount": 0, "currency": "", "affected": 0, "affected_what": ""}
    edit_event(pk, replace(current_values(Event.objects.get(pk=pk)), **gone), Editor("ed", later))
    if is_old:  # its versions said nothing of numbers affected and days of effect
        for version in EventVersion.objects.all():
            kept = [t for t in version.terms.split("\n\n") if not t.strip().startswith(NEW_TERMS)]
            EventVersion.objects.filter(pk=version.pk).update(terms="\n\n".join(kept))
    past_snapshots.forget()
    query = parse(text)
    assert pk not in found(query)
    at = NOW + timedelta(minutes=30)
    assert pk in {row.id for row in find_events_as_of(query, at).rows}
    assert pk not in {row.id for row in find_events_as_of(query, later).rows}


NEW_TERMS = ("currency:", "affected", "effective:", "measures:")


@pytest.mark.parametrize(
    "text", ["amount:much", "affected:1.5", "effective:soon", "currency:Xyzzy"]
)
def test_an_error_names_the_field_and_what_is_allowed(client, db, text):
    field, _, value = text.partition(":")
    with pytest.raises(QueryError) as caught:
        parse(text, is_strict=True)
    (problem,) = caught.value.problems
    assert (problem.place, value in problem.reason) == (text, True)
    assert "Enter" in problem.reason
    for address in ("/", "/events.csv", "/events.atom", "/chart.svg", "/pivot", "/alerts/new"):
        assert client.get(address, {field: value}).status_code == 400, address
    answer = client.get("/api/v1/events", {field: value})
    assert answer.status_code == 400  # as every query that cannot be read
    assert answer.json()["error"]["place"] == text


@pytest.mark.parametrize(
    "address",
    ["/api/v1/events", "/events.json", "/events.csv", "/events.jsonl", "/events.atom", "/"],
)
@pytest.mark.parametrize(
    "parameters",
    [
        {"amount": ">=100m", "currency": "euro"},
        {"amount_from": "200000000", "currency": ["EUR", "GBP"]},
        {"affected_from": "2k", "affected_to": "99999", "affected_what": "accounts"},
    ],
)
def test_every_way_out_has_the_same_events(client, events, address, parameters):
    text = b"".join(client.get(address, parameters)).decode()
    assert f"/events/{events['large']}" in text
    assert not any(f'/events/{events[n]}"' in text for n in ("small", "dollars", "later"))


def test_forms_give_both_ends(client, events):
    days = {"effective_since": "2026-12-01", "effective_until": "2026-12-31"}
    page = client.get("/", {"amount_from": "1000", "amount_to": "200000000", **days})
    text = page.content.decode()
    assert f"/events/{events['dollars']}" in text
    assert f"/events/{events['large']}" not in text
    for value in ("1000", "200000000", *days.values()):
        assert f'value="{value}"' in text


def test_the_page_says_that_currencies_are_mixed(client, events):
    words = "whatever the currency"
    assert words in client.get("/", {"amount": ">=100m"}).content.decode()
    assert words not in client.get("/", {"amount": ">=100m", "currency": "EUR"}).content.decode()


def test_assistants_ask_alike(events):
    told = search_events("amount:>=100m currency:EUR")
    assert [one["id"] for one in told["events"]] == [events["large"]]


@pytest.mark.parametrize(
    ("text", "words"),
    {
        "amount:>=100m currency:EUR": "events with an amount of at least €100 million",
        "amount:>=100m": "events with an amount of at least 100 million in any currency",
        "amount:1234567..": "events with an amount of at least 1,234,567 in any currency",
        "amount:1k..2k currency:USD currency:EUR": "events with an amount of between 1,000 and"
        " 2,000 in US dollars or euros",
        "affected:>=1000 affected_what:accounts": "events affecting at least 1,000 accounts",
        "affected:..5k": "events affecting at most 5,000 accounts, posts or others",
        "affected_what:posts": "events affecting a known number of posts",
        "effective:2026-12..": "events taking effect from December 2026 on",
        "effective:2026-12": "events taking effect in December 2026",
    }.items(),
)
def test_queries_are_described(text, words):
    assert describe_query(parse(text)) == words


def test_each_condition_has_a_chip_to_remove_it():
    query = parse("amount:>=100m currency:EUR affected:5 effective:2026-12")
    told = {field: words for field, words, _ in chips(query)}
    assert told == {
        "amount": "at least €100 million",
        "currency": "Euro",
        "affected": "exactly 5 accounts, posts or others",
        "effective": "in December 2026",
    }
    without = [without_it for field, _, without_it in chips(query) if field == "amount"]
    assert parameters_of(without[0]) == "?currency=EUR&effective=2026-12&affected=5"
    assert count_filters(query) == "1 circumstance, 2 numbers, 1 date"


@pytest.mark.parametrize("language", ["fr", "de", "es", "ar"])
def test_words_exist_in_every_language(language):
    with override(language):
        assert "100" in describe_query(Query(amount="100..", currency=("EUR",)))


def test_relative_days_of_effect_move_on():
    query = parse("effective:this-month")
    assert query.effective == "this-month"
    facts = {date(2026, 12, 5): True, date(2027, 1, 5): False}
    event = make_facts("2026-12")
    for today, is_chosen in facts.items():
        assert matches(query, event, today=today.isoformat()) == is_chosen


def make_facts(effective_on):
    none: frozenset[str] = frozenset()
    return EventFacts(none, none, none, "machine", "2026-11-01", "", effective_on=effective_on)


DECIMALS = {
    "amount:12.5..": "13..",
    "amount:..12.5": "..12",
    "amount:>12.5": "13..",
    "amount:<12.5": "..12",
    "amount:>=12.5": "13..",
    "amount:12,5..20,50": "13..20",
    "amount:12.99": "12",
    "amount:1.25m": "1250000",
    "amount:1,500": "1500",
}


@pytest.mark.parametrize(("text", "stored"), DECIMALS.items(), ids=DECIMALS)
def test_a_part_of_a_unit_of_money_leaves_the_whole_units_within(text, stored):
    assert parse(text, is_strict=True).amount == stored


def test_an_error_of_a_field_has_its_label_and_keeps_what_was_entered(client, db):
    sent = {"kind": "ad_ban", "amount_from": "lots", "affected_to": "1.5", "since": "2026-02-30"}
    answer = client.get("/", sent | {"q": "ban", "until": "2026-03-01"})
    text = answer.content.decode()
    assert answer.status_code == 400
    for label, name in (
        ("Amount, at least", "amount_from"),
        ("Number affected, at most", "affected_to"),
        ("Day of the act, from", "since"),
    ):
        assert f'<a href="#{name}">{label}</a>' in text
        assert f'value="{sent[name]}"' in text
        assert f'aria-describedby="{name}-error"' in text
    assert "lots.." not in text
    assert 'name="kind" value="ad_ban"' in text
    assert 'value="2026-03-01"' in text
    assert "autofocus" in text
    told = client.get("/api/v1/events", sent).json()["error"]
    assert told["place"] == "amount_from:lots"
    assert "“lots” is not an amount" in told["message"]


def test_the_higher_field_of_a_reversed_span_has_the_error(client, db):
    text = client.get("/?amount_from=5&amount_to=1").content.decode()
    assert '<a href="#amount_to">Amount, at most</a>' in text


def test_a_decimal_amount_is_accepted_from_the_form(client, db):
    assert client.get("/?amount_from=12.5&kind=ad_ban").status_code == 200
