"""Cite the version of an event that was read: text, BibTeX and CSL-JSON; pure."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import accumulate

from django.utils.translation import gettext as _

from tracker.events.search.rows import EventRow
from tracker.events.wording.names import format_day
from tracker.partial_date import PartialDate
from tracker.site.name import site_name
from tracker.text import clean_text

TEX = {char: f"\\{char}" for char in "&%$#_{}"} | {
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    "\\": "",
}


@dataclass(frozen=True)
class Citation:
    """A cited event, its permanent address, and the time of the version that was read (UTC)."""

    row: EventRow
    address: str
    at: datetime

    @property
    def version(self) -> str:
        """Return the address that shows the event as it was."""
        # The record changes; the cited version must stay readable.
        return f"{self.address}?as_of={self.at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def cite_as_text(cited: Citation) -> str:
    """Return one sentence, as in a footnote."""
    return (
        _("“%(headline)s”, %(day)s. %(site)s, event %(event)s, version of %(version)s.")
        % {
            "headline": cited.row.headline,
            "day": format_day(cited.row.occurred),
            "site": site_name(),
            "event": cited.row.id,
            "version": format_day(cited.at.date().isoformat()),
        }
        + f" {cited.version}"
    )


def cite_as_bibtex(cited: Citation) -> str:
    """Return a BibTeX entry of the type misc."""
    fields = {
        "title": _escape_tex(cited.row.headline),
        # Braces twice: BibTeX would take the words for a person's names.
        "author": f"{{{site_name()}}}",
        "year": f"{cited.at:%Y}",
        "note": f"Event {cited.row.id}; day of the act: {format_day(cited.row.occurred)}",
        "howpublished": f"\\url{{{cited.address}}}",
        "url": cited.version,
        "urldate": f"{cited.at:%Y-%m-%d}",
    }
    lines = ",\n".join(f"  {name} = {{{value}}}" for name, value in fields.items())
    return f"@misc{{platform-policy-tracker-{cited.row.id},\n{lines}\n}}\n"


def _is_balanced(words: str) -> bool:
    steps = [{"{": 1, "}": -1}.get(char, 0) for char in words]
    depths = [0, *accumulate(steps)]
    return depths[-1] == 0 and min(depths) == 0


def _escape_tex(words: str) -> str:
    """Escape words for TeX.

    BibTeX counts braces, even escaped ones: an unbalanced one would end the field, so then all are
    left out.
    """
    if not _is_balanced(words):
        words = re.sub("[{}]", "", words)
    return re.sub(r"[&%$#_{}~^\\]", lambda char: TEX[char[0]], clean_text(words))


def cite_as_csl(cited: Citation) -> dict[str, object]:
    """Return one item of CSL-JSON (https://docs.citationstyles.org)."""
    item: dict[str, object] = {
        "id": f"platform-policy-tracker-{cited.row.id}",
        "type": "webpage",
        "title": cited.row.headline,
        "container-title": site_name(),
        "author": [{"literal": site_name()}],
        "number": str(cited.row.id),
        "URL": cited.version,
        "issued": {"date-parts": [_date_parts(f"{cited.row.recorded_at:%Y-%m-%d}")]},
        "accessed": {"date-parts": [_date_parts(f"{cited.at:%Y-%m-%d}")]},
        "version": f"{cited.at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}",
    }
    if cited.row.occurred:
        item["event-date"] = {"date-parts": [_date_parts(cited.row.occurred)]}
    return item


def _date_parts(occurred: str) -> list[int]:
    day = PartialDate.parse(occurred)
    return [part for part in (day.year, day.month, day.day) if part]
