"""Find the archived copy of an article: an address built from a template, or the copy that an
archive saved on request.
"""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from urllib.parse import quote, urljoin

from django.conf import settings

from tracker.feeds.articles.asking import Service, ServiceAnswerError
from tracker.feeds.limits import URL_LIMIT
from tracker.feeds.models import ArchivedCopy, WorkType
from tracker.feeds.network.addresses import AddressError, parse
from tracker.feeds.network.calls import Call, CallAnswer, check_public, make_call
from tracker.feeds.network.domains import registrable_domain
from tracker.feeds.network.user_agent import user_agent

SECONDS = 60.0  # an archive reads the page before it answers
BATCH = 4  # requests of this many seconds within a lease of five minutes
MEMENTO = re.compile(r'<([^<>]+)>[^,<]*;\s*rel="?[^",]*\bmemento\b')  # RFC 7089 2.2.4


def copy_address(url: str, at: datetime | date | None) -> str:
    """Return the address of an archive's copy of a page from about `at`; "" without a page, or if
    no archive is configured.
    """
    template = settings.ARCHIVE_URL
    if not template or not url.startswith(("http://", "https://")):
        return ""
    moment = at.astimezone(UTC) if isinstance(at, datetime) else at
    # For a page without a date the archive shows its newest copy.
    return fill(template, url, f"{moment:%Y%m%d%H%M%S}" if moment else "")


def fill(template: str, url: str, timestamp: str = "") -> str:
    """Fill an address template for a page, quoted if it becomes part of a query."""
    before = template.partition("{url}")[0]
    page = quote(url, safe="") if "?" in before else url
    with_time = template.replace("{timestamp}", timestamp)
    return (with_time if timestamp else with_time.replace("//{url}", "/{url}")).replace(
        "{url}", page
    )


def save_copies(now: datetime) -> int:
    """Ask the archive to save the articles that are due, and return how many it saved."""
    return SERVICE.work_off(now, BATCH) if settings.ARCHIVE_SAVE_URL else 0


def _ask(row: ArchivedCopy) -> dict[str, object]:
    page = check_public(row.entry.link, settings.ALLOWED_NETWORKS)
    call = Call(
        url=fill(settings.ARCHIVE_SAVE_URL, str(page)),
        user_agent=user_agent(),
        proxy=settings.PROXY,
        seconds=SECONDS,
        size=5_000_000,
    )
    return {"url": read_copy(make_call(call), call.url)}


def read_copy(answer: CallAnswer, asked: str) -> str:
    """Return the address of the copy that an archive names in its headers.

    Raises ServiceAnswerError if it names none on its own site.
    """
    for reference in _named(answer):
        try:
            address = parse(urljoin(asked, reference.strip()))
        except (AddressError, ValueError):
            continue
        url = str(address)
        # The answer becomes a link on our pages, so it must not lead to another site.
        is_own = registrable_domain(url) == registrable_domain(asked)
        if is_own and not address.has_user and url != asked and len(url) <= URL_LIMIT:
            return url
    raise ServiceAnswerError("the archive named no copy")


def _named(answer: CallAnswer) -> Iterator[str]:
    yield from filter(None, (answer.content_location, answer.location))
    yield from MEMENTO.findall(answer.link)


SERVICE = Service(ArchivedCopy, WorkType.ARCHIVING, _ask)
