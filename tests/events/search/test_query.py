import pytest

from tracker.events.search.query import Query, QueryError, parse

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
    "since": ("since:yesterday ban", "since:yesterday", "ban"),
    "in force": ("in_force:2021 ban", "in_force:2021", "ban"),
    "excluded kind": ("-kind:odd ban", "kind:odd", "ban"),
    "ground": ("ground:odd ban", "ground:odd", "ban"),
    "excluded date": ("-since:2017 ban", "-since:2017", "2017"),
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
def test_w5_odd_input_is_plain_words(text):
    assert parse(parse(text).text()).words == tuple(text.split())


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
