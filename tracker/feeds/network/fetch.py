"""Fetch many feeds on one event loop: conditional GET with limits, to public addresses only."""

import asyncio
import ipaddress
import logging
import queue
import re
import threading
import time
import zlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any
from urllib.parse import quote

import aiohttp

from tracker.feeds.limits import ETAG_LIMIT, HEADER_LIMIT, LAST_MODIFIED_LIMIT, URL_LIMIT
from tracker.feeds.network.addresses import Address, AddressError, Network
from tracker.feeds.network.client import (
    OPEN_LIMIT,
    WIRE_LIMIT,
    Client,
    check_address_of,
    check_url,
    chunks_of,
    open_client,
)
from tracker.feeds.network.domains import registrable_domain
from tracker.feeds.network.errors import (
    NETWORK_ERRORS,
    network_error,
    status_cause,
)
from tracker.feeds.network.types import BUSY, Fetched, FetchError, Limits, Request, Response
from tracker.text import CONTROLS, UNSEEN, clean_text

log = logging.getLogger(__name__)
REDIRECT_LIMIT = 5
ACCEPT = (
    "application/atom+xml, application/rss+xml, application/rdf+xml;q=0.9,"
    " application/xml;q=0.8, text/xml;q=0.8, */*;q=0.1"
)

WHOLE = {200, 203, 206}  # 203: changed on the way; 206: a part that nobody asked for
GZIP = b"\x1f\x8b\x08"
COOKIE_LIMIT = 4_096  # characters
BLANK = "".join(map(chr, range(0x21)))
ODD = re.compile(
    f"[{CONTROLS}{UNSEEN} ]"
)  # with bytes that are no UTF-8, which are surrogates here


def header(answer: aiohttp.ClientResponse, name: str) -> str:
    """A header as text that can be stored and shown; "" for none. The client gives bytes that are
    no UTF-8 as surrogates.
    """
    return clean_text(answer.headers.get(name, ""), HEADER_LIMIT)


def validator(answer: aiohttp.ClientResponse, name: str, limit: int) -> str:
    """A header that is sent back as it came (RFC 9110 13.1), or "" if it cannot be kept so."""
    value = answer.headers.get(name, "")
    return value if value == clean_text(value, limit) else ""


def redirect_target(location: str) -> str:
    """A Location as browsers read it: without controls and blanks around it, percent-encoded where
    an address allows no such character.
    """
    return ODD.sub(lambda char: quote(char[0], errors="surrogateescape"), location.strip(BLANK))


def _skipped_error(domain: str, by: FetchError) -> FetchError:
    reason = f"not tried: {domain} had just answered {by.reason}"
    return FetchError(
        reason, code="held", status=by.status, retry_after=by.retry_after, cause="neighbour_busy"
    )


class Fetcher:
    """One event loop's fetches: `OPEN_LIMIT` at once, one at a time a host."""

    def __init__(self, client: Client, limits: Limits) -> None:
        self.client = client
        self.limits = limits
        self.open = asyncio.Semaphore(OPEN_LIMIT)
        self.hosts: dict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self.busy_domains: dict[str, FetchError] = {}  # by domain: what asked the others to wait

    async def fetch(self, index: int, request: Request) -> Fetched:
        """The outcome of one request; never raises for what a server or an address does."""
        try:
            address = check_url(request.url, self.client.allowed)
        except FetchError as error:
            return Fetched(index, error, 0.0)
        domain = request.domain or registrable_domain(str(address))
        # Host and port, whoever asks: what gets one request at a time.
        async with self.hosts[address.origin], self.open:
            start = time.monotonic()
            # One busy answer holds back the domain's others in this batch (faults H7 and H8).
            if domain in self.busy_domains:
                return Fetched(index, _skipped_error(domain, self.busy_domains[domain]), 0.0)
            outcome: Response | FetchError
            try:
                async with asyncio.timeout(self._seconds()):
                    outcome = await self._follow(address, request)
            except FetchError as error:
                outcome = error
                if error.status in BUSY:
                    self.busy_domains[domain] = error
            except TimeoutError:
                outcome = self._late()
            except NETWORK_ERRORS as error:
                outcome = network_error(error, self.limits.seconds)
            return Fetched(index, outcome, time.monotonic() - start)

    def _seconds(self) -> float:
        budget = self.limits.budget
        return min(self.limits.seconds, budget.seconds_left if budget else self.limits.seconds)

    def _late(self) -> FetchError:
        budget = self.limits.budget
        if budget and not budget.seconds_left:
            return budget.spent()
        reason = f"no full answer within {self.limits.seconds:g} s"
        return FetchError(reason, code="time", cause="no_answer")

    async def _follow(self, address: Address, request: Request) -> Response:
        headers = {"Accept": ACCEPT}
        if request.etag:
            headers["If-None-Match"] = request.etag
        if request.last_modified:
            headers["If-Modified-Since"] = request.last_modified
        is_conditional = len(headers) > 1
        moved_to, is_permanent, asked_again = "", True, False
        # Some send a reader round in a circle until it brings the cookie that it was given.
        cookies = aiohttp.CookieJar(unsafe=True)
        for _ in range(REDIRECT_LIMIT + 1):
            if self.limits.budget:
                self.limits.budget.take_request()
            sent = headers | _cookie_header(cookies, address)
            async with self.client.request("GET", address, headers=sent) as answer:
                location = redirect_target(answer.headers.get("Location", ""))
                if answer.status in {301, 302, 303, 307, 308} and location:
                    cookies.update_cookies(answer.cookies, address.url)
                    address = _target(address, location, self.client.allowed)
                    # One temporary redirect makes the whole way temporary.
                    is_permanent &= answer.status in {301, 308} and len(str(address)) <= URL_LIMIT
                    moved_to = str(address) if is_permanent else moved_to
                    continue
                # Some caches say so to a first request: once more, past them (fault H1).
                if answer.status == 304 and not is_conditional and not asked_again:
                    asked_again = True
                    headers |= {"Cache-Control": "no-cache"}
                    continue
                return replace(await self._read(str(address), answer), moved_to=moved_to)
        reason = f"more than {REDIRECT_LIMIT} redirects"
        raise FetchError(reason, code="http", cause="too_many_redirects")

    async def _read(self, url: str, answer: aiohttp.ClientResponse) -> Response:
        is_conditional = bool(
            {"If-None-Match", "If-Modified-Since"} & set(answer.request_info.headers)
        )
        if answer.status == 304 and not is_conditional:
            reason = "answered 'not modified' although we have nothing"
            raise FetchError(reason, code="http", status=304, cause="unasked_304")
        if answer.status not in {*WHOLE, 304}:
            raise FetchError(
                f"HTTP {answer.status} {answer.reason or ''}".strip(),
                code="http",
                status=answer.status,
                retry_after=header(answer, "Retry-After"),
                permanent=answer.status == 410,
                cause=status_cause(answer.status),
            )
        return Response(
            url=url,
            status=304 if answer.status == 304 else 200,
            body=b"" if answer.status == 304 else await self._body(answer),
            etag=validator(answer, "ETag", ETAG_LIMIT),
            last_modified=validator(answer, "Last-Modified", LAST_MODIFIED_LIMIT),
            content_type=header(answer, "Content-Type"),
            cache_control=header(answer, "Cache-Control"),
            expires=header(answer, "Expires"),
            age=header(answer, "Age"),
            link=header(answer, "Link"),
        )

    async def _body(self, answer: aiohttp.ClientResponse) -> bytes:
        body = bytearray()
        try:
            async for chunk in chunks_of(answer):
                body += chunk
                if self.limits.budget:
                    self.limits.budget.take_bytes(len(chunk))
                if len(body) > self.limits.size:
                    reason = f"too large: over {self.limits.size:,} bytes"
                    raise FetchError(reason, code="size", cause="too_large")
        except aiohttp.ClientError:
            if not getattr(answer, "is_too_long", False):
                raise
            reason = f"too large: over {WIRE_LIMIT:,} bytes as sent"
            raise FetchError(reason, code="size", cause="too_large") from None
        return self._unpacked(bytes(body))

    def _unpacked(self, body: bytes) -> bytes:
        """A body whose server compressed it and did not say so."""
        if not body.startswith(GZIP):
            return body
        try:
            # The limit and a byte: a bomb is not unpacked only to be measured (fault F6).
            unpacked = zlib.decompressobj(zlib.MAX_WBITS | 16).decompress(
                body, self.limits.size + 1
            )
        except zlib.error:
            return body
        if len(unpacked) > self.limits.size:
            reason = f"too large: over {self.limits.size:,} bytes"
            raise FetchError(reason, code="size", cause="too_large")
        return unpacked


def _cookie_header(cookies: aiohttp.CookieJar, address: Address) -> dict[str, str]:
    """What a server gave on the way here, for itself alone."""
    given = cookies.filter_cookies(address.url)
    text = "; ".join(f"{name}={morsel.value}" for name, morsel in given.items())
    return {"Cookie": text} if text and len(text) <= COOKIE_LIMIT else {}


def _target(address: Address, location: str, allowed: Sequence[Network]) -> Address:
    """Where a redirect leads. Raises FetchError if it may not be fetched."""
    try:
        target = address.join(location)
    except AddressError as error:
        raise FetchError(
            f"redirected: {error}", code="address", permanent=True, cause="address_redirect"
        ) from None
    return check_address_of(target, allowed)


def fetch_many(
    requests: Sequence[Request],
    *,
    user_agent: str,
    allowed_networks: Iterable[str] = (),
    limits: Limits | None = None,
    proxy: str = "",
) -> Iterator[Fetched]:
    """Fetches all `requests` on one event loop and yields each outcome as it comes, so that a slow
    host holds up nobody.

    `allowed_networks` are networks, as in "127.0.0.0/8", that may be fetched although they are not
    public. `proxy` is an address, as in "http://10.0.0.1:3128", that carries every fetch and may
    be private itself. Raises ValueError for a network that cannot be read.
    """
    allowed = [ipaddress.ip_network(n) for n in allowed_networks]
    done: Done = queue.SimpleQueue()

    def thread() -> None:
        try:
            asyncio.run(_fetch_all(requests, done, user_agent, allowed, limits or Limits(), proxy))
        except BaseException as error:  # noqa: BLE001 - raised where it is waited for
            done.put(error)

    threading.Thread(target=thread, name="fetch", daemon=True).start()
    # Not until the loop ends: it waits for name servers that nobody needs any more.
    for _ in requests:
        item = done.get()
        if isinstance(item, BaseException):
            raise item
        yield item


Done = queue.SimpleQueue[Fetched | BaseException]


async def _fetch_one(fetcher: Fetcher, index: int, request: Request, done: Done) -> None:
    """What nobody foresaw in one fetch costs no other."""
    try:
        done.put(await fetcher.fetch(index, request))
    except Exception as error:
        log.exception("a fetch failed in a way that was not foreseen")
        done.put(Fetched(index, FetchError(f"{type(error).__name__}", code="own"), 0.0))


async def _fetch_all(
    requests: Sequence[Request],
    done: Done,
    user_agent: str,
    allowed: Sequence[Network],
    limits: Limits,
    proxy: str,
) -> None:
    # Look-ups run in threads; with asyncio's default of a few, slow name servers would hold up
    # every fetch.
    asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(OPEN_LIMIT))
    async with open_client(allowed, user_agent=user_agent, proxy=proxy) as client:
        fetcher = Fetcher(client, limits)
        tasks: list[asyncio.Task[Any]] = []
        for index, request in enumerate(requests):
            tasks.append(asyncio.create_task(_fetch_one(fetcher, index, request, done)))
        await asyncio.gather(*tasks, return_exceptions=True)
