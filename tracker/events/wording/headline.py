"""Write an event's headline from its facts, or quote a report if they do not say who was
affected.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from babel.lists import format_list
from django.utils.text import capfirst
from django.utils.translation import gettext, gettext_noop

from tracker.classify import Kind
from tracker.events.wording.countries import is_plural_country
from tracker.events.wording.names import active_language, active_locale
from tracker.events.wording.quantities import elide, round_affected, round_money
from tracker.events.wording.targets import target_in_sentence

HEADLINE_LIMIT = 300  # characters
SHOWN = 3  # names before "and others"
VERB = re.compile(r"\[(.+?)\|(.+?)\]")
OF_SLOT = re.compile(r"\bde \{(\w+)\}")
AFTER_COLON = re.compile(r":\s\{target\}")
AFTER_PREPOSITION = re.compile(r"\b(?:de|à) \{target\}")
CONTRACTED = {"de le": "du", "de les": "des", "à le": "au", "à les": "aux"}
# Separators between a title and the publisher's name after it.
PARTING = re.compile(r"\s+[-–—|•·]\s+")


@dataclass(frozen=True)
class Quote:
    """A report's title, who printed it, and in which language."""

    publisher: str
    title: str
    language: str


@dataclass(frozen=True)
class HeadlineFacts:
    """Facts of an event as headlines name them, in the active language and the order of the text;
    `kinds` has the main one first and is not empty. `classes` says that the targets are categories
    ("gun videos"), not names, `ads` that these are advertising.
    """

    kinds: Sequence[Kind]
    platforms: Sequence[str]
    targets: Sequence[str]
    countries: Sequence[str]
    classes: bool = False
    ads: bool = False
    affected: int = 0
    affected_what: str = ""
    amount: int = 0
    currency: str = ""
    authority: str = ""
    is_partial: bool = False
    region: str = ""
    appeal: str = ""
    is_court: bool = False


NAMED = {
    Kind.AD_BAN: gettext_noop("{platform} [bars|bar] {target} from advertising"),
    Kind.ACCOUNT_SUSPENSION: gettext_noop("{platform} [suspends|suspend] {target}"),
    Kind.CONTENT_REMOVAL: gettext_noop("{platform} [removes|remove] content of {target}"),
    Kind.REACH_RESTRICTION: gettext_noop("{platform} [limits|limit] the reach of {target}"),
    Kind.DEMONETIZATION: gettext_noop("{platform} [cuts|cut] off the earnings of {target}"),
    Kind.SERVICE_DENIAL: gettext_noop("{platform} [denies|deny] service to {target}"),
    Kind.REINSTATEMENT: gettext_noop("{platform} [reinstates|reinstate] {target}"),
    Kind.POLICY_CHANGE: gettext_noop("{platform} [changes|change] its rules on {target}"),
    Kind.PLATFORM_BLOCK: gettext_noop("{country} [blocks|block] {platform}"),
    Kind.LEGAL_ACTION: gettext_noop("{country}: legal action against {platform} over {target}"),
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
    Kind.LEGAL_ACTION: gettext_noop("{country}: legal action against {platform}"),
}


LIFTED = gettext_noop("{country} [lifts its|lift their] block of {platform}")
BLOCKED_PARTLY = gettext_noop("{country} partly [blocks|block] {platform}")
APPEAL_REJECTED = gettext_noop("{country} [rejects|reject] the appeal of {platform}")
APPEAL_GRANTED = gettext_noop("{country} [upholds|uphold] the appeal of {platform}")
FINE_KEPT = gettext_noop("{country} [rejects|reject] the appeal of {platform} over {amount}")
FINE_LIFTED = gettext_noop("{country} [upholds|uphold] the appeal of {platform} over {amount}")
IN_REGION = gettext_noop("{headline} in {region}")
SORT_BARRED = gettext_noop("{platform} [bans|ban] {target}")
SORT_REMOVED = gettext_noop("{platform} [removes|remove] {target}")
SUED = gettext_noop("Legal action against {platform} over {target}")
SUED_ALONE = gettext_noop("Legal action against {platform}")
FINED_BY = gettext_noop("{country} [fines|fine] {platform} {amount}")
FINED_OVER = gettext_noop("{country} [fines|fine] {platform} {amount} over {target}")
FINED = gettext_noop("{platform} [is|are] fined {amount}")
QUOTED = gettext_noop("{publisher} reports: “{title}”")
OTHERS = gettext_noop("{names} and others")
A_STATE = gettext_noop("A state")
A_PLATFORM = gettext_noop("A platform")


def write_headline(facts: HeadlineFacts) -> str:
    """Return the headline that the facts make in the active language, as in "Twitter bars RT,
    Sputnik from advertising".
    """
    return phrase(form_of(facts), facts)


def phrase(form: str, facts: HeadlineFacts, *, is_sentence: bool = False) -> str:
    """Return a form filled with the facts, with the number or names of those affected in
    parentheses; names are joined by commas only, unless `is_sentence`.
    """
    join = list_names if is_sentence else join_names
    text = _fill_form(form, facts, join)
    if facts.authority and not is_sentence and text.startswith(facts.authority):
        text = capfirst(text)  # "tribunal", as a report prints it
    if facts.region and facts.kinds[0] is Kind.PLATFORM_BLOCK:
        text = gettext(IN_REGION).format(headline=text, region=facts.region)
    if not facts.targets or not facts.affected:
        return text
    # "6.8 million accounts" are affected, not the "scam centres" behind them.
    added = join(facts.targets) if _counts_first(facts) else _affected(facts)
    return f"{text} ({added})"


def needs_quote(facts: HeadlineFacts) -> bool:
    """Return whether the facts are not enough for a headline that can be understood alone."""
    main = facts.kinds[0]
    if main is Kind.PLATFORM_BLOCK or is_lift(facts.kinds):
        return not facts.countries or not facts.platforms
    if main is Kind.LEGAL_ACTION:
        return not facts.targets and not facts.amount and not is_decided_appeal(facts)
    counts = bool(facts.affected) and main is not Kind.POLICY_CHANGE
    return not facts.targets and not counts


def is_lift(kinds: Sequence[Kind]) -> bool:
    """Return whether a state lifts its block of a platform."""
    return Kind.PLATFORM_BLOCK in kinds and Kind.REINSTATEMENT in kinds


def is_decided_appeal(facts: HeadlineFacts) -> bool:
    """Return whether the act is a court's decision on a platform's appeal, not the act appealed
    against.
    """
    is_decided = facts.appeal in {"rejected", "granted"}
    return is_decided and facts.is_court and bool(facts.authority and facts.platforms)


def quote_headline(quote: Quote) -> str:
    """Return a report's title as a quotation with its publisher, without the publisher's name that
    sites append to their titles.
    """
    title = quote.title
    *before, last = PARTING.split(title)
    if before and (last.casefold() in quote.publisher.casefold() or quote.publisher in last):
        # The publisher is already named before the quotation.
        title = title[: title.rindex(last)].rstrip(" -–—|•·")
    frame = gettext(QUOTED)
    room = HEADLINE_LIMIT - len(frame.format(publisher=quote.publisher, title=""))
    if len(title) > room:
        title = f"{title[: room - 1].rstrip()}…"
    return frame.format(publisher=quote.publisher, title=title)


def form_of(facts: HeadlineFacts) -> str:
    """Return the form, in English, that the facts fill."""
    main = facts.kinds[0]
    is_named = bool(facts.targets or facts.affected)
    if is_lift(facts.kinds):
        return LIFTED
    if main is Kind.PLATFORM_BLOCK and facts.is_partial:
        return BLOCKED_PARTLY
    if main is Kind.LEGAL_ACTION:
        return _legal_form(facts)
    if main is Kind.AD_BAN and is_named and facts.ads:
        return SORT_BARRED
    is_sort = facts.classes or not facts.targets
    if main is Kind.CONTENT_REMOVAL and is_named and is_sort:
        return SORT_REMOVED
    return (NAMED if is_named else UNNAMED)[main]


def _counts_first(facts: HeadlineFacts) -> bool:
    return facts.classes and bool(facts.affected) and facts.kinds[0] is not Kind.LEGAL_ACTION


def _affected(facts: HeadlineFacts) -> str:
    return round_affected(facts.affected, facts.affected_what) if facts.affected else ""


def _legal_form(facts: HeadlineFacts) -> str:
    is_by = bool(facts.countries or facts.authority)
    if is_decided_appeal(facts):
        pair = (FINE_KEPT, FINE_LIFTED) if facts.amount else (APPEAL_REJECTED, APPEAL_GRANTED)
        return pair[facts.appeal == "granted"]
    if facts.amount:
        if not is_by:
            return FINED
        return FINED_OVER if facts.targets else FINED_BY
    if not is_by:
        return SUED if facts.targets else SUED_ALONE
    return (NAMED if facts.targets else UNNAMED)[Kind.LEGAL_ACTION]


def _fill_form(form: str, facts: HeadlineFacts, join: Callable[[Sequence[str]], str]) -> str:
    """Fill the form with names; "[one|many]" is chosen by their number."""
    # A state acts in blocks, a platform in everything else: the verb agrees with the actor.
    is_legal = facts.kinds[0] is Kind.LEGAL_ACTION
    states = [facts.authority] if is_legal and facts.authority else facts.countries[:2]
    subjects = states if form.startswith("{country}") else facts.platforms
    is_plural = len(subjects) > 1 or is_plural_country("".join(subjects))
    words = VERB.sub(lambda match: match[2 if is_plural else 1], gettext(form))
    values = {
        "platform": join(facts.platforms) or gettext(A_PLATFORM),
        "target": "" if _counts_first(facts) else join(_with_articles(facts.targets, words)),
        "country": join(states) or gettext(A_STATE),
        "amount": round_money(facts.amount, facts.currency) if facts.amount else "",
    }
    values["target"] = values["target"] or _affected(facts)
    return fill_words(words, values)


def fill_words(words: str, values: Mapping[str, str]) -> str:
    """Return words with their slots filled; in French "de" and "à" are elided and contracted with
    what follows.
    """
    if active_language() != "fr":
        return words.format(**values)
    text = OF_SLOT.sub(lambda match: elide("de", values[match[1]]), words).format(**values)
    for apart, joined in CONTRACTED.items():
        text = text.replace(f" {apart} ", f" {joined} ")
    return text


def _with_articles(targets: Sequence[str], form: str) -> list[str]:
    """Return targets as the form takes them in the active language: bare after a colon; after a
    preposition, only the first with an article, since the preposition is not repeated.
    """
    if AFTER_COLON.search(form):
        return list(targets)
    articled = list(map(target_in_sentence, targets))
    return [*articled[:1], *targets[1:]] if AFTER_PREPOSITION.search(form) else articled


def join_names(names: Sequence[str]) -> str:
    """Return the first names, as in "RT, Sputnik, TASS and others"."""
    shown = ", ".join(names[:SHOWN])
    return gettext(OTHERS).format(names=shown) if len(names) > SHOWN else shown


def list_names(names: Sequence[str]) -> str:
    """Return names as join_names does, within a sentence: "RT, Sputnik and TASS"."""
    if len(names) > SHOWN:
        return join_names(names)
    return str(format_list(list(names), locale=active_locale()))
