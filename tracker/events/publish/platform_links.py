"""Where platforms publish their own rules and reports."""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

FILE = Path(__file__).parents[1] / "data" / "platform_links.toml"


@dataclass(frozen=True)
class PlatformLinks:
    """The addresses of a platform's rules and of its transparency reports, "" where not known."""

    rules: str = ""
    transparency: str = ""


@cache
def _all_links() -> dict[str, PlatformLinks]:
    rows = tomllib.loads(FILE.read_text("utf-8"))
    return {slug: PlatformLinks(**row) for slug, row in rows.items()}


def links_of_platform(slug: str) -> PlatformLinks:
    """Return what is known of a platform by its slug."""
    return _all_links().get(slug, PlatformLinks())
