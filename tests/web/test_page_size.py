"""Pages stay below 100 kB of HTML, however many feeds, events and reports there are."""

from datetime import timedelta

import pytest
from django.core.cache import cache

from tests import make
from tests.conftest import NOW
from tracker.events.models import Event, Report
from tracker.events.record.derived.columns import reindex
from tracker.events.search.find import PAGE
from tracker.feeds.models import Feed, Source

MOST = 100_000  # bytes
LANGUAGES = ("en", "fr", "ar")
FEEDS, REPORTS = 500, 4
KINDS = ("ad_ban", "account_suspension", "content_removal", "legal_action", "platform_block")
TITLES = (
    "A court hears the case of account",
    "Lawmakers ask questions about measure",
    "What readers should know on number",
    "Nobody expected this turn of story",
)

pytestmark = pytest.mark.django_db


def size(client, address, language):
    cache.clear()
    answer = client.get(address, headers={"accept-language": language})
    assert answer.status_code == 200
    return len(answer.content)


@pytest.fixture
def many_feeds():
    sources = Source.objects.bulk_create(
        Source(host=f"news{n}.example", name=f"The Daily Record of Place {n}") for n in range(FEEDS)
    )
    Feed.objects.bulk_create(
        Feed(
            source=source,
            url=f"https://{source.host}/rss",
            domain=source.host,
            title=source.name,
            language=("en", "fr", "pt", "uk", "zh")[n % 5],
            country=("US", "FR", "BR", "UA", "TW")[n % 5],
            group=f"Subject {n % 20}",
            state="failing" if n % 3 else "ok",
            failures=n % 5,
            cause="timeout",
            error="Timed out",
            polled_at=NOW,
            succeeded_at=NOW,
            new_entry_at=NOW,
            next_poll_at=NOW + timedelta(days=36_500),
            created_at=NOW,
        )
        for n, source in enumerate(sources)
    )


@pytest.fixture
def many_reports(many_feeds):
    """A record of two decades whose newest page is full of events with several publishers."""
    feeds = list(Feed.objects.select_related("source")[: 2 * REPORTS])
    for n in range(PAGE + 28):
        year, month = 2026 - n // 3, 12 - n % 4 * 3
        event = make.event(
            "",
            kind=KINDS[n % len(KINDS)],
            occurred=f"{year if n >= PAGE else 2026}-{month:02}-10",
            platforms=[("twitter", "facebook", "telegram")[n % 3]],
            targets=[f"A person or an outlet of note {n % 24}"],
            countries=[("RU", "US", "FR", "DE", "IN", "TR", "BR")[n % 7]],
        )
        for i, feed in enumerate(feeds[n % 2 :: 2][: REPORTS if n < PAGE else 1]):
            title = f"{TITLES[i]} {event.pk}, with enough words to fill a usual headline"
            link = f"https://{feed.source.host}/2026/11/what-happened-in-the-capital-{n}-{i}.html"
            entry = make.entry(title, feed=feed, link=link, language="en")
            Report.objects.create(event=event, entry=entry, added_at=NOW)
    reindex(Event.objects.values_list("pk", flat=True))


def test_the_list_of_five_hundred_feeds_is_small(client, admin_client, many_feeds):
    for reader in (client, admin_client):
        sizes = {language: size(reader, "/sources", language) for language in LANGUAGES}
        assert max(sizes.values()) < MOST, sizes


VIEWS = (
    "/",
    "/?sort=recorded",
    "/?chart=platform",
    "/?lang=en&state=machine&since=2007&not=kind:policy_change&not=platform:youtube&q=capital",
    "/values/target",
)


def test_a_full_page_of_the_timeline_is_small_and_lists_reports(client, many_reports):
    sizes = {(view, tongue): size(client, view, tongue) for tongue in LANGUAGES for view in VIEWS}
    assert max(sizes.values()) < MOST, sizes
    assert sizes["/", "en"] > MOST / 2, "not a full page"
    page = client.get("/").content.decode()
    assert page.count('<ul class="reports">') == PAGE
    assert "on the event’s page" in page
