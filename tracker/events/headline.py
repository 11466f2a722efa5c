"""An event's headline out of its facts, never an article's sentence; pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from tracker.classify import Kind

SHOWN = 3  # names before "and others"


@dataclass(frozen=True)
class Parts:
    """Names for people: of platforms, targets and countries, in the order of the text."""

    platforms: Sequence[str]
    targets: Sequence[str]
    countries: Sequence[str]


NAMED = {
    Kind.AD_BAN: "{platform} bars {target} from advertising",
    Kind.ACCOUNT_SUSPENSION: "{platform} suspends {target}",
    Kind.CONTENT_REMOVAL: "{platform} removes content: {target}",
    Kind.REACH_RESTRICTION: "{platform} limits the reach of {target}",
    Kind.DEMONETIZATION: "{platform} cuts off the earnings of {target}",
    Kind.SERVICE_DENIAL: "{platform} denies service to {target}",
    Kind.REINSTATEMENT: "{platform} reinstates {target}",
    Kind.POLICY_CHANGE: "{platform} changes its rules on {target}",
    Kind.PLATFORM_BLOCK: "{country} blocks {platform}",
    Kind.LEGAL_ACTION: "{country}: legal action on {platform} over {target}",
}
UNNAMED = {
    Kind.AD_BAN: "{platform} restricts advertising",
    Kind.ACCOUNT_SUSPENSION: "{platform} suspends accounts",
    Kind.CONTENT_REMOVAL: "{platform} removes content",
    Kind.REACH_RESTRICTION: "{platform} limits the reach of content",
    Kind.DEMONETIZATION: "{platform} cuts off earnings",
    Kind.SERVICE_DENIAL: "{platform} denies service",
    Kind.REINSTATEMENT: "{platform} undoes a measure",
    Kind.POLICY_CHANGE: "{platform} changes its rules",
    Kind.PLATFORM_BLOCK: "{country} blocks {platform}",
    Kind.LEGAL_ACTION: "{country}: legal action on {platform}",
}


def headline(kinds: Sequence[Kind], parts: Parts) -> str:
    """ "Twitter bars RT, Sputnik from advertising". `kinds` has the main kind first and is not
    empty.
    """
    main = kinds[0]
    country = join(parts.countries[:2]) or "A state"
    if main is Kind.PLATFORM_BLOCK and Kind.REINSTATEMENT in kinds:
        return f"{country} lifts its block on {join(parts.platforms)}"
    if main is Kind.AD_BAN and parts.targets and all(t.endswith(" ads") for t in parts.targets):
        return f"{join(parts.platforms)} bans {join(parts.targets)}"
    form = (NAMED if parts.targets else UNNAMED)[main]
    if not parts.countries and main is Kind.LEGAL_ACTION:
        form = form.removeprefix("{country}: ").replace("legal", "Legal", 1)
    return form.format(platform=join(parts.platforms), target=join(parts.targets), country=country)


def join(names: Sequence[str]) -> str:
    """ "RT", "RT, Sputnik", "RT, Sputnik, TASS and others"."""
    shown = ", ".join(names[:SHOWN])
    return f"{shown} and others" if len(names) > SHOWN else shown
