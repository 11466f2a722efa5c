"""English names of countries and months, from CLDR."""

from functools import cache

from babel import Locale


@cache
def _names() -> dict[str, str]:
    return dict(Locale("en").territories)


def country_name(code: str) -> str:
    """The English name of an ISO 3166 code (EU too), or the code where there is none."""
    return _names().get(code, code)


def month_name(number: int) -> str:
    """ "October" for 10."""
    return str(Locale("en").months["format"]["wide"][number])
