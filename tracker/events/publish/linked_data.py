"""Describe an event as a schema.org report with its sources; pure."""

from tracker.events.search.rows import EventRow, ReportRow
from tracker.site.name import site_name

CITED = 20  # articles


def event_as_linked_data(row: EventRow, address: str) -> dict[str, object]:
    """Return the event as JSON-LD; unknown facts are left out."""
    about = [
        *({"@type": "Organization", "name": p.name} for p in row.platforms),
        *({"@type": "Thing", "name": t.name} for t in row.targets),
        *({"@type": "Country", "name": c.name} for c in row.countries),
    ]
    return {
        "@context": "https://schema.org",
        "@type": "Report",
        "@id": address,
        "url": address,
        "headline": row.headline,
        "inLanguage": row.headline_language,
        "datePublished": row.recorded_at.isoformat(),
        "dateModified": row.changed_at.isoformat(),
        **({"temporalCoverage": row.occurred} if row.occurred else {}),
        "genre": row.kind.label,
        "about": about,
        "publisher": {"@type": "Organization", "name": site_name()},
        "citation": [_article(report) for report in row.reports[:CITED]],
    }


def _article(report: ReportRow) -> dict[str, object]:
    article: dict[str, object] = {
        "@type": "NewsArticle",
        "url": report.url,
        "publisher": {"@type": "Organization", "name": report.publisher},
    }
    if report.title:
        article["headline"] = report.title
    if report.language:
        article["inLanguage"] = report.language
    if report.published_at:
        article["datePublished"] = report.published_at.isoformat()
    return article
