import pytest

from tracker.events.search.language.parsing import parse
from tracker.events.search.language.questions import bounds, depends_on_day
from tracker.events.search.query import Query, QueryError

ROUND = [
    "",
    "kind:ad_ban",
    "kind:ad_ban kind:reinstatement platform:twitter country:RU since:2017-10 until:2018-03-31",
    'platform:twitter "Donald Trump" ban',
    "state:reviewed Навальный",
    '"a:b" https://a.example/',
    'target:"donald trump" in_force:2021-03-01',
    'kind:ad_ban lang:ru ground:hate -platform:youtube -target:"alex jones" -"not this" -that',
]


@pytest.mark.parametrize("text", ROUND)
def test_typed_text_and_query_are_two_forms_of_one_thing(text):
    query = parse(text)
    assert parse(query.text()) == query


def test_fields_and_words_are_told_apart():
    query = parse('kind:ad_ban country:ru "Donald Trump" ads')
    assert query == Query(kind=("ad_ban",), country=("RU",), words=("Donald Trump", "ads"))


BAD = {
    "kind": ("kind:nonsense platform:twitter", "kind:nonsense", "platform:twitter"),
    "state": ("state:odd", "state:odd", ""),
    "since": ("since:whenever ban", "since:whenever", "ban"),
    "in force": ("in_force:2021 ban", "in_force:2021", "ban"),
    "excluded kind": ("-kind:odd ban", "kind:odd", "ban"),
    "ground": ("ground:odd ban", "ground:odd", "ban"),
    "excluded date": ("-since:2017 ban", "-since:2017", "2017 ban"),
    "field": ("colour:red", "colour:red", "red"),
    "quote": ('"open', '"', "open"),
}


@pytest.mark.parametrize(("text", "place", "repaired"), BAD.values(), ids=BAD)
def test_an_error_names_the_place_and_offers_the_repaired_text(text, place, repaired):
    with pytest.raises(QueryError) as error:
        parse(text)
    assert (error.value.place, error.value.repaired) == (place, repaired)
    parse(error.value.repaired)


@pytest.mark.parametrize(
    "text", ["(a+)+$", "%_", "' OR 1=1 --", "&|!()", "\\", "::", ":", "kind:", "(((" * 200]
)
def test_w5_odd_input_is_read_back_the_same(text):
    query = parse(text)
    assert parse(query.text()) == query


@pytest.mark.parametrize("text", ['"', 'a"b', "a" * 3_000, "kind:" + "a" * 3_000], ids=len)
def test_w5_what_cannot_be_read_says_why_and_the_repaired_text_can(text):
    with pytest.raises(QueryError) as error:
        parse(text)
    parse(error.value.repaired)


def test_a_word_in_quotes_keeps_its_colon():
    assert parse('"a:b" kind:"ad_ban"') == Query(kind=("ad_ban",), words=("a:b",))


SPANS = {
    "date:2017-10..2018-03": ("2017-10", "2018-03"),
    "date:2017": ("2017", "2017"),
    "date:..2018": ("", "2018"),
    "date:2017-10-26..": ("2017-10-26", ""),
}


@pytest.mark.parametrize(("text", "span"), SPANS.items(), ids=SPANS)
def test_a_span_of_dates_is_since_and_until(text, span):
    query = parse(text)
    assert (query.since, query.until) == span


def test_a_minus_excludes_and_one_within_a_word_does_not():
    query = parse("-kind:ad_ban e-mail -lawsuit -- 2017-10")
    assert query.excluded == (("kind", "ad_ban"), ("words", "lawsuit"))
    assert query.words == ("e-mail", "--", "2017-10")


ALIKE = {
    "a name of a country": ("country:Germany", "country:DE"),
    "in French": ("country:Allemagne lang:anglais", "country:DE lang:en"),
    "in Russian": ("country:Германия", "country:DE"),
    "a name of a platform": ("platform:x platform:Facebook", "platform:twitter platform:facebook"),
    "a name of a kind": ('kind:"Ad ban" kind:"ad bans"', "kind:ad_ban"),
    "a name of a state": ("in_force:ended origin:History", "in_force:ended origin:history"),
    "another name of a target": ("target:Навальный", 'target:"alexei navalny"'),
    "OR within one field": ("kind:ad_ban OR kind:reinstatement", "kind:ad_ban kind:reinstatement"),
    "brackets without OR": ("(kind:ad_ban RT)", "kind:ad_ban RT"),
    "NOT": ("NOT kind:ad_ban", "-kind:ad_ban"),
    "words that say nothing": ("the accounts in Berlin", "accounts Berlin"),
    "a time in words": ("last month RT", "date:last-month RT"),
    "a time of a field": ("recorded:last month since:past 7 days", "recorded:last-month since:7d"),
    "a time in French": ('since:"semaine dernière"', "since:last-week"),
}


@pytest.mark.parametrize(("text", "other"), ALIKE.values(), ids=ALIKE)
def test_two_ways_to_say_one_thing(text, other):
    assert parse(text, is_strict=True) == parse(other)
    assert parse(parse(text).text()) == parse(other)


GROUPED = [
    "RT OR Sputnik",
    "kind:ad_ban (RT OR Sputnik)",
    "(kind:ad_ban platform:twitter) OR RT",
    "kind:ad_ban (kind:legal_action OR kind:reinstatement)",
    "-(RT Sputnik) country:RU",
    "-(RT OR (Sputnik since:2017))",
    "a1 (b1 OR c1) (d1 OR -e1)",
    '"OR" "the" "(x" "last"',
]


@pytest.mark.parametrize("text", GROUPED)
def test_brackets_are_read_back_the_same(text):
    query = parse(text, is_strict=True)
    assert parse(query.text(), is_strict=True) == query


def test_all_errors_come_at_once_with_what_may_be_meant():
    with pytest.raises(QueryError) as error:
        parse("kind:adban platform:telgram country:Germny colour:red (RT", is_strict=True)
    problems = {problem.place: problem.near for problem in error.value.problems}
    assert set(problems) == {
        *("kind:adban", "platform:telgram", "country:Germny"),
        *("colour:red", "("),
    }
    assert ("kind:ad_ban", "Ad ban") in problems["kind:adban"]
    assert ("platform:telegram", "Telegram") in problems["platform:telgram"]
    assert ("country:DE", "Germany") in problems["country:Germny"]
    assert parse(error.value.repaired, is_strict=True).words == ("red", "RT")


def test_an_alert_that_was_stored_with_an_unknown_value_is_still_read():
    assert parse("platform:gone (x").platform == ("gone",)


RELATIVE = {
    "since:7d": ("2026-11-17", ""),
    "until:yesterday": ("", "2026-11-23"),
    "date:last-month": ("2026-10", "2026-10-31"),
    "date:this-week": ("2026-11-23", "2026-11-29"),
    "date:last-year": ("2025-01", "2025-12-31"),
    "since:3m": ("2026-08-24", ""),
    "date:2w": ("2026-11-10", ""),
}


@pytest.mark.parametrize(("text", "span"), RELATIVE.items(), ids=RELATIVE)
def test_relative_days_are_those_of_the_day_that_it_is(text, span):
    assert bounds(parse(text), "2026-11-24") == span
    assert depends_on_day(parse(text))


IMPOSSIBLE = {
    "since:2026-02-30": "not a date",
    "until:2025-02-29": "not a date",
    "in_force:2026-06-31": "in_force:yes",
    "recorded:2026-02-30": "not a time",
    "effective:2026-01..2026-02-30": "not a time",
    "date:2018..2017": "The first day, 2018, is after the last, 2017",
    "recorded:2026-03..2026-02": "The first day",
    "changed:2026-11-24T12:00:01Z..2026-11-24T12:00:00Z": "The first day",
    "effective:2027..2026-12": "The first day",
    "date:today..yesterday": "The first day",
    "amount:5m..1m": "The lowest number, 5000000, is above the highest, 1000000",
    "affected:2..1": "The lowest number",
    "amount:0": "not an amount",
    "affected:<1": "not a number",
    "country:ZZ": "Unknown country",
    "currency:XXX": "Unknown currency",
    "lang:und": "Unknown lang",
}


@pytest.mark.parametrize(("text", "words"), IMPOSSIBLE.items(), ids=IMPOSSIBLE)
def test_a_value_that_no_event_can_have_is_an_error(text, words):
    with pytest.raises(QueryError) as error:
        parse(f"{text} ban", is_strict=True)
    (problem,) = error.value.problems
    assert (words in problem.reason, error.value.repaired) == (True, "ban")


@pytest.mark.parametrize(
    "text",
    [
        *("date:2018..2018-01", "date:2018-01..2018", "date:2026-11-02..2026-11-02"),
        *("recorded:this-month..7d", "date:7d..today", "date:2017..last-year"),
        *("changed:2026-11-24..2026-11-24T12:00:00Z", "changed:2026-11-24T12:00:00Z..2026-11-24"),
        *("amount:5..5", "effective:2026-02-28..2026-02"),
    ],
)
def test_a_span_that_may_have_a_day_is_read(text):
    assert parse(text, is_strict=True)


def test_unknown_values_are_not_offered():
    with pytest.raises(QueryError) as error:
        parse("country:zzz", is_strict=True)
    assert error.value.problems[0].near == ()


@pytest.mark.parametrize("text", ["since:2026-02-31", "amount:5..1", "date:2018..2017"])
def test_an_alert_that_was_stored_with_an_impossible_value_is_still_read(text):
    assert parse(text)
