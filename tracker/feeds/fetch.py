"""The only HTTP client: conditional GET with limits, to public addresses only."""

import asyncio
import ipaddress
import logging
import queue
import socket
import threading
import time
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import cache
from typing import Any
from urllib.parse import urljoin, urlsplit

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.connector import Connection
from publicsuffixlist import PublicSuffixList

log = logging.getLogger(__name__)
SIZE_LIMIT = 10_000_000  # bytes after decompression
TIME_LIMIT = 30.0  # seconds of wall clock for one fetch, redirects included
REDIRECT_LIMIT = 5
OPEN_LIMIT = 50  # fetches at once; one at a time a host
ACCEPT = (
    "application/atom+xml, application/rss+xml, application/rdf+xml;q=0.9,"
    " application/xml;q=0.8, text/xml;q=0.8, */*;q=0.1"
)

INFORMATIONAL_LIMIT = 20  # answers 1xx (RFC 9110 15.2) before the one that counts

BUSY = {429, 503}  # answers that ask the whole domain's feeds to wait

Network = ipaddress.IPv4Network | ipaddress.IPv6Network
# Ranges that ipaddress calls global but that lead to other addresses (RFC 6052, RFC 3056, RFC
# 4380).
TRANSLATING = [ipaddress.ip_network(n) for n in ("64:ff9b::/96", "2002::/16", "2001::/32")]


class FetchError(Exception):
    """A fetch that brought no answer to read.

    `reason` is for people; `kind` is "address", "http", "size", "time", "network", "held" for a
    fetch that was not tried because the domain had just asked for rest, or "own" for a fault of
    ours; `status` is the HTTP status
    if there was one; `retry_after` the seconds that the server asked for (RFC 9110
    10.2.3); `permanent` says that trying again is useless.
    """

    def __init__(
        self,
        reason: str,
        *,
        kind: str = "network",
        status: int | None = None,
        retry_after: str = "",
        permanent: bool = False,
    ) -> None:
        super().__init__(reason)
        self.reason = reason
        self.kind = kind
        self.status = status
        self.retry_after = retry_after
        self.permanent = permanent


@dataclass(frozen=True)
class Request:
    """What to ask for: the address, the validators of the last answer (RFC 9110 13.1), and the
    registrable domain where it is known already.
    """

    url: str
    etag: str = ""
    last_modified: str = ""
    domain: str = ""


@dataclass(frozen=True)
class Response:
    """What came back: `status` is 200 or 304, `url` the address after redirects, `body`
    decompressed. `moved_to` is the address that permanent redirects (301, 308) lead to, "" where
    there were none.
    """

    url: str
    status: int
    body: bytes
    etag: str
    last_modified: str
    content_type: str
    cache_control: str = ""
    expires: str = ""
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


class AddressRefusedError(OSError):
    """A host that leads to an address that may not be fetched."""


def check_address(address: str, allowed: Sequence[Network]) -> None:
    """Raises AddressRefusedError unless `address` is public or lies in an allowed network."""
    ip = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(ip, ipaddress.IPv6Address) and ip.ipv4_mapped:
        ip = ip.ipv4_mapped
    if any(ip in network for network in allowed):
        return
    if not ip.is_global or ip.is_multicast or any(ip in network for network in TRANSLATING):
        raise AddressRefusedError(f"address not allowed: {ip} is not public")


def check_url(url: str, allowed: Sequence[Network]) -> None:
    """Raises FetchError unless `url` is http or https with a host that is no refused address."""
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError as error:
        raise FetchError(f"not an address: {error}", kind="address", permanent=True) from None
    if parts.scheme not in {"http", "https"} or not host:
        raise FetchError(
            "address not allowed: only http and https are fetched", kind="address", permanent=True
        )
    try:
        ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return  # a name: the resolver checks what it leads to
    try:
        check_address(host, allowed)
    except AddressRefusedError as error:
        raise FetchError(str(error), kind="address", permanent=True) from None


def without_secrets(url: str) -> str:
    """The address as it may be shown: without user and password (RFC 3986 7.5)."""
    parts = urlsplit(url)
    return parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl()


@cache
def _suffixes() -> PublicSuffixList:
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


class BoundedResponse(aiohttp.ClientResponse):
    """An answer before which a server may send INFORMATIONAL_LIMIT others (1xx); aiohttp itself
    reads them for ever.
    """

    async def start(self, connection: Connection) -> aiohttp.ClientResponse:
        """The answer itself. Raises ClientPayloadError after too many 1xx."""
        protocol, reads = connection.protocol, 0
        if protocol is None:
            return await super().start(connection)
        read_next = protocol.read

        async def read() -> Any:
            nonlocal reads
            reads += 1
            if reads > INFORMATIONAL_LIMIT + 1:
                raise aiohttp.ClientPayloadError("endless informational answers (1xx)")
            return await read_next()

        protocol.read = read  # type: ignore[method-assign]
        try:
            return await super().start(connection)
        finally:
            del protocol.read  # the connection may serve again


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
        for found, _, proto, _, sockaddr in answers:
            check_address(str(sockaddr[0]), self.allowed)
            results.append(
                ResolveResult(
                    hostname=host,
                    host=str(sockaddr[0]),
                    port=port,
                    family=found,
                    proto=proto,
                    flags=socket.AI_NUMERICHOST,
                )
            )
        return results

    async def close(self) -> None:
        """Nothing is held."""


def _host(url: str) -> str:
    """Host and port, whoever asks: what gets one request at a time."""
    return urlsplit(url).netloc.rpartition("@")[2].lower()


def _held(domain: str, by: FetchError) -> FetchError:
    reason = f"not tried: {domain} had just answered {by.reason}"
    return FetchError(reason, kind="held", status=by.status, retry_after=by.retry_after)


def _network_error(error: Exception) -> FetchError:
    """What went wrong below HTTP, in words: a refused address, no connection, a bad certificate, an
    answer that broke off.
    """
    if isinstance(error, aiohttp.ClientConnectorCertificateError):
        return FetchError(f"certificate of {error.host} not accepted: {error.certificate_error}")
    if isinstance(error, aiohttp.ClientConnectorError):
        if isinstance(error.os_error, AddressRefusedError):
            return FetchError(str(error.os_error), kind="address")
        why = error.os_error.strerror or error.os_error
        return FetchError(f"cannot connect to {error.host}: {why}")
    return FetchError(f"{type(error).__name__}: {error}")


class Fetcher:
    """One event loop's fetches: `OPEN_LIMIT` at once, one at a time a host."""

    def __init__(
        self,
        session: aiohttp.ClientSession,
        resolver: CheckedResolver,
        limits: "Limits",
        proxy: str,
    ) -> None:
        self.session = session
        self.resolver = resolver
        self.limits = limits
        self.proxy = proxy
        self.open = asyncio.Semaphore(OPEN_LIMIT)
        self.hosts: dict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self.held: dict[str, FetchError] = {}  # by domain: what asked the others to wait

    async def fetch(self, index: int, request: Request) -> Fetched:
        """The outcome of one request; never raises for what a server or an address does."""
        try:
            host, domain = _host(request.url), request.domain or registrable_domain(request.url)
        except ValueError as error:
            refused = FetchError(f"not an address: {error}", kind="address", permanent=True)
            return Fetched(index, refused, 0.0)
        async with self.hosts[host], self.open:
            start = time.monotonic()
            if domain in self.held:
                return Fetched(index, _held(domain, self.held[domain]), 0.0)
            outcome: Response | FetchError
            try:
                async with asyncio.timeout(self.limits.seconds):
                    outcome = await self._follow(request)
            except FetchError as error:
                outcome = error
                if error.status in BUSY:
                    self.held[domain] = error
            except TimeoutError:
                outcome = FetchError(
                    f"no full answer within {self.limits.seconds:g} s", kind="time"
                )
            except (aiohttp.ClientError, OSError, ValueError) as error:
                outcome = _network_error(error)
            return Fetched(index, outcome, time.monotonic() - start)

    async def _follow(self, request: Request) -> Response:
        headers = {"Accept": ACCEPT}
        if request.etag:
            headers["If-None-Match"] = request.etag
        if request.last_modified:
            headers["If-Modified-Since"] = request.last_modified
        url, moved_to, is_permanent = request.url, "", True
        for _ in range(REDIRECT_LIMIT + 1):
            await self._check(url)
            async with self.session.get(
                url, headers=headers, allow_redirects=False, proxy=self.proxy or None
            ) as answer:
                location = answer.headers.get("Location", "")
                if answer.status in {301, 302, 303, 307, 308} and location:
                    url = urljoin(url, location)
                    is_permanent &= answer.status in {301, 308}
                    moved_to = url if is_permanent else moved_to
                    continue
                return replace(await self._read(url, answer), moved_to=moved_to)
        raise FetchError(f"more than {REDIRECT_LIMIT} redirects", kind="http")

    async def _check(self, url: str) -> None:
        """Behind a proxy the connection is the proxy's, so what the name leads to is looked up
        here; without one the resolver checks it while connecting.
        """
        check_url(url, self.resolver.allowed)
        if self.proxy:
            try:
                await self.resolver.resolve(urlsplit(url).hostname or "")
            except AddressRefusedError as error:
                raise FetchError(str(error), kind="address") from None

    async def _read(self, url: str, answer: aiohttp.ClientResponse) -> Response:
        if answer.status not in {200, 304}:
            raise FetchError(
                f"HTTP {answer.status} {answer.reason or ''}".strip(),
                kind="http",
                status=answer.status,
                retry_after=answer.headers.get("Retry-After", ""),
                permanent=answer.status == 410,
            )
        body = bytearray()
        if answer.status == 200:
            async for chunk in answer.content.iter_chunked(65_536):
                body += chunk
                if len(body) > self.limits.size:
                    raise FetchError(f"too large: over {self.limits.size:,} bytes", kind="size")
        return Response(
            url=url,
            status=answer.status,
            body=bytes(body),
            etag=answer.headers.get("ETag", ""),
            last_modified=answer.headers.get("Last-Modified", ""),
            content_type=answer.headers.get("Content-Type", ""),
            cache_control=answer.headers.get("Cache-Control", ""),
            expires=answer.headers.get("Expires", ""),
        )


@dataclass(frozen=True)
class Limits:
    """Seconds of wall clock and bytes after decompression for one fetch."""

    seconds: float = TIME_LIMIT
    size: int = SIZE_LIMIT


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
        else:
            done.put(None)

    threading.Thread(target=thread, name="fetch", daemon=True).start()
    while (item := done.get()) is not None:
        if isinstance(item, BaseException):
            raise item
        yield item


Done = queue.SimpleQueue[Fetched | BaseException | None]  # None is the end


async def _fetch_one(fetcher: Fetcher, index: int, request: Request, done: Done) -> None:
    """What nobody foresaw in one fetch costs no other."""
    try:
        done.put(await fetcher.fetch(index, request))
    except Exception as error:
        log.exception("a fetch failed in a way that was not foreseen")
        done.put(Fetched(index, FetchError(f"{type(error).__name__}", kind="own"), 0.0))


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
    resolver = CheckedResolver(allowed)
    connector = aiohttp.TCPConnector(
        limit=OPEN_LIMIT,
        resolver=aiohttp.ThreadedResolver() if proxy else resolver,
        use_dns_cache=False,
    )
    async with aiohttp.ClientSession(
        connector=connector,
        headers={"User-Agent": user_agent},
        cookie_jar=aiohttp.DummyCookieJar(),
        timeout=aiohttp.ClientTimeout(total=None),
        response_class=BoundedResponse,
    ) as session:
        fetcher = Fetcher(session, resolver, limits, proxy)
        tasks: list[asyncio.Task[Any]] = []
        for index, request in enumerate(requests):
            tasks.append(asyncio.create_task(_fetch_one(fetcher, index, request, done)))
        await asyncio.gather(*tasks, return_exceptions=True)
