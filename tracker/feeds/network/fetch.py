"""The only HTTP client: conditional GET with limits, to public addresses only."""

import asyncio
import ipaddress
import logging
import queue
import re
import socket
import threading
import time
import zlib
from collections import defaultdict
from collections.abc import AsyncIterator, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any
from urllib.parse import quote, urlsplit

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.client_proto import ResponseHandler
from aiohttp.connector import Connection
from publicsuffixlist import PublicSuffixList

from tracker.feeds.limits import (
    ETAG_LIMIT,
    HEADER_LIMIT,
    LAST_MODIFIED_LIMIT,
    REASON_LIMIT,
    URL_LIMIT,
)
from tracker.feeds.network.addresses import (
    Address,
    AddressError,
    AddressRefusedError,
    Network,
    check_address,
    checked_sockets,
    parse,
)
from tracker.feeds.network.headers import FIELDS, LINE_LIMIT, HeadMender, HeadTooLargeError
from tracker.redact import Discreet, without_secrets
from tracker.text import CONTROLS, UNSEEN, clean_text

log = logging.getLogger(__name__)
SIZE_LIMIT = 10_000_000  # bytes after decompression
WIRE_LIMIT = 12_000_000  # bytes as sent: those of a body that was not compressed, in fair pieces
TIME_LIMIT = 30.0  # seconds of wall clock for one fetch, redirects included
REDIRECT_LIMIT = 5
OPEN_LIMIT = 50  # fetches at once; one at a time a host
ACCEPT = (
    "application/atom+xml, application/rss+xml, application/rdf+xml;q=0.9,"
    " application/xml;q=0.8, text/xml;q=0.8, */*;q=0.1"
)

WHOLE = {200, 203, 206}  # 203: changed on the way; 206: a part that nobody asked for
GZIP = b"\x1f\x8b\x08"
COOKIE_LIMIT = 4_096  # characters
INFORMATIONAL_LIMIT = 20  # answers 1xx (RFC 9110 15.2) before the one that counts
BLANK = "".join(map(chr, range(0x21)))
ODD = re.compile(
    f"[{CONTROLS}{UNSEEN} ]"
)  # with bytes that are no UTF-8, which are surrogates here
BUSY = {429, 503}  # answers that ask the whole domain's feeds to wait


class FetchError(Exception):
    """A fetch that brought no answer to read.

    `reason` is for people and holds no secret; `code` is "address", "http", "size", "time",
    "network", "budget" for what the fetches of one call may cost together, "held" for a fetch that
    was not tried because the domain had just asked for rest, or "own" for a fault of ours; `status`
    is the HTTP status if there was one; `retry_after` the seconds that the server asked for (RFC
    9110 10.2.3); `permanent` says that trying again is useless; `cause` is one of causes.py.
    """

    def __init__(
        self,
        reason: str,
        *,
        code: str = "network",
        status: int | None = None,
        retry_after: str = "",
        permanent: bool = False,
        cause: str = "",
    ) -> None:
        # It repeats what a server says, and addresses.
        self.reason = clean_text(without_secrets(reason), REASON_LIMIT)
        super().__init__(self.reason)
        self.code = code
        self.status = status
        self.retry_after = clean_text(retry_after, HEADER_LIMIT)
        self.permanent = permanent
        self.cause = cause or f"{code}"


@dataclass(frozen=True, repr=False)
class Request(Discreet):
    """What to ask for: the address, the validators of the last answer (RFC 9110 13.1), and the
    registrable domain where it is known already.
    """

    url: str
    etag: str = ""
    last_modified: str = ""
    domain: str = ""


@dataclass(frozen=True, repr=False)
class Response(Discreet):
    """What came back: `status` is 200 or 304, `url` the address after redirects, `body`
    decompressed. `moved_to` is the address that permanent redirects (301, 308) lead to, "" where
    there were none or it is longer than what is stored. Headers are as `header` gives them.
    """

    url: str
    status: int
    body: bytes
    etag: str
    last_modified: str
    content_type: str
    cache_control: str = ""
    expires: str = ""
    age: str = ""
    link: str = ""
    moved_to: str = ""


@dataclass(frozen=True)
class Fetched:
    """The outcome of `requests[index]` and the seconds it took."""

    index: int
    outcome: Response | FetchError
    seconds: float

    @property
    def moved_to(self) -> str:
        """See Response."""
        return self.outcome.moved_to if isinstance(self.outcome, Response) else ""


@dataclass
class FetchBudget:
    """What several fetches may cost together: requests (each redirect is one more), bytes after
    decompression, and seconds of wall clock from now on; `is_spent` once it kept something back.
    """

    requests: int
    size: int
    seconds: float
    is_spent: bool = False
    ends_at: float = field(init=False)

    def __post_init__(self) -> None:
        self.ends_at = time.monotonic() + self.seconds

    @property
    def seconds_left(self) -> float:
        return max(0.0, self.ends_at - time.monotonic())

    def take_request(self) -> None:
        """Raises FetchError if there may be no further request."""
        self.requests -= 1
        if self.requests < 0 or self.size < 0 or not self.seconds_left:
            raise self.spent()

    def take_bytes(self, count: int) -> None:
        """Raises FetchError if so many bytes are too many."""
        self.size -= count
        if self.size < 0:
            raise self.spent()

    def spent(self) -> FetchError:
        """Notes that something was kept back; the error of it."""
        self.is_spent = True
        return FetchError("not fetched: the page leads to too much", code="budget", cause="budget")


@dataclass(frozen=True)
class Limits:
    """Seconds of wall clock and bytes after decompression for one fetch; the budget that it shares
    with others, if there is one.
    """

    seconds: float = TIME_LIMIT
    size: int = SIZE_LIMIT
    budget: FetchBudget | None = None


def check_url(url: str, allowed: Sequence[Network]) -> Address:
    """The canonical address of a text. Raises FetchError unless it is http or https with a host
    that is a name, whose addresses are checked when it is connected to, or a literal that may be
    fetched.
    """
    try:
        return check_address_of(parse(url), allowed)
    except AddressError as error:
        raise FetchError(str(error), code="address", permanent=True, cause=error.cause) from None


def check_address_of(address: Address, allowed: Sequence[Network]) -> Address:
    """The same address. Raises FetchError for a literal that may not be fetched."""
    try:
        if address.ip is not None:
            check_address(address.host, allowed)
    except AddressRefusedError as error:
        raise FetchError(
            str(error), code="address", permanent=True, cause="address_private"
        ) from None
    return address


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


@cache
def _suffixes() -> PublicSuffixList:
    # Hosting on subdomains is one party that asks for rest (decision D23).
    return PublicSuffixList(only_icann=True)


def registrable_domain(url: str) -> str:
    """The part of the host that somebody registered ("bbc.co.uk"); for an address or a name without
    one, host and port. Hosting on subdomains counts as its host's, who is the one that asks for
    rest.
    """
    host = (urlsplit(url).hostname or "").rstrip(".")
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return _suffixes().privatesuffix(host) or _host(url)
    return _host(url)


class EndlessAnswersError(aiohttp.ClientPayloadError):
    """More informational answers (1xx) than INFORMATIONAL_LIMIT."""


class BoundedResponse(aiohttp.ClientResponse):
    """An answer before which a server may send INFORMATIONAL_LIMIT others (1xx), and which may take
    WIRE_LIMIT bytes as they are sent; aiohttp itself reads both for ever, whatever comes of it: ten
    bytes may carry one of the body, or none. `is_too_long` says that it took more.
    """

    is_too_long = False

    async def start(self, connection: Connection) -> aiohttp.ClientResponse:
        """The answer itself. Raises EndlessAnswersError after too many 1xx."""
        protocol, reads = connection.protocol, 0
        if protocol is None:
            return await super().start(connection)
        self._count(protocol)
        read_next = protocol.read

        async def read() -> Any:
            nonlocal reads
            reads += 1
            if reads > INFORMATIONAL_LIMIT + 1:
                raise EndlessAnswersError
            return await read_next()

        protocol.read = read  # type: ignore[method-assign]
        try:
            return await super().start(connection)
        finally:
            del protocol.read  # the connection may serve again

    def _count(self, protocol: ResponseHandler) -> None:
        """Mends the answer's head, and closes the connection after WIRE_LIMIT bytes."""
        size, mender = 0, HeadMender()

        def count(data: bytes) -> None:
            nonlocal size
            size += len(data)
            try:
                mended = mender.feed(data)
            except HeadTooLargeError:
                size = WIRE_LIMIT + 1
            if size <= WIRE_LIMIT:
                if mended:
                    type(protocol).data_received(protocol, mended)
            elif protocol.transport is not None:
                self.is_too_long = True
                protocol.transport.close()

        protocol.data_received = count  # type: ignore[method-assign]


class CheckedResolver(AbstractResolver):
    """One look-up a connection; every answer is checked and the connection goes to a checked one,
    so rebinding fails.
    """

    def __init__(self, allowed: Sequence[Network]) -> None:
        self.allowed = allowed

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        loop = asyncio.get_running_loop()
        answers = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM, family=family)
        results: list[ResolveResult] = []
        for family_, _, proto, _, sockaddr in answers:
            # One forbidden answer refuses the name: the client may take any of them (fault F1).
            check_address(str(sockaddr[0]), self.allowed)
            results.append(
                ResolveResult(
                    hostname=host,
                    host=str(sockaddr[0]),
                    port=port,
                    family=family_,
                    proto=proto,
                    flags=socket.AI_NUMERICHOST,
                )
            )
        return results

    async def close(self) -> None:
        """Nothing is held."""


class Client:
    """The HTTP client of one event loop: asks canonical addresses only, follows no redirect, and
    connects to nothing but public addresses and allowed networks (behind a proxy, to the proxy).
    """

    def __init__(
        self, session: aiohttp.ClientSession, allowed: Sequence[Network], proxy: str
    ) -> None:
        self.session = session
        self.allowed = allowed
        self.proxy = proxy
        self.resolver = CheckedResolver(allowed)

    @asynccontextmanager
    async def request(
        self, method: str, address: Address, **options: Any
    ) -> AsyncIterator[aiohttp.ClientResponse]:
        """The answer to a request. Raises AddressRefusedError, or aiohttp's errors.

        The socket checks whom it connects to (`open_client`). Behind a proxy the connection is the
        proxy's, so what the name leads to is looked up here.
        """
        if address.ip is not None:
            check_address(address.host, self.allowed)
        elif self.proxy:
            await self.resolver.resolve(address.host)
        async with self.session.request(
            method, address.url, allow_redirects=False, **options
        ) as answer:
            yield answer


@asynccontextmanager
async def open_client(
    allowed: Sequence[Network],
    *,
    user_agent: str,
    proxy: str = "",
    seconds: float | None = None,
    limit: int = OPEN_LIMIT,
    limit_per_host: int = 0,
) -> AsyncIterator[Client]:
    """A client for the running loop: `seconds` for one request, so many connections at once, in all
    and to one host (0: no limit).
    """
    # Names and literals alike end at a socket: a resolver is not asked for literals.
    connector = aiohttp.TCPConnector(
        limit=limit,
        limit_per_host=limit_per_host,
        use_dns_cache=False,
        resolver=aiohttp.ThreadedResolver() if proxy else CheckedResolver(allowed),
        socket_factory=None if proxy else checked_sockets(allowed),
    )
    async with aiohttp.ClientSession(
        connector=connector,
        headers={"User-Agent": user_agent},
        # Nothing passes from one feed to another (fault F12); _follow has a jar for one fetch.
        cookie_jar=aiohttp.DummyCookieJar(),
        timeout=aiohttp.ClientTimeout(total=seconds),
        proxy=proxy or None,
        max_line_size=LINE_LIMIT,
        max_field_size=LINE_LIMIT,
        max_headers=FIELDS + 1,
        response_class=BoundedResponse,
    ) as session:
        yield Client(session, allowed, proxy)


def _host(url: str) -> str:
    """Host and port, whoever asks."""
    return urlsplit(url).netloc.rpartition("@")[2].lower()


def _skipped_error(domain: str, by: FetchError) -> FetchError:
    reason = f"not tried: {domain} had just answered {by.reason}"
    return FetchError(
        reason, code="held", status=by.status, retry_after=by.retry_after, cause="neighbour_busy"
    )


FAULTS: tuple[tuple[type[Exception], str, str], ...] = (
    (
        aiohttp.ServerDisconnectedError,
        "closed_early",
        "the server closed the connection without an answer",
    ),
    (EndlessAnswersError, "broken_answer", "endless informational answers (1xx)"),
    (aiohttp.ClientResponseError, "broken_answer", "the server's answer cannot be read"),
    (
        aiohttp.ClientPayloadError,
        "broken_off",
        "the answer broke off, or its compression cannot be read",
    ),
    (UnicodeError, "address_unreadable", "there is no such host name"),
)


# What a server, the network or an address may do to a request; TimeoutError and AddressRefusedError
# are OSErrors.
NETWORK_ERRORS = (FetchError, aiohttp.ClientError, OSError, ValueError)


def network_error(error: Exception, seconds: float) -> FetchError:
    """What went wrong below HTTP, in our words, for feeds and web hooks alike: a refused address,
    no connection, a bad certificate, no answer within `seconds`, an answer that broke off. The
    library's own words are in the log.
    """
    if isinstance(error, FetchError):
        return error
    if isinstance(error, TimeoutError):
        return FetchError(f"no answer within {seconds:g} s", code="time", cause="no_answer")
    if isinstance(error, AddressRefusedError):
        return FetchError(str(error), code="address", cause="address_private")
    cause, reason = _network_cause(error)
    told = clean_text(without_secrets(f"{type(error).__name__}: {error}"), REASON_LIMIT)
    log.info("a request failed", extra={"cause": cause, "error": told})
    code = "address" if cause == "address_private" else "network"
    return FetchError(reason, code=code, cause=cause)


def _network_cause(error: Exception) -> tuple[str, str]:
    """The cause of an error of the HTTP client, and its reason."""
    if isinstance(error, aiohttp.ClientConnectorCertificateError):
        return _certificate_cause(error)
    if isinstance(error, aiohttp.ClientSSLError):
        return "no_tls", f"no secure connection to {error.host}"
    if isinstance(error, aiohttp.ClientConnectorError):
        return _connection_cause(error)
    for kind, cause, reason in FAULTS:
        if isinstance(error, kind):
            return cause, reason
    return "connection_reset", "the connection broke off"


def _certificate_cause(error: aiohttp.ClientConnectorCertificateError) -> tuple[str, str]:
    told = str(error.certificate_error).lower()
    names = {
        "expired": "certificate_expired",
        "mismatch": "certificate_name",
        "not valid for": "certificate_name",
        "doesn't match": "certificate_name",
        "self-signed": "certificate_unknown",
        "self signed": "certificate_unknown",
        "local issuer": "certificate_unknown",
    }
    cause = next((name for words, name in names.items() if words in told), "certificate")
    return cause, f"the certificate of {error.host} is not accepted"


def _connection_cause(error: aiohttp.ClientConnectorError) -> tuple[str, str]:
    if isinstance(error.os_error, AddressRefusedError):
        return "address_private", str(error.os_error)
    if isinstance(error, aiohttp.ClientConnectorDNSError):
        return "no_such_host", f"cannot connect to {error.host}: no such name"
    if isinstance(error.os_error, ConnectionRefusedError):
        return "refused_connection", f"cannot connect to {error.host}: it refuses connections"
    if isinstance(error.os_error, ConnectionResetError):
        return "connection_reset", f"cannot connect to {error.host}: the connection broke off"
    return "unreachable", f"cannot connect to {error.host}"


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
            async for chunk in answer.content.iter_chunked(65_536):
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


def status_cause(status: int) -> str:
    """The cause of an HTTP status that is no feed."""
    known = {202: "challenge", 401: "http_401", 402: "http_402", 403: "http_403", 404: "http_404"}
    known |= {406: "http_406", 410: "http_410", 429: "http_429", 451: "http_451", 503: "http_503"}
    return known.get(status) or ("http_5xx" if status >= 500 else "http_other")


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
