"""Make single requests to services that the installation's owner chose, with short answers."""

import asyncio
import ipaddress
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from tracker.feeds.network.addresses import (
    Address,
    AddressRefusedError,
    Network,
    check_address,
)
from tracker.feeds.network.client import (
    CheckedResolver,
    Client,
    check_url,
    chunks_of,
    open_client,
)
from tracker.feeds.network.errors import NETWORK_ERRORS, network_error, status_cause
from tracker.feeds.network.fetch import header
from tracker.feeds.network.types import FetchError
from tracker.redact import Discreet

# The owner's own server may be anywhere, also in a private network (decision D157).
ANYWHERE: tuple[Network, ...] = (ipaddress.ip_network("0.0.0.0/0"), ipaddress.ip_network("::/0"))
REDIRECTS = range(300, 400)


@dataclass(frozen=True, repr=False)
class Call(Discreet):
    """A request to a service: with a body it is a POST. Headers may contain a key."""

    url: str
    user_agent: str
    proxy: str = ""
    body: bytes = b""
    headers: Mapping[str, str] | None = None
    seconds: float = 20.0
    size: int = 100_000  # bytes of the answer


@dataclass(frozen=True, repr=False)
class CallAnswer(Discreet):
    """A service's answer; redirects are not followed. Headers are as returned by `header`."""

    status: int
    body: bytes
    location: str
    content_location: str
    link: str


def make_call(call: Call) -> CallAnswer:
    """Make one request and return its answer, a redirect too.

    Raises FetchError for any other status, and for network errors.
    """
    return asyncio.run(_make(call))


async def _make(call: Call) -> CallAnswer:
    address = check_url(call.url, ANYWHERE)
    # A proxy cannot reach servers next to us.
    proxy = "" if _is_own_host(address) else call.proxy
    try:
        async with (
            asyncio.timeout(call.seconds),
            open_client(ANYWHERE, user_agent=call.user_agent, proxy=proxy) as client,
        ):
            return await _ask(client, address, call)
    except NETWORK_ERRORS as error:
        raise network_error(error, call.seconds) from None


async def _ask(client: Client, address: Address, call: Call) -> CallAnswer:
    method = "POST" if call.body else "GET"
    options = {"data": call.body} if call.body else {}
    async with client.request(
        method, address, headers=dict(call.headers or {}), **options
    ) as answer:
        if not 200 <= answer.status < 400:
            raise FetchError(
                f"HTTP {answer.status} {answer.reason or ''}".strip(),
                code="http",
                status=answer.status,
                retry_after=header(answer, "Retry-After"),
                cause=status_cause(answer.status),
            )
        body = bytearray()
        if answer.status not in REDIRECTS:
            async for chunk in chunks_of(answer):
                body += chunk
                if len(body) > call.size:
                    reason = f"too large: over {call.size:,} bytes"
                    raise FetchError(reason, code="size", cause="too_large")
        return CallAnswer(
            status=answer.status,
            body=bytes(body),
            location=answer.headers.get("Location", ""),
            content_location=answer.headers.get("Content-Location", ""),
            link=header(answer, "Link"),
        )


def _is_own_host(address: Address) -> bool:
    if address.host == "localhost":
        return True
    try:
        if address.ip is not None:
            check_address(address.host, ())
    except AddressRefusedError:
        return True
    return False


def check_public(url: str, allowed_networks: Iterable[str]) -> Address:
    """Return the canonical address of a page after resolving it: it will be sent to another
    service, which may reach hosts that strangers must not make it request. Raises FetchError unless
    it leads to public addresses or allowed networks.
    """
    allowed: Sequence[Network] = [ipaddress.ip_network(network) for network in allowed_networks]
    address = check_url(url, allowed)
    if address.has_user:
        reason = "an address with a user and a password is told to nobody"
        raise FetchError(reason, code="address", permanent=True)
    if address.ip is None:
        try:
            asyncio.run(CheckedResolver(allowed).resolve(address.host))
        except AddressRefusedError as error:
            raise FetchError(
                str(error), code="address", permanent=True, cause="address_private"
            ) from None
        except OSError:
            reason = f"there is no host {address.host}"
            raise FetchError(reason, code="address", cause="no_such_host") from None
    return address
