"""Link to platforms' own rules and reports, and to public archives of them."""

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from urllib.parse import quote, urlencode

from tracker.classify import Kind
from tracker.events.dsa import DsaCodes
from tracker.events.search.rows import EventRow
from tracker.partial_date import PartialDate

STATEMENTS = "https://transparency.dsa.ec.europa.eu/statement"
STATEMENTS_SINCE = date(2023, 9, 25)  # the first day of the database
TERMS = "https://github.com/OpenTermsArchive/pga-versions/commits/main"
WEEK = timedelta(days=6)
AROUND = timedelta(days=30)  # a change of rules is announced in advance
FIELDS = ("visibility", "monetary", "provision", "account")  # of the database, by codes' names
FILE = Path(__file__).parents[1] / "data" / "platform_links.toml"


@dataclass(frozen=True)
class PlatformLinks:
    """The addresses of a platform's rules and of its transparency reports, "" if unknown;
    `archived` is what Open Terms Archive calls it.
    """

    rules: str = ""
    transparency: str = ""
    archived: str = ""


@dataclass(frozen=True)
class ArchiveLink:
    """An address in a public archive; `code` is "statements" (of reasons, of the week) or "terms"
    (of the platform, in the weeks around), `platform` a slug or "".
    """

    code: str
    address: str
    platform: str = ""


@cache
def _all_links() -> dict[str, PlatformLinks]:
    rows = tomllib.loads(FILE.read_text("utf-8"))
    return {slug: PlatformLinks(**row) for slug, row in rows.items()}


def links_of_platform(slug: str) -> PlatformLinks:
    """Return the known links of a platform by its slug."""
    return _all_links().get(slug, PlatformLinks())


def archive_links(row: EventRow, codes: DsaCodes) -> tuple[ArchiveLink, ...]:
    """Return the pages of public archives about an act: statements of reasons with the same codes
    in its week, and a platform's terms around a change of rules. Empty if the day is unknown.
    """
    day = PartialDate.parse(row.occurred).whole
    return tuple(_links(row, codes, day)) if day else ()


def _links(row: EventRow, codes: DsaCodes, day: date) -> Iterator[ArchiveLink]:
    if codes.decision and day >= STATEMENTS_SINCE:
        yield ArchiveLink("statements", _statements(codes, day))
    for platform in row.platforms if row.kind is Kind.POLICY_CHANGE else ():
        if name := links_of_platform(platform.slug).archived:
            span = {"since": day - AROUND, "until": day + AROUND}
            address = f"{TERMS}/{quote(name)}?{urlencode(span)}"
            yield ArchiveLink("terms", address, platform.slug)


def _statements(codes: DsaCodes, day: date) -> str:
    """Return the search of the DSA transparency database for the week of a day."""
    first = day - timedelta(days=day.weekday())
    ends = {"created_at_start": first, "created_at_end": first + WEEK}
    pairs = [(name, f"{end:%d-%m-%Y}") for name, end in ends.items()]
    pairs += [("category[]", codes.category)] if codes.category else []
    for code in codes.decision:
        name = next((name for name in FIELDS if code.startswith(f"DECISION_{name.upper()}_")), "")
        pairs += [(f"decision_{name}[]", code)] if name else []
    return f"{STATEMENTS}?{urlencode(pairs)}"
