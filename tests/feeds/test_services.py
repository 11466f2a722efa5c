from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from tests import make
from tests.conftest import NOW, Answer
from tracker.feeds import opml
from tracker.feeds.identity import transports
from tracker.feeds.models import Activity, Entry, Feed, Poll, Source
from tracker.feeds.network import fetch
from tracker.feeds.network.types import Fetched, FetchError
from tracker.feeds.plan import plan
from tracker.feeds.polling import outcomes
from tracker.feeds.polling.claims import A_DOMAIN, ALONE, SUSPECT, claim_due
from tracker.feeds.polling.polls import poll
from tracker.feeds.read import Read
from tracker.feeds.services import add_feed, import_opml
from tracker.locks import LEASE

pytestmark = pytest.mark.django_db


def polled(feed):
    Feed.objects.filter(pk=feed.pk).update(next_poll_at=NOW)
    (found,) = poll(claim_due(NOW))
    return found


def test_new_entries_are_stored_once_and_wait_for_classification(server, local):
    server.pages["/"] = Answer(make.rss({"title": "a", "guid": "1"}, {"title": "b", "guid": "2"}))
    feed = make.feed(f"{server.url}/", language="fr")
    assert polled(feed).new == 2
    assert polled(feed).new == 0
    assert Entry.objects.filter(process_at__isnull=False, language="fr").count() == 2


def test_a_date_is_read_in_the_language_of_the_feeds_row(server, local):
    body = make.rss({"title": "a", "guid": "1"}, language="")
    body = body.replace(b"</item>", b"<pubDate>03/04/2026 10:00</pubDate></item>")
    server.pages["/"] = Answer(body)
    polled(make.feed(f"{server.url}/", language="en"))
    assert Entry.objects.get().published_at == datetime(2026, 3, 4, 10, tzinfo=UTC)


def test_a_changed_entry_is_updated_and_waits_again(server, local):
    server.pages["/"] = Answer(make.rss({"title": "a", "guid": "1"}))
    feed = make.feed(f"{server.url}/")
    polled(feed)
    Entry.objects.update(process_at=None)
    server.pages["/"] = Answer(make.rss({"title": "b", "guid": "1"}))
    assert polled(feed).changed == 1
    entry = Entry.objects.get()
    assert (entry.title, entry.process_at is not None) == ("b", True)


def test_an_edit_leaves_the_words_that_an_event_rests_on_and_is_kept_once(server, local):
    words = {"guid": "1", "description": "The words of the article, which stay as they are."}
    server.pages["/"] = Answer(make.rss({"title": "a"} | words))
    feed = make.feed(f"{server.url}/")
    polled(feed)
    Entry.objects.update(process_at=None, is_evidence=True)
    for title, changed in (("b", 1), ("b", 0), ("c", 1), ("b", 0), ("a", 0)):
        server.pages["/"] = Answer(make.rss({"title": title} | words))
        assert polled(feed).changed == changed
    entry = Entry.objects.get()
    assert (entry.title, entry.process_at) == ("a", None)
    assert list(entry.versions.order_by("pk").values_list("title", flat=True)) == ["b", "c"]


@pytest.mark.parametrize("is_evidence", [True, False])
def test_a_notice_in_the_place_of_an_article_changes_nothing(server, local, is_evidence):
    article = {"title": "Court fines Meta", "guid": "1", "description": "Its reasons. " * 40}
    server.pages["/"] = Answer(make.rss(article))
    feed = make.feed(f"{server.url}/")
    polled(feed)
    Entry.objects.update(is_evidence=is_evidence)
    server.pages["/"] = Answer(make.rss(article | {"description": "Subscribe to read on."}))
    assert polled(feed).changed == 0
    assert Entry.objects.get().summary.startswith("Its reasons.")


def test_h1_a_304_is_asked_for_and_stores_nothing_but_the_poll(server, local):
    server.pages["/"] = Answer(make.rss({"title": "a", "guid": "1"}), headers={"ETag": '"x"'})
    feed = make.feed(f"{server.url}/")
    polled(feed)
    polled(feed)
    assert server.seen[1][1]["if-none-match"] == '"x"'
    assert list(feed.polls.order_by("pk").values_list("status", "new")) == [(200, 1), (304, 0)]
    feed.refresh_from_db()
    assert feed.state == Feed.State.UNCHANGED


def test_h2_the_same_bytes_under_another_etag_are_not_read_again(server, local, monkeypatch):
    feed = make.feed(f"{server.url}/")
    server.pages["/"] = Answer(make.rss({"title": "a", "guid": "1"}), headers={"ETag": '"1"'})
    polled(feed)
    monkeypatch.delattr("tracker.feeds.parsing.pool.submit")
    server.pages["/"].headers["ETag"] = '"2"'
    assert polled(feed).state == "unchanged"


def test_h2_validators_are_renewed_with_every_body_the_same_one_too(server, local):
    feed = make.feed(f"{server.url}/")
    for etag in ('"1"', '"2"', '"3"'):
        body = make.rss({"title": "a", "guid": "1"})
        server.pages["/"] = Answer(body, headers={"ETag": etag})
        polled(feed)
    sent = [headers.get("if-none-match") for _, headers in server.seen]
    assert sent == [None, '"1"', '"2"']


def test_h1_what_is_never_but_unchanged_is_asked_for_whole_once_a_week(server, local):
    server.pages["/"] = Answer(make.rss({"title": "a", "guid": "1"}), headers={"ETag": '"x"'})
    feed = make.feed(f"{server.url}/")
    polled(feed)
    Feed.objects.update(body_at=timezone.now() - timedelta(days=8))
    assert polled(feed).state == "unchanged"
    assert "if-none-match" not in server.seen[-1][1]
    polled(feed)
    assert server.seen[-1][1]["if-none-match"] == '"x"'


def test_h1_without_a_body_of_ours_nothing_is_said_to_be_known(server, local):
    server.pages["/"] = Answer(make.rss({"title": "a", "guid": "1"}), headers={"ETag": '"x"'})
    assert polled(make.feed(f"{server.url}/", etag='"x"')).new == 1


def test_a_feed_that_never_had_an_entry_waits_and_one_that_is_empty_now_says_so(server, local):
    server.pages["/"] = Answer(make.rss())
    feed = make.feed(f"{server.url}/")
    assert [polled(feed).state for _ in range(2)] == ["no_entries", "no_entries"]
    feed.refresh_from_db()
    assert (feed.failures, feed.error, feed.cause) == (0, "", "")
    server.pages["/"] = Answer(make.rss({"title": "a", "guid": "1"}))
    assert polled(feed).new == 1
    server.pages["/"] = Answer(make.rss())
    assert polled(feed).state == "empty"
    feed.refresh_from_db()
    assert (feed.failures, feed.cause) == (1, "emptied")


def test_the_user_agent_says_who_asks(server, local, settings):
    settings.CONTACT = "https://tracker.example/about"
    server.pages["/"] = Answer(make.rss({"title": "a"}))
    polled(make.feed(f"{server.url}/"))
    assert "+https://tracker.example/about" in server.seen[0][1]["user-agent"]


def test_f8_after_a_failure_old_entries_stay_and_the_next_success_counts_from_none(server, local):
    server.pages["/"] = Answer(make.rss({"title": "a", "guid": "1"}))
    feed = make.feed(f"{server.url}/")
    polled(feed)
    server.pages["/"] = Answer(b"<html>maintenance</html>")
    assert polled(feed).state == "not_a_feed"
    feed.refresh_from_db()
    assert (feed.failures, Entry.objects.count()) == (1, 1)
    server.pages["/"] = Answer(make.rss({"title": "a", "guid": "1"}))
    assert polled(feed).state == "unchanged"
    feed.refresh_from_db()
    assert (feed.failures, feed.error) == (0, "")


def test_q3_a_second_worker_gets_nothing():
    make.feed()
    assert len(claim_due(NOW)) == 1
    assert claim_due(NOW) == []


def test_q1_a_claim_ends_with_its_lease():
    make.feed()
    claim_due(NOW)
    assert len(claim_due(NOW + LEASE + timedelta(seconds=1))) == 1


def test_q1_a_poll_whose_claim_was_taken_over_stores_nothing(server, local):
    server.pages["/"] = Answer(make.rss({"title": "a"}))
    make.feed(f"{server.url}/")
    late = claim_due(NOW)
    claim_due(NOW + LEASE + timedelta(seconds=1))
    assert list(poll(late)) == []
    assert (Entry.objects.count(), Poll.objects.count()) == (0, 0)


def test_f1_a_private_feed_is_kept_not_fetched_and_says_why(server):
    feed, is_new = add_feed(url=f"{server.url}/", now=NOW)
    assert is_new
    assert feed.state == Feed.State.NOT_ALLOWED
    assert polled(feed).state == "not_allowed"
    assert server.seen == []


def test_a_feed_without_a_title_takes_its_own_once_read(server, local):
    server.pages["/"] = Answer(make.rss({"title": "a"}))
    add_feed(url=f"{server.url}/", now=NOW)
    add_feed(url=f"{server.url}/?b", title="Mine", now=NOW)
    server.pages["/?b"] = server.pages["/"]
    list(poll(claim_due(NOW)))
    assert list(Feed.objects.order_by("pk").values_list("title", flat=True)) == ["Example", "Mine"]


def test_an_address_that_is_none_is_refused():
    with pytest.raises(FetchError, match="only http"):
        add_feed(url="ftp://a.example/", now=NOW)


def test_an_import_goes_on_after_a_bad_line_and_names_it():
    data = b'<opml><body>\n<outline xmlUrl="file:///x"/>\n<outline xmlUrl="https://a.example/rss"/></body></opml>'
    done = import_opml(data, now=NOW)
    assert (done.added, done.known) == (1, 0)
    assert done.refused[0].startswith("line 2: file:///x")
    assert import_opml(data, now=NOW).known == 1


OLD = NOW - timedelta(days=400)


def items(*numbers, guid="{}", day=OLD, title="A headline that tells entry {} apart"):
    return make.rss(
        *(
            {
                "title": title.format(n),
                "guid": guid.format(n),
                "link": f"https://news.example/{n}",
                "published": day,
            }
            for n in numbers
        )
    )


def test_e4_e7_when_every_guid_changes_the_entries_stay_the_same(server, local):
    feed = make.feed(f"{server.url}/")
    for guid in ("{}", "https://news.example/?p={}", "tag:{}", "{}"):
        server.pages["/"] = Answer(items(*range(8), guid=guid))
        polled(feed)
    assert Entry.objects.count() == 8
    assert list(feed.polls.order_by("pk").values_list("new", flat=True)) == [8, 0, 0, 0]


def test_e6_a_guid_that_is_used_again_for_another_article_is_a_new_entry(server, local):
    feed = make.feed(f"{server.url}/")
    for number in (1, 2):
        server.pages["/"] = Answer(items(number, guid="today"))
        polled(feed)
    assert Entry.objects.count() == 2


def test_e5_a_flood_is_stored_and_held_from_the_mails(server, local):
    feed = make.feed(f"{server.url}/")
    server.pages["/"] = Answer(items(*range(6)))
    polled(feed)
    server.pages["/"] = Answer(items(*range(100, 106)))
    assert polled(feed).new == 6
    assert Entry.objects.filter(link__endswith="/100", is_held=True).exists()
    assert feed.polls.latest("pk").unmailed == 6


def test_e9_of_a_first_poll_only_what_is_a_day_old_may_be_mailed(server, local):
    fresh = items(500, day=timezone.now())
    item = fresh[fresh.index(b"<item>") : fresh.index(b"</channel>")]
    server.pages["/"] = Answer(items(*range(500)).replace(b"</channel>", item + b"</channel>"))
    feed = make.feed(f"{server.url}/")
    assert polled(feed).new == 501
    assert [e.link for e in Entry.objects.filter(is_news=True)] == ["https://news.example/500"]


@pytest.mark.parametrize("day", [None, "soon", "31/02/2026", "1 janv. 2031"])
def test_e9_an_archive_without_readable_dates_is_mailed_to_nobody(server, local, day):
    body = items(*range(6), day=None)
    element = f"<pubDate>{day}</pubDate></item>" if day else "</item>"
    server.pages["/"] = Answer(body.replace(b"</item>", element.encode()))
    feed = make.feed(f"{server.url}/")
    assert polled(feed).new == 6
    assert not Entry.objects.filter(is_news=True).exists()
    assert feed.polls.get().unmailed == 6


def claiming(*claims):
    """A feed whose items say that they are somebody's: pairs of a link and who is claimed."""
    return make.rss(
        *({"title": f"Title {link}", "link": link, "guid": link} for link, _ in claims)
    ).replace(b"<item>", b"<item>%s") % tuple(
        f'<source url="https://{claimed}">{claimed.title()}</source>'.encode()
        for _, claimed in claims
    )


def test_a_feed_that_nobody_marked_speaks_for_itself_alone(server, local):
    papers = ["www.reuters.com", "www.bbc.co.uk", "www.lemonde.fr"]
    by_claim = [(f"https://evil.example/{n}", paper) for n, paper in enumerate(papers)]
    by_link = [(f"https://{paper}/made-up", paper) for paper in papers]
    server.pages["/"] = Answer(claiming(*by_claim, *by_link))
    feed = make.feed(f"{server.url}/")
    assert polled(feed).new == 6
    assert set(Entry.objects.values_list("source", flat=True)) == {feed.source_id}
    assert not Source.objects.filter(host__endswith="reuters.com").exists()


def test_an_aggregator_is_believed_where_the_link_leads_to_who_it_names(server, local):
    agrees, disagrees = "https://paper.example/1", "https://evil.example/2"
    own = f"{server.url}/out?3"
    claims = [(agrees, "www.paper.example"), (disagrees, "bbc.co.uk"), (own, "blog.example")]
    server.pages["/"] = Answer(claiming(*claims))
    polled(make.feed(f"{server.url}/", is_aggregator=True))
    sources = dict(Entry.objects.values_list("link", "source__name"))
    assert sources == {
        agrees: "Www.Paper.Example",
        disagrees: "evil.example",
        own: "Blog.Example",
    }


def test_the_publisher_and_language_are_the_channel_s_where_a_service_carries_the_feed(
    server, local, monkeypatch
):
    monkeypatch.setattr(transports, "TRANSPORTS", {"127.0.0.1"})
    made = []
    for name in ("post", "daily"):
        body = make.rss({"title": f"In the {name}", "guid": "1"}, language="fr")
        body = body.replace(b"news.example", f"{name}.example".encode())
        server.pages[f"/{name}"] = Answer(body)
        feed, _ = add_feed(url=f"{server.url}/{name}", now=NOW)
        early = make.entry(feed=feed, is_evidence=True, process_at=None)
        polled(feed)
        feed.refresh_from_db()
        early.refresh_from_db()
        made.append((feed.source.host, feed.language, early.source.host))
        assert early.process_at is not None
        assert set(feed.entries.values_list("source__host", flat=True)) == {feed.source.host}
    hosts = ("post.example", "daily.example")
    assert made == [(host, "fr", host) for host in hosts]


def test_who_was_named_as_publisher_stays_it(server, local, monkeypatch):
    monkeypatch.setattr(transports, "TRANSPORTS", {"127.0.0.1"})
    server.pages["/"] = Answer(make.rss({"title": "a"}))
    feed, _ = add_feed(
        url=f"{server.url}/", site="https://www.told.example/", language="de", now=NOW
    )
    polled(feed)
    feed.refresh_from_db()
    assert (feed.source.host, feed.language) == ("told.example", "de")


def test_s3_no_feed_from_elsewhere_speaks_for_a_site_that_has_one_here(server, local):
    link = "https://news.example/1"
    server.pages["/"] = Answer(make.rss({"title": "a", "link": link}))
    make.feed("https://news.example/rss", next_poll_at=NOW + timedelta(days=1))
    feed, _ = add_feed(url=f"{server.url}/", now=NOW)
    polled(feed)
    feed.refresh_from_db()
    assert feed.source.host == "127.0.0.1"


def test_what_a_poll_left_out_is_counted_with_its_reason(server, local):
    same = {"title": "a", "guid": "1"}
    server.pages["/"] = Answer(make.rss(same, same, {"guid": "2"}))
    feed = make.feed(f"{server.url}/")
    polled(feed)
    poll_ = feed.polls.get()
    assert (poll_.skipped, poll_.repeated, poll_.wordless, poll_.over_budget) == (2, 1, 1, 0)


def test_a_feed_that_moves_to_another_domain_loses_the_mark_of_an_aggregator(server, local):
    elsewhere = f"{server.url}/new".replace("127.0.0.1", "localhost")
    server.pages["/"] = Answer(status=301, headers={"Location": elsewhere})
    server.pages["/new"] = Answer(items(1))
    since = timezone.now() - timedelta(days=30)
    feed = make.feed(f"{server.url}/", is_aggregator=True, moved_to=elsewhere, moved_since=since)
    polled(feed)
    feed.refresh_from_db()
    assert (feed.url, feed.is_aggregator) == (elsewhere, False)


def test_an_opml_file_can_mark_an_aggregator():
    outlines = [
        opml.Outline(0, "https://a.example/rss", "A", "", "", "", is_aggregator=True),
        opml.Outline(0, "https://b.example/rss", "B", "", "", ""),
    ]
    import_opml(opml.write("Mine", outlines), now=NOW)
    assert dict(Feed.objects.values_list("title", "is_aggregator")) == {"A": True, "B": False}


@pytest.mark.parametrize(
    ("url", "is_aggregator"),
    [
        ("https://news.google.com/rss/search?q=ads", True),
        ("https://NEWS.google.com./rss", True),
        ("https://news.google.com.evil.example/rss", False),
        ("https://evil.example/news.google.com", False),
    ],
)
def test_a_known_aggregator_is_marked_by_its_host(url, is_aggregator):
    feed, _ = add_feed(url=url, now=NOW)
    assert feed.is_aggregator is is_aggregator


def busy(url, now):
    """The feed at `url` is tried and answers that it wants a day's rest."""
    (feed,) = claim_due(now, only=Feed.objects.get(url=url).pk, everything=True)
    error = FetchError("HTTP 429", code="http", status=429, retry_after="86400")
    outcomes.store([Read(feed, Fetched(0, error, 0.1), error, None, "")], now)


def waits(now):
    """How long each feed has to wait, by its address."""
    return {feed.url: feed.next_poll_at - now for feed in Feed.objects.all()}


@pytest.mark.parametrize("host", ["workers.dev", "github.io", "substack.com", "blogspot.com"])
def test_h7_a_tenant_holds_back_its_neighbours_for_an_hour_a_day(host):
    evil, also, good = (f"https://{n}.{host}/rss" for n in ("evil", "also-evil", "good"))
    for url in (evil, also, good, evil + "/2"):
        add_feed(url=url, now=NOW)
    busy(evil, NOW)
    found = waits(NOW)
    assert found[evil + "/2"] >= timedelta(days=1)
    assert found[good] == timedelta(hours=1)
    total = found[good]
    for hour in range(1, 24):
        now = NOW + timedelta(hours=hour)
        Feed.objects.filter(url=good).update(next_poll_at=now)
        busy((evil, also)[hour % 2], now)
        total += waits(now)[good]
    assert total == timedelta(hours=1)


def test_h7_a_domain_that_rents_out_nothing_waits_as_a_whole():
    for name in ("a", "b"):
        add_feed(url=f"https://{name}.bbc.co.uk/rss", now=NOW)
    busy("https://a.bbc.co.uk/rss", NOW)
    assert waits(NOW)["https://b.bbc.co.uk/rss"] == timedelta(days=1)


def test_h7_one_busy_feed_holds_back_its_whole_domain(server, local):
    busy = Answer(status=429, headers={"Retry-After": "7200"})
    make.feed(f"{server.url}/a", next_poll_at=NOW - timedelta(1))
    second = make.feed(f"{server.url}/b", next_poll_at=NOW)
    server.pages["/a"] = server.pages["/b"] = busy
    list(poll(claim_due(NOW, limit=1)))
    second.refresh_from_db()
    assert second.next_poll_at > timezone.now() + timedelta(hours=1)
    Feed.objects.update(next_poll_at=NOW)
    list(poll(claim_due(NOW)))
    assert len(server.seen) == 2  # of the second batch the first feed alone was asked
    assert {p.status for p in Poll.objects.all()} == {429}


def test_h3_a_moved_feed_is_stored_at_its_new_address_after_a_week(server, local):
    server.pages["/old"] = Answer(status=301, headers={"Location": "/new"})
    server.pages["/new"] = Answer(items(1))
    feed = make.feed(f"{server.url}/old")
    polled(feed)
    feed.refresh_from_db()
    assert (feed.url, feed.moved_to) == (f"{server.url}/old", f"{server.url}/new")
    Feed.objects.update(moved_since=timezone.now() - timedelta(days=8))
    polled(feed)
    feed.refresh_from_db()
    assert (feed.url, feed.former_url) == (f"{server.url}/new", f"{server.url}/old")


def test_h3_an_address_that_another_feed_has_is_not_taken(server, local):
    server.pages["/old"] = Answer(status=301, headers={"Location": "/new"})
    server.pages["/new"] = Answer(items(1))
    feed = make.feed(f"{server.url}/old", moved_to=f"{server.url}/new", moved_since=OLD)
    make.feed(f"{server.url}/new", next_poll_at=NOW + timedelta(days=1))
    assert polled(feed).state == "working"
    feed.refresh_from_db()
    assert feed.url == f"{server.url}/old"


def test_q4_a_feed_whose_workers_die_is_quarantined_and_the_others_go_on():
    poison, other = make.feed("https://a.example/"), make.feed("https://b.example/")
    now = NOW
    for _ in range(SUSPECT):
        assert claim_due(now) == [poison, other]
        now += LEASE + timedelta(seconds=1)
    assert claim_due(now) == [poison]  # each suspect alone
    assert claim_due(now) == [other]
    Feed.objects.filter(pk=other.pk).update(attempts=0)  # it had an outcome
    for _ in range(ALONE - 1):
        now += LEASE + timedelta(seconds=1)
        assert claim_due(now) == [poison]
        assert claim_due(now) == [other]
        Feed.objects.filter(pk=other.pk).update(attempts=0)
    now += LEASE + timedelta(seconds=1)
    assert claim_due(now) == [other]
    poison.refresh_from_db()
    assert poison.state == Feed.State.QUARANTINED
    assert "without an outcome" in poison.error
    assert poison in claim_due(now + timedelta(days=1, seconds=1))


def test_p3_a_costly_feed_is_an_outcome_and_the_others_are_stored(server, local, monkeypatch):
    monkeypatch.setattr("tracker.feeds.parsing.pool.submit.__defaults__", (1.0,))
    # Two titles are odd, so that feedparser reads them.
    author = f"<title>x</title><author>a@{'a.' * 100_000}!</author></item>".encode()
    server.pages["/costly"] = Answer(items(1).replace(b"</item>", author))
    server.pages["/fine"] = Answer(items(2))
    costly, fine = make.feed(f"{server.url}/costly"), make.feed(f"{server.url}/fine")
    states = {p.feed_id: p.state for p in poll(claim_due(NOW))}
    assert states == {costly.pk: "costly", fine.pk: "working"}


def test_no_domain_fills_a_batch():
    for number in range(20):
        make.feed(f"https://one.example/{number}", next_poll_at=NOW - timedelta(hours=1))
    late = make.feed("https://two.example/")
    claimed = claim_due(NOW, limit=20)
    assert late in claimed
    assert len(claimed) == A_DOMAIN + 1


def test_q9_after_the_clock_went_ahead_every_feed_is_polled_once():
    feed = make.feed(polled_at=NOW, next_poll_at=NOW + timedelta(minutes=15))
    assert claim_due(NOW) == []
    later = NOW + timedelta(hours=2)
    assert claim_due(later) == [feed]
    assert claim_due(later) == []


def fault_of(feed):
    feed.refresh_from_db()
    return feed.state, feed.error, feed.faults, feed.claim, feed.attempts


def test_q14_a_body_that_no_process_reads_is_our_fault_and_the_others_go_on(
    server, local, monkeypatch
):
    monkeypatch.delattr("tracker.feeds.parsing.pool.submit")
    server.pages["/"] = Answer(items(1))
    server.pages["/same"] = Answer(items(2), headers={"ETag": '"x"'})
    feed, same = (
        make.feed(f"{server.url}/"),
        make.feed(
            f"{server.url}/same",
            etag='"x"',
            body_hash="x",
            body_at=timezone.now(),
            new_entry_at=NOW,
        ),
    )
    found = {p.feed_id: p.state for p in poll(claim_due(NOW))}
    assert found == {feed.pk: "own_fault", same.pk: "unchanged"}
    assert fault_of(feed) == ("new", "", 1, None, 0)
    assert "AttributeError" in feed.fault
    assert feed.next_poll_at - timezone.now() < timedelta(minutes=2)
    activity = Activity.objects.get(work_type="parsing")
    assert activity.failing_since is not None


@pytest.mark.parametrize("is_quiet", [True, False])
def test_q14_what_cannot_be_stored_is_booked_as_ours_and_the_others_are_stored(
    server, local, monkeypatch, is_quiet
):
    headers = {"ETag": '"x"'}
    server.pages |= {f"/{n}": Answer(items(n), headers=headers) for n in range(3)}
    etag = '"x"' if is_quiet else ""
    feeds = [make.feed(f"{server.url}/{n}", etag=etag, state="working") for n in range(3)]

    def fails_for_one(outcome, parsed, known, now):
        if known.url.endswith("/1"):
            raise UnicodeEncodeError("utf-8", "http://user:secret@a.example/\udce9", 0, 1, "no")
        return plan(outcome, parsed, known, now)

    monkeypatch.setattr(outcomes, "plan", fails_for_one)
    for n in (1, 2, 3):
        Feed.objects.update(next_poll_at=NOW, claim=None)
        with pytest.raises(ExceptionGroup):
            list(poll(claim_due(NOW)))
        state, error, faults, *_ = fault_of(feeds[1])
        assert (state, faults) == ("own_fault" if n == 3 else "working", n)
    assert "UnicodeEncodeError" in error
    assert "secret" not in error
    assert [fault_of(f)[:3] for f in (feeds[0], feeds[2])] == [("unchanged", "", 0)] * 2
    assert Activity.objects.get(work_type="polls").set_aside == 1
    assert set(feeds[1].polls.values_list("state", flat=True)) == {"own_fault"}
    monkeypatch.undo()


def test_q14_a_fetch_that_nobody_foresaw_costs_no_other(server, local, monkeypatch):
    server.pages |= {"/1": Answer(items(1)), "/2": Answer(items(2))}
    bad, good = make.feed(f"{server.url}/1"), make.feed(f"{server.url}/2")
    follow = fetch.Fetcher._follow

    async def fails(self, address, request):
        if request.url.endswith("/1"):
            raise RuntimeError("a bug")
        return await follow(self, address, request)

    monkeypatch.setattr(fetch.Fetcher, "_follow", fails)
    assert {p.feed_id: p.state for p in poll(claim_due(NOW))} == {
        bad.pk: "own_fault",
        good.pk: "working",
    }


def test_q14_fetching_that_stops_books_all_that_was_not_fetched(server, local, settings):
    feeds = [make.feed(f"{server.url}/{n}") for n in range(2)]
    claimed = claim_due(NOW)
    settings.ALLOWED_NETWORKS = ["no network"]
    assert [p.state for p in poll(claimed)] == ["own_fault"] * 2
    assert [fault_of(f)[:3] for f in feeds] == [("new", "", 1)] * 2


def test_q14_an_outcome_of_the_feed_ends_its_faults(server, local):
    server.pages["/"] = Answer(items(1))
    feed = make.feed(f"{server.url}/", faults=3, fault="x", state="own_fault", error="x")
    assert polled(feed).state == "working"
    assert fault_of(feed)[:3] == ("working", "", 0)
    assert feed.fault == ""
