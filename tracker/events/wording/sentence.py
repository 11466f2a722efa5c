"""Describe an act in one full sentence from its facts: who did what to whom, when, where
and why.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.text import capfirst
from django.utils.translation import gettext, gettext_noop, ngettext

from tracker.classify import Kind
from tracker.events.wording import headline
from tracker.events.wording.headline import (
    NAMED,
    UNNAMED,
    HeadlineFacts,
    fill_words,
    form_of,
    phrase,
)

# Headlines use the present tense, sentences with a day the past tense.
PAST = {
    NAMED[Kind.AD_BAN]: gettext_noop("{platform} [barred|barred] {target} from advertising"),
    NAMED[Kind.ACCOUNT_SUSPENSION]: gettext_noop("{platform} [suspended|suspended] {target}"),
    NAMED[Kind.CONTENT_REMOVAL]: gettext_noop("{platform} [removed|removed] content of {target}"),
    NAMED[Kind.REACH_RESTRICTION]: gettext_noop(
        "{platform} [limited|limited] the reach of {target}"
    ),
    NAMED[Kind.DEMONETIZATION]: gettext_noop("{platform} [cut|cut] off the earnings of {target}"),
    NAMED[Kind.SERVICE_DENIAL]: gettext_noop("{platform} [denied|denied] service to {target}"),
    NAMED[Kind.REINSTATEMENT]: gettext_noop("{platform} [reinstated|reinstated] {target}"),
    NAMED[Kind.POLICY_CHANGE]: gettext_noop(
        "{platform} [changed its rules|changed their rules] on {target}"
    ),
    NAMED[Kind.PLATFORM_BLOCK]: gettext_noop("{country} [blocked|blocked] {platform}"),
    NAMED[Kind.LEGAL_ACTION]: gettext_noop(
        "{country} [took|took] legal action against {platform} over {target}"
    ),
    UNNAMED[Kind.AD_BAN]: gettext_noop("{platform} [restricted|restricted] advertising"),
    UNNAMED[Kind.ACCOUNT_SUSPENSION]: gettext_noop("{platform} [suspended|suspended] accounts"),
    UNNAMED[Kind.CONTENT_REMOVAL]: gettext_noop("{platform} [removed|removed] content"),
    UNNAMED[Kind.REACH_RESTRICTION]: gettext_noop(
        "{platform} [limited|limited] the reach of content"
    ),
    UNNAMED[Kind.DEMONETIZATION]: gettext_noop("{platform} [cut|cut] off earnings"),
    UNNAMED[Kind.SERVICE_DENIAL]: gettext_noop("{platform} [denied|denied] service"),
    UNNAMED[Kind.REINSTATEMENT]: gettext_noop("{platform} [undid|undid] a measure"),
    UNNAMED[Kind.POLICY_CHANGE]: gettext_noop("{platform} [changed its rules|changed their rules]"),
    UNNAMED[Kind.LEGAL_ACTION]: gettext_noop(
        "{country} [took|took] legal action against {platform}"
    ),
    headline.LIFTED: gettext_noop("{country} [lifted its block|lifted their block] of {platform}"),
    headline.SORT_BARRED: gettext_noop("{platform} [banned|banned] {target}"),
    headline.SORT_REMOVED: gettext_noop("{platform} [removed|removed] {target}"),
    headline.SUED: gettext_noop("legal action was taken against {platform} over {target}"),
    headline.SUED_ALONE: gettext_noop("legal action was taken against {platform}"),
    headline.FINED_BY: gettext_noop("{country} [fined|fined] {platform} {amount}"),
    headline.FINED_OVER: gettext_noop("{country} [fined|fined] {platform} {amount} over {target}"),
    headline.FINED: gettext_noop("{platform} [was|were] fined {amount}"),
    headline.BLOCKED_PARTLY: gettext_noop("{country} partly [blocked|blocked] {platform}"),
    headline.APPEAL_REJECTED: gettext_noop(
        "{country} [rejected|rejected] the appeal of {platform}"
    ),
    headline.APPEAL_GRANTED: gettext_noop("{country} [upheld|upheld] the appeal of {platform}"),
    headline.FINE_KEPT: gettext_noop(
        "{country} [rejected|rejected] the appeal of {platform} over {amount}"
    ),
    headline.FINE_LIFTED: gettext_noop(
        "{country} [upheld|upheld] the appeal of {platform} over {amount}"
    ),
}
BY_DAY = gettext_noop("On {day}, {act}")
BY_MONTH = gettext_noop("In {day}, {act}")
AHEAD = gettext_noop("From {day}: {act}")
ORDERED = gettext_noop(", as ordered by {authority}")
GROUNDS = gettext_noop(", on grounds of {grounds}")


@dataclass(frozen=True)
class SentenceFacts:
    """The facts of a headline, and more that it has no room for, in the active language: `day` in
    words, "" for unknown, and whether it is a whole day; `countries` that the act concerns;
    `is_ahead` if it is announced.
    """

    headline: HeadlineFacts
    day: str = ""
    is_whole_day: bool = False
    is_ahead: bool = False
    countries: Sequence[str] = ()
    grounds: str = ""
    ordered_by: str = ""


def write_sentence(facts: SentenceFacts) -> str:
    """Return the act as one sentence, as in "On 26 October 2017, Twitter barred RT, Sputnik from
    advertising (country: Russia), on grounds of elections and disinformation."
    """
    form = form_of(facts.headline)
    tense = form if facts.is_ahead else PAST.get(form, form)
    act = phrase(tense, facts.headline, is_sentence=True)
    acts_itself = form.startswith("{country}")
    if facts.countries and not acts_itself:
        names = ", ".join(facts.countries)
        form = ngettext(" (country: %s)", " (countries: %s)", len(facts.countries))
        act += form % names
    orderer = facts.ordered_by or ("" if acts_itself else facts.headline.authority)
    if orderer and not (acts_itself and orderer == facts.headline.authority):
        act += fill_words(gettext(ORDERED), {"authority": orderer})
    if facts.grounds:
        act += gettext(GROUNDS).format(grounds=facts.grounds)
    return f"{capfirst(_dated(facts, act))}."


def _dated(facts: SentenceFacts, act: str) -> str:
    if not facts.day:
        return act
    if facts.is_ahead:
        return gettext(AHEAD).format(day=facts.day, act=act)
    return gettext(BY_DAY if facts.is_whole_day else BY_MONTH).format(day=facts.day, act=act)
