"""Determine which publishers are one newsroom, and which agency a text came from; pure."""

import re
import tomllib
from functools import cache
from pathlib import Path

from tracker.feeds.identity.publisher import tenant

DATA = Path(__file__).parents[1] / "data"


def _name_by_member(file: str) -> dict[str, str]:
    """Read groups, a name with its members each, and return the name by member."""
    groups: dict[str, list[str]] = tomllib.loads((DATA / file).read_text("utf-8"))
    return {member: name for name, members in groups.items() for member in members}


@cache
def _family_of() -> dict[str, str]:
    return _name_by_member("publishers.toml")


@cache
def _agencies() -> tuple[re.Pattern[str], dict[str, str]]:
    """Return the pattern of a credit line, and each agency by its signature."""
    names = _name_by_member("agencies.toml")
    signs = "|".join(map(re.escape, names))
    # In parentheses, or before a dash, alone or after a place name.
    credit = re.compile(
        rf"(?:\(|\[|^|/\s?|[-–—]\s)(?:[^()\[\]\n]{{0,30}}[,/]\s?)?({signs})(?:\)|\]|\s?[-–—:/]|$)"
    )
    return credit, names


def newsroom_of(host: str) -> str:
    """Return the newsroom behind a host, "bbc" for "www.bbc.co.uk".

    Where no more is known it is the registrable domain, or the subdomain on shared hosting: two
    blogs on one host are two publishers.
    """
    # By the public suffix list: on shared hosting each subdomain has a publisher of its own.
    domain = tenant(host)
    return _family_of().get(domain, domain)


def agency_of(title: str, summary: str) -> str:
    """Return the agency that signs a text, "" for none."""
    credit, names = _agencies()
    for text in (title, summary):
        if match := credit.search(text):
            return names[match[1]]
    return ""
