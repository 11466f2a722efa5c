"""Which acts does one headline report: "X suspends A; YouTube removes B"? Pure.

The parts of a headline are classified one by one; only parts that are acts by themselves count.
"""

import re
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass

from tracker.classify import Classification, Text
from tracker.events.grouping.likeness.report_facts import platforms_of

READ = 4  # parts of a headline that are classified; each costs as much as a whole headline
LEAST = 12  # characters of a part; half as many in scripts without spaces
# Separators of sentences, and conjunctions in the supported languages.
JOINS = (
    r"and|while|as|but|whereas|und|während|indes|aber|et|tandis que|alors que|mais|y|mientras"
    r"|e|enquanto|mentre|en|terwijl|i|a|oraz|ve|dan|sementara|sedangkan|và|trong khi"
    r"|и|а|в то время как|та|й|тим часом|و|بينما|فيما|در حالی که|ו|בעוד|और|जबकि"
)
SEPARATORS = re.compile(
    rf"\s*[;；|｜]\s*|\s+[/–—•·]\s+|(?:,(?=\s)|[，、،])\s*(?:(?:{JOINS})\s+)?|\s+(?:{JOINS})\s+"
    r"|(?:하고|하며|며)\s+"
)
AND_IN_ARABIC = "و"  # written as one word with what follows
Classifier = Callable[[Text], Classification]


@dataclass(frozen=True)
class ToldAct:
    """One act that a headline reports: its words, their classification, and its `position` among
    the acts.
    """

    position: int
    words: str
    facts: Classification


def told_acts(text: Text, whole: Classification, classify: Classifier) -> tuple[ToldAct, ...]:
    """Return the acts of a headline in order, if there are at least two. `whole` is the
    classification of the whole text.
    """
    parts = list(_parts(text.title, _breaks(text.title, whole)))
    if len(parts) < 2:
        return ()
    acts: list[ToldAct] = []
    for words in parts[:READ]:
        facts = _read(words, text, acts, classify)
        if facts is None or not _tells_act(facts):
            continue
        if all(_are_two(act.facts, facts) for act in acts):
            acts.append(ToldAct(len(acts), words, facts))
    # A single one may be as likely as any unsure event.
    return tuple(acts) if len(acts) > 1 and any(act.facts.shown for act in acts) else ()


def other_acts(acts: Sequence[ToldAct], kind: str, targets: Collection[str]) -> tuple[ToldAct, ...]:
    """Return the acts other than the one of the article's event, which has this kind and these
    targets.
    """

    def nearness(act: ToldAct) -> tuple[int, bool, int]:
        shared = len(set(act.facts.targets).intersection(targets))
        return shared, act.facts.kinds[0].value == kind, -act.position

    main = max(acts, key=nearness, default=None)
    return tuple(act for act in acts if act is not main)


def _breaks(title: str, whole: Classification) -> list[tuple[int, int]]:
    """Return the possible boundaries between parts, in the order of the title."""
    breaks = [match.span() for match in SEPARATORS.finditer(title)]
    for item in whole.evidence:
        is_joined = item.words.startswith(AND_IN_ARABIC) and item.start
        if item.zone == "title" and item.field == "platforms" and is_joined:
            breaks.append((item.start, item.start))
    return sorted(breaks)


def _parts(title: str, breaks: list[tuple[int, int]]) -> Iterator[str]:
    """Yield the parts of a headline; what is too short for a sentence stays with the part before
    it.
    """
    at = 0
    for end, begin in breaks:
        if begin >= at and _is_long(title[at:end]) and _is_long(title[begin:]):
            yield title[at:end].strip()
            at = begin
    yield title[at:].strip()


def _is_long(words: str) -> bool:
    is_joined = any("\u3040" <= char <= "\u9fff" for char in words)
    return len(words.strip()) >= (LEAST // 2 if is_joined else LEAST)


def _read(
    words: str, text: Text, before: list[ToldAct], classify: Classifier
) -> Classification | None:
    """Classify a part; one that names no platform takes the platform of the part before, as in "X
    suspends A and restores B".
    """
    facts = classify(Text(words, language=text.language))
    if platforms_of(facts) or not before:
        return facts
    platform = next((e.words for e in before[-1].facts.evidence if e.field == "platforms"), "")
    return classify(Text(f"{platform} {words}", language=text.language)) if platform else None


def _tells_act(facts: Classification) -> bool:
    # An unsure part that names nobody is usually the remainder of a sentence.
    names_someone = facts.shown or bool(facts.targets or facts.countries)
    return facts.is_event and bool(platforms_of(facts)) and names_someone


def _are_two(first: Classification, second: Classification) -> bool:
    """Return whether two parts are two acts, not one act repeated or on several platforms."""
    targets, others = set(first.targets), set(second.targets)
    if targets and others and not targets & others:
        return True
    if platforms_of(first) == platforms_of(second):
        return False
    # Without names, only the kind or the country distinguishes them.
    has_other_country = bool(first.countries and second.countries) and not (
        set(first.countries) & set(second.countries)
    )
    return first.kinds[0] != second.kinds[0] or has_other_country
