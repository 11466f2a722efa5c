"""Write an event's headline from its facts, never from an article's sentence."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext, gettext_noop

from tracker.classify import Kind

HEADLINE_LIMIT = 300  # characters
SHOWN = 3  # names before "and others"
VERB = re.compile(r"\[(.+?)\|(.+?)\]")


@dataclass(frozen=True)
class HeadlineNames:
    """Display names of platforms, targets and countries, in the order of the text."""

    platforms: Sequence[str]
    targets: Sequence[str]
    countries: Sequence[str]


NAMED = {
    Kind.AD_BAN: gettext_noop("{platform} [bars|bar] {target} from advertising"),
    Kind.ACCOUNT_SUSPENSION: gettext_noop("{platform} [suspends|suspend] {target}"),
    Kind.CONTENT_REMOVAL: gettext_noop("{platform} [removes|remove] content: {target}"),
    Kind.REACH_RESTRICTION: gettext_noop("{platform} [limits|limit] the reach of {target}"),
    Kind.DEMONETIZATION: gettext_noop("{platform} [cuts|cut] off the earnings of {target}"),
    Kind.SERVICE_DENIAL: gettext_noop("{platform} [denies|deny] service to {target}"),
    Kind.REINSTATEMENT: gettext_noop("{platform} [reinstates|reinstate] {target}"),
    Kind.POLICY_CHANGE: gettext_noop("{platform} [changes|change] its rules on {target}"),
    Kind.PLATFORM_BLOCK: gettext_noop("{country} [blocks|block] {platform}"),
    Kind.LEGAL_ACTION: gettext_noop("{country}: legal action on {platform} over {target}"),
}
UNNAMED = {
    Kind.AD_BAN: gettext_noop("{platform} [restricts|restrict] advertising"),
    Kind.ACCOUNT_SUSPENSION: gettext_noop("{platform} [suspends|suspend] accounts"),
    Kind.CONTENT_REMOVAL: gettext_noop("{platform} [removes|remove] content"),
    Kind.REACH_RESTRICTION: gettext_noop("{platform} [limits|limit] the reach of content"),
    Kind.DEMONETIZATION: gettext_noop("{platform} [cuts|cut] off earnings"),
    Kind.SERVICE_DENIAL: gettext_noop("{platform} [denies|deny] service"),
    Kind.REINSTATEMENT: gettext_noop("{platform} [undoes|undo] a measure"),
    Kind.POLICY_CHANGE: gettext_noop("{platform} [changes|change] its rules"),
    Kind.PLATFORM_BLOCK: gettext_noop("{country} [blocks|block] {platform}"),
    Kind.LEGAL_ACTION: gettext_noop("{country}: legal action on {platform}"),
}


LIFTED = gettext_noop("{country} [lifts its|lift their] block on {platform}")
SORT_BARRED = gettext_noop("{platform} [bans|ban] {target}")
SUED = gettext_noop("Legal action on {platform} over {target}")
SUED_ALONE = gettext_noop("Legal action on {platform}")
OTHERS = gettext_noop("{names} and others")
A_STATE = gettext_noop("A state")
A_PLATFORM = gettext_noop("A platform")


def write_headline(kinds: Sequence[Kind], parts: HeadlineNames) -> str:
    """Return the headline in the active language, as in "Twitter bars RT, Sputnik from
    advertising"; `kinds` has the main kind first and is not empty.
    """
    main = kinds[0]
    if main is Kind.PLATFORM_BLOCK and Kind.REINSTATEMENT in kinds:
        return _fill_form(LIFTED, parts)
    if main is Kind.AD_BAN and parts.targets and all(t.endswith(" ads") for t in parts.targets):
        return _fill_form(SORT_BARRED, parts)
    form = (NAMED if parts.targets else UNNAMED)[main]
    if not parts.countries and main is Kind.LEGAL_ACTION:
        form = SUED if parts.targets else SUED_ALONE
    return _fill_form(form, parts)


def _fill_form(form: str, parts: HeadlineNames) -> str:
    """Fill the form with names; "[one|many]" is chosen by their number."""
    # A state acts in blocks, a platform in everything else: the verb agrees with whoever acts.
    subjects = parts.countries[:2] if form.startswith("{country}") else parts.platforms
    form = VERB.sub(lambda match: match[2 if len(subjects) > 1 else 1], gettext(form))
    return form.format(
        platform=join_names(parts.platforms) or gettext(A_PLATFORM),
        target=join_names(parts.targets),
        country=join_names(parts.countries[:2]) or gettext(A_STATE),
    )


def join_names(names: Sequence[str]) -> str:
    """Return the first names, as in "RT, Sputnik, TASS and others"."""
    shown = ", ".join(names[:SHOWN])
    return gettext(OTHERS).format(names=shown) if len(names) > SHOWN else shown
