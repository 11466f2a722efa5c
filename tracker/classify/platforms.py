"""Which platform acts, or is acted on."""

from collections.abc import Mapping, Sequence

from tracker.classify.kinds import Kind
from tracker.classify.lexicon import Hit, named

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


Found = dict[str, tuple[str, Hit]]  # slug -> (zone, hit)


def platforms(hits: Mapping[str, Sequence[Hit]], *, has_act: bool) -> Found:
    """Slug -> (zone, hit), in the order of the text: the platforms of the title, with what the
    summary names of the same family ("Facebook … its Instagram account"); else those of the
    summary, else the first of the body.

    Words marked weak (a platform's name that is also a common word) count only with `has_act`.
    """
    told = {zone: _named(zone, hits.get(zone, ()), has_act) for zone in ZONES}
    if title := told["title"]:
        return _without_parents(title | _of_the_family(title, told["summary"]))
    if told["summary"]:
        return _without_parents(told["summary"])
    return dict(list(_without_parents(told["body"]).items())[:1])


def of_the_act(found: Found, kind: Kind, hits: Mapping[str, Sequence[Hit]]) -> Found:
    """The platforms once the kind is known: a store, host or payment service that refuses another
    platform acts alone; Apple or Google that take an app out act as their store.
    """
    if kind not in {Kind.SERVICE_DENIAL, Kind.REINSTATEMENT}:
        return found
    refusers = {slug for slug in found if named("platform")[slug].kind in REFUSERS}
    is_app = any(h.value == "service" for zone in ZONES[:2] for h in hits.get(zone, ()))
    acting = {}
    for slug, place in found.items():
        store = STORES.get(slug, slug) if is_app else slug
        if kind is not Kind.SERVICE_DENIAL or not refusers or slug in refusers or store != slug:
            acting[store] = place
    return acting


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
