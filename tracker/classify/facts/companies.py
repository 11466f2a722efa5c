"""Tell which platforms belong to one company."""

from collections import defaultdict
from collections.abc import Collection
from functools import cache

from tracker.classify.words.lists import listed_rows


@cache
def companies() -> dict[str, frozenset[str]]:
    """Return each platform that has others as its products ("meta"), with those products."""
    products: dict[str, set[str]] = defaultdict(set)
    for slug, row in listed_rows("platform").items():
        if row.company:
            products[row.company].add(slug)
    return {company: frozenset(slugs) for company, slugs in products.items()}


# The only table of companies: grouping, links and alerts all use it, so that they cannot disagree.
def same_company(slugs: Collection[str]) -> frozenset[str]:
    """Return the platforms with their companies and those companies' other products."""
    own = frozenset(slugs)
    families = ({company} | products for company, products in companies().items())
    return own.union(*(family for family in families if family & own))
