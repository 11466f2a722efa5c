"""Who was hit, by where the name stands: made-up reports as newsrooms write them."""

import re
import time
import unicodedata
from collections import defaultdict
from pathlib import Path

import pytest

from tracker.classify import Kind, Text, read_text
from tracker.classify.data_files import LexiconError
from tracker.classify.facts.targets import find_targets, unlisted_targets
from tracker.classify.names.finder import NameFinder
from tracker.classify.names.word_uses import UseLists, WordUse, use_lists_of

HEADLINES = Path(__file__).parent / "data" / "headlines.txt"
NAMED, FALSE = 0.9, 0.1  # of the names of a language: at least so many, at most so many false


def normal(name):
    return re.sub(r"[\W_]+", " ", unicodedata.normalize("NFKC", name).casefold()).strip()


def reports():
    found = defaultdict(list)
    for line in HEADLINES.read_text("utf-8").splitlines():
        if line and not line.startswith("#"):
            language, kind, platforms, title, summary, names = map(str.strip, line.split("|"))
            wanted = {normal(name) for name in names.split(";") if name.strip()}
            found[language].append((Text(title, summary, "", language), kind, platforms, wanted))
    return found


def who_is_hit(text, kind=Kind.ACCOUNT_SUSPENSION, platforms=("twitter",)):
    seen = read_text(text)
    return find_targets(seen.zones, seen.mentions, seen.language, [Kind(kind)], platforms)


REPORTS = reports()


@pytest.mark.parametrize("language", REPORTS)
def test_made_up_reports_name_who_was_hit(language):
    missed, false, total = [], [], 0
    for text, kind, platforms, wanted in REPORTS[language]:
        told = {normal(name) for name in who_is_hit(text, kind, platforms.split(","))}
        total += len(wanted)
        missed += [(text.title, name) for name in wanted - told]
        false += [(text.title, name) for name in told - wanted]
    assert len(missed) <= (1 - NAMED) * total, missed
    assert len(false) <= FALSE * total, false


ASIDES = [  # title, summary, who was hit
    (
        "Gardener banned from Twitter",
        "Wilmotte, whose tips 9,000 people read, was removed.",
        "Wilmotte",
    ),
    ("Wilmotte banned from Twitter", "", "Wilmotte"),
    (
        "Protest-tracking app loses its account",
        "Rovanta, used by thousands, was suspended.",
        "Rovanta",
    ),
    (
        "Senator locked out of X over a joke",
        "Ada Wilmotte, who has 9,000 readers, got no reason.",
        "Ada Wilmotte",
    ),
    (
        "Lyon blogger locked out of X",
        "Ada Wilmotte says her account vanished at noon.",
        "Ada Wilmotte",
    ),
    (
        "Platform bars a party from its ads",
        "The Northern Orchard Party cannot promote itself.",
        "Northern Orchard Party",
    ),
]
NOBODY = [
    ("Author locked out of X over a joke", "Ada Wilmotte said that the rule was wrong."),
    ("Blogger locked out of X", "Yesterday the company gave no reason."),
    ("Bloger stracił konto na X", "Decyzja zapadła w nocy."),
    (
        "Autor verliert Konto bei X",
        "Die Plattform sperrte ihn wegen eines Textes über ein Ferienlager.",
    ),
]


@pytest.mark.parametrize(("title", "summary", "name"), ASIDES)
def test_a_name_is_found_behind_an_aside_and_where_the_summary_begins_with_it(title, summary, name):
    assert list(who_is_hit(Text(title, summary, "", "en"))) == [name]


@pytest.mark.parametrize(("title", "summary"), NOBODY)
def test_who_only_speaks_and_a_word_that_begins_a_sentence_were_not_hit(title, summary):
    assert list(who_is_hit(Text(title, summary))) == []


HOSTILE = (
    "",
    "A " * 3000,
    "Aa Bb, " * 1500,
    "“" * 3000,
    "'a " * 2500,
    "-" * 5000,
    "A-" * 3000,
    "a’" * 3000,
    "@@@ #_ r/ u/ && . .",
    "\x00\u200d\ufeff\U0001f600\u202e",
    "の" * 4000,
    "アカウントを" * 1000,
    "حساب " * 1500,
)
PLACES = {
    "object": ("X suspends Lena Brandt", ("Lena Brandt",)),
    "passive": ("Lena Brandt suspended from X", ("Lena Brandt",)),
    "owner": ("X deletes Lena Brandt's account", ("Lena Brandt",)),
    "her account": ("Lena Brandt says X has deleted her account", ("Lena Brandt",)),
    "list": ("X bans Lena Brandt, Jon Avery and @gridnews9", "Lena Brandt,Jon Avery,@gridnews9"),
    "list with a known name": ("X bans Donald Trump and Jon Avery", "Donald Trump,Jon Avery"),
    "role": ("X suspends former MP Jon Avery", ("Jon Avery",)),
    "every word capitalised": ("X Suspends Jon Avery After Angry Posts", ("Jon Avery",)),
    "common words in capitals": ("X Suspends Hundreds Of Accounts", ()),
    "speaker": ("Nothing has changed at X, says Jon Avery", ()),
    "judge": ("X suspends Lena Brandt, judge Jon Avery was told", ("Lena Brandt",)),
    "reason": ("X suspends Lena Brandt for mocking Jon Avery", ("Lena Brandt",)),
    "known name in passing": ("X suspends Lena Brandt for mocking Donald Trump", ("Lena Brandt",)),
    "whose politician": ("X sperrt Konto von AfD-Politiker Jörg Halmer", ("Jörg Halmer",)),
    "class": ("X removes breastfeeding photos", ("breastfeeding photos",)),
    "nobody": ("X suspends thousands of accounts", ()),
}


@pytest.mark.parametrize(("title", "names"), PLACES.values(), ids=PLACES)
def test_the_place_of_a_name_says_whether_its_bearer_was_hit(title, names):
    wanted = names.split(",") if isinstance(names, str) else names
    assert tuple(who_is_hit(Text(title))) == tuple(wanted)


def test_the_summary_completes_a_name():
    text = Text("X suspends Halvorsen", "Mia Halvorsen had called for a strike.")
    assert tuple(who_is_hit(text)) == ("Mia Halvorsen",)


def test_the_summary_is_asked_where_the_title_names_nobody():
    text = Text("Radio host loses X account", "X suspended Mia Halvorsen on Monday.")
    assert tuple(who_is_hit(text)) == ("Mia Halvorsen",)


def test_names_of_no_list_are_told_apart():
    found = who_is_hit(Text("X bans Donald Trump and Jon Avery"))
    assert unlisted_targets(found) == ("Jon Avery",)
    zone, mention = found["Jon Avery"]
    assert (zone, mention.start, mention.end) == ("title", 24, 33)


def test_a_states_block_has_no_targets():
    text = Text("Turkey blocks X after Jon Avery's account was not removed")
    assert who_is_hit(text, Kind.PLATFORM_BLOCK) == {}


def test_a_refused_platform_is_the_target():
    text = Text("Apple removes Parler from App Store")
    found = who_is_hit(text, Kind.SERVICE_DENIAL, ("apple_app_store",))
    assert tuple(found) == ("Parler",)


def test_an_open_name_says_where_it_stands_and_how_sure_it_is():
    seen = read_text(Text("X suspends the account of Lena Brandt"))
    kinds = [Kind.ACCOUNT_SUSPENSION]
    finder = NameFinder(seen.zones, seen.mentions, seen.language)
    (name,) = finder.unlisted_names(kinds, ["twitter"])
    assert (name.name, name.zone, name.start, name.end) == ("Lena Brandt", "title", 26, 37)
    assert name.how == "object"
    assert name.rank > 0.8


@pytest.mark.parametrize("line", HOSTILE, ids=range(len(HOSTILE)))
@pytest.mark.parametrize("language", ["en", "tr", "ja", "ar"])
def test_hostile_text_raises_nothing_and_takes_no_time(line, language):
    text = Text(f"X suspends {line}", f"{line} banned by X, {line}" * 40, "", language)
    seen = read_text(text)
    started = time.process_time()
    for kind in Kind:
        find_targets(seen.zones, seen.mentions, seen.language, [kind], ["twitter"])
    assert time.process_time() - started < len(Kind) * 0.05


def test_a_word_is_known_by_its_whole_its_beginning_or_its_end():
    words = UseLists()
    words.add(WordUse.PERSONS, "mp, streamer*, *politiker")
    assert [words.uses_of(w) for w in ("mp", "streamers", "spitzenpolitiker", "mps")] == [
        *[WordUse.PERSONS] * 3,
        0,
    ]
    assert words.uses_of("ex-mp") == WordUse.PERSONS


def test_a_list_with_a_word_that_matches_anything_is_refused():
    with pytest.raises(LexiconError):
        UseLists().add(WordUse.PERSONS, "mp, *")


def test_an_unknown_language_is_read_as_english():
    assert use_lists_of("xx") is use_lists_of("en")


@pytest.mark.parametrize(
    ("title", "names"),
    [
        ("X suspends account of Freetown's Radio Kolenten", {"Radio Kolenten"}),
        ("Meta freezes ad account of Accra's Sunyani Clinic", {"Sunyani Clinic"}),
        ("Le cerraron el canal de YouTube: el caso VeraLuneta", {"VeraLuneta"}),
        ("r/tidewaterfiles is no more: Reddit bans forum for doxxing", {"r/tidewaterfiles"}),
        ("YouTube elimina documental chileno “La sed de la tierra”", {"La sed de la tierra"}),
        ("Patreon suspends The Gravel Gazette for a week", {"The Gravel Gazette"}),
        ("Weekly Courier: Twitter suspends some accounts", set()),
    ],
)
def test_possessors_and_names_that_their_form_shows(title, names):
    found = set(who_is_hit(Text(title), platforms=("youtube",)))
    assert names <= found
    assert not {"Freetown", "Accra", "Weekly Courier"} & found
