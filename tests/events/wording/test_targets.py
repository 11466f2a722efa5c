"""Names of targets in the languages of the site: categories and institutions are translated."""

import csv
from dataclasses import replace
from datetime import timedelta
from html import unescape
from pathlib import Path

import pytest
from django.utils.translation import override

from tests import make
from tests.conftest import NOW
from tracker.alerts.delivery.digest import AlertHitLine, build_digest
from tracker.classify import Kind
from tracker.classify.letters.folding import fold
from tracker.classify.words.lists import listed_rows
from tracker.events.editing.actions import Editor, current_values, edit_event
from tracker.events.publish.sentence import sentence_of
from tracker.events.review.picking import find_choices
from tracker.events.search.language.suggestions import suggest
from tracker.events.search.load import load_rows
from tracker.events.wording.headline import HeadlineFacts, write_headline
from tracker.events.wording.shipped import DATA
from tracker.events.wording.targets import (
    LANGUAGES,
    shown_target_name,
    spell_target,
    target_name,
    targets_beginning,
    translated_targets,
)
from tracker.feeds.health import SourceCoverage

COVERAGE = SourceCoverage(1, 1, 0, 0, 0)
PROPER = Path(__file__).parent.parent / "data" / "proper_names.txt"


def history_targets():
    with (DATA / "history.csv").open(encoding="utf-8", newline="") as file:
        named = [name.strip() for row in csv.DictReader(file) for name in row["targets"].split(";")]
    return set(filter(None, named))


def test_each_target_of_the_history_is_a_proper_name_or_has_a_name_in_every_language():
    proper = set(PROPER.read_text("utf-8").splitlines())
    translated = {name for name, one in translated_targets().items() if all(one.names.values())}
    assert proper & translated == set()
    assert history_targets() - proper - translated == set()
    assert proper - history_targets() == set()
    # Categories of advertising are targets that the program reads by itself.
    ads = {row.value for row in listed_rows("ads").values()}
    assert translated - history_targets() <= ads


SHOWN = {
    "a category": ("political ads", "publicités politiques"),
    "an institution": ("Islamic State", "État islamique"),
    "an outlet": ("RT", "RT"),
    "nobody we know": ("Tilde Brandsen", "Tilde Brandsen"),
}


@pytest.mark.parametrize(("name", "french"), SHOWN.values(), ids=SHOWN)
def test_a_name_is_shown_in_the_readers_language_and_recorded_in_english(name, french):
    with override("fr"):
        assert (shown_target_name(name), target_name(fold(name))) == (french, french)
    assert (shown_target_name(name), spell_target(name)[0]) == (name, name)
    with override("pt"):
        assert shown_target_name(name) == name


HEADLINES = {
    "an object": (Kind.ACCOUNT_SUSPENSION, ["Islamic State"], "X suspend l’État islamique"),
    "of": (Kind.DEMONETIZATION, ["Russian state media"], "X coupe les revenus des médias"),
    "to": (Kind.SERVICE_DENIAL, ["VPN apps"], "X refuse ses services aux applications VPN"),
    "after a colon": (Kind.POLICY_CHANGE, ["hate speech"], "X change de règles : discours"),
    "two": (
        Kind.ACCOUNT_SUSPENSION,
        ["Min Aung Hlaing", "Myanmar military"],
        "X suspend Min Aung Hlaing, l’armée birmane",
    ),
    "to two": (
        Kind.SERVICE_DENIAL,
        ["Star VPN", "VPN apps"],
        "X refuse ses services à Star VPN, applications VPN",
    ),
    "a proper name": (Kind.ACCOUNT_SUSPENSION, ["RT"], "X suspend RT"),
}


@pytest.mark.parametrize(("kind", "names", "text"), HEADLINES.values(), ids=HEADLINES)
def test_a_french_headline_has_the_article_that_the_name_takes(kind, names, text):
    with override("fr"):
        targets = [shown_target_name(name) for name in names]
        headline = write_headline(HeadlineFacts([kind], ["X"], targets, []))
    assert headline.replace("\xa0", " ").startswith(text)


@pytest.mark.django_db
@pytest.mark.parametrize("language", LANGUAGES)
def test_headline_sentence_page_and_mail_use_one_name(client, language):
    name = "links to Substack"
    event = make.event("", kind="content_removal", targets=[name], countries=[])
    shown = translated_targets()[name].names[language]
    with override(language):
        (row,) = load_rows([event])
        texts = [row.headline, sentence_of(row, "2026-11-30")]
        texts.append(build_digest([AlertHitLine(1, "", row)], COVERAGE).subject)
    page = client.get(f"/events/{event.pk}", headers={"accept-language": language})
    texts.append(unescape(page.content.decode()))
    assert [text for text in texts if shown not in text or name in text.partition("<h2")[0]] == []


@pytest.mark.django_db
def test_a_category_is_told_as_one_in_every_language():
    event = make.event("", kind="content_removal", targets=["links to Substack"], countries=[])
    with override("de"):
        (row,) = load_rows([event])
        assert (row.headline, sentence_of(row, "2026-11-30")) == (
            "Twitter entfernt Links zu Substack",
            "26. Oktober 2017: Twitter entfernte Links zu Substack.",
        )


@pytest.mark.django_db
def test_codes_do_not_depend_on_the_readers_language():
    event = make.event("", targets=["political ads"], countries=[])
    codes = load_rows([event])[0].codes
    with override("fr"):
        assert replace(load_rows([event])[0].codes, note="") == replace(codes, note="")
    # The note is worded, and says in both languages that it is a rule on advertising.
    assert codes.note


SEARCHES = (
    "political ads",
    "publicités politiques",
    "PUBLICITES politiques",
    "politische Werbung",
    "anuncios políticos",
    "الإعلانات السياسية",
    'target:"political ads"',
    'target:"publicités politiques"',
    'target:"Politische Werbung"',
    'target:"anuncios politicos"',
)


@pytest.mark.django_db
@pytest.mark.parametrize("words", SEARCHES)
@pytest.mark.parametrize("language", ["en", "fr"])
def test_search_by_either_name_finds_the_event(client, words, language):
    event = make.event("Google stops it", targets=["political ads"], countries=[])
    other = make.event("Another act", targets=["RT"])
    page = client.get("/", {"q": words}, headers={"accept-language": language})
    text = page.content.decode()
    assert f"/events/{event.pk}" in text
    assert f"/events/{other.pk}" not in text


@pytest.mark.django_db
def test_what_is_being_typed_finds_the_target_by_either_name():
    make.event("Google stops it", targets=["political ads"], countries=[])
    for typed in ("political", "publicités p", "politische W"):
        assert suggest(f'target:"{typed}')[0].text == 'target:"political ads" '
        assert [one.value for one in find_choices("target", typed)] == ["political ads"]
    assert targets_beginning("") == frozenset()
    assert fold("political ads") not in targets_beginning("politiques")


@pytest.mark.django_db
@pytest.mark.parametrize("words", SEARCHES[:2])
def test_search_of_a_past_moment_finds_it_by_either_name(client, words):
    event = make.event("Google stops it", targets=["political ads"], countries=[])
    then = f"{NOW + timedelta(hours=1):%Y-%m-%dT%H:%M:%SZ}"
    changed = replace(current_values(event), targets=("RT",))
    edit_event(event.pk, changed, Editor("ed", NOW + timedelta(hours=2)))
    address = f"/events/{event.pk}"
    assert address not in client.get("/", {"q": words}).content.decode()
    assert address in client.get("/", {"q": words, "as_of": then}).content.decode()
