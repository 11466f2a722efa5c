"""Which platform acts, or is acted on."""

import re
from collections.abc import Iterator, Mapping, Sequence

from tracker.classify.facts.companies import companies, same_company
from tracker.classify.kinds import Kind
from tracker.classify.words.lexicon import lexicon_of
from tracker.classify.words.lists import listed_rows
from tracker.classify.words.mention import Mention

STORES = {"apple": "apple_app_store", "google": "google_play"}
REFUSERS = {"payment", "hosting", "store", "funding"}  # kinds of platforms that refuse others
ZONES = ("title", "summary", "body")
GLUED = re.compile(r"[\u05d0-\u05ea\u0621-\u064a]{1,3}$")  # "for the", written as one with a name
MARKS = " -“”„«»\"'"
COMMAS = {",", "、", "،", "，", "・", "·"}
LIST = 3
AND_LIMIT = 4  # letters of the longest "and" of the languages
PlatformMentions = dict[str, tuple[str, Mention]]  # slug -> (zone, hit)


def find_platforms(
    hits: Mapping[str, Sequence[Mention]], zones: Mapping[str, str], language: str, *, has_act: bool
) -> PlatformMentions:
    """Slug -> (zone, hit), in the order of the text: the platforms of the title, with what the
    summary names of the same family ("Facebook … its Instagram account") or in a list; else those
    of the summary, else the first of the body. One that another follows ("joins Twitter in …"), or
    that owns it, does not act, unless it stands alone.

    Words marked weak (a platform's name that is also a common word) count only with `has_act`.
    """
    told = {
        zone: _acting(_named(zone, hits.get(zone, ()), has_act), zones[zone], language)
        for zone in ZONES
    }
    if title := _without_parents(told["title"]):
        # A company that the title names acts itself, whatever product the summary adds.
        family = _of_the_family(title, told["summary"])
        listed = _listed_with(title, told["summary"], zones["summary"])
        return title | _without_parents(family | listed)
    if told["summary"]:
        return _without_parents(told["summary"])
    return dict(list(_without_parents(told["body"]).items())[:1])


def select_acting(
    found: PlatformMentions, kind: Kind, hits: Mapping[str, Sequence[Mention]]
) -> PlatformMentions:
    """The platforms once the kind is known: a store, host or payment service that refuses another
    platform acts alone; Apple or Google that take an app out act as their store.
    """
    payers = {slug: place for slug, place in found.items() if _kind(slug) == "payment"}
    if payers and kind in {Kind.SERVICE_DENIAL, Kind.DEMONETIZATION}:
        return payers  # whoever they refuse is their target, be it a store
    if kind not in {Kind.SERVICE_DENIAL, Kind.REINSTATEMENT}:
        return found
    refusers = {slug for slug in found if _kind(slug) in REFUSERS}
    beside = [hit for zone in ZONES[:2] for hit in hits.get(zone, ())]
    # Who refuses together with a host refuses a site, not an app.
    is_app = any(hit.value == "service" for hit in beside) and not any(
        hit.table == "platform" and listed_rows("platform")[hit.value].kind == "hosting"
        for hit in beside
    )
    acting = {}
    for slug, place in found.items():
        store = STORES.get(slug, slug) if is_app else slug
        if kind is not Kind.SERVICE_DENIAL or not refusers or slug in refusers or slug in STORES:
            acting[store] = place
    return acting


def _kind(slug: str) -> str:
    return listed_rows("platform")[slug].kind


def _acting(found: PlatformMentions, words: str, language: str) -> PlatformMentions:
    """Without those beside a word that says that another follows them."""
    if len(found) < 2:
        return found
    beside = lexicon_of("following").find(words, language)
    hits = [hit for _, hit in found.values()]
    followed = set()
    for word in beside:
        for at, hit in enumerate(hits):
            if _is_followed(hit, word, words):
                followed |= {at, *_joined(hits, at, word.value, words)}
    left = {slug: place for at, (slug, place) in enumerate(found.items()) if at not in followed}
    return left or found  # "apps like TikTok and WeChat" names whom it means


def _joined(hits: Sequence[Mention], at: int, side: str, words: str) -> Iterator[int]:
    """The names that the word means too: those that an "and" joins to the name, away from the word;
    before a word that ends the list, those set apart by commas too. ("After Facebook, Google …"
    ends no list.)
    """
    step = 1 if side == "before" else -1
    while 0 <= at + step < len(hits):
        first, second = sorted((hits[at], hits[at + step]), key=lambda hit: hit.start)
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


def _is_followed(hit: Mention, word: Mention, words: str) -> bool:
    """Whether the word stands right before the name, or behind it, on its side."""
    if word.value == "before":
        return word.end <= hit.start and not GLUED.sub("", _between(word, hit, words)).strip(MARKS)
    return hit.end <= word.start and not _between(hit, word, words)


def _named(zone: str, hits: Sequence[Mention], has_act: bool) -> PlatformMentions:
    found: PlatformMentions = {}
    for hit in hits:
        if hit.table == "platform" and (has_act or not hit.is_weak):
            found.setdefault(hit.value, (zone, hit))
    return found


def _of_the_family(title: PlatformMentions, summary: PlatformMentions) -> PlatformMentions:
    """The products that the summary names of a company that the title names."""
    family = same_company(title)
    return {
        slug: place
        for slug, place in summary.items()
        if slug in family and slug not in title and slug not in companies()
    }


def _listed_with(
    title: PlatformMentions, summary: PlatformMentions, words: str
) -> PlatformMentions:
    """The lists of the summary ("Apple and YouTube") that hold a platform of the title, and those
    of LIST or more: who is listed acts as well.
    """
    lists: list[PlatformMentions] = []
    last: Mention | None = None
    for slug, (zone, hit) in summary.items():
        between = _between(last, hit, words) if last else "."
        if not (_is_and(between) or between in COMMAS):
            lists.append({})
        lists[-1][slug] = (zone, hit)
        last = hit
    return {
        slug: place
        for found in lists
        if found.keys() & title.keys() or len(found) >= LIST
        for slug, place in found.items()
        if slug not in title
    }


def _without_parents(found: PlatformMentions) -> PlatformMentions:
    """Without a company beside its product, and without the internet beside any platform."""
    parents = {company for company, products in companies().items() if products & found.keys()}
    if len(found) > 1:
        parents.add("internet")
    return {slug: place for slug, place in found.items() if slug not in parents}
