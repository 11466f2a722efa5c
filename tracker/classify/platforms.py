"""Which platform acts, or is acted on."""

from collections.abc import Mapping, Sequence

from tracker.classify.kinds import Kind
from tracker.classify.lexicon import Hit, lexicon_of, named

# A parent's name gives way to the product that is named beside it.
PRODUCTS = {
    "meta": {"facebook", "instagram", "whatsapp", "threads", "messenger"},
    "google": {"youtube", "google_ads", "google_play", "google_search"},
    "apple": {"apple_app_store"},
    "amazon": {"aws"},
    "internet": set(),
}
FAMILIES = [PRODUCTS["meta"] | {"meta"}, PRODUCTS["google"] | {"google"}]
STORES = {"apple": "apple_app_store", "google": "google_play"}
REFUSERS = {"payment", "hosting", "store", "funding"}  # kinds of platforms that refuse others
ZONES = ("title", "summary", "body")
AND_LIMIT = 4  # letters of the longest "and" of the languages


Found = dict[str, tuple[str, Hit]]  # slug -> (zone, hit)


def platforms(
    hits: Mapping[str, Sequence[Hit]], zones: Mapping[str, str], language: str, *, has_act: bool
) -> Found:
    """Slug -> (zone, hit), in the order of the text: the platforms of the title, with what the
    summary names of the same family ("Facebook … its Instagram account"); else those of the
    summary, else the first of the body. One that another follows ("joins Twitter in …") does not
    act, unless it stands alone.

    Words marked weak (a platform's name that is also a common word) count only with `has_act`.
    """
    told = {
        zone: _acting(_named(zone, hits.get(zone, ()), has_act), zones[zone], language)
        for zone in ZONES
    }
    if title := _without_parents(told["title"]):
        # A company that the title names acts itself, whatever product the summary adds.
        family = _without_parents(_of_the_family(title, told["summary"]))
        return title | {slug: place for slug, place in family.items() if slug not in PRODUCTS}
    if told["summary"]:
        return _without_parents(told["summary"])
    return dict(list(_without_parents(told["body"]).items())[:1])


def of_the_act(found: Found, kind: Kind, hits: Mapping[str, Sequence[Hit]]) -> Found:
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
        hit.table == "platform" and named("platform")[hit.value].kind == "hosting" for hit in beside
    )
    acting = {}
    for slug, place in found.items():
        store = STORES.get(slug, slug) if is_app else slug
        if kind is not Kind.SERVICE_DENIAL or not refusers or slug in refusers or slug in STORES:
            acting[store] = place
    return acting


def _kind(slug: str) -> str:
    return named("platform")[slug].kind


def _acting(found: Found, words: str, language: str) -> Found:
    """Without those beside a word that says that another follows them."""
    if len(found) < 2:
        return found
    beside = lexicon_of("following").find(words, language)
    left: Found = {}
    before: Hit | None = None  # the followed name right before
    for slug, (zone, hit) in found.items():
        is_followed = any(_is_followed(hit, word, words) for word in beside)
        if is_followed or (before and _are_joined(before, hit, words)):
            before = hit
        else:
            left[slug], before = (zone, hit), None
    return left or found  # "apps like TikTok and WeChat" names whom it means


def _are_joined(first: Hit, second: Hit, words: str) -> bool:
    """Whether only an "and" stands between two names."""
    between = words[first.end : second.start].strip()
    return between.isalpha() and len(between) <= AND_LIMIT


def _is_followed(hit: Hit, word: Hit, words: str) -> bool:
    """Whether the word stands right before the name, or behind it, on its side."""
    if word.value == "before":
        return not words[word.end : hit.start].strip(" “«\"'") and word.end <= hit.start
    return not words[hit.end : word.start].strip(" ”»\"'") and hit.end <= word.start


def _named(zone: str, hits: Sequence[Hit], has_act: bool) -> Found:
    found: Found = {}
    for hit in hits:
        if hit.table == "platform" and (has_act or not hit.is_weak):
            found.setdefault(hit.value, (zone, hit))
    return found


def _of_the_family(title: Found, summary: Found) -> Found:
    families = [family for family in FAMILIES if family & title.keys()]
    return {
        slug: place
        for slug, place in summary.items()
        if slug not in title and any(slug in family for family in families)
    }


def _without_parents(found: Found) -> Found:
    for parent, products in PRODUCTS.items():
        if parent in found and (
            products & found.keys() or (parent == "internet" and len(found) > 1)
        ):
            found = {slug: place for slug, place in found.items() if slug != parent}
    return found
