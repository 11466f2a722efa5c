"""An event's headline out of its facts, never an article's sentence; pure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from tracker.classify import Kind

SHOWN = 3  # names before "and others"
VERB = re.compile(r"\[(.+?)\|(.+?)\]")


@dataclass(frozen=True)
class Parts:
    """Names for people: of platforms, targets and countries, in the order of the text."""

    platforms: Sequence[str]
    targets: Sequence[str]
    countries: Sequence[str]


NAMED = {
    Kind.AD_BAN: "{platform} [bars|bar] {target} from advertising",
    Kind.ACCOUNT_SUSPENSION: "{platform} [suspends|suspend] {target}",
    Kind.CONTENT_REMOVAL: "{platform} [removes|remove] content: {target}",
    Kind.REACH_RESTRICTION: "{platform} [limits|limit] the reach of {target}",
    Kind.DEMONETIZATION: "{platform} [cuts|cut] off the earnings of {target}",
    Kind.SERVICE_DENIAL: "{platform} [denies|deny] service to {target}",
    Kind.REINSTATEMENT: "{platform} [reinstates|reinstate] {target}",
    Kind.POLICY_CHANGE: "{platform} [changes|change] its rules on {target}",
    Kind.PLATFORM_BLOCK: "{country} [blocks|block] {platform}",
    Kind.LEGAL_ACTION: "{country}: legal action on {platform} over {target}",
}
UNNAMED = {
    Kind.AD_BAN: "{platform} [restricts|restrict] advertising",
    Kind.ACCOUNT_SUSPENSION: "{platform} [suspends|suspend] accounts",
    Kind.CONTENT_REMOVAL: "{platform} [removes|remove] content",
    Kind.REACH_RESTRICTION: "{platform} [limits|limit] the reach of content",
    Kind.DEMONETIZATION: "{platform} [cuts|cut] off earnings",
    Kind.SERVICE_DENIAL: "{platform} [denies|deny] service",
    Kind.REINSTATEMENT: "{platform} [undoes|undo] a measure",
    Kind.POLICY_CHANGE: "{platform} [changes|change] its rules",
    Kind.PLATFORM_BLOCK: "{country} [blocks|block] {platform}",
    Kind.LEGAL_ACTION: "{country}: legal action on {platform}",
}


def headline(kinds: Sequence[Kind], parts: Parts) -> str:
    """ "Twitter bars RT, Sputnik from advertising". `kinds` has the main kind first and is not
    empty.
    """
    main = kinds[0]
    if main is Kind.PLATFORM_BLOCK and Kind.REINSTATEMENT in kinds:
        form = "{country} [lifts its|lift their] block on {platform}"
        return _written(form, parts)
    if main is Kind.AD_BAN and parts.targets and all(t.endswith(" ads") for t in parts.targets):
        return _written("{platform} [bans|ban] {target}", parts)
    form = (NAMED if parts.targets else UNNAMED)[main]
    if not parts.countries and main is Kind.LEGAL_ACTION:
        form = form.removeprefix("{country}: ").replace("legal", "Legal", 1)
    return _written(form, parts)


def _written(form: str, parts: Parts) -> str:
    """The form with its names; of "[one|many]" what fits their number."""
    subjects = parts.countries[:2] if form.startswith("{country}") else parts.platforms
    form = VERB.sub(lambda found: found[2 if len(subjects) > 1 else 1], form)
    return form.format(
        platform=join(parts.platforms),
        target=join(parts.targets),
        country=join(parts.countries[:2]) or "A state",
    )


def join(names: Sequence[str]) -> str:
    """ "RT", "RT, Sputnik", "RT, Sputnik, TASS and others"."""
    shown = ", ".join(names[:SHOWN])
    return f"{shown} and others" if len(names) > SHOWN else shown
