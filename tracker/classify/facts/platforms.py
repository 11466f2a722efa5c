"""Find the platform that acts, or is acted on."""

import re
from collections.abc import Iterator, Mapping, Sequence

from tracker.classify.facts.companies import companies, same_company
from tracker.classify.kinds import Kind
from tracker.classify.words.lexicon import lexicon_of
from tracker.classify.words.lists import row_of
from tracker.classify.words.mention import Mention

STORES = {"apple": "apple_app_store", "google": "google_play"}
REFUSERS = {"payment", "hosting", "store", "funding"}  # kinds of platforms that refuse others
ZONES = ("title", "summary", "body")
GLUED = re.compile(r"[\u05d0-\u05ea\u0621-\u064a]{1,3}$")  # "for the", written as one with a name
MARKS = " -“”„«»\"'"
COMMAS = {",", "、", "،", "，", "・", "·"}
LIST = 3
AND_LIMIT = 4  # letters of the longest "and" of the languages
PlatformMentions = dict[str, tuple[str, Mention]]  # slug -> (zone, mention)


def find_platforms(
    mentions: Mapping[str, Sequence[Mention]],
    zones: Mapping[str, str],
    language: str,
    *,
    has_act: bool,
) -> PlatformMentions:
    """Return slug -> (zone, mention), in the order of the text: the platforms of the title, with
    what the summary names of the same company ("Facebook … its Instagram account") or in a list;
    else those of the summary, else the first of the body. One that another follows ("joins Twitter
    in …"), or that owns it, does not act, unless it is the only one.

    Words marked weak (a platform's name that is also a common word) count only with `has_act`.
    """
    by_zone = {
        zone: _drop_followed(
            _first_mentions(zone, mentions.get(zone, ()), has_act), zones[zone], language
        )
        for zone in ZONES
    }
    if title := _drop_parents(by_zone["title"]):
        # A company in the title acts itself, whatever product the summary adds.
        family = _products_named(title, by_zone["summary"])
        listed = _platforms_in_lists(title, by_zone["summary"], zones["summary"])
        return title | _drop_parents(family | listed)
    if by_zone["summary"]:
        return _drop_parents(by_zone["summary"])
    # A full text mentions many platforms; the first is usually the one that acts.
    return dict(list(_drop_parents(by_zone["body"]).items())[:1])


def select_acting(
    platforms: PlatformMentions, kind: Kind, mentions: Mapping[str, Sequence[Mention]]
) -> PlatformMentions:
    """Return the platforms once the kind is known: a store, host or payment service that refuses
    another platform acts alone; Apple or Google that take an app out act as their store.
    """
    # A refusal has two parties, and both may be listed platforms.
    payers = {slug: place for slug, place in platforms.items() if _type_of(slug) == "payment"}
    if payers and kind in {Kind.SERVICE_DENIAL, Kind.DEMONETIZATION}:
        return payers  # the refused party is their target, even if it is a store
    if kind not in {Kind.SERVICE_DENIAL, Kind.REINSTATEMENT}:
        return platforms
    refusers = {slug for slug in platforms if _type_of(slug) in REFUSERS}
    beside = [mention for zone in ZONES[:2] for mention in mentions.get(zone, ())]
    # A company that refuses together with a host refuses a site, not an app.
    is_app = any(mention.value == "service" for mention in beside) and not any(
        mention.table == "platform" and row_of("platform", mention.value).type == "hosting"
        for mention in beside
    )
    acting = {}
    for slug, place in platforms.items():
        store = STORES.get(slug, slug) if is_app else slug
        if kind is not Kind.SERVICE_DENIAL or not refusers or slug in refusers or slug in STORES:
            acting[store] = place
    return acting


def _type_of(slug: str) -> str:
    return row_of("platform", slug).type


def _drop_followed(platforms: PlatformMentions, words: str, language: str) -> PlatformMentions:
    """Drop platforms next to a word that says that another follows them ("joins Twitter")."""
    if len(platforms) < 2:
        return platforms
    beside = lexicon_of("following").find(words, language)
    mentions = [mention for _, mention in platforms.values()]
    followed = set()
    for word in beside:
        for at, mention in enumerate(mentions):
            if _is_followed(mention, word, words):
                followed |= {at, *_joined_to(mentions, at, word.value, words)}
    left = {slug: place for at, (slug, place) in enumerate(platforms.items()) if at not in followed}
    return left or platforms  # "apps like TikTok and WeChat" names the platforms it means


def _joined_to(mentions: Sequence[Mention], at: int, side: str, words: str) -> Iterator[int]:
    """Yield the names that the word means too: those that an "and" joins to the name, away from the
    word; before a word that ends the list, those set apart by commas too. ("After Facebook, Google
    …" ends no list.)
    """
    step = 1 if side == "before" else -1
    while 0 <= at + step < len(mentions):
        first, second = sorted(
            (mentions[at], mentions[at + step]), key=lambda mention: mention.start
        )
        between = _between(first, second, words)
        if not (_is_and(between) or (side == "after" and between in COMMAS)):
            return
        at += step
        yield at


def _between(first: Mention, second: Mention, words: str) -> str:
    return words[first.end : second.start].strip(MARKS)


def _is_and(between: str) -> bool:
    word = between.lstrip(", ")
    return word.isalpha() and len(word) <= AND_LIMIT


def _is_followed(mention: Mention, word: Mention, words: str) -> bool:
    """Return whether the word is right before the name, or after it, on its side."""
    if word.value == "before":
        return word.end <= mention.start and not GLUED.sub(
            "", _between(word, mention, words)
        ).strip(MARKS)
    return mention.end <= word.start and not _between(mention, word, words)


def _first_mentions(zone: str, mentions: Sequence[Mention], has_act: bool) -> PlatformMentions:
    platforms: PlatformMentions = {}
    for mention in mentions:
        if mention.table == "platform" and (has_act or not mention.is_weak):
            platforms.setdefault(mention.value, (zone, mention))
    return platforms


def _products_named(title: PlatformMentions, summary: PlatformMentions) -> PlatformMentions:
    """Return the products that the summary names of a company that the title names."""
    family = same_company(title)
    return {
        slug: place
        for slug, place in summary.items()
        if slug in family and slug not in title and slug not in companies()
    }


def _platforms_in_lists(
    title: PlatformMentions, summary: PlatformMentions, words: str
) -> PlatformMentions:
    """Return the lists of the summary ("Apple and YouTube") that hold a platform of the title, and
    those of LIST or more: all listed platforms act, too.
    """
    lists: list[PlatformMentions] = []
    last: Mention | None = None
    for slug, (zone, mention) in summary.items():
        between = _between(last, mention, words) if last else "."
        if not (_is_and(between) or between in COMMAS):
            lists.append({})
        lists[-1][slug] = (zone, mention)
        last = mention
    return {
        slug: place
        for platforms in lists
        if platforms.keys() & title.keys() or len(platforms) >= LIST
        for slug, place in platforms.items()
        if slug not in title
    }


def _drop_parents(platforms: PlatformMentions) -> PlatformMentions:
    """Drop a company next to its product, and the internet next to any platform."""
    # "Meta" next to "Instagram" is named as its owner.
    parents = {company for company, products in companies().items() if products & platforms.keys()}
    if len(platforms) > 1:
        parents.add("internet")
    return {slug: place for slug, place in platforms.items() if slug not in parents}
