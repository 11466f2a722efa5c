"""The HTTP client: connects to nothing but public addresses and allowed networks."""

import asyncio
import socket
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.client_proto import ResponseHandler
from aiohttp.connector import Connection

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
from tracker.feeds.network.types import FetchError

WIRE_LIMIT = 12_000_000  # bytes as sent: those of a body that was not compressed, in fair pieces
CHUNK = 65_536  # bytes
OPEN_LIMIT = 50  # connections at once
INFORMATIONAL_LIMIT = 20  # answers 1xx (RFC 9110 15.2) before the one that counts


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
            if mender.has_surplus:
                protocol.force_close()  # the next answer here would begin with it
            if size <= WIRE_LIMIT:
                if mended:
                    type(protocol).data_received(protocol, mended)
            elif protocol.transport is not None:
                self.is_too_long = True
                protocol.transport.close()

        protocol.data_received = count  # type: ignore[method-assign]


async def chunks_of(answer: aiohttp.ClientResponse) -> AsyncIterator[bytes]:
    """The pieces of a body. Raises aiohttp.ClientError, also where aiohttp itself raises
    RuntimeError: if the server goes while a piece is unpacked (fault F8).
    """
    try:
        async for chunk in answer.content.iter_chunked(CHUNK):
            yield chunk
    except RuntimeError as error:
        raise aiohttp.ClientPayloadError(str(error)) from error


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
