"""What went wrong below HTTP, in our words."""

import logging

import aiohttp

from tracker.feeds.limits import REASON_LIMIT
from tracker.feeds.network.addresses import AddressRefusedError
from tracker.feeds.network.client import EndlessAnswersError
from tracker.feeds.network.types import FetchError
from tracker.redact import without_secrets
from tracker.text import clean_text

log = logging.getLogger(__name__)
BROKEN_OFF = "the answer broke off, or its compression cannot be read"
FAULTS: tuple[tuple[type[Exception], str, str], ...] = (
    (
        aiohttp.ServerDisconnectedError,
        "closed_early",
        "the server closed the connection without an answer",
    ),
    (EndlessAnswersError, "broken_answer", "endless informational answers (1xx)"),
    (aiohttp.ClientResponseError, "broken_answer", "the server's answer cannot be read"),
    (aiohttp.ClientPayloadError, "broken_off", BROKEN_OFF),
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


def status_cause(status: int) -> str:
    """The cause of an HTTP status that is no feed."""
    known = {202: "challenge", 401: "http_401", 402: "http_402", 403: "http_403", 404: "http_404"}
    known |= {406: "http_406", 410: "http_410", 429: "http_429", 451: "http_451", 503: "http_503"}
    return known.get(status) or ("http_5xx" if status >= 500 else "http_other")
