"""The picker of time zones, in the reader's language."""

from datetime import date

import pytest
from django.utils import translation

from tests import make
from tracker.alerts.schedule import time_zones
from tracker.alerts.tokens import MANAGE, sign_token
from tracker.web.forms.zones import zone_choices, zone_names

WINTER, SUMMER = date(2026, 11, 30), date(2026, 7, 1)
NAMES = {
    "en": {"Europe/Vienna": "Vienna (UTC+01:00)", "America/Indiana/Knox": "Knox, Indiana"},
    "fr": {"Europe/Vienna": "Vienne (UTC+01:00)", "Europe/London": "Londres (UTC+00:00)"},
    "de": {"Europe/Vienna": "Wien (UTC+01:00)", "Europe/Kyiv": "Kiew (UTC+02:00)"},
    "es": {"Europe/Vienna": "Viena (UTC+01:00)", "America/New_York": "Nueva York (UTC-05:00)"},
    "ar": {"Europe/Vienna": "فيينا (UTC+01:00)", "Asia/Kolkata": "كالكتا (UTC+05:30)"},
}
GROUPS = {"en": "Africa", "fr": "Afrique", "de": "Afrika", "es": "África", "ar": "أفريقيا"}


def zones_of(day=WINTER):
    return {zone: name for _group, zones in zone_choices(day) for zone, name in zones}


@pytest.mark.parametrize("language", NAMES)
def test_zones_are_named_in_the_language_with_their_offsets(language):
    with translation.override(language):
        named = zones_of()
        assert GROUPS[language] in [group for group, _zones in zone_choices(WINTER)]
    assert all(named[zone].startswith(name) for zone, name in NAMES[language].items())


@pytest.mark.parametrize("language", NAMES)
def test_each_name_means_one_zone_in_every_language(language):
    with translation.override(language):
        for _group, zones in zone_choices(WINTER):
            assert len({name for _zone, name in zones}) == len(zones)


def test_names_are_sorted_in_the_language():
    with translation.override("fr"):
        groups = zone_choices(WINTER)
    europe = [zone for zone, _name in dict(groups)["Europe"]]
    # Île de Man, Istanbul, Le Vatican, Lisbonne, Oulianovsk, Paris, Varsovie, Vienne
    cities = (
        "Isle_of_Man",
        "Istanbul",
        "Vatican",
        "Lisbon",
        "Ulyanovsk",
        "Paris",
        "Warsaw",
        "Vienna",
    )
    in_french = [f"Europe/{city}" for city in cities]
    assert [zone for zone in europe if zone in in_french] == in_french


def test_the_offset_is_that_of_the_day():
    assert zones_of(SUMMER)["Europe/Vienna"] == "Vienna (UTC+02:00)"
    assert zones_of(SUMMER)["Asia/Kolkata"].startswith("Kolkata (UTC+05:30)")


def test_the_picker_offers_places_and_no_zone_of_the_system():
    zones = {zone for zone, _name in zone_names()}
    assert {"UTC", "Europe/Brussels", "America/Argentina/Buenos_Aires"} <= zones
    assert zones <= time_zones()
    assert not [zone for zone in zones if zone.startswith(("Etc/", "US/", "posix"))]


@pytest.mark.django_db
def test_forms_send_identifiers_and_show_names(client):
    text = client.get("/alerts/new", headers={"accept-language": "de"}).content.decode()
    assert '<option value="Europe/Vienna">Wien (UTC+' in text
    alert = make.alert("kind:ad_ban", zone="Europe/Vienna")
    token = sign_token(MANAGE, alert.subscriber_id)
    text = client.get(f"/alerts/manage/{token}", headers={"accept-language": "es"})
    assert '<option value="Europe/Vienna" label="Viena (UTC+' in text.content.decode()
    assert 'value="Europe/Vienna"' in text.content.decode()
