"""Platforms, targets and countries: one page each, with names that have their time."""

import re
import tomllib

import pytest
from django.contrib.auth.models import User

from tests import make
from tests.conftest import NOW
from tracker.classify.words.lists import listed_rows
from tracker.events.intake.processing import process_entries
from tracker.events.models import Entity, EntryClassification, Event
from tracker.events.publish.platform_links import FILE
from tracker.events.record.entities import (
    EntityError,
    add_alias,
    get_entity,
    merge_entities,
    platform_name_on,
)
from tracker.events.search import find
from tracker.events.search.language.parsing import parse

pytestmark = pytest.mark.django_db
PLATFORM, TARGET = Entity.Type.PLATFORM, Entity.Type.TARGET


@pytest.fixture
def editor(client):
    client.force_login(User.objects.create_user("ed", is_staff=True))
    return client


def test_a_page_has_dated_names_names_in_other_scripts_and_events(client):
    event = make.event()
    found = get_entity(PLATFORM, "twitter")
    page = client.get(f"/entities/{found.pk}").content.decode()
    assert "until 23 July 2023" in page
    assert "since 23 July 2023" in page
    assert "ツイッター" in page
    assert event.headline in page


@pytest.mark.parametrize(
    ("day", "name"),
    [
        ("2017-10-26", "Twitter"),
        ("2023-07-22", "Twitter"),
        ("2023-07-23", "X"),
        ("2024-01", "X"),
        ("", "Twitter"),
    ],
)
def test_a_platform_has_the_name_of_its_day(day, name):
    assert platform_name_on(get_entity(PLATFORM, "twitter"), day) == name
    assert platform_name_on(get_entity(PLATFORM, "youtube"), day) == "YouTube"


def test_two_entities_become_one_and_can_be_told_apart_again(editor):
    one = make.event("A", targets=["Alex Jones"])
    other = make.event("B", targets=["A. Jones"])
    gone, kept = get_entity(TARGET, "A. Jones"), get_entity(TARGET, "Alex Jones")
    answer = editor.post(f"/entities/{gone.pk}/merge", {"into": "alex jones"})
    assert answer["Location"] == f"/entities/{kept.pk}"
    assert editor.get(f"/entities/{gone.pk}").status_code == 301
    assert get_entity(TARGET, "A. Jones") == kept
    both = {row.id for row in find.all_events(parse('target:"Alex Jones"'))}
    assert both == {one.pk, other.pk}
    page = editor.get(f"/entities/{kept.pk}").content.decode()
    assert "Undo merge: A. Jones is a different entity" in page
    assert ">Alex Jones</a>" in editor.get(f"/events/{other.pk}").content.decode()
    editor.post(f"/entities/{gone.pk}/merge", {"into": ""})
    assert {row.id for row in find.all_events(parse('target:"Alex Jones"'))} == {one.pk}


def test_an_editor_dates_a_name(editor):
    found = get_entity(TARGET, "Infowars")
    names = f"/entities/{found.pk}/names"
    editor.post(names, {"name": "Old Hour", "since": "1999-03-06", "until": "2004-05-01"})
    page = " ".join(editor.get(f"/entities/{found.pk}").content.decode().split())
    assert "Old Hour" in page
    assert "since 6 March 1999" in page
    assert "until 1 May 2004" in page
    editor.post(names, {"name": "Old Hour", "since": "2005-01-01", "until": "2004-05-01"})
    assert "Enter a last day after the first one" in editor.get("/").content.decode()
    editor.post(names, {"name": "New Hour", "since": "soon"})
    assert "Enter a day like 2026-11-24" in editor.get("/").content.decode()
    assert not found.aliases.filter(name="New Hour").exists()


def test_an_editors_name_for_a_target_is_found_at_once(editor):
    found = get_entity(TARGET, "Infowars")
    editor.post(f"/entities/{found.pk}/names", {"name": "The Warroom Hour"})
    make.entry("YouTube removes the channel of The Warroom Hour")
    (pk,) = process_entries(NOW).event_ids
    event = Event.objects.get(pk=pk)
    assert event.headline == "YouTube suspends Infowars"
    assert any(
        piece["words"] == "The Warroom Hour" and piece["value"] == "Infowars"
        for piece in EntryClassification.objects.get().evidence
    )


@pytest.mark.parametrize(
    ("type_", "value", "title"),
    [
        (TARGET, "Malo K", "YouTube suspends the channel of Malo Kante"),
        (PLATFORM, "fictagram", "Malo Kante suspends the account of Alex Jones"),
        (PLATFORM, "social_media", "Malo Kante suspends the account of Alex Jones"),
    ],
)
def test_a_name_of_an_entity_in_no_list_loses_no_article(editor, type_, value, title):
    found = get_entity(type_, value, is_reported=True)
    editor.post(f"/entities/{found.pk}/names", {"name": "Malo Kante"})
    make.entry(title)
    (pk,) = process_entries(NOW).event_ids
    assert found in Event.objects.get(pk=pk).entities.all()
    assert get_entity(type_, value) == found


TOO_COMMON = {
    "an article": "the",
    "in capitals": "THE",
    "an article and a blank": " The ",
    "German": "nicht",
    "French": "dans",
    "Russian": "это",
    "Arabic": "هذا",
    "Chinese": "没有",
    "two short words": "of the",
    "a common word": "President",
    "what is hit": "Account",
    "an act": "suspended",
    "an act in German": "gesperrt",
    "a general word": "social media",
    "a day": "Monday",
    "a month": "août",
    "a country": "Russland",
    "its people": "Russians",
    "one letter": "=K",
    "two letters": "Mk",
    "a pattern": "malo*",
    "a gap": "Malo … Kante",
}


@pytest.mark.parametrize("name", TOO_COMMON.values(), ids=TOO_COMMON)
def test_a_name_that_articles_on_anything_have_is_refused(name):
    for owner in (get_entity(TARGET, "Malo K"), get_entity(PLATFORM, "twitter")):
        with pytest.raises(EntityError):
            add_alias(owner, name, by="ed")
        assert not owner.aliases.exclude(by="").exists()


def test_a_name_of_another_entity_is_refused_with_who_has_it():
    owner, network = get_entity(TARGET, "Malo K"), get_entity(PLATFORM, "fictagram")
    get_entity(TARGET, "Ärzte Quolb")
    taken = [
        (owner, "ärzte quolb", "Ärzte Quolb"),
        (owner, "Infowars", "Infowars"),  # listed, not stored
        (owner, "طالبان", "Taliban"),
        (owner, "Твиттер", "X (Twitter)"),  # a target and a platform could not be told apart
        (network, "Ютуб", "YouTube"),
        (network, "twitter", "X (Twitter)"),
    ]
    for entity, name, other in taken:
        with pytest.raises(EntityError, match=re.escape(f"is already a name of {other}")):
            add_alias(entity, name, by="ed")
    add_alias(owner, "Malo Kante", by="ed")
    with pytest.raises(EntityError, match="is already a name of Malo K"):
        add_alias(get_entity(TARGET, "Other"), "MALO KANTE", by="ed")


def test_a_name_of_its_own_or_of_what_was_merged_into_it_is_no_other_entitys():
    owner, gone = get_entity(TARGET, "Malo K"), get_entity(TARGET, "Malo Kante")
    merge_entities(gone.pk, owner.pk)
    for name in ("Malo K", "Malo Kante", "Malo Kante"):
        add_alias(owner, name, by="ed")
    for type_, value, name in ((TARGET, "Taliban", "طالبان"), (PLATFORM, "youtube", "Ютуб")):
        add_alias(get_entity(type_, value), name, by="ed")


@pytest.mark.parametrize("name", ["The Hour", "Malo Kante", "Quolb", "Ё-Фонд", "马洛"])
def test_a_name_that_says_something_is_added(name):
    assert add_alias(get_entity(TARGET, "Malo K"), name, by="ed").name == name


def test_names_that_say_too_much_or_are_taken_are_refused(editor):
    found, other = get_entity(TARGET, "Infowars"), get_entity(TARGET, "RT")
    for name in ("", "*", "x", "a" * 201):
        with pytest.raises(EntityError):
            add_alias(found, name, by="ed")
    add_alias(found, "The Hour", by="ed")
    text = editor.post(f"/entities/{other.pk}/names", {"name": "the hour"}, follow=True)
    assert "is already a name of Infowars" in text.content.decode()


def test_what_is_no_pair_is_not_merged(editor):
    one, other = get_entity(TARGET, "RT"), get_entity(PLATFORM, "twitter")
    for pair in ((one.pk, one.pk), (one.pk, other.pk)):
        with pytest.raises(EntityError):
            merge_entities(*pair)
    text = editor.post(f"/entities/{one.pk}/merge", {"into": "Nobody"}, follow=True)
    assert "No target is called “Nobody”" in text.content.decode()


def test_w4_names_and_merging_are_for_editors(client):
    found = get_entity(TARGET, "RT")
    for act in ("names", "merge"):
        assert client.post(f"/entities/{found.pk}/{act}")["Location"].startswith("/login")


def test_countries_have_pages_without_such_forms(editor):
    found = get_entity(Entity.Type.COUNTRY, "RU")
    page = editor.get(f"/entities/{found.pk}").content.decode()
    assert "Russia" in page
    assert "Add the name" not in page


def test_a_page_says_who_else_and_where_and_leads_to_just_these_events(client):
    make.event()
    make.event("Other", targets=["Sputnik"], countries=["FR"])
    make.event("Elsewhere", platforms=["youtube"], targets=["Sputnik"], countries=["DE"])
    found = get_entity(PLATFORM, "twitter")
    page = " ".join(client.get(f"/entities/{found.pk}").content.decode().split())
    assert "Targets in the same events" in page
    assert "Countries in the same events" in page
    assert 'href="/?platform=twitter&amp;target=sputnik"' in page
    assert 'href="/?platform=twitter&amp;country=FR"' in page
    assert "Germany" not in page
    assert 'class="bars"' in page
    assert 'href="/?platform=twitter&amp;since=2017-10&amp;until=2017-12"' in page
    assert 'href="/compare?type=platform&amp;compared=twitter"' in page


def test_a_page_asks_the_database_little(client, django_assert_max_num_queries):
    make.event()
    make.report(make.event("Other", targets=["Sputnik"], countries=["FR"]))
    address = f"/entities/{get_entity(PLATFORM, 'twitter').pk}"
    client.get(address)
    with django_assert_max_num_queries(15):
        client.get(address)


def test_a_platforms_own_rules_and_reports_are_linked(client):
    page = client.get(f"/entities/{get_entity(PLATFORM, 'youtube').pk}").content.decode()
    assert "https://transparencyreport.google.com/youtube-policy/removals" in page
    target = client.get(f"/entities/{get_entity(TARGET, 'RT').pk}").content.decode()
    assert "Published by the platform" not in target


def test_links_of_platforms_are_secure_addresses_of_platforms_that_are_listed():
    links = tomllib.loads(FILE.read_text("utf-8"))
    assert links.keys() <= listed_rows("platform").keys()
    for addresses in links.values():
        assert set(addresses) <= {"rules", "transparency", "archived"}
        pages = (address for name, address in addresses.items() if name != "archived")
        assert all(address.startswith("https://") for address in pages)
