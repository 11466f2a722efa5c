"""English names: countries and months from CLDR, platforms and targets from the word lists."""

from functools import cache

from babel import Locale, UnknownLocaleError

from tracker.classify.lexicon import named
from tracker.classify.text import fold


@cache
def _names() -> dict[str, str]:
    return dict(Locale("en").territories)


def country_name(code: str) -> str:
    """The English name of an ISO 3166 code (EU too), or the code where there is none."""
    return _names().get(code, code)


def month_name(number: int) -> str:
    """ "October" for 10."""
    return str(Locale("en").months["format"]["wide"][number])


def platform_name(slug: str) -> str:
    """The name of a platform's slug; of an unknown one the slug, in capitals."""
    known = named("platform").get(slug)
    return known.name if known else slug.replace("_", " ").title()


@cache
def _targets() -> dict[str, str]:
    return {fold(name): name for name in named("target")}


def target_name(slug: str) -> str:
    """The English name of a target's slug; of an unknown one the slug, in capitals."""
    return _targets().get(slug) or slug.title()


def language_name(code: str) -> str:
    """ "fr" as "French"; a code that CLDR does not know as it is."""
    try:
        return str(Locale("en").languages.get(Locale.parse(code, sep="-").language, code))
    except (UnknownLocaleError, ValueError, TypeError):
        return code


def ground_name(slug: str) -> str:
    """The name of a ground, as of data/grounds.toml."""
    known = named("ground").get(slug)
    return known.name if known else slug.replace("_", " ")
