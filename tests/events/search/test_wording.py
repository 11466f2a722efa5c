import re

import pytest
from django.utils.translation import override

from tracker.events.search.language.parsing import parse
from tracker.events.search.query import Query
from tracker.events.search.wording.conditions import chips, spoken_condition
from tracker.events.search.wording.queries import describe_query
from tracker.events.search.wording.values import NAMES
from tracker.events.wording.names import format_day, kind_within

TWO = {  # values of each field
    "kind": ("legal_action", "ad_ban"),
    "platform": ("telegram", "social_media"),
    "target": ("rt", "sputnik"),
    "country": ("RU", "GB"),
    "lang": ("fr", "de"),
    "ground": ("copyright", "hate"),
    "source": ("nytimes.com", "lemonde.fr"),
    "law": ("dsa", "sren"),
    "appeal": ("filed", "rejected"),
    "territory": ("country", "worldwide"),
    "degree": ("partial", "total"),
    "authority": ("ofcom", "roskomnadzor"),
    "ordered_by": ("ofcom", "roskomnadzor"),
    "currency": ("EUR", "USD"),
    "affected_what": ("accounts", "apps"),
    "state": ("machine", "reviewed"),
    "origin": ("machine", "history"),
    "event": ("3", "4"),
}
PHRASES = {
    "": "everything",
    "kind:ad_ban platform:twitter country:RU since:2017-10": (
        "ad bans on X (Twitter) concerning Russia since October 2017"
    ),
    'until:2018 "Donald Trump" ban': "events with “Donald Trump” and “ban” until 2018",
    "kind:ad_ban kind:reinstatement state:reviewed": (
        "ad bans or reinstatements (state: reviewed)"
    ),
    "country:US country:NL platform:social_media": (
        "events on social media concerning the United States or the Netherlands"
    ),
    "lang:fr source:lemonde.fr": "events reported in French by lemonde.fr",
    "law:dsa law:section_230": "events under the Digital Services Act or Section 230",
    "ground:hate authority:ofcom": "events (ground: hate; authority: Ofcom)",
    "appeal:filed territory:country": "events (appeal filed; territory: in the country)",
    "origin:machine degree:partial": "events (degree: partial; origin: read by the program)",
    "currency:EUR affected_what:apps": (
        "events with an amount in euros affecting a known number of apps"
    ),
    "-kind:ad_ban country:RU": "events concerning Russia other than ad bans",
    "-platform:telegram -trump": "events but not on Telegram or with “trump”",
    "-state:unsure -appeal:filed": "events (no appeal filed; state: not unsure)",
    "-(kind:ad_ban country:RU)": "events but not ad bans concerning Russia",
    "(rt OR sputnik)": "events with “rt” or “sputnik”",
    "(rt OR kind:ad_ban)": "events (with “rt” or ad bans)",
    "(rt OR state:machine)": "events [with “rt” or (state: machine)]",
    "since:2017-10-26 until:2017-10-26": "events on 26 October 2017",
    "since:2017-10 until:2017-10": "events in October 2017",
    "since:2017 until:2018": "events from 2017 to 2018",
    "since:2017-10-26 until:2017-11-01": "events from 26 October 2017 to 1 November 2017",
    "since:7d": "events in the last 7 days",
    "since:1y": "events in the last year",
    "until:2w": "events until 2 weeks ago",
    "since:last-month until:last-month": "events last month",
    "since:last-year until:today": "events since the beginning of last year until today",
    "recorded:7d..": "events recorded in the last 7 days",
    "recorded:2026-11-01T10:00:00Z..": "events recorded since 1 November 2026, 10:00 UTC",
    "changed:2026": "events changed in 2026",
    "in_force:yes": "events (in force)",
    "in_force:ended": "events (no longer in force)",
    "in_force:unknown": "events (not known whether in force)",
    "in_force:2026-11-01": "events in force on 1 November 2026",
    "effective:2026-12..": "events taking effect from December 2026 on",
    "amount:1000000.. currency:EUR": "events with an amount of at least €1 million",
    "affected:1000..2000000 affected_what:accounts": (
        "events affecting between 1,000 and 2 million accounts"
    ),
    "affected:1000..": "events affecting at least 1,000 accounts, posts or others",
    "names:off rt": "events with “rt” (without other names)",
}
FRENCH = {
    "": "tout",
    "platform:telegram platform:social_media": "événements sur Telegram ou les réseaux sociaux",
    "country:GB country:US country:RU": (
        "événements concernant le Royaume-Uni, les États-Unis ou la Russie"
    ),
    "kind:ad_ban lang:fr source:lemonde.fr": (
        "interdictions publicitaires d’après des articles en français (lemonde.fr)"
    ),
    "law:dsa law:sren": (
        "événements au titre du règlement sur les services numériques ou de la loi SREN"
    ),
    "-kind:ad_ban": "événements hors interdictions publicitaires",
    "-country:RU": "événements sauf concernant la Russie",
    "-state:unsure": "événements (état : sauf incertain)",
    "origin:machine": "événements (origine : lu par le programme)",
    "since:2017-10-26": "événements depuis le 26 octobre 2017",
    "until:2017-10": "événements jusqu’en octobre 2017",
    "since:2017-10-01 until:2017-11-01": "événements du 1er octobre 2017 au 1er novembre 2017",
    "since:2017-10 until:2018-01": "événements entre octobre 2017 et janvier 2018",
    "since:this-week": "événements depuis le début de la semaine",
    "kind:ad_ban recorded:7d..": (
        "interdictions publicitaires (enregistrement : au cours des 7 derniers jours)"
    ),
    "effective:2026-10..": "événements prenant effet dès octobre 2026",
    "amount:1000000.. currency:EUR": ("événements (montant : au moins 1 million d’euros)"),
    "affected:1000000.. affected_what:apps": (
        "événements touchant au moins 1 million d’applications"
    ),
}
LANGUAGES = ("en", "fr", "de", "es", "ar")


@pytest.mark.parametrize(("text", "phrase"), PHRASES.items())
def test_a_query_reads_as_a_phrase(text, phrase):
    assert describe_query(parse(text)) == phrase


@pytest.mark.parametrize(("text", "phrase"), FRENCH.items())
def test_a_query_reads_as_a_phrase_in_french(text, phrase):
    with override("fr"):
        assert re.sub(r"\s", " ", describe_query(parse(text))) == phrase


def every_query():
    """Yield each value alone, excluded, two of a field, and everything else that is worded."""
    yield from (*PHRASES, *FRENCH)
    for field, (one, other) in TWO.items():
        yield f"{field}:{one}"
        yield f"{field}:{other}"
        yield f"{field}:{one} {field}:{other}"
        yield f"-{field}:{one}"
        yield f"-{field}:{one} -{field}:{other}"
        yield f"(rt OR {field}:{one})"
        yield f"-({field}:{one})"
    fields = list(TWO)
    yield " ".join(f"{field}:{TWO[field][0]}" for field in fields)
    yield " ".join(f"-{field}:{TWO[field][1]}" for field in fields)
    for day in ("today", "yesterday", *(f"{a}-{u}" for a in ("this", "last") for u in UNITS)):
        yield f"since:{day}"
        yield f"until:{day}"
        yield f"recorded:{day}"
    for count in ("1d", "2d", "1w", "3m", "2y"):
        yield f"since:{count}"
        yield f"until:{count}"


UNITS = ("week", "month", "year")
PROPER = re.compile(
    r"“[^”]*”|« [^»]* »|«[^»]*»|\b(?:X|Twitter|Telegram|RT|Sputnik|Russia|United (?:States|Kingdom)"
    r"|Netherlands|French|German|Digital Services Act|SREN|Section 230|Ofcom|Roskomnadzor|US|UTC"
    r"|January|October|November|December|Russie|Royaume-Uni|États-Unis|Pays-Bas|Apple)\b"
)
FAULTS = re.compile(
    r"  |\d{4}-\d\d|_|\(\)| ,"  # codes and what is left empty
    r"|\b(?:not not|on on|in in|reported \S+ \w+ reported)\b"
    r"|\b(?:of|for|with|since|until) (?:since|on|in)\b"
    r"|\b(?:de le|de les|à le|à les|de la le|de [aeiouéèêî]\w)\b"
    r"|\b(?:sauf sauf|sur sur|depuis il|depuis depuis)\b"
)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_query_has_words_and_no_two_prepositions_meet(language):
    with override(language):
        for text in every_query():
            query = parse(text)
            phrases = [describe_query(query)]
            phrases += [spoken_condition(query, without) for *_, without in chips(query)]
            for phrase in phrases:
                assert phrase.strip(), text
                assert not FAULTS.search(phrase), (text, phrase)
                if language in {"en", "fr"}:  # the others write nouns with a capital, or have none
                    assert not re.search(r"[A-ZÀ-Ý]", PROPER.sub("", phrase)), (text, phrase)


def test_a_condition_alone_is_said_as_within_the_phrase():
    query = parse("kind:ad_ban platform:telegram -country:RU since:2017-10 amount:5.. currency:EUR")
    spoken = [spoken_condition(query, without) for *_, without in chips(query)]
    assert spoken == [
        "ad bans",
        "on Telegram",
        "with an amount in euros",
        "not concerning Russia",
        "with an amount of at least €5",
        "since October 2017",
    ]


def test_each_condition_is_a_chip_that_takes_it_away():
    query = parse("kind:ad_ban country:RU since:2017 rt")
    found = chips(query)
    assert [words for _, words, _ in found] == ["Ad ban", "Russia", "“rt”", "2017"]
    assert found[0][2] == parse("country:RU since:2017 rt")
    assert all(rest != query for _, _, rest in found)
    assert chips(Query()) == []


DAYS = {
    "2017-10-06": "6 October 2017",
    "2017-10": "October 2017",
    "2017": "2017",
    "": "day unknown",
}


@pytest.mark.parametrize(("occurred", "words"), DAYS.items())
def test_a_day_reads_as_precisely_as_it_is_told(occurred, words):
    assert format_day(occurred) == words


def test_a_value_is_called_the_same_in_chips_and_in_facets():
    query = parse("affected_what:posts state:unsure degree:partial")
    words = {field: words for field, words, _ in chips(query)}
    assert words == {"affected_what": "Posts", "state": "Unsure", "degree": "Partial"}
    assert words == {field: NAMES[field](*getattr(query, field)) for field in words}


def test_what_is_left_out_of_orders_says_that_they_are_orders():
    (_, ordered, _), (_, left_out, _) = chips(parse("ordered_by:cnil -ordered_by:ofcom"))
    assert (ordered, left_out) == ("CNIL", "ordered by: Ofcom")


def test_the_first_of_a_month_is_an_ordinal_in_french():
    with override("fr"):
        assert format_day("2026-12-01") == "1er décembre 2026"
        assert format_day("2026-12-21") == "21 décembre 2026"


@pytest.mark.parametrize(
    ("language", "name"),
    [("en", "ad ban"), ("fr", "interdiction publicitaire"), ("de", "Werbeverbot")],
)
def test_a_kind_within_a_sentence_has_a_capital_only_in_german(language, name):
    with override(language):
        assert kind_within("ad_ban") == name
