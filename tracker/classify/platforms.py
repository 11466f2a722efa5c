"""Which platform acts, or is acted on."""

from collections.abc import Mapping, Sequence

from tracker.classify.lexicon import Hit

# A parent's name gives way to the product that is named beside it.
PRODUCTS = {
    "meta": {"facebook", "instagram", "whatsapp", "threads", "messenger"},
    "google": {"youtube", "google_ads", "google_play", "google_search"},
    "apple": {"apple_app_store"},
    "amazon": {"aws"},
    "internet": set(),
}
ZONES = ("title", "summary", "body")


def platforms(hits: Mapping[str, Sequence[Hit]], *, has_act: bool) -> dict[str, tuple[str, Hit]]:
    """Slug -> (zone, hit), in the order of the text: the platforms of the title, else of the
    summary, else the first of the body.

    Words marked weak (a platform's name that is also a common word) count only with `has_act`.
    """
    for zone in ZONES:
        found: dict[str, tuple[str, Hit]] = {}
        for hit in hits.get(zone, ()):
            if hit.table == "platform" and (has_act or not hit.is_weak):
                found.setdefault(hit.value, (zone, hit))
        for parent, products in PRODUCTS.items():
            if parent in found and (
                products & found.keys() or (parent == "internet" and len(found) > 1)
            ):
                del found[parent]
        if found:
            return found if zone != "body" else dict(list(found.items())[:1])
    return {}
