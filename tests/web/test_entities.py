"""Platforms, targets and countries: one page each, with names that have their time."""

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
from tracker.events.search.query import parse

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
        assert set(addresses) <= {"rules", "transparency"}
        assert all(address.startswith("https://") for address in addresses.values())
