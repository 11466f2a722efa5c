"""What is asked of servers and what they answer; pure."""

import time
from dataclasses import dataclass, field

from tracker.feeds.limits import HEADER_LIMIT, REASON_LIMIT
from tracker.redact import Discreet, without_secrets
from tracker.text import clean_text

SIZE_LIMIT = 10_000_000  # bytes after decompression
TIME_LIMIT = 30.0  # seconds of wall clock for one fetch, redirects included
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
    """A request: the address, the validators of the last answer (RFC 9110 13.1), and the
    registrable domain if already known.
    """

    url: str
    etag: str = ""
    last_modified: str = ""
    domain: str = ""


@dataclass(frozen=True, repr=False)
class Response(Discreet):
    """An answer: `status` is 200 or 304, `url` the address after redirects, `body` decompressed.
    `moved_to` is the address that permanent redirects (301, 308) lead to, "" if there were none or
    it is too long to store. Headers are as returned by `header`.
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
    """The total limit of several fetches: requests (each redirect counts), bytes after
    decompression, and wall-clock seconds from now; `is_spent` once it was exceeded.
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
