"""Fetch feeds on one event loop, parse them in processes, yield each answer as it comes."""

import hashlib
import logging
import queue
import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.utils import timezone

from tracker.feeds.activity import error_text
from tracker.feeds.identity.publisher import spoken_for
from tracker.feeds.models import Feed
from tracker.feeds.network.fetch import fetch_many
from tracker.feeds.network.types import Fetched, FetchError, Limits, Request, Response
from tracker.feeds.network.user_agent import user_agent
from tracker.feeds.parsing import pool
from tracker.feeds.parsing.types import OwnFaultError, ParsedFeed, ParseError
from tracker.redact import without_credentials

log = logging.getLogger(__name__)
WINDOW = 0.1  # seconds
WHOLE_AFTER = timedelta(days=7)


def fetch(requests: Sequence[Request], limits: Limits | None = None) -> Iterator[Fetched]:
    """Fetch requests as fetch_many does, configured by the settings."""
    return fetch_many(
        requests,
        user_agent=user_agent(),
        allowed_networks=settings.ALLOWED_NETWORKS,
        limits=limits,
        proxy=settings.PROXY,
    )


@dataclass(frozen=True, repr=False)
class Read:
    """One feed's answer. `outcome` is the input for planning: the response, or the error of
    fetching or parsing; `parsed` is None for a 304, the same bytes as before, and errors;
    `body_hash` is that of the last body that could be parsed.
    """

    feed: Feed
    fetched: Fetched
    outcome: Response | FetchError | ParseError | OwnFaultError
    parsed: ParsedFeed | None
    body_hash: str

    def __repr__(self) -> str:
        return f"<Read feed_id={self.feed.pk} {self.fetched!r}>"

    @property
    def is_quiet(self) -> bool:
        """Whether the answer was only that nothing changed."""
        answer = self.outcome
        is_as_before = isinstance(answer, Response) and self.parsed is None
        return is_as_before and not (self.feed.moved_to or self.fetched.moved_to)

    @property
    def is_first(self) -> bool:
        """Whether this is the first body of a feed, whose entries are new."""
        return self.feed.succeeded_at is None and self.parsed is not None


def read(feeds: Sequence[Feed]) -> Iterator[list[Read]]:
    """Yield each feed's Read, independently of the others, grouped with those that arrive within
    WINDOW, since storing a hundred costs little more than storing one. A fault of ours in fetching
    or parsing becomes the feed's outcome.
    """
    done: Done = queue.SimpleQueue()
    threading.Thread(target=_fetch, args=(feeds, done), name="read", daemon=True).start()
    missing = len(feeds)
    while missing:
        items = [done.get()]
        end = time.monotonic() + WINDOW
        with suppress(queue.Empty):
            while len(items) < missing and (left := end - time.monotonic()) > 0:
                items.append(done.get(timeout=left))
        yield items
        missing -= len(items)


Done = queue.SimpleQueue[Read]


def _fetch(feeds: Sequence[Feed], done: Done) -> None:
    """Put every feed into `done` once, whatever happens, since the reader waits for it."""
    requests = [_request(feed) for feed in feeds]
    left, why = dict(enumerate(feeds)), "fetching ended early"
    try:
        for fetched in fetch(requests):
            _take(left.pop(fetched.index), fetched, done)
    except BaseException as error:
        log.exception("fetching stopped")
        why = error_text(error)
    for feed in left.values():
        done.put(_fault(feed, why))


def _request(feed: Feed) -> Request:
    """Return the request of a feed: for the whole body if nothing is stored, and once per
    WHOLE_AFTER, since some servers always claim that nothing has changed.
    """
    has_body = bool(feed.body_hash) and feed.body_at is not None
    is_whole = not has_body or timezone.now() - (feed.body_at or timezone.now()) > WHOLE_AFTER
    etag, last_modified = ("", "") if is_whole else (feed.etag, feed.last_modified)
    return Request(feed.url, etag, last_modified, spoken_for(feed.url, feed.domain))


def _fault(feed: Feed, why: str) -> Read:
    fetched = Fetched(0, FetchError(why, code="own", cause="own"), 0.0)
    return Read(feed, fetched, OwnFaultError(why), None, feed.body_hash)


def _take(feed: Feed, fetched: Fetched, done: Done) -> None:
    answer = fetched.outcome
    if isinstance(answer, FetchError) and answer.code == "own":
        done.put(_fault(feed, answer.reason))
        return
    body = answer.body if isinstance(answer, Response) and answer.status == 200 else None
    body_hash = feed.body_hash if body is None else hashlib.sha256(body).hexdigest()
    if body is None or not isinstance(answer, Response) or body_hash == feed.body_hash:
        done.put(Read(feed, fetched, answer, None, body_hash))
        return

    def parsed(future: "Future[pool.Result]") -> None:
        found = pool.outcome(future)
        if isinstance(found, ParsedFeed):
            done.put(Read(feed, fetched, answer, found, body_hash))
        else:
            done.put(Read(feed, fetched, found, None, feed.body_hash))

    try:
        job = pool.submit(
            body=body,
            url=without_credentials(answer.url),  # links of entries are resolved against it
            content_type=answer.content_type,
            known=bytes(feed.marks),
            language=feed.language,
            now=timezone.now(),
        )
    except Exception as error:
        log.exception("feed not parsed", extra={"feed_id": feed.pk})
        done.put(Read(feed, fetched, OwnFaultError(error_text(error)), None, feed.body_hash))
    else:
        job.add_done_callback(parsed)
