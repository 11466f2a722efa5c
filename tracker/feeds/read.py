"""Feeds to their answers: fetched on one event loop, parsed in processes, given on as they come."""

import hashlib
import queue
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import Future
from dataclasses import dataclass

from django.conf import settings
from django.utils import timezone

from tracker.feeds import pool
from tracker.feeds.entry import ParsedFeed, ParseError
from tracker.feeds.fetch import Fetched, FetchError, Request, Response, fetch_many
from tracker.feeds.models import Feed


def user_agent() -> str:
    return f"PlatformPolicyTracker/0.1 (+{settings.CONTACT})"


@dataclass(frozen=True)
class Read:
    """One feed's answer. `outcome` is what to plan with: the response, or what went wrong with
    fetching or parsing; `parsed` is None for a 304, the same bytes as before, and errors;
    `body_hash` is that of the last body that could be read.
    """

    feed: Feed
    fetched: Fetched
    outcome: Response | FetchError | ParseError
    parsed: ParsedFeed | None
    body_hash: str


def read(feeds: Sequence[Feed]) -> Iterator[Read]:
    """Yields one Read a feed, as soon as it is there, whatever the others do."""
    done: queue.SimpleQueue[Read | BaseException] = queue.SimpleQueue()
    threading.Thread(target=_fetch, args=(feeds, done), name="read", daemon=True).start()
    for _ in feeds:
        item = done.get()
        if isinstance(item, BaseException):
            raise item
        yield item


def _fetch(feeds: Sequence[Feed], done: "queue.SimpleQueue[Read | BaseException]") -> None:
    requests = [Request(f.url, f.etag, f.last_modified) for f in feeds]
    answers = fetch_many(
        requests, user_agent=user_agent(), allowed_networks=settings.ALLOWED_NETWORKS
    )
    try:
        for fetched in answers:
            _take(feeds[fetched.index], fetched, done)
    except BaseException as error:
        done.put(error)
        raise


def _take(feed: Feed, fetched: Fetched, done: "queue.SimpleQueue[Read | BaseException]") -> None:
    answer = fetched.outcome
    body = answer.body if isinstance(answer, Response) and answer.status == 200 else None
    body_hash = feed.body_hash if body is None else hashlib.sha256(body).hexdigest()
    if body is None or not isinstance(answer, Response) or body_hash == feed.body_hash:
        done.put(Read(feed, fetched, answer, None, body_hash))
        return

    def parsed(future: "Future[ParsedFeed]") -> None:
        found = pool.outcome(future)
        if isinstance(found, ParseError):
            done.put(Read(feed, fetched, found, None, feed.body_hash))
        else:
            done.put(Read(feed, fetched, answer, found, body_hash))

    job = pool.submit(
        body=body,
        url=answer.url,
        content_type=answer.content_type,
        known=bytes(feed.marks),
        now=timezone.now(),
    )
    job.add_done_callback(parsed)
