"""Tell which publishers are one newsroom and which agency a text came from; pure."""

import re
import tomllib
from functools import cache
from pathlib import Path

from tracker.feeds.identity.publisher import tenant

FAMILIES = Path(__file__).parents[1] / "data" / "publishers.toml"
# Agencies as they sign, in their own letters; a credit stands in brackets, or before a dash.
AGENCIES = (
    "AFP",
    "AP",
    "Associated Press",
    "Reuters",
    "dpa",
    "EFE",
    "ANSA",
    "PAP",
    "ANP",
    "Belga",
    "Lusa",
    "Kyodo",
    "Jiji",
    "Xinhua",
    "PTI",
    "IANS",
    "Antara",
    "TASS",
    "ТАСС",
    "РИА Новости",
    "Интерфакс",
    "Укринформ",
    "Укрінформ",
    "Anadolu",
    "AA",
    "DHA",
    "연합뉴스",
    "共同",
    "時事",
    "ロイター",
    "新华社",
    "新華社",
    "رويترز",
    "أ ف ب",
    "ايسنا",
)
CREDIT = re.compile(
    r"(?:\(|\[|^|/\s?|[-–—]\s)(?:[^()\[\]\n]{0,30}[,/]\s?)?"
    rf"({'|'.join(map(re.escape, AGENCIES))})"
    r"(?:\)|\]|\s?[-–—:/]|$)"
)
SAME = {"Associated Press": "AP", "ТАСС": "TASS", "رويترز": "Reuters", "ロイター": "Reuters"}


@cache
def _family_of() -> dict[str, str]:
    groups = tomllib.loads(FAMILIES.read_text("utf-8"))
    return {domain: name for name, domains in groups.items() for domain in domains}


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
    for text in (title, summary):
        if match := CREDIT.search(text):
            return SAME.get(match[1], match[1])
    return ""
