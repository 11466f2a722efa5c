"""Name time zones in the reader's language, for pickers."""

from collections import Counter
from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from functools import cache, lru_cache
from zoneinfo import ZoneInfo

from babel.core import get_global
from django.utils import timezone
from django.utils.translation import gettext, gettext_noop

from tracker.alerts.schedule import time_zones
from tracker.classify.letters.folding import fold
from tracker.events.wording.names import active_language, active_locale, country_name

Zones = tuple[tuple[str, str], ...]  # a zone and its name, by name
# The first part of a zone's identifier -> CLDR's code of the region.
REGIONS = {
    "Africa": "002",
    "America": "019",
    "Antarctica": "AQ",
    "Asia": "142",
    "Australia": "AU",
    "Europe": "150",
}
SOFT_HYPHEN = "\N{SOFT HYPHEN}"  # CLDR has "Reyk\u00adja\u00advík" in German
OCEANS = {  # CLDR does not name them
    "Arctic": gettext_noop("Arctic Ocean"),
    "Atlantic": gettext_noop("Atlantic Ocean"),
    "Indian": gettext_noop("Indian Ocean"),
    "Pacific": gettext_noop("Pacific Ocean"),
}


def zone_choices(day: date | None = None) -> tuple[tuple[str, Zones], ...]:
    """Return the zones by continent and ocean, UTC first: each with its city and its offset on a
    day, by default today, in the active language.
    """
    return _choices(active_language(), day or timezone.now().date())


def zone_names() -> Zones:
    """Return the same zones without continents, UTC first."""
    return tuple(zone for _group, zones in zone_choices() for zone in zones)


@lru_cache(10)  # a day of each language, and of the day before
def _choices(language: str, day: date) -> tuple[tuple[str, Zones], ...]:
    by_group: dict[str, dict[str, str]] = {}
    for zone in time_zones():
        group, _, place = zone.partition("/")
        # Etc/GMT+5 is five hours *behind* Greenwich, and SystemV and US are older names of places.
        if place and group in {*REGIONS, *OCEANS}:
            by_group.setdefault(_group_name(group), {})[zone] = _city(zone)
    named = [(group, _sorted(zones, day)) for group, zones in by_group.items()]
    return (("UTC", (("UTC", "UTC"),)), *sorted(named, key=lambda pair: fold(pair[0])))


def _group_name(group: str) -> str:
    return country_name(REGIONS[group]) if group in REGIONS else gettext(OCEANS[group])


def _city(zone: str) -> str:
    """Return a zone's city by CLDR, which has only those that differ from the identifier."""
    zones = active_locale().time_zones
    cities = [
        zones[name].get("city") for name in (zone, *_older_ids().get(zone, ())) if name in zones
    ]
    place = zone.rpartition("/")[2].replace("_", " ")
    return str(next(filter(None, cities), place)).replace(SOFT_HYPHEN, "")


@cache
def _older_ids() -> dict[str, list[str]]:
    """Return the older identifiers of zones: CLDR names the city of Asia/Kolkata by the first."""
    older: dict[str, list[str]] = {}
    for alias, zone in get_global("zone_aliases").items():
        older.setdefault(zone, []).append(alias)
    return older


def _sorted(cities: Mapping[str, str], day: date) -> Zones:
    """Return zones by their names: city and offset, and the identifier where two zones have both in
    common.
    """
    named = {zone: f"{city} ({_offset(zone, day)})" for zone, city in cities.items()}
    times = Counter(named.values())
    told = [(zone, f"{name} – {zone}" if times[name] > 1 else name) for zone, name in named.items()]
    return tuple(sorted(told, key=lambda pair: (fold(pair[1]), pair[0])))


def _offset(zone: str, day: date) -> str:
    """Return a zone's offset at the beginning of a day (UTC), as in "UTC+05:30"."""
    begin = datetime.combine(day, time(), UTC)
    return "UTC" + begin.astimezone(ZoneInfo(zone)).isoformat()[-len("+05:30") :]
